/* minibatch.h: the gradients of a team's minibatches. On the CPU the samples of a worker may be gone through in parts that threads share,
 * where there are too few workers to keep the threads busy. In both precisions. Only for this room. */
#ifndef SB_TRAIN_MINIBATCH_H
#define SB_TRAIN_MINIBATCH_H

#include "train/precision.h"

#include "train/server.h"

typedef struct sb_minibatch sb_minibatch;

/* sb_minibatch_parts: into how many parts a minibatch is divided: a function of the configuration alone, for the order of the sum over
 * samples depends on it.
 * sb_minibatch_create: for at most W workers; `threads` go through the parts. Free with sb_minibatch_free. */
int       sb_minibatch_parts(const sb_server *server);
sb_status sb_minibatch_create(sb_context *ctx, const sb_server *server, int W, int threads, sb_minibatch **minibatch);
void      sb_minibatch_free(sb_minibatch *minibatch);

/* sb_minibatch_workers, sb_minibatch_narrow: as sb_workspace_workers and sb_workspace_narrow. */
void   sb_minibatch_workers(sb_minibatch *minibatch, int W);
size_t sb_minibatch_narrow(sb_minibatch *minibatch, int lanes);

/* sb_minibatch_gradient: loss (W) and grad (W,D') out at theta (W,D'), for minibatches of the laws law (W) from the streams at place (W),
 * `skip` blocks further. All arrays on the backend. */
sb_status sb_minibatch_gradient(sb_context *ctx, sb_minibatch *minibatch, int W, size_t D, const real *theta, const int *law,
                                const sb_place *place, uint64_t skip, double *loss, real *grad);

#endif
