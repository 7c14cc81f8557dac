#include "measure/chain.h"

#include "base/memory.h"
#include "base/stratum.h"
#include "diffusion/sampler.h"

#include <math.h>
#include <omp.h>

/* The integrands whose means over samples are needed at each k. */
enum { LOSS, SCORE, PATH, CHAIN, FREE, INTEGRANDS };

/* Constants of step k, see the header. */
typedef struct {
    double gamma, path_weight, drift_y, drift_S, half_precision;
    sb_sampler_step step;
} step_constants;

static step_constants constants_of(const sb_system *system, int k)
{
    const double g = system->grid.gamma[k];
    const sb_sampler_step step = sb_sampler_coefficients(system->config->diffusion.sampler, g);
    return (step_constants){.gamma = g,
                            .path_weight = 2.0 * (g + expm1(-g)),
                            .drift_y = exp(g) - step.a,
                            .drift_S = 2.0 * sinh(g),
                            .half_precision = 0.5 / (step.c * step.c),
                            .step = step};
}

/* One sample's integrands. The score-free one is E|Y_{k+1} - a Y - b s|^2/(2c^2) less its part that does not see s:
 * {b^2|s|^2 - 2b <s, (e^g - a) Y + 2 sinh(g) Z>}/(2c^2). */
static void integrands(const step_constants *c, int d, const double *y, const double *Z, const double *S, const double *s,
                       double x[INTEGRANDS])
{
    const double b = c->step.b;
    double loss = 0.0, score = 0.0, path = 0.0, chain = 0.0, free_part = 0.0;
    for (int i = 0; i < d; i++) {
        const double off = c->drift_y * y[i] + c->drift_S * S[i] - b * s[i];
        loss += (s[i] - Z[i]) * (s[i] - Z[i]);
        score += (s[i] - S[i]) * (s[i] - S[i]);
        path += S[i] * (S[i] - s[i]);
        chain += off * off;
        free_part += b * s[i] * (b * s[i] - 2.0 * (c->drift_y * y[i] + c->drift_S * Z[i]));
    }
    x[LOSS] = c->gamma * loss;
    x[SCORE] = c->gamma * score;
    x[PATH] = c->gamma * score - c->path_weight * path;
    x[CHAIN] = c->half_precision * chain;
    x[FREE] = c->half_precision * free_part;
}

/* m (INTEGRANDS) out. */
static sb_status at_time(sb_context *ctx, const sb_system *system, sb_scratch_thread *at, int B, const sb_mixture *q,
                         sb_stream stream, int k, int count, double *work, sb_stratum *m)
{
    sb_status st = SB_OK;
    const int d = system->data.d;
    const step_constants c = constants_of(system, k);
    sb_marginal *marginal = NULL;
    SB_TRY(sb_marginal_create(ctx, q, system->grid.u[k], &marginal));
    for (int j = 0; j < INTEGRANDS; j++) m[j] = (sb_stratum){0};
    for (int first = 0; first < count; first += B) {
        const int now = count - first < B ? count - first : B;
        sb_noised_at(q, &system->grid, stream, k, first, now, &at->noised);
        SB_TRY(sb_scores_at(ctx, &at->scores, now, at->noised.y, at->noised.k, at->s));
        sb_marginal_eval(marginal, now, at->noised.y, NULL, at->S, work);
        for (int i = 0; i < now; i++) {
            double x[INTEGRANDS];
            const size_t o = (size_t)i * (size_t)d;
            integrands(&c, d, at->noised.y + o, at->noised.target + o, at->S + o, at->s + o, x);
            for (int j = 0; j < INTEGRANDS; j++) sb_stratum_add(&m[j], x[j]);
        }
    }
done:
    sb_marginal_free(marginal);
    return st;
}

/* Second moment of q_u: e^-2u M2 + d sigma_u^2. */
static double second_moment(const sb_exact *exact, const sb_grid *grid, int d, int k)
{
    return exp(-2.0 * grid->u[k]) * exact->M2.value + d * grid->sigma2[k];
}

/* What the sampler's noise level c^2 costs when it differs from e^2g - 1 (Euler): (d/2) log(c^2/c_0^2) + E tr Cov(Y_{k+1}|Y_k) (1/2c^2 - 1/2c_0^2),
 * the conditional covariance following from second moments and J. */
static sb_number noise_cost(const sb_system *system, const sb_exact *exact, int k)
{
    const int d = system->data.d;
    const double g = system->grid.gamma[k], c2 = 0.5 / constants_of(system, k).half_precision, c02 = expm1(2.0 * g),
                 sh = 2.0 * sinh(g);
    if (fabs(c2 - c02) <= 1e-14 * c02) return sb_number_exact(0.0);
    const double eg = exp(g), before = second_moment(exact, &system->grid, d, k),
                 after = second_moment(exact, &system->grid, d, k + 1);
    const sb_number covariance = sb_number_scale(exact->J[k], -sh * sh, after - eg * eg * before + 2.0 * eg * sh * d);
    return sb_number_scale(covariance, 0.5 / c2 - 0.5 / c02, 0.5 * d * log(c2 / c02));
}

/* The part of the score-free chain that does not see s, but for -H(q_delta):
 * KL_chain = -H(q_delta) - sum_k (d/2) log(2 pi e (1 - e^-2g)) + (1/2)(E|Y_0|^2 + d log 2 pi)
 *          + sum_k { E|Y_{k+1} - a Y_k|^2/(2c^2) + (d/2) log(2 pi c^2) } + (the sampled part).
 * E<Y_{k+1}, Y_k> = e^-g E|Y_{k+1}|^2, because the forward process runs from Y_{k+1} to Y_k. */
static double free_constant(const sb_system *system, const sb_exact *exact)
{
    const sb_grid *grid = &system->grid;
    const int d = system->data.d;
    const double log_2pi = log(2.0 * M_PI);
    double sum = 0.5 * (second_moment(exact, grid, d, 0) + d * log_2pi);
    for (int k = 0; k < grid->K; k++) {
        const step_constants c = constants_of(system, k);
        const double g = grid->gamma[k], a = c.step.a, before = second_moment(exact, grid, d, k),
                     after = second_moment(exact, grid, d, k + 1);
        sum += c.half_precision * (after - 2.0 * a * exp(-g) * after + a * a * before) + 0.5 * d * log(0.5 / c.half_precision);
        sum -= 0.5 * d * (1.0 + log(-expm1(-2.0 * g)));
    }
    return sum;
}

sb_status sb_chain_at(sb_context *ctx, const sb_system *system, sb_scratch *scratch, const sb_mixture *q, const sb_exact *exact,
                      const double *theta, int total, int replica, int n, int round, sb_chain *chain)
{
    sb_status st = SB_OK;
    const sb_config *config = system->config;
    const int K = system->grid.K, each = (total + K - 1) / K, count = each > 2 ? each : 2;
    const double confidence = config->measure.confidence;
    sb_stratum *m = NULL; /* (K,INTEGRANDS) */
    double *work = NULL;
    size_t work_size = 0;
    sb_marginal *probe = NULL;
    SB_TRY(sb_marginal_create(ctx, q, system->grid.u[0], &probe));
    work_size = sb_marginal_work(probe);
    SB_ALLOC(m, (size_t)K * INTEGRANDS);
    SB_ALLOC(work, work_size * (size_t)scratch->threads);
    for (int t = 0; t < scratch->threads; t++) sb_scores_theta(&scratch->at[t].scores, theta);
#pragma omp parallel for num_threads(scratch->threads) schedule(dynamic, 1)
    for (int k = 0; k < K; k++) {
        const int t = omp_get_thread_num();
        const sb_stream stream =
            sb_stream_at(config->seed, SB_DRAW_CHAIN, (uint32_t)replica, (uint32_t)n, (uint32_t)round, (uint32_t)k);
        const sb_status now = at_time(ctx, system, &scratch->at[t], scratch->B, q, stream, k, count, work + (size_t)t * work_size,
                                      &m[(size_t)k * INTEGRANDS]);
        if (now != SB_OK) {
#pragma omp atomic write
            st = now;
        }
    }
    if (st != SB_OK) SB_TRY(st);

    sb_number noise = sb_number_exact(0.0);
    for (int k = 0; k < K; k++) noise = sb_number_add(noise, noise_cost(system, exact, k));
    chain->F = sb_strata_sum(m + LOSS, K, INTEGRANDS, confidence);
    chain->score_loss = sb_strata_sum(m + SCORE, K, INTEGRANDS, confidence);
    chain->chain_score = sb_number_add(sb_strata_sum(m + CHAIN, K, INTEGRANDS, confidence), noise);
    switch (config->diffusion.sampler) {
    case SB_SAMPLER_EXPONENTIAL:
        chain->path_kl = sb_number_add(sb_strata_sum(m + PATH, K, INTEGRANDS, confidence), exact->discretisation);
        break;
    case SB_SAMPLER_DDPM: chain->path_kl = sb_number_add(chain->chain_score, exact->D_sum); break;
    default: chain->path_kl = sb_number_unknown(); /* Euler's noise is not that of any such path */
    }
    chain->chain = sb_number_add(sb_number_add(chain->chain_score, exact->D_sum), exact->kl_init);
    chain->chain_free = sb_number_add(sb_strata_sum(m + FREE, K, INTEGRANDS, confidence),
                                      sb_number_scale(exact->H_delta, -1.0, free_constant(system, exact)));
done:
    sb_marginal_free(probe);
    sb_free(m);
    sb_free(work);
    return st;
}
