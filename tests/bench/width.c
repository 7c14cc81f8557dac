/* Width pruning: what a worker costs that keeps half of the neurons, over one that keeps all. */
#include "bench/bench.h"
#include "bench/federation.h"

enum { WORKERS = 4, LOCAL_STEPS = 5, TURNS = 5 };

typedef struct {
    bench_federation half, full;
} pair;

static sb_status half(sb_context *ctx, void *user)
{
    return bench_federation_run(ctx, &((pair *)user)->half, 1);
}

static sb_status full(sb_context *ctx, void *user)
{
    return bench_federation_run(ctx, &((pair *)user)->full, 1);
}

sb_status bench_width(sb_context *ctx, bench_results *results)
{
    sb_status st = SB_OK;
    pair both = {.half.loss = 0.0};
    double seconds, ratio;
    bench_shape shape = {.d = 16,
                         .width = 512,
                         .depth = 4,
                         .batch = 512,
                         .workers = WORKERS,
                         .local_steps = LOCAL_STEPS,
                         .K = 60,
                         .pruning = "kind: width, keep: [0.5]",
                         .device = "cpu",
                         .rounds = 64};
    SB_TRY(bench_federation_create(ctx, &shape, &both.half));
    shape.pruning = "kind: width, keep: [1.0]";
    SB_TRY(bench_federation_create(ctx, &shape, &both.full));
    SB_TRY(bench_cpu(ctx, 3, full, &both, &seconds));
    SB_TRY(bench_ratio(ctx, TURNS, half, full, &both, &ratio));
    bench_note(results, "training (16,512,4,512), all neurons, 1 thread", "us/step", 1e6 * seconds / (WORKERS * LOCAL_STEPS));
    bench_below(results, "  a worker that keeps half of the neurons, over it", "", ratio, 0.4);
done:
    bench_federation_free(&both.half);
    bench_federation_free(&both.full);
    return st;
}
