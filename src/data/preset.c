#include "data/components.h"

#include "base/memory.h"

#include <math.h>

static const double two_pi = 6.283185307179586476925;
enum { full_up_to = 64, most_components = 1 << 20 }; /* dimension of full random covariances; size of grids */

/* Point i of n, equally spaced over [-half, half]; the middle where there is only one. */
static double spaced(int i, int n, double half)
{
    return n > 1 ? half * (double)(2 * i - (n - 1)) / (double)(n - 1) : 0.0;
}

static void fill(size_t n, double value, double *x)
{
    for (size_t i = 0; i < n; i++) x[i] = value;
}

static sb_status equal_isotropic(sb_context *ctx, const sb_config *config, int J, sb_components *components, double **weight)
{
    sb_status st = SB_OK;
    SB_TRY(sb_components_alloc(ctx, config->data.dimension, J, SB_COVARIANCE_ISOTROPIC, components));
    SB_ALLOC(*weight, J);
    fill((size_t)J, 1.0 / J, *weight);
    fill((size_t)J, config->data.deviation * config->data.deviation, components->lambda);
    fill((size_t)J * (size_t)components->d, 0.0, components->mean);
done:
    return st;
}

/* On a circle in the first two coordinates; on a segment for d = 1. */
static sb_status ring(sb_context *ctx, const sb_config *config, sb_components *components, double **weight)
{
    sb_status st = SB_OK;
    const int J = config->data.modes;
    const double radius = config->data.radius;
    SB_TRY(equal_isotropic(ctx, config, J, components, weight));
    for (int j = 0; j < J; j++) {
        double *mean = components->mean + (size_t)j * (size_t)components->d;
        mean[0] = components->d == 1 ? spaced(j, J, radius) : radius * cos(two_pi * j / J);
        if (components->d > 1) mean[1] = radius * sin(two_pi * j / J);
    }
done:
    return st;
}

/* All combinations of `modes` positions per axis, the last axis running fastest. With `lopsided` position i of an axis has weight
 * proportional to i+1, so that the product law has no symmetry that could hide a mistake. */
static sb_status lattice(sb_context *ctx, const sb_config *config, int lopsided, sb_components *components, double **weight)
{
    sb_status st = SB_OK;
    const int m = config->data.modes, d = config->data.dimension;
    int J = 1;
    for (int i = 0; i < d && m > 1; i++) {
        SB_REQUIRE(J <= most_components / m, SB_EUSER, "%d modes on each of %d axes make more than 2^20 components", m, d);
        J *= m;
    }
    SB_TRY(equal_isotropic(ctx, config, J, components, weight));
    for (int j = 0; j < J; j++) {
        int rest = j;
        double p = 1.0;
        for (int i = d - 1; i >= 0; i--) {
            const int position = rest % m;
            rest /= m;
            components->mean[(size_t)j * (size_t)d + (size_t)i] = spaced(position, m, config->data.radius);
            if (m > 1) p *= lopsided ? 2.0 * (position + 1) / ((double)m * (m + 1)) : 1.0 / m;
        }
        (*weight)[j] = p;
    }
done:
    return st;
}

/* A random rotation: Gram-Schmidt, twice over, on the columns of a matrix of normals Q (d,d) in and out. */
static void orthonormalise(size_t d, double *Q)
{
    for (size_t k = 0; k < d; k++) {
        for (size_t l = 0; l < 2 * k; l++) {
            const size_t c = l % k;
            double dot = 0.0;
            for (size_t i = 0; i < d; i++) dot += Q[i * d + c] * Q[i * d + k];
            for (size_t i = 0; i < d; i++) Q[i * d + k] -= dot * Q[i * d + c];
        }
        double norm = 0.0;
        for (size_t i = 0; i < d; i++) norm += Q[i * d + k] * Q[i * d + k];
        for (size_t i = 0; i < d; i++) Q[i * d + k] /= sqrt(norm);
    }
}

/* Means N(0, radius^2/d I); eigenvalues deviation^2 exp(z/2), z normal; axes rotated at random up to a certain dimension. */
static sb_status scattered(sb_context *ctx, const sb_config *config, sb_components *components, double **weight)
{
    sb_status st = SB_OK;
    const size_t d = (size_t)config->data.dimension;
    const double variance = config->data.deviation * config->data.deviation;
    const sb_covariance_kind kind = d == 1            ? SB_COVARIANCE_ISOTROPIC
                                    : d <= full_up_to ? SB_COVARIANCE_FULL
                                                      : SB_COVARIANCE_DIAGONAL;
    SB_TRY(sb_components_alloc(ctx, (int)d, config->data.modes, kind, components));
    SB_ALLOC(*weight, components->J);
    fill((size_t)components->J, 1.0 / components->J, *weight);
    for (size_t j = 0; j < (size_t)components->J; j++) {
        sb_stream stream = sb_stream_at(config->seed, SB_DRAW_PRESET, 0, (uint32_t)j, 0, 0);
        double *mean = components->mean + j * d;
        double *lambda = components->lambda + j * d;
        sb_stream_normals(&stream, d, mean);
        for (size_t i = 0; i < d; i++) mean[i] *= config->data.radius / sqrt((double)d);
        sb_stream_normals(&stream, d, lambda);
        for (size_t i = 0; i < d; i++) lambda[i] = variance * exp(0.5 * lambda[i]);
        if (kind != SB_COVARIANCE_FULL) continue;
        sb_stream_normals(&stream, d * d, components->Q + j * d * d);
        orthonormalise(d, components->Q + j * d * d);
    }
done:
    return st;
}

/* Wide and narrow components in turn along the first axis, neighbours `radius` apart. */
static sb_status two_scale(sb_context *ctx, const sb_config *config, sb_components *components, double **weight)
{
    sb_status st = SB_OK;
    const int J = config->data.modes;
    const double narrow = config->data.ratio * config->data.deviation;
    SB_REQUIRE(isfinite(config->data.ratio) && config->data.ratio > 0.0, SB_EUSER, "data.ratio must be positive, not %g",
               config->data.ratio);
    SB_TRY(equal_isotropic(ctx, config, J, components, weight));
    for (int j = 0; j < J; j++) {
        components->mean[(size_t)j * (size_t)components->d] = spaced(j, J, 0.5 * config->data.radius * (J - 1));
        if (j % 2) components->lambda[j] = narrow * narrow;
    }
done:
    return st;
}

sb_status sb_preset_create(sb_context *ctx, const sb_config *config, sb_components *components, double **weight)
{
    sb_status st = SB_OK;
    SB_REQUIRE(config->data.dimension >= 1, SB_EUSER, "data.dimension must be at least 1, not %d", config->data.dimension);
    SB_REQUIRE(config->data.modes >= 1 && config->data.modes <= most_components, SB_EUSER,
               "data.modes must lie between 1 and 2^20, not at %d", config->data.modes);
    SB_REQUIRE(isfinite(config->data.radius) && isfinite(config->data.deviation) && config->data.deviation >= 0.0, SB_EUSER,
               "data.radius %g and data.deviation %g must be finite, the deviation not negative", config->data.radius,
               config->data.deviation);
    switch (config->data.preset) {
    case SB_PRESET_RING: SB_TRY(ring(ctx, config, components, weight)); break;
    case SB_PRESET_GRID: SB_TRY(lattice(ctx, config, 0, components, weight)); break;
    case SB_PRESET_PRODUCT: SB_TRY(lattice(ctx, config, 1, components, weight)); break;
    case SB_PRESET_RANDOM: SB_TRY(scattered(ctx, config, components, weight)); break;
    case SB_PRESET_TWO_SCALE: SB_TRY(two_scale(ctx, config, components, weight)); break;
    default: SB_FAIL(SB_EINVAL, "no preset has the number %d", (int)config->data.preset);
    }
done:
    return st;
}
