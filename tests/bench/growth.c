/* How the cost grows: fitted exponents of CPU time in N, S, D and B of training and in K of sampling, each over a range in which it
 * dominates the cost. */
#include "bench/bench.h"
#include "bench/federation.h"

#include "base/memory.h"
#include "base/slope.h"
#include "measure/generated_sample.h"

#include <math.h>
#include <stddef.h>

enum { POINTS = 5, REPETITIONS = 5, SAMPLES = 2048 };

static const bench_shape base = {.d = 2,
                                 .width = 64,
                                 .depth = 2,
                                 .batch = 128,
                                 .workers = 10,
                                 .local_steps = 5,
                                 .K = 60,
                                 .pruning = "kind: random, keep: [0.75]",
                                 .device = "cpu",
                                 .rounds = 64};

typedef struct {
    const char *name;
    size_t member; /* of bench_shape */
    int value[POINTS];
    int parameters; /* the variable is D, moved by the member */
    int sampling;
} ladder;

static const ladder ladders[] = {
    {"exponent of the cost in N, 16...256", offsetof(bench_shape, workers), {16, 32, 64, 128, 256}, 0, 0},
    {"exponent of the cost in S, 4...64", offsetof(bench_shape, local_steps), {4, 8, 16, 32, 64}, 0, 0},
    {"exponent of the cost in D, width 96...512", offsetof(bench_shape, width), {96, 160, 256, 384, 512}, 1, 0},
    {"exponent of the cost in B, 128...2048", offsetof(bench_shape, batch), {128, 256, 512, 1024, 2048}, 0, 0},
    {"exponent of the cost of sampling in K, 25...400", offsetof(bench_shape, K), {25, 50, 100, 200, 400}, 0, 1},
};
enum { LADDERS = sizeof ladders / sizeof *ladders };

static sb_status work(sb_context *ctx, const ladder *l, bench_federation *f, double *y)
{
    return l->sampling ? sb_generated_sample(ctx, &f->system, f->training.theta, SAMPLES, 0, y) : bench_federation_run(ctx, f, 1);
}

/* The least of several times: what disturbs only adds. */
static sb_status cost_at(sb_context *ctx, const ladder *l, int value, double *y, double *x, double *seconds)
{
    sb_status st = SB_OK;
    bench_federation f = {.loss = 0.0};
    bench_shape shape = base;
    *(int *)((char *)&shape + l->member) = value;
    *seconds = INFINITY;
    SB_TRY(bench_federation_create(ctx, &shape, &f));
    SB_TRY(bench_federation_run(ctx, &f, 1));
    for (int i = 0; i < REPETITIONS; i++) {
        const double start = bench_processor();
        SB_TRY(work(ctx, l, &f, y));
        *seconds = fmin(*seconds, bench_processor() - start);
    }
    *x = l->parameters ? (double)f.training.D : value;
done:
    bench_federation_free(&f);
    return st;
}

sb_status bench_growth(sb_context *ctx, bench_results *results)
{
    sb_status st = SB_OK;
    double *y = NULL;
    SB_ALLOC(y, SAMPLES * (size_t)base.d);
    for (int i = 0; i < LADDERS; i++) {
        double x[POINTS];
        sb_number cost[POINTS];
        for (int j = 0; j < POINTS; j++) {
            double seconds;
            SB_TRY(cost_at(ctx, &ladders[i], ladders[i].value[j], y, &x[j], &seconds));
            cost[j] = sb_number_exact(seconds);
        }
        bench_below(results, ladders[i].name, "", sb_slope_fitted(POINTS, x, cost).value, 1.05);
    }
done:
    sb_free(y);
    return st;
}
