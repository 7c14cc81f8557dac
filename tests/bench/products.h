/* products.h: the matrix products of a worker's step and nothing else, by cblas_sgemm, on matrices that lie where they lay before. */
#ifndef SB_TESTS_BENCH_PRODUCTS_H
#define SB_TESTS_BENCH_PRODUCTS_H

#include "bench/federation.h"

typedef struct {
    int d, width, depth, batch, threads;
    float *room; /* (threads,...) */
} bench_products;

/* bench_products_create: for a network, on so many threads. run: each thread goes through `steps` steps.
 * bench_products_flop: floating-point operations of one step. */
sb_status bench_products_create(sb_context *ctx, const bench_shape *shape, int threads, bench_products *products);
void bench_products_run(const bench_products *products, int steps);
double bench_products_flop(const bench_products *products);
void bench_products_free(bench_products *products);

#endif
