/* A worker's steps of a U-Net beside PyTorch's same steps: plain SGD in single precision, on one thread. */
#include "bench/bench.h"
#include "bench/federation.h"
#include "bench/peer.h"

#include <math.h>
#include <stdio.h>

enum { TURNS = 3, LOCAL_STEPS = 2 };

typedef struct {
    const char *data; /* the section's content */
    int channels, side;
    int width, depth, blocks, attention, batch;
    int rounds; /* in one turn */
} network;

static const network networks[] = {
    {"kind: images, images: {format: digits}", 1, 8, 16, 2, 1, 0, 64, 10},
    {"kind: shapes, images: {count: 256, side: 32, channels: 3}", 3, 32, 32, 3, 1, 0, 64, 1},
};

static sb_status one_network(sb_context *ctx, bench_results *results, bench_peer *peer, const network *n)
{
    sb_status st = SB_OK;
    bench_federation f = {.loss = 0.0};
    char text[512], name[BENCH_NAME];
    double ours[TURNS], theirs[TURNS], ratio[TURNS];
    snprintf(text, sizeof text,
             "data: {%s}\n"
             "diffusion: {T: 3, delta: 0.01, grid: log-snr, K: 60}\n"
             "model: {kind: unet, width: %d, depth: %d, blocks: %d, attention: %d}\n"
             "train: {rounds: 4096, local_steps: %d, batch: %d, learning_rate: 1e-4, precision: float}\n"
             "measure: {every: 4096}\n",
             n->data, n->width, n->depth, n->blocks, n->attention, LOCAL_STEPS, n->batch);
    SB_TRY(bench_federation_of(ctx, text, &f));
    SB_TRY(bench_federation_run(ctx, &f, 1));
    for (int i = 0; i < TURNS; i++) {
        const double start = bench_processor();
        SB_TRY(bench_federation_run(ctx, &f, n->rounds));
        ours[i] = 1e6 * (bench_processor() - start) / (n->rounds * LOCAL_STEPS);
        theirs[i] = bench_peer_ask(results, peer, "processor_us", "unet --image %d,%d,%d --network %d,%d,%d,%d,%d --repetitions %d",
                                   n->channels, n->side, n->side, n->width, n->depth, n->blocks, n->attention, n->batch,
                                   n->rounds * LOCAL_STEPS);
        ratio[i] = theirs[i] / ours[i];
    }
    snprintf(name, sizeof name, "U-Net on %dx%dx%d, D = %zu, batch %d", n->side, n->side, n->channels,
             sb_model_parameters(f.system.model), n->batch);
    bench_note(results, name, "us/step", bench_median(TURNS, ours));
    bench_note(results, "  mean loss of the last round", "nats", f.loss);
    if (isnan(theirs[TURNS - 1])) goto done;
    bench_above(results, "  faster than PyTorch", "times", bench_median(TURNS, ratio), 1.0);
    bench_note(results, "  PyTorch", "us/step", bench_median(TURNS, theirs));
done:
    bench_federation_free(&f);
    return st;
}

sb_status bench_unet(sb_context *ctx, bench_results *results)
{
    sb_status st = SB_OK;
    bench_peer peer;
    const int threads = ctx->threads;
    ctx->threads = 1;
    bench_peer_open(results, &peer);
    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++) SB_TRY(one_network(ctx, results, &peer, &networks[i]));
done:
    ctx->threads = threads;
    bench_peer_close(&peer);
    return st;
}
