/* exact.h: what can be known about a mixture and a time grid without any training: entropies, Fisher informations, discretisation
 * errors, initialisation error.                                                                 (THEORY 2, Lemmas 4.5, 4.8, 4.10)
 *
 * Every quantity of a mixture is the mean over its components of a Gaussian closed form, corrected by what overlap of the
 * components takes away. The overlap alone needs integration: none for a single Gaussian (exact, any d), adaptive cubature where
 * the components differ in at most two directions or the law is a product (certified), Monte Carlo otherwise (sampled). */
#ifndef SB_MEASURE_EXACT_H
#define SB_MEASURE_EXACT_H

#include "base/number.h"
#include "data/mixture.h"
#include "diffusion/grid.h"

typedef struct {
    int        K, d;
    sb_number *H;               /* (K+1) differential entropy of q_{u_k} */
    sb_number *J;               /* (K+1) Fisher information E|grad log q_{u_k}|^2 */
    sb_number *V;               /* (K+1) E tr Cov(X_0|X_{u_k}) */
    sb_number *D;               /* (K)   int E|A1 - e^-(t-t_k) S_k|^2 dt over step k, Lemma 4.5 exact */
    sb_number *B;               /* (K)   beta(gamma_k) J(u_k) */
    double    *mean;            /* (d)   E X_0 */
    sb_number  M2;              /* E|X_0|^2 */
    sb_number  H_delta, H_T;    /* H at the two ends */
    sb_number  mi_delta, mi_T;  /* mutual informations I(X_0;X_delta), I(X_0;X_T) */
    sb_number  D_sum, B_sum;
    sb_number  discretisation;  /* D_sum + B_sum = sum_k int E|A1-A2|^2 dt */
    sb_number  C1;              /* - sum gamma_k s_k (1+s_k) V(u_k), of Lemma 4.8 */
    sb_number  kl_init;         /* KL(q_T || N(0,I)) */
    sb_number  kl_init_bound;   /* its bound by Lemma 4.10, corrected */
    sb_number  kl_prior;        /* KL(q_delta || N(0,I)): the price of using no network */
    double     U, B_bound;      /* D_sum <= U, B_sum <= B_bound, from grid, d and M2 alone */
} sb_exact;

/* sb_exact_compute: all of the above for the law q on the grid.
 *   samples     draws per grid time where Monte Carlo is needed, >= SB_LEAST_SAMPLES (not looked at otherwise)
 *   confidence  of each sampled number, in (0,1)
 *   seed, index name the Monte Carlo streams (purpose SB_DRAW_EXACT, worker `index`)
 * Parallel over times; the same bits on any number of threads. SB_EDOM for T > 300; SB_EINVAL for bad samples or confidence;
 * SB_EINTR. On failure *exact is empty.
 * Accuracy by cubature: errors near 1e-10 nats in H, and in J near 1e-9 of the mean of |grad log|^2 over components; far smaller
 * at late times, where KL(q_u||N(0,I)) is small too. Where cubature would take too long (4e8 evaluations of a component at one
 * time: tens of thousands of data points in the plane) Monte Carlo takes its place. */
sb_status sb_exact_compute(sb_context *ctx, const sb_mixture *q, const sb_grid *grid, int samples, double confidence, uint64_t seed,
                           int index, sb_exact *exact);
void      sb_exact_free(sb_exact *exact);

/* sb_heterogeneity_residual: KL(q_{n,delta}||qbar_delta) - KL(q_{n,T}||qbar_T), what worker n keeps however long F is trained; in
 * [0, log N].  q_n and pooled share their components and pooled has weight wherever q_n has (else SB_EDOM).
 * Routes, samples, confidence, seed, index as above.                                                (THEORY 2, Heterogeneity) */
sb_status sb_heterogeneity_residual(sb_context *ctx, const sb_mixture *q_n, const sb_mixture *pooled, double T, double delta,
                                    int samples, double confidence, uint64_t seed, int index, sb_number *residual);

/* Bounds that need the grid, the dimension and M2 alone.                                             (THEORY 2, Lemma 4.5 sharp)
 *   sb_discretisation_U        sum_k D_k <= U
 *   sb_discretisation_B_bound  sum_k B_k <= sum_k beta(gamma_k) d/sigma_{u_k}^2
 *   sb_beta                    beta(g) = g - 2(1-e^-g) + (1-e^-2g)/2 without cancellation, g >= 0 */
double sb_discretisation_U(const sb_grid *grid, int d, double M2);
double sb_discretisation_B_bound(const sb_grid *grid, int d);
double sb_beta(double g);

#endif
