/* federation.h: the training that the benchmarks time: the network on a ring of Gaussians, as peers/federated.py has it. */
#ifndef SB_TESTS_BENCH_FEDERATION_H
#define SB_TESTS_BENCH_FEDERATION_H

#include "train/train.h"

typedef struct {
    int d, width, depth, batch;
    int workers, local_steps, K;
    const char *pruning; /* the section's content */
    const char *device;
    int rounds; /* the most that will be run */
} bench_shape;

typedef struct {
    sb_config config;
    sb_system system;
    sb_training training;
    double loss; /* of the last round */
} bench_federation;

/* bench_federation_create: ready for its first round; of: from the text of a configuration. run: `rounds` further ones. */
sb_status bench_federation_of(sb_context *ctx, const char *text, bench_federation *f);
sb_status bench_federation_create(sb_context *ctx, const bench_shape *shape, bench_federation *f);
sb_status bench_federation_run(sb_context *ctx, bench_federation *f, int rounds);
void bench_federation_free(bench_federation *f);

#endif
