#include "kernels/tests/bench_step.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { E = 1, J = 3, K = 60 }; /* features of the time; components of the mixture; times */

/* Room on the device for `count` elements; NULL, and so for all that follow, once there is none left. */
static void *take(bench_step *t, size_t count, size_t size)
{
    void *memory = t->missing ? NULL : t->op->alloc(t->op, count * size);
    if (memory) t->memory[t->arrays++] = memory;
    else t->missing = 1;
    return memory;
}

/* Room that holds elements drawn evenly from [low,high), from a small generator: the values matter only in that they are ordinary. */
static real *take_random(bench_step *t, size_t count, double low, double high)
{
    real *device = take(t, count, sizeof *device), *host = device ? malloc(count * sizeof *host) : NULL;
    uint32_t state = 1;
    if (!host) t->missing = 1;
    for (size_t i = 0; host && i < count; i++) {
        state = state * 1664525u + 1013904223u;
        host[i] = (real)(low + (high - low) * (state >> 8) * 0x1p-24);
    }
    if (host) t->op->upload(t->op, device, host, count * sizeof *host);
    free(host);
    return device;
}

static void *take_copy(bench_step *t, size_t count, size_t size, const void *host)
{
    void *device = take(t, count, size);
    if (device) t->op->upload(t->op, device, host, count * size);
    return device;
}

static int layers_of(const bench_shape *shape, sb_layer *layer, size_t *D)
{
    *D = 0;
    for (int l = 0; l <= shape->depth; l++) {
        const int in = l ? shape->width : shape->d + E, out = l < shape->depth ? shape->width : shape->d;
        layer[l] = (sb_layer){in, out, *D, *D + (size_t)out * in, 1 / sqrt(in), 0.37};
        *D = layer[l].b + out;
    }
    return shape->depth + 1;
}

/* Times of equal probability, components of equal weight. */
static void open_source(bench_step *t)
{
    double cumulative[J], time[K], gamma[K];
    int last = J - 1, law[64] = {0};
    sb_place place[64];
    const int d = t->shape.d, workers = t->workers;
    for (int j = 0; j < J; j++) cumulative[j] = (j + 1.0) / J;
    for (int k = 0; k < K; k++) time[k] = (k + 1.0) / K, gamma[k] = 0.05;
    for (int w = 0; w < 64; w++) place[w] = (sb_place){1, (uint64_t)w, 0};
    t->source = (sb_source){
        .d = d,
        .J = J,
        .K = K,
        .mean = take_random(t, (size_t)J * d, -1, 1),
        .deviation = take_random(t, (size_t)J * d, 0.3, 0.6),
        .cumulative = take_copy(t, J, sizeof *cumulative, cumulative),
        .last = take_copy(t, 1, sizeof last, &last),
        .time = take_copy(t, K, sizeof *time, time),
        .gamma = take_copy(t, K, sizeof *gamma, gamma),
        .shrink = take_random(t, K, 0.1, 0.9),
        .sigma = take_random(t, K, 0.4, 0.9),
    };
    t->law = take_copy(t, workers, sizeof *law, law);
    t->place = take_copy(t, workers, sizeof *place, place);
}

int bench_step_open(bench_step *t, const sb_backend *op, int workers, const bench_shape *shape)
{
    memset(t, 0, sizeof *t);
    t->op = op;
    t->shape = *shape;
    t->workers = workers;
    t->together = sb_backend_is_host(op) ? 1 : workers;
    t->tile = op->tile ? op->tile : shape->batch;
    t->missing = shape->depth > BENCH_MOST_DEPTH || workers > 64;
    const int layers = layers_of(shape, t->layer, &t->D);
    const size_t d = (size_t)shape->d, rows = (size_t)t->together * shape->batch;
    const size_t lanes = (size_t)t->together * sb_lanes(shape->batch);
    const uint64_t half = (uint64_t)1 << 31;
    for (int l = 0; l < layers; l++) t->h[l] = take_random(t, lanes * (l ? (size_t)shape->width : d + E), -1, 1);
    for (int l = 0; l < layers - 1; l++) t->slope[l] = take(t, lanes * shape->width, sizeof(real));
    t->g = take_random(t, lanes * shape->width, -1, 1);
    t->below = take(t, lanes * shape->width, sizeof(real));
    t->other = take(t, lanes * shape->width, sizeof(real));
    t->e = take(t, lanes * d, sizeof(real));
    t->y = take(t, rows * d, sizeof(real));
    t->target = take(t, rows * d, sizeof(real));
    t->s = take(t, rows * d, sizeof(real));
    t->ds = take(t, rows * d, sizeof(real));
    t->weight = take(t, rows, sizeof(real));
    t->k = take(t, rows, sizeof(int));
    t->theta = take_random(t, workers * t->D, -1, 1);
    t->grad = take(t, t->together * t->D, sizeof(real));
    t->mask = take(t, workers * t->D, 1);
    t->emb = take_random(t, (size_t)K * E, -1, 1);
    t->factor = take_random(t, K, 0.5, 1);
    open_source(t);
    for (int w = 0; w < workers && !t->missing; w += t->together) {
        uint64_t keep[64];
        for (int i = 0; i < 64; i++) keep[i] = half;
        uint64_t *device = op->alloc(op, sizeof keep);
        if (device) op->upload(op, device, keep, sizeof keep);
        if (device) op->mask_random(op, t->together, t->D, device, t->place + w, t->mask + w * t->D);
        else t->missing = 1;
        op->finish(op);
        op->release(op, device);
    }
    return !t->missing;
}

void bench_step_close(bench_step *t)
{
    t->op->finish(t->op);
    for (int i = 0; i < t->arrays; i++) t->op->release(t->op, t->memory[i]);
    t->arrays = 0;
}

/* Samples first..first+B-1 of workers w..w+together-1: their gradients, added to what earlier samples gave. */
static void pass(const bench_step *t, int w, int first, int B)
{
    const sb_backend *op = t->op;
    const sb_crew crew = {t->together, B, sb_lanes(B), t->D}, *c = &crew;
    const sb_draw how = {SB_TIMES_RANDOM, first, t->shape.batch, 0};
    const int d = t->shape.d, depth = t->shape.depth, keep = first > 0;
    const real *theta = t->theta + w * t->D;
    const sb_layer *layer = t->layer;
    op->draw(op, c, &t->source, t->law + w, t->place + w, 0, &how, t->y, t->target, t->weight, t->k);
    op->embed(op, c, d, E, t->k, t->factor, t->emb, t->y, t->h[0]);
    for (int l = 0; l < depth; l++)
        op->layer_forward(op, c, &layer[l], theta, t->h[l], l ? 0.5 : 1, 0.2, l ? t->h[l] : NULL, NULL, t->h[l + 1], t->slope[l]);
    op->layer_apply(op, c, &layer[depth], theta, t->h[depth], 0, t->e);
    op->emit(op, c, d, t->k, t->factor, t->e, t->factor, t->y, t->s);
    op->residual(op, t->together * B, d, t->s, t->target, t->weight, t->ds, NULL);
    op->absorb(op, c, d, t->k, t->factor, t->ds, t->e);
    op->layer_gradient(op, c, &layer[depth], t->e, t->h[depth], keep, 1, t->grad);
    real *dz = t->below, *next = t->other;
    op->layer_back(op, c, &layer[depth], theta, t->e, NULL, t->g, t->slope[depth - 1], dz);
    for (int l = depth - 1; l >= 0; l--) {
        op->layer_gradient(op, c, &layer[l], dz, t->h[l], keep, 1, t->grad);
        if (l == 0) break;
        op->layer_back(op, c, &layer[l], theta, dz, t->g, t->g, t->slope[l - 1], next);
        real *done = dz;
        dz = next, next = done;
    }
}

void bench_step_run(bench_step *t)
{
    const sb_backend *op = t->op;
    for (int w = 0; w < t->workers; w += t->together) {
        const size_t at = w * t->D;
        for (int first = 0; first < t->shape.batch; first += t->tile)
            pass(t, w, first, t->tile < t->shape.batch - first ? t->tile : t->shape.batch - first);
        op->sgd_masked(op, t->together * t->D, 1e-6, t->grad, t->mask + at, t->theta + at);
    }
}

void bench_step_products(bench_step *t)
{
    const sb_backend *op = t->op;
    const int B = t->shape.batch, ld = sb_lanes(B);
    for (int w = 0; w < t->workers; w += t->together)
        for (int l = 0; l <= t->shape.depth; l++) {
            const sb_layer *m = &t->layer[l];
            const size_t in = (size_t)m->in * ld, out = (size_t)m->out * ld;
            const real *W = t->theta + w * t->D + m->W;
            op->gemm_batch(op, t->together, 0, 0, m->out, ld, m->in, 1, W, m->in, t->D, t->h[l], ld, in, 0, t->below, ld, out);
            op->gemm_batch(op, t->together, 0, 1, m->out, m->in, B, 1, t->g, ld, out, t->h[l], ld, in, 0, t->grad + m->W, m->in,
                           t->D);
            if (l) op->gemm_batch(op, t->together, 1, 0, m->in, ld, m->out, 1, W, m->in, t->D, t->g, ld, out, 0, t->below, ld, in);
        }
}

double bench_shape_flops(const bench_shape *shape, int workers)
{
    sb_layer layer[BENCH_MOST_DEPTH + 1];
    size_t D;
    double flops = 0;
    const int layers = layers_of(shape, layer, &D);
    for (int l = 0; l < layers; l++) flops += (l ? 6.0 : 4.0) * layer[l].in * layer[l].out;
    return flops * shape->batch * workers;
}

double bench_step_flops(const bench_step *t)
{
    return bench_shape_flops(&t->shape, t->workers);
}
