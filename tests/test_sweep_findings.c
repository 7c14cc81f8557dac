/* What the runs of a sweep came to: columns, the picture, and mistakes in what is asked for. */
#include "fixture.h"
#include "harness.h"
#include "sweep_case.h"

#include "measure/ladder.h"

#include <stdlib.h>
#include <string.h>

static sb_context context;
static sb_sweep_case sweep;

/* Of images that were judged; of other runs they are unknown. */
static void test_quality(void)
{
    sb_sweep_findings f;
    sb_sweep_case_rounds(&sweep);
    sweep.run[2].quality =
        (sb_quality){.frechet = {.features = 3, .generated = 100, .at_n = sb_number_exact(2.385)}, .score = sb_number_exact(7.25)};
    if (!sb_sweep_case_find(&sweep, &f)) return;
    CHECK(strcmp(f.column[3].kind, "quality") == 0 && f.column[3].value[2].value == 2.385 && f.column[4].value[2].value == 7.25);
    CHECK(isnan(f.column[3].value[1].value) && isnan(f.column[4].value[3].value));
    sb_sweep_findings_free(&f);
}

static void test_columns(void)
{
    sb_sweep_findings f;
    sb_ledger ledger;
    sb_sweep_case_rounds(&sweep);
    if (!sb_sweep_case_find(&sweep, &f)) return;
    CHECK(strcmp(f.names[0], "kl") == 0 && strcmp(f.names[1], "kl_pooled") == 0 && strcmp(f.names[2], "kl_before") == 0);
    CHECK(strcmp(f.names[3], "frechet_feature_distance") == 0 && strcmp(f.names[4], "classifier_score") == 0);
    CHECK(strcmp(f.names[5], "N") == 0 && strcmp(f.names[4 + sb_constant_count], "sampler_bias") == 0);
    CHECK(strcmp(f.names[f.column_count - 1], "zhou_2024.lhs") == 0);
    CHECK_CLOSE(f.column[0].value[2].value, 0.24, 1e-14); /* of worker 7, whose KL is larger */
    CHECK(f.column[0].value[2].status == SB_CERTIFIED);
    CHECK_CLOSE(f.column[1].value[2].value, 0.18, 1e-14);
    CHECK_CLOSE(f.column[2].value[2].value, 0.45, 1e-14);
    CHECK_CLOSE(f.column[sb_sweep_case_column(&f, "M2")].value[1].value, 1.2 * 1.385, 1e-14);
    CHECK(isnan(f.column[sb_sweep_case_column(&f, "mu")].value[1].value));
    CHECK_OK(&context, sb_ledger_from_run(&context, &sweep.run[3], &ledger));
    int seen = 0, of_statement = 0;
    for (int i = 0; i < ledger.row_count; i++) {
        const sb_ledger_row *row = &ledger.row[i];
        char name[64];
        snprintf(name, sizeof name, "%s.%s", row->statement->name, sb_form_name(row->form));
        const sb_sweep_column *rhs = &f.column[sb_sweep_case_column(&f, name)];
        snprintf(name, sizeof name, "%s.lhs", row->statement->name);
        const sb_sweep_column *lhs = &f.column[sb_sweep_case_column(&f, name)];
        CHECK(strcmp(rhs->kind, "rhs") == 0 && rhs->statement == row->statement && rhs->form == row->form);
        CHECK(memcmp(&rhs->value[3].value, &row->worst.rhs.value, sizeof(double)) == 0 || isnan(row->worst.rhs.value));
        CHECK(isnan(rhs->value[3].value) == isnan(row->worst.rhs.value));
        CHECK(rhs->verdict[3] == row->worst.verdict);
        of_statement = i > 0 && row->statement == row[-1].statement ? of_statement + 1 : 0;
        if (of_statement == 0) CHECK(lhs->value[3].value == row->worst.lhs.value || isnan(row->worst.lhs.value));
        seen++;
    }
    CHECK(f.column_count == 5 + (int)sb_constant_count + seen + (int)sb_statement_count);
    sb_ledger_free(&ledger);

    for (int i = 0; i < 4; i++) { /* where no exact route was taken, only what the chain bounds is known */
        sweep.worker[i][0].grid_after = sweep.worker[i][1].grid_after = sb_number_unknown();
        sweep.run[i].pooled.grid_before = sb_number_unknown();
    }
    sb_sweep_findings_free(&f);
    if (!sb_sweep_case_find(&sweep, &f)) return;
    CHECK_CLOSE(f.column[0].value[0].value, 0.36 * 1.2, 1e-14);
    CHECK(f.column[0].value[0].lo == 0.0 && f.column[2].value[0].lo == 0.0);
    CHECK_CLOSE(f.column[2].value[0].value, 0.6 * 0.9, 1e-14);
    CHECK(isinf(sb_sweep_case_slope(&f, "kl", "train.rounds", "")->slope.lo)); /* the slope of what may be 0 is not known */
    sb_sweep_findings_free(&f);
    sb_sweep_findings_free(&f);
}

/* Characters of two bytes are cut off whole, wherever the first of them stands. */
static void test_long_words(void)
{
    char text[300];
    const char *const keeps[] = {text, "1", NULL};
    sb_sweep_findings f;
    for (int shift = 0; shift < 2; shift++) {
        memset(text, 'x', sizeof text - 1);
        text[sizeof text - 1] = '\0';
        for (size_t i = (size_t)shift; i + 2 < sizeof text; i += 2) memcpy(text + i, "\xc3\xa9", 2);
        sb_sweep_case_begin(&sweep, "train.rounds", 0);
        sb_sweep_case_vary(&sweep, "pruning.keep", keeps);
        sb_sweep_case_vary(&sweep, "train.rounds", SB_CASE_ROUNDS);
        sb_sweep_case_fill(&sweep);
        if (!sb_sweep_case_find(&sweep, &f)) return;
        CHECK(strstr(f.slope[0].where, "\xa9...") && strlen(f.slope[0].where) >= sizeof f.slope[0].where - 2);
        sb_sweep_findings_free(&f);
    }
}

/* What stands still is cut short where it is long. */
static void test_long_where(void)
{
    char text[300], other[sizeof text];
    const char *const keeps[] = {text, "1", NULL};
    sb_sweep_findings f;
    memset(text, '1', sizeof text - 1);
    text[1] = '.', text[5] = 'x', text[sizeof text - 1] = '\0';
    sb_sweep_case_begin(&sweep, "train.rounds", 0);
    sb_sweep_case_vary(&sweep, "pruning.keep", keeps);
    sb_sweep_case_vary(&sweep, "train.rounds", SB_CASE_ROUNDS);
    sb_sweep_case_fill(&sweep);
    if (!sb_sweep_case_find(&sweep, &f)) return;
    CHECK(strlen(f.slope[0].where) == sizeof f.slope[0].where - 1 && strstr(f.slope[0].where, "111..."));
    CHECK(strcmp(f.slope[1].where, "pruning.keep=1") == 0);
    sb_sweep_findings_free(&f);

    memcpy(other, text, sizeof other); /* two that differ only where they are cut off: each curve has its own slope in the key */
    other[sizeof other - 2] = '2';
    sweep.value[0][1] = other;
    for (int i = 0; i < 8; i++) sweep.worker[i][1].grid_after = sb_number_exact(900.0 * pow(10.0, -(i < 4 ? 0.5 : 0.25) * (i % 4)));
    if (!sb_sweep_case_find(&sweep, &f)) return;
    CHECK(strcmp(f.slope[0].where, f.slope[1].where) == 0);
    CHECK(strstr(f.figure.series[0].name, ", slope -0.50") && strstr(f.figure.series[1].name, ", slope -0.25"));
    sb_sweep_findings_free(&f);
}

static void test_words_alone(void)
{
    static const char *const kinds[] = {"random", "top-k", NULL};
    sb_sweep_findings f;
    for (int given = 0; given < 2; given++) {
        sb_sweep_case_begin(&sweep, given ? "pruning.kind" : NULL, 0);
        sb_sweep_case_vary(&sweep, "pruning.kind", kinds);
        sb_sweep_case_vary(&sweep, "pruning.level", SB_CASE_LEVELS);
        sb_sweep_case_show(&sweep, "kl");
        sb_sweep_case_fill(&sweep);
        for (int i = 0; i < 4; i++) sweep.worker[i][1].grid_after = sb_number_exact(0.3 + i);
        if (!sb_sweep_case_find(&sweep, &f)) return;
        CHECK(f.slope_count == 0 && !f.x_log && isnan(f.x[0]) && !f.figure.log_x && !f.figure.log_y);
        CHECK(f.figure.category_count == (given ? 2 : 4) && f.figure.series_count == (given ? 2 : 1));
        CHECK(strcmp(f.figure.category[1], given ? "top-k" : "random, S") == 0);
        CHECK(f.figure.series[0].mark == SB_MARK_BARS);
        CHECK(f.figure.series[0].y[given ? 1 : 2].value == 2.3 && f.figure.series[0].x[given ? 1 : 2] == (given ? 1.0 : 2.0));
        CHECK(strcmp(f.figure.series[0].name, given ? "KL, level=F" : "KL") == 0);
        sb_sweep_findings_free(&f);
    }
    sweep.worker[3][1].grid_after = sb_number_exact(900.0);
    if (!sb_sweep_case_find(&sweep, &f)) return;
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
    sb_sweep_case_vary(&sweep, "train.rounds", SB_CASE_ROUNDS);
    sb_sweep_case_fill(&sweep);
    for (int i = 0; i < 12; i++) sweep.run[i].R = pow(10.0, i % 4 + 1);
    if (!sb_sweep_case_find(&sweep, &f)) return;
    CHECK(f.figure.series_count == 12 && strcmp(f.figure.series[5].name, "Theorem 4.11 printed, kind=top-k: 0.35") == 0);
    sb_sweep_findings_free(&f);
}

static void test_mistakes(void)
{
    sb_sweep_findings f;
    sb_sweep_case_rounds(&sweep);
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
    if (sb_sweep_case_find(&sweep, &f)) {
        const sb_sweep_column *kl = &f.column[0];
        for (int i = 0; i < 2; i++) {
            double most = -INFINITY;
            for (int w = 0; w < measured[i].worker_count; w++) most = fmax(most, sb_ladder_bracket(&measured[i].worker[w]).value);
            CHECK(kl->value[i].value == most);
        }
        CHECK(kl->value[1].value < kl->value[0].value);
        CHECK(sb_sweep_case_slope(&f, "kl", "train.rounds", "")->slope.value < 0.0);
        CHECK(sb_sweep_case_slope(&f, "theorem_4_11.printed", "train.rounds", "")->slope.value >
              0.0); /* the bound never falls with R */
        CHECK(sb_sweep_case_slope(&f, "theorem_4_11.printed", "train.rounds", "")->predicted > 0.0);
        sb_sweep_findings_free(&f);
    }
    for (int i = 0; i < 2; i++) sb_measured_free(&measured[i]);
}

int main(void)
{
    static const sb_test tests[] = {
        {"quality of images", test_quality},
        {"columns are what each run's ledger and ladder say", test_columns},
        {"long values are cut short", test_long_where},
        {"and not within a character", test_long_words},
        {"keys without numbers make bars", test_words_alone},
        {"many curves have short names", test_many_curves},
        {"mistakes are named", test_mistakes},
        {"real runs", test_real_runs},
    };
    sb_context_init(&context, 2);
    return sb_test_main("sweep findings", tests, sizeof tests / sizeof *tests);
}
