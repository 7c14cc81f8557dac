/* Compiled in both precisions. */
#include "measure/generate.h"

#include "base/memory.h"
#include "base/progress.h"
#include "diffusion/sampler.h"
#include "train/device.h"

#include <math.h>
#include <omp.h>

/* Points that go through all steps together. The block is always full, because a product of matrices may round a row differently
 * where there are fewer of them. */
enum { BLOCK = 64, GPU_BLOCK = 8192 };

/* What one thread needs, where the model is. */
typedef struct {
    const sb_backend *op;
    sb_workspace *ws;
    int B;
    real *theta;  /* (D) */
    real *y, *s;  /* (B,d) */
    int *k;       /* (B) the step's number, B times */
    real *points; /* (B,d) and */
    int *step;    /* (B) on the host */
} sampler;

static void sampler_free(sampler *a)
{
    const sb_backend *op = a->op;
    sb_workspace_free(a->ws);
    sb_free(a->points);
    sb_free(a->step);
    if (!op) return;
    op->release(op, a->theta);
    op->release(op, a->y);
    op->release(op, a->s);
    op->release(op, a->k);
    sb_backend_close(op);
}

/* theta (D) in `real`, on the host. */
static sb_status sampler_create(sb_context *ctx, const sb_system *system, const real *theta, int B, sampler *a)
{
    sb_status st = SB_OK;
    const size_t D = sb_model_parameters(system->model), size = (size_t)B * (size_t)system->data.d;
    const sb_backend *op;
    a->B = B;
    SB_TRY(sb_device_open(ctx, system, &a->op));
    op = a->op;
    SB_TRY(sb_workspace_create_on(ctx, system->model, op, 1, a->B, 1, &a->ws));
    SB_TAKE(op, a->theta, D);
    SB_TAKE(op, a->y, size);
    SB_TAKE(op, a->s, size);
    SB_TAKE(op, a->k, B);
    SB_ALLOC(a->points, size);
    SB_ALLOC(a->step, B);
    op->upload(op, a->theta, theta, D * sizeof *theta);
    SB_SETTLE(op);
done:
    return st;
}

/* Points [first, first+B) through all steps; y (count,d) on the host receives the first of them. */
static sb_status block(sb_context *ctx, const sb_system *system, sampler *a, int replica, size_t first, int count, double *y)
{
    sb_status st = SB_OK;
    const sb_backend *op = a->op;
    const int d = system->data.d;
    const size_t size = (size_t)count * (size_t)d;
    op->clear(op, a->y, (size_t)a->B * (size_t)d * sizeof *a->y);
    for (int k = -1; k < system->grid.K; k++) { /* step -1 draws Y_0 */
        sb_sampler_step step = {.c = 1.0};
        const sb_stream all = sb_stream_at(system->config->seed, SB_DRAW_GENERATE, (uint32_t)replica, 0, 0, (uint32_t)(k + 1));
        const sb_place place = {all.seed, all.subsequence, all.block};
        if (k >= 0) {
            const sb_batch batch = {a->B, a->y, a->k};
            for (int i = 0; i < a->B; i++) a->step[i] = k;
            op->upload(op, a->k, a->step, (size_t)a->B * sizeof *a->step);
            step = sb_sampler_coefficients(system->config->diffusion.sampler, system->grid.gamma[k]);
            SB_TRY(sb_model_evaluate(ctx, system->model, a->theta, &batch, a->ws, a->s));
        }
        op->advance(op, a->B, d, step.a, step.b, step.c, &place, first, k < 0 ? NULL : a->s, a->y);
    }
    op->download(op, a->points, a->y, size * sizeof *a->y);
    SB_SETTLE(op);
    for (size_t i = 0; i < size; i++) { /* what is not finite once never is again */
        SB_REQUIRE(isfinite(a->points[i]), SB_ERANGE, "the score is not finite where the sampler took point %zu",
                   first + i / (size_t)d);
        y[i] = (double)a->points[i];
    }
done:
    return st;
}

sb_status sb_generate(sb_context *ctx, const sb_system *system, const double *theta, int count, int replica, int shown, double *y)
{
    sb_status st = SB_OK;
    const size_t D = sb_model_parameters(system->model);
    const int B = sb_device_is_gpu(system) ? GPU_BLOCK : BLOCK, blocks = (count + B - 1) / B;
    const int threads = blocks < ctx->threads ? blocks : ctx->threads;
    sampler *at = NULL;
    real *rounded = NULL;
    if (blocks == 0) return SB_OK;
    SB_CALLOC(at, threads);
    SB_ALLOC(rounded, D);
    for (size_t i = 0; i < D; i++) rounded[i] = (real)theta[i];
    for (int t = 0; t < threads; t++) SB_TRY(sampler_create(ctx, system, rounded, B, &at[t]));
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1)
    for (int i = 0; i < blocks; i++) {
        const size_t first = (size_t)i * (size_t)B;
        const int now = count - i * B < B ? count - i * B : B;
        sb_status mine = SB_OK;
        if (sb_context_stopped(ctx)) mine = sb_fail(ctx, SB_EINTR, __func__, __LINE__, "stopped while sampling");
        else mine = block(ctx, system, &at[omp_get_thread_num()], replica, first, now, y + first * (size_t)system->data.d);
        if (mine != SB_OK) {
#pragma omp atomic write
            st = mine;
        } else if (shown) {
            sb_progress_add(ctx, now);
        }
    }
    SB_TRY(st);
done:
    for (int t = 0; at && t < threads; t++) sampler_free(&at[t]);
    sb_free(at);
    sb_free(rounded);
    return st;
}
