/* law_constants.h: constants of the true law that the bounds of others are stated in.               (THEORY 2, Bounds of others) */
#ifndef SB_MEASURE_LAW_CONSTANTS_H
#define SB_MEASURE_LAW_CONSTANTS_H

#include "measure/exact.h"

/* sb_law_fisher: E|grad log q_delta + X_delta|^2 = J(delta) + M2_delta - 2d, the Fisher information relative to N(0,I), with the
 * interval of J. */
sb_number sb_law_fisher(const sb_exact *exact, const sb_grid *grid);

/* sb_law_covariance_gap: largest |eigenvalue of Cov(X_0) - 1|. Exact. Beyond 2000 dimensions the d^2 numbers are not formed: then
 * known only for a single Gaussian, and for components whose covariances are multiples of I, or of low rank with none smaller than the
 * rest, at most 2000 centres and eigenvectors of them in all. SB_ECONV when eigenvalues
 * do not converge. */
sb_status sb_law_covariance_gap(sb_context *ctx, const sb_mixture *q, sb_number *gap);

/* sb_law_score_lipschitz: sup over the grid's times u_0..u_K and all y of the operator norm of the Hessian of log q_u(y).
 *   single Gaussian          exact
 *   one covariance for all   a lower estimate with hi a certified bound: max(|A|, |A a (m_j - c)|^2 - least eigenvalue of A) with
 *                            A the common precision, c the mean of the centres; exact where the two agree
 *   otherwise                a lower estimate with hi infinite; rightly so unless one component is the widest in every direction:
 *                            out along a surface where two components balance, the Hessian grows as |(A_1 - A_2) y|^2/4
 * The lower estimate is the largest secant ratio |S(y)-S(y')|/|y-y'| met: a true bound from below. At each time `points` >= 2
 * places are looked at, half of them drawn from q_u and half between two centres, then each moved up the nearest ridge, where
 * components balance and the curvature is positive; the best one is improved by small moves. The steepest time is searched again
 * with 32 times the points. seed and index name the streams (purpose SB_DRAW_EXACT). Parallel over times; the same bits
 * on any number of threads. SB_EINVAL for fewer points; SB_EINTR. */
sb_status sb_law_score_lipschitz(sb_context *ctx, const sb_mixture *q, const sb_grid *grid, int points, uint64_t seed, int index,
                                 sb_number *L);

#endif
