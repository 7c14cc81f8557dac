/* bench_time.h: how long the work of a queue takes. */
#ifndef SB_KERNELS_TESTS_BENCH_TIME_H
#define SB_KERNELS_TESTS_BENCH_TIME_H

#include "kernels/backend.h"

/* Seconds of one piece of work: the median of some repetitions, each of as many as fill a twentieth of a second. */
double bench_time(const sb_backend *op, void (*work)(const void *of), const void *of);

#endif
