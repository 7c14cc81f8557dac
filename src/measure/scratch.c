#include "measure/scratch.h"

#include "base/memory.h"

enum { GPU_BATCH = 8192 };

sb_status sb_noised_take(sb_context *ctx, const sb_backend *op, int B, int d, sb_noised *noised)
{
    sb_status st = SB_OK;
    const size_t rows = (size_t)B;
    *noised = (sb_noised){.B = B, .d = d};
    SB_TAKE(op, noised->y, rows * (size_t)d);
    SB_TAKE(op, noised->target, rows * (size_t)d);
    SB_TAKE(op, noised->weight, rows);
    SB_TAKE(op, noised->k, rows);
done:
    if (st != SB_OK) sb_noised_release(op, noised);
    return st;
}

void sb_noised_release(const sb_backend *op, sb_noised *noised)
{
    op->release(op, noised->y);
    op->release(op, noised->target);
    op->release(op, noised->weight);
    op->release(op, noised->k);
    *noised = (sb_noised){0};
}

static sb_status thread_create(sb_context *ctx, const sb_system *system, int B, sb_scratch_thread *at)
{
    sb_status st = SB_OK;
    const size_t D = sb_model_parameters(system->model), Bd = (size_t)B * (size_t)system->data.d;
    SB_TRY(sb_scores_create(ctx, system, B, &at->scores));
    const sb_backend *op = at->scores.op;
    SB_TRY(sb_noised_alloc(ctx, B, system->data.d, &at->noised));
    SB_TRY(sb_noised_take(ctx, op, B, system->data.d, &at->drawn));
    SB_ALLOC(at->s, Bd);
    SB_ALLOC(at->S, Bd);
    SB_TAKE(op, at->s_work, 4 * Bd);
    SB_TAKE(op, at->grad, D);
    SB_TAKE(op, at->sum, D);
    SB_TAKE(op, at->law, 1);
    SB_TAKE(op, at->place, 1);
done:
    return st;
}

sb_status sb_scratch_create(sb_context *ctx, const sb_system *system, int B, sb_scratch *scratch)
{
    sb_status st = SB_OK;
    *scratch = (sb_scratch){.threads = ctx->threads, .B = sb_device_is_gpu(system) && B < GPU_BATCH ? GPU_BATCH : B};
    SB_CALLOC(scratch->at, scratch->threads);
    for (int t = 0; t < scratch->threads; t++) SB_TRY(thread_create(ctx, system, scratch->B, &scratch->at[t]));
    SB_TRY(sb_source_create(ctx, scratch->at[0].scores.op, &system->data, &system->grid, &scratch->source));
done:
    if (st != SB_OK) sb_scratch_free(scratch);
    return st;
}

static void thread_free(sb_scratch_thread *at)
{
    const sb_backend *op = at->scores.op;
    sb_noised_free(&at->noised);
    sb_free(at->s);
    sb_free(at->S);
    if (op) {
        sb_noised_release(op, &at->drawn);
        op->release(op, at->s_work);
        op->release(op, at->grad);
        op->release(op, at->sum);
        op->release(op, at->law);
        op->release(op, at->place);
    }
    sb_scores_free(&at->scores);
}

void sb_scratch_free(sb_scratch *scratch)
{
    if (scratch->at && scratch->at[0].scores.op) sb_source_free(scratch->at[0].scores.op, &scratch->source);
    for (int t = 0; scratch->at && t < scratch->threads; t++) thread_free(&scratch->at[t]);
    sb_free(scratch->at);
    *scratch = (sb_scratch){0};
}

void sb_scratch_draw(const sb_scratch *scratch, sb_scratch_thread *at, const sb_system *system, int n, sb_stream stream,
                     sb_draw how, sb_noised *out)
{
    const sb_backend *op = at->scores.op;
    const sb_crew crew = {.W = 1, .B = out->B, .ld = sb_lanes(out->B)};
    const int law = sb_source_law(&system->data, n);
    const sb_place place = {stream.seed, stream.subsequence, stream.block};
    op->upload(op, at->law, &law, sizeof law);
    op->upload(op, at->place, &place, sizeof place);
    op->draw(op, &crew, &scratch->source, at->law, at->place, 0, &how, out->y, out->target, out->weight, out->k);
}
