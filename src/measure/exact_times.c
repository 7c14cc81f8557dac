#include "measure/exact_times.h"

#include "base/memory.h"

#include <stdatomic.h>

/* What the threads share: each takes the next time until none is left. */
typedef struct {
    const sb_times_request *request;
    const sb_blocks *blocks;
    sb_times *times;
    atomic_int next;
    atomic_int over_budget;
} task;

static void cubature_at(task *t, sb_cubature **cubature, int k)
{
    sb_overlap sum = {{0.0}, {0.0}};
    for (int i = 0; i < t->blocks->count; i++) {
        sb_overlap own;
        if (!sb_cubature_run(cubature[i], t->request->grid->u[k], &own)) t->over_budget = 1;
        for (int f = 0; f < SB_OVERLAP_COUNT; f++) {
            sum.value[f] += own.value[f];
            sum.error[f] += own.error[f];
        }
    }
    t->times->entropy[k] = sb_number_certified(sum.value[SB_OVERLAP_ENTROPY], sum.error[SB_OVERLAP_ENTROPY]);
    t->times->score[k] = sb_number_certified(sum.value[SB_OVERLAP_SCORE], sum.error[SB_OVERLAP_SCORE]);
    t->times->curvature[k] = sb_number_certified(sum.value[SB_OVERLAP_CURVATURE], sum.error[SB_OVERLAP_CURVATURE]);
    if (t->blocks->count > 0) return;
    t->times->entropy[k] = sb_number_exact(sb_weight_entropy(t->request->q)); /* all components are one and the same */
    t->times->score[k] = t->times->curvature[k] = sb_number_exact(0.0);
}

static sb_status samples_at(sb_context *ctx, task *t, int k)
{
    sb_status st = SB_OK;
    const sb_times_request *r = t->request;
    const double *u = r->grid->u;
    sb_stream at_time = sb_stream_at(r->seed, SB_DRAW_EXACT, 0, (uint32_t)r->index, (uint32_t)k, 0);
    sb_stream in_step = sb_stream_at(r->seed, SB_DRAW_EXACT, 0, (uint32_t)r->index, (uint32_t)k, 1);
    SB_TRY(sb_sampled_overlap(ctx, r->q, u[k], r->samples, r->confidence, at_time, &t->times->entropy[k], &t->times->score[k],
                              k == 0 ? &t->times->kl_init : NULL));
    if (k < r->grid->K) SB_TRY(sb_sampled_step(ctx, r->q, u[k + 1], u[k], r->samples, r->confidence, in_step, &t->times->D[k]));
done:
    return st;
}

/* One thread's share of the times. */
static sb_status take_times(sb_context *ctx, task *t)
{
    sb_status st = SB_OK;
    const int count = t->blocks->count;
    sb_cubature **cubature = NULL;
    SB_CALLOC(cubature, count);
    for (int i = 0; i < count && !t->times->sampled; i++)
        SB_TRY(sb_cubature_create(ctx, &t->blocks->block[i], t->request->budget, &cubature[i]));
    for (int k; (k = t->next++) <= t->request->grid->K && !t->over_budget;) {
        SB_REQUIRE(!sb_context_stopped(ctx), SB_EINTR, "stopped on request");
        if (t->times->sampled) SB_TRY(samples_at(ctx, t, k));
        else cubature_at(t, cubature, k);
    }
done:
    for (int i = 0; i < count && cubature; i++) sb_cubature_free(cubature[i]);
    sb_free(cubature);
    return st;
}

static sb_status take_all(sb_context *ctx, task *t)
{
    sb_status st = SB_OK;
    t->next = 0;
    t->over_budget = 0;
#pragma omp parallel num_threads(ctx->threads)
    {
        const sb_status own = take_times(ctx, t);
        if (own != SB_OK) {
#pragma omp critical(sb_times_failed)
            st = own;
        }
    }
    if (st != SB_OK) sb_trace(ctx, __func__, __LINE__);
    return st;
}

sb_status sb_times_compute(sb_context *ctx, const sb_times_request *request, sb_times *times)
{
    sb_status st = SB_OK;
    const int K = request->grid->K;
    sb_blocks blocks = {0};
    task t = {.request = request, .blocks = &blocks, .times = times};
    *times = (sb_times){0};
    SB_TRY(sb_blocks_split(ctx, request->q, NULL, &blocks));
    for (int i = 0; i < blocks.count; i++) times->sampled |= blocks.block[i].law.components->d > 2;
    SB_ALLOC(times->entropy, K + 1);
    SB_ALLOC(times->score, K + 1);
    SB_ALLOC(times->curvature, K + 1);
    SB_ALLOC(times->D, K);
    if (!times->sampled) SB_TRY(take_all(ctx, &t));
    times->sampled |= t.over_budget;
    if (times->sampled) {
        SB_REQUIRE(request->samples >= SB_LEAST_SAMPLES, SB_EINVAL,
                   "Monte Carlo of the exact layer needs at least %d samples, not %d", SB_LEAST_SAMPLES, request->samples);
        SB_TRY(take_all(ctx, &t));
    }
done:
    sb_blocks_free(&blocks);
    if (st != SB_OK) sb_times_free(times);
    return st;
}

void sb_times_free(sb_times *times)
{
    sb_free(times->entropy);
    sb_free(times->score);
    sb_free(times->curvature);
    sb_free(times->D);
    *times = (sb_times){0};
}
