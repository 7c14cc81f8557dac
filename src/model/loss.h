/* loss.h: the denoising score-matching loss, its gradient and Hessian-vector product on a weighted batch.   (paper: eq. 5)
 *
 * For points b with time k_b, weight w_b and conditional score Z_b = -z_b/sigma_{u_k}:
 *     f(theta) = sum_b w_b |s_theta(y_b,u_{k_b}) - Z_b|^2.
 * An unbiased estimate of F_n draws k with probability pi_k and uses w_b = gamma_k/(B pi_k). The package draws with
 * pi_k proportional to gamma_k/sigma_{u_k}^2 (least variance for predicted noise), or goes through all k in turn (stratified). */
#ifndef SB_MODEL_LOSS_H
#define SB_MODEL_LOSS_H

#include "model/model.h"

/* Noised samples of one worker's law. Arrays owned by the caller (sb_noised_alloc/free). */
typedef struct {
    int B, d;
    real *y;         /* (B,d) e^-u x_0 + sigma_u z */
    real *target;    /* (B,d) Z = -z/sigma_u */
    real *weight;    /* (B)   so that sum_b weight_b * (...) is an unbiased estimate of sum_k gamma_k E(...) */
    int *k;          /* (B) */
    real *scratch;   /* for the draws */
} sb_noised;

/* sb_time_law: cumulative probabilities (K) out of pi_k proportional to gamma_k/sigma_{u_k}^2. */
void sb_time_law(const sb_grid *grid, double *cumulative);

#ifndef SB_FLOAT
/* sb_noised_alloc: room for batches of at most B_max points in d dimensions. */
sb_status sb_noised_alloc(sb_context *ctx, int B_max, int d, sb_noised *noised);
void sb_noised_free(sb_noised *noised);


/* sb_noised_draw: a minibatch of size B with independent times from `cumulative` (K).   (the paper's xi_{n,s})
 * sb_noised_stratified: samples [first, first+B) of a stratified sample of `total`: sample i has k = i mod K and weight
 *   gamma_k/count_k, count_k the number of i < total with i mod K = k (total >= K).
 * sb_noised_at: samples [first, first+B) of the law at one time k; weights 1.
 * Sample i always uses its own blocks of the stream, so any split into batches gives the same samples. */
void sb_noised_draw(const sb_mixture *q, const sb_grid *grid, const double *cumulative, sb_stream stream, int B, sb_noised *out);
void sb_noised_stratified(const sb_mixture *q, const sb_grid *grid, sb_stream stream, int first, int B, int total, sb_noised *out);
void sb_noised_at(const sb_mixture *q, const sb_grid *grid, sb_stream stream, int k, int first, int B, sb_noised *out);

#endif

/* sb_dsm_loss: f (1) out or NULL, grad (D) out or NULL. per_sample (B) out or NULL: |s-Z|^2 unweighted.
 * sb_dsm_hvp: Hv (D) out = Hessian of f times v (D). Exact (R-operator), no differences. s_work: (4,B,d) scratch.
 * On a workspace for W workers every array has W in front and belongs to its backend; so does f (W). */
sb_status sb_dsm_loss(sb_context *ctx, const sb_model *model, const real *theta, const sb_noised *samples, sb_workspace *ws,
                      real *s_work, double *f, real *grad, real *per_sample);
sb_status sb_dsm_hvp(sb_context *ctx, const sb_model *model, const real *theta, const real *v, const sb_noised *samples,
                     sb_workspace *ws, real *s_work, real *Hv);

#endif
