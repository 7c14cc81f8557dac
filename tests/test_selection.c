/* What every choice leads to: the promise, the worst worker, what is missing; how far training moves. */
#include "harness.h"
#include "statement.h"

#include "base/random.h"
#include "choose/selection.h"

#include <stdio.h>
#include <string.h>

enum { WORKERS = 3 };

static sb_constants workers[WORKERS];
static int numbers[WORKERS] = {4, 7, 9};

/* Three workers: the second has the largest F_n(theta_0) - F(theta_0), the third the smallest. */
static sb_situation three(void)
{
    static const double gap[WORKERS] = {0.11, 0.53, 0.07};
    for (int i = 0; i < WORKERS; i++) {
        workers[i] = statement_constants();
        workers[i].sampler_bias = 0.0;
        workers[i].Fn0 = workers[i].F0 + gap[i];
    }
    return (sb_situation){.count = WORKERS, .n = numbers, .base = workers, .steps_budget = 33.0, .M2_largest = 41.9};
}

static sb_selection evaluated(const sb_situation *situation, sb_selection_kind kind)
{
    sb_selection selection = {.kind = kind};
    if (kind <= SB_SELECTION_CORRECTED) sb_condition_add(&selection.remark, "one", 1.0, 0.5, 1);
    sb_selection_evaluate(situation, workers, &selection);
    return selection;
}

static void names_and_target(void)
{
    const sb_situation situation = three();
    CHECK(strcmp(sb_selection_name(SB_SELECTION_PRINTED), "printed") == 0);
    CHECK(strcmp(sb_selection_name(SB_SELECTION_CORRECTED), "corrected") == 0);
    CHECK(strcmp(sb_selection_name(SB_SELECTION_REPAIRED), "repaired") == 0);
    CHECK(strcmp(sb_selection_name(SB_SELECTION_OPTIMISED), "optimised") == 0);
    CHECK(strcmp(sb_selection_name(SB_SELECTION_COUNT), "unknown") == 0);
    CHECK_CLOSE(sb_selection_target(&situation), 0.5, 1e-15);
}

static void promises_are_the_statements(void)
{
    const sb_situation situation = three();
    const sb_statement *theorem = sb_statement_find("theorem_4_11"), *a_priori = sb_statement_find("a_priori");
    for (int kind = 0; kind < SB_SELECTION_COUNT; kind++) {
        const sb_selection s = evaluated(&situation, (sb_selection_kind)kind);
        const sb_form form = kind == SB_SELECTION_PRINTED     ? SB_FORM_PRINTED
                             : kind == SB_SELECTION_CORRECTED ? SB_FORM_CORRECTED
                                                              : SB_FORM_PL;
        CHECK(s.statement == (kind <= SB_SELECTION_CORRECTED ? theorem : a_priori) && s.form == form);
        CHECK(s.worker == 7 && s.missing_count == 0 && s.feasible);
        CHECK_CLOSE(s.promise.sum, statement_value(s.statement, form, &workers[1]), 1e-15);
        CHECK_CLOSE(s.yardstick.sum, statement_value(a_priori, SB_FORM_PL, &workers[1]), 1e-15);
        CHECK(s.yardstick_form == SB_FORM_PL);
    }
}

static void without_mu_the_sharp_form(void)
{
    const sb_situation situation = three();
    const sb_statement *a_priori = sb_statement_find("a_priori");
    for (int which = 0; which < 3; which++) {
        three();
        for (int i = 0; i < WORKERS; i++) {
            if (which == 0) workers[i].mu = 0.0;
            if (which == 1) workers[i].mu = NAN;
            if (which == 2) workers[i].Fstar = NAN;
        }
        const sb_selection s = evaluated(&situation, SB_SELECTION_REPAIRED);
        CHECK(s.form == SB_FORM_SHARP && s.yardstick_form == SB_FORM_SHARP && s.feasible);
        CHECK_CLOSE(s.promise.sum, statement_value(a_priori, SB_FORM_SHARP, &workers[1]), 1e-15);
    }
}

static void bounds_of_the_grid_stand_in(void)
{
    const sb_situation situation = three();
    sb_constants replaced;
    for (int i = 0; i < WORKERS; i++) workers[i].D_sum = workers[i].B_sum = NAN;
    const sb_selection s = evaluated(&situation, SB_SELECTION_CORRECTED);
    replaced = workers[1];
    replaced.D_sum = replaced.U;
    replaced.B_sum = replaced.B_bound;
    CHECK(s.missing_count == 0);
    CHECK_CLOSE(s.promise.sum, statement_value(s.statement, SB_FORM_CORRECTED, &replaced), 1e-15);
}

static void missing_constants_are_named(void)
{
    const sb_situation situation = three();
    workers[2].dtheta = workers[2].C1 = NAN;
    const sb_selection printed = evaluated(&situation, SB_SELECTION_PRINTED),
                       repaired = evaluated(&situation, SB_SELECTION_REPAIRED);
    CHECK(isnan(printed.promise.sum) && printed.missing_count == 2 && printed.worker == 9);
    CHECK(printed.missing[0] == sb_constant_find("dtheta") && printed.missing[1] == sb_constant_find("C1"));
    CHECK(printed.feasible); /* of the remark's choice its own conditions decide */
    CHECK(isnan(repaired.promise.sum) && repaired.missing_count == 1 && repaired.missing[0] == sb_constant_find("C1"));
    CHECK(!repaired.feasible && isnan(repaired.yardstick.sum));
}

static void all_missing_constants_have_room(void)
{
    const sb_situation situation = three();
    for (int i = 0; i < WORKERS; i++) sb_constants_clear(&workers[i]);
    for (int kind = 0; kind < SB_SELECTION_COUNT; kind++) {
        const sb_selection s = evaluated(&situation, (sb_selection_kind)kind);
        CHECK(s.missing_count > 10 && s.missing_count <= (int)(sizeof s.missing / sizeof *s.missing) - 2); /* pl has two more */
        CHECK(isnan(s.promise.sum) && s.worker == 4);
    }
}

static void feasible_where_all_conditions_hold(void)
{
    const sb_situation situation = three();
    workers[2].eta = 0.4; /* alpha < 0 for the worker with the smallest bound */
    CHECK(!evaluated(&situation, SB_SELECTION_OPTIMISED).feasible);
    three();
    workers[0].F0 = workers[0].Fn0 = INFINITY;
    CHECK(!evaluated(&situation, SB_SELECTION_OPTIMISED).feasible && evaluated(&situation, SB_SELECTION_OPTIMISED).worker == 4);
    three();
    sb_selection remark = {.kind = SB_SELECTION_CORRECTED, .remark = {.sum = NAN}};
    sb_selection_evaluate(&situation, workers, &remark);
    CHECK(!remark.feasible); /* a remark that could not be evaluated promises nothing */
    sb_condition_add(&remark.remark, "first", 1.0, 0.5, 1);
    sb_condition_add(&remark.remark, "second", 1.0, 2.0, 0);
    sb_selection_evaluate(&situation, workers, &remark);
    CHECK(!remark.feasible);
    remark.remark.condition[1].holds = 1;
    sb_selection_evaluate(&situation, workers, &remark);
    CHECK(remark.feasible);
    workers[1].Fn0 = INFINITY; /* its conditions hold, but the theorem promises nothing */
    sb_selection_evaluate(&situation, workers, &remark);
    CHECK(!remark.feasible);
}

static void reach_by_hand(void)
{
    sb_constants c = statement_constants();
    const double x = 0.00217 * 1.731, left = 1.0 - 2.0 * x - x * x;
    sb_reach r = sb_reach_at(&c);
    CHECK_CLOSE(r.moved, 0.00217 * 33.0, 1e-14);
    CHECK_CLOSE(r.half_at_least, 0.00217 * log(0.5) / log(left), 1e-12);
    CHECK_CLOSE(r.share_most, 1.0 - pow(left, 33.0), 1e-12);
    const double nu = 7.0 / 3.0, y = 3.0 * x, p = nu * (1.0 + 2.0 * y) / (1.0 - 12.0 * x * x);
    const double alpha = 0.5 - 2.0 * y - p * (20.0 / 3.0) * x * x, q = 2.0 * 0.293 * 0.00217 * 3.0 * alpha;
    CHECK_CLOSE(r.half_at_most, 0.00217 * 3.0 * log(0.5) / log(1.0 - q), 1e-12);
    CHECK(isnan(r.F0) && isnan(r.FR) && isnan(r.dtheta));
    c.mu = NAN;
    CHECK(isnan(sb_reach_at(&c).half_at_most) && sb_reach_at(&c).half_at_least == r.half_at_least);
    c.L = 500.0; /* one step may do: the share kept is below 0 */
    r = sb_reach_at(&c);
    CHECK(r.half_at_least == c.eta && r.share_most == 1.0 && isnan(r.half_at_most));
    c.R = 0.0;
    CHECK(sb_reach_at(&c).share_most == 0.0 && sb_reach_at(&c).moved == 0.0);
    c = statement_constants();
    c.L = 0.0;
    CHECK(isinf(sb_reach_at(&c).half_at_least) && sb_reach_at(&c).share_most == 0.0);
    c.L = NAN;
    CHECK(isnan(sb_reach_at(&c).half_at_least) && isnan(sb_reach_at(&c).share_most) && isnan(sb_reach_at(&c).half_at_most));
    c = statement_constants();
    c.eta = NAN;
    CHECK(isnan(sb_reach_at(&c).moved) && isnan(sb_reach_at(&c).half_at_least) && isnan(sb_reach_at(&c).half_at_most));
}

/* Exact gradient descent on F = sum_i h_i z_i^2/2: a coordinate's share of F after n steps is (1 - eta h_i)^2n. */
static void reach_of_gradient_descent(void)
{
    enum { CURVATURES = 4 };
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 0, 611, 0, 0);
    double tightest = 0.0;
    int halved = 0;
    for (int trial = 0; trial < 400; trial++) {
        double h[CURVATURES], z2[CURVATURES], v[2 * CURVATURES + 3];
        sb_constants c = {.N = 1.0, .Gamma = 1.0};
        sb_stream_uniforms(&stream, 2 * CURVATURES + 3, v);
        c.mu = INFINITY;
        for (int i = 0; i < CURVATURES; i++) {
            h[i] = 2.385 * pow(10.0, -2.0 * v[i] * v[8]), z2[i] = pow(v[CURVATURES + i], 4.0);
            c.L = fmax(c.L, h[i]);
            c.mu = fmin(c.mu, h[i]);
        }
        c.S = 1.0 + floor(4.0 * v[9]);
        c.eta = 0.24 / (c.S * c.L) * pow(10.0, -3.0 * v[10]);
        double before = 0.0, loss = 0.0;
        for (int i = 0; i < CURVATURES; i++) before += h[i] * z2[i];
        const sb_reach limits = sb_reach_at(&c);
        for (int round = 0; round < 200000 && !(loss > 0.0 && loss <= 0.5 * before); round++) {
            c.R = round + 1.0;
            loss = 0.0;
            for (int i = 0; i < CURVATURES; i++) loss += h[i] * z2[i] * pow(1.0 - c.eta * h[i], 2.0 * c.S * c.R);
            const double gone = 1.0 - loss / before, most = sb_reach_at(&c).share_most;
            if (round < 50) CHECK(gone <= most * (1.0 + 1e-9) + 1e-14);
            tightest = fmax(tightest, gone / most);
        }
        if (!(loss <= 0.5 * before)) continue;
        halved++;
        CHECK(c.eta * c.S * c.R >= limits.half_at_least * (1.0 - 1e-9));
        if (!isnan(limits.half_at_most)) CHECK(c.eta * c.S * (c.R - 1.0) <= limits.half_at_most * (1.0 + 1e-9));
        CHECK(c.S > 1.0 || !isnan(limits.half_at_most));
    }
    CHECK(halved > 390);
    CHECK(tightest > 0.8 && tightest <= 1.0 + 1e-9); /* attained but for the higher orders of L eta */
    printf("# largest share gone over share_most: %.4f\n", tightest);
}

/* Four feasible choices within the budget, each learning, with promises and chains. */
static sb_selections four(const double promise[4], const double chain[4])
{
    sb_selections all = {.target = 0.8};
    for (int i = 0; i < SB_SELECTION_COUNT; i++) {
        sb_selection *s = &all.selection[i];
        *s = (sb_selection){.kind = (sb_selection_kind)i, .feasible = 1, .promise = {.sum = promise[i]}, .chain = chain[i]};
        s->at.K = 20.0 + i;
        s->reach.share_most = 0.9;
    }
    return all;
}

static sb_selection_kind recommended(const sb_selections *all, double budget)
{
    const sb_situation situation = {.K_budget = budget};
    const sb_selection *best = sb_selection_recommended(&situation, all);
    return best ? best->kind : SB_SELECTION_COUNT;
}

static void what_is_recommended(void)
{
    const double none[4] = {NAN, NAN, NAN, NAN}, high[4] = {7.1, 6.3, 2.385, 1.775}, met[4] = {7.1, 0.738, 2.385, 1.775};
    const double chain[4] = {3.1, 3.0, 0.459, 0.463}, worse[4] = {3.1, 3.0, 0.459, 0.61};
    sb_selections all = four(high, none);
    CHECK(recommended(&all, 99.0) == SB_SELECTION_OPTIMISED);
    CHECK(recommended(&all, 22.0) == SB_SELECTION_REPAIRED && recommended(&all, NAN) == SB_SELECTION_OPTIMISED);
    CHECK(recommended(&all, 19.0) == SB_SELECTION_COUNT); /* nobody keeps to that budget */
    all.selection[SB_SELECTION_OPTIMISED].reach.share_most = 0.03;
    CHECK(recommended(&all, 99.0) == SB_SELECTION_REPAIRED && !sb_selection_learns(&all.selection[SB_SELECTION_OPTIMISED]));
    all = four(met, none); /* a proof of what was asked for */
    CHECK(recommended(&all, 99.0) == SB_SELECTION_CORRECTED);
    all.selection[SB_SELECTION_CORRECTED].feasible = 0;
    CHECK(recommended(&all, 99.0) == SB_SELECTION_OPTIMISED);
    all = four(high, chain);
    CHECK(recommended(&all, 99.0) == SB_SELECTION_OPTIMISED);
    all = four(high, worse);
    CHECK(recommended(&all, 99.0) == SB_SELECTION_REPAIRED);
}

static const sb_test tests[] = {
    {"names and target", names_and_target},
    {"promises are the statements", promises_are_the_statements},
    {"without mu the sharp form", without_mu_the_sharp_form},
    {"bounds of the grid stand in", bounds_of_the_grid_stand_in},
    {"missing constants are named", missing_constants_are_named},
    {"all missing constants have room", all_missing_constants_have_room},
    {"feasible where all conditions hold", feasible_where_all_conditions_hold},
    {"what is recommended", what_is_recommended},
    {"reach by hand", reach_by_hand},
    {"reach of gradient descent", reach_of_gradient_descent},
};

int main(void)
{
    return sb_test_main("selection", tests, sizeof tests / sizeof *tests);
}
