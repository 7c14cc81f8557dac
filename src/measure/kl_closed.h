/* kl_closed.h: KL(q_delta || p_{t_K}) in closed form where q is one Gaussian and the score is affine in y at every grid time: the
 * sampler's chain is then Gaussian, with mean and covariance following a linear recursion.       (THEORY 3) */
#ifndef SB_MEASURE_KL_CLOSED_H
#define SB_MEASURE_KL_CLOSED_H

#include "base/number.h"
#include "train/system.h"

/* sb_kl_closed_applies: nonzero where q is a single Gaussian and the model's score is affine in y; beyond 2000 dimensions also only where
 * all coordinates evolve by themselves, as the chain's covariance is not formed then. */
int sb_kl_closed_applies(const sb_system *system, const sb_mixture *q);

/* sb_kl_closed: exact KL in nats. SB_EDOM where it does not apply; SB_ERANGE where the chain's covariance is not finite. */
sb_status sb_kl_closed(sb_context *ctx, const sb_system *system, const double *theta, const sb_mixture *q, sb_number *kl);

#endif
