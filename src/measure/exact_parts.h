/* exact_parts.h: private to the exact layer. Notation: r_j(x) the probability of component j given X_u = x, g_j its score, A_j its
 * precision matrix, g and A their means under r. Each quantity of a mixture is a mean over components of a closed form ("within")
 * and an integral that vanishes where components do not overlap ("overlap"):
 *     H = within.H - E[entropy of r]         J = within.J - E[tr Cov_r g_j]        V = within.V + E[tr Cov_r g_j]/(s(1+s))
 *     R = E|Hessian of log q_u|_F^2 = within.R + E[|Cov_r g_j - A|^2 - sum_j r_j |A_j|^2]
 *     D = within.D + (1/2)(1-e^-2g) E[tr Cov_r g_j](b) - E[entropy of r](b) + E[entropy of r](a),  a = u_{k+1}, b = u_k */
#ifndef SB_MEASURE_EXACT_PARTS_H
#define SB_MEASURE_EXACT_PARTS_H

#include "base/number.h"
#include "data/mixture.h"
#include "diffusion/grid.h"

/* Means over components at one time. H already holds the entropy of the weights, so that only overlap is missing; kl and mi do not:
 * they may be tiny, and where overlap is total its entropy cancels that of the weights. */
typedef struct {
    double H, J, V, R;
    double kl; /* KL(q_u || N(0,I)) - E[entropy of r] + entropy of the weights */
    double mi; /* I(X_0;X_u) + E[entropy of r] - entropy of the weights */
} sb_within;

sb_within sb_within_at(const sb_mixture *q, double u);
double sb_within_step(const sb_mixture *q, double a, double b); /* mean of the Gaussian D over a step from b down to a */
double sb_weight_entropy(const sb_mixture *q);

/* sb_log_rest: -log(1-x) - x >= 0 for x < 1 without cancellation; rest = 1-x as accurately as the caller has it. */
double sb_log_rest(double x, double rest);

/* Independent blocks of directions that carry all overlap; none for a single Gaussian. */
typedef struct {
    sb_mixture law; /* of the block, in its own coordinates; may point into `own` and `weight`, or be the law itself */
    sb_components own;
    double *weight; /* (J) or NULL */
    double *ratio;  /* (J) weight of another law over this one's, or NULL */
} sb_block;

typedef struct {
    int count;
    sb_block *block;
} sb_blocks;

/* sb_blocks_split: splits laws that are products over coordinates, unless `other` (J) gives the weights of a second law to be kept
 * alongside; else drops the directions in which all components are alike where at most two remain. A block of at most two dimensions is
 * never of low rank. Sound up to relative rounding 1e-12. q must outlive the blocks. */
sb_status sb_blocks_split(sb_context *ctx, const sb_mixture *q, const double *other, sb_blocks *blocks);
void sb_blocks_free(sb_blocks *blocks);

/* sb_factors_split: the product case; leaves blocks->block NULL where the law is no product.
 * sb_span_block: the other case; returns in *rank 0 (then *block is untouched), 1, 2, or 3 for more (then it is the whole law). */
sb_status sb_factors_split(sb_context *ctx, const sb_mixture *q, sb_blocks *blocks);
sb_status sb_span_block(sb_context *ctx, const sb_mixture *q, int *rank, sb_block *block);

enum { SB_OVERLAP_ENTROPY, SB_OVERLAP_SCORE, SB_OVERLAP_CURVATURE, SB_OVERLAP_RATIO, SB_OVERLAP_COUNT };

/* The integrals at one time. SB_OVERLAP_RATIO: E[sum_j r_j f(ratio_j) - f(sum_j r_j ratio_j)], f(x) = x log x. */
typedef struct {
    double value[SB_OVERLAP_COUNT], error[SB_OVERLAP_COUNT];
} sb_overlap;

/* Adaptive cubature of a block with d <= 2 (else SB_EINVAL). One workspace per thread. sb_cubature_run returns 0 where it would
 * take more than `budget` evaluations of a component, or where positions overflow. */
#define SB_CUBATURE_BUDGET 4e8
typedef struct sb_cubature sb_cubature;
sb_status sb_cubature_create(sb_context *ctx, const sb_block *block, double budget, sb_cubature **cubature);
void sb_cubature_free(sb_cubature *cubature);
int sb_cubature_run(sb_cubature *cubature, double u, sb_overlap *overlap);

/* sb_step_by_curvature: D over step k from R (K+1) alone: D = (1/2) int_0^L (1-e^-x) R/(1+s)^2 dx with x = log(s_{k+1}/s), L its
 * largest value; R/(1+s)^2 by interpolation in x between the grid times around. All terms positive: good for steps so fine that
 * the entropies cancel. The error is the difference to linear interpolation; infinite for L > 1/4 and for a single step. */
sb_number sb_step_by_curvature(const sb_grid *grid, int k, const sb_number *R);

/* Monte Carlo, any d. `stream` names the samples; the results carry Student-t intervals,
 * widened by what may have been missed where components hardly meet.
 *   sb_sampled_overlap     entropy and score overlap at u; kl (may be NULL): KL(q_u || N(0,I))
 *   sb_sampled_step        D over the step from b down to a
 *   sb_sampled_divergence  KL(q_delta||p_delta) - KL(q_T||p_T) for two laws over the same components */
sb_status sb_sampled_overlap(sb_context *ctx, const sb_mixture *q, double u, int samples, double confidence, sb_stream stream,
                             sb_number *entropy, sb_number *score, sb_number *kl);
sb_status sb_sampled_step(sb_context *ctx, const sb_mixture *q, double a, double b, int samples, double confidence,
                          sb_stream stream, sb_number *D);
sb_status sb_sampled_divergence(sb_context *ctx, const sb_mixture *q, const sb_mixture *p, double T, double delta, int samples,
                                double confidence, sb_stream stream, sb_number *difference);

#endif
