/* How times are taken. */
#include "bench/bench.h"

#include <stdlib.h>
#include <time.h>

enum { REPETITIONS = 15 };

static double read_clock(clockid_t which)
{
    struct timespec t;
    clock_gettime(which, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double bench_clock(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

double bench_processor(void)
{
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_median(int count, double *values)
{
    qsort(values, (size_t)count, sizeof *values, ascending);
    return values[count / 2];
}

sb_status bench_cpu(sb_context *ctx, int repetitions, sb_status (*work)(sb_context *ctx, void *user), void *user, double *seconds)
{
    sb_status st = SB_OK;
    double taken[REPETITIONS];
    const int count = repetitions < REPETITIONS ? repetitions : REPETITIONS;
    for (int i = 0; i < count; i++) {
        const double start = bench_processor();
        SB_TRY(work(ctx, user));
        taken[i] = bench_processor() - start;
    }
    *seconds = bench_median(count, taken);
done:
    return st;
}

sb_status bench_ratio(sb_context *ctx, int repetitions, sb_status (*work)(sb_context *ctx, void *user),
                      sb_status (*base)(sb_context *ctx, void *user), void *user, double *ratio)
{
    sb_status st = SB_OK;
    double found[REPETITIONS];
    const int count = repetitions < REPETITIONS ? repetitions : REPETITIONS;
    for (int i = 0; i < count; i++) {
        double time[3];
        time[0] = bench_processor();
        SB_TRY(work(ctx, user));
        time[1] = bench_processor();
        SB_TRY(base(ctx, user));
        time[2] = bench_processor();
        found[i] = (time[1] - time[0]) / (time[2] - time[1]);
    }
    *ratio = bench_median(count, found);
done:
    return st;
}
