/* frechet.h: the Frechet distance between the Gaussians that have the means and covariances of two sets of features
 *
 *     |m1 - m2|^2 + tr(S1 + S2 - 2 (S1^1/2 S2 S1^1/2)^1/2)                            (Dowson, Landau 1982)
 *
 * which is FID (Heusel et al. 2017) if the features are those of its Inception network, and only then.
 *
 * On n generated points it is too large by about a/n. The jackknife takes that away: what is left is the distance of infinitely many
 * generated points, as by the extrapolation in 1/n of Chong and Forsyth (2020), with less noise and with an interval. */
#ifndef SB_MEASURE_FRECHET_H
#define SB_MEASURE_FRECHET_H

#include "base/number.h"

/* Mean and covariance of features. Empty: {0}. */
typedef struct {
    int     F;
    double *mean;       /* (F) */
    double *covariance; /* (F,F) */
} sb_feature_law;

/* sb_feature_law_fit: of x (n,F) with weights (n) that sum to 1 (NULL: all alike): m = sum w x, S = sum w (x - m)(x - m)'/(1 - sum w^2),
 * so that n - 1 stands below where weights are alike. x is overwritten. SB_EDIM if n < 2 or all weight lies on one point; SB_ERANGE if a
 * feature is not finite. Free with sb_feature_law_free, on failure it is empty. */
sb_status sb_feature_law_fit(sb_context *ctx, int n, int F, double *x, const double *weight, sb_feature_law *law);
void      sb_feature_law_free(sb_feature_law *law);

/* sb_frechet_distance: SB_EDIM if the laws have different F. Covariances may be singular; eigenvalues that rounding leaves of zeros, of
 * either sign, count as 0. Accuracy 1e-12 of the traces, 1e-6 where covariances are nearly but not singular. */
sb_status sb_frechet_distance(sb_context *ctx, const sb_feature_law *a, const sb_feature_law *b, double *distance);

/* What sb_frechet_measure found. Both intervals are on what another set of generated points would change; the reference is taken as it is. */
typedef struct {
    int       features, generated, reference; /* F and the numbers of points; generated is 0 where nothing was measured */
    sb_number at_n;                           /* the formula on these points; interval: of its expectation */
    sb_number limit;                          /* of infinitely many points; unknown unless generated >= SB_FRECHET_LEAST F */
} sb_frechet;

enum { SB_FRECHET_LEAST = 4 };

/* sb_frechet_measure: from x (n,F), which is overwritten, to a reference; result->reference is left alone. Parallel over the groups of the
 * jackknife, the same bits on any number of threads. SB_EDIM if n < 2 SB_JACKKNIFE_GROUPS; SB_ERANGE; SB_EINTR. */
sb_status sb_frechet_measure(sb_context *ctx, const sb_feature_law *reference, int n, double *x, double confidence, sb_frechet *result);

#endif
