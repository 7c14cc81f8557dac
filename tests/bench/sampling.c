/* Sampling a million points in a hundred steps, beside PyTorch: ten turns of a tenth each. */
#include "bench/bench.h"
#include "bench/federation.h"
#include "bench/peer.h"

#include "base/memory.h"
#include "measure/generated_sample.h"

#include <math.h>
#include <stdio.h>

enum { TURNS = 10, POINTS = 100000, K = 100, PEER_BATCH = 4096 }; /* the peer's batch: its fastest */

static const bench_shape first_model = {.d = 2,
                                        .width = 64,
                                        .depth = 2,
                                        .batch = 128,
                                        .workers = 1,
                                        .local_steps = 5,
                                        .K = K,
                                        .pruning = "kind: none",
                                        .device = "cpu",
                                        .rounds = 1};

static double sum(const double *x)
{
    double total = 0.0;
    for (int i = 0; i < TURNS; i++) total += x[i];
    return total;
}

static sb_status on_threads(sb_context *ctx, bench_results *results, bench_peer *peer, bench_federation *f, double *y)
{
    sb_status st = SB_OK;
    double ours[TURNS], theirs[TURNS], ratio[TURNS];
    char name[BENCH_NAME];
    for (int i = 0; i < TURNS; i++) {
        const double start = bench_time(ctx->threads);
        SB_TRY(sb_generated_sample_stage(ctx, &f->system, f->training.theta, POINTS, i, y));
        ours[i] = bench_time(ctx->threads) - start;
        theirs[i] = bench_peer_ask(results, peer, ctx->threads == 1 ? "processor_seconds" : "seconds",
                                   "sampling --network %d,%d,%d,%d --threads %d --points %d --steps %d --repetitions 1",
                                   first_model.d, first_model.width, first_model.depth, PEER_BATCH, ctx->threads, POINTS, K);
        ratio[i] = theirs[i] / ours[i];
    }
    snprintf(name, sizeof name, "sampling 1e6 points, K = %d, the first model, %d thread%s", K, ctx->threads,
             ctx->threads > 1 ? "s" : "");
    bench_note(results, name, "s", sum(ours));
    if (!isnan(theirs[TURNS - 1])) {
        bench_note(results, "  PyTorch", "s", sum(theirs));
        bench_above(results, "  faster than PyTorch", "times", bench_median(TURNS, ratio), 3.0);
    }
done:
    return st;
}

sb_status bench_sampling(sb_context *ctx, bench_results *results)
{
    sb_status st = SB_OK;
    const int threads = ctx->threads;
    bench_federation f = {.loss = 0.0};
    bench_peer peer;
    double *y = NULL;
    bench_peer_open(results, &peer);
    SB_ALLOC(y, POINTS * (size_t)first_model.d);
    SB_TRY(bench_federation_create(ctx, &first_model, &f));
    SB_TRY(bench_federation_run(ctx, &f, 1)); /* so that the last layer is not zero */
    for (ctx->threads = 1; ctx->threads <= 2; ctx->threads++) SB_TRY(on_threads(ctx, results, &peer, &f, y));
done:
    ctx->threads = threads;
    bench_peer_close(&peer);
    bench_federation_free(&f);
    sb_free(y);
    return st;
}
