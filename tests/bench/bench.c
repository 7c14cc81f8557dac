/* bench: `make bench` runs it. A table on stdout; with an argument the same figures as JSON in that file. It measures and never
 * fails for being slow: machines differ, and a goal missed is a line that says so. */
#include "bench/bench.h"

#include "base/json.h"
#include "kernels/blas.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void add(bench_results *results, bench_figure figure)
{
    if (results->count < BENCH_FIGURES) results->figure[results->count++] = figure;
}

void bench_note(bench_results *results, const char *name, const char *unit, double value)
{
    add(results, (bench_figure){name, unit, value, NAN, 0});
}

void bench_below(bench_results *results, const char *name, const char *unit, double value, double goal)
{
    add(results, (bench_figure){name, unit, value, goal, 0});
}

void bench_above(bench_results *results, const char *name, const char *unit, double value, double goal)
{
    add(results, (bench_figure){name, unit, value, goal, 1});
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

enum { REPETITIONS = 15 };

static double median(int count, double *values)
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
        const double start = now();
        SB_TRY(work(ctx, user));
        taken[i] = now() - start;
    }
    *seconds = median(count, taken);
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
        time[0] = now();
        SB_TRY(work(ctx, user));
        time[1] = now();
        SB_TRY(base(ctx, user));
        time[2] = now();
        found[i] = (time[1] - time[0]) / (time[2] - time[1]);
    }
    *ratio = median(count, found);
done:
    return st;
}

static int missed(const bench_figure *f)
{
    return f->at_least ? f->value < f->goal : f->value > f->goal; /* never for a NaN */
}

static void print_table(const bench_results *results)
{
    for (int i = 0; i < results->count; i++) {
        const bench_figure *f = &results->figure[i];
        printf("%-52s %10.4g %-8s", f->name, f->value, f->unit);
        if (!isnan(f->goal)) printf(" goal %s %g%s", f->at_least ? ">=" : "<=", f->goal, missed(f) ? "  MISSED" : "");
        putchar('\n');
    }
}

static sb_status write_json(sb_context *ctx, const bench_results *results, const char *path)
{
    sb_status st = SB_OK;
    int failed = 0;
    FILE *out = fopen(path, "w");
    SB_REQUIRE(out, SB_EIO, "cannot write %s", path);
    json_t *root = json_object(), *list = json_array();
    sb_json_put(root, "core", json_string(sb_blas_core()), &failed);
    sb_json_put(root, "threads", json_integer(ctx->threads), &failed);
    for (int i = 0; i < results->count; i++) {
        const bench_figure *f = &results->figure[i];
        json_t *item = json_object();
        sb_json_put(item, "name", json_string(f->name), &failed);
        sb_json_put(item, "value", sb_json_double(f->value), &failed);
        sb_json_put(item, "unit", json_string(f->unit), &failed);
        if (!isnan(f->goal)) sb_json_put(item, f->at_least ? "at_least" : "at_most", sb_json_double(f->goal), &failed);
        sb_json_append(list, item, &failed);
    }
    sb_json_put(root, "figures", list, &failed);
    SB_TRY(sb_json_write(ctx, root, failed, out));
done:
    if (out && fclose(out) != 0 && st == SB_OK) st = sb_fail(ctx, SB_EIO, __func__, __LINE__, "cannot write %s", path);
    return st;
}

int main(int argc, char **argv)
{
    sb_context context, *ctx = &context;
    sb_status st = SB_OK;
    bench_results results = {0};
    sb_context_init(ctx, 1);
    printf("one thread, BLAS core %s\n", sb_blas_core());
    SB_TRY(bench_statements(ctx, &results));
    SB_TRY(bench_laws(ctx, &results));
    SB_TRY(bench_chain(ctx, &results));
    print_table(&results);
    if (argc > 1) SB_TRY(write_json(ctx, &results, argv[1]));
done:
    if (st != SB_OK) fprintf(stderr, "%s\n", context.error.message);
    return st != SB_OK;
}
