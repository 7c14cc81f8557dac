#include "bounds/bounds.h"
#include "harness.h"
#include "reverse_gaussian.h"
#include "statement.h"

#include <stdio.h>
#include <string.h>

static const sb_statement *remark(void)
{
    return sb_statement_find("remark_4_12");
}

static void formulas(void)
{
    const sb_constants c = statement_constants();
    const double printed = 0.206 + 0.377 * 0.271 + 0.947 - 0.387;
    CHECK_CLOSE(statement_value(remark(), SB_FORM_PRINTED, &c), printed, 1e-14);
    CHECK_CLOSE(statement_value(remark(), SB_FORM_CORRECTED, &c), 2.0 * printed + 17.0 * 0.947, 1e-14);
}

static void every_list_of_needs_is_exact(void)
{
    statement_check_needs(remark(), 0);
    for (int form = 0; form <= SB_FORM_CORRECTED; form++) statement_check_increasing(remark(), (sb_form)form, "sigma2 dtheta C1");
}

static void conditions(void)
{
    const sb_constants c = statement_constants();
    for (int form = 0; form <= SB_FORM_CORRECTED; form++) {
        const sb_form f = (sb_form)form;
        CHECK(statement_verdict(remark(), f, &c, 0.3) == SB_HOLDS);
        statement_check_condition(remark(), f, &c, "Gamma", 0.93, "Gamma >= 1");
        statement_check_condition(remark(), f, &c, "T", 1.9506, "T >= (1/2) log((d+M2)/F0)");
        statement_check_condition(remark(), f, &c, "kappa", 0.000888, "kappa <= (T+log(1/delta))/K");
        statement_check_condition(remark(), f, &c, "sigma2", 7.0, "eta <= F0 Gamma/(S R N (sigma1^2+sigma2^2))");
        statement_check_condition(remark(), f, &c, "eta", 0.0, "0 < eta");
    }
    statement_check_condition(remark(), SB_FORM_PRINTED, &c, "w2", 3.3, "eta <= F0 Gamma/(S R N w^2 L)");
    statement_check_condition(remark(), SB_FORM_CORRECTED, &c, "w2", 1.91, "eta <= F0 Gamma/(S R N w^2 L^2)");
    CHECK(statement_verdict(remark(), SB_FORM_PRINTED, &(sb_constants){0}, 0.0) == SB_NOT_APPLICABLE);
}

/* Limits written out once more, at values where each can be told apart. */
static void limits(void)
{
    const struct {
        const char *name;
        double limit;
    } expected[] = {
        {"delta < 1", 1.0},
        {"K >= log(1/delta)", -log(0.0371)},
        {"T >= (1/2) log((d+M2)/F0)", 0.5 * log(46.9 / 0.947)},
        {"F0 <= (d+M2) e^-2", 46.9 / exp(2.0)},
        {"kappa <= (T+log(1/delta))/K", (2.385 - log(0.0371)) / 6400.0},
        {"K >= (d+M2)(T+log(1/delta))^2/F0", 46.9 * pow(2.385 - log(0.0371), 2.0) / 0.947},
        {"eta <= F0 Gamma/(S R N (sigma1^2+sigma2^2))", 0.947 * 3.0 / (231.0 * (0.613 * 0.613 + 0.377 * 0.377))},
        {"eta <= F0 Gamma/(S R N w^2 L)", 0.947 * 3.0 / (231.0 * 0.4417 * 1.731)},
        {"eta <= F0 Gamma/(S R N w^2 L^2)", 0.947 * 3.0 / (231.0 * 0.4417 * 1.731 * 1.731)},
        {"eta <= sqrt(F0 Gamma^2/(S R N L sigma1^2))", 3.0 / 0.613 * sqrt(0.947 / (231.0 * 1.731))},
    };
    const sb_constants c = statement_constants();
    for (unsigned i = 0; i < sizeof expected / sizeof *expected; i++) {
        int found = 0;
        for (int form = 0; form <= SB_FORM_CORRECTED; form++) {
            sb_terms rhs;
            CHECK(sb_statement_evaluate(remark(), (sb_form)form, &c, &rhs, NULL) == 0);
            for (int k = 0; k < rhs.condition_count; k++)
                if (strcmp(rhs.condition[k].name, expected[i].name) == 0) {
                    CHECK_CLOSE(rhs.condition[k].limit, expected[i].limit, 1e-13);
                    found = 1;
                }
        }
        CHECK(found);
    }
}

/* Nothing pruned, no noise, no loss: limits are infinite or unmet, never NaN. */
static void nothing_is_nan(void)
{
    sb_constants c = statement_constants();
    c.w2 = c.sigma1 = c.sigma2 = c.F0 = c.R = 0.0;
    sb_terms rhs;
    CHECK(sb_statement_evaluate(remark(), SB_FORM_PRINTED, &c, &rhs, NULL) == 0);
    for (int i = 0; i < rhs.condition_count; i++) CHECK(!isnan(rhs.condition[i].limit));
    CHECK(!isnan(rhs.sum) && sb_judge(remark(), SB_FORM_PRINTED, &rhs, 0.0, 0.0, rhs.sum, rhs.sum, 0.0, NAN) == SB_NOT_APPLICABLE);
}

/* For N(0,I) the choice is infeasible even with the perfect score, F_0 = -C_1, unless one stops early (delta >= 0.35). */
static void infeasible_for_the_standard_normal(void)
{
    const reverse_law law = {.d = 1, .mean = {0.0}, .variance = {1.0}};
    static reverse_grid grid;
    int feasible = 0;
    for (double delta = 0.05; delta < 0.8; delta += 0.05) {
        sb_constants c;
        reverse_grid_log_snr(2000, 1.0, delta, &grid);
        reverse_constants(&law, &grid, NULL, &c);
        const int fits = -c.C1 <= (c.d + c.M2) * exp(-2.0);
        CHECK(fits || !feasible);
        if (fits && !feasible) printf("# N(0,1), T = 1: feasible from delta = %.2f\n", delta);
        if (fits) CHECK(delta > 0.34);
        feasible |= fits;
    }
    CHECK(feasible);
}

/* A perfect initial score: F0 + C1 = 0, yet sampling is not perfect. No constant saves the printed remark; 17 F0 does. */
static void no_constant_serves_for_a_perfect_start(void)
{
    const reverse_law law = {.d = 1, .mean = {3.0}, .variance = {0.5}};
    static reverse_grid grid;
    static reverse_score score;
    sb_constants c;
    reverse_grid_draw(NULL, REVERSE_LONGEST, 0.008, 1.6, 0.1, &grid);
    reverse_score_perfect(&law, &grid, &score);
    reverse_constants(&law, &grid, &score, &c);
    c.N = c.Gamma = 2.0, c.S = 3.0, c.R = 5.0, c.D = 2.0 * c.K, c.L = 1.7, c.eta = 0.005;
    c.w2 = c.sigma1 = c.sigma2 = c.dtheta = 0.0; /* nothing pruned, no noise: training stays at the minimum */
    c.F0 = c.FR = c.Fn0 = c.FnR;
    const double kl = reverse_kl(&law, &grid, &score);
    CHECK(kl > 1e-6 && fabs(statement_value(remark(), SB_FORM_PRINTED, &c)) < 1e-12);
    CHECK(statement_verdict(remark(), SB_FORM_PRINTED, &c, kl) == SB_VIOLATED);
    CHECK(statement_verdict(remark(), SB_FORM_CORRECTED, &c, kl) == SB_HOLDS);
    CHECK(statement_verdict(sb_statement_find("iid_case"), SB_FORM_PRINTED, &c, kl) == SB_VIOLATED);
    printf("# perfect start: KL %.3g nats, printed right side %.1g, corrected %.3g\n", kl,
           statement_value(remark(), SB_FORM_PRINTED, &c), statement_value(remark(), SB_FORM_CORRECTED, &c));
}

/* Constants at random, as large as the remark's conditions allow: what its conclusion drops is at most 17 F0. */
static void seventeen_is_enough(void)
{
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 0, 412, 0, 0);
    double most = 0.0;
    for (int trial = 0; trial < 4000; trial++) {
        double v[14];
        sb_stream_uniforms(&stream, 14, v);
        sb_constants c = statement_constants();
        c.N = 1.0 + floor(20.0 * v[0]), c.Gamma = 1.0 + floor(c.N * v[1]), c.S = 1.0 + floor(6.0 * v[2]),
        c.R = 1.0 + floor(50.0 * v[3]);
        c.d = 1.0 + floor(20.0 * v[4]), c.M2 = pow(10.0, 6.0 * v[5] - 3.0), c.delta = 0.999 * v[6] * v[6];
        c.F0 = (c.d + c.M2) * exp(-2.0) * (v[7] < 0.3 ? 0.9999999 : v[7]);
        c.T = fmax(1.0, 0.5 * log((c.d + c.M2) / c.F0)) + (v[8] < 0.5 ? 1e-9 : v[8]);
        const double span = c.T - log(c.delta);
        c.K = ceil((c.d + c.M2) * span * span / c.F0), c.kappa = span / c.K * (1.0 - 1e-12);
        c.L = pow(10.0, 3.0 * v[9] - 2.0), c.eta = sb_rate_limit(&c) * (v[10] < 0.5 ? 1.0 : v[10]) * (1.0 - 1e-12);
        const double most_noise = c.F0 * c.Gamma / (c.S * c.R * c.N * c.eta), share = v[11];
        c.sigma2 = sqrt(share * most_noise) * (1.0 - 1e-12);
        c.sigma1 = fmin(sqrt((1.0 - share) * most_noise), sqrt(c.F0 * c.Gamma * c.Gamma / (c.S * c.R * c.N * c.L)) / c.eta) *
                   (1.0 - 1e-12);
        c.w2 = most_noise / (c.L * c.L) * (1.0 - 1e-12);
        c.Fn0 = c.F0, c.dtheta = 0.0, c.C1 = -c.F0; /* all that the printed remark shows vanishes */
        sb_terms rhs;
        CHECK(sb_statement_evaluate(remark(), SB_FORM_CORRECTED, &c, &rhs, NULL) == 0);
        for (int i = 0; i < rhs.condition_count; i++)
            if (!rhs.condition[i].holds)
                printf("# %s: %.17g against %.17g\n", rhs.condition[i].name, rhs.condition[i].value, rhs.condition[i].limit);
        const sb_verdict verdict = sb_judge(remark(), SB_FORM_CORRECTED, &rhs, 0.0, 0.0, rhs.sum, rhs.sum, 1e-12, NAN);
        CHECK(verdict == SB_HOLDS);
        c.D_sum = statement_value(sb_statement_find("lemma_4_5"), SB_FORM_CORRECTED, &c), c.B_sum = 0.0;
        const double theorem = statement_value(sb_statement_find("theorem_4_11"), SB_FORM_CORRECTED, &c);
        CHECK(theorem <= rhs.sum);
        most = fmax(most, theorem / c.F0);
    }
    printf("# the theorem needs up to %.4g F0\n", most);
    CHECK(most > 12.0);
}

static const sb_test tests[] = {
    {"formulas", formulas},
    {"every list of needs is exact", every_list_of_needs_is_exact},
    {"conditions", conditions},
    {"limits", limits},
    {"nothing is NaN", nothing_is_nan},
    {"infeasible for the standard normal", infeasible_for_the_standard_normal},
    {"no constant serves for a perfect start", no_constant_serves_for_a_perfect_start},
    {"seventeen is enough", seventeen_is_enough},
};

int main(void)
{
    return sb_test_main("remark_4_12", tests, sizeof tests / sizeof *tests);
}
