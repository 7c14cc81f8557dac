#include "kernels/tests/bench_conv.h"

#include <stdlib.h>

/* Numbers in [-1,1) from a small generator: the values matter only in that they are ordinary. NULL without memory. */
static real *take(const sb_backend *op, size_t n)
{
    real *device = op->alloc(op, n * sizeof *device), *host = malloc(n * sizeof *host);
    uint32_t state = 1;
    for (size_t i = 0; host && i < n; i++) {
        state = state * 1664525u + 1013904223u;
        host[i] = (real)((state >> 8) * 0x1p-23 - 1);
    }
    if (device && host) op->upload(op, device, host, n * sizeof *host);
    if (!host && device) op->release(op, device), device = NULL;
    free(host);
    return device;
}

int bench_conv_open(bench_conv *b, const sb_backend *op, int workers, const bench_conv_shape *s)
{
    const int together = sb_backend_is_host(op) ? 1 : workers, ld = sb_lanes(s->batch);
    const size_t weights = (size_t)9 * s->channels * s->channels, D = weights + (size_t)s->channels;
    const size_t image = (size_t)together * s->channels * s->side * s->side * ld;
    b->op = op;
    b->crew = (sb_crew){together, s->batch, ld, D};
    b->conv = (sb_conv){s->channels, s->channels, s->side, s->side, 3, 0, weights, 0.1, 0.1};
    b->theta = take(op, together * D);
    b->grad = take(op, together * D);
    b->h = take(op, image);
    b->dz = take(op, image);
    b->out = take(op, image);
    op->finish(op);
    return b->theta && b->grad && b->h && b->dz && b->out;
}

void bench_conv_close(bench_conv *b)
{
    real *all[] = {b->theta, b->grad, b->h, b->dz, b->out};
    b->op->finish(b->op);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) b->op->release(b->op, all[i]);
}

void bench_conv_run(const bench_conv *b, int way)
{
    const sb_backend *op = b->op;
    if (way == 0) op->conv_apply(op, &b->crew, &b->conv, b->theta, b->h, 0, b->out);
    else if (way == 1) op->conv_back(op, &b->crew, &b->conv, b->theta, b->dz, 0, b->out);
    else op->conv_gradient(op, &b->crew, &b->conv, b->dz, b->h, 0, 1, b->grad);
}

double bench_conv_flops(const bench_conv *b)
{
    const sb_conv *m = &b->conv;
    return 2.0 * 9 * m->in * m->out * m->height * m->width * b->crew.B * b->crew.W;
}
