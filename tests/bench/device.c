#define SB_FLOAT /* the backend's table in single precision */
#include "bench/device.h"

#include "kernels/backend.h"

#include <math.h>
#include <time.h>

int bench_device_there(char *why, size_t size)
{
    const sb_backend *op = sb_backend_cuda(0, why, size);
    if (!op) return 0;
    sb_backend_close(op);
    return 1;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* h (W,in,B), z (W,out,B), weights (W,out,in), all with the strides of the largest layer; as products.c has it. */
static void step(const sb_backend *op, int W, int d, int width, int depth, int B, size_t weights, size_t features, float *memory)
{
    float *weight = memory, *gradient = weight + W * weights, *h = gradient + W * weights, *z = h + W * features;
    for (int l = 0; l <= depth; l++) {
        const int in = l == 0 ? d + 1 : width, out = l == depth ? d : width;
        op->gemm_batch(op, W, 0, 0, out, B, in, 1e-3, weight, in, weights, h, B, features, 0.0, z, B, features);
    }
    for (int l = depth; l >= 0; l--) {
        const int in = l == 0 ? d + 1 : width, out = l == depth ? d : width;
        op->gemm_batch(op, W, 0, 1, out, in, B, 1e-3, z, B, features, h, B, features, 0.0, gradient, in, weights);
        if (l > 0) op->gemm_batch(op, W, 1, 0, in, B, out, 1e-3, weight, in, weights, z, B, features, 0.0, h, B, features);
    }
}

double bench_device_products(int workers, int d, int width, int depth, int batch, int steps)
{
    char why[128];
    const sb_backend *op = sb_backend_cuda(0, why, sizeof why);
    const size_t side = (size_t)(width > d + 1 ? width : d + 1), W = (size_t)workers;
    const size_t weights = side * side, features = side * (size_t)batch, bytes = 2 * W * (weights + features) * sizeof(float);
    double each = NAN;
    float *memory = op ? op->alloc(op, bytes) : NULL;
    if (memory) {
        op->clear(op, memory, bytes); /* the rate of products does not depend on the numbers */
        step(op, workers, d, width, depth, batch, weights, features, memory);
        op->finish(op);
        const double start = now();
        for (int i = 0; i < steps; i++) step(op, workers, d, width, depth, batch, weights, features, memory);
        if (!op->finish(op)) each = 1e6 * (now() - start) / ((double)steps * workers);
        op->release(op, memory);
    }
    sb_backend_close(op);
    return each;
}
