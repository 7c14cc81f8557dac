#include "bounds/bounds.h"
#include "harness.h"
#include "statement.h"

static const sb_statement *assumption(void)
{
    return sb_statement_find("assumption_4_3");
}

static void what_is_assumed(void)
{
    sb_constants c = statement_constants();
    sb_terms rhs;
    CHECK(statement_value(assumption(), SB_FORM_PRINTED, &c) == 0.613);
    c.sigma2 = 0.829;
    CHECK(sb_statement_evaluate(assumption(), SB_FORM_PRINTED, &c, &rhs, NULL) == 0);
    CHECK(rhs.sum == 0.829 && rhs.term_count == 2 && rhs.term[0].value == 0.613 && rhs.term[1].value == 0.829);
    CHECK(assumption()->lhs == SB_LHS_SIGMA);
    statement_check_needs(assumption(), 1);
}

static void any_finite_variance_will_do(void)
{
    const sb_constants c = statement_constants();
    sb_terms rhs;
    CHECK(statement_verdict(assumption(), SB_FORM_PRINTED, &c, 0.613) == SB_HOLDS);
    CHECK(statement_verdict(assumption(), SB_FORM_PRINTED, &c, 61.3) == SB_HOLDS);
    CHECK(statement_verdict(assumption(), SB_FORM_PRINTED, &c, INFINITY) == SB_VIOLATED);
    CHECK(sb_statement_evaluate(assumption(), SB_FORM_PRINTED, &c, &rhs, NULL) == 0);
    CHECK(sb_judge(assumption(), SB_FORM_PRINTED, &rhs, 0.5, INFINITY, 0.613, 0.613, 0.0, NAN) == SB_INCONCLUSIVE);
}

static const sb_test tests[] = {
    {"what is assumed", what_is_assumed},
    {"any finite variance will do", any_finite_variance_will_do},
};

int main(void)
{
    return sb_test_main("assumption_4_3", tests, sizeof tests / sizeof *tests);
}
