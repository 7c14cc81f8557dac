/* mixture.h: Gaussian mixtures and their Ornstein-Uhlenbeck marginals in closed form.          (paper: eq. 1; THEORY 0)
 *
 * All workers share one set of components; a worker's q_n is a row of weights over it, the pooled mixture the mean row.
 * With X_u|X_0 ~ N(e^-u X_0, sigma_u^2 I) the marginal of component j is N(e^-u m_j, e^-2u C_j + sigma_u^2 I), so one
 * eigen-decomposition C_j = Q_j diag(lambda_j) Q_j' serves all times. Components of zero variance (data points) are allowed for
 * u > 0. */
#ifndef SB_DATA_MIXTURE_H
#define SB_DATA_MIXTURE_H

#include "base/context.h"
#include "base/random.h"
#include "config/config.h"

typedef struct {
    int                 d, J;
    sb_covariance_kind  kind;      /* the most general one among the components; arrays below are sized for it */
    int                 rank;      /* eigenvectors of a component in Q: d full, 1..d-1 low rank, else 0 */
    double             *mean;      /* (J,d) */
    double             *lambda;    /* (J) isotropic, (J,rank+1) low rank, else (J,d): eigenvalues, >= 0; the last one of low rank
                                    * belongs to all directions orthogonal to Q's */
    double             *Q;         /* (J,d,rank) columns are eigenvectors; NULL for rank 0 */
} sb_components;

/* One worker's law: weights over shared components. Plain view, owns nothing. */
typedef struct {
    const sb_components *components;
    const double        *weight;      /* (J) >= 0, sums to 1; zero weights cost nothing in evaluation */
    const double        *cumulative;  /* (J) running sums of weight, for fast sampling; NULL: sampling adds them up itself */
} sb_mixture;

/* sb_components_create: from explicit components, or from a preset; weight (J) is released with sb_free. SB_EUSER for settings that
 * make no sense. sb_components_free releases the arrays. */
sb_status sb_components_create(sb_context *ctx, const sb_config *config, sb_components *components, double **weight);
void      sb_components_free(sb_components *components);

/* Building blocks. sb_components_alloc: arrays for J components of one kind, uninitialised; for low rank, which also needs to know
 * the rank in [0,d), sb_components_alloc_low_rank: rank 0 is the isotropic kind. SB_EUSER when they would hold more than 2^28 numbers.
 *   sb_components_set_full: covariance of component j (kind full) from C (d,d), row-major and symmetric; eigenvalues within rounding
 * of 0 become 0; SB_EUSER when C is not symmetric or has a negative eigenvalue.
 *   sb_components_set_low_rank: covariance variance*I + V V' of component j (kind low rank, or isotropic for rank 0) from V (d,rank),
 * whose columns may depend on each other; SB_EUSER when something is not finite or variance < 0. */
sb_status sb_components_alloc(sb_context *ctx, int d, int J, sb_covariance_kind kind, sb_components *components);
sb_status sb_components_alloc_low_rank(sb_context *ctx, int d, int J, int rank, sb_components *components);
sb_status sb_components_set_full(sb_context *ctx, sb_components *components, int j, const double *C);
sb_status sb_components_set_low_rank(sb_context *ctx, sb_components *components, int j, double variance, const double *V);

/* Eigenvalues. sb_components_variance: number i in [0,d) of component j, whatever the kind.  sb_components_stored: how many of them
 * are kept, the first ones; sb_components_multiplicity: to how many directions number i of these belongs. */
double sb_components_variance(const sb_components *components, int j, int i);
int    sb_components_stored(const sb_components *components);
int    sb_components_multiplicity(const sb_components *components, int i);

/* The covariance C_j of component j, whatever the kind, in O(d rank) operations unless said otherwise.
 *   sb_components_axis_variance  (C_j)_ii, in O(rank)
 *   sb_components_variance_along x' C_j x
 *   sb_components_apply          out (d) = C_j x
 *   sb_components_covariance     C (d,d) = C_j row-major, in O(d^2 rank) */
double sb_components_axis_variance(const sb_components *components, int j, int i);
double sb_components_variance_along(const sb_components *components, int j, const double *x);
void   sb_components_apply(const sb_components *components, int j, const double *x, double *out);
void   sb_components_covariance(const sb_components *components, int j, double *C);

/* sb_components_same_covariance: nonzero if components i and j have the same bits in their covariances. */
int sb_components_same_covariance(const sb_components *components, int i, int j);

/* sb_components_expand: the same components as kind full, eigenvectors completed to a basis; for where d is small. Free the result
 * with sb_components_free. SB_EUSER when it would hold more than 2^28 numbers. */
sb_status sb_components_expand(sb_context *ctx, const sb_components *components, sb_components *full);

/* Moments of q_0.  M2 = E|X_0|^2; mean (d); covariance (d,d) row-major (NULL to skip). */
double    sb_mixture_second_moment(const sb_mixture *q);
void      sb_mixture_moments(const sb_mixture *q, double *mean, double *covariance);

/* sb_mixture_is_gaussian: index of the single component that carries all weight, or -1. */
int sb_mixture_is_gaussian(const sb_mixture *q);

/* The marginal q_u prepared for evaluation: constants of each active component at time u. */
typedef struct sb_marginal sb_marginal;

/* sb_marginal_create: u >= 0 (u > 0 when a variance is zero, else SB_EDOM). Free with sb_marginal_free. The components must outlive
 * the marginal; the weights need not. */
sb_status sb_marginal_create(sb_context *ctx, const sb_mixture *q, double u, sb_marginal **marginal);
void      sb_marginal_free(sb_marginal *marginal);

/* sb_marginal_create_channel: the same for the law of X = a X_0 + sqrt(sigma2) eps with any a >= 0 and sigma2 >= 0 (else SB_EDOM);
 * the OU process has a = e^-u, flow matching's linear path a = 1-t and sigma2 = t^2. */
sb_status sb_marginal_create_channel(sb_context *ctx, const sb_mixture *q, double a, double sigma2, sb_marginal **marginal);

/* sb_marginal_eval: density and score at B points; thread-safe (const), no allocation, no NaN for finite y however far out.
 *   y (B,d) in; log_density (B) out or NULL; score (B,d) out or NULL: grad log q_u(y);
 *   work (sb_marginal_work(m)) scratch doubles.
 * The log density is -INFINITY only where squares overflow; scores are at most 1e308 in size. Components that hold less than 1e-40
 * of the density at y are left out. */
size_t sb_marginal_work(const sb_marginal *marginal);
void   sb_marginal_eval(const sb_marginal *marginal, int B, const double *y, double *log_density, double *score, double *work);

/* sb_marginal_posterior: moments of X_0 given X_u = y: mean (B,d) out or NULL; trace of the covariance (B) out or NULL. */
void sb_marginal_posterior(const sb_marginal *marginal, int B, const double *y, double *mean, double *trace, double *work);

/* sb_marginal_overlap: what the other components change at y, with r_j the probability of component j given X_u = y:
 *   entropy (B) out: -sum_j r_j log r_j;  spread (B) out: sum_j r_j |g_j - g|^2, g_j the component's own score, g their mean. */
void sb_marginal_overlap(const sb_marginal *marginal, int B, const double *y, double *entropy, double *spread, double *work);

/* sb_mixture_sample: n draws of X_0. x (n,d) out; component (n) out or NULL. Draw i uses blocks [i*w,(i+1)*w) of the stream,
 * w = sb_mixture_sample_blocks(q), so any range can be drawn alone by skipping. `work` (d) scratch. */
uint64_t sb_mixture_sample_blocks(const sb_mixture *q);
void     sb_mixture_sample(const sb_mixture *q, sb_stream stream, size_t n, double *x, int *component, double *work);

#endif
