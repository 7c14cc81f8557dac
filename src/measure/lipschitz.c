#include "measure/lipschitz.h"

#include "base/memory.h"

#include <math.h>
#include <omp.h>

/* The Hessian of one worker's loss on a fixed sample, where the model is. */
typedef struct {
    const sb_system *system;
    sb_scratch_thread *at;
    sb_noised sample; /* all of it; evaluated in pieces of at most B */
    int B;
    double *x; /* (D) */
} hessian;

/* y = H x for x, y (D) on the host. */
static sb_status hessian_times(sb_context *ctx, void *state, const double *x, double *y)
{
    sb_status st = SB_OK;
    const hessian *h = state;
    sb_scratch_thread *at = h->at;
    const sb_backend *op = at->scores.op;
    const size_t D = sb_model_parameters(h->system->model), d = (size_t)h->sample.d;
    op->upload(op, h->x, x, D * sizeof *x);
    op->clear(op, at->sum, D * sizeof *at->sum);
    for (int first = 0; first < h->sample.B; first += h->B) {
        SB_REQUIRE(!sb_context_stopped(ctx), SB_EINTR, "stopped while measuring curvature");
        sb_noised part = h->sample;
        part.B = h->sample.B - first < h->B ? h->sample.B - first : h->B;
        part.y += (size_t)first * d;
        part.target += (size_t)first * d;
        part.weight += first;
        part.k += first;
        SB_TRY(sb_dsm_hvp(ctx, h->system->model, at->scores.theta, h->x, &part, at->scores.ws, at->s_work, at->grad));
        op->axpy(op, D, 1.0, at->grad, at->sum);
    }
    op->download(op, y, at->sum, D * sizeof *y);
    SB_SETTLE(op);
done:
    return st;
}

static sb_status largest_eigenvalue(sb_context *ctx, const sb_system *system, const sb_scratch *scratch, sb_scratch_thread *at,
                                    int n, int replica, int round, const sb_noised *sample, double *x, double *basis, double *start,
                                    sb_number *L)
{
    sb_status st = SB_OK;
    const sb_config *config = system->config;
    const size_t D = sb_model_parameters(system->model);
    double value, bound;
    hessian h = {system, at, *sample, scratch->B, x};
    sb_stream stream = sb_stream_at(config->seed, SB_DRAW_HESSIAN, (uint32_t)replica, (uint32_t)n, (uint32_t)round, 0);
    sb_scratch_draw(scratch, at, system, n, stream, (sb_draw){.times = SB_TIMES_STRATIFIED, .total = sample->B}, &h.sample);
    stream = sb_stream_at(config->seed, SB_DRAW_HESSIAN, (uint32_t)replica, (uint32_t)n, (uint32_t)round, 1);
    sb_stream_normals(&stream, D, start);
    SB_TRY(
        sb_lanczos(ctx, system->backend, D, config->measure.hessian_iterations, hessian_times, &h, start, basis, &value, &bound));
    *L = (sb_number){fabs(value), fmax(fabs(value) - bound, 0.0), fabs(value) + bound, 1.0, sample->B, SB_LOWER_ESTIMATE};
done:
    return st;
}

sb_status sb_lipschitz_at(sb_context *ctx, const sb_system *system, const sb_panel *panel, sb_scratch *scratch, const double *theta,
                          int replica, int round, sb_number *L)
{
    sb_status st = SB_OK;
    const sb_config *config = system->config;
    const size_t D = sb_model_parameters(system->model);
    const int iterations = config->measure.hessian_iterations;
    const int samples = config->measure.samples > system->grid.K ? config->measure.samples : system->grid.K;
    sb_number *of = NULL;
    sb_noised *sample = NULL;
    double *basis = NULL, *start = NULL, **x = NULL;
    SB_ALLOC(of, panel->count);
    SB_CALLOC(sample, scratch->threads);
    SB_ALLOC(basis, (size_t)scratch->threads * (size_t)(iterations + 1) * D);
    SB_ALLOC(start, (size_t)scratch->threads * D);
    SB_CALLOC(x, scratch->threads);
    for (int t = 0; t < scratch->threads; t++) {
        const sb_backend *op = scratch->at[t].scores.op;
        SB_TRY(sb_noised_take(ctx, op, samples, system->data.d, &sample[t]));
        SB_TAKE(op, x[t], D);
        sb_scores_theta(&scratch->at[t].scores, theta);
    }
#pragma omp parallel for num_threads(scratch->threads) schedule(dynamic, 1)
    for (int i = 0; i < panel->count; i++) {
        const int t = omp_get_thread_num();
        const sb_status now =
            largest_eigenvalue(ctx, system, scratch, &scratch->at[t], panel->n[i], replica, round, &sample[t], x[t],
                               basis + (size_t)t * (size_t)(iterations + 1) * D, start + (size_t)t * D, &of[i]);
        if (now != SB_OK) {
#pragma omp atomic write
            st = now;
        }
    }
    if (st != SB_OK) SB_TRY(st);
    *L = of[0];
    for (int i = 1; i < panel->count; i++) *L = sb_number_max(*L, of[i]);
done:
    for (int t = 0; sample && t < scratch->threads; t++) sb_noised_release(scratch->at[t].scores.op, &sample[t]);
    for (int t = 0; x && t < scratch->threads; t++) scratch->at[t].scores.op->release(scratch->at[t].scores.op, x[t]);
    sb_free(x);
    sb_free(of);
    sb_free(sample);
    sb_free(basis);
    sb_free(start);
    return st;
}
