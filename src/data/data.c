#include "data/data.h"

#include "base/memory.h"
#include "data/components.h"
#include "data/image_data.h"

#include <math.h>
#include <string.h>

static const double *row_of(const double *rows, int distinct, int J, int n)
{
    return rows + (distinct == 1 ? 0 : (size_t)n * (size_t)J);
}

/* Replaces the population by what each worker has drawn from it: components of zero variance, one block of `samples` per worker. */
static sb_status draw_samples(sb_context *ctx, const sb_config *config, sb_data *data)
{
    sb_status st = SB_OK;
    const int N = data->N;
    const size_t d = (size_t)data->d;
    const size_t m = (size_t)config->data.samples;
    double *work = NULL;
    SB_REQUIRE((size_t)N * m <= (size_t)SB_MAX_DATA_NUMBERS / d && (size_t)N * m <= (size_t)SB_MAX_DATA_NUMBERS / (size_t)N,
               SB_EUSER, "%d workers with %zu samples each in dimension %zu need more memory than is sensible (2^28 numbers)", N, m,
               d);
    data->population = data->components;
    data->population_weight = data->weight;
    data->components = (sb_components){0};
    data->weight = NULL;
    SB_TRY(sb_components_alloc(ctx, (int)d, (int)((size_t)N * m), SB_COVARIANCE_ISOTROPIC, &data->components));
    const size_t J = (size_t)data->components.J;
    SB_CALLOC(data->weight, (size_t)N * J);
    SB_ALLOC(work, d);
    memset(data->components.lambda, 0, J * sizeof(double));
    for (int n = 0; n < N; n++) {
        const sb_mixture q = {.components = &data->population,
                              .weight = row_of(data->population_weight, data->distinct, data->population.J, n)};
        sb_mixture_sample(&q, sb_stream_at(config->seed, SB_DRAW_SAMPLES, 0, (uint32_t)n, 0, 0), m,
                          data->components.mean + (size_t)n * m * d, NULL, work);
        for (size_t i = 0; i < m; i++) data->weight[(size_t)n * J + (size_t)n * m + i] = 1.0 / (double)m;
    }
    data->population_distinct = data->distinct;
    data->distinct = N;
done:
    sb_free(work);
    return st;
}

sb_status sb_data_pool(sb_context *ctx, sb_data *data)
{
    sb_status st = SB_OK;
    const size_t J = (size_t)data->components.J, rows = (size_t)data->distinct;
    SB_CALLOC(data->pooled, J);
    SB_ALLOC(data->cumulative, (rows + 1) * J);
    for (size_t n = 0; n < rows; n++)
        for (size_t j = 0; j < J; j++) data->pooled[j] += data->weight[n * J + j];
    for (size_t j = 0; j < J; j++) data->pooled[j] /= (double)rows;
    for (size_t n = 0; n <= rows; n++) {
        const double *row = n < rows ? data->weight + n * J : data->pooled;
        double sum = 0.0;
        for (size_t j = 0; j < J; j++) data->cumulative[n * J + j] = sum += row[j];
    }
done:
    return st;
}

static sb_status from_images(sb_context *ctx, const sb_config *config, sb_data *data)
{
    sb_status st = SB_OK;
    sb_images images = {0};
    *data = (sb_data){0};
    SB_TRY(sb_images_load(ctx, config, &images));
    SB_TRY(sb_data_of_images(ctx, config, &images, data));
done:
    sb_images_free(&images);
    return st;
}

sb_status sb_data_create(sb_context *ctx, const sb_config *config, sb_data *data)
{
    sb_status st = SB_OK;
    double *p = NULL;
    if (config->data.kind == SB_DATA_IMAGES || config->data.kind == SB_DATA_SHAPES) return from_images(ctx, config, data);
    *data = (sb_data){.N = config->data.workers, .d = config->data.dimension};
    SB_REQUIRE(data->N >= 1 && data->N < SB_MAX_WORKERS, SB_EUSER, "data.workers must lie between 1 and %d, not at %d",
               SB_MAX_WORKERS - 1, data->N);
    SB_REQUIRE(config->data.samples >= 0, SB_EUSER, "data.samples must not be negative");
    SB_TRY(sb_components_create(ctx, config, &data->components, &p));
    data->distinct = sb_partition_row_count(config);
    SB_REQUIRE((size_t)data->distinct <= (size_t)SB_MAX_DATA_NUMBERS / (size_t)data->components.J, SB_EUSER,
               "%d workers with %d components each need more memory than is sensible (2^28 numbers)", data->N, data->components.J);
    SB_ALLOC(data->weight, (size_t)data->distinct * (size_t)data->components.J);
    SB_TRY(sb_partition_rows(ctx, config, data->components.J, p, data->weight));
    if (config->data.samples > 0) SB_TRY(draw_samples(ctx, config, data));
    SB_TRY(sb_data_pool(ctx, data));
done:
    sb_free(p);
    if (st != SB_OK) sb_data_free(data);
    return st;
}

void sb_data_free(sb_data *data)
{
    sb_components_free(&data->components);
    sb_components_free(&data->population);
    sb_free(data->weight);
    sb_free(data->pooled);
    sb_free(data->cumulative);
    sb_free(data->population_weight);
    sb_free(data->label);
    *data = (sb_data){0};
}

sb_mixture sb_data_worker(const sb_data *data, int n)
{
    const int J = data->components.J;
    return (sb_mixture){.components = &data->components,
                        .weight = row_of(data->weight, data->distinct, J, n),
                        .cumulative = row_of(data->cumulative, data->distinct, J, n)};
}

sb_mixture sb_data_pooled(const sb_data *data)
{
    return (sb_mixture){.components = &data->components,
                        .weight = data->pooled,
                        .cumulative = data->cumulative + (size_t)data->distinct * (size_t)data->components.J};
}
