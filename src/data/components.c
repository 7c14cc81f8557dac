#include "data/components.h"

#include "base/memory.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

static const size_t most_numbers = (size_t)1 << 28;

static sb_status alloc(sb_context *ctx, int d, int J, sb_covariance_kind kind, int rank, sb_components *components)
{
    sb_status st = SB_OK;
    const size_t numbers = (size_t)J * (size_t)d, matrices = numbers * (size_t)rank;
    *components = (sb_components){.d = d, .J = J, .kind = kind, .rank = rank};
    SB_REQUIRE(d >= 1 && J >= 1, SB_EUSER, "a mixture needs dimension >= 1 and at least one component, not %d and %d", d, J);
    SB_REQUIRE(numbers <= most_numbers && matrices <= most_numbers, SB_EUSER,
               "%d components in dimension %d need more memory than is sensible (2^28 numbers)", J, d);
    SB_ALLOC(components->mean, numbers);
    SB_ALLOC(components->lambda, (size_t)J * (size_t)sb_components_stored(components));
    if (matrices) SB_ALLOC(components->Q, matrices);
done:
    if (st != SB_OK) sb_components_free(components);
    return st;
}

sb_status sb_components_alloc(sb_context *ctx, int d, int J, sb_covariance_kind kind, sb_components *components)
{
    return alloc(ctx, d, J, kind, kind == SB_COVARIANCE_FULL ? d : 0, components);
}

sb_status sb_components_alloc_low_rank(sb_context *ctx, int d, int J, int rank, sb_components *components)
{
    sb_status st = SB_OK;
    *components = (sb_components){0};
    SB_REQUIRE(rank >= 0 && rank < d, SB_EUSER, "a covariance of low rank in dimension %d has from 0 to %d directions, not %d", d,
               d - 1, rank);
    SB_TRY(alloc(ctx, d, J, rank ? SB_COVARIANCE_LOW_RANK : SB_COVARIANCE_ISOTROPIC, rank, components));
done:
    return st;
}

void sb_components_free(sb_components *components)
{
    sb_free(components->mean);
    sb_free(components->lambda);
    sb_free(components->Q);
    *components = (sb_components){0};
}

/* Eigenvalues lambda (d) and, in the columns of the row-major Q (d,d), eigenvectors of the symmetric matrix in Q. LAPACK is called
 * without its C layer, which OpenBLAS does not always carry. */
static sb_status diagonalise(sb_context *ctx, lapack_int d, double *Q, double *lambda)
{
    sb_status st = SB_OK;
    lapack_int numbers = 1 + 6 * d + 2 * d * d, integers = 3 + 5 * d, info = 0;
    double *work = NULL;
    lapack_int *iwork = NULL;
    SB_ALLOC(work, numbers);
    SB_ALLOC(iwork, integers);
    LAPACK_dsyevd("V", "U", &d, Q, &d, lambda, work, &numbers, iwork, &integers, &info);
    SB_REQUIRE(info == 0, SB_ECONV, "the eigenvalues of a covariance did not converge (dsyevd: %d)", (int)info);
    for (lapack_int i = 0; i < d; i++) /* LAPACK's columns are our rows */
        for (lapack_int k = 0; k < i; k++) {
            const double q = Q[i * d + k];
            Q[i * d + k] = Q[k * d + i];
            Q[k * d + i] = q;
        }
done:
    sb_free(work);
    sb_free(iwork);
    return st;
}

sb_status sb_components_set_full(sb_context *ctx, sb_components *components, int j, const double *C)
{
    sb_status st = SB_OK;
    const size_t d = (size_t)components->d;
    double *Q = components->Q + (size_t)j * d * d;
    double *lambda = components->lambda + (size_t)j * d;
    double size = 0.0;
    for (size_t i = 0; i < d * d; i++) {
        SB_REQUIRE(isfinite(C[i]), SB_EUSER, "component %d: its covariance is not finite", j + 1);
        size = fmax(size, fabs(C[i]));
    }
    for (size_t i = 0; i < d; i++)
        for (size_t k = 0; k < d; k++) {
            SB_REQUIRE(fabs(C[i * d + k] - C[k * d + i]) <= 1e-12 * size, SB_EUSER,
                       "component %d: covariance is not symmetric: entries (%zu,%zu) and (%zu,%zu) are %g and %g", j + 1, i + 1,
                       k + 1, k + 1, i + 1, C[i * d + k], C[k * d + i]);
            Q[i * d + k] = 0.5 * (C[i * d + k] + C[k * d + i]);
        }
    SB_TRY(diagonalise(ctx, components->d, Q, lambda));
    for (size_t i = 0; i < d; i++) {
        SB_REQUIRE(lambda[i] >= -1e-12 * size, SB_EUSER,
                   "component %d: covariance is not positive definite: it has the eigenvalue %g", j + 1, lambda[i]);
        lambda[i] = fmax(lambda[i], 0.0);
    }
done:
    return st;
}

/* The simplest kind that describes a component as given: the simpler, the faster. */
static sb_covariance_kind simplest_kind(const sb_component *component, int d)
{
    sb_covariance_kind kind = component->kind;
    const double *C = component->covariance;
    if (kind == SB_COVARIANCE_FULL) {
        int diagonal = 1;
        for (int i = 0; i < d; i++)
            for (int k = 0; k < d; k++) diagonal &= i == k || C[(size_t)i * (size_t)d + (size_t)k] == 0.0;
        if (!diagonal) return SB_COVARIANCE_FULL;
        kind = SB_COVARIANCE_DIAGONAL;
    }
    if (kind == SB_COVARIANCE_DIAGONAL) {
        const size_t stride = component->kind == SB_COVARIANCE_FULL ? (size_t)d + 1 : 1;
        for (int i = 1; i < d; i++)
            if (C[(size_t)i * stride] != C[0]) return SB_COVARIANCE_DIAGONAL;
    }
    return SB_COVARIANCE_ISOTROPIC;
}

/* Row-major C (d,d) of a component given in any form. */
static void covariance_matrix(const sb_component *component, size_t d, double *C)
{
    if (component->kind == SB_COVARIANCE_FULL) {
        memcpy(C, component->covariance, d * d * sizeof *C);
        return;
    }
    memset(C, 0, d * d * sizeof *C);
    for (size_t i = 0; i < d; i++) C[i * (d + 1)] = component->covariance[component->kind == SB_COVARIANCE_DIAGONAL ? i : 0];
}

static sb_status explicit_component(sb_context *ctx, const sb_component *given, int j, double *C, sb_components *components)
{
    sb_status st = SB_OK;
    const size_t d = (size_t)components->d;
    for (size_t i = 0; i < d; i++) SB_REQUIRE(isfinite(given->mean[i]), SB_EUSER, "component %d: its mean is not finite", j + 1);
    memcpy(components->mean + (size_t)j * d, given->mean, d * sizeof(double));
    if (components->kind == SB_COVARIANCE_FULL) {
        covariance_matrix(given, d, C);
        SB_TRY(sb_components_set_full(ctx, components, j, C));
        goto done;
    }
    const size_t rows = components->kind == SB_COVARIANCE_ISOTROPIC ? 1 : d;
    const size_t stride = given->kind == SB_COVARIANCE_FULL ? d + 1 : given->kind == SB_COVARIANCE_DIAGONAL ? 1 : 0;
    for (size_t i = 0; i < rows; i++) {
        const double variance = given->covariance[i * stride];
        SB_REQUIRE(isfinite(variance) && variance >= 0.0, SB_EUSER, "component %d: %g is no variance", j + 1, variance);
        components->lambda[(size_t)j * rows + i] = variance;
    }
done:
    return st;
}

static sb_status explicit_create(sb_context *ctx, const sb_config *config, sb_components *components, double **weight)
{
    sb_status st = SB_OK;
    const int d = config->data.dimension;
    const int J = config->data.component_count;
    double *C = NULL;
    double total = 0.0;
    sb_covariance_kind kind = SB_COVARIANCE_ISOTROPIC;
    for (int j = 0; j < J; j++) {
        const sb_covariance_kind own = simplest_kind(&config->data.components[j], d);
        if (own > kind) kind = own;
    }
    SB_TRY(sb_components_alloc(ctx, d, J, kind, components));
    SB_ALLOC(*weight, J);
    if (kind == SB_COVARIANCE_FULL) SB_ALLOC(C, (size_t)d * (size_t)d);
    for (int j = 0; j < J; j++) {
        const double p = config->data.components[j].weight;
        SB_REQUIRE(isfinite(p) && p > 0.0, SB_EUSER, "component %d: its weight %g is not positive", j + 1, p);
        (*weight)[j] = p;
        total += p;
        SB_TRY(explicit_component(ctx, &config->data.components[j], j, C, components));
    }
    SB_REQUIRE(fabs(total - 1.0) <= 1e-9, SB_EUSER, "the weights of the components sum to %.12g, not 1", total);
    for (int j = 0; j < J; j++) (*weight)[j] /= total;
done:
    sb_free(C);
    return st;
}

sb_status sb_components_create(sb_context *ctx, const sb_config *config, sb_components *components, double **weight)
{
    sb_status st = SB_OK;
    *components = (sb_components){0};
    *weight = NULL;
    if (config->data.preset == SB_PRESET_NONE) SB_TRY(explicit_create(ctx, config, components, weight));
    else SB_TRY(sb_preset_create(ctx, config, components, weight));
done:
    if (st != SB_OK) {
        sb_components_free(components);
        sb_free(*weight);
        *weight = NULL;
    }
    return st;
}
