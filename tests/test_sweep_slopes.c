/* Slopes and predictions of a sweep against power laws that were put in by hand. */
#include "harness.h"
#include "sweep_case.h"

#include <stdlib.h>
#include <string.h>

static sb_context context;
static sb_sweep_case sweep;

static double predicted(const sb_sweep_findings *f, const char *name, const char *along)
{
    return sb_sweep_case_slope(f, name, along, "")->predicted;
}

/* KL = c R^-0.613, L = c R^0.2, everything else as it was. */
static void test_planted_slopes(void)
{
    sb_sweep_findings f;
    sb_sweep_case_rounds(&sweep);
    for (int i = 0; i < 4; i++) {
        for (int w = 0; w < 2; w++)
            sweep.worker[i][w].grid_after = sb_number_certified(0.2 * (w + 1) * pow(sweep.run[i].R, -0.613), 0.0);
        sweep.run[i].L = sb_number_exact(2.385 * pow(sweep.run[i].R, 0.2));
    }
    if (!sb_sweep_case_find(&sweep, &f)) return;
    CHECK(f.finished == 4 && f.x_log && f.x[3] == 1e4);
    const sb_sweep_slope *kl = sb_sweep_case_slope(&f, "kl", "train.rounds", "");
    CHECK_CLOSE(kl->slope.value, -0.613, 1e-12);
    CHECK(kl->points == 4 && kl->left_out == 0 && isnan(kl->predicted));
    CHECK_CLOSE(sb_sweep_case_slope(&f, "L", "train.rounds", "")->slope.value, 0.2, 1e-12);
    CHECK_CLOSE(sb_sweep_case_slope(&f, "R", "train.rounds", "")->slope.value, 1.0, 1e-12);
    CHECK_CLOSE(sb_sweep_case_slope(&f, "theorem_4_11.lhs", "train.rounds", "")->slope.value, -0.613, 1e-12);
    CHECK_CLOSE(sb_sweep_case_slope(&f, "assumption_4_1.lhs", "train.rounds", "")->slope.value, 0.2, 1e-12);
    for (int i = 0; i < f.slope_count; i++) { /* constants that stand still have none */
        const sb_sweep_column *column = &f.column[f.slope[i].column];
        if (column->constant) CHECK(strcmp(column->name, "L") == 0 || strcmp(column->name, "R") == 0);
    }
    CHECK(f.figure.log_x && f.figure.log_y && f.figure.series_count == 4 && f.figure.category_count == 0);
    CHECK(strcmp(f.figure.title, "KL and bounds against train.rounds") == 0);
    CHECK(strcmp(f.figure.y_label, "nats") == 0 && strcmp(f.figure.series[0].name, "KL, slope -0.61") == 0);
    CHECK(strncmp(f.figure.series[1].name, "Theorem 4.11 printed, slope 0.", 30) == 0 &&
          strstr(f.figure.series[1].name, "predicted 0."));
    sb_sweep_findings_free(&f);
}

/* Unfinished runs, values without a logarithm, and a second axis that stands still. */
static void test_curves(void)
{
    sb_sweep_findings f;
    sb_sweep_case_begin(&sweep, "train.rounds", 0);
    sb_sweep_case_vary(&sweep, "pruning.level", SB_CASE_LEVELS);
    sb_sweep_case_vary(&sweep, "train.rounds", SB_CASE_ROUNDS);
    sb_sweep_case_show(&sweep, "kl");
    sb_sweep_case_show(&sweep, "FR");
    sb_sweep_case_fill(&sweep);
    CHECK(sweep.plan.run_count == 8);
    for (int i = 0; i < 8; i++) {
        const double x = pow(10.0, i % 4 + 1), kl = i < 4 ? 3.0 / x : 0.5 * pow(x, -0.25);
        sweep.run[i].R = x;
        sweep.worker[i][1].grid_after = sb_number_exact(kl);
        sweep.worker[i][0].grid_after = sb_number_exact(1e-9);
    }
    sweep.measured[1] = NULL;
    sweep.worker[7][1].grid_after = sb_number_exact(-0.01); /* an estimate may be negative, and the other worker's is lower */
    sweep.worker[7][0].grid_after = sb_number_exact(-0.02);
    if (!sb_sweep_case_find(&sweep, &f)) return;
    const sb_sweep_slope *F = sb_sweep_case_slope(&f, "kl", "train.rounds", "pruning.level=F"),
                         *S = sb_sweep_case_slope(&f, "kl", "train.rounds", "pruning.level=S");
    CHECK_CLOSE(F->slope.value, -1.0, 1e-12);
    CHECK_CLOSE(S->slope.value, -0.25, 1e-12);
    CHECK(F->points == 3 && F->left_out == 1 && S->points == 3 && S->left_out == 1);
    CHECK(f.finished == 7 && isnan(f.column[0].value[1].value) &&
          f.column[sb_sweep_case_column(&f, "lemma_4_6.printed")].verdict[1] == SB_UNKNOWN);
    CHECK(f.column[0].value[7].value == -0.01);
    CHECK(f.figure.series_count == 4 && f.figure.log_y && strcmp(f.figure.y_label, "value") == 0);
    CHECK(strcmp(f.figure.series[0].name, "KL, level=F, slope -1.00") == 0);
    CHECK(f.figure.series[1].x[0] == 10.0 && f.figure.series[1].x[3] == 1e4 && f.figure.series[1].y[3].value == -0.01);
    for (int i = 0; i < f.slope_count; i++) CHECK(strcmp(f.slope[i].along, "train.rounds") == 0); /* a level is no number */
    sb_sweep_findings_free(&f);

    for (int i = 1; i < 8; i++) sweep.measured[i] = NULL; /* one run alone */
    if (!sb_sweep_case_find(&sweep, &f)) return;
    F = sb_sweep_case_slope(&f, "kl", "train.rounds", "pruning.level=F"),
    S = sb_sweep_case_slope(&f, "kl", "train.rounds", "pruning.level=S");
    CHECK(F->points == 1 && F->left_out == 3 && isnan(F->slope.value) && S->points == 0 && isnan(S->slope.value));
    CHECK(f.finished == 1 && f.figure.series_count == 2 && strcmp(f.figure.series[0].name, "KL, level=F") == 0);
    sb_sweep_findings_free(&f);

    sweep.measured[0] = NULL;
    CHECK_FAILS(&context, sb_sweep_findings_of(&context, &sweep.plan, sweep.measured, &f), SB_EUSER,
                "no run of the sweep is finished");
    CHECK(f.column_count == 0 && f.x == NULL);
}

/* Two axes of numbers: slopes along both. Paired, they move together. */
static void test_two_numbers(void)
{
    static const char *const steps[] = {"1", "4", "25", NULL}, *const rounds[] = {"1000", "250", "40", NULL};
    sb_sweep_findings f;
    sb_sweep_case_begin(&sweep, "train.local_steps", 0);
    sb_sweep_case_vary(&sweep, "train.local_steps", steps);
    sb_sweep_case_vary(&sweep, "train.rounds", rounds);
    sb_sweep_case_fill(&sweep);
    for (int i = 0; i < 9; i++) {
        sweep.run[i].S = strtod(steps[i / 3], NULL), sweep.run[i].R = strtod(rounds[i % 3], NULL);
        for (int w = 0; w < 2; w++)
            sweep.worker[i][w].grid_after = sb_number_exact(pow(sweep.run[i].S, 0.3) * pow(sweep.run[i].R, -0.7));
    }
    if (!sb_sweep_case_find(&sweep, &f)) return;
    for (int i = 0; i < 3; i++) {
        char where[64];
        snprintf(where, sizeof where, "train.rounds=%s", rounds[i]);
        CHECK_CLOSE(sb_sweep_case_slope(&f, "kl", "train.local_steps", where)->slope.value, 0.3, 1e-12);
        snprintf(where, sizeof where, "train.local_steps=%s", steps[i]);
        CHECK_CLOSE(sb_sweep_case_slope(&f, "kl", "train.rounds", where)->slope.value, -0.7, 1e-12);
    }
    sb_sweep_findings_free(&f);

    sb_sweep_case_begin(&sweep, "train.local_steps", 1);
    sb_sweep_case_vary(&sweep, "train.local_steps", steps);
    sb_sweep_case_vary(&sweep, "train.rounds", rounds);
    sb_sweep_case_fill(&sweep);
    for (int i = 0; i < 3; i++) {
        sweep.run[i].S = strtod(steps[i], NULL), sweep.run[i].R = strtod(rounds[i], NULL);
        for (int w = 0; w < 2; w++)
            sweep.worker[i][w].grid_after = sb_number_exact(pow(sweep.run[i].S, 0.3) * pow(sweep.run[i].R, -0.7));
    }
    if (!sb_sweep_case_find(&sweep, &f)) return;
    CHECK_CLOSE(sb_sweep_case_slope(&f, "kl", "train.local_steps", "")->slope.value, 1.0, 1e-12); /* R = 1000/S */
    CHECK_CLOSE(sb_sweep_case_slope(&f, "kl", "train.rounds", "")->slope.value, -1.0, 1e-12);
    CHECK(fabs(predicted(&f, "lemma_4_6.printed", "train.local_steps")) < 1e-12); /* it sees S R alone */
    CHECK(fabs(predicted(&f, "theorem_4_11.printed", "train.local_steps")) < 1e-12);
    sb_sweep_findings_free(&f);
}

/* A measured constant on the x axis: all runs that share the words make one curve. */
static void test_against_constant(void)
{
    static const char *const seeds[] = {"1", "2", "3", "4", NULL};
    sb_sweep_findings f;
    sb_sweep_case_begin(&sweep, "Gamma", 0);
    sb_sweep_case_vary(&sweep, "pruning.level", SB_CASE_LEVELS);
    sb_sweep_case_vary(&sweep, "seed", seeds);
    sb_sweep_case_fill(&sweep);
    for (int i = 0; i < 8; i++) {
        const double Gamma = 1.0 + (5 * i) % 8;
        sweep.run[i].Gamma = sb_number_exact(Gamma);
        sweep.run[i].sigma1 = sweep.run[i].sigma2 = sb_number_exact(0.0);
        sweep.run[i].FR = sweep.run[i].F0;
        sweep.run[i].squared_gradient = sb_number_exact((i < 4 ? 1.0 : 7.0) * pow(Gamma, -0.9));
    }
    sweep.measured[6] = NULL;
    if (!sb_sweep_case_find(&sweep, &f)) return;
    const sb_sweep_slope *lhs = sb_sweep_case_slope(&f, "lemma_4_6.lhs", "Gamma", "pruning.level=S");
    const sb_sweep_slope *rhs = sb_sweep_case_slope(&f, "lemma_4_6.printed", "Gamma", "pruning.level=S");
    CHECK_CLOSE(lhs->slope.value, -0.9, 1e-12);
    CHECK(lhs->points == 3 && lhs->left_out == 1);
    CHECK_CLOSE(rhs->slope.value, -1.0, 1e-12); /* 160 w^2 L N/Gamma is all there is */
    CHECK_CLOSE(rhs->predicted, -1.0, 1e-12);
    CHECK(isnan(sb_sweep_case_slope(&f, "lemma_4_5.printed", "Gamma", "pruning.level=S")->predicted)); /* Gamma is not in it */
    CHECK(f.x_log && f.x[1] == 6.0 && isnan(f.x[6]));
    CHECK(f.figure.series[0].count == 4 && f.figure.series[0].x[0] < f.figure.series[0].x[1]);
    for (int i = 0; i < f.slope_count; i++) CHECK(strcmp(f.slope[i].along, "Gamma") == 0); /* nothing grows along a seed */
    sb_sweep_findings_free(&f);
}

/* A seed is a label: no slopes along it, also where it stands on the x axis, and a curve for each; paired with a key it changes nothing. */
static void test_seeds(void)
{
    static const char *const seeds[] = {"1", "2", "4", "9", NULL};
    sb_sweep_findings f;
    for (int against = 0; against < 2; against++) {
        sb_sweep_case_begin(&sweep, against ? "seed" : "train.rounds", 0);
        sb_sweep_case_vary(&sweep, "seed", seeds);
        sb_sweep_case_vary(&sweep, "train.rounds", SB_CASE_ROUNDS);
        sb_sweep_case_show(&sweep, "kl");
        sb_sweep_case_fill(&sweep);
        for (int i = 0; i < 16; i++) sweep.run[i].R = pow(10.0, i % 4 + 1);
        if (!sb_sweep_case_find(&sweep, &f)) return;
        CHECK(f.slope_count > 0);
        for (int i = 0; i < f.slope_count; i++) CHECK(strcmp(f.slope[i].along, "train.rounds") == 0);
        CHECK(sb_sweep_case_slope(&f, "kl", "train.rounds", "seed=9")->points == 4);
        CHECK(f.x_log == !against && f.figure.log_x == !against && f.figure.category_count == (against ? 4 : 0));
        if (against) CHECK(f.figure.series[0].mark == SB_MARK_BARS && strcmp(f.figure.category[3], "9") == 0);
        sb_sweep_findings_free(&f);
    }
    double alone = 0.0;
    for (int paired = 0; paired < 2; paired++) {
        sb_sweep_case_begin(&sweep, "train.rounds", paired);
        sb_sweep_case_vary(&sweep, "train.rounds", SB_CASE_ROUNDS);
        if (paired) sb_sweep_case_vary(&sweep, "seed", seeds);
        sb_sweep_case_fill(&sweep);
        for (int i = 0; i < 4; i++) sweep.run[i].R = pow(10.0, i + 1);
        if (!sb_sweep_case_find(&sweep, &f)) return;
        const double now = predicted(&f, "theorem_4_11.printed", "train.rounds");
        CHECK(paired ? now == alone : now > 0.0);
        alone = now;
        sb_sweep_findings_free(&f);
    }
}

/* Lists move a constant as numbers do; words do where nothing else is there to move it. */
static void test_what_moves_a_constant(void)
{
    static const char *const keeps[] = {"[0.5, 1, 1]", "[0.5, 0.5, 1]", NULL}, *const kinds[] = {"random", "top-k", NULL};
    sb_sweep_findings f;
    for (int lists = 0; lists < 2; lists++) {
        sb_sweep_case_begin(&sweep, "Gamma", 0);
        sb_sweep_case_vary(&sweep, "pruning.kind", kinds);
        sb_sweep_case_vary(&sweep, lists ? "pruning.keep" : "pruning.level", lists ? keeps : SB_CASE_LEVELS);
        sb_sweep_case_fill(&sweep);
        for (int i = 0; i < 4; i++) {
            sweep.run[i].Gamma = sb_number_exact(2.0 + 3.0 * (i % 2));
            sweep.run[i].squared_gradient = sb_number_exact(pow(sweep.run[i].Gamma.value, -0.385));
        }
        if (!sb_sweep_case_find(&sweep, &f)) return;
        const sb_sweep_slope *slope = sb_sweep_case_slope(&f, "lemma_4_6.lhs", "Gamma", lists ? "pruning.kind=top-k" : "");
        CHECK_CLOSE(slope->slope.value, -0.385, 1e-12);
        CHECK(slope->points == (lists ? 2 : 4));
        sb_sweep_findings_free(&f);
    }
}

static void test_predictions(void)
{
    static const char *const dimensions[] = {"2", "8", "50", NULL};
    sb_sweep_findings f;
    sb_sweep_case_begin(&sweep, "data.dimension", 0);
    sb_sweep_case_vary(&sweep, "data.dimension", dimensions);
    sb_sweep_case_fill(&sweep);
    for (int i = 0; i < 3; i++) sweep.run[i].d = strtod(dimensions[i], NULL);
    if (!sb_sweep_case_find(&sweep, &f)) return;
    CHECK_CLOSE(predicted(&f, "lemma_4_5.printed", "data.dimension"), 1.0, 1e-12);
    CHECK_CLOSE(predicted(&f, "theorem_4_11.printed", "data.dimension"), 1.0, 1e-12);
    CHECK_CLOSE(predicted(&f, "theorem_4_11.sharp", "data.dimension"), 1.0, 1e-12);
    CHECK_CLOSE(predicted(&f, "lemma_4_6.sharp", "data.dimension"), 1.0, 1e-12);
    CHECK(isnan(predicted(&f, "assumption_4_1.printed", "data.dimension"))); /* L is what it is measured to be */
    sb_sweep_findings_free(&f);

    /* Along K, from the middle run's constants: kappa and U fall like 1/K, B_bound like 1/K^2. */
    static const char *const steps[] = {"20", "40", "80", NULL};
    sb_sweep_case_begin(&sweep, "diffusion.K", 0);
    sb_sweep_case_vary(&sweep, "diffusion.K", steps);
    sb_sweep_case_fill(&sweep);
    for (int i = 0; i < 3; i++) sweep.run[i].K = 20 << i;
    if (!sb_sweep_case_find(&sweep, &f)) return;
    CHECK_CLOSE(predicted(&f, "lemma_4_5.printed", "diffusion.K"), -1.0, 1e-12);
    const double U = 0.05 * 1.2, B = 0.02 * 1.2;
    CHECK_CLOSE(predicted(&f, "lemma_4_5.sharp", "diffusion.K"), log((0.5 * U + 0.25 * B) / (2.0 * U + 4.0 * B)) / log(4.0), 1e-12);
    sb_sweep_findings_free(&f);

    /* Lemma 4.6 along R by hand: 8 (F0 - FR)/(eta S R) + floor, at R = 10, 100, 1000, 10000. */
    sb_sweep_case_rounds(&sweep);
    if (!sb_sweep_case_find(&sweep, &f)) return;
    const double nu = 10.0 / 6.0,
                 floor_of = 0.36 + 0.01 + 160.0 * 0.02 * 3.1 * nu + 40.0 * nu * 0.01 + 16.0 * 1e-3 * 3.1 * nu * 0.36 / 6.0;
    double by_hand = 0.0;
    for (int i = 0; i < 4; i++)
        by_hand += 12.0 * (i - 1.5) * log(8.0 * 0.9 / (1e-3 * 5.0 * pow(10.0, i + 1)) + floor_of) / (log(10.0) * 60.0);
    CHECK_CLOSE(predicted(&f, "lemma_4_6.printed", "train.rounds"), by_hand, 1e-12);
    sb_sweep_findings_free(&f);

    /* The progress term falls, the floor stays. */
    for (int floor = 0; floor < 2; floor++) {
        sb_sweep_case_rounds(&sweep);
        for (int i = 0; i < 4; i++) sweep.run[i].FR = sb_number_exact(floor ? 2.2 - 1e-9 : 2.2 - 1e9);
        if (!sb_sweep_case_find(&sweep, &f)) return;
        CHECK_NEAR(predicted(&f, "lemma_4_6.printed", "train.rounds"), floor ? 0.0 : -1.0, 1e-3);
        sb_sweep_findings_free(&f);
    }

    /* Theorem 4.11 along R: never falls, in the end like R. */
    double before = 0.0;
    for (int power = 0; power < 4; power++) {
        sb_sweep_case_rounds(&sweep);
        for (int i = 0; i < 4; i++) sweep.run[i].eta = 1e-4 * pow(100.0, power);
        if (!sb_sweep_case_find(&sweep, &f)) return;
        const double now = predicted(&f, "theorem_4_11.printed", "train.rounds");
        CHECK(now > before && now < 1.0);
        before = now;
        sb_sweep_findings_free(&f);
    }
    CHECK(before > 0.99);
}

/* Nothing is predicted by what is itself measured; 0 is predicted where x is in the formula and does nothing. */
static void test_what_is_not_predicted(void)
{
    static const char *const measured[] = {"theorem_4_11.sharp",     "lemma_4_8.printed",      "lemma_4_8.exact",
                                           "lemma_4_9.printed",      "lemma_4_9.corrected",    "lemma_4_10.printed",
                                           "lemma_4_10.sharp",       "assumption_4_1.printed", "assumption_4_2.printed",
                                           "assumption_4_3.printed", "assumption_4_4.printed", "lemma_4_5.printed"},
                             *const formulas[] = {"theorem_4_11.printed", "theorem_4_11.corrected", "lemma_4_6.printed",
                                                  "lemma_4_7.printed"};
    sb_sweep_findings f;
    sb_sweep_case_rounds(&sweep);
    for (int i = 0; i < 4; i++) sweep.run[i].FR = sb_number_exact(1.3 - 0.1 * i);
    if (!sb_sweep_case_find(&sweep, &f)) return;
    for (size_t i = 0; i < sizeof measured / sizeof *measured; i++) CHECK(isnan(predicted(&f, measured[i], "train.rounds")));
    for (size_t i = 0; i < sizeof formulas / sizeof *formulas; i++) CHECK(predicted(&f, formulas[i], "train.rounds") != 0.0);
    for (size_t i = 0; i < sizeof formulas / sizeof *formulas; i++) CHECK(!isnan(predicted(&f, formulas[i], "train.rounds")));
    sb_sweep_findings_free(&f);

    static const char *const keeps[] = {"0.5", "0.7", "0.9", NULL}; /* w^2 falls as 1 - keep, but there is none of it */
    for (int pruned = 0; pruned < 2; pruned++) {
        sb_sweep_case_begin(&sweep, "pruning.keep", 0);
        sb_sweep_case_vary(&sweep, "pruning.keep", keeps);
        sb_sweep_case_fill(&sweep);
        for (int i = 0; i < 3; i++)
            sweep.run[i].w2 = sb_number_exact(pruned ? 0.3 : 0.0), sweep.run[i].Gamma = sb_number_exact(10.0);
        for (int i = 0; i < 3; i++) sweep.run[i].sigma1 = sweep.run[i].sigma2 = sb_number_exact(0.0);
        if (!sb_sweep_case_find(&sweep, &f)) return;
        CHECK(pruned ? predicted(&f, "lemma_4_6.printed", "pruning.keep") < -1e-6
                     : fabs(predicted(&f, "lemma_4_6.printed", "pruning.keep")) < 1e-12);
        CHECK(isnan(predicted(&f, "lemma_4_5.printed", "pruning.keep")));
        sb_sweep_findings_free(&f);
    }
}

/* A rule makes eta follow S: the formula is told the eta of each run, so that S R eta stands still. */
static void test_rate_of_a_rule(void)
{
    static const char *const steps[] = {"1", "4", "16", NULL};
    sb_sweep_findings f;
    sb_sweep_case_begin(&sweep, "train.local_steps", 0);
    sb_sweep_case_vary(&sweep, "train.local_steps", steps);
    sb_sweep_case_fill(&sweep);
    for (int i = 0; i < 3; i++) sweep.run[i].S = strtod(steps[i], NULL);
    if (!sb_sweep_case_find(&sweep, &f)) return;
    CHECK(predicted(&f, "lemma_4_6.printed", "train.local_steps") < -0.01);
    sb_sweep_findings_free(&f);
    for (int i = 0; i < 3; i++) {
        sweep.run[i].eta = 1e-3 / sweep.run[i].S;
        sweep.run[i].sigma1 = sb_number_exact(0.0);
    }
    if (!sb_sweep_case_find(&sweep, &f)) return;
    CHECK(fabs(predicted(&f, "lemma_4_6.printed", "train.local_steps")) < 1e-12);
    CHECK_CLOSE(sb_sweep_case_slope(&f, "lemma_4_6.printed", "train.local_steps", "")->slope.value + 1.0, 1.0, 1e-12);
    sb_sweep_findings_free(&f);
}

int main(void)
{
    static const sb_test tests[] = {
        {"planted power laws are found", test_planted_slopes},
        {"unfinished runs and non-positive values are left out, other keys stand still", test_curves},
        {"keys of numbers: crossed and paired", test_two_numbers},
        {"a measured constant on the x axis", test_against_constant},
        {"seeds are labels", test_seeds},
        {"what moves a constant", test_what_moves_a_constant},
        {"the exponents that the statements predict", test_predictions},
        {"what is measured predicts nothing", test_what_is_not_predicted},
        {"a rate that follows a rule", test_rate_of_a_rule},
    };
    sb_context_init(&context, 1);
    return sb_test_main("sweep slopes", tests, sizeof tests / sizeof *tests);
}
