/* The repaired choice: T, K and eta are what they say they are, found again by other means. */
#include "hand_choice.h"
#include "harness.h"

#include "base/random.h"
#include "choose/horizon.h"
#include "choose/rate.h"
#include "choose/search.h"

#include <stdio.h>
#include <string.h>

static sb_context context;

static int choose(const sb_constants *c, double target, sb_selection *selection)
{
    sb_situation situation;
    if (!CHECK_OK(&context, sb_situation_by_hand(&context, c, &situation))) return 0;
    const int ok = CHECK_OK(&context, sb_choose_repaired(&context, &situation, target, selection));
    sb_situation_free(&situation);
    return ok;
}

static double shifted_square(double x, const void *data)
{
    const double y = log(x / *(const double *)data);
    return y * y - 0.3;
}

static double falling(double x, const void *data)
{
    return *(const double *)data - x * x * x;
}

static double not_finite(double x, const void *data)
{
    return x > *(const double *)data ? NAN : 1.0 / x;
}

static void searches(void)
{
    double x;
    for (double at = 1.3e-9; at < 1e9; at *= 7.7) {
        if (CHECK_OK(&context, sb_search_least(&context, shifted_square, &at, 1e-12, 1e12, &x))) CHECK_CLOSE(x, at, 1e-6);
        if (CHECK_OK(&context, sb_search_least(&context, shifted_square, &at, at, 1e12, &x))) CHECK_CLOSE(x, at, 1e-9);
        if (CHECK_OK(&context, sb_search_least(&context, shifted_square, &at, 1e-12, 0.31 * at, &x)))
            CHECK_CLOSE(x, 0.31 * at, 1e-9);
        if (CHECK_OK(&context, sb_search_least(&context, shifted_square, &at, 2.1 * at, 2.1 * at, &x))) CHECK(x == 2.1 * at);
        if (CHECK_OK(&context, sb_search_least(&context, shifted_square, &at, 1e-12, 1.003 * at, &x))) CHECK_CLOSE(x, at, 1e-6);
        if (CHECK_OK(&context, sb_search_least(&context, not_finite, &at, 1e-12, 1e12, &x))) CHECK(x <= at && x >= 0.9999 * at);
        if (CHECK_OK(&context, sb_search_crossing(&context, falling, &at, 1e-12, 1e12, &x))) {
            CHECK_CLOSE(x, cbrt(at), 1e-13);
            CHECK(falling(x, &at) <= 0.0);
        }
    }
    const double two = 2.0;
    CHECK_FAILS(&context, sb_search_crossing(&context, falling, &two, 1.5, 9.0, &x), SB_EDOM, "no change of sign");
    CHECK_FAILS(&context, sb_search_crossing(&context, falling, &two, 1.0, 1.1, &x), SB_EDOM, "no change of sign");
    CHECK_FAILS(&context, sb_search_least(&context, falling, &two, 0.0, 1.0, &x), SB_EDOM, "nothing to minimise");
    CHECK_FAILS(&context, sb_search_least(&context, falling, &two, 2.0, 1.0, &x), SB_EDOM, "nothing to minimise");
}

/* The closed form is the function of the grid: over random T, delta, K, d and M2. */
static void closed_form_of_U(void)
{
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 0, 612, 0, 0);
    double worst = 0.0;
    for (int trial = 0; trial < 400; trial++) {
        double v[5];
        sb_stream_uniforms(&stream, 5, v);
        const double delta = pow(10.0, -6.0 + 7.0 * v[0]), T = delta * (2.0 + pow(10.0, 3.0 * v[1])),
                     K = floor(pow(10.0, 3.5 * v[2]));
        const sb_horizon horizon = {.d = floor(1.0 + 99.0 * v[3]), .M2 = pow(10.0, -3.0 + 6.0 * v[4]), .delta = delta};
        if (T > 200.0) continue;
        const double U = hand_choice_U(T, delta, K, horizon.d, horizon.M2), closed = sb_horizon_fluctuation(&horizon, T, K);
        CHECK_CLOSE(closed, U, 1e-8); /* rounding: the grid adds up K positive parts of it */
        worst = fmax(worst, fabs(closed / U - 1.0));
    }
    printf("# largest relative difference: %.2g\n", worst);
    const sb_horizon horizon = {.d = 5.0, .M2 = 41.9, .delta = 0.0371};
    CHECK_CLOSE(sb_horizon_fluctuation(&horizon, 2.385, 100000.0), hand_choice_U(2.385, 0.0371, 100000.0, 5.0, 41.9), 1e-6);
    CHECK_CLOSE(sb_horizon_initialisation(&horizon, 2.385), hand_choice_start(2.385, 5.0, 41.9), 1e-11);
}

/* T has the initialisation of a quarter of the target and no smaller T has; K has U below another quarter and K-1 has not. */
static void horizon_and_steps_are_smallest(void)
{
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 0, 613, 0, 0);
    for (int trial = 0; trial < 60; trial++) {
        double v[4];
        sb_selection s;
        sb_constants c = hand_choice_constants();
        sb_stream_uniforms(&stream, 4, v);
        c.d = floor(1.0 + 30.0 * v[0]);
        c.M2 = pow(10.0, -2.0 + 5.0 * v[1]);
        c.delta = pow(10.0, -4.0 + 3.0 * v[2]);
        const double target = 0.05 * c.d * pow(10.0, 2.0 * v[3] - 0.5), share = 0.25 * target;
        if (!choose(&c, target, &s)) return;
        CHECK(s.kind == SB_SELECTION_REPAIRED && s.at.grid == SB_GRID_LOG_SNR && s.at.sampler == SB_SAMPLER_DDPM);
        CHECK(s.at.delta == c.delta && s.at.R == 4001.0 && s.at.S == 3.0);
        CHECK(hand_choice_start(s.at.T, c.d, c.M2) <= share * (1.0 + 1e-12) && s.at.T >= 1.01 * c.delta);
        if (s.at.T > 1.01 * c.delta * (1.0 + 1e-12)) CHECK(hand_choice_start(s.at.T * (1.0 - 1e-9), c.d, c.M2) > share);
        CHECK(hand_choice_U(s.at.T, c.delta, s.at.K, c.d, c.M2) <= share * (1.0 + 1e-9));
        CHECK(s.at.K == 1.0 || hand_choice_U(s.at.T, c.delta, s.at.K - 1.0, c.d, c.M2) > share);
        CHECK(hand_choice_says(s.reason[0], "T = %.4g", s.at.T) && hand_choice_says(s.reason[0], "%.4g", share));
        CHECK(hand_choice_says(s.reason[1], "K = %.8g", s.at.K) && hand_choice_says(s.reason[1], "%.4g", share));
    }
}

static void by_hand_at_awkward_constants(void)
{
    sb_selection s;
    const sb_constants c = hand_choice_constants();
    if (!choose(&c, 2.385, &s)) return;
    /* Newton's method for (1/2)(42 x - 5 x - 5 log(1-x)) = 0.59625, x = e^-2T */
    double x = 0.03;
    for (int i = 0; i < 50; i++) x -= (0.5 * (41.9 * x - 5.0 * x - 5.0 * log1p(-x)) - 0.59625) / (0.5 * (36.9 + 5.0 / (1.0 - x)));
    CHECK_CLOSE(s.at.T, -0.5 * log(x), 1e-12);
    CHECK_CLOSE(hand_choice_term(&s, "initialisation"), 0.59625, 1e-11);
    CHECK(hand_choice_term(&s, "score fluctuation") <= 0.59625 && hand_choice_term(&s, "score fluctuation") > 0.55);
    CHECK_CLOSE(hand_choice_term(&s, "score fluctuation"), hand_choice_U(s.at.T, 0.0371, s.at.K, 5.0, 41.9), 1e-12);
    CHECK(s.feasible && s.worker == -1 && s.piloted == 0 && isnan(s.chain) && isnan(s.reach.FR) && s.at.kappa > 0.0);
    CHECK(s.statement == sb_statement_find("a_priori") && s.form == SB_FORM_PL);
}

static void short_horizon_is_next_to_delta(void)
{
    sb_selection s;
    sb_constants c = hand_choice_constants();
    c.delta = 3.1;
    if (!choose(&c, 2.385, &s)) return;
    CHECK(s.at.T == 1.01 * 3.1 && hand_choice_says(s.reason[0], "T = %.4g = 1.01 delta", 3.131) && s.feasible);
}

static void budget_caps_the_steps(void)
{
    sb_selection free, capped;
    sb_constants c = hand_choice_constants();
    if (!choose(&c, 0.5, &free)) return;
    c.K = 60.0;
    if (!choose(&c, 0.5, &capped)) return;
    CHECK(free.at.K > 60.0 && capped.at.K == 60.0 && capped.at.T == free.at.T && capped.feasible);
    CHECK(hand_choice_says(capped.reason[1], "budget of %.8g", 60.0) &&
          hand_choice_says(capped.reason[1], "would take K = %.8g", free.at.K));
    CHECK(hand_choice_says(capped.reason[1], "U = %.4g", hand_choice_U(capped.at.T, c.delta, 60.0, c.d, c.M2)));
    c.K = free.at.K;
    if (choose(&c, 0.5, &capped)) CHECK(capped.at.K == free.at.K && strncmp(capped.reason[1], "K = ", 4) == 0);
    c.K = 60.0;
    if (choose(&c, 1e-7, &capped))
        CHECK(capped.at.K == 60.0 && hand_choice_says(capped.reason[1], "would take K > %.8g", SB_LONGEST_GRID));
}

/* The recursion itself, R rounds from F0 - F*, without its floor. */
static double left_after(const sb_constants *c, double eta, double R)
{
    const double nu = c->N / c->Gamma, x = eta * c->S * c->L, p = nu * (1.0 + 2.0 * x) / (1.0 - 2.0 * x * x * (c->S - 1.0) / c->S);
    const double alpha = 0.5 - 2.0 * x - p * (2.0 / 3.0) * eta * eta * c->L * c->L * (c->S - 1.0) * (2.0 * c->S - 1.0);
    double left = c->F0 - c->Fstar;
    for (double r = 0.0; r < R; r += 1.0) left *= 1.0 - 2.0 * c->mu * eta * c->S * alpha;
    return left;
}

static void smallest_rate_that_contracts(void)
{
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 0, 614, 0, 0);
    int reached = 0, short_of = 0;
    for (int trial = 0; trial < 100; trial++) {
        double v[5];
        sb_selection s;
        sb_constants c = hand_choice_constants();
        sb_stream_uniforms(&stream, 5, v);
        c.S = 1.0 + floor(9.0 * v[0]);
        c.R = 2.0 + floor(pow(10.0, 3.7 * v[1]));
        c.mu = c.L * pow(10.0, -3.0 * v[2]);
        c.Gamma = 1.0 + floor(7.0 * v[3]);
        c.K = 40.0;
        const double target = 10.0 * v[4], share = fmin(0.25 * target, 0.5 * (c.F0 - c.Fstar));
        if (!choose(&c, target, &s)) return;
        CHECK(hand_choice_says(s.reason[2], "eta = %.4g", s.at.eta) && s.feasible);
        const double left = left_after(&c, s.at.eta, c.R);
        CHECK(hand_choice_says(s.reason[2], "%.4g", left));
        if (left <= share * (1.0 + 1e-9)) {
            reached++;
            CHECK_CLOSE(left, share, 1e-9);
            CHECK(left_after(&c, s.at.eta * (1.0 - 1e-6), c.R) > share);
            continue;
        }
        short_of++;
        for (double x = 1e-5; x < 0.25; x *= 1.02) CHECK(left_after(&c, x / (c.S * c.L), c.R) >= left * (1.0 - 1e-9));
        c.eta = s.at.eta;
        const double steps = sb_rate_steps(&c, share / (c.F0 - c.Fstar));
        CHECK(hand_choice_says(s.reason[2], "R*S = %.8g steps are too few", c.R * c.S) &&
              hand_choice_says(s.reason[2], "would take R*S = %.8g", steps));
        if (steps < 1e6) {
            CHECK(left_after(&c, s.at.eta, steps / c.S) <= share * (1.0 + 1e-9));
            CHECK(left_after(&c, s.at.eta, steps / c.S - 1.0) > share);
        }
    }
    CHECK(reached > 20 && short_of > 20);
}

/* Where little or nothing is to be learned, half of it is enough: eta stays a number. */
static void half_where_little_is_to_be_learned(void)
{
    sb_selection s;
    sb_constants c = hand_choice_constants();
    c.F0 = c.Fstar + 1e-3;
    if (!choose(&c, 2.385, &s)) return;
    CHECK_CLOSE(left_after(&c, s.at.eta, c.R), 5e-4, 1e-9);
    c.F0 = c.Fstar;
    if (choose(&c, 2.385, &s)) CHECK(s.at.eta > 0.0 && s.feasible);
}

static void without_mu_the_limit_of_lemma_4_6(void)
{
    sb_selection s;
    sb_constants c = hand_choice_constants();
    c.mu = c.Fstar = NAN;
    if (!choose(&c, 2.385, &s)) return;
    const double limit = sqrt(5.0 / (640.0 * 9.0 * 1.731 * 1.731 * 7.0));
    CHECK_CLOSE(s.at.eta, limit, 1e-14);
    CHECK(s.form == SB_FORM_SHARP && s.feasible && s.missing_count == 0);
    CHECK(hand_choice_says(s.reason[2], "eta = %.4g", limit) && hand_choice_says(s.reason[2], "L = %.4g", 1.731));
    CHECK_CLOSE(s.reach.moved, limit * 12003.0, 1e-13);
    c.dtheta = NAN;
    if (!choose(&c, 2.385, &s)) return;
    CHECK(!s.feasible && s.missing_count == 1 && s.missing[0] == sb_constant_find("dtheta") && isnan(s.promise.sum));
    CHECK_CLOSE(s.at.eta, limit, 1e-14);
    c.L = 0.0;
    if (choose(&c, 2.385, &s)) CHECK(s.at.eta == 1.0);
}

static void mistakes(void)
{
    sb_situation situation;
    sb_selection s;
    sb_constants c = hand_choice_constants();
    static const double wrong[] = {0.0, -1.0, NAN, INFINITY};
    if (!CHECK_OK(&context, sb_situation_by_hand(&context, &c, &situation))) return;
    for (int i = 0; i < 4; i++) CHECK_FAILS(&context, sb_choose_repaired(&context, &situation, wrong[i], &s), SB_EDOM, "target");
    situation.M2_largest = INFINITY;
    CHECK_FAILS(&context, sb_choose_repaired(&context, &situation, 1.0, &s), SB_EDOM, "M2 = inf");
    sb_situation_free(&situation);
    c.mu = c.Fstar = NAN;
    if (!CHECK_OK(&context, sb_situation_by_hand(&context, &c, &situation))) return;
    situation.base[0].L = INFINITY;
    CHECK_FAILS(&context, sb_choose_repaired(&context, &situation, 1.0, &s), SB_ECONV, "L = inf");
    sb_situation_free(&situation);
}

static const sb_test tests[] = {
    {"searches", searches},
    {"closed form of U", closed_form_of_U},
    {"horizon and steps are smallest", horizon_and_steps_are_smallest},
    {"by hand at awkward constants", by_hand_at_awkward_constants},
    {"short horizon is next to delta", short_horizon_is_next_to_delta},
    {"budget caps the steps", budget_caps_the_steps},
    {"smallest rate that contracts", smallest_rate_that_contracts},
    {"half where little is to be learned", half_where_little_is_to_be_learned},
    {"without mu the limit of Lemma 4.6", without_mu_the_limit_of_lemma_4_6},
    {"mistakes", mistakes},
};

int main(void)
{
    sb_context_init(&context, 1);
    return sb_test_main("explicit choice", tests, sizeof tests / sizeof *tests);
}
