/* device.h: what a GPU's own BLAS reaches at a network's shapes. */
#ifndef SB_TESTS_BENCH_DEVICE_H
#define SB_TESTS_BENCH_DEVICE_H

#include <stddef.h>

/* bench_device_there: nonzero if there is a GPU; else why not, in `why` (size bytes).
 * bench_device_products: microseconds of one worker's products (products.h) where `workers` go through theirs side by side, in float;
 * NaN where there is no GPU or no memory for them. */
int bench_device_there(char *why, size_t size);
double bench_device_products(int workers, int d, int width, int depth, int batch, int steps);

#endif
