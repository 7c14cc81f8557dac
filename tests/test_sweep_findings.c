/* What the runs of a sweep came to: columns, slopes and predictions against power laws that were put in by hand. */
#include "fixture.h"
#include "harness.h"
#include "sweep_case.h"

#include "measure/ladder.h"

#include <stdlib.h>
#include <string.h>

static sb_context context;
static sb_sweep_case sweep;

static const char *const FOUR_ROUNDS[] = {"10", "100", "1000", "1e4", NULL}, *const LEVELS[] = {"F", "S", NULL};

static int column_of(const sb_sweep_findings *f, const char *name)
{
    int c = 0;
    while (c < f->column_count && strcmp(f->column[c].name, name) != 0) c++;
    CHECK(c < f->column_count);
    return c;
}

static const sb_sweep_slope *slope_at(const sb_sweep_findings *f, const char *name, const char *along, const char *where)
{
    static const sb_sweep_slope none = {.slope = {.value = NAN}, .predicted = NAN};
    const int c = column_of(f, name);
    for (int i = 0; i < f->slope_count; i++)
        if (f->slope[i].column == c && strcmp(f->slope[i].along, along) == 0 && strcmp(f->slope[i].where, where) == 0)
            return &f->slope[i];
    CU_FAIL("no such slope");
    return &none;
}

static double predicted(const sb_sweep_findings *f, const char *name, const char *along)
{
    return slope_at(f, name, along, "")->predicted;
}

static int find(sb_sweep_findings *f)
{
    return CHECK_OK(&context, sb_sweep_findings_of(&context, &sweep.plan, sweep.measured, f));
}

/* R of every run from the plan's only axis, train.rounds. */
static void rounds_case(void)
{
    sb_sweep_case_begin(&sweep, "train.rounds", 0);
    sb_sweep_case_vary(&sweep, "train.rounds", FOUR_ROUNDS);
    sb_sweep_case_fill(&sweep);
    for (int i = 0; i < 4; i++) sweep.run[i].R = pow(10.0, i + 1);
}

static void test_columns(void)
{
    sb_sweep_findings f;
    sb_ledger ledger;
    rounds_case();
    if (!find(&f)) return;
    CHECK(strcmp(f.names[0], "kl") == 0 && strcmp(f.names[1], "kl_pooled") == 0 && strcmp(f.names[2], "kl_before") == 0);
    CHECK(strcmp(f.names[3], "N") == 0 && strcmp(f.names[2 + sb_constant_count], "sampler_bias") == 0);
    CHECK(strcmp(f.names[f.column_count - 1], "zhou_2024.lhs") == 0);
    CHECK_CLOSE(f.column[0].value[2].value, 0.24, 1e-14); /* of worker 7, whose KL is larger */
    CHECK(f.column[0].value[2].status == SB_CERTIFIED);
    CHECK_CLOSE(f.column[1].value[2].value, 0.18, 1e-14);
    CHECK_CLOSE(f.column[2].value[2].value, 0.45, 1e-14);
    CHECK_CLOSE(f.column[column_of(&f, "M2")].value[1].value, 1.2 * 1.385, 1e-14);
    CHECK(isnan(f.column[column_of(&f, "mu")].value[1].value));
    CHECK_OK(&context, sb_ledger_from_run(&context, &sweep.run[3], &ledger));
    int seen = 0, of_statement = 0;
    for (int i = 0; i < ledger.row_count; i++) {
        const sb_ledger_row *row = &ledger.row[i];
        char name[64];
        snprintf(name, sizeof name, "%s.%s", row->statement->name, sb_form_name(row->form));
        const sb_sweep_column *rhs = &f.column[column_of(&f, name)];
        snprintf(name, sizeof name, "%s.lhs", row->statement->name);
        const sb_sweep_column *lhs = &f.column[column_of(&f, name)];
        CHECK(strcmp(rhs->kind, "rhs") == 0 && rhs->statement == row->statement && rhs->form == row->form);
        CHECK(memcmp(&rhs->value[3].value, &row->worst.rhs.value, sizeof(double)) == 0 || isnan(row->worst.rhs.value));
        CHECK(isnan(rhs->value[3].value) == isnan(row->worst.rhs.value));
        CHECK(rhs->verdict[3] == row->worst.verdict);
        of_statement = i > 0 && row->statement == row[-1].statement ? of_statement + 1 : 0;
        if (of_statement == 0) CHECK(lhs->value[3].value == row->worst.lhs.value || isnan(row->worst.lhs.value));
        seen++;
    }
    CHECK(f.column_count == 3 + (int)sb_constant_count + seen + (int)sb_statement_count);
    sb_ledger_free(&ledger);

    for (int i = 0; i < 4; i++) { /* where no exact route was taken, only what the chain bounds is known */
        sweep.worker[i][0].grid_after = sweep.worker[i][1].grid_after = sb_number_unknown();
        sweep.run[i].pooled.grid_before = sb_number_unknown();
    }
    sb_sweep_findings_free(&f);
    if (!find(&f)) return;
    CHECK_CLOSE(f.column[0].value[0].value, 0.36 * 1.2, 1e-14);
    CHECK(f.column[0].value[0].lo == 0.0 && f.column[2].value[0].lo == 0.0);
    CHECK_CLOSE(f.column[2].value[0].value, 0.6 * 0.9, 1e-14);
    CHECK(isinf(slope_at(&f, "kl", "train.rounds", "")->slope.lo)); /* the slope of what may be 0 is not known */
    sb_sweep_findings_free(&f);
    sb_sweep_findings_free(&f);
}

/* KL = c R^-0.613, L = c R^0.2, everything else as it was. */
static void test_planted_slopes(void)
{
    sb_sweep_findings f;
    rounds_case();
    for (int i = 0; i < 4; i++) {
        for (int w = 0; w < 2; w++)
            sweep.worker[i][w].grid_after = sb_number_certified(0.2 * (w + 1) * pow(sweep.run[i].R, -0.613), 0.0);
        sweep.run[i].L = sb_number_exact(2.385 * pow(sweep.run[i].R, 0.2));
    }
    if (!find(&f)) return;
    CHECK(f.finished == 4 && f.x_log && f.x[3] == 1e4);
    const sb_sweep_slope *kl = slope_at(&f, "kl", "train.rounds", "");
    CHECK_CLOSE(kl->slope.value, -0.613, 1e-12);
    CHECK(kl->points == 4 && kl->left_out == 0 && isnan(kl->predicted));
    CHECK_CLOSE(slope_at(&f, "L", "train.rounds", "")->slope.value, 0.2, 1e-12);
    CHECK_CLOSE(slope_at(&f, "R", "train.rounds", "")->slope.value, 1.0, 1e-12);
    CHECK_CLOSE(slope_at(&f, "theorem_4_11.lhs", "train.rounds", "")->slope.value, -0.613, 1e-12);
    CHECK_CLOSE(slope_at(&f, "assumption_4_1.lhs", "train.rounds", "")->slope.value, 0.2, 1e-12);
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
    sb_sweep_case_vary(&sweep, "pruning.level", LEVELS);
    sb_sweep_case_vary(&sweep, "train.rounds", FOUR_ROUNDS);
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
    if (!find(&f)) return;
    const sb_sweep_slope *F = slope_at(&f, "kl", "train.rounds", "pruning.level=F"),
                         *S = slope_at(&f, "kl", "train.rounds", "pruning.level=S");
    CHECK_CLOSE(F->slope.value, -1.0, 1e-12);
    CHECK_CLOSE(S->slope.value, -0.25, 1e-12);
    CHECK(F->points == 3 && F->left_out == 1 && S->points == 3 && S->left_out == 1);
    CHECK(f.finished == 7 && isnan(f.column[0].value[1].value) &&
          f.column[column_of(&f, "lemma_4_6.printed")].verdict[1] == SB_UNKNOWN);
    CHECK(f.column[0].value[7].value == -0.01);
    CHECK(f.figure.series_count == 4 && f.figure.log_y && strcmp(f.figure.y_label, "value") == 0);
    CHECK(strcmp(f.figure.series[0].name, "KL, level=F, slope -1.00") == 0);
    CHECK(f.figure.series[1].x[0] == 10.0 && f.figure.series[1].x[3] == 1e4 && f.figure.series[1].y[3].value == -0.01);
    for (int i = 0; i < f.slope_count; i++) CHECK(strcmp(f.slope[i].along, "train.rounds") == 0); /* a level is no number */
    sb_sweep_findings_free(&f);

    for (int i = 1; i < 8; i++) sweep.measured[i] = NULL; /* one run alone */
    if (!find(&f)) return;
    F = slope_at(&f, "kl", "train.rounds", "pruning.level=F"), S = slope_at(&f, "kl", "train.rounds", "pruning.level=S");
    CHECK(F->points == 1 && F->left_out == 3 && isnan(F->slope.value) && S->points == 0 && isnan(S->slope.value));
    CHECK(f.finished == 1 && f.figure.series_count == 2 && strcmp(f.figure.series[0].name, "KL, level=F") == 0);
    sb_sweep_findings_free(&f);

    sweep.measured[0] = NULL;
    CHECK_FAILS(&context, sb_sweep_findings_of(&context, &sweep.plan, sweep.measured, &f), SB_EUSER,
                "no run of the sweep is finished");
    CHECK(f.column_count == 0 && f.x == NULL);
}

/* What stands still is cut short where it is long. */
static void test_long_where(void)
{
    char text[300];
    const char *const keeps[] = {text, "1", NULL};
    sb_sweep_findings f;
    memset(text, '1', sizeof text - 1);
    text[1] = '.', text[5] = 'x', text[sizeof text - 1] = '\0';
    sb_sweep_case_begin(&sweep, "train.rounds", 0);
    sb_sweep_case_vary(&sweep, "pruning.keep", keeps);
    sb_sweep_case_vary(&sweep, "train.rounds", FOUR_ROUNDS);
    sb_sweep_case_fill(&sweep);
    if (!find(&f)) return;
    CHECK(strlen(f.slope[0].where) == sizeof f.slope[0].where - 1 && strstr(f.slope[0].where, "111..."));
    CHECK(strcmp(f.slope[1].where, "pruning.keep=1") == 0);
    sb_sweep_findings_free(&f);
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
    if (!find(&f)) return;
    for (int i = 0; i < 3; i++) {
        char where[64];
        snprintf(where, sizeof where, "train.rounds=%s", rounds[i]);
        CHECK_CLOSE(slope_at(&f, "kl", "train.local_steps", where)->slope.value, 0.3, 1e-12);
        snprintf(where, sizeof where, "train.local_steps=%s", steps[i]);
        CHECK_CLOSE(slope_at(&f, "kl", "train.rounds", where)->slope.value, -0.7, 1e-12);
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
    if (!find(&f)) return;
    CHECK_CLOSE(slope_at(&f, "kl", "train.local_steps", "")->slope.value, 1.0, 1e-12); /* R = 1000/S */
    CHECK_CLOSE(slope_at(&f, "kl", "train.rounds", "")->slope.value, -1.0, 1e-12);
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
    sb_sweep_case_vary(&sweep, "pruning.level", LEVELS);
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
    if (!find(&f)) return;
    const sb_sweep_slope *lhs = slope_at(&f, "lemma_4_6.lhs", "Gamma", "pruning.level=S");
    const sb_sweep_slope *rhs = slope_at(&f, "lemma_4_6.printed", "Gamma", "pruning.level=S");
    CHECK_CLOSE(lhs->slope.value, -0.9, 1e-12);
    CHECK(lhs->points == 3 && lhs->left_out == 1);
    CHECK_CLOSE(rhs->slope.value, -1.0, 1e-12); /* 160 w^2 L N/Gamma is all there is */
    CHECK_CLOSE(rhs->predicted, -1.0, 1e-12);
    CHECK(fabs(slope_at(&f, "lemma_4_5.printed", "Gamma", "pruning.level=S")->predicted) < 1e-12);
    CHECK(f.x_log && f.x[1] == 6.0 && isnan(f.x[6]));
    CHECK(f.figure.series[0].count == 4 && f.figure.series[0].x[0] < f.figure.series[0].x[1]);
    CHECK(isnan(slope_at(&f, "lemma_4_6.printed", "seed", "pruning.level=S")->predicted)); /* a seed is in no formula */
    sb_sweep_findings_free(&f);
}

/* Lists move a constant as numbers do; words do where nothing else is there to move it. */
static void test_what_moves_a_constant(void)
{
    static const char *const keeps[] = {"[0.5, 1, 1]", "[0.5, 0.5, 1]", NULL}, *const kinds[] = {"random", "top-k", NULL};
    sb_sweep_findings f;
    for (int lists = 0; lists < 2; lists++) {
        sb_sweep_case_begin(&sweep, "Gamma", 0);
        sb_sweep_case_vary(&sweep, "pruning.kind", kinds);
        sb_sweep_case_vary(&sweep, lists ? "pruning.keep" : "pruning.level", lists ? keeps : LEVELS);
        sb_sweep_case_fill(&sweep);
        for (int i = 0; i < 4; i++) {
            sweep.run[i].Gamma = sb_number_exact(2.0 + 3.0 * (i % 2));
            sweep.run[i].squared_gradient = sb_number_exact(pow(sweep.run[i].Gamma.value, -0.385));
        }
        if (!find(&f)) return;
        const sb_sweep_slope *slope = slope_at(&f, "lemma_4_6.lhs", "Gamma", lists ? "pruning.kind=top-k" : "");
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
    if (!find(&f)) return;
    CHECK_CLOSE(predicted(&f, "lemma_4_5.printed", "data.dimension"), 1.0, 1e-12);
    CHECK_CLOSE(predicted(&f, "theorem_4_11.printed", "data.dimension"), 1.0, 1e-12);
    CHECK_CLOSE(predicted(&f, "theorem_4_11.sharp", "data.dimension"), 1.0, 1e-12);
    CHECK_CLOSE(predicted(&f, "lemma_4_6.sharp", "data.dimension"), 1.0, 1e-12);
    CHECK(predicted(&f, "assumption_4_1.printed", "data.dimension") == 0.0);
    sb_sweep_findings_free(&f);

    /* Along K, from the middle run's constants: kappa and U fall like 1/K, B_bound like 1/K^2. */
    static const char *const steps[] = {"20", "40", "80", NULL};
    sb_sweep_case_begin(&sweep, "diffusion.K", 0);
    sb_sweep_case_vary(&sweep, "diffusion.K", steps);
    sb_sweep_case_fill(&sweep);
    for (int i = 0; i < 3; i++) sweep.run[i].K = 20 << i;
    if (!find(&f)) return;
    CHECK_CLOSE(predicted(&f, "lemma_4_5.printed", "diffusion.K"), -1.0, 1e-12);
    const double U = 0.05 * 1.2, B = 0.02 * 1.2;
    CHECK_CLOSE(predicted(&f, "lemma_4_5.sharp", "diffusion.K"), log((0.5 * U + 0.25 * B) / (2.0 * U + 4.0 * B)) / log(4.0), 1e-12);
    sb_sweep_findings_free(&f);

    /* Lemma 4.6 along R by hand: 8 (F0 - FR)/(eta S R) + floor, at R = 10, 100, 1000, 10000. */
    rounds_case();
    if (!find(&f)) return;
    const double nu = 10.0 / 6.0,
                 floor_of = 0.36 + 0.01 + 160.0 * 0.02 * 3.1 * nu + 40.0 * nu * 0.01 + 16.0 * 1e-3 * 3.1 * nu * 0.36 / 6.0;
    double by_hand = 0.0;
    for (int i = 0; i < 4; i++)
        by_hand += 12.0 * (i - 1.5) * log(8.0 * 0.9 / (1e-3 * 5.0 * pow(10.0, i + 1)) + floor_of) / (log(10.0) * 60.0);
    CHECK_CLOSE(predicted(&f, "lemma_4_6.printed", "train.rounds"), by_hand, 1e-12);
    sb_sweep_findings_free(&f);

    /* The progress term falls, the floor stays. */
    for (int floor = 0; floor < 2; floor++) {
        rounds_case();
        for (int i = 0; i < 4; i++) sweep.run[i].FR = sb_number_exact(floor ? 2.2 - 1e-9 : 2.2 - 1e9);
        if (!find(&f)) return;
        CHECK_NEAR(predicted(&f, "lemma_4_6.printed", "train.rounds"), floor ? 0.0 : -1.0, 1e-3);
        sb_sweep_findings_free(&f);
    }

    /* Theorem 4.11 along R: never falls, in the end like R. */
    double before = 0.0;
    for (int power = 0; power < 4; power++) {
        rounds_case();
        for (int i = 0; i < 4; i++) sweep.run[i].eta = 1e-4 * pow(100.0, power);
        if (!find(&f)) return;
        const double now = predicted(&f, "theorem_4_11.printed", "train.rounds");
        CHECK(now > before && now < 1.0);
        before = now;
        sb_sweep_findings_free(&f);
    }
    CHECK(before > 0.99);
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
    if (!find(&f)) return;
    CHECK(predicted(&f, "lemma_4_6.printed", "train.local_steps") < -0.01);
    sb_sweep_findings_free(&f);
    for (int i = 0; i < 3; i++) {
        sweep.run[i].eta = 1e-3 / sweep.run[i].S;
        sweep.run[i].sigma1 = sb_number_exact(0.0);
    }
    if (!find(&f)) return;
    CHECK(fabs(predicted(&f, "lemma_4_6.printed", "train.local_steps")) < 1e-12);
    CHECK_CLOSE(slope_at(&f, "lemma_4_6.printed", "train.local_steps", "")->slope.value + 1.0, 1.0, 1e-12);
    sb_sweep_findings_free(&f);
}

static void test_words_alone(void)
{
    static const char *const kinds[] = {"random", "top-k", NULL};
    sb_sweep_findings f;
    for (int given = 0; given < 2; given++) {
        sb_sweep_case_begin(&sweep, given ? "pruning.kind" : NULL, 0);
        sb_sweep_case_vary(&sweep, "pruning.kind", kinds);
        sb_sweep_case_vary(&sweep, "pruning.level", LEVELS);
        sb_sweep_case_show(&sweep, "kl");
        sb_sweep_case_fill(&sweep);
        for (int i = 0; i < 4; i++) sweep.worker[i][1].grid_after = sb_number_exact(0.3 + i);
        if (!find(&f)) return;
        CHECK(f.slope_count == 0 && !f.x_log && isnan(f.x[0]) && !f.figure.log_x && !f.figure.log_y);
        CHECK(f.figure.category_count == (given ? 2 : 4) && f.figure.series_count == (given ? 2 : 1));
        CHECK(strcmp(f.figure.category[1], given ? "top-k" : "random, S") == 0);
        CHECK(f.figure.series[0].mark == SB_MARK_BARS);
        CHECK(f.figure.series[0].y[given ? 1 : 2].value == 2.3 && f.figure.series[0].x[given ? 1 : 2] == (given ? 1.0 : 2.0));
        CHECK(strcmp(f.figure.series[0].name, given ? "KL, level=F" : "KL") == 0);
        sb_sweep_findings_free(&f);
    }
    sweep.worker[3][1].grid_after = sb_number_exact(900.0);
    if (!find(&f)) return;
    CHECK(f.figure.log_y);
    sb_sweep_findings_free(&f);
}

/* The key of many curves has room for short names only. */
static void test_many_curves(void)
{
    static const char *const kinds[] = {"none", "random", "top-k", NULL};
    sb_sweep_findings f;
    sb_sweep_case_begin(&sweep, "train.rounds", 0);
    sb_sweep_case_vary(&sweep, "pruning.kind", kinds);
    sb_sweep_case_vary(&sweep, "train.rounds", FOUR_ROUNDS);
    sb_sweep_case_fill(&sweep);
    for (int i = 0; i < 12; i++) sweep.run[i].R = pow(10.0, i % 4 + 1);
    if (!find(&f)) return;
    CHECK(f.figure.series_count == 12 && strcmp(f.figure.series[5].name, "Theorem 4.11 printed, kind=top-k: 0.35") == 0);
    sb_sweep_findings_free(&f);
}

static void test_mistakes(void)
{
    sb_sweep_findings f;
    rounds_case();
    sweep.plan.against = "train.round";
    CHECK_FAILS(&context, sb_sweep_findings_of(&context, &sweep.plan, sweep.measured, &f), SB_EUSER,
                "did you mean 'train.rounds'?");
    sweep.plan.against = "gamma";
    CHECK_FAILS(&context, sb_sweep_findings_of(&context, &sweep.plan, sweep.measured, &f), SB_EUSER, "did you mean 'Gamma'?");
    sweep.plan.against = "data.workers"; /* a key that does not vary */
    CHECK_FAILS(&context, sb_sweep_findings_of(&context, &sweep.plan, sweep.measured, &f), SB_EUSER, "neither a varied key nor");
    sweep.plan.against = "train.rounds";
    sb_sweep_case_show(&sweep, "theorem_4_11.print");
    CHECK_FAILS(&context, sb_sweep_findings_of(&context, &sweep.plan, sweep.measured, &f), SB_EUSER,
                "did you mean 'theorem_4_11.printed'?");
    sweep.plan.show[0] = "qwertyuiop";
    CHECK_FAILS(&context, sb_sweep_findings_of(&context, &sweep.plan, sweep.measured, &f), SB_EUSER, "no column 'qwertyuiop'");
    CHECK(f.column == NULL);
    sb_sweep_findings_free(&f);
}

/* Real runs: more rounds, less KL, and the columns are what the measurement says. */
static void test_real_runs(void)
{
    static const char *const rounds[] = {"2", "8", NULL};
    sb_measured measured[2] = {0};
    sb_sweep_findings f;
    sb_sweep_case_begin(&sweep, "train.rounds", 0);
    sb_sweep_case_vary(&sweep, "train.rounds", rounds);
    sb_sweep_case_fill(&sweep);
    for (int i = 0; i < 2; i++) {
        sb_fixture fixture;
        sb_system system = {0};
        sb_training training = {0};
        sb_fixture_fill(&fixture, 1, 2, SB_MODEL_AFFINE, SB_GRID_LOG_SNR);
        fixture.config.train.rounds = i ? 8 : 2;
        CHECK_OK(&context, sb_system_create(&context, &fixture.config, &system));
        CHECK_OK(&context, sb_training_create(&context, &system, 2, 0.02, &training));
        CHECK_OK(&context, sb_training_run(&context, &system, &training, fixture.config.train.rounds, NULL, NULL));
        CHECK_OK(&context, sb_measure(&context, &system, &training, &measured[i]));
        sb_training_free(&training);
        sb_system_free(&system);
        sweep.measured[i] = &measured[i];
    }
    if (find(&f)) {
        const sb_sweep_column *kl = &f.column[0];
        for (int i = 0; i < 2; i++) {
            double most = -INFINITY;
            for (int w = 0; w < measured[i].worker_count; w++) most = fmax(most, sb_ladder_bracket(&measured[i].worker[w]).value);
            CHECK(kl->value[i].value == most);
        }
        CHECK(kl->value[1].value < kl->value[0].value);
        CHECK(slope_at(&f, "kl", "train.rounds", "")->slope.value < 0.0);
        CHECK(slope_at(&f, "theorem_4_11.printed", "train.rounds", "")->slope.value > 0.0); /* the bound never falls with R */
        CHECK(predicted(&f, "theorem_4_11.printed", "train.rounds") > 0.0);
        sb_sweep_findings_free(&f);
    }
    for (int i = 0; i < 2; i++) sb_measured_free(&measured[i]);
}

int main(void)
{
    static const sb_test tests[] = {
        {"columns are what each run's ledger and ladder say", test_columns},
        {"planted power laws are found", test_planted_slopes},
        {"unfinished runs and non-positive values are left out, other keys stand still", test_curves},
        {"long values are cut short", test_long_where},
        {"keys of numbers: crossed and paired", test_two_numbers},
        {"a measured constant on the x axis", test_against_constant},
        {"what moves a constant", test_what_moves_a_constant},
        {"the exponents that the statements predict", test_predictions},
        {"a rate that follows a rule", test_rate_of_a_rule},
        {"keys without numbers make bars", test_words_alone},
        {"many curves have short names", test_many_curves},
        {"mistakes are named", test_mistakes},
        {"real runs", test_real_runs},
    };
    sb_context_init(&context, 2);
    return sb_test_main("sweep findings", tests, sizeof tests / sizeof *tests);
}
