#include "measure/initial_loss.h"

#include "base/memory.h"
#include "base/stratum.h"
#include "measure/exact.h"
#include "measure/quadratic.h"
#include "measure/scratch.h"

#include <omp.h>
#include <string.h>

enum { BATCH = 256, FEWEST_STRATA = 32, PLACES = 0, SAMPLES = 1 }; /* the last two: steps of the stream */

/* sum_k gamma_k/sigma_{u_k}^2: F(0) for each dimension. */
static double unit_loss(const sb_grid *grid)
{
    double sum = 0.0;
    for (int k = 0; k < grid->K; k++) sum += grid->gamma[k] / grid->sigma2[k];
    return sum;
}

static int is_pooled(const sb_system *system, const sb_mixture *q)
{
    return memcmp(q->weight, system->data.pooled, (size_t)q->components->J * sizeof *q->weight) == 0;
}

static int is_zero(size_t n, const double *x)
{
    for (size_t i = 0; i < n; i++)
        if (x[i] != 0.0) return 0;
    return 1;
}

/* k (2*strata) out: the times of the two samples of each stratum; the way through time is measured by the law of sb_time_law. */
static sb_status place_samples(sb_context *ctx, const sb_system *system, int strata, int *k)
{
    sb_status st = SB_OK;
    const sb_grid *grid = &system->grid;
    sb_stream stream = sb_stream_at(system->config->seed, SB_DRAW_CHOICE, 0, 0, 0, PLACES);
    double *within = NULL, *cumulative;
    int first = 0; /* the time at which the stratum begins */
    SB_ALLOC(within, 2 * (size_t)strata + (size_t)grid->K);
    cumulative = within + 2 * (size_t)strata;
    sb_time_law(grid, cumulative);
    sb_stream_uniforms(&stream, 2 * (size_t)strata, within);
    for (int i = 0; i < 2 * strata; i++) {
        const int stratum = i / 2;
        while (first < grid->K - 1 && cumulative[first] * strata <= stratum) first++;
        k[i] = first;
        while (k[i] < grid->K - 1 && cumulative[k[i]] * strata <= stratum + within[i]) k[i]++;
    }
done:
    sb_free(within);
    return st;
}

/* |s|^2 - 2 <s,Z> of samples [first, first+count), times sigma^2: their density in time is gamma/sigma^2.   x (count) out. */
static sb_status batch_terms(sb_context *ctx, const sb_system *system, sb_scratch_thread *at, const sb_mixture *q, int first,
                             int count, const int *k, double *x)
{
    sb_status st = SB_OK;
    const int d = system->data.d;
    const sb_noised *all = &at->noised;
    const sb_stream stream = sb_stream_at(system->config->seed, SB_DRAW_CHOICE, 0, 0, 0, SAMPLES);
    for (int b = 0; b < count; b++) {
        const size_t row = (size_t)b * (size_t)d;
        sb_noised one = {1, d, all->y + row, all->target + row, all->weight + b, all->k + b, all->scratch};
        sb_noised_at(q, &system->grid, stream, k[first + b], first + b, 1, &one);
    }
    SB_TRY(sb_scores_at(ctx, &at->scores, count, all->y, all->k, at->s));
    for (int b = 0; b < count; b++) {
        const double *s = at->s + (size_t)b * (size_t)d, *Z = all->target + (size_t)b * (size_t)d;
        double sum = 0.0;
        for (int i = 0; i < d; i++) sum += s[i] * (s[i] - 2.0 * Z[i]);
        x[b] = system->grid.sigma2[all->k[b]] * sum;
    }
done:
    return st;
}

static sb_status sampled_loss(sb_context *ctx, const sb_system *system, const sb_mixture *q, const double *theta, int samples,
                              sb_number *F)
{
    sb_status st = SB_OK;
    const int strata = samples / 2 > FEWEST_STRATA ? samples / 2 : FEWEST_STRATA, total = 2 * strata;
    const double unit = unit_loss(&system->grid);
    sb_scratch scratch = {0};
    sb_stratum *stratum = NULL; /* (strata) */
    double *x = NULL;           /* (total) */
    int *k = NULL;              /* (total) */
    SB_TRY(sb_scratch_create(ctx, system, BATCH, &scratch));
    SB_ALLOC(x, total);
    SB_ALLOC(k, total);
    SB_CALLOC(stratum, strata);
    SB_TRY(place_samples(ctx, system, strata, k));
    for (int t = 0; t < scratch.threads; t++) sb_scores_theta(&scratch.at[t].scores, theta);
#pragma omp parallel for num_threads(scratch.threads) schedule(dynamic, 1)
    for (int first = 0; first < total; first += BATCH) {
        const sb_status now = batch_terms(ctx, system, &scratch.at[omp_get_thread_num()], q, first,
                                          total - first < BATCH ? total - first : BATCH, k, x + first);
        if (now != SB_OK) {
#pragma omp atomic write
            st = now;
        }
    }
    SB_TRY(st);
    for (int i = 0; i < total; i++) sb_stratum_add(&stratum[i / 2], unit * x[i] / strata);
    *F = sb_number_scale(sb_strata_sum(stratum, strata, 1, system->config->measure.confidence), 1.0, unit * system->data.d);
done:
    sb_scratch_free(&scratch);
    sb_free(stratum);
    sb_free(x);
    sb_free(k);
    return st;
}

sb_status sb_loss_at(sb_context *ctx, const sb_system *system, const sb_mixture *q, const double *theta, int samples, sb_number *F)
{
    sb_status st = SB_OK;
    const sb_config *config = system->config;
    const size_t D = sb_model_parameters(system->model);
    sb_exact exact = {0};
    if (D == 0 && is_pooled(system, q)) {
        SB_TRY(sb_exact_compute(ctx, q, &system->grid, config->measure.chain_samples, config->measure.confidence, config->seed, 0,
                                &exact));
        *F = sb_number_scale(exact.C1, -1.0, 0.0);
    } else if (sb_model_is_linear(system->model) && D > 0 && is_zero(D, theta)) {
        *F = sb_number_exact(unit_loss(&system->grid) * system->data.d);
    } else if (sb_quadratic_applies(system)) {
        double value;
        SB_TRY(sb_quadratic_loss(ctx, system, q, theta, &value, NULL));
        *F = sb_number_exact(value);
    } else SB_TRY(sampled_loss(ctx, system, q, theta, samples, F));
done:
    sb_exact_free(&exact);
    return st;
}

sb_status sb_initial_loss(sb_context *ctx, const sb_system *system, const sb_mixture *q, int samples, sb_number *F)
{
    sb_status st = SB_OK;
    double *theta0 = NULL;
    SB_ALLOC(theta0, sb_model_parameters(system->model));
    sb_model_init(system->model, system->config->seed, theta0);
    SB_TRY(sb_loss_at(ctx, system, q, theta0, samples, F));
done:
    sb_free(theta0);
    return st;
}
