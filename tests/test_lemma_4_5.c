#include "bounds/bounds.h"
#include "harness.h"
#include "reverse_gaussian.h"
#include "statement.h"

#include <stdio.h>

static const sb_statement *lemma(void)
{
    return sb_statement_find("lemma_4_5");
}

static void formulas(void)
{
    const sb_constants c = statement_constants();
    const double k = 0.000813;
    CHECK_CLOSE(statement_value(lemma(), SB_FORM_PRINTED, &c), k * k * 5.0 * 6400.0 + k * 41.9 + k * 5.0 * 2.385, 1e-14);
    CHECK_CLOSE(statement_value(lemma(), SB_FORM_CORRECTED, &c),
                4.02 * k * k * 32000.0 + 0.39 * k * k * k * 32000.0 + 0.19 * k * 41.9, 1e-14);
    CHECK_CLOSE(statement_value(lemma(), SB_FORM_SHARP, &c), 0.1117 + 0.00911, 1e-15);
    CHECK_CLOSE(statement_value(lemma(), SB_FORM_EXACT, &c), 0.0873 + 0.00619, 1e-15);
}

static void every_list_of_needs_is_exact(void)
{
    statement_check_needs(lemma(), 0);
}

static void errors_only_add(void)
{
    statement_check_increasing(lemma(), SB_FORM_PRINTED, "d T K kappa M2");
    statement_check_increasing(lemma(), SB_FORM_CORRECTED, "d K kappa M2");
    statement_check_increasing(lemma(), SB_FORM_SHARP, "U B_bound");
    statement_check_increasing(lemma(), SB_FORM_EXACT, "D_sum B_sum");
}

static void conditions(void)
{
    const sb_constants c = statement_constants();
    statement_check_condition(lemma(), SB_FORM_CORRECTED, &c, "T", 0.999, "T >= 1");
}

static void draw(sb_stream *stream, int trial, reverse_law *law, reverse_grid *grid)
{
    const double kappa = pow(10.0, -1.7 * sb_stream_uniform(stream)) * (trial % 7 ? 1.0 : 2.5),
                 delta = pow(10.0, -4.0 * sb_stream_uniform(stream));
    reverse_law_draw(stream, law);
    reverse_grid_draw(stream, (reverse_steps)(trial % 3), kappa, 1.0 + 4.0 * sb_stream_uniform(stream), delta, grid);
    if (trial % 5 == 0) reverse_grid_log_snr(grid->K, grid->u[0], grid->u[grid->K], grid);
}

/* Any steps, kappa up to 2.5, variances over ten decades. */
static void corrected_and_sharp_hold(void)
{
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 0, 45, 0, 0);
    double tightest[SB_FORM_COUNT] = {0}, widest = 0.0;
    static reverse_grid grid;
    for (int trial = 0; trial < 400; trial++) {
        reverse_law law;
        sb_constants c;
        draw(&stream, trial, &law, &grid);
        reverse_constants(&law, &grid, NULL, &c);
        const double lhs = c.D_sum + c.B_sum;
        CHECK(statement_verdict(lemma(), SB_FORM_EXACT, &c, lhs) == SB_HOLDS);
        CHECK(statement_verdict(lemma(), SB_FORM_SHARP, &c, lhs) == SB_HOLDS);
        CHECK(statement_verdict(lemma(), SB_FORM_CORRECTED, &c, lhs) == SB_HOLDS);
        CHECK(c.D_sum <= c.U * (1.0 + 1e-12) && c.B_sum <= c.B_bound * (1.0 + 1e-12));
        for (int form = 0; form < SB_FORM_PL; form++)
            tightest[form] = fmax(tightest[form], lhs / statement_value(lemma(), (sb_form)form, &c));
        widest = fmax(widest, c.kappa);
    }
    printf("# tightest: printed %.3g, corrected %.3g, sharp %.5g; largest kappa %.3g\n", tightest[SB_FORM_PRINTED],
           tightest[SB_FORM_CORRECTED], tightest[SB_FORM_SHARP], widest);
    CHECK(tightest[SB_FORM_SHARP] > 0.5 && tightest[SB_FORM_CORRECTED] > 0.1);
}

/* (1.34 + 0.39 kappa) kappa^2 d K + 1.16 kappa d where the weights w_k are monotone. */
static void monotone_weights_save_a_factor(void)
{
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 1, 45, 0, 0);
    static reverse_grid grid;
    int monotone = 0;
    for (int trial = 0; trial < 300; trial++) {
        reverse_law law;
        sb_constants c;
        draw(&stream, trial, &law, &grid);
        reverse_constants(&law, &grid, NULL, &c);
        int rises = 1, falls = 1;
        for (int k = 1; k < grid.K; k++) {
            const double before = expm1(2.0 * grid.u[k]) / expm1(2.0 * grid.u[k - 1]),
                         now = expm1(2.0 * grid.u[k + 1]) / expm1(2.0 * grid.u[k]);
            rises &= now <= before * (1.0 + 1e-12), falls &= now >= before * (1.0 - 1e-12);
        }
        if (!rises && !falls) continue;
        monotone++;
        CHECK(c.D_sum + c.B_sum <= (1.34 + 0.39 * c.kappa) * c.kappa * c.kappa * c.d * c.K + 1.16 * c.kappa * c.d);
        CHECK(c.U + c.B_bound <= (1.34 + 0.39 * c.kappa) * c.kappa * c.kappa * c.d * c.K + 1.16 * c.kappa * c.d);
    }
    CHECK(monotone >= 60);
}

/* sum D_k <= d Lambda^2/(4K) + (Lambda/2K) min(d, M2/(e^2T - 1)) on a grid uniform in log s. */
static void log_snr_grid(void)
{
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 2, 45, 0, 0);
    static reverse_grid grid;
    for (int trial = 0; trial < 200; trial++) {
        const int K = 1 + (int)(200.0 * sb_stream_uniform(&stream));
        reverse_law law;
        sb_constants c;
        reverse_law_draw(&stream, &law);
        reverse_grid_log_snr(K, 0.5 + 3.0 * sb_stream_uniform(&stream), pow(10.0, -1.0 - 4.0 * sb_stream_uniform(&stream)), &grid);
        reverse_constants(&law, &grid, NULL, &c);
        const double Lambda = log(expm1(2.0 * c.T) / expm1(2.0 * c.delta)), bound = c.d * Lambda * Lambda / (4.0 * K);
        const double start = Lambda / (2.0 * K) * fmin(c.d, c.M2 / expm1(2.0 * c.T));
        CHECK(c.D_sum <= c.U * (1.0 + 1e-12) && c.U <= (bound + start) * (1.0 + 1e-9));
    }
}

/* The sums against Simpson's rule on E|A1 - A2|^2 from the joint law of the two times. */
static void exact_is_the_time_integral(void)
{
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 3, 45, 0, 0);
    static reverse_grid grid;
    for (int trial = 0; trial < 20; trial++) {
        reverse_law law;
        sb_constants c;
        reverse_law_draw(&stream, &law);
        for (int i = 0; i < law.d; i++) law.variance[i] = 0.01 + sb_stream_uniform(&stream);
        reverse_grid_draw(&stream, REVERSE_RANDOM, 0.5, 2.0, 0.05, &grid);
        reverse_constants(&law, &grid, NULL, &c);
        CHECK_CLOSE(reverse_discretisation(&law, &grid), statement_value(lemma(), SB_FORM_EXACT, &c), 1e-7);
    }
}

static void a_shrunk_constant_is_caught(void)
{
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 4, 45, 0, 0);
    static reverse_grid grid;
    const reverse_law law = {.d = 3, .mean = {0.7, 0.0, -0.2}, .variance = {0.3, 0.002, 0.05}};
    sb_constants c;
    reverse_grid_draw(&stream, REVERSE_LONGEST, 0.2, 2.385, 0.001, &grid);
    reverse_constants(&law, &grid, NULL, &c);
    const double lhs = c.D_sum + c.B_sum;
    sb_constants smaller = c;
    smaller.kappa /= 5.0;
    CHECK(statement_verdict(lemma(), SB_FORM_CORRECTED, &smaller, lhs) == SB_VIOLATED);
    CHECK(statement_verdict(lemma(), SB_FORM_PRINTED, &smaller, lhs) == SB_VIOLATED);
    smaller = c;
    smaller.U /= 5.0;
    CHECK(statement_verdict(lemma(), SB_FORM_SHARP, &smaller, lhs) == SB_VIOLATED);
    smaller = c;
    smaller.D_sum *= 0.999;
    CHECK(statement_verdict(lemma(), SB_FORM_EXACT, &smaller, lhs) == SB_VIOLATED);
    smaller.D_sum = c.D_sum * 1.001;
    CHECK(statement_verdict(lemma(), SB_FORM_EXACT, &smaller, lhs) == SB_VIOLATED);
}

static const sb_test tests[] = {
    {"formulas", formulas},
    {"every list of needs is exact", every_list_of_needs_is_exact},
    {"errors only add", errors_only_add},
    {"conditions", conditions},
    {"corrected and sharp hold on any grid", corrected_and_sharp_hold},
    {"monotone weights save a factor", monotone_weights_save_a_factor},
    {"the bound of the log-snr grid", log_snr_grid},
    {"exact is the time integral", exact_is_the_time_integral},
    {"a shrunk constant is caught", a_shrunk_constant_is_caught},
};

int main(void)
{
    return sb_test_main("lemma_4_5", tests, sizeof tests / sizeof *tests);
}
