#include "measure/lipschitz.h"

#include "base/memory.h"

#include <math.h>
#include <omp.h>
#include <string.h>

/* The Hessian of one worker's loss on a fixed sample. */
typedef struct {
    const sb_system *system;
    const double *theta;
    sb_noised sample; /* all of it; evaluated in pieces of at most B */
    int B;
    sb_workspace *ws;
    double *s_work, *piece;
} hessian;

static sb_status hessian_times(sb_context *ctx, void *state, const double *x, double *y)
{
    sb_status st = SB_OK;
    const hessian *h = state;
    const size_t D = sb_model_parameters(h->system->model), d = (size_t)h->sample.d;
    memset(y, 0, D * sizeof *y);
    for (int first = 0; first < h->sample.B; first += h->B) {
        sb_noised part = h->sample;
        part.B = h->sample.B - first < h->B ? h->sample.B - first : h->B;
        part.y += (size_t)first * d;
        part.target += (size_t)first * d;
        part.weight += first;
        part.k += first;
        SB_TRY(sb_dsm_hvp(ctx, h->system->model, h->theta, x, &part, h->ws, h->s_work, h->piece));
        h->system->backend->axpy(h->system->backend, D, 1.0, h->piece, y);
    }
done:
    return st;
}

static sb_status largest_eigenvalue(sb_context *ctx, const sb_system *system, sb_scratch_thread *at, int B, int n,
                                    const double *theta, int replica, int round, int samples, sb_noised *sample, double *basis,
                                    double *start, sb_number *L)
{
    sb_status st = SB_OK;
    const sb_config *config = system->config;
    const sb_mixture q = sb_data_worker(&system->data, n);
    const int iterations = config->measure.hessian_iterations;
    double value, bound;
    sb_stream stream = sb_stream_at(config->seed, SB_DRAW_HESSIAN, (uint32_t)replica, (uint32_t)n, (uint32_t)round, 0);
    sb_noised_stratified(&q, &system->grid, stream, 0, samples, samples, sample);
    stream = sb_stream_at(config->seed, SB_DRAW_HESSIAN, (uint32_t)replica, (uint32_t)n, (uint32_t)round, 1);
    sb_stream_normals(&stream, sb_model_parameters(system->model), start);
    hessian h = {system, theta, *sample, B, at->ws, at->s_work, at->grad};
    SB_TRY(sb_lanczos(ctx, system->backend, sb_model_parameters(system->model), iterations, hessian_times, &h, start, basis, &value,
                      &bound));
    *L = (sb_number){fabs(value), fmax(fabs(value) - bound, 0.0), fabs(value) + bound, 1.0, samples, SB_LOWER_ESTIMATE};
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
    double *basis = NULL, *start = NULL;
    SB_ALLOC(of, panel->count);
    SB_CALLOC(sample, scratch->threads);
    SB_ALLOC(basis, (size_t)scratch->threads * (size_t)(iterations + 1) * D);
    SB_ALLOC(start, (size_t)scratch->threads * D);
    for (int t = 0; t < scratch->threads; t++) SB_TRY(sb_noised_alloc(ctx, samples, system->data.d, &sample[t]));
#pragma omp parallel for num_threads(scratch->threads) schedule(dynamic, 1)
    for (int i = 0; i < panel->count; i++) {
        const int t = omp_get_thread_num();
        const sb_status now =
            largest_eigenvalue(ctx, system, &scratch->at[t], scratch->B, panel->n[i], theta, replica, round, samples, &sample[t],
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
    for (int t = 0; sample && t < scratch->threads; t++) sb_noised_free(&sample[t]);
    sb_free(of);
    sb_free(sample);
    sb_free(basis);
    sb_free(start);
    return st;
}
