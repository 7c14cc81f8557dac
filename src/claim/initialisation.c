/* initialisation.c: claim 8. By convexity KL(q_T||N(0,I)) is at most the mean over X_0 of KL(q(X_T|X_0)||N(0,I)), which is Lemma 4.10,
 * corrected; what convexity gives away is the mutual information I(X_0;X_T). Divergences here are sums over a grid of densities, the
 * information comes from the exact layer, the bound from its formula. */
#include "claim/parts.h"

#include "base/memory.h"
#include "base/slope.h"
#include "bounds/bounds.h"
#include "claim/density.h"
#include "claim/laws.h"
#include "measure/exact.h"

#include <math.h>

enum { TIMES = 7, EQUAL_TIMES = 5, SLOPE_FROM = 3, LAWS = 2 };
static const double horizon[TIMES] = {0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0};
static const double shift[LAWS] = {0.0, 0.7}; /* of every coordinate */

/* One law over the horizons. */
typedef struct {
    sb_number kl[TIMES];   /* KL(q_T||N(0,I)) from densities */
    sb_number rest[TIMES]; /* bound - I(X_0;X_T) */
    sb_number bound[TIMES], printed[TIMES];
} row;

/* What Lemma 4.10 adds for the start. */
static double right_side(int d, double M2, double T, sb_form form)
{
    sb_constants c;
    sb_terms rhs;
    sb_constants_clear(&c);
    c.d = d, c.M2 = M2, c.T = T, c.path_kl = 0.0;
    sb_statement_evaluate(sb_statement_find("lemma_4_10"), form, &c, &rhs, NULL);
    return rhs.sum;
}

static sb_status fill(sb_context *ctx, const sb_config *config, const sb_mixture *q, row *r)
{
    sb_status st = SB_OK;
    sb_grid grid = {0};
    sb_exact exact = {0};
    for (int i = 0; i < TIMES; i++) {
        const double T = horizon[i];
        SB_TRY(sb_grid_steps(ctx, SB_GRID_LOG_SNR, T, 0.5 * T, 1, &grid));
        SB_TRY(sb_exact_compute(ctx, q, &grid, config->measure.samples, config->measure.confidence, config->seed, 0, &exact));
        SB_TRY(sb_density_divergence(ctx, q, NULL, T, &r->kl[i]));
        r->bound[i] = sb_number_exact(right_side(q->components->d, exact.M2.value, T, SB_FORM_CORRECTED));
        r->printed[i] = sb_number_exact(right_side(q->components->d, exact.M2.value, T, SB_FORM_PRINTED));
        r->rest[i] = sb_number_difference(r->bound[i], exact.mi_T);
        sb_exact_free(&exact);
        sb_grid_free(&grid);
    }
done:
    sb_exact_free(&exact);
    sb_grid_free(&grid);
    return st;
}

static sb_status fill_shifted(sb_context *ctx, const sb_config *config, double by, row *r)
{
    sb_status st = SB_OK;
    sb_law law = {.weight = NULL};
    SB_TRY(sb_law_of(ctx, config, &law));
    for (int i = 0; i < law.components.J * law.components.d; i++) law.components.mean[i] += by;
    const sb_mixture q = sb_law_view(&law);
    SB_TRY(fill(ctx, config, &q, r));
done:
    sb_law_free(&law);
    return st;
}

/* One point: nothing is left of X_0 to be known, so the bound is attained. */
static sb_status fill_point(sb_context *ctx, const sb_config *config, row *r)
{
    sb_status st = SB_OK;
    sb_law law = {.weight = NULL};
    const double variance[2] = {0.0, 0.0};
    SB_TRY(sb_law_gaussian(ctx, 2, 0.8, variance, &law));
    const sb_mixture q = sb_law_view(&law);
    SB_TRY(fill(ctx, config, &q, r));
done:
    sb_law_free(&law);
    return st;
}

static sb_status draw(sb_context *ctx, const row *centred, const row *shifted, sb_figure *figure)
{
    sb_status st = SB_OK;
    SB_TRY(sb_figure_begin(ctx, "How far X_T is from N(0,I)", "horizon T", "nats", figure));
    figure->log_y = 1;
    SB_TRY(sb_claim_curve(ctx, figure, "KL, centred data", SB_MARK_LINE_POINTS, TIMES, horizon, centred->kl));
    SB_TRY(sb_claim_curve(ctx, figure, "KL, data off centre", SB_MARK_LINE_POINTS, TIMES, horizon, shifted->kl));
    SB_TRY(sb_claim_curve(ctx, figure, "Lemma 4.10 corrected, centred data", SB_MARK_LINE, TIMES, horizon, centred->bound));
    SB_TRY(sb_claim_curve(ctx, figure, "Lemma 4.10 as printed, centred data", SB_MARK_LINE, TIMES, horizon, centred->printed));
done:
    return st;
}

static sb_number slope(const row *r)
{
    return sb_slope_at_ends(TIMES - SLOPE_FROM, horizon + SLOPE_FROM, r->kl + SLOPE_FROM, 1);
}

static sb_status enter_facts(sb_context *ctx, const row of[LAWS], const row *point, sb_claim_result *result)
{
    sb_status st = SB_OK;
    static const char *const name[LAWS] = {"centred data", "data off centre"};
    for (int l = 0; l < LAWS; l++) {
        for (int i = 0; i < EQUAL_TIMES; i++)
            SB_TRY(sb_claim_equal(ctx, result, of[l].kl[i], of[l].rest[i], 1e-6, 1e-4,
                                  "%s, T = %g: KL(q_T||N(0,I)) from densities against corrected bound - I(X_0;X_T)", name[l],
                                  horizon[i]));
        SB_TRY(sb_claim_at_most(ctx, result, of[l].bound[3], of[l].printed[3],
                                "%s, T = 3: corrected bound against the printed (d+M2)e^-2T", name[l]));
    }
    SB_TRY(sb_claim_equal(ctx, result, point->kl[1], point->bound[1], 1e-9, 1e-9,
                          "one point, T = 1: I(X_0;X_T) = 0, so KL from densities equals the corrected bound"));
    SB_TRY(sb_claim_equal(ctx, result, slope(&of[0]), sb_number_exact(-4.0), 0.01, 0.01,
                          "%s: slope of log KL over T from 3 to 6 (e^-4T)", name[0]));
    SB_TRY(sb_claim_equal(ctx, result, slope(&of[1]), sb_number_exact(-2.0), 0.01, 0.01,
                          "%s: slope of log KL over T from 3 to 6 (e^-2T)", name[1]));
    sb_claim_conclude(
        result,
        "What Lemma 4.10 gives away is the mutual information I(X_0;X_T): at T = 3, centred data, the bound is %.3e as printed, "
        "%.3e corrected, "
        "and KL is %.3e. KL of centred data falls as e^(%.3f T), off centre as e^(%.3f T); the bound as e^-2T for both.",
        of[0].printed[3].value, of[0].bound[3].value, of[0].kl[3].value, slope(&of[0]).value, slope(&of[1]).value);
done:
    return st;
}

static sb_status run(sb_context *ctx, const sb_config *config, sb_claim_result *result)
{
    sb_status st = SB_OK;
    row of[LAWS], point;
    for (int l = 0; l < LAWS; l++) SB_TRY(fill_shifted(ctx, config, shift[l], &of[l]));
    SB_TRY(fill_point(ctx, config, &point));
    SB_TRY(enter_facts(ctx, of, &point, result));
    SB_TRY(draw(ctx, &of[0], &of[1], &result->figure));
done:
    return st;
}

const sb_claim sb_claim_initialisation = {
    .number = 8,
    .name = "initialisation",
    .statement = "KL(q_T||N(0,I)) is the corrected bound of Lemma 4.10 less I(X_0;X_T): e^-4T for centred data, e^-2T otherwise",
    .source = "Lemma 4.10",
    .yaml = sb_claim_initialisation_yaml,
    .run = run,
};
