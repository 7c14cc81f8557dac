#include "bounds/bounds.h"
#include "harness.h"
#include "reverse_gaussian.h"
#include "statement.h"

#include <stdio.h>

static const sb_statement *lemma(void)
{
    return sb_statement_find("lemma_4_10");
}

static void formulas(void)
{
    const sb_constants c = statement_constants();
    const double x = exp(-4.77);
    CHECK_CLOSE(statement_value(lemma(), SB_FORM_PRINTED, &c), 0.353 + 46.9 * x, 1e-14);
    CHECK_CLOSE(statement_value(lemma(), SB_FORM_CORRECTED, &c), 0.353 + 0.5 * (x * 41.9 - 5.0 * x - 5.0 * log(1.0 - x)), 1e-13);
    CHECK_CLOSE(statement_value(lemma(), SB_FORM_SHARP, &c), 0.353 + 0.0677, 1e-15);
}

static void every_list_of_needs_is_exact(void)
{
    statement_check_needs(lemma(), 0);
    for (int form = 0; form <= SB_FORM_CORRECTED; form++) statement_check_increasing(lemma(), (sb_form)form, "d M2 path_kl");
    statement_check_increasing(lemma(), SB_FORM_SHARP, "path_kl kl_init");
}

/* The initialisation term alone, accurate where -log(1-x) - x cancels and where the series ends. */
static void accurate_for_every_horizon(void)
{
    sb_constants c = statement_constants();
    c.M2 = c.path_kl = 0.0;
    for (double T = 0.01; T < 20.0; T *= 1.07) {
        c.T = T;
        const double x = exp(-2.0 * T);
        double sum = 0.0;
        for (int k = 4000; k >= 2; k--) sum += pow(x, k) / k;
        CHECK_CLOSE(statement_value(lemma(), SB_FORM_CORRECTED, &c), 2.5 * sum, 1e-13);
        if (T >= 1.0) CHECK(statement_value(lemma(), SB_FORM_CORRECTED, &c) <= 0.04 * c.d * x);
    }
    c.T = 0.0;
    CHECK(isinf(statement_value(lemma(), SB_FORM_CORRECTED, &c)));
}

/* corrected = KL(q_T||N(0,I)) + I(X_0;X_T): convexity gives away exactly the mutual information. */
static void corrected_gives_away_the_mutual_information(void)
{
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 0, 410, 0, 0);
    static reverse_grid grid;
    for (int trial = 0; trial < 200; trial++) {
        reverse_law law;
        sb_constants c;
        double information = 0.0;
        reverse_law_draw(&stream, &law);
        reverse_grid_draw(&stream, REVERSE_LONGEST, 0.5, 0.2 + 5.0 * sb_stream_uniform(&stream), 0.1, &grid);
        reverse_constants(&law, &grid, NULL, &c);
        c.path_kl = 0.0;
        for (int i = 0; i < law.d; i++) information += 0.5 * log1p(law.variance[i] / expm1(2.0 * c.T));
        CHECK_CLOSE(statement_value(lemma(), SB_FORM_CORRECTED, &c), c.kl_init + information, 1e-10);
        CHECK(statement_verdict(lemma(), SB_FORM_CORRECTED, &c, c.kl_init) == SB_HOLDS);
        sb_constants smaller = c;
        smaller.M2 /= 100.0, smaller.d /= 100.0;
        if (c.kl_init > information) CHECK(statement_verdict(lemma(), SB_FORM_CORRECTED, &smaller, c.kl_init) == SB_VIOLATED);
    }
}

static void sampling_stays_below(void)
{
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 1, 410, 0, 0);
    static reverse_grid grid;
    static reverse_score score;
    double tightest = 0.0;
    for (int trial = 0; trial < 200; trial++) {
        reverse_law law;
        sb_constants c;
        reverse_law_draw(&stream, &law);
        reverse_grid_draw(&stream, REVERSE_RANDOM, 0.3, 0.3 + 2.0 * sb_stream_uniform(&stream), 0.02, &grid);
        reverse_score_perfect(&law, &grid, &score);
        reverse_score_spoil(&stream, 0.1 * sb_stream_uniform(&stream), &grid, law.d, &score);
        reverse_constants(&law, &grid, &score, &c);
        const double kl = reverse_kl(&law, &grid, &score);
        CHECK(statement_verdict(lemma(), SB_FORM_SHARP, &c, kl) == SB_HOLDS);
        CHECK(statement_verdict(lemma(), SB_FORM_CORRECTED, &c, kl) == SB_HOLDS);
        tightest = fmax(tightest, kl / statement_value(lemma(), SB_FORM_SHARP, &c));
    }
    printf("# tightest: sharp %.3g\n", tightest);
}

/* A point mass at 0 and T -> 0: KL(q_T||N(0,I)) -> infinity while (d+M2)e^-2T <= d. The lemma as printed needs T >= 1. */
static void no_constant_serves_for_short_horizons(void)
{
    sb_constants c = statement_constants();
    c.M2 = c.path_kl = 0.0;
    double before = 0.0;
    for (double T = 1.0; T > 1e-12; T /= 10.0) {
        c.T = T;
        const double kl = c.d * reverse_kl_normal(0.0, -expm1(-2.0 * T), 0.0, 1.0);
        const double ratio = kl / statement_value(lemma(), SB_FORM_PRINTED, &c);
        CHECK(ratio > before);
        before = ratio;
    }
    CHECK(before > 10.0 && statement_verdict(lemma(), SB_FORM_PRINTED, &c, 200.0) == SB_VIOLATED);
}

static void worse_than_no_network_is_vacuous(void)
{
    const sb_constants c = statement_constants();
    sb_terms rhs;
    CHECK(sb_statement_evaluate(lemma(), SB_FORM_SHARP, &c, &rhs, NULL) == 0);
    CHECK(sb_judge(lemma(), SB_FORM_SHARP, &rhs, 0.1, 0.1, rhs.sum, rhs.sum, 0.0, 0.42) == SB_VACUOUS);
    CHECK(sb_judge(lemma(), SB_FORM_SHARP, &rhs, 0.1, 0.1, rhs.sum, rhs.sum, 0.0, 0.43) == SB_HOLDS);
}

static const sb_test tests[] = {
    {"formulas", formulas},
    {"every list of needs is exact", every_list_of_needs_is_exact},
    {"accurate for every horizon", accurate_for_every_horizon},
    {"corrected gives away the mutual information", corrected_gives_away_the_mutual_information},
    {"sampling stays below", sampling_stays_below},
    {"no constant serves for short horizons", no_constant_serves_for_short_horizons},
    {"worse than no network is vacuous", worse_than_no_network_is_vacuous},
};

int main(void)
{
    return sb_test_main("lemma_4_10", tests, sizeof tests / sizeof *tests);
}
