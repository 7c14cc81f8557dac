/* reviewers_questions.c: what reviewers of the paper asked: does the average gradient keep a floor as R grows? Is the learning rate of
 * Remark 4.12 compatible with the theorem's condition for large S and R? Is the bound linear in d? */
#include "claim/experiment.h"
#include "claim/model_system.h"
#include "claim/parts.h"

#include "base/memory.h"
#include "base/slope.h"
#include "measure/exact.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LOOKS = 5, DIMENSIONS = 4 };

static const int ROUNDS[LOOKS] = {50, 200, 800, 3200, 12800};

/* Running means of E|grad F(theta_r)|^2 over the first ROUNDS rounds of a model system with two groups of workers, started at its minimum where
 * there is noise, else away from it. */
static sb_status running_means(sb_context *ctx, int pruned, double sigma1, double share, sb_number *mean)
{
    enum { LONGEST = 12800 };
    sb_status st = SB_OK;
    sb_model_system system = {0};
    sb_constants c;
    double *path = NULL, sum = 0.0;
    SB_ALLOC(path, LONGEST);
    SB_TRY(sb_model_system_blocks(ctx, 2, 1, 0.5, 2.385, 1.0, share, &system));
    if (!pruned) memset(system.mask, 1, (size_t)(system.N * system.D));
    for (int i = 0; sigma1 > 0.0 && i < system.D; i++) system.theta0[i] = system.a[i];
    system.sigma1 = sigma1;
    SB_TRY(sb_model_system_train(ctx, &system, LONGEST, path, &c));
    for (int r = 0, look = 0; r < LONGEST; r++) {
        sum += path[r];
        if (r + 1 == ROUNDS[look]) mean[look++] = sb_number_exact(sum / (r + 1));
    }
done:
    sb_model_system_free(&system);
    sb_free(path);
    return st;
}

/* Late |grad F|^2 of the configured training: over rounds R/8..R/4 and R/2..R. */
static sb_status trained(sb_context *ctx, const sb_config *config, sb_pruning_kind pruning, sb_number *early, sb_number *late)
{
    sb_status st = SB_OK;
    sb_config own = *config;
    sb_experiment experiment = {0};
    const int R = config->train.rounds;
    own.pruning.kind = pruning;
    SB_TRY(sb_experiment_open(ctx, &own, 1.0, &experiment));
    SB_TRY(sb_experiment_advance(ctx, &experiment, R / 4, SB_PART_GRADIENTS));
    SB_TRY(sb_experiment_exact(ctx, &experiment));
    SB_TRY(sb_late_gradient(ctx, &experiment.measured, R / 8, early));
    SB_TRY(sb_experiment_advance(ctx, &experiment, R, SB_PART_GRADIENTS));
    SB_TRY(sb_experiment_exact(ctx, &experiment));
    SB_TRY(sb_late_gradient(ctx, &experiment.measured, R / 2, late));
done:
    sb_experiment_close(&experiment);
    return st;
}

static sb_status first_question(sb_context *ctx, const sb_config *config, sb_claim_result *result, double *floor)
{
    sb_status st = SB_OK;
    sb_number plain[LOOKS], pruned[LOOKS], noisy[LOOKS], calmer[LOOKS], early, late, free_early, free_late;
    double rounds[LOOKS];
    for (int i = 0; i < LOOKS; i++) rounds[i] = ROUNDS[i];
    SB_TRY(running_means(ctx, 0, 0.0, 0.99, plain));
    SB_TRY(running_means(ctx, 1, 0.0, 0.99, pruned));
    SB_TRY(running_means(ctx, 0, 1.0, 0.99, noisy));
    SB_TRY(running_means(ctx, 0, 1.0, 0.495, calmer));
    SB_TRY(trained(ctx, config, config->pruning.kind, &early, &late));
    SB_TRY(trained(ctx, config, SB_PRUNING_NONE, &free_early, &free_late));
    SB_TRY(sb_claim_equal(ctx, result, sb_slope_in_quadrature(2, rounds + LOOKS - 2, plain + LOOKS - 2), sb_number_exact(-1.0),
                          0.01, 0.01, "(i) exponent of R in the average of |grad F|^2, no pruning, no noise: no floor"));
    SB_TRY(sb_claim_equal(ctx, result, sb_number_exact(pruned[LOOKS - 1].value / pruned[LOOKS - 2].value), sb_number_exact(1.0),
                          0.05, 0.05, "(i) the same with pruning, average over %d rounds over that over %d: a floor",
                          ROUNDS[LOOKS - 1], ROUNDS[LOOKS - 2]));
    SB_TRY(sb_claim_equal(ctx, result, sb_number_exact(noisy[LOOKS - 1].value / noisy[LOOKS - 2].value), sb_number_exact(1.0), 0.1,
                          0.1, "(i) the same with noise at constant eta, no pruning: a floor"));
    SB_TRY(sb_claim_equal(ctx, result, sb_number_exact(calmer[LOOKS - 1].value / noisy[LOOKS - 1].value), sb_number_exact(0.5), 0.1,
                          0.1, "(i) that floor at half the eta over itself: proportional to eta"));
    SB_TRY(sb_claim_at_least(ctx, result, sb_number_scale(late, 1.0 / early.value, 0.0), sb_number_exact(0.5),
                             "(i) trained score, pruned: |grad F|^2 late in training over that at a quarter: it stays"));
    SB_TRY(sb_claim_at_least(ctx, result, sb_number_scale(late, 1.0 / free_late.value, 0.0), sb_number_exact(10.0),
                             "(i) trained score: late |grad F|^2 with pruning over that without"));
    *floor = late.value;
    SB_TRY(sb_claim_curve(ctx, &result->figure, "no pruning, no noise", SB_MARK_LINE_POINTS, LOOKS, rounds, plain));
    SB_TRY(sb_claim_curve(ctx, &result->figure, "pruning", SB_MARK_LINE_POINTS, LOOKS, rounds, pruned));
    SB_TRY(sb_claim_curve(ctx, &result->figure, "noise", SB_MARK_LINE_POINTS, LOOKS, rounds, noisy));
    SB_TRY(sb_claim_curve(ctx, &result->figure, "noise, half the eta", SB_MARK_LINE_POINTS, LOOKS, rounds, calmer));
done:
    return st;
}

/* Constants of no particular run; S and R as asked. */
static sb_constants example(double S, double R)
{
    sb_constants c;
    sb_constants_clear(&c);
    c.N = 10.0, c.S = S, c.R = R, c.d = 2.0, c.T = 3.0, c.K = 60.0, c.kappa = 0.1, c.delta = 0.01, c.L = 2.385, c.w2 = 0.4;
    c.sigma1 = 0.5, c.sigma2 = 0.3, c.Gamma = 6.0, c.F0 = c.Fn0 = 1.5, c.FR = 0.5, c.dtheta = 0.7, c.M2 = 4.7, c.C1 = -0.6,
    c.eta = 1e-3;
    return c;
}

/* The largest eta that the remark's own limits admit (not the condition of the theorem, which it lists as well). */
static double rate_of_remark(const sb_constants *c)
{
    sb_terms rhs;
    double rate = INFINITY;
    sb_statement_evaluate(sb_statement_find("remark_4_12"), SB_FORM_PRINTED, c, &rhs, NULL);
    for (int i = 0; i < rhs.condition_count; i++)
        if (strstr(rhs.condition[i].name, "eta <= ") && strstr(rhs.condition[i].name, "F0"))
            rate = fmin(rate, rhs.condition[i].limit);
    return rate;
}

/* The corrected Lemma 4.6's progress term 8 (F0-FR)/(eta S R) at the remark's eta. */
static double progress(const sb_constants *c)
{
    return 8.0 * (c->F0 - c->FR) / (rate_of_remark(c) * c->S * c->R);
}

static sb_status second_question(sb_context *ctx, sb_claim_result *result, double *ratio)
{
    sb_status st = SB_OK;
    enum { SPAN = 4 };
    double S[SPAN], R[SPAN], least_R = INFINITY;
    sb_number by_R[SPAN], by_S[SPAN], limit_by_S[SPAN];
    for (int i = 0; i < SPAN; i++) {
        R[i] = pow(10.0, i + 3), S[i] = pow(10.0, i);
        const sb_constants rounds = example(5.0, R[i]), steps = example(S[i], 1e3);
        by_R[i] = sb_number_exact(rate_of_remark(&rounds));
        by_S[i] = sb_number_exact(rate_of_remark(&steps));
        limit_by_S[i] = sb_number_exact(sb_rate_limit(&steps));
        least_R = fmin(least_R, sb_rate_limit(&rounds) / rate_of_remark(&rounds));
    }
    const sb_constants few = example(5.0, 1e3), many = example(5.0, 1e6);
    *ratio = rate_of_remark(&many) / sb_rate_limit(&many);
    SB_TRY(sb_claim_equal(ctx, result, sb_slope_in_quadrature(SPAN, R, by_R), sb_number_exact(-1.0), 1e-6, 1e-6,
                          "(ii) exponent of R in the eta of Remark 4.12, R = 1e3 .. 1e6"));
    SB_TRY(sb_claim_equal(ctx, result, sb_slope_in_quadrature(SPAN, S, by_S), sb_number_exact(-1.0), 1e-6, 1e-6,
                          "(ii) exponent of S in the eta of Remark 4.12, S = 1 .. 1e3"));
    SB_TRY(sb_claim_equal(ctx, result, sb_slope_in_quadrature(SPAN, S, limit_by_S), sb_number_exact(-1.0), 1e-6, 1e-6,
                          "(ii) exponent of S in the condition of the theorem (it has no R)"));
    SB_TRY(
        sb_claim_at_least(ctx, result, sb_number_exact(least_R), sb_number_exact(1.0),
                          "(ii) least ratio of the condition to the remark's eta over these R: both are upper limits, compatible"));
    SB_TRY(sb_claim_equal(ctx, result, sb_number_exact(progress(&many) / progress(&few)), sb_number_exact(1.0), 1e-6, 1e-6,
                          "(ii) progress term of Lemma 4.6 at the remark's eta, R = 1e6 over R = 1e3: no progress"));
done:
    return st;
}

/* Exact quantities of the configuration in dimension d, and sigma1^2 of the untrained affine score. values (4): -C1, M2, discretisation,
 * F(theta_0); last sigma1^2. */
static sb_status in_dimension(sb_context *ctx, int d, sb_number *values, sb_number *sigma1_2)
{
    sb_status st = SB_OK;
    char dimension[16];
    const sb_override changes[] = {{"data.dimension", dimension}, {"measure.kl", "[closed]"}};
    const char *yaml = sb_claim_reviewers_questions_yaml();
    sb_config config = {0};
    sb_experiment experiment = {0};
    snprintf(dimension, sizeof dimension, "%d", d);
    SB_TRY(sb_config_parse(ctx, "reviewers-questions", yaml, strlen(yaml), 2, changes, &config));
    SB_TRY(sb_experiment_open(ctx, &config, 1.0, &experiment));
    SB_TRY(sb_experiment_advance(ctx, &experiment, 0, SB_PART_GRADIENTS));
    const sb_measured_worker *w = &experiment.measured.worker[0];
    const sb_grid *grid = &experiment.system.grid;
    double F0 = 0.0;
    for (int k = 0; k < grid->K; k++) F0 += grid->gamma[k] * d / grid->sigma2[k]; /* of the score 0 */
    values[0] = sb_number_scale(w->C1, -1.0, 0.0);
    values[1] = w->M2;
    values[2] = sb_number_add(w->D_sum, w->B_sum);
    values[3] = sb_number_exact(F0);
    const sb_number sigma1 = experiment.measured.sigma1;
    *sigma1_2 = (sb_number){sigma1.value * sigma1.value, sigma1.lo * sigma1.lo, sigma1.hi * sigma1.hi,
                            sigma1.confidence,           sigma1.samples,        SB_SAMPLED};
done:
    sb_experiment_close(&experiment);
    sb_config_free(&config);
    return st;
}

static sb_status third_question(sb_context *ctx, sb_claim_result *result, double *noise)
{
    static const char *const names[] = {"irreducible loss -C_1", "second moment M2", "discretisation error",
                                        "loss F(theta_0) of the score 0"};
    static const double d[DIMENSIONS] = {1.0, 2.0, 4.0, 8.0};
    sb_status st = SB_OK;
    sb_number value[DIMENSIONS][4], of[DIMENSIONS], sigma1_2[DIMENSIONS];
    for (int i = 0; i < DIMENSIONS; i++) SB_TRY(in_dimension(ctx, (int)d[i], value[i], &sigma1_2[i]));
    for (int j = 0; j < 4; j++) {
        for (int i = 0; i < DIMENSIONS; i++) of[i] = value[i][j];
        SB_TRY(sb_claim_equal(ctx, result, sb_slope_in_quadrature(DIMENSIONS, d, of), sb_number_exact(1.0), 1e-3, 1e-3,
                              "(iii) exponent of d in the %s, product data, d = 1 .. 8", names[j]));
    }
    const sb_number slope = sb_slope_in_quadrature(DIMENSIONS, d, sigma1_2);
    SB_TRY(sb_claim_at_least(ctx, result, slope, sb_number_exact(1.25),
                             "(iii) exponent of d in sigma1^2 of an affine score, a factor of terms in which no d is written"));
    *noise = slope.value;
done:
    return st;
}

static sb_status run(sb_context *ctx, const sb_config *config, sb_claim_result *result)
{
    sb_status st = SB_OK;
    double floor, ratio, noise;
    SB_TRY(sb_figure_begin(ctx, "Does the average gradient keep a floor?", "rounds R", "average of E|grad F|^2 over R rounds",
                           &result->figure));
    result->figure.log_x = result->figure.log_y = 1;
    SB_TRY(first_question(ctx, config, result, &floor));
    SB_TRY(second_question(ctx, result, &ratio));
    SB_TRY(third_question(ctx, result, &noise));
    sb_claim_conclude(
        result,
        "(i) Yes, a floor stays under pruning (%.3g in the trained score) and under noise at constant eta (proportional to eta); "
        "without both the average falls as 1/R. (ii) Compatible: both are upper limits, and the remark's, ~1/(S R), is far "
        "below the theorem's, ~1/S (%.1g of it at R = 1e6). But it keeps eta S R bounded, so that no R makes progress. (iii) "
        "Every term in which d is written, and C_1, M2, F(theta_0), are linear in d; sigma1^2 is not (d^%.2f), so the bound as a "
        "whole is not.",
        floor, ratio, noise);
done:
    return st;
}

const sb_claim sb_claim_reviewers_questions = {
    .number = 13,
    .name = "reviewers-questions",
    .statement = "The average gradient has a floor only through pruning or noise; the remark's eta is compatible with the "
                 "theorem's but forbids "
                 "progress; the bound is linear in d only where d is written.",
    .source = "Reviewers' questions on Theorem 4.11 and Remark 4.12",
    .yaml = sb_claim_reviewers_questions_yaml,
    .run = run,
};
