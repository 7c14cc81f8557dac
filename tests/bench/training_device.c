/* The same training on a GPU, beside PyTorch's ways of using one. */
#include "bench/bench.h"
#include "bench/device.h"
#include "bench/federation.h"
#include "bench/peer.h"

#include <math.h>
#include <stdio.h>

enum { WORKERS = 10, LOCAL_STEPS = 5, STEPS = WORKERS * LOCAL_STEPS, TURNS = 5, ROUNDS = 4096 };

typedef struct {
    int d, width, depth, batch;
    int rounds;   /* in one turn */
    double goal;  /* times PyTorch with a CUDA graph or torch.compile; NaN: none */
    double share; /* of cuBLAS's rate; NaN: no goal */
} network;

static const network networks[] = {
    {2, 64, 2, 128, 200, 1.3, NAN},   {2, 128, 3, 256, 200, 1.3, NAN},  {16, 256, 3, 512, 100, 1.3, NAN},
    {64, 512, 4, 1024, 40, NAN, NAN}, {64, 2048, 4, 8192, 1, NAN, 0.7},
};
enum { NETWORKS = sizeof networks / sizeof *networks };

/* PyTorch worker by worker, all of them in one product, that compiled, that as a graph. */
static const char *const modes[] = {"eager", "together", "compile", "graph"};
enum { MODES = sizeof modes / sizeof *modes };

/* Microseconds a worker's step, one entry a turn; the peer's over ours. */
typedef struct {
    double ours[TURNS], products[TURNS], ratio[MODES][TURNS];
} turns;

static sb_status take_turns(sb_context *ctx, bench_results *results, bench_peer *peer, const network *n, bench_federation *f,
                            turns *t)
{
    sb_status st = SB_OK;
    SB_TRY(bench_federation_run(ctx, f, 1));
    for (int i = 0; i < TURNS; i++) {
        const double start = bench_clock();
        SB_TRY(bench_federation_run(ctx, f, n->rounds));
        t->ours[i] = 1e6 * (bench_clock() - start) / (n->rounds * STEPS);
        t->products[i] = bench_device_products(WORKERS, n->d, n->width, n->depth, n->batch, n->rounds * LOCAL_STEPS) / t->ours[i];
        for (int m = 0; m < MODES; m++)
            t->ratio[m][i] =
                bench_peer_ask(results, peer, "mean_us", "training --network %d,%d,%d,%d --device cuda --mode %s --repetitions %d",
                               n->d, n->width, n->depth, n->batch, modes[m], n->rounds) /
                t->ours[i];
    }
done:
    return st;
}

static void report(bench_results *results, const network *n, turns *t)
{
    char name[BENCH_NAME];
    snprintf(name, sizeof name, "training (%d,%d,%d,%d), GPU", n->d, n->width, n->depth, n->batch);
    bench_note(results, name, "us/step", bench_median(TURNS, t->ours));
    for (int m = 0; m < MODES; m++) {
        if (isnan(t->ratio[m][TURNS - 1])) continue;
        snprintf(name, sizeof name, "  faster than PyTorch, mode %s", modes[m]);
        bench_above(results, name, "times", bench_median(TURNS, t->ratio[m]), m == 0 ? 5.0 : m > 1 ? n->goal : NAN);
    }
    bench_above(results, "  the layers' products alone, share of the time", "", bench_median(TURNS, t->products), n->share);
}

sb_status bench_training_device(sb_context *ctx, bench_results *results)
{
    sb_status st = SB_OK;
    bench_federation f = {.loss = 0.0};
    bench_peer peer = {0};
    char why[128];
    turns t;
    if (!bench_device_there(why, sizeof why)) {
        bench_absent(results, "training on a GPU: %s", why);
        return SB_OK;
    }
    bench_peer_open(results, &peer);
    for (int i = 0; i < NETWORKS; i++) {
        const network *n = &networks[i];
        const bench_shape shape = {.d = n->d,
                                   .width = n->width,
                                   .depth = n->depth,
                                   .batch = n->batch,
                                   .workers = WORKERS,
                                   .local_steps = LOCAL_STEPS,
                                   .K = 60,
                                   .pruning = "kind: random, keep: [0.75]",
                                   .device = "cuda",
                                   .rounds = ROUNDS};
        SB_TRY(bench_federation_create(ctx, &shape, &f));
        SB_TRY(take_turns(ctx, results, &peer, n, &f, &t));
        report(results, n, &t);
        bench_federation_free(&f);
    }
done:
    bench_peer_close(&peer);
    bench_federation_free(&f);
    return st;
}
