/* Compiled in both precisions. */
#include "train/precision.h"

#include "train/source.h"

#include "base/memory.h"
#include "model/loss.h"

#include <math.h>

/* n doubles of the host as `real` on the backend. */
static sb_status put_real(sb_context *ctx, const sb_backend *op, size_t n, const double *host, const real **array)
{
    sb_status st = SB_OK;
    real *rounded = NULL, *there = op->alloc(op, n * sizeof *there);
    *array = there;
    SB_REQUIRE(there, SB_ENOMEM, "out of memory for %zu numbers of the data (%s)", n, op->name);
    SB_ALLOC(rounded, n);
    for (size_t i = 0; i < n; i++) rounded[i] = (real)host[i];
    op->upload(op, there, rounded, n * sizeof *rounded);
    if (op->finish(op)) SB_FAIL(SB_EIO, "%s", op->finish(op));
done:
    sb_free(rounded);
    return st;
}

/* Bytes of the host on the backend. */
static sb_status put(sb_context *ctx, const sb_backend *op, size_t bytes, const void *host, void **array)
{
    sb_status st = SB_OK;
    *array = op->alloc(op, bytes);
    SB_REQUIRE(*array, SB_ENOMEM, "out of memory for %zu bytes of the data (%s)", bytes, op->name);
    op->upload(op, *array, host, bytes);
    if (op->finish(op)) SB_FAIL(SB_EIO, "%s", op->finish(op));
done:
    return st;
}

/* The last component of positive weight of row `law`. */
static int last_of(const sb_data *data, int law)
{
    const double *weight = law < data->distinct ? data->weight + (size_t)law * (size_t)data->components.J : data->pooled;
    int last = 0;
    for (int j = 0; j < data->components.J; j++)
        if (weight[j] > 0.0) last = j;
    return last;
}

static sb_status put_laws(sb_context *ctx, const sb_backend *op, const sb_data *data, sb_source *source)
{
    sb_status st = SB_OK;
    const sb_components *c = &data->components;
    const size_t laws = (size_t)data->distinct + 1, J = (size_t)c->J, d = (size_t)c->d;
    double *deviation = NULL;
    int *last = NULL;
    void *there;
    SB_ALLOC(deviation, J * d);
    SB_ALLOC(last, laws);
    for (size_t j = 0; j < J; j++)
        for (size_t i = 0; i < d; i++) deviation[j * d + i] = sqrt(sb_components_variance(c, (int)j, (int)i));
    for (size_t law = 0; law < laws; law++) last[law] = last_of(data, (int)law);
    SB_TRY(put_real(ctx, op, J * d, c->mean, &source->mean));
    SB_TRY(put_real(ctx, op, J * d, deviation, &source->deviation));
    source->rank = c->rank;
    if (c->rank) SB_TRY(put_real(ctx, op, J * d * (size_t)c->rank, c->Q, &source->Q));
    SB_TRY(put(ctx, op, laws * J * sizeof *data->cumulative, data->cumulative, &there));
    source->cumulative = there;
    SB_TRY(put(ctx, op, laws * sizeof *last, last, &there));
    source->last = there;
done:
    sb_free(deviation);
    sb_free(last);
    return st;
}

static sb_status put_times(sb_context *ctx, const sb_backend *op, const sb_grid *grid, sb_source *source)
{
    sb_status st = SB_OK;
    const size_t K = (size_t)grid->K;
    double *table = NULL; /* (3,K): running sums of the times' probabilities, e^-u_k, sigma_{u_k} */
    void *there;
    SB_ALLOC(table, 3 * K);
    sb_time_law(grid, table);
    for (size_t k = 0; k < K; k++) {
        table[K + k] = exp(-grid->u[k]);
        table[2 * K + k] = sqrt(grid->sigma2[k]);
    }
    SB_TRY(put(ctx, op, K * sizeof *table, table, &there));
    source->time = there;
    SB_TRY(put(ctx, op, K * sizeof *grid->gamma, grid->gamma, &there));
    source->gamma = there;
    SB_TRY(put_real(ctx, op, K, table + K, &source->shrink));
    SB_TRY(put_real(ctx, op, K, table + 2 * K, &source->sigma));
done:
    sb_free(table);
    return st;
}

sb_status sb_source_create(sb_context *ctx, const sb_backend *op, const sb_data *data, const sb_grid *grid, sb_source *source)
{
    sb_status st = SB_OK;
    *source = (sb_source){.d = data->d, .J = data->components.J, .K = grid->K};
    SB_TRY(put_laws(ctx, op, data, source));
    SB_TRY(put_times(ctx, op, grid, source));
done:
    if (st != SB_OK) sb_source_free(op, source);
    return st;
}

void sb_source_free(const sb_backend *op, sb_source *source)
{
    const void *const arrays[] = {source->mean, source->deviation, source->Q,      source->cumulative, source->last,
                                  source->time, source->gamma,     source->shrink, source->sigma};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) op->release(op, (void *)arrays[i]);
    *source = (sb_source){0};
}
