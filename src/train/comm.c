#include "train/comm.h"

static sb_status keep_int64(sb_context *ctx, const sb_comm *comm, int64_t *values, size_t n)
{
    (void)ctx, (void)comm, (void)values, (void)n;
    return SB_OK; /* the sum over one rank */
}

static sb_status keep_int32(sb_context *ctx, const sb_comm *comm, int32_t *values, size_t n)
{
    (void)ctx, (void)comm, (void)values, (void)n;
    return SB_OK;
}

sb_comm sb_comm_self(void)
{
    return (sb_comm){.name = "self", .rank = 0, .size = 1, .sum_int64 = keep_int64, .sum_int32 = keep_int32};
}
