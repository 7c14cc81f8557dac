/* bench_conv.h: a convolution and its derivatives alone, at the shapes of a U-Net's levels. */
#ifndef SB_KERNELS_TESTS_BENCH_CONV_H
#define SB_KERNELS_TESTS_BENCH_CONV_H

#include "kernels/backend.h"

/* 3x3, on square images of `side` pixels; `channels` in and out. */
typedef struct {
    int channels, side, batch;
} bench_conv_shape;

enum { BENCH_CONV_WAYS = 3 }; /* apply, back, gradient */

typedef struct {
    const sb_backend *op;
    sb_crew crew;
    sb_conv conv;
    real *theta, *h, *dz, *out, *grad; /* (workers,D); (workers,channels,pixels,ld) three times; (workers,D) */
} bench_conv;

/* open: nonzero if there was memory for it; close in either case. */
int  bench_conv_open(bench_conv *b, const sb_backend *op, int workers, const bench_conv_shape *shape);
void bench_conv_close(bench_conv *b);

/* Queues one of the ways.   flops: its floating-point operations, those at the border counted as all others. */
void   bench_conv_run(const bench_conv *b, int way);
double bench_conv_flops(const bench_conv *b);

#endif
