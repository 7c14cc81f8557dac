/* What is printed of a sweep: tables, JSON, and the two long texts, which must tell the same. */
#include "harness.h"
#include "sweep_case.h"

#include "base/json.h"
#include "report/plot.h"
#include "report/report.h"
#include "report/sweep.h"

#include <stdlib.h>
#include <string.h>

static sb_context context;
static sb_sweep_case sweep;

static const char *const ROUNDS[] = {"10", "31.6", "100", "316", NULL}, *const PARTS[] = {"[0.5, 1]", "a \"quoted\", text", NULL};

/* Eight runs, of which the sixth is missing; KL falls like R^-0.6 with some scatter. */
static int find(sb_sweep_findings *f)
{
    sb_sweep_case_begin(&sweep, "train.rounds", 0);
    sb_sweep_case_vary(&sweep, "pruning.keep", PARTS);
    sb_sweep_case_vary(&sweep, "train.rounds", ROUNDS);
    sb_sweep_case_fill(&sweep);
    for (int i = 0; i < 8; i++) {
        const double R = strtod(ROUNDS[i % 4], NULL), kl = 4.0 * pow(R, -0.6) * (1.0 + 0.05 * ((3 * i) % 4)) * (i < 4 ? 1.0 : 1.9);
        sweep.run[i].R = R;
        sweep.worker[i][1].grid_after = (sb_number){kl, 0.9 * kl, 1.1 * kl, 0.95, 400.0, SB_SAMPLED};
        sweep.worker[i][0].grid_after = sb_number_exact(0.5 * kl);
        sweep.run[i].pooled.grid_after = sb_number_exact(0.4 * kl);
    }
    sweep.measured[5] = NULL;
    return CHECK_OK(&context, sb_sweep_findings_of(&context, &sweep.plan, sweep.measured, f));
}

static char *printed_beside(const sb_sweep_findings *f, const sb_beside *beside, sb_format format, int width)
{
    static char *text;
    static size_t length;
    FILE *stream = open_memstream(&text, &length);
    const sb_output out = {stream, format, 0, width, 0};
    CHECK_OK(&context, sb_report_sweep(&context, &out, "runs/sweep", f, beside));
    fclose(stream);
    return text;
}

static char *printed(const sb_sweep_findings *f, sb_format format, int width)
{
    return printed_beside(f, NULL, format, width);
}

static int is_nan_word(const char *text)
{
    return strstr(text, "nan") != NULL || strstr(text, "NaN") != NULL;
}

static int widest(const char *text)
{
    size_t most = 0;
    for (const char *line = text; *line; line += strcspn(line, "\n") + (line[strcspn(line, "\n")] == '\n'))
        if (strcspn(line, "\n") > most) most = strcspn(line, "\n");
    return (int)most;
}

static int lines(const char *text)
{
    int count = 0;
    for (; *text; text++) count += *text == '\n';
    return count;
}

/* Next field of a line of CSV, unquoted (RFC 4180); `text` moves behind the separator that ends it. */
static void field(const char **text, char *out, size_t size)
{
    const char *p = *text;
    size_t used = 0;
    int quoted = *p == '"';
    if (quoted) p++;
    while (*p && (quoted || (*p != ',' && *p != '\n'))) {
        if (quoted && *p == '"') {
            if (p[1] != '"') {
                quoted = 0;
                p++;
                continue;
            }
            p++;
        }
        if (used + 1 < size) out[used++] = *p;
        p++;
    }
    out[used] = '\0';
    *text = *p ? p + 1 : p;
}

static int same_value(const json_t *value, const char *text)
{
    if (json_is_null(value)) return *text == '\0';
    if (json_is_number(value)) return *text && json_number_value(value) == strtod(text, NULL);
    return json_is_string(value) && strcmp(json_string_value(value), text) == 0;
}

static void test_long_texts(void)
{
    enum { FIELDS = 12 };
    sb_sweep_findings f;
    char *csv, *jsonl, *names[FIELDS], text[300];
    if (!find(&f)) return;
    CHECK_OK(&context, sb_sweep_csv_file(&context, &f, &csv));
    CHECK_OK(&context, sb_sweep_jsonl_file(&context, &f, &jsonl));
    CHECK(!is_nan_word(csv) && !is_nan_word(jsonl) && !strstr(csv, "inf") && strstr(csv, ",\"a \"\"quoted\"\", text\","));
    CHECK(lines(csv) == 7 * f.column_count + 1 && lines(jsonl) == 7 * f.column_count);
    const char *row = csv, *object = jsonl;
    for (int i = 0; i < FIELDS; i++) {
        field(&row, text, sizeof text);
        names[i] = strdup(text);
    }
    CHECK(strcmp(names[0], "run") == 0 && strcmp(names[1], "pruning.keep") == 0 && strcmp(names[3], "name") == 0);
    CHECK(strcmp(names[11], "verdict") == 0);
    int compared = 0, numbers = 0;
    for (; *object; object = strchr(object, '\n') + 1, compared++) {
        json_t *line = json_loadb(object, (size_t)(strchr(object, '\n') - object), 0, NULL);
        if (!line) {
            CU_FAIL("a line of sweep.jsonl is no JSON");
            break;
        }
        for (int i = 0; i < FIELDS; i++) {
            const json_t *member = json_object_get(line, names[i]);
            field(&row, text, sizeof text);
            if (!member || !same_value(member, text)) {
                printf("#   line %d: %s is '%s'\n", compared, names[i], text);
                CU_FAIL("sweep.csv and sweep.jsonl differ");
            }
            numbers += i == 5 && json_is_number(member);
        }
        const json_t *run = json_object_get(line, "run");
        const int r = (int)json_integer_value(run), c = compared % f.column_count;
        CHECK(r != 5 && r == compared / f.column_count + (compared >= 5 * f.column_count));
        const double value = f.column[c].value[r].value, read = json_number_value(json_object_get(line, "value"));
        CHECK(isnan(value) ? json_is_null(json_object_get(line, "value")) : value == read);
        CHECK(!isnan(value) || json_object_get(line, "reason"));
        CHECK(json_is_number(json_object_get(line, "train.rounds")) && json_is_string(json_object_get(line, "pruning.keep")));
        json_decref(line);
    }
    CHECK(*row == '\0' && compared == 7 * f.column_count && numbers > 7 * 60);
    char *same = printed(&f, SB_FORMAT_CSV, 100);
    CHECK(strcmp(same, csv) == 0);
    for (int i = 0; i < FIELDS; i++) free(names[i]);
    free(same);
    free(csv);
    free(jsonl);
    sb_sweep_findings_free(&f);
}

static void test_json(void)
{
    sb_sweep_findings f;
    if (!find(&f)) return;
    char *text = printed(&f, SB_FORMAT_JSON, 100);
    json_t *root = json_loads(text, 0, NULL);
    const json_t *runs = json_object_get(root, "runs"), *slopes = json_object_get(root, "slopes"),
                 *about = json_object_get(root, "sweep");
    CHECK(strcmp(json_string_value(json_object_get(about, "path")), "runs/sweep") == 0);
    CHECK(json_integer_value(json_object_get(about, "finished")) == 7 && json_integer_value(json_object_get(about, "runs")) == 8);
    CHECK(json_array_size(runs) == 8 && (int)json_array_size(slopes) == f.slope_count);
    const json_t *third = json_array_get(runs, 2), *sixth = json_array_get(runs, 5);
    CHECK(json_is_true(json_object_get(third, "finished")) && json_is_false(json_object_get(sixth, "finished")));
    CHECK(json_object_size(json_object_get(third, "columns")) == (size_t)f.column_count);
    CHECK(json_object_size(json_object_get(sixth, "columns")) == 0);
    CHECK(json_number_value(json_object_get(json_object_get(third, "values"), "train.rounds")) == 100.0);
    for (int i = 0; i < f.slope_count; i++) {
        const json_t *slope = json_array_get(slopes, (size_t)i);
        sb_number read;
        CHECK(strcmp(json_string_value(json_object_get(slope, "column")), f.column[f.slope[i].column].name) == 0);
        CHECK(strcmp(json_string_value(json_object_get(slope, "where")), f.slope[i].where) == 0);
        CHECK(sb_json_get_number(json_object_get(slope, "slope"), &read));
        CHECK(read.value == f.slope[i].slope.value || (isnan(read.value) && isnan(f.slope[i].slope.value)));
        const json_t *predicted = json_object_get(slope, "predicted");
        CHECK(isnan(f.slope[i].predicted) ? json_is_null(predicted) : json_number_value(predicted) == f.slope[i].predicted);
        CHECK(json_integer_value(json_object_get(slope, "points")) == f.slope[i].points);
    }
    json_decref(root);
    free(text);
    sb_sweep_findings_free(&f);
}

static void test_tables(void)
{
    sb_sweep_findings f;
    if (!find(&f)) return;
    for (int width = 80; width <= 120; width += 20) {
        char *text = printed(&f, SB_FORMAT_TABLE, width);
        if (getenv("SHOW")) fputs(text, stdout);
        CHECK(widest(text) <= width && !is_nan_word(text));
        const char *runs = strstr(text, "RUNS"), *slopes = strstr(text, "SLOPES"), *verdicts = strstr(text, "VERDICTS");
        CHECK(runs && slopes && verdicts && runs < slopes && slopes < verdicts);
        CHECK(strstr(text, "7 of 8 runs are finished") != NULL);
        CHECK(strstr(text, "3 of 4") != NULL && strstr(text, "columns are the same in all runs") != NULL);
        CHECK(strstr(text, "runs/sweep/sweep.csv") != NULL);
        free(text);
    }
    char *text = printed(&f, SB_FORMAT_TABLE, 120);
    const char *slopes = strstr(text, "SLOPES");
    const char *kl = strstr(slopes, "\nkl "), *printed_bound = strstr(slopes, "\ntheorem_4_11.printed"),
               *other = strstr(slopes, "\nkl_pooled"), *constant = strstr(slopes, "\nR ");
    CHECK(kl && printed_bound && other && constant && kl < printed_bound && printed_bound < other && other < constant);
    CHECK(constant < strstr(text, "VERDICTS"));
    free(text);
    sb_sweep_findings_free(&f);
}

/* What others report is in the JSON as in the file that it was read from, and below the tables. */
static void test_reported(void)
{
    sb_reported number[] = {{73.73, NAN}, {4.59, 0.13}, {2.385, NAN}, {NAN, NAN}};
    char *name[] = {(char *)"a.FID", (char *)"a.IS"}, *heading[] = {(char *)"A FID", (char *)"A IS"},
         *row[] = {(char *)"F", (char *)"T-S"};
    const sb_beside beside = {(char *)"Others", (char *)"somebody", (char *)"no number compares", 2, 2, name, heading, row, number};
    sb_sweep_findings f;
    if (!find(&f)) return;
    char *text = printed_beside(&f, &beside, SB_FORMAT_JSON, 100);
    json_t *root = json_loads(text, 0, NULL), *read = json_object_get(root, "beside");
    json_t *wanted = json_pack("{s:s,s:s,s:s,s:[{s:s,s:s},{s:s,s:s}],s:{s:[f,[f,f]],s:[f,n]}}", "title", "Others", "source",
                               "somebody", "note", "no number compares", "columns", "name", "a.FID", "title", "A FID", "name",
                               "a.IS", "title", "A IS", "rows", "F", 73.73, 4.59, 0.13, "T-S", 2.385);
    CHECK(wanted && json_equal(read, wanted));
    json_decref(wanted);
    json_decref(root);
    free(text);
    text = printed_beside(&f, &beside, SB_FORMAT_TABLE, 100);
    CHECK(strstr(text, "REPORTED BY OTHERS") && strstr(text, "4.59 +- 0.13") && strstr(text, "Others. no number compares"));
    free(text);
    text = printed(&f, SB_FORMAT_JSON, 100);
    root = json_loads(text, 0, NULL);
    CHECK(json_is_null(json_object_get(root, "beside")));
    json_decref(root);
    free(text);
    sb_sweep_findings_free(&f);
}

static int is_inf_word(const char *text)
{
    for (const char *p = text; (p = strstr(p, "inf")) != NULL; p++)
        if (p == text || strchr(" [-", p[-1])) return 1;
    return 0;
}

/* Where the interval of a value reaches down to 0, the slope's has no end there: on one side, the other, or both. */
static void test_unbounded(void)
{
    for (int side = 0; side < 3; side++) {
        sb_sweep_findings f;
        sb_sweep_case_rounds(&sweep);
        for (int i = 0; i < 4; i++) {
            const double kl = 4.0 * pow(sweep.run[i].R, -0.6);
            const int reaches = (side != 0 && i == 0) || (side != 1 && i == 3);
            sweep.worker[i][0].grid_after = sb_number_exact(0.1 * kl);
            sweep.worker[i][1].grid_after = (sb_number){kl, reaches ? -0.1 : 0.9 * kl, 1.1 * kl, 0.95, 400.0, SB_SAMPLED};
        }
        if (!sb_sweep_case_find(&sweep, &f)) return;
        char *text = printed(&f, SB_FORMAT_TABLE, 100);
        char *slopes = strstr(text, "SLOPES"), *end = strstr(text, "VERDICTS");
        const char *kl = slopes ? strstr(slopes, "\nkl ") : NULL;
        CHECK(kl && end);
        if (!kl || !end) return;
        *end = '\0';
        if (getenv("SHOW")) fputs(slopes, stdout);
        CHECK(!is_inf_word(slopes) && strstr(slopes, "unbounded on that side"));
        const size_t line = strcspn(kl + 1, "\n") + 1;
        CHECK((memmem(kl, line, "-0.6 [-, ", 9) != NULL) == (side != 1));
        CHECK((memmem(kl, line, ", -]", 4) != NULL) == (side != 0));
        free(text);
        sb_sweep_findings_free(&f);
    }
}

/* Lines from the heading SLOPES to the notes below the table; the text ends there. */
static int slope_lines(char *slopes)
{
    char *end = strstr(slopes, "\n\n");
    if (end) end[1] = '\0';
    return lines(slopes) - 2;
}

/* Two keys make hundreds of slopes: what is shown stays, and KL. One key has all of its slopes, however many. */
static void test_long_table(void)
{
    static const char *const steps[] = {"1", "4", "16", NULL};
    for (int keys = 1; keys <= 2; keys++) {
        sb_sweep_findings f;
        sb_sweep_case_begin(&sweep, "train.rounds", 0);
        sb_sweep_case_vary(&sweep, "train.rounds", ROUNDS);
        if (keys == 2) sb_sweep_case_vary(&sweep, "train.local_steps", steps);
        sb_sweep_case_show(&sweep, "kl");
        sb_sweep_case_show(&sweep, "lemma_4_6.sharp");
        sb_sweep_case_fill(&sweep);
        for (int i = 0; i < sweep.plan.run_count; i++) {
            sweep.run[i].R = strtod(sb_sweep_value(&sweep.plan, i, 0), NULL);
            if (keys == 2) sweep.run[i].S = strtod(sb_sweep_value(&sweep.plan, i, 1), NULL);
            for (int w = 0; w < SB_CASE_WORKERS; w++)
                sweep.worker[i][w].grid_after = sb_number_exact(0.3 * (w + 1) * pow(sweep.run[i].R * sweep.run[i].S, -0.6));
            sweep.run[i].pooled.grid_before = sb_number_exact(0.5 + 0.1 * i);
            sweep.run[i].pooled.grid_after = sb_number_exact(0.2 * pow(sweep.run[i].R, -0.6));
        }
        if (!sb_sweep_case_find(&sweep, &f)) return;
        char *text = printed(&f, SB_FORMAT_TABLE, 120), *slopes = strstr(text, "SLOPES");
        CHECK(slopes && (strstr(slopes, "more slopes, of what the sweep does not show") != NULL) == (keys == 2));
        CHECK((strstr(slopes, "--format=json") != NULL) == (keys == 2));
        const int count = slope_lines(slopes);
        if (keys == 2) CHECK(count == 3 * (3 + 4)); /* kl, lemma_4_6.sharp, kl_pooled along each key */
        CHECK(strstr(slopes, "\nkl ") && strstr(slopes, "\nlemma_4_6.sharp ") && strstr(slopes, "\nkl_pooled "));
        CHECK((strstr(slopes, "\nlemma_4_6.printed ") != NULL) == (keys == 1) && (strstr(slopes, "\nR ") != NULL) == (keys == 1));
        CHECK((strstr(slopes, "\nkl_before ") != NULL) == (keys == 1));
        free(text);
        sb_sweep_findings_free(&f);
    }
}

/* Along the keys of the time grid the prediction is the leading power, and the table says so. */
static void test_leading_power(void)
{
    static const char *const keys[] = {"diffusion.K", "train.batch"}, *const values[] = {"20", "40", "80", NULL};
    for (int k = 0; k < 2; k++) {
        sb_sweep_findings f;
        sb_sweep_case_begin(&sweep, keys[k], 0);
        sb_sweep_case_vary(&sweep, keys[k], values);
        sb_sweep_case_fill(&sweep);
        if (!sb_sweep_case_find(&sweep, &f)) return;
        char *text = printed(&f, SB_FORMAT_TABLE, 120);
        CHECK((strstr(text, "leading order") != NULL) == (k == 0));
        free(text);
        sb_sweep_findings_free(&f);
    }
}

/* One run, words alone, nothing known: nothing breaks. */
static void test_little(void)
{
    static const char *const kinds[] = {"random", "top-k", NULL};
    sb_sweep_findings f;
    sb_sweep_case_begin(&sweep, NULL, 0);
    sb_sweep_case_vary(&sweep, "pruning.kind", kinds);
    sb_sweep_case_fill(&sweep);
    sweep.measured[1] = NULL;
    sweep.plan.title = (char *)"Kinds";
    for (int w = 0; w < 2; w++) sweep.worker[0][w].grid_after = sweep.worker[0][w].chain_after = sb_number_unknown();
    if (!CHECK_OK(&context, sb_sweep_findings_of(&context, &sweep.plan, sweep.measured, &f))) return;
    char *text = printed(&f, SB_FORMAT_TABLE, 100);
    CHECK(!is_nan_word(text) && strstr(text, "\nKinds\n") && !strstr(text, "SLOPES") && strstr(text, "1 of 2 runs are finished"));
    free(text);
    text = printed(&f, SB_FORMAT_JSON, 100);
    CHECK(!is_nan_word(text) && strstr(text, "\"against\": null"));
    free(text);
    sb_sweep_findings_free(&f);
}

/* A key with a single value tells no run from another: it is shown where the command line gave it and nothing varies. */
static void test_single_values(void)
{
    static const char *const one[] = {"7", NULL}, *const two[] = {"7", "8", NULL};
    for (int given = 0; given < 2; given++)
        for (int several = 0; several < 2; several++) {
            sb_sweep_findings f;
            sb_sweep_case_begin(&sweep, NULL, 0);
            sb_sweep_case_vary(&sweep, "train.rounds", one);
            sb_sweep_case_vary(&sweep, "train.batch", several ? two : one);
            sb_sweep_case_fill(&sweep);
            sweep.axis[0].given = given;
            if (!sb_sweep_case_find(&sweep, &f)) return;
            char *text = printed(&f, SB_FORMAT_TABLE, 100);
            const char *head = strstr(text, "RUNS\n");
            const size_t line = head ? strcspn(head + 5, "\n") : 0;
            CHECK(line > 0);
            CHECK((memmem(head + 5, line, "train.rounds", 12) != NULL) == (given && !several));
            CHECK((memmem(head + 5, line, "train.batch", 11) != NULL) == several);
            free(text);
            sb_sweep_findings_free(&f);
        }
}

/* The figure can be drawn: with characters, as far as gnuplot is there. STEM in the environment: also as files, to be looked at. */
static void test_figure(void)
{
    sb_sweep_findings f;
    char *text = NULL;
    size_t length;
    if (!find(&f)) return;
    FILE *stream = open_memstream(&text, &length);
    const sb_output out = {stream, SB_FORMAT_TABLE, 0, 100, 0};
    const sb_status st = sb_plot_terminal(&context, &out, &f.figure);
    if (st != SB_OK) CHECK_FAILS(&context, st, SB_EUSER, "gnuplot");
    if (getenv("STEM")) CHECK_OK(&context, sb_plot_files(&context, &f.figure, getenv("STEM")));
    fclose(stream);
    CHECK(st != SB_OK || strstr(text, "KL and bounds against train.rounds") != NULL);
    free(text);
    sb_sweep_findings_free(&f);
}

/* A value is a number of JSON where it is one, and never another one. */
static void test_values(void)
{
    static const char *const seeds[] = {"-3", "1e3", "0.25", "9007199254740993", "18446744073709551615", "[1, 2]", "top-k", NULL},
                             *const want[] = {"-3",         "1000",     "0.25", "9007199254740993", "\"18446744073709551615\"",
                                              "\"[1, 2]\"", "\"top-k\""};
    sb_sweep_case_begin(&sweep, "seed", 0);
    sb_sweep_case_vary(&sweep, "seed", seeds);
    sb_sweep_case_fill(&sweep);
    for (int i = 0; seeds[i]; i++) {
        json_t *value = sb_sweep_value_json(&sweep.plan, i, 0);
        char *text = json_dumps(value, JSON_ENCODE_ANY);
        CHECK(strcmp(text, want[i]) == 0);
        free(text);
        json_decref(value);
    }
}

int main(void)
{
    static const sb_test tests[] = {
        {"sweep.csv and sweep.jsonl say the same", test_long_texts},
        {"JSON", test_json},
        {"what others report", test_reported},
        {"tables fit their width", test_tables},
        {"a slope without bounds", test_unbounded},
        {"a table too long", test_long_table},
        {"the leading power", test_leading_power},
        {"little to say", test_little},
        {"a single value of a key", test_single_values},
        {"the figure", test_figure},
        {"values are not rounded", test_values},
    };
    sb_context_init(&context, 1);
    return sb_test_main("sweep report", tests, sizeof tests / sizeof *tests);
}
