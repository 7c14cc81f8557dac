/* device.h: where a system's model is trained and evaluated. In both precisions. */
#ifndef SB_TRAIN_DEVICE_H
#define SB_TRAIN_DEVICE_H

#include "train/precision.h"

#include "train/system.h"

/* sb_device_open: a queue on the device that the configuration asks for, the CPU for a model without parameters. SB_EUSER where there is
 * none, with the reason. sb_backend_close releases it. */
sb_status sb_device_open(sb_context *ctx, const sb_system *system, const sb_backend **op);

/* sb_device_is_gpu: what sb_device_open will open.
 * sb_device_check: opens and releases it, so that a missing GPU is known before any work is done. name (size) receives what the GPU
 * is called, "" on the CPU. */
int sb_device_is_gpu(const sb_system *system);
sb_status sb_device_check(sb_context *ctx, const sb_system *system, char *name, size_t size);

/* SB_TAKE: p = n elements of its type on the backend. On failure goes to `done` with SB_ENOMEM.
 * SB_SETTLE: waits for the backend; goes to `done` with what went wrong there. */
#define SB_TAKE(op, p, n)                                                                                                  \
    do {                                                                                                                   \
        (p) = (op)->alloc((op), (size_t)(n) * sizeof *(p));                                                                \
        if (!(p)) SB_FAIL(SB_ENOMEM, "out of memory (%s): %zu x %zu bytes for " #p, (op)->name, (size_t)(n), sizeof *(p)); \
    } while (0)
#define SB_SETTLE(op)                                      \
    do {                                                   \
        const char *wrong_ = (op)->finish(op);             \
        if (wrong_) SB_FAIL(SB_EIO, "the GPU failed: %s", wrong_); \
    } while (0)

#endif
