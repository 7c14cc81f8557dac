#include "choice_case.h"
#include "harness.h"

#include <string.h>

static const char yaml[] = "seed: 2385\n"
                           "data:\n"
                           "  kind: gaussian-mixture\n"
                           "  dimension: 1\n"
                           "  workers: 1\n"
                           "  components: [{weight: 1, mean: [0], covariance: 1}]\n"
                           "  partition: {kind: iid}\n"
                           "diffusion: {T: 1.9, delta: 0.05, grid: kappa, K: 7, sampler: exponential}\n"
                           "model: {kind: affine}\n"
                           "train: {rounds: 6, local_steps: 3, batch: 4, learning_rate: remark-4.12}\n"
                           "measure: {every: 2, replicas: 2, samples: 256, chain_samples: 500, hessian_iterations: 8}\n";

int sb_choice_config(sb_context *ctx, size_t count, const sb_override *overrides, sb_config *config)
{
    return CHECK_OK(ctx, sb_config_parse(ctx, "choice_case", yaml, strlen(yaml), count, overrides, config));
}
