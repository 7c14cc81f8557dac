#include "bounds/bounds.h"
#include "harness.h"
#include "quadratic.h"
#include "statement.h"

static const sb_statement *assumption(void)
{
    return sb_statement_find("assumption_4_2");
}

static void what_is_assumed(void)
{
    const sb_constants c = statement_constants();
    CHECK(statement_value(assumption(), SB_FORM_PRINTED, &c) == 1.0);
    CHECK(statement_value(assumption(), SB_FORM_CORRECTED, &c) == 0.4417);
    CHECK(assumption()->lhs == SB_LHS_W2);
    statement_check_needs(assumption(), 0);
}

static void printed_asks_for_less_than_one(void)
{
    const sb_constants c = statement_constants();
    CHECK(statement_verdict(assumption(), SB_FORM_PRINTED, &c, 0.9999) == SB_HOLDS);
    CHECK(statement_verdict(assumption(), SB_FORM_PRINTED, &c, 1.0) == SB_VIOLATED);
    CHECK(statement_verdict(assumption(), SB_FORM_PRINTED, &c, 2.385) == SB_VIOLATED);
    CHECK(statement_verdict(assumption(), SB_FORM_CORRECTED, &c, 2.385) == SB_HOLDS);
    CHECK(statement_verdict(assumption(), SB_FORM_CORRECTED, &c, INFINITY) == SB_VIOLATED);
}

static void straddling_one_is_inconclusive(void)
{
    const sb_constants c = statement_constants();
    sb_terms rhs;
    CHECK(sb_statement_evaluate(assumption(), SB_FORM_PRINTED, &c, &rhs, NULL) == 0);
    CHECK(sb_judge(assumption(), SB_FORM_PRINTED, &rhs, 0.9, 1.1, 1.0, 1.0, 1e-6, NAN) == SB_INCONCLUSIVE);
    CHECK(sb_judge(assumption(), SB_FORM_PRINTED, &rhs, 0.9, 1.0, 1.0, 1.0, 1e-6, NAN) == SB_INCONCLUSIVE);
}

/* The same training in other units: no lemma changes, the printed assumption does. */
static void printed_depends_on_units(void)
{
    quadratic q;
    quadratic_outcome out;
    sb_verdict verdict[2];
    for (int units = 0; units < 2; units++) {
        const double s = units ? 10.0 : 1.0;
        quadratic_counterexample(2.385, 3, 0, &q);
        for (int i = 0; i < 2; i++) q.theta0[i] *= s, q.a[0][i] *= s, q.a[1][i] *= s;
        quadratic_train(&q, &out);
        verdict[units] = statement_verdict(assumption(), SB_FORM_PRINTED, &out.c, out.c.w2);
        CHECK(statement_verdict(sb_statement_find("lemma_4_6"), SB_FORM_CORRECTED, &out.c, out.mean_squared_gradient) == SB_HOLDS);
    }
    CHECK(verdict[0] == SB_HOLDS && verdict[1] == SB_VIOLATED);
}

static const sb_test tests[] = {
    {"what is assumed", what_is_assumed},
    {"printed asks for less than one", printed_asks_for_less_than_one},
    {"straddling one is inconclusive", straddling_one_is_inconclusive},
    {"printed depends on units", printed_depends_on_units},
};

int main(void)
{
    return sb_test_main("assumption_4_2", tests, sizeof tests / sizeof *tests);
}
