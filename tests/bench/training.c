/* Training beside PyTorch, and what share of the BLAS's rate it reaches. All of them keep 75 % of the coordinates at random. */
#include "bench/bench.h"
#include "bench/federation.h"
#include "bench/peer.h"
#include "bench/products.h"

#include <math.h>
#include <stdio.h>

enum { WORKERS = 10, LOCAL_STEPS = 5, STEPS = WORKERS * LOCAL_STEPS, TURNS = 5, ROUNDS = 4096 };

typedef struct {
    int d, width, depth, batch;
    int rounds;     /* in one turn: about half a second */
    double goal[2]; /* times PyTorch on one and two threads */
    double share;   /* of sgemm's rate; NaN: no goal */
} network;

static const network networks[] = {
    {2, 64, 2, 128, 40, {5.0, 8.0}, NAN},
    {2, 128, 3, 256, 10, {2.5, 4.0}, NAN},
    {16, 256, 3, 512, 2, {1.5, 2.0}, NAN},
    {64, 512, 4, 1024, 1, {1.1, 1.3}, 0.75},
};
enum { NETWORKS = sizeof networks / sizeof *networks };

/* Microseconds a worker's step, one entry a turn: ours, PyTorch's worker by worker and all workers together, the products alone. */
typedef struct {
    double ours[TURNS], eager[TURNS], together[TURNS], products[TURNS];
} turns;

static double ask(bench_results *results, bench_peer *peer, const network *n, int threads, const char *mode)
{
    return bench_peer_ask(results, peer, "mean_us", "training --network %d,%d,%d,%d --threads %d --mode %s --repetitions %d", n->d,
                          n->width, n->depth, n->batch, threads, mode, n->rounds);
}

static sb_status take_turns(sb_context *ctx, bench_results *results, bench_peer *peer, const network *n, bench_federation *f,
                            const bench_products *products, turns *t)
{
    sb_status st = SB_OK;
    const int threads = ctx->threads, steps = n->rounds * STEPS;
    SB_TRY(bench_federation_run(ctx, f, 1));
    for (int i = 0; i < TURNS; i++) {
        const double start = bench_clock();
        SB_TRY(bench_federation_run(ctx, f, n->rounds));
        t->ours[i] = 1e6 * (bench_clock() - start) / steps;
        t->eager[i] = ask(results, peer, n, threads, "eager");
        t->together[i] = ask(results, peer, n, threads, "together");
        const double middle = bench_clock();
        bench_products_run(products, steps / threads);
        t->products[i] = 1e6 * (bench_clock() - middle) / (steps / threads * threads);
    }
done:
    return st;
}

static double median_ratio(const double *over, const double *under)
{
    double ratio[TURNS];
    for (int i = 0; i < TURNS; i++) ratio[i] = over[i] / under[i];
    return bench_median(TURNS, ratio);
}

static void report(bench_results *results, const network *n, int threads, const bench_products *products, turns *t)
{
    char name[BENCH_NAME];
    const double share = median_ratio(t->products, t->ours);
    snprintf(name, sizeof name, "training (%d,%d,%d,%d), %d thread%s", n->d, n->width, n->depth, n->batch, threads,
             threads > 1 ? "s" : "");
    bench_note(results, name, "us/step", bench_median(TURNS, t->ours));
    if (!isnan(t->eager[TURNS - 1])) {
        bench_above(results, "  faster than PyTorch, worker by worker", "times", median_ratio(t->eager, t->ours),
                    n->goal[threads - 1]);
        bench_note(results, "  faster than PyTorch, all workers in one product", "times", median_ratio(t->together, t->ours));
        bench_note(results, "  PyTorch, worker by worker", "us/step", bench_median(TURNS, t->eager));
        bench_note(results, "  PyTorch, all workers in one product", "us/step", bench_median(TURNS, t->together));
    }
    if (isnan(n->share)) bench_note(results, "  the layers' sgemm alone, share of the time", "", share);
    else bench_above(results, "  the layers' sgemm alone, share of the time", "", share, n->share);
    bench_note(results, "  the layers' sgemm alone", "GFLOP/s",
               1e-3 * bench_products_flop(products) / bench_median(TURNS, t->products));
}

static sb_status one_network(sb_context *ctx, bench_results *results, bench_peer *peer, const network *n)
{
    sb_status st = SB_OK;
    bench_federation f = {.loss = 0.0};
    bench_products products = {0};
    turns t;
    const bench_shape shape = {.d = n->d,
                               .width = n->width,
                               .depth = n->depth,
                               .batch = n->batch,
                               .workers = WORKERS,
                               .local_steps = LOCAL_STEPS,
                               .K = 60,
                               .pruning = "kind: random, keep: [0.75]",
                               .device = "cpu",
                               .rounds = ROUNDS};
    SB_TRY(bench_federation_create(ctx, &shape, &f));
    SB_TRY(bench_products_create(ctx, &shape, ctx->threads, &products));
    SB_TRY(take_turns(ctx, results, peer, n, &f, &products, &t));
    report(results, n, ctx->threads, &products, &t);
done:
    bench_products_free(&products);
    bench_federation_free(&f);
    return st;
}

sb_status bench_training(sb_context *ctx, bench_results *results)
{
    sb_status st = SB_OK;
    bench_peer peer;
    const int threads = ctx->threads;
    bench_peer_open(results, &peer);
    for (ctx->threads = 1; ctx->threads <= 2; ctx->threads++)
        for (int i = 0; i < NETWORKS; i++) SB_TRY(one_network(ctx, results, &peer, &networks[i]));
done:
    ctx->threads = threads;
    bench_peer_close(&peer);
    return st;
}
