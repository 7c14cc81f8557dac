/* quadratic.h: the paper's distributed pruned training (eqs. 7, 8) on quadratic losses, with all expectations in closed form: the
 * iterate's mean and covariance follow from affine maps.
 *     F_n(theta) = least_n + (theta - a_n)'A_n(theta - a_n)/2,   grad f_n = grad F_n + noise, isotropic, E|noise|^2 = sigma1_n^2 */
#ifndef SB_TESTS_QUADRATIC_H
#define SB_TESTS_QUADRATIC_H

#include "base/random.h"
#include "bounds/bounds.h"

enum { QUADRATIC_N = 6, QUADRATIC_D = 8, QUADRATIC_R = 32 };

typedef struct {
    int N, D, S, R;
    double eta;
    double A[QUADRATIC_N][QUADRATIC_D][QUADRATIC_D]; /* symmetric */
    double a[QUADRATIC_N][QUADRATIC_D], least[QUADRATIC_N], sigma1[QUADRATIC_N];
    double L, mu; /* largest |eigenvalue| of any A_n; a lower bound of those of their mean */
    unsigned char mask[QUADRATIC_R][QUADRATIC_N][QUADRATIC_D];
    double theta0[QUADRATIC_D];
} quadratic;

typedef struct {
    sb_constants c;               /* all that training determines; Fn0, FnR of worker 0 */
    double mean_squared_gradient; /* (1/R) sum_r E|grad F(theta_r)|^2 */
    double Fn0[QUADRATIC_N], FnR[QUADRATIC_N];
    double mean[QUADRATIC_D]; /* E theta_R */
    double sigma2_to_end;     /* as sigma2, but the end theta_R is visited too */
} quadratic_outcome;

typedef struct {
    int noise;      /* minibatch noise, otherwise full gradients */
    int common;     /* one curvature for all workers: grad F_n - grad F is then the same everywhere */
    int indefinite; /* negative curvature allowed */
} quadratic_options;

/* quadratic_draw: a random system with random masks that cover every coordinate; eta = 0. */
void quadratic_draw(sb_stream *stream, quadratic_options options, quadratic *q);

/* quadratic_gamma: Gamma* of its masks. quadratic_rate: the learning-rate limit of Lemma 4.6. */
double quadratic_gamma(const quadratic *q);
double quadratic_rate(const quadratic *q);

/* quadratic_train: R rounds from theta0. */
void quadratic_train(const quadratic *q, quadratic_outcome *out);

/* quadratic_smallest: min F, for positive definite curvature. */
double quadratic_smallest(const quadratic *q);

/* quadratic_counterexample: the paper's printed Lemmas 4.6 and 4.7 fail on it for large L (THEORY 2). theta0 = (1+rho)a is
 * stationary; with `at_minimum` theta0 = a instead. eta is 0.999 of its limit. */
void quadratic_counterexample(double L, int R, int at_minimum, quadratic *q);

#endif
