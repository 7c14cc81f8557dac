#include "measure/law_constants.h"

#include "base/memory.h"
#include "measure/symmetric.h"

#include <math.h>

enum { LARGEST = 2000 }; /* matrices whose eigenvalues are wanted */

sb_number sb_law_fisher(const sb_exact *exact, const sb_grid *grid)
{
    const double shrink = exp(-2.0 * grid->delta);
    return sb_number_scale(exact->J[exact->K], 1.0, shrink * (exact->M2.value - exact->d) - exact->d);
}

static double farthest_from_one(size_t n, const double *eigenvalues, double shift)
{
    double gap = 0.0;
    for (size_t i = 0; i < n; i++) gap = fmax(gap, fabs(eigenvalues[i] + shift - 1.0));
    return gap;
}

static double gap_of_component(const sb_components *c, int j)
{
    double gap = 0.0;
    for (int i = 0; i < c->d; i++) gap = fmax(gap, fabs(sb_components_variance(c, j, i) - 1.0));
    return gap;
}

static sb_status gap_by_covariance(sb_context *ctx, const sb_mixture *q, double *gap)
{
    sb_status st = SB_OK;
    const size_t d = (size_t)q->components->d;
    double *mean = NULL, *covariance = NULL, *eigenvalues = NULL;
    SB_ALLOC(mean, d);
    SB_ALLOC(covariance, d * d);
    SB_ALLOC(eigenvalues, d);
    sb_mixture_moments(q, mean, covariance);
    SB_TRY(sb_symmetric_eigen(ctx, 0, 1, (int)d, covariance, eigenvalues));
    *gap = farthest_from_one(d, eigenvalues, 0.0);
done:
    sb_free(mean);
    sb_free(covariance);
    sb_free(eigenvalues);
    return st;
}

/* Covariances lambda_j I, or of low rank with no smaller eigenvalue: Cov(X_0) is the mean of lambda_j times I plus the scatter of n < d
 * rows, the centres and what lambda_j lacks along the eigenvectors; it has the eigenvalues of its Gram matrix and 0. */
static sb_status gap_by_rows(sb_context *ctx, const sb_mixture *q, size_t n, double *gap)
{
    sb_status st = SB_OK;
    const sb_components *c = q->components;
    const size_t d = (size_t)c->d, rank = (size_t)c->rank;
    double *offset = NULL, *mean = NULL, *gram = NULL, *eigenvalues = NULL, variance = 0.0;
    size_t row = 0;
    SB_ALLOC(offset, n * d);
    SB_ALLOC(mean, d);
    SB_ALLOC(gram, n * n);
    SB_ALLOC(eigenvalues, n);
    sb_mixture_moments(q, mean, NULL);
    for (int j = 0; j < c->J; j++) {
        if (!(q->weight[j] > 0.0)) continue;
        const double rest = sb_components_variance(c, j, c->rank);
        variance += q->weight[j] * rest;
        for (size_t i = 0; i < d; i++) offset[row * d + i] = sqrt(q->weight[j]) * (c->mean[(size_t)j * d + i] - mean[i]);
        row++;
        for (size_t k = 0; k < rank; k++, row++) {
            const double length = sqrt(q->weight[j] * (sb_components_variance(c, j, (int)k) - rest));
            for (size_t i = 0; i < d; i++) offset[row * d + i] = length * c->Q[((size_t)j * d + i) * rank + k];
        }
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = 0.0;
            for (size_t l = 0; l < d; l++) sum += offset[i * d + l] * offset[j * d + l];
            gram[i * n + j] = gram[j * n + i] = sum;
        }
    SB_TRY(sb_symmetric_eigen(ctx, 0, 1, (int)n, gram, eigenvalues));
    *gap = fmax(fabs(variance - 1.0), farthest_from_one(n, eigenvalues, variance));
done:
    sb_free(offset);
    sb_free(mean);
    sb_free(gram);
    sb_free(eigenvalues);
    return st;
}

/* How many rows gap_by_rows takes; 0 where it does not apply. */
static int rows_of(const sb_mixture *q)
{
    const sb_components *c = q->components;
    int active = 0;
    if (c->kind != SB_COVARIANCE_ISOTROPIC && c->kind != SB_COVARIANCE_LOW_RANK) return 0;
    for (int j = 0; j < c->J; j++) {
        active += q->weight[j] > 0.0;
        for (int k = 0; k < c->rank; k++)
            if (!(sb_components_variance(c, j, k) >= sb_components_variance(c, j, c->rank))) return 0;
    }
    return active <= LARGEST / (1 + c->rank) ? active * (1 + c->rank) : 0;
}

sb_status sb_law_covariance_gap(sb_context *ctx, const sb_mixture *q, sb_number *gap)
{
    sb_status st = SB_OK;
    const sb_components *c = q->components;
    const int only = sb_mixture_is_gaussian(q);
    const int rows = rows_of(q);
    double value = NAN;
    if (only >= 0) value = gap_of_component(c, only);
    else if (rows > 0 && rows < c->d) SB_TRY(gap_by_rows(ctx, q, (size_t)rows, &value));
    else if (c->d <= LARGEST) SB_TRY(gap_by_covariance(ctx, q, &value));
    *gap = isnan(value) ? sb_number_unknown() : sb_number_exact(value);
done:
    return st;
}
