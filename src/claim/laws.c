#include "claim/laws.h"

#include "base/memory.h"

#include <math.h>
#include <string.h>

sb_mixture sb_law_view(const sb_law *law)
{
    return (sb_mixture){.components = &law->components, .weight = law->weight};
}

void sb_law_free(sb_law *law)
{
    sb_components_free(&law->components);
    sb_free(law->weight);
    *law = (sb_law){.weight = NULL};
}

sb_status sb_law_of(sb_context *ctx, const sb_config *config, sb_law *law)
{
    *law = (sb_law){.weight = NULL};
    return sb_components_create(ctx, config, &law->components, &law->weight);
}

sb_status sb_law_preset(sb_context *ctx, sb_preset preset, int d, int modes, double radius, double deviation, sb_law *law)
{
    const sb_config config = {
        .seed = 1,
        .data = {.dimension = d, .preset = preset, .modes = modes, .radius = radius, .deviation = deviation, .ratio = 0.1}};
    return sb_law_of(ctx, &config, law);
}

static sb_status alloc(sb_context *ctx, int d, int J, sb_covariance_kind kind, sb_law *law)
{
    sb_status st = SB_OK;
    *law = (sb_law){.weight = NULL};
    SB_TRY(sb_components_alloc(ctx, d, J, kind, &law->components));
    SB_ALLOC(law->weight, J);
done:
    if (st != SB_OK) sb_law_free(law);
    return st;
}

sb_status sb_law_gaussian(sb_context *ctx, int d, double mean, const double *variance, sb_law *law)
{
    sb_status st = SB_OK;
    SB_TRY(alloc(ctx, d, 1, SB_COVARIANCE_DIAGONAL, law));
    law->weight[0] = 1.0;
    for (int i = 0; i < d; i++) law->components.mean[i] = mean;
    memcpy(law->components.lambda, variance, (size_t)d * sizeof *variance);
done:
    return st;
}

sb_status sb_law_pair(sb_context *ctx, int d, double offset, double variance, sb_law *law)
{
    sb_status st = SB_OK;
    SB_TRY(alloc(ctx, d, 2, SB_COVARIANCE_ISOTROPIC, law));
    for (int j = 0; j < 2; j++) {
        law->weight[j] = 0.5;
        law->components.lambda[j] = variance;
        for (int i = 0; i < d; i++) law->components.mean[j * d + i] = j ? -offset : offset;
    }
done:
    return st;
}

/* Covariance scale (0.1 I + Z Z'/d) for a matrix of normals z (d,d). */
static void random_covariance(int d, double scale, const double *z, double *C)
{
    for (int i = 0; i < d; i++)
        for (int k = 0; k < d; k++) {
            double sum = i == k ? 0.1 : 0.0;
            for (int m = 0; m < d; m++) sum += z[i * d + m] * z[k * d + m] / d;
            C[i * d + k] = scale * sum;
        }
}

sb_status sb_law_random(sb_context *ctx, int d, int J, uint64_t seed, int index, sb_law *law)
{
    sb_status st = SB_OK;
    const size_t size = (size_t)d * (size_t)d;
    double total = 0.0, *C = NULL, *z = NULL;
    sb_stream stream = sb_stream_at(seed, SB_DRAW_CLAIM, 0, 0, (uint32_t)index, 0);
    SB_TRY(alloc(ctx, d, J, SB_COVARIANCE_FULL, law));
    SB_ALLOC(C, 2 * size);
    z = C + size;
    const double spread = 0.5 + 2.0 * sb_stream_uniform(&stream);
    sb_stream_normals(&stream, (size_t)J * (size_t)d, law->components.mean);
    for (int i = 0; i < J * d; i++) law->components.mean[i] *= spread;
    for (int j = 0; j < J; j++) total += law->weight[j] = 0.05 + sb_stream_uniform(&stream);
    for (int j = 0; j < J; j++) {
        law->weight[j] /= total;
        sb_stream_normals(&stream, size, z);
        random_covariance(d, 0.8 * exp(-4.0 * sb_stream_uniform(&stream)), z, C);
        SB_TRY(sb_components_set_full(ctx, &law->components, j, C));
    }
done:
    sb_free(C);
    if (st != SB_OK) sb_law_free(law);
    return st;
}

sb_status sb_grid_steps(sb_context *ctx, sb_grid_kind kind, double T, double delta, int K, sb_grid *grid)
{
    const sb_config config = {.diffusion = {.T = T, .delta = delta, .grid = kind, .K = K}};
    return sb_grid_create(ctx, &config, grid);
}

sb_status sb_grid_times(sb_context *ctx, int K, const double *u, sb_grid *grid)
{
    sb_status st = SB_OK;
    SB_TRY(sb_grid_steps(ctx, SB_GRID_UNIFORM, u[0], u[K], K, grid));
    grid->kappa = 0.0;
    for (int k = 0; k <= K; k++) {
        grid->u[k] = u[k];
        grid->t[k] = u[0] - u[k];
        grid->sigma2[k] = sb_ou_variance(u[k]);
    }
    for (int k = 0; k < K; k++) {
        grid->gamma[k] = u[k] - u[k + 1];
        grid->kappa = fmax(grid->kappa, grid->gamma[k] / fmin(1.0, u[k + 1]));
    }
done:
    return st;
}

sb_number sb_number_ratio(sb_number x, sb_number y)
{
    sb_number ratio = x.status > y.status ? x : y;
    ratio.value = x.value / y.value;
    ratio.lo = x.lo / y.hi;
    ratio.hi = x.hi / y.lo;
    return ratio;
}

sb_number sb_number_difference(sb_number x, sb_number y)
{
    return sb_number_add(x, sb_number_scale(y, -1.0, 0.0));
}
