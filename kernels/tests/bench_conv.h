/* bench_conv.h: rates of convolutions beside those of plain products of as many terms. */
#ifndef SB_KERNELS_TESTS_BENCH_CONV_H
#define SB_KERNELS_TESTS_BENCH_CONV_H

#include "kernels/backend.h"

#include <stdio.h>

/* A table on stdout, and its figures as the value of a JSON key in `out`, which may be NULL. */
void bench_conv(const sb_backend *op, FILE *out);

#endif
