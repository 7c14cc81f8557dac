#include "bounds/bounds.h"
#include "harness.h"
#include "quadratic.h"
#include "statement.h"

#include <stdio.h>

static const sb_statement *lemma(void)
{
    return sb_statement_find("lemma_4_7");
}

static void formulas(void)
{
    const sb_constants c = statement_constants();
    const double ss1 = 0.613 * 0.613, ss2 = 0.377 * 0.377, e = 0.00217, L = 1.731;
    const double gap = 1.153 - 0.947 + 0.377 * 0.271,
                 noise = 2.0 * e * e * 33.0 * L * 7.0 * ss1 / 9.0 + e * 33.0 * (ss1 + ss2) / 8.0;
    CHECK_CLOSE(statement_value(lemma(), SB_FORM_PRINTED, &c),
                gap + 0.947 + 20.0 * e * 33.0 * 0.4417 * L * 7.0 / 3.0 + 5.0 * e * 33.0 * 7.0 * ss2 / 3.0 + noise, 1e-14);
    CHECK_CLOSE(statement_value(lemma(), SB_FORM_CORRECTED, &c),
                gap + 0.947 + 20.0 * e * 33.0 * 0.4417 * L * L * 7.0 / 3.0 + 1.25 * e * 33.0 * 7.0 * ss2 / 3.0 + noise, 1e-14);
    double alpha;
    const double psi = sb_psi(&c, &alpha), q = 2.0 * 0.293 * e * 3.0 * alpha;
    CHECK_CLOSE(statement_value(lemma(), SB_FORM_SHARP, &c), gap + 0.947 + e * 33.0 * psi, 1e-14);
    /* R rounds of the recursion F - F* <- (1-q)(F - F*) + eta S Psi */
    double above = 0.947 - 0.419;
    for (int r = 0; r < 11; r++) above = (1.0 - q) * above + e * 3.0 * psi;
    CHECK_CLOSE(statement_value(lemma(), SB_FORM_PL, &c), gap + 0.419 + above, 1e-13);
}

/* Knowing mu never costs anything; with mu -> 0 it gains nothing. */
static void pl_is_never_above_sharp(void)
{
    sb_constants c = statement_constants();
    for (c.R = 0.0; c.R < 1e7; c.R = floor(3.0 * c.R) + 1.0)
        for (c.mu = 1e-14; c.mu < c.L; c.mu *= 10.0) {
            const double pl = statement_value(lemma(), SB_FORM_PL, &c), sharp = statement_value(lemma(), SB_FORM_SHARP, &c);
            CHECK(pl <= sharp * (1.0 + 1e-14));
            if (c.mu * c.R < 1e-10) CHECK_CLOSE(pl, sharp, 1e-9);
        }
}

/* Corrected Lemma 4.7 is corrected Lemma 4.6 with its left side dropped. */
static void follows_from_lemma_4_6(void)
{
    sb_constants c = statement_constants();
    c.FR = 0.0;
    c.Fn0 = c.F0, c.dtheta = 0.0;
    for (int form = SB_FORM_CORRECTED; form <= SB_FORM_SHARP; form++) {
        double alpha;
        sb_psi(&c, &alpha);
        const double factor = form == SB_FORM_CORRECTED ? 8.0 : 1.0 / alpha;
        const double lemma_4_6 = statement_value(sb_statement_find("lemma_4_6"), (sb_form)form, &c);
        CHECK_CLOSE(statement_value(lemma(), (sb_form)form, &c), lemma_4_6 * c.eta * c.S * c.R / factor, 1e-13);
    }
}

static void every_list_of_needs_is_exact(void)
{
    statement_check_needs(lemma(), 0);
}

static void errors_only_add(void)
{
    for (int form = 0; form <= SB_FORM_PL; form++) statement_check_increasing(lemma(), (sb_form)form, "w2 sigma1 sigma2 dtheta N");
    for (int form = 0; form <= SB_FORM_SHARP; form++) statement_check_increasing(lemma(), (sb_form)form, "L R");
}

static void only_pl_rewards_training(void)
{
    sb_constants more = statement_constants();
    more.w2 *= 0.01, more.sigma2 *= 0.1; /* the floor must be below where training starts */
    const double pl = statement_value(lemma(), SB_FORM_PL, &more), sharp = statement_value(lemma(), SB_FORM_SHARP, &more);
    more.R *= 10.0;
    CHECK(statement_value(lemma(), SB_FORM_PL, &more) < pl);
    CHECK(statement_value(lemma(), SB_FORM_SHARP, &more) > sharp);
}

static void conditions(void)
{
    const sb_constants c = statement_constants();
    statement_check_condition(lemma(), SB_FORM_PRINTED, &c, "eta", 0.00499, "eta <= sqrt(Gamma/(640 S^2 L^2 N))");
    statement_check_condition(lemma(), SB_FORM_CORRECTED, &c, "Gamma", 0.9, "Gamma >= 1");
    statement_check_condition(lemma(), SB_FORM_CORRECTED, &c, "eta", 0.0, "0 < eta");
    statement_check_condition(lemma(), SB_FORM_SHARP, &c, "eta", 0.05, "alpha > 0");
    statement_check_condition(lemma(), SB_FORM_PL, &c, "mu", 0.0, "mu > 0");
    statement_check_condition(lemma(), SB_FORM_PL, &c, "mu", 400.0, "2 mu eta S alpha <= 1");
}

static void printed_fails_where_corrected_holds(void)
{
    quadratic q;
    quadratic_outcome out;
    quadratic_counterexample(1e6, 1, 1, &q);
    q.S = 60; /* S local steps move as far as S rounds here: the pruned coordinates stand still */
    q.eta = 0.999 * quadratic_rate(&q);
    q.R = 32;
    for (int r = 1; r < q.R; r++)
        for (int i = 0; i < 2; i++) q.mask[r][i][i] = 1;
    quadratic_train(&q, &out);
    CHECK(statement_verdict(lemma(), SB_FORM_PRINTED, &out.c, out.c.FnR) == SB_VIOLATED);
    CHECK(statement_verdict(lemma(), SB_FORM_CORRECTED, &out.c, out.c.FnR) == SB_HOLDS);
    CHECK(statement_verdict(lemma(), SB_FORM_SHARP, &out.c, out.c.FnR) == SB_HOLDS);
    printf("# counterexample: F_n(theta_R) %.4g, printed %.4g, corrected %.4g, sharp %.4g\n", out.c.FnR,
           statement_value(lemma(), SB_FORM_PRINTED, &out.c), statement_value(lemma(), SB_FORM_CORRECTED, &out.c),
           statement_value(lemma(), SB_FORM_SHARP, &out.c));
    sb_constants smaller = out.c;
    smaller.w2 /= 1e3;
    CHECK(statement_verdict(lemma(), SB_FORM_SHARP, &smaller, out.c.FnR) == SB_VIOLATED);
    smaller = out.c;
    smaller.L /= 100.0;
    CHECK(statement_verdict(lemma(), SB_FORM_CORRECTED, &smaller, out.c.FnR) == SB_VIOLATED);
}

/* sigma2 must hold on the segment from theta_0 to theta_R: its largest value is at an end (a convex function of an affine one).
 * In expectation that needs full gradients, or one curvature for all (then grad F_n - grad F does not depend on theta). */
static void corrected_sharp_and_pl_hold_in_training(void)
{
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 0, 47, 0, 0);
    double tightest[SB_FORM_COUNT] = {0};
    for (int trial = 0; trial < 600; trial++) {
        quadratic q;
        quadratic_outcome out;
        const int noise = trial & 1;
        quadratic_draw(&stream, (quadratic_options){.noise = noise, .common = noise || (trial & 2)}, &q);
        q.eta = quadratic_rate(&q) * (0.1 + 0.9 * sb_stream_uniform(&stream));
        quadratic_train(&q, &out);
        out.c.sigma2 = out.sigma2_to_end;
        out.c.Fstar = quadratic_smallest(&q);
        CHECK(out.c.Fstar <= out.c.FR);
        for (int n = 0; n < q.N; n++) {
            out.c.Fn0 = out.Fn0[n];
            for (int form = SB_FORM_CORRECTED; form <= SB_FORM_PL; form++) {
                CHECK(statement_verdict(lemma(), (sb_form)form, &out.c, out.FnR[n]) == SB_HOLDS);
                tightest[form] = fmax(tightest[form], out.FnR[n] / statement_value(lemma(), (sb_form)form, &out.c));
            }
        }
    }
    printf("# tightest: corrected %.4g, sharp %.4g, pl %.4g\n", tightest[SB_FORM_CORRECTED], tightest[SB_FORM_SHARP],
           tightest[SB_FORM_PL]);
    CHECK(tightest[SB_FORM_PL] > 0.5);
}

static const sb_test tests[] = {
    {"formulas", formulas},
    {"pl is never above sharp", pl_is_never_above_sharp},
    {"follows from Lemma 4.6", follows_from_lemma_4_6},
    {"every list of needs is exact", every_list_of_needs_is_exact},
    {"errors only add", errors_only_add},
    {"only the form under PL rewards training", only_pl_rewards_training},
    {"conditions", conditions},
    {"printed fails where corrected holds", printed_fails_where_corrected_holds},
    {"corrected, sharp and PL hold in training", corrected_sharp_and_pl_hold_in_training},
};

int main(void)
{
    return sb_test_main("lemma_4_7", tests, sizeof tests / sizeof *tests);
}
