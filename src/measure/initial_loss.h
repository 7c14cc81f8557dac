/* initial_loss.h: the denoising loss of one law, where a time grid is being chosen and the loss is asked for again and again. (eq. 5)
 *
 * As E|Z|^2 = d/sigma_u^2, whatever the model,
 *     F(theta) = sum_k gamma_k d/sigma_{u_k}^2 + sum_k gamma_k {E|s|^2 - 2 E<s,Z>}.
 * Only the second sum needs samples, and it vanishes with s: at theta_0 where the output layer starts at 0, F is exact. Samples are
 * common random numbers: sample i has its place in a fixed stratification of the way from T to delta, its x_0 and its noise from
 * (seed, i) alone, so that F hardly jumps from one grid to the next, and the losses of two workers differ by their laws only. */
#ifndef SB_MEASURE_INITIAL_LOSS_H
#define SB_MEASURE_INITIAL_LOSS_H

#include "base/number.h"
#include "train/system.h"

/* sb_loss_at: F of law q at theta (D), on the system's grid. Routes:
 *   the model has no parameters and q is the pooled law, whose score it is: -C_1 (measure/exact.h)
 *   the model is linear in theta: closed form (measure/quadratic.h), exact
 *   else Monte Carlo: two samples in each of samples/2 strata, at least 32, with an interval at the configured confidence
 * The same bits on any number of threads.
 * sb_initial_loss: the same at theta_0. */
sb_status sb_loss_at(sb_context *ctx, const sb_system *system, const sb_mixture *q, const double *theta, int samples, sb_number *F);
sb_status sb_initial_loss(sb_context *ctx, const sb_system *system, const sb_mixture *q, int samples, sb_number *F);

#endif
