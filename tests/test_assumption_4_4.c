#include "bounds/bounds.h"
#include "harness.h"
#include "statement.h"

static const sb_statement *assumption(void)
{
    return sb_statement_find("assumption_4_4");
}

static void what_is_assumed(void)
{
    const sb_constants c = statement_constants();
    CHECK(statement_value(assumption(), SB_FORM_PRINTED, &c) == 41.9);
    CHECK(assumption()->lhs == SB_LHS_M2 && assumption()->per_worker);
    statement_check_needs(assumption(), 0);
}

static void any_finite_second_moment_will_do(void)
{
    sb_constants c = statement_constants();
    CHECK(statement_verdict(assumption(), SB_FORM_PRINTED, &c, c.M2) == SB_HOLDS);
    c.M2 = INFINITY;
    CHECK(statement_verdict(assumption(), SB_FORM_PRINTED, &c, c.M2) == SB_VIOLATED);
}

static const sb_test tests[] = {
    {"what is assumed", what_is_assumed},
    {"any finite second moment will do", any_finite_second_moment_will_do},
};

int main(void)
{
    return sb_test_main("assumption_4_4", tests, sizeof tests / sizeof *tests);
}
