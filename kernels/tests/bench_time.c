#include "kernels/tests/bench_time.h"

#include <stdlib.h>
#include <time.h>

enum { REPETITIONS = 7 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_time(const sb_backend *op, void (*work)(const void *of), const void *of)
{
    double taken[REPETITIONS], start;
    int times = 1;
    work(of);
    op->finish(op);
    start = now();
    work(of);
    op->finish(op);
    const double once = now() - start;
    if (once < 0.05) times = (int)(0.05 / (once + 1e-6)) + 1;
    for (int r = 0; r < REPETITIONS; r++) {
        start = now();
        for (int i = 0; i < times; i++) work(of);
        op->finish(op);
        taken[r] = (now() - start) / times;
    }
    qsort(taken, REPETITIONS, sizeof *taken, ascending);
    return taken[REPETITIONS / 2];
}
