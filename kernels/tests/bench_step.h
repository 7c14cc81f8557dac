/* bench_step.h: one training step of a network, from the operations of a backend: noising, forward, backward, masked step. */
#ifndef SB_KERNELS_TESTS_BENCH_STEP_H
#define SB_KERNELS_TESTS_BENCH_STEP_H

#include "kernels/backend.h"

enum { BENCH_MOST_DEPTH = 8 };

/* depth hidden layers of `width`, each but the first around a residual path, and an output layer. */
typedef struct {
    int d, width, depth, batch;
} bench_shape;

typedef struct {
    const sb_backend *op;
    bench_shape shape;
    int workers, together;   /* as many at a time: all on a GPU, 1 on the CPU */
    int tile;                /* samples of a worker at a time */
    size_t D;
    sb_layer layer[BENCH_MOST_DEPTH + 1];
    sb_source source;
    real *theta, *grad;      /* (workers,D), (together,D) */
    unsigned char *mask;     /* (workers,D) */
    real *h[BENCH_MOST_DEPTH + 1], *slope[BENCH_MOST_DEPTH]; /* h[0] what enters; (together,.,ld) */
    real *g, *below, *other; /* (together,width,ld) each */
    real *e;                 /* (together,d,ld) */
    real *y, *target, *s, *ds, *weight;                      /* (together,tile,d) and (together,tile) */
    int *k, *law;
    sb_place *place;
    real *emb, *factor;      /* (K,E) and (K): tables */
    void *memory[40];        /* all arrays, to be released */
    int arrays, missing;     /* missing: nonzero once the device had no room */
} bench_step;

/* open: nonzero if there was memory for it; close in either case. */
int  bench_step_open(bench_step *step, const sb_backend *op, int workers, const bench_shape *shape);
void bench_step_close(bench_step *step);

/* run: queues a step.   products: queues its matrix products alone, of whole batches, on the same arrays. */
void bench_step_run(bench_step *step);
void bench_step_products(bench_step *step);

/* Floating-point operations of a step's matrix products. */
double bench_step_flops(const bench_step *step);
double bench_shape_flops(const bench_shape *shape, int workers);

#endif
