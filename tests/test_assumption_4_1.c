#include "bounds/bounds.h"
#include "harness.h"
#include "statement.h"

static const sb_statement *assumption(void)
{
    return sb_statement_find("assumption_4_1");
}

static void what_is_assumed(void)
{
    const sb_constants c = statement_constants();
    CHECK(statement_value(assumption(), SB_FORM_PRINTED, &c) == 1.731);
    CHECK(assumption()->kind[SB_FORM_PRINTED] == SB_CONDITION && !assumption()->per_worker && assumption()->lhs == SB_LHS_L);
    statement_check_needs(assumption(), 0);
}

static void any_finite_curvature_will_do(void)
{
    sb_constants c = statement_constants();
    CHECK(statement_verdict(assumption(), SB_FORM_PRINTED, &c, c.L) == SB_HOLDS);
    CHECK(statement_verdict(assumption(), SB_FORM_PRINTED, &c, 1e300) == SB_HOLDS);
    c.L = 0.0;
    CHECK(statement_verdict(assumption(), SB_FORM_PRINTED, &c, 0.0) == SB_HOLDS);
    c.L = INFINITY;
    CHECK(statement_verdict(assumption(), SB_FORM_PRINTED, &c, INFINITY) == SB_VIOLATED);
}

static const sb_test tests[] = {
    {"what is assumed", what_is_assumed},
    {"any finite curvature will do", any_finite_curvature_will_do},
};

int main(void)
{
    return sb_test_main("assumption_4_1", tests, sizeof tests / sizeof *tests);
}
