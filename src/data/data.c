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
    int *label = NULL; /* (N,m) component that each point was drawn from, then its label */
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
    if (data->label) SB_ALLOC(label, J);
    memset(data->components.lambda, 0, J * sizeof(double));
    for (int n = 0; n < N; n++) {
        const sb_mixture q = {.components = &data->population,
                              .weight = row_of(data->population_weight, data->distinct, data->population.J, n)};
        sb_mixture_sample(&q, sb_stream_at(config->seed, SB_DRAW_SAMPLES, 0, (uint32_t)n, 0, 0), m,
                          data->components.mean + (size_t)n * m * d, label ? label + (size_t)n * m : NULL, work);
        for (size_t i = 0; i < m; i++) data->weight[(size_t)n * J + (size_t)n * m + i] = 1.0 / (double)m;
    }
    data->population_distinct = data->distinct;
    data->distinct = N;
    if (label) {
        for (size_t i = 0; i < J; i++) label[i] = data->label[label[i]];
        sb_free(data->label);
        data->label = label;
        label = NULL;
    }
done:
    sb_free(work);
    sb_free(label);
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

/* Glyphs are images too: shape and labels of the components. */
static sb_status describe_glyphs(sb_context *ctx, const sb_config *config, sb_data *data)
{
    sb_status st = SB_OK;
    const int J = data->components.J, side = config->data.side;
    data->image = (sb_image_shape){config->data.channels, side, side};
    data->classes = J < SB_GLYPH_DIGITS ? J : SB_GLYPH_DIGITS;
    SB_ALLOC(data->label, J);
    for (int j = 0; j < J; j++) data->label[j] = sb_glyph_digit(j);
done:
    return st;
}

/* The workers' weights over the components, from the components' own weights p (J). */
static sb_status share_components(sb_context *ctx, const sb_config *config, const double *p, sb_data *data)
{
    sb_status st = SB_OK;
    data->distinct = sb_partition_row_count(config);
    SB_REQUIRE((size_t)data->distinct <= (size_t)SB_MAX_DATA_NUMBERS / (size_t)data->components.J, SB_EUSER,
               "%d workers with %d components each need more memory than is sensible (2^28 numbers)", data->N, data->components.J);
    SB_ALLOC(data->weight, (size_t)data->distinct * (size_t)data->components.J);
    SB_TRY(sb_partition_rows(ctx, config, data->components.J, p, data->weight));
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

static sb_status from_components(sb_context *ctx, const sb_config *config, sb_data *data)
{
    sb_status st = SB_OK;
    const int glyphs = config->data.kind == SB_DATA_GLYPHS;
    double *p = NULL;
    *data = (sb_data){.N = config->data.workers};
    SB_REQUIRE(data->N >= 1 && data->N < SB_MAX_WORKERS, SB_EUSER, "data.workers must lie between 1 and %d, not at %d",
               SB_MAX_WORKERS - 1, data->N);
    SB_REQUIRE(config->data.samples >= 0, SB_EUSER, "data.samples must not be negative");
    if (glyphs) SB_TRY(sb_glyphs_create(ctx, config, &data->components, &p));
    else SB_TRY(sb_components_create(ctx, config, &data->components, &p));
    data->d = data->components.d;
    SB_TRY(share_components(ctx, config, p, data));
    if (glyphs) SB_TRY(describe_glyphs(ctx, config, data));
    if (config->data.samples > 0) SB_TRY(draw_samples(ctx, config, data));
    SB_TRY(sb_data_pool(ctx, data));
done:
    sb_free(p);
    if (st != SB_OK) sb_data_free(data);
    return st;
}

/* What no classifier can be trained on is found before anything else is. */
static sb_status check_quality(sb_context *ctx, const sb_config *config, const sb_data *data)
{
    sb_status st = SB_OK;
    const int n = config->measure.quality_samples;
    double share[SB_MAX_CLASSES];
    if (n == 0 || data->classes == 0) return SB_OK;
    const int images = sb_data_class_shares(data, -1, share), classes = sb_classes_held(data->classes, share);
    SB_REQUIRE(classes >= SB_LEAST_CLASSES, SB_EUSER,
               "measure.quality_samples: error: all images are of one class, and the classifier that judges samples tells classes "
               "apart; give 0 for none");
    SB_REQUIRE(images == 0 || images >= SB_LEAST_LABELLED, SB_EUSER,
               "measure.quality_samples: error: %d images are too few to train the classifier on that judges samples; it takes %d, "
               "or 0 for none",
               images, SB_LEAST_LABELLED);
    SB_REQUIRE((double)n * data->d <= SB_MAX_DATA_NUMBERS, SB_EUSER,
               "measure.quality_samples: error: %d images in dimension %d are more than 2^28 numbers", n, data->d);
done:
    return st;
}

sb_status sb_data_create(sb_context *ctx, const sb_config *config, sb_data *data)
{
    sb_status st = SB_OK;
    const int images = config->data.kind == SB_DATA_IMAGES || config->data.kind == SB_DATA_SHAPES;
    SB_TRY(images ? from_images(ctx, config, data) : from_components(ctx, config, data));
    SB_TRY(check_quality(ctx, config, data));
done:
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

int sb_data_class_shares(const sb_data *data, int n, double *share)
{
    const sb_mixture q = n < 0 ? sb_data_pooled(data) : sb_data_worker(data, n);
    const sb_components *c = &data->components;
    int count = 0, points = c->kind == SB_COVARIANCE_ISOTROPIC;
    for (int k = 0; k < data->classes; k++) share[k] = 0.0;
    for (int j = 0; j < c->J; j++) {
        if (!(q.weight[j] > 0.0)) continue;
        share[data->label[j]] += q.weight[j];
        points = points && c->lambda[j] == 0.0;
        count++;
    }
    return points ? count : 0;
}

int sb_classes_held(int classes, const double *share)
{
    int held = 0;
    for (int c = 0; c < classes; c++) held += share[c] > 0.0;
    return held;
}
