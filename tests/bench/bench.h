/* bench.h: what the benchmarks share. Times are CPU seconds of the process, so that other programs on the machine hardly matter, and
 * medians over repetitions; what can be a ratio of two of them is one. */
#ifndef SB_TESTS_BENCH_H
#define SB_TESTS_BENCH_H

#include "base/context.h"

typedef struct {
    const char *name, *unit;
    double value;
    double goal;   /* NaN: only shown */
    int at_least;  /* the goal is a lower limit */
} bench_figure;

enum { BENCH_FIGURES = 24 };

/* All figures so far. */
typedef struct {
    int count;
    bench_figure figure[BENCH_FIGURES];
} bench_results;

/* bench_note: a figure without goal. bench_below, bench_above: one that should be at most, at least `goal`. */
void bench_note(bench_results *results, const char *name, const char *unit, double value);
void bench_below(bench_results *results, const char *name, const char *unit, double value, double goal);
void bench_above(bench_results *results, const char *name, const char *unit, double value, double goal);

/* bench_cpu: median CPU seconds of `work` over an odd number of repetitions. */
sb_status bench_cpu(sb_context *ctx, int repetitions, sb_status (*work)(sb_context *ctx, void *user), void *user, double *seconds);

/* bench_ratio: median over repetitions of the time of `work` over that of `base`, run in turn, so that a busy machine slows both. */
sb_status bench_ratio(sb_context *ctx, int repetitions, sb_status (*work)(sb_context *ctx, void *user),
                      sb_status (*base)(sb_context *ctx, void *user), void *user, double *ratio);

/* The benchmarks: right sides; exact quantities and the KL on a grid; the chain and what stands in it beside the network's matrix
 * products. */
sb_status bench_statements(sb_context *ctx, bench_results *results);
sb_status bench_laws(sb_context *ctx, bench_results *results);
sb_status bench_chain(sb_context *ctx, bench_results *results);

#endif
