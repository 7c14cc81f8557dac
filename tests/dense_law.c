#include "dense_law.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* C (d,d) = e^-2u (rest I + sum_k (lambda_k - rest) q_k q_k') + sigma_u^2 I */
static void covariance(const sb_components *c, int j, double u, double *C)
{
    const size_t d = (size_t)c->d, rank = (size_t)c->rank;
    const double *lambda = c->lambda + (size_t)j * (rank + 1), *Q = c->Q + (size_t)j * d * rank;
    for (size_t i = 0; i < d; i++)
        for (size_t l = 0; l < d; l++) {
            double sum = i == l ? lambda[rank] : 0.0;
            for (size_t k = 0; k < rank; k++) sum += (lambda[k] - lambda[rank]) * Q[i * rank + k] * Q[l * rank + k];
            C[i * d + l] = exp(-2.0 * u) * sum + (i == l ? -expm1(-2.0 * u) : 0.0);
        }
}

dense_law dense_law_at(const sb_mixture *q, double u)
{
    const sb_components *c = q->components;
    const size_t d = (size_t)c->d;
    dense_law law = {.d = c->d, .J = c->J, .u = u, .weight = q->weight, .mean = c->mean};
    law.L = malloc((size_t)c->J * d * d * sizeof(double));
    law.log_scale = malloc((size_t)c->J * sizeof(double));
    for (int j = 0; j < c->J; j++) {
        double *L = law.L + (size_t)j * d * d;
        covariance(c, j, u, L);
        if (LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'L', c->d, L, c->d) != 0) abort();
        law.log_scale[j] = log(q->weight[j]) - 0.5 * c->d * log(2.0 * M_PI);
        for (size_t i = 0; i < d; i++) law.log_scale[j] -= log(L[i * d + i]);
    }
    return law;
}

void dense_law_free(dense_law *law)
{
    free(law->L);
    free(law->log_scale);
    *law = (dense_law){0};
}

double dense_law_score(const dense_law *law, const double *y, double *score)
{
    const size_t d = (size_t)law->d;
    double x[law->J][law->d], term[law->J], most = -INFINITY, sum = 0.0; /* x: C^-1 (y - e^-u m) */
    for (int j = 0; j < law->J; j++) {
        const double *L = law->L + (size_t)j * d * d;
        for (size_t i = 0; i < d; i++) x[j][i] = y[i] - exp(-law->u) * law->mean[(size_t)j * d + i];
        cblas_dtrsv(CblasRowMajor, CblasLower, CblasNoTrans, CblasNonUnit, law->d, L, law->d, x[j], 1);
        term[j] = law->log_scale[j] - 0.5 * cblas_ddot(law->d, x[j], 1, x[j], 1);
        cblas_dtrsv(CblasRowMajor, CblasLower, CblasTrans, CblasNonUnit, law->d, L, law->d, x[j], 1);
        most = fmax(most, term[j]);
    }
    for (int j = 0; j < law->J; j++) sum += exp(term[j] - most);
    memset(score, 0, d * sizeof *score);
    for (int j = 0; j < law->J; j++)
        for (size_t i = 0; i < d; i++) score[i] -= exp(term[j] - most) / sum * x[j][i];
    return most + log(sum);
}

void dense_law_draw(const dense_law *law, sb_stream *stream, double *x)
{
    const size_t d = (size_t)law->d;
    double v = sb_stream_uniform(stream);
    int j = 0;
    while (j + 1 < law->J && v >= law->weight[j]) v -= law->weight[j++];
    sb_stream_normals(stream, d, x);
    cblas_dtrmv(CblasRowMajor, CblasLower, CblasNoTrans, CblasNonUnit, law->d, law->L + (size_t)j * d * d, law->d, x, 1);
    for (size_t i = 0; i < d; i++) x[i] += exp(-law->u) * law->mean[(size_t)j * d + i];
}
