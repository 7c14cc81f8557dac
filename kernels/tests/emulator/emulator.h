/* emulator.h: the CUDA runtime on the CPU, for tests. Device memory is registered and begins as garbage (0xFF); shared memory is
 * garbage again for each block. Work is kept until somebody must wait for it, so that a missing wait shows, or done at once.
 * Threads of a block run one after another, between barriers, first to last or last to first: a kernel without races gives the
 * same bits in both orders. What a GPU refuses is refused with its code; what it leaves undefined (threads of one block at different
 * barriers, matrices outside of device memory) is said on stderr and is an error that stays, as CUDA's do. */
#ifndef SB_EMULATOR_H
#define SB_EMULATOR_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How it behaves from now on. At first: first to last, late, one device of 8 GiB. */
void sb_emulator_backward(int backward);
void sb_emulator_late(int late);
void sb_emulator_devices(int count);
void sb_emulator_memory(size_t bytes); /* how much the device has; what is allocated stays */

/* Bytes of device and pinned memory that are allocated now: 0 after everything was released. */
size_t sb_emulator_allocated(void);

#ifdef __cplusplus
}
#endif

#endif
