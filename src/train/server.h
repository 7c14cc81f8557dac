/* server.h: what a server holds, for team.c. In both precisions. */
#ifndef SB_TRAIN_SERVER_H
#define SB_TRAIN_SERVER_H

#include "train/precision.h"

#include "train/source.h"
#include "train/team.h"

#include <omp.h>

struct sb_server {
    const sb_system *system;
    const sb_masks  *masks;
    const sb_comm   *comm;
    sb_training     *training;
    const sb_backend *op;
    sb_source        source;
    double           quantum;
    double          *theta;    /* (P,D) theta_r on the backend: training->theta itself on the host */
    int64_t         *sum;      /* (P,D) of changes, in quanta */
    int32_t         *count;    /* (P,D) |N_r^(i)| */
    int              locks;
    omp_lock_t      *lock;     /* (P) guards a replica's sum and count among the teams of the host */
};

sb_status sb_server_create(sb_context *ctx, const sb_system *system, const sb_masks *masks, const sb_comm *comm, sb_training *training,
                           sb_server **server);
void      sb_server_free(sb_server *server);
sb_status sb_server_begin(sb_context *ctx, sb_server *server);
sb_status sb_server_average(sb_context *ctx, sb_server *server, int p, size_t *uncovered, int32_t *least);

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
