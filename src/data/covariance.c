#include "data/mixture.h"

#include "base/memory.h"
#include "data/basis.h"

#include <math.h>
#include <string.h>

int sb_components_stored(const sb_components *components)
{
    switch (components->kind) {
    case SB_COVARIANCE_ISOTROPIC: return 1;
    case SB_COVARIANCE_LOW_RANK: return components->rank + 1;
    default: return components->d;
    }
}

int sb_components_multiplicity(const sb_components *components, int i)
{
    const int stored = sb_components_stored(components);
    return i == stored - 1 ? components->d - i : 1;
}

double sb_components_variance(const sb_components *components, int j, int i)
{
    const int stored = sb_components_stored(components);
    return components->lambda[(size_t)j * (size_t)stored + (size_t)(i < stored ? i : stored - 1)];
}

/* Eigenvalues of component j, its eigenvectors, and the eigenvalue of what is orthogonal to all of them. */
typedef struct {
    const double *lambda, *Q;
    double rest;
    size_t d, rank;
} axes;

static axes axes_of(const sb_components *c, int j)
{
    const size_t d = (size_t)c->d, rank = (size_t)c->rank;
    axes a = {c->lambda + (size_t)j * (size_t)sb_components_stored(c), NULL, 0.0, d, rank};
    if (rank) a.Q = c->Q + (size_t)j * d * rank;
    if (rank && rank < d) a.rest = a.lambda[rank];
    return a;
}

/* x along eigenvector k. */
static double along(const axes *a, size_t k, const double *x)
{
    double sum = 0.0;
    for (size_t i = 0; i < a->d; i++) sum += a->Q[i * a->rank + k] * x[i];
    return sum;
}

double sb_components_axis_variance(const sb_components *components, int j, int i)
{
    const axes a = axes_of(components, j);
    if (!a.Q) return sb_components_variance(components, j, i);
    const double *row = a.Q + (size_t)i * a.rank;
    double sum = a.rest;
    for (size_t k = 0; k < a.rank; k++) sum += row[k] * row[k] * (a.lambda[k] - a.rest);
    return fmax(sum, 0.0);
}

double sb_components_variance_along(const sb_components *components, int j, const double *x)
{
    const axes a = axes_of(components, j);
    double sum = 0.0;
    for (size_t i = 0; i < a.d && (!a.Q || a.rest > 0.0); i++)
        sum += (a.Q ? a.rest : sb_components_variance(components, j, (int)i)) * x[i] * x[i];
    for (size_t k = 0; k < a.rank; k++) {
        const double z = along(&a, k, x);
        sum += (a.lambda[k] - a.rest) * z * z;
    }
    return fmax(sum, 0.0);
}

void sb_components_apply(const sb_components *components, int j, const double *x, double *out)
{
    const axes a = axes_of(components, j);
    for (size_t i = 0; i < a.d; i++) out[i] = (a.Q ? a.rest : sb_components_variance(components, j, (int)i)) * x[i];
    for (size_t k = 0; k < a.rank; k++) {
        const double z = (a.lambda[k] - a.rest) * along(&a, k, x);
        for (size_t i = 0; i < a.d; i++) out[i] += a.Q[i * a.rank + k] * z;
    }
}

void sb_components_covariance(const sb_components *components, int j, double *C)
{
    const axes a = axes_of(components, j);
    for (size_t i = 0; i < a.d; i++)
        for (size_t l = 0; l <= i; l++) {
            double sum = i != l ? 0.0 : a.Q ? a.rest : sb_components_variance(components, j, (int)i);
            for (size_t k = 0; k < a.rank; k++) sum += a.Q[i * a.rank + k] * (a.lambda[k] - a.rest) * a.Q[l * a.rank + k];
            C[i * a.d + l] = C[l * a.d + i] = sum;
        }
}

int sb_components_same_covariance(const sb_components *components, int i, int j)
{
    const size_t n = (size_t)sb_components_stored(components), size = (size_t)components->d * (size_t)components->rank;
    const double *lambda = components->lambda, *Q = components->Q;
    if (memcmp(lambda + (size_t)i * n, lambda + (size_t)j * n, n * sizeof *lambda) != 0) return 0;
    return size == 0 || memcmp(Q + (size_t)i * size, Q + (size_t)j * size, size * sizeof *Q) == 0;
}

sb_status sb_components_set_low_rank(sb_context *ctx, sb_components *components, int j, double variance, const double *V)
{
    sb_status st = SB_OK;
    const size_t d = (size_t)components->d, r = (size_t)components->rank;
    double *Q = r ? components->Q + (size_t)j * d * r : NULL, *lambda = components->lambda + (size_t)j * (r + 1);
    size_t known = 0;
    SB_REQUIRE(isfinite(variance) && variance >= 0.0, SB_EUSER, "component %d: %g is no variance", j + 1, variance);
    for (size_t i = 0; i < d * r; i++) {
        SB_REQUIRE(fabs(V[i]) <= 1e100, SB_EUSER, "component %d: %g is no size of a variation", j + 1, V[i]);
        Q[i] = V[i];
    }
    sb_basis_principal(d, r, Q, lambda);
    while (known < r && lambda[known] > 1e-28 * lambda[0]) known++;
    for (size_t k = 0; k < known; k++) {
        const double length = sqrt(lambda[k]);
        for (size_t i = 0; i < d; i++) Q[i * r + k] /= length;
        lambda[k] += variance;
    }
    sb_basis_complete(d, r, known, Q);
    for (size_t k = known; k <= r; k++) lambda[k] = variance;
done:
    return st;
}

sb_status sb_components_expand(sb_context *ctx, const sb_components *components, sb_components *full)
{
    sb_status st = SB_OK;
    const sb_components *c = components;
    const size_t d = (size_t)c->d, rank = (size_t)c->rank;
    SB_TRY(sb_components_alloc(ctx, c->d, c->J, SB_COVARIANCE_FULL, full));
    memcpy(full->mean, c->mean, (size_t)c->J * d * sizeof *full->mean);
    for (size_t j = 0; j < (size_t)c->J; j++) {
        double *Q = full->Q + j * d * d;
        for (size_t i = 0; i < d; i++) {
            full->lambda[j * d + i] = sb_components_variance(c, (int)j, (int)i);
            if (rank) memcpy(Q + i * d, c->Q + (j * d + i) * rank, rank * sizeof *Q);
        }
        sb_basis_complete(d, d, rank, Q);
    }
done:
    return st;
}
