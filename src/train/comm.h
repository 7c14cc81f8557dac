/* comm.h: how ranks of a distributed run combine what their workers did. Training needs one operation only: the sum over ranks of
 * 64-bit integers (the order-free sums of equation (8)) and of 32-bit counts, so any communicator gives the same bits.
 * This version has one communicator, the process itself. */
#ifndef SB_TRAIN_COMM_H
#define SB_TRAIN_COMM_H

#include "base/context.h"

#include <stdint.h>

typedef struct sb_comm {
    const char *name;                 /* "self" */
    int         rank, size;
    void       *state;
    sb_status (*sum_int64)(sb_context *ctx, const struct sb_comm *comm, int64_t *values, size_t n);
    sb_status (*sum_int32)(sb_context *ctx, const struct sb_comm *comm, int32_t *values, size_t n);
} sb_comm;

/* sb_comm_self: rank 0 of 1. */
sb_comm sb_comm_self(void);

#endif
