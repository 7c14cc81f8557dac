/* variance_floor.c: the floor sigma1^2 + sigma2^2 of the printed and corrected Lemma 4.6 is not there: without pruning |grad F|^2 falls
 * with eta, at fixed eta S R, below any share of it. */
#include "claim/experiment.h"
#include "claim/parts.h"

#include "base/memory.h"
#include "base/slope.h"

#include <math.h>
#include <string.h>

enum { RATES = 5 };

/* One training at `share` of the configured eta and 1/share of its rounds. */
typedef struct {
    double eta;
    sb_number late;                   /* mean |grad F|^2 over the second half of the rounds */
    double variance;                  /* sigma1^2 + sigma2^2 */
    double printed, corrected, sharp; /* the right sides without their progress term: what no number of rounds can lower */
} outcome;

static sb_status floor_of(sb_context *ctx, const sb_experiment *experiment, sb_form form, double *floor)
{
    sb_status st = SB_OK;
    sb_finding finding;
    SB_TRY(sb_experiment_judge(ctx, experiment, "lemma_4_6", form, 0, &finding));
    *floor = finding.terms.sum;
    for (int i = 0; i < finding.terms.term_count; i++)
        if (strcmp(finding.terms.term[i].name, "progress") == 0) *floor -= finding.terms.term[i].value;
done:
    return st;
}

static sb_status train(sb_context *ctx, const sb_config *config, double eta, int factor, outcome *out)
{
    sb_status st = SB_OK;
    sb_config slow = *config;
    sb_experiment experiment = {0};
    slow.train.rule = SB_RATE_GIVEN;
    slow.train.learning_rate = eta / factor;
    slow.train.rounds = config->train.rounds * factor;
    slow.measure.every = config->measure.every * factor;
    SB_TRY(sb_experiment_open(ctx, &slow, 1.0, &experiment));
    SB_TRY(sb_experiment_advance(ctx, &experiment, slow.train.rounds, SB_PART_GRADIENTS | SB_PART_CURVATURE));
    SB_TRY(sb_experiment_exact(ctx, &experiment));
    const sb_measured *m = &experiment.measured;
    out->eta = m->eta;
    out->variance = m->sigma1.value * m->sigma1.value + m->sigma2.value * m->sigma2.value;
    SB_TRY(sb_late_gradient(ctx, m, slow.train.rounds / 2, &out->late));
    SB_TRY(floor_of(ctx, &experiment, SB_FORM_PRINTED, &out->printed));
    SB_TRY(floor_of(ctx, &experiment, SB_FORM_CORRECTED, &out->corrected));
    SB_TRY(floor_of(ctx, &experiment, SB_FORM_SHARP, &out->sharp));
done:
    sb_experiment_close(&experiment);
    return st;
}

/* The same law for all, or each its own, at falling rates; eta is the configuration's at the first. */
static sb_status series(sb_context *ctx, const sb_config *config, sb_partition_kind partition, outcome *out)
{
    sb_status st = SB_OK;
    sb_config own = *config;
    sb_experiment first = {0};
    own.data.partition = partition;
    SB_TRY(sb_experiment_open(ctx, &own, 1.0, &first));
    const double eta = first.training.eta;
    for (int i = 0, factor = 1; i < RATES; i++, factor *= 2) SB_TRY(train(ctx, &own, eta, factor, &out[i]));
done:
    sb_experiment_close(&first);
    return st;
}

/* Facts of one series. */
static sb_status judge(sb_context *ctx, const outcome *out, const char *who, double share, sb_claim_result *result,
                       sb_number *slope)
{
    sb_status st = SB_OK;
    const outcome *last = &out[RATES - 1];
    double eta[RATES];
    sb_number late[RATES];
    for (int i = 0; i < RATES; i++) eta[i] = out[i].eta, late[i] = out[i].late;
    *slope = sb_slope_in_quadrature(RATES, eta, late);
    SB_TRY(sb_claim_equal(ctx, result, *slope, sb_number_exact(1.0), 0.05, 0.15,
                          "exponent of eta in the late mean of |grad F|^2 at fixed eta S R, %s", who));
    SB_TRY(sb_claim_at_most(ctx, result, sb_number_scale(last->late, 1.0 / last->variance, 0.0), sb_number_exact(share),
                            "late |grad F|^2 over sigma1^2 + sigma2^2 at the smallest eta, %s", who));
    SB_TRY(sb_claim_at_least(ctx, result, sb_number_exact(fmin(last->printed, last->corrected) / last->variance),
                             sb_number_exact(1.0),
                             "printed and corrected right side without progress, over sigma1^2 + sigma2^2, %s", who));
done:
    return st;
}

static sb_status figure(sb_context *ctx, const outcome *same, const outcome *own, sb_figure *figure)
{
    sb_status st = SB_OK;
    double eta[RATES];
    sb_number y[RATES];
    SB_TRY(sb_figure_begin(ctx, "Without pruning the gradient falls with eta, the floor of Lemma 4.6 does not",
                           "eta (eta S R fixed)", "|grad F|^2", figure));
    figure->log_x = figure->log_y = 1;
    for (int i = 0; i < RATES; i++) eta[i] = same[i].eta, y[i] = same[i].late;
    SB_TRY(sb_claim_curve(ctx, figure, "measured, same data", SB_MARK_LINE_POINTS, RATES, eta, y));
    for (int i = 0; i < RATES; i++) y[i] = sb_number_exact(same[i].corrected);
    SB_TRY(sb_claim_curve(ctx, figure, "corrected without progress, same data", SB_MARK_LINE, RATES, eta, y));
    for (int i = 0; i < RATES; i++) y[i] = sb_number_exact(same[i].sharp);
    SB_TRY(sb_claim_curve(ctx, figure, "sharp without progress, same data", SB_MARK_LINE, RATES, eta, y));
    for (int i = 0; i < RATES; i++) eta[i] = own[i].eta, y[i] = own[i].late;
    SB_TRY(sb_claim_curve(ctx, figure, "measured, different data", SB_MARK_LINE_POINTS, RATES, eta, y));
    for (int i = 0; i < RATES; i++) y[i] = sb_number_exact(own[i].corrected);
    SB_TRY(sb_claim_curve(ctx, figure, "corrected without progress, different data", SB_MARK_LINE, RATES, eta, y));
    for (int i = 0; i < RATES; i++) y[i] = sb_number_exact(own[i].sharp);
    SB_TRY(sb_claim_curve(ctx, figure, "sharp without progress, different data", SB_MARK_LINE, RATES, eta, y));
done:
    return st;
}

static sb_status run(sb_context *ctx, const sb_config *config, sb_claim_result *result)
{
    sb_status st = SB_OK;
    outcome same[RATES], own[RATES];
    double eta[RATES];
    sb_number sharp[RATES], slope_same, slope_own;
    const outcome *a = &same[RATES - 1], *b = &own[RATES - 1];
    SB_TRY(series(ctx, config, SB_PARTITION_IID, same));
    SB_TRY(series(ctx, config, config->data.partition, own));
    SB_TRY(judge(ctx, same, "same data", 0.01, result, &slope_same));
    SB_TRY(judge(ctx, own, "different data", 0.01, result, &slope_own));
    for (int i = 0; i < RATES; i++) eta[i] = same[i].eta, sharp[i] = sb_number_exact(same[i].sharp);
    SB_TRY(sb_claim_equal(ctx, result, sb_slope_in_quadrature(RATES, eta, sharp), sb_number_exact(1.0), 0.1, 0.1,
                          "exponent of eta in the sharp right side without progress, same data: it follows"));
    for (int i = 0; i < RATES; i++) eta[i] = own[i].eta, sharp[i] = sb_number_exact(own[i].sharp);
    SB_TRY(sb_claim_at_least(ctx, result, sb_slope_in_quadrature(RATES, eta, sharp), sb_number_exact(0.9),
                             "exponent of eta in the sharp right side without progress, different data: it follows"));
    SB_TRY(figure(ctx, same, own, &result->figure));
    sb_claim_conclude(
        result,
        "Nothing pruned: late |grad F|^2 falls as eta^%.2f (same data) and eta^%.2f (different data), down to %.2g and %.2g of "
        "sigma1^2 + sigma2^2 at eta = %.2g, while printed and corrected right sides never fall below it. The sharp form follows "
        "(%.2g and %.2g of it), for different data because the workers' deviations cancel where each keeps every parameter.",
        slope_same.value, slope_own.value, a->late.value / a->variance, b->late.value / b->variance, b->eta, a->sharp / a->variance,
        b->sharp / b->variance);
done:
    return st;
}

const sb_claim sb_claim_variance_floor = {
    .number = 3,
    .name = "variance-floor",
    .statement =
        "The floor sigma1^2 + sigma2^2 of Lemma 4.6 is an artefact of its proof: without pruning |grad F|^2 tends to 0 with eta.",
    .source = "Lemma 4.6, second term",
    .yaml = sb_claim_variance_floor_yaml,
    .run = run,
};
