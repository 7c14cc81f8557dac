/* emulated.h: tests on the emulated GPU: programs linked with $(EMULATED_LIBS). */
#ifndef SB_TESTS_EMULATED_H
#define SB_TESTS_EMULATED_H

#include <stddef.h>

/* emulated_queue: bytes of the device that an open queue takes for itself, in either precision: 0 and a failed check if the program
 * has another GPU than the emulated one. Every program must call it: that also links the emulated GPU in place of the real one. */
size_t emulated_queue(void);

#endif
