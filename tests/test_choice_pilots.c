/* Choices of a configuration: constants move with the choice, and what is promised is said for those that were met. */
#include "harness.h"
#include "moving_situation.h"

#include "choose/selection.h"

#include <string.h>

enum { LONGEST_REASON = sizeof((sb_selection *)0)->reason[0] - 1 }; /* a longer one was cut off */

static sb_context context;

static double limit_of_lemma_4_6(double L, double Gamma)
{
    return sqrt(Gamma / (640.0 * 7.0)) / (3.0 * L);
}

static int repaired(const moving_situation *moving, sb_selection *selection)
{
    return CHECK_OK(&context, sb_choose_repaired(&context, &moving->situation, 0.5, selection));
}

static int both(const moving_situation *moving, sb_selection *first, sb_selection *second)
{
    return repaired(moving, first) && CHECK_OK(&context, sb_choose_optimised(&context, &moving->situation, first, second));
}

/* The right side that was promised, from the constants that a pilot at the choice meets. */
static void check_promise(const moving_situation *moving, const sb_selection *s)
{
    sb_constants c[MOVING_WORKERS];
    sb_terms rhs;
    CHECK_OK(&context, sb_situation_pilot(&context, &moving->situation, &s->at, c));
    CHECK(sb_statement_evaluate(s->statement, s->form, &c[1], &rhs, NULL) == 0);
    CHECK_CLOSE(s->promise.sum, rhs.sum, 1e-14);
    CHECK(s->worker == 8 && s->feasible && s->piloted == 2);
    CHECK_CLOSE(s->chain, 0.05 + 0.3 + 0.9 * c[1].U, 1e-14);
    CHECK(s->reach.F0 == 9.47 && s->reach.FR == 0.7 * 9.47 && s->reach.dtheta == 0.3 && s->at.kappa == c[0].kappa);
    CHECK(s->at.R == 401.0 && s->at.S == 3.0);
}

static void the_limit_follows_the_constants(void)
{
    for (double growth = 0.0; growth < 300.0; growth = 9.0 * growth + 2.385) {
        moving_situation moving;
        sb_selection s;
        moving_situation_fill(&moving, 0);
        for (int i = 0; i < MOVING_WORKERS; i++) moving.base[i].G = growth;
        if (!repaired(&moving, &s)) return;
        const double limit = limit_of_lemma_4_6(1.731 + growth * s.at.eta, 5.0);
        CHECK(s.at.eta <= 0.97 * limit * (1.0 + 1e-12) && s.at.eta >= 0.6 * limit);
        CHECK(growth > 0.0 || fabs(s.at.eta / limit - 0.92) < 1e-12);
        check_promise(&moving, &s);
    }
}

static void fewer_may_cover_a_parameter(void)
{
    moving_situation moving;
    sb_selection s;
    moving_situation_fill(&moving, 0);
    moving.base[1].prune2 = 2.0; /* met by one of the workers: it decides */
    if (!repaired(&moving, &s)) return;
    CHECK_CLOSE(s.at.eta, 0.92 * limit_of_lemma_4_6(1.731, 2.0), 1e-12);
    for (int with_mu = 0; with_mu < 2; with_mu++) {
        moving_situation_fill(&moving, with_mu);
        moving.base[1].prune2 = 0.0;
        CHECK_FAILS(&context, sb_choose_repaired(&context, &moving.situation, 0.5, &s), SB_EUSER, "kept by no worker");
    }
}

static void no_rate_within_its_own_limit(void)
{
    moving_situation moving;
    sb_selection s;
    moving_situation_fill(&moving, 0);
    for (int i = 0; i < MOVING_WORKERS; i++) moving.base[i].theta2 = 2.0 * limit_of_lemma_4_6(1.0, 5.0);
    CHECK_FAILS(&context, sb_choose_repaired(&context, &moving.situation, 0.5, &s), SB_ECONV, "8 pilot runs");
}

static void contraction_at_the_constants_met(void)
{
    moving_situation moving;
    sb_selection first, s;
    moving_situation_fill(&moving, 1);
    if (!both(&moving, &first, &s)) return;
    CHECK(first.form == SB_FORM_PL && s.form == SB_FORM_PL && s.promise.sum < first.promise.sum && s.at.K == 60.0);
    check_promise(&moving, &first);
    check_promise(&moving, &s);
    double left = 6.54;
    const double x = first.at.eta * 3.0 * 1.731, p = 1.4 * (1.0 + 2.0 * x) / (1.0 - 12.0 * x * x / 9.0);
    for (int r = 0; r < 401; r++) left *= 1.0 - 2.0 * 0.293 * first.at.eta * 3.0 * (0.5 - 2.0 * x - p * (20.0 / 3.0) * x * x / 9.0);
    CHECK_CLOSE(left, 0.125, 1e-9);
}

static void the_repaired_choice_is_kept_where_it_is_better(void)
{
    int kept = 0, moved = 0;
    for (int with_mu = 0; with_mu < 2; with_mu++)
        for (int sign = -1; sign <= 1; sign++) {
            moving_situation moving;
            sb_selection first, s;
            moving_situation_fill(&moving, with_mu);
            for (int i = 0; i < MOVING_WORKERS; i++) moving.base[i].fisher = 40.0 * sign, moving.base[i].Fn0 += 200.0;
            if (!both(&moving, &first, &s)) return;
            CHECK(s.kind == SB_SELECTION_OPTIMISED && s.promise.sum <= first.promise.sum);
            const int same = s.at.T == first.at.T && s.at.eta == first.at.eta;
            CHECK(same == (strstr(s.reason[2], "repaired choice kept") != NULL) && strlen(s.reason[2]) < LONGEST_REASON);
            check_promise(&moving, &s);
            kept += same;
            moved += !same;
        }
    CHECK(kept == 2 && moved == 4);
}

static const sb_test tests[] = {
    {"the limit follows the constants", the_limit_follows_the_constants},
    {"fewer may cover a parameter", fewer_may_cover_a_parameter},
    {"no rate within its own limit", no_rate_within_its_own_limit},
    {"contraction at the constants met", contraction_at_the_constants_met},
    {"the repaired choice is kept where it is better", the_repaired_choice_is_kept_where_it_is_better},
};

int main(void)
{
    sb_context_init(&context, 1);
    return sb_test_main("choice by pilots", tests, sizeof tests / sizeof *tests);
}
