#include "measure/labelled.h"

#include "base/memory.h"
#include "measure/classifier_streams.h"

#include <string.h>

static int is_finite_set(const sb_components *c)
{
    for (int j = 0; j < c->J; j++)
        for (int i = 0; i < (c->kind == SB_COVARIANCE_ISOTROPIC ? 1 : c->d); i++)
            if (sb_components_variance(c, j, i) > 0.0) return 0;
    return 1;
}

static sb_status alloc(sb_context *ctx, const sb_data *data, int count, sb_labelled *points)
{
    sb_status st = SB_OK;
    *points = (sb_labelled){.count = count, .d = data->d, .classes = data->classes, .shape = data->image};
    SB_ALLOC(points->x, (size_t)count * (size_t)data->d);
    SB_ALLOC(points->weight, count);
    SB_ALLOC(points->label, count);
    SB_CALLOC(points->share, data->classes);
done:
    return st;
}

static void take(const sb_data *data, sb_labelled *points)
{
    const size_t d = (size_t)data->d;
    size_t i = 0;
    for (size_t j = 0; j < (size_t)data->components.J; j++) {
        if (data->pooled[j] <= 0.0) continue;
        memcpy(points->x + i * d, data->components.mean + j * d, d * sizeof *points->x);
        points->weight[i] = data->pooled[j];
        points->label[i++] = data->label[j];
    }
}

static sb_status draw(sb_context *ctx, const sb_data *data, uint64_t seed, sb_labelled *points)
{
    sb_status st = SB_OK;
    const sb_mixture pooled = sb_data_pooled(data);
    double *work = NULL;
    SB_ALLOC(work, data->d);
    sb_mixture_sample(&pooled, sb_stream_at(seed, SB_DRAW_CLASSIFIER, 0, 0, SB_CLASSIFIER_POINTS, 0), (size_t)points->count,
                      points->x, points->label, work);
    for (int i = 0; i < points->count; i++) {
        points->weight[i] = 1.0 / points->count;
        points->label[i] = data->label[points->label[i]];
    }
done:
    sb_free(work);
    return st;
}

sb_status sb_labelled_create(sb_context *ctx, const sb_data *data, uint64_t seed, sb_labelled *points)
{
    sb_status st = SB_OK;
    const int J = data->components.J, finite = is_finite_set(&data->components);
    int held = 0;
    *points = (sb_labelled){0};
    SB_REQUIRE(data->classes > 0 && data->label, SB_EUSER, "the data have no labels, which the quality of samples is judged by");
    for (int j = 0; j < J; j++) held += data->pooled[j] > 0.0;
    SB_TRY(alloc(ctx, data, finite ? held : SB_LABELLED_DRAWS, points));
    for (int j = 0; j < J; j++) points->share[data->label[j]] += data->pooled[j];
    if (finite) take(data, points);
    else SB_TRY(draw(ctx, data, seed, points));
done:
    if (st != SB_OK) sb_labelled_free(points);
    return st;
}

void sb_labelled_free(sb_labelled *points)
{
    sb_free(points->x);
    sb_free(points->weight);
    sb_free(points->label);
    sb_free(points->share);
    *points = (sb_labelled){0};
}

sb_status sb_data_sheet(sb_context *ctx, const sb_data *data, uint64_t seed, int rows, int columns, double *y)
{
    sb_status st = SB_OK;
    const size_t row = (size_t)columns * (size_t)data->d;
    double *work = NULL;
    SB_ALLOC(work, data->d);
    for (int n = 0; n < rows; n++) {
        const sb_mixture q = sb_data_worker(data, n);
        sb_mixture_sample(&q, sb_stream_at(seed, SB_DRAW_CLASSIFIER, 0, (uint32_t)n, SB_CLASSIFIER_SHEET, 0), (size_t)columns,
                          y + (size_t)n * row, NULL, work);
    }
done:
    sb_free(work);
    return st;
}
