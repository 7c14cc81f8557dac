/* dense_law.h: marginals q_u of a Gaussian mixture with its covariances as whole matrices: a second route to what the package finds from
 * few eigenvectors, for tests. */
#ifndef SB_TESTS_DENSE_LAW_H
#define SB_TESTS_DENSE_LAW_H

#include "data/mixture.h"

typedef struct {
    int d, J;
    double u;
    const double *weight, *mean; /* (J), (J,d) of q_0 */
    double *L;                   /* (J,d,d) C = L L' of the components' covariances at time u, lower triangles */
    double *log_scale;           /* (J) logarithm of weight times the density at the centre */
} dense_law;

/* Time 0 needs covariances of full rank. Free with dense_law_free. */
dense_law dense_law_at(const sb_mixture *q, double u);
void dense_law_free(dense_law *law);

/* dense_law_score: log q_u(y), and score (d) = grad log q_u(y).   dense_law_draw: x (d) ~ q_u. */
double dense_law_score(const dense_law *law, const double *y, double *score);
void dense_law_draw(const dense_law *law, sb_stream *stream, double *x);

#endif
