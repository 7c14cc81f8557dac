#include "measure/exact.h"

#include "base/memory.h"
#include "measure/exact_parts.h"

/* KL(q_u||p_u) = KL(weights) - overlap(u) for two laws over the same components: what the overlap hides of the label. So the
 * residual is overlap(T) - overlap(delta). Returns 0 where cubature does not apply. */
static sb_status by_cubature(sb_context *ctx, const sb_block *block, double T, double delta, int *done_it, sb_number *residual)
{
    sb_status st = SB_OK;
    sb_cubature *cubature = NULL;
    sb_overlap at_T, at_delta;
    *done_it = 0;
    if (block->law.components->d > 2) goto done;
    SB_TRY(sb_cubature_create(ctx, block, SB_CUBATURE_BUDGET, &cubature));
    *done_it = sb_cubature_run(cubature, T, &at_T) && sb_cubature_run(cubature, delta, &at_delta);
    *residual = sb_number_certified(at_T.value[SB_OVERLAP_RATIO] - at_delta.value[SB_OVERLAP_RATIO],
                                    at_T.error[SB_OVERLAP_RATIO] + at_delta.error[SB_OVERLAP_RATIO]);
done:
    sb_cubature_free(cubature);
    return st;
}

sb_status sb_heterogeneity_residual(sb_context *ctx, const sb_mixture *q_n, const sb_mixture *pooled, double T, double delta,
                                    int samples, double confidence, uint64_t seed, int index, sb_number *residual)
{
    sb_status st = SB_OK;
    sb_blocks blocks = {0};
    int done_it = 0;
    *residual = sb_number_exact(0.0);
    SB_REQUIRE(q_n->components == pooled->components, SB_EINVAL, "the two laws must share their components");
    SB_REQUIRE(delta > 0.0 && delta < T, SB_EDOM, "heterogeneity needs 0 < delta < T, not delta = %g and T = %g", delta, T);
    SB_REQUIRE(confidence > 0.0 && confidence < 1.0, SB_EINVAL, "a confidence lies in (0,1), not at %g", confidence);
    for (int j = 0; j < pooled->components->J; j++)
        SB_REQUIRE(!(q_n->weight[j] > 0.0) || pooled->weight[j] > 0.0, SB_EDOM,
                   "the pooled law has no weight on component %d, which the worker has", j + 1);
    SB_TRY(sb_blocks_split(ctx, pooled, q_n->weight, &blocks));
    if (blocks.count == 0) goto done;
    SB_TRY(by_cubature(ctx, &blocks.block[0], T, delta, &done_it, residual));
    if (done_it) goto done;
    SB_REQUIRE(samples >= SB_LEAST_SAMPLES, SB_EINVAL, "Monte Carlo of the exact layer needs at least %d samples, not %d",
               SB_LEAST_SAMPLES, samples);
    SB_TRY(sb_sampled_divergence(ctx, q_n, pooled, T, delta, samples, confidence,
                                 sb_stream_at(seed, SB_DRAW_EXACT, 0, (uint32_t)index, 0, 2), residual));
done:
    sb_blocks_free(&blocks);
    return st;
}
