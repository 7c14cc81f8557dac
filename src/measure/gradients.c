#include "measure/gradients.h"

#include "base/memory.h"

#include <math.h>
#include <omp.h>
#include <string.h>

enum { GROUPS = 8, PAIRS_LEAST = 4 };

sb_number sb_pairwise_square(const sb_backend *backend, int groups, size_t D, const double *v, double confidence)
{
    double row[GROUPS], total = 0.0; /* row[i] = sum over j != i of <v_i, v_j> */
    for (int i = 0; i < groups; i++) row[i] = 0.0;
    for (int i = 0; i < groups; i++)
        for (int j = 0; j < i; j++) {
            const double product = backend->dot(backend, D, v + (size_t)i * D, v + (size_t)j * D);
            row[i] += product;
            row[j] += product;
            total += 2.0 * product;
        }
    /* Jackknife: pseudo-values G*U - (G-1)*U_{-i} average to U. */
    const double G = groups, U = total / (G * (G - 1.0));
    double pseudo[GROUPS];
    for (int i = 0; i < groups; i++) pseudo[i] = G * U - (G - 1.0) * (total - 2.0 * row[i]) / ((G - 1.0) * (G - 2.0));
    sb_number number = sb_number_from_values(pseudo, (size_t)groups, confidence);
    number.lo += U - number.value; /* equal up to rounding */
    number.hi += U - number.value;
    number.value = U;
    return number;
}

/* The interval of a mean of positive, skewed values: symmetric in the logarithm, as it is the large values that a sample lacks. */
static sb_number log_interval(sb_number x)
{
    if (!(x.value > 0.0)) return x;
    const double factor = exp((x.hi - x.value) / x.value);
    x.lo = x.value / factor;
    x.hi = x.value * factor;
    return x;
}

/* Square root of a number that may be estimated below zero: the value keeps its sign so that nothing is hidden. */
static sb_number signed_root(sb_number x)
{
    x.value = copysign(sqrt(fabs(x.value)), x.value);
    x.lo = copysign(sqrt(fabs(x.lo)), x.lo);
    x.hi = copysign(sqrt(fabs(x.hi)), x.hi);
    return x;
}

/* Mean gradient (D, on the host) of `samples` stratified samples of the law of worker n, in batches. */
static sb_status group_gradient(sb_context *ctx, const sb_system *system, const sb_scratch *scratch, sb_scratch_thread *at, int n,
                                sb_stream stream, int samples, double *gradient)
{
    sb_status st = SB_OK;
    const sb_backend *op = at->scores.op;
    const size_t D = sb_model_parameters(system->model);
    op->clear(op, at->sum, D * sizeof *at->sum);
    for (int first = 0; first < samples; first += scratch->B) {
        at->drawn.B = samples - first < scratch->B ? samples - first : scratch->B;
        const sb_draw how = {.times = SB_TIMES_STRATIFIED, .first = first, .total = samples};
        sb_scratch_draw(scratch, at, system, n, stream, how, &at->drawn);
        SB_TRY(sb_dsm_loss(ctx, system->model, at->scores.theta, &at->drawn, at->scores.ws, at->s_work, NULL, at->grad, NULL));
        op->axpy(op, D, 1.0, at->grad, at->sum);
    }
    op->download(op, gradient, at->sum, D * sizeof *gradient);
    SB_SETTLE(op);
done:
    return st;
}

/* sigma1^2 and G^2 of one worker from pairs of minibatch gradients; values (2,pairs) scratch. */
static sb_status minibatch_variance(sb_context *ctx, const sb_system *system, const sb_scratch *scratch, sb_scratch_thread *at,
                                    int n, int pairs, int replica, int round, double *values, sb_number *variance,
                                    sb_number *square)
{
    sb_status st = SB_OK;
    const sb_config *config = system->config;
    const sb_backend *op = at->scores.op;
    const size_t D = sb_model_parameters(system->model);
    const sb_draw how = {.times = SB_TIMES_RANDOM, .total = config->train.batch};
    double *first = at->sum;
    at->drawn.B = config->train.batch;
    for (int i = 0; i < pairs; i++) {
        for (int half = 0; half < 2; half++) {
            const sb_stream xi = sb_stream_at(config->seed, SB_DRAW_MINIBATCH, (uint32_t)replica, (uint32_t)n, (uint32_t)round,
                                              (uint32_t)(2 * i + half));
            sb_scratch_draw(scratch, at, system, n, xi, how, &at->drawn);
            SB_TRY(sb_dsm_loss(ctx, system->model, at->scores.theta, &at->drawn, at->scores.ws, at->s_work, NULL, at->grad, NULL));
            if (half == 0) op->copy(op, first, at->grad, D * sizeof *first);
        }
        values[pairs + i] = 0.5 * (op->dot(op, D, first, first) + op->dot(op, D, at->grad, at->grad));
        op->axpy(op, D, -1.0, at->grad, first);
        values[i] = 0.5 * op->dot(op, D, first, first);
    }
    SB_SETTLE(op);
    *variance = log_interval(sb_number_from_values(values, (size_t)pairs, config->measure.confidence));
    *square = log_interval(sb_number_from_values(values + pairs, (size_t)pairs, config->measure.confidence));
done:
    return st;
}

sb_status sb_gradients_at(sb_context *ctx, const sb_system *system, const sb_panel *panel, sb_scratch *scratch, const double *theta,
                          int replica, int round, sb_gradients *out)
{
    sb_status st = SB_OK;
    const sb_config *config = system->config;
    const int laws = panel->count + !panel->complete; /* the last is the pooled mixture where the panel is not everybody */
    const size_t D = sb_model_parameters(system->model);
    const int K = system->grid.K, per_group = config->measure.samples / GROUPS, samples = per_group > K ? per_group : K;
    const int wanted = config->measure.samples / (2 * config->train.batch), pairs = wanted > PAIRS_LEAST ? wanted : PAIRS_LEAST;
    double *group = NULL, *mean = NULL, *values = NULL;
    sb_number *variance = NULL, *square;
    SB_ALLOC(group, (size_t)laws * GROUPS * D);
    SB_CALLOC(mean, GROUPS * D);
    SB_ALLOC(values, (size_t)scratch->threads * 2 * (size_t)pairs);
    SB_ALLOC(variance, 2 * (size_t)panel->count);
    square = variance + panel->count;

    for (int t = 0; t < scratch->threads; t++) sb_scores_theta(&scratch->at[t].scores, theta);
    const int tasks = laws * GROUPS + panel->count;
#pragma omp parallel for num_threads(scratch->threads) schedule(dynamic, 1)
    for (int task = 0; task < tasks; task++) {
        const int thread = omp_get_thread_num();
        sb_scratch_thread *at = &scratch->at[thread];
        sb_status now;
        if (task < laws * GROUPS) {
            const int law = task / GROUPS, g = task % GROUPS, n = law < panel->count ? panel->n[law] : system->data.N;
            const sb_stream stream =
                sb_stream_at(config->seed, SB_DRAW_GRADIENT, (uint32_t)replica, (uint32_t)n, (uint32_t)round, (uint32_t)g);
            now = group_gradient(ctx, system, scratch, at, n, stream, samples, group + (size_t)task * D);
        } else {
            const int i = task - laws * GROUPS;
            now = minibatch_variance(ctx, system, scratch, at, panel->n[i], pairs, replica, round,
                                     values + (size_t)thread * 2 * (size_t)pairs, &variance[i], &square[i]);
        }
        if (now != SB_OK) {
#pragma omp atomic write
            st = now;
        }
    }
    if (st != SB_OK) SB_TRY(st);

    const int from = panel->complete ? 0 : panel->count, count = panel->complete ? panel->count : 1;
    for (int law = from; law < from + count; law++)
        system->backend->axpy(system->backend, GROUPS * D, 1.0 / count, group + (size_t)law * GROUPS * D, mean);
    out->squared = sb_pairwise_square(system->backend, GROUPS, D, mean, config->measure.confidence);
    for (int i = 0; i < panel->count; i++) {
        if (panel->identical) {
            out->sigma2_of[i] = sb_number_exact(0.0);
        } else {
            system->backend->axpy(system->backend, GROUPS * D, -1.0, mean, group + (size_t)i * GROUPS * D);
            out->sigma2_of[i] = signed_root(
                sb_pairwise_square(system->backend, GROUPS, D, group + (size_t)i * GROUPS * D, config->measure.confidence));
        }
        const sb_number sigma1 = signed_root(variance[i]), G = signed_root(square[i]);
        out->sigma1 = i == 0 ? sigma1 : sb_number_max(out->sigma1, sigma1);
        out->G = i == 0 ? G : sb_number_max(out->G, G);
        out->sigma2 = i == 0 ? out->sigma2_of[0] : sb_number_max(out->sigma2, out->sigma2_of[i]);
    }
done:
    sb_free(group);
    sb_free(mean);
    sb_free(values);
    sb_free(variance);
    return st;
}
