#include "affine_training.h"
#include "bounds/bounds.h"
#include "harness.h"
#include "statement.h"

#include <stdio.h>

static const sb_statement *iid(void)
{
    return sb_statement_find("iid_case");
}

static sb_constants identical(void)
{
    sb_constants c = statement_constants();
    c.sigma2 = 0.0, c.Fn0 = c.F0;
    return c;
}

static void formulas(void)
{
    const sb_constants c = identical();
    CHECK_CLOSE(statement_value(iid(), SB_FORM_PRINTED, &c), 0.947 - 0.387, 1e-15);
    sb_constants plain = c;
    plain.dtheta = 0.0;
    CHECK_CLOSE(statement_value(iid(), SB_FORM_CORRECTED, &c),
                statement_value(sb_statement_find("theorem_4_11"), SB_FORM_CORRECTED, &plain), 1e-15);
}

static void every_list_of_needs_is_exact(void)
{
    statement_check_needs(iid(), 0);
    statement_check_increasing(iid(), SB_FORM_CORRECTED, "w2 sigma1 L N R F0 M2 C1 D_sum B_sum");
    statement_check_increasing(iid(), SB_FORM_PRINTED, "F0 C1");
}

static void conditions(void)
{
    const sb_constants c = identical();
    for (int form = 0; form <= SB_FORM_CORRECTED; form++) {
        CHECK(statement_verdict(iid(), (sb_form)form, &c, 0.3) == SB_HOLDS);
        statement_check_condition(iid(), (sb_form)form, &c, "sigma2", 1e-6, "sigma2 = 0");
        statement_check_condition(iid(), (sb_form)form, &c, "Fn0", 0.947 * (1.0 + 1e-8), "Fn0 = F0");
        sb_constants rounded = c;
        rounded.sigma2 = 1e-15;
        rounded.Fn0 = 0.947 * (1.0 - 1e-15);
        CHECK(statement_verdict(iid(), (sb_form)form, &rounded, 0.3) == SB_HOLDS);
    }
    statement_check_condition(iid(), SB_FORM_PRINTED, &c, "kappa", 0.01, "kappa <= (T+log(1/delta))/K");
}

static void corrected_holds_in_training(void)
{
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 0, 413, 0, 0);
    double tightest = 0.0;
    int refused = 0, caught = 0;
    for (int trial = 0; trial < 150; trial++) {
        static affine_system system;
        static affine_outcome out;
        affine_draw(&stream, 1, 1.0 + 2.0 * sb_stream_uniform(&stream), &system);
        affine_run(&system, &out);
        for (int n = 0; n < system.q.N; n++) {
            CHECK(statement_verdict(iid(), SB_FORM_CORRECTED, &out.c[n], out.kl[n]) == SB_HOLDS);
            tightest = fmax(tightest, out.kl[n] / statement_value(iid(), SB_FORM_CORRECTED, &out.c[n]));
        }
        sb_constants smaller = out.c[0];
        smaller.F0 /= 20.0, smaller.Fn0 /= 20.0, smaller.w2 /= 1e3;
        caught += statement_verdict(iid(), SB_FORM_CORRECTED, &smaller, out.kl[0]) == SB_VIOLATED;
        affine_draw(&stream, 0, 1.5, &system);
        affine_run(&system, &out);
        const sb_verdict verdict = statement_verdict(iid(), SB_FORM_CORRECTED, &out.c[0], out.kl[0]);
        CHECK(verdict == (system.q.N == 1 ? SB_HOLDS : SB_NOT_APPLICABLE));
        refused += verdict == SB_NOT_APPLICABLE;
    }
    printf("# tightest %.3g\n", tightest);
    CHECK(refused > 50 && caught > 10);
}

static const sb_test tests[] = {
    {"formulas", formulas},
    {"every list of needs is exact", every_list_of_needs_is_exact},
    {"conditions", conditions},
    {"corrected holds in training", corrected_holds_in_training},
};

int main(void)
{
    return sb_test_main("iid_case", tests, sizeof tests / sizeof *tests);
}
