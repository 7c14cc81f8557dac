#include "measure/scratch.h"

#include "base/memory.h"

sb_status sb_scratch_create(sb_context *ctx, const sb_system *system, int B, sb_scratch *scratch)
{
    sb_status st = SB_OK;
    const size_t D = sb_model_parameters(system->model), Bd = (size_t)B * (size_t)system->data.d;
    *scratch = (sb_scratch){.threads = ctx->threads, .B = B};
    SB_CALLOC(scratch->at, scratch->threads);
    for (int t = 0; t < scratch->threads; t++) {
        sb_scratch_thread *at = &scratch->at[t];
        SB_TRY(sb_workspace_create(ctx, system->model, B, &at->ws));
        SB_TRY(sb_noised_alloc(ctx, B, system->data.d, &at->noised));
        SB_ALLOC(at->s_work, 4 * Bd);
        SB_ALLOC(at->s, Bd);
        SB_ALLOC(at->S, Bd);
        SB_ALLOC(at->grad, D);
    }
done:
    if (st != SB_OK) sb_scratch_free(scratch);
    return st;
}

void sb_scratch_free(sb_scratch *scratch)
{
    for (int t = 0; scratch->at && t < scratch->threads; t++) {
        sb_scratch_thread *at = &scratch->at[t];
        sb_workspace_free(at->ws);
        sb_noised_free(&at->noised);
        sb_free(at->s_work);
        sb_free(at->s);
        sb_free(at->S);
        sb_free(at->grad);
    }
    sb_free(scratch->at);
    *scratch = (sb_scratch){0};
}
