#include "bench/products.h"

#include "base/memory.h"

#include <cblas.h>
#include <omp.h>

enum { TIME = 1 }; /* inputs of the first layer beyond the point */

typedef struct {
    int in, out;
} layer;

static layer layer_at(const bench_products *p, int l)
{
    return (layer){l == 0 ? p->d + TIME : p->width, l == p->depth ? p->d : p->width};
}

/* The largest side of a matrix of weights or features. */
static size_t widest(const bench_products *p)
{
    const int inputs = p->d + TIME;
    return (size_t)(p->width > inputs ? p->width : inputs);
}

static size_t weights(const bench_products *p)
{
    return widest(p) * widest(p);
}

static size_t features(const bench_products *p)
{
    return widest(p) * (size_t)p->batch;
}

static size_t room(const bench_products *p)
{
    return 2 * weights(p) + 2 * features(p);
}

sb_status bench_products_create(sb_context *ctx, const bench_shape *shape, int threads, bench_products *p)
{
    sb_status st = SB_OK;
    *p = (bench_products){.d = shape->d, .width = shape->width, .depth = shape->depth, .batch = shape->batch, .threads = threads};
    SB_ALLOC(p->room, (size_t)threads * room(p));
    for (size_t i = 0; i < (size_t)threads * room(p); i++) p->room[i] = 1e-3f * (float)(i % 7);
done:
    return st;
}

/* Features (in,B) and (out,B): forward, gradient of the weights, and back to the layer below, which the first layer does not need. */
static void step(const bench_products *p, float *own)
{
    float *W = own, *gradient = W + weights(p), *h = gradient + weights(p), *z = h + features(p);
    const int B = p->batch;
    for (int l = 0; l <= p->depth; l++) {
        const layer m = layer_at(p, l);
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m.out, B, m.in, 1e-3f, W, m.in, h, B, 0.0f, z, B);
    }
    for (int l = p->depth; l >= 0; l--) {
        const layer m = layer_at(p, l);
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m.out, m.in, B, 1e-3f, z, B, h, B, 0.0f, gradient, m.in);
        if (l > 0) cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, m.in, B, m.out, 1e-3f, W, m.in, z, B, 0.0f, h, B);
    }
}

void bench_products_run(const bench_products *p, int steps)
{
#pragma omp parallel num_threads(p->threads)
    for (int i = 0; i < steps; i++) step(p, p->room + (size_t)omp_get_thread_num() * room(p));
}

double bench_products_flop(const bench_products *p)
{
    double flop = 0.0;
    for (int l = 0; l <= p->depth; l++) {
        const layer m = layer_at(p, l);
        flop += (l > 0 ? 3.0 : 2.0) * 2.0 * p->batch * m.in * m.out;
    }
    return flop;
}

void bench_products_free(bench_products *p)
{
    sb_free(p->room);
    *p = (bench_products){0};
}
