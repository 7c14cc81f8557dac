#include "bench/federation.h"

#include <stdio.h>
#include <string.h>

static const double RATE = 1e-4; /* small: nothing diverges, however long it is timed */

sb_status bench_federation_of(sb_context *ctx, const char *text, bench_federation *f)
{
    sb_status st = SB_OK;
    *f = (bench_federation){.loss = 0.0};
    SB_TRY(sb_config_parse(ctx, "bench", text, strlen(text), 0, NULL, &f->config));
    SB_TRY(sb_system_create(ctx, &f->config, &f->system));
    SB_TRY(sb_training_create(ctx, &f->system, 1, RATE, &f->training));
done:
    return st;
}

/* measure.every is the whole length, so that few snapshots are kept. */
sb_status bench_federation_create(sb_context *ctx, const bench_shape *shape, bench_federation *f)
{
    char text[1024];
    snprintf(text, sizeof text,
             "seed: 1\n"
             "data: {kind: gaussian-mixture, dimension: %d, workers: %d, preset: ring, modes: 8, radius: 2, deviation: 0.6}\n"
             "diffusion: {T: 3, delta: 0.01, grid: log-snr, K: %d}\n"
             "model: {kind: mlp, width: %d, depth: %d}\n"
             "train: {rounds: %d, local_steps: %d, batch: %d, learning_rate: %g, precision: float}\n"
             "pruning: {%s}\n"
             "measure: {every: %d}\n"
             "device: %s\n",
             shape->d, shape->workers, shape->K, shape->width, shape->depth, shape->rounds, shape->local_steps, shape->batch, RATE,
             shape->pruning, shape->rounds, shape->device);
    return bench_federation_of(ctx, text, f);
}

static sb_status keep_loss(sb_context *ctx, void *user, const sb_training *training, const sb_round_report *report)
{
    bench_federation *f = user;
    (void)ctx, (void)training;
    f->loss = report->loss[0];
    return SB_OK;
}

sb_status bench_federation_run(sb_context *ctx, bench_federation *f, int rounds)
{
    return sb_training_run(ctx, &f->system, &f->training, f->training.done + rounds, keep_loss, f);
}

void bench_federation_free(bench_federation *f)
{
    sb_training_free(&f->training);
    sb_system_free(&f->system);
    sb_config_free(&f->config);
}
