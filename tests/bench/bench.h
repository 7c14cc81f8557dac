/* bench.h: what the benchmarks share. Times on one thread are CPU seconds of the process, so that other programs on the machine
 * hardly matter; those on several threads are seconds on the clock. All are medians over repetitions;
 * what can be a ratio of two that were taken in turns is one. */
#ifndef SB_TESTS_BENCH_H
#define SB_TESTS_BENCH_H

#include "base/context.h"

enum { BENCH_NAME = 80 };

typedef struct {
    char name[BENCH_NAME];
    const char *unit;
    double value;
    double goal;   /* NaN: only shown */
    int at_least;  /* the goal is a lower limit */
} bench_figure;

/* All figures so far, and what could not be measured, as lines of text. */
typedef struct {
    int count, room;
    bench_figure *figure;
    int absences;
    char absent[8][160];
    int incomplete; /* memory was short: figures are missing */
} bench_results;

/* bench_note: a figure without goal. bench_below, bench_above: one that should be at most, at least `goal`. The name is copied, and
 * the figure printed at once: a line of the table.
 * bench_absent: what was not measured, and why; the same line counts once. */
void bench_note(bench_results *results, const char *name, const char *unit, double value);
void bench_below(bench_results *results, const char *name, const char *unit, double value, double goal);
void bench_above(bench_results *results, const char *name, const char *unit, double value, double goal);
void bench_absent(bench_results *results, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* bench_print_absent: what is missing, below the table. bench_write: all of it as JSON. */
void bench_print_absent(const bench_results *results);
sb_status bench_write(sb_context *ctx, const bench_results *results, const char *path);
void bench_results_free(bench_results *results);

/* bench_clock: seconds on the clock. bench_processor: CPU seconds of the process. bench_time: the second on one thread, else the
 * first. bench_median: reorders values (count). */
double bench_clock(void);
double bench_processor(void);
double bench_time(int threads);
double bench_median(int count, double *values);

/* bench_cpu: median CPU seconds of `work` over an odd number of repetitions. */
sb_status bench_cpu(sb_context *ctx, int repetitions, sb_status (*work)(sb_context *ctx, void *user), void *user, double *seconds);

/* bench_ratio: median over repetitions of the time of `work` over that of `base`, run in turn, so that a busy machine slows both. */
sb_status bench_ratio(sb_context *ctx, int repetitions, sb_status (*work)(sb_context *ctx, void *user),
                      sb_status (*base)(sb_context *ctx, void *user), void *user, double *ratio);

/* The benchmarks: peak memory; right sides; exact quantities and the KL on a grid; the chain and what stands in it beside the
 * network's matrix products; training (also on a GPU, and of a U-Net) and sampling beside PyTorch; width
 * pruning; how the cost grows. */
sb_status bench_memory(sb_context *ctx, bench_results *results);
sb_status bench_statements(sb_context *ctx, bench_results *results);
sb_status bench_laws(sb_context *ctx, bench_results *results);
sb_status bench_chain(sb_context *ctx, bench_results *results);
sb_status bench_training(sb_context *ctx, bench_results *results);
sb_status bench_unet(sb_context *ctx, bench_results *results);
sb_status bench_training_device(sb_context *ctx, bench_results *results);
sb_status bench_width(sb_context *ctx, bench_results *results);
sb_status bench_sampling(sb_context *ctx, bench_results *results);
sb_status bench_growth(sb_context *ctx, bench_results *results);

#endif
