/* What users see: texts of numbers, CSV, JSON, tables within their width, colours only where wanted, ledgers in three formats. */
#include "harness.h"

#include "base/json.h"
#include "report/parts.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static sb_context context;

static int reads(sb_text text, const char *wanted)
{
    const int same = strcmp(text.s, wanted) == 0;
    if (!same) printf("# got '%s', want '%s'\n", text.s, wanted);
    return same;
}

static sb_number sampled(double value, double half)
{
    return (sb_number){value, value - half, value + half, 0.95, 100.0, SB_SAMPLED};
}

static void test_doubles(void)
{
    CHECK(reads(sb_text_double(2.385, 4), "2.385"));
    CHECK(reads(sb_text_double(0.5, 4), "0.5"));
    CHECK(reads(sb_text_double(-0.0, 4), "0"));
    CHECK(reads(sb_text_double(12345.678, 4), "12346"));
    CHECK(reads(sb_text_double(9999.96, 4), "10000"));
    CHECK(reads(sb_text_double(0.0099999, 4), "0.01"));
    CHECK(reads(sb_text_double(0.0012345, 4), "0.001234"));
    CHECK(reads(sb_text_double(0.00012345, 4), "1.234e-4") || reads(sb_text_double(0.00012345, 4), "1.235e-4"));
    CHECK(reads(sb_text_double(5506, 4), "5506"));
    CHECK(reads(sb_text_double(123456, 4), "123456"));
    CHECK(reads(sb_text_double(123456.5, 4), "1.235e5"));
    CHECK(reads(sb_text_double(1e6, 4), "1e6"));
    CHECK(reads(sb_text_double(-2.5e-300, 4), "-2.5e-300"));
    CHECK(reads(sb_text_double(NAN, 4), "-"));
    CHECK(reads(sb_text_double(-INFINITY, 4), "-inf"));
}

static void test_intervals(void)
{
    CHECK(reads(sb_text_number(sampled(2.385, 0.25), 4), "2.385 [2.135, 2.635]"));
    CHECK(reads(sb_text_interval(sampled(2.385, 0.25), 3), "[2.13, 2.63]") ||
          reads(sb_text_interval(sampled(2.385, 0.25), 3), "[2.13, 2.64]"));
    CHECK(reads(sb_text_number(sampled(2.385, 1e-9), 4), "2.385"));
    CHECK(reads(sb_text_number(sb_number_exact(NAN), 4), "-"));
    CHECK(reads(sb_text_number(sampled(1.5, INFINITY), 4), "1.5 [-inf, inf]"));
}

static void test_lists(void)
{
    sb_list list = {0};
    sb_list_add(&list, ", ", "%d", 1);
    sb_list_add(&list, ", ", "%d", 2);
    CHECK(strcmp(list.text, "1, 2") == 0);
    for (int i = 0; i < 3000; i++) sb_list_add(&list, ", ", "%d", i);
    CHECK(strlen(list.text) == sizeof list.text - 1); /* cut, not overrun */
}

/* What a printer writes, as a string to be freed. */
typedef struct {
    char *text;
    size_t length;
    FILE *stream;
} capture;

static capture capture_begin(capture *c)
{
    *c = (capture){0};
    c->stream = open_memstream(&c->text, &c->length);
    return *c;
}

static void test_csv(void)
{
    capture c;
    capture_begin(&c);
    sb_csv csv = {c.stream, 0};
    sb_csv_header(&csv, "a b c");
    sb_csv_text(&csv, "plain");
    sb_csv_text(&csv, "with \"quotes\", commas\nand lines");
    sb_csv_text(&csv, NULL);
    sb_csv_double(&csv, 2.385);
    sb_csv_double(&csv, NAN);
    sb_csv_integer(&csv, -3);
    sb_csv_end(&csv);
    sb_csv_number(&csv, sampled(1.5, 0.5));
    sb_csv_end(&csv);
    fclose(c.stream);
    CHECK(strcmp(c.text, "a,b,c\nplain,\"with \"\"quotes\"\", commas\nand lines\",,2.3849999999999998,,-3\n1.5,1,2,sampled\n") ==
          0);
    free(c.text);
}

static int survives(sb_number x)
{
    sb_number back = {0};
    json_t *object = sb_json_number(x);
    char *text = json_dumps(object, JSON_REAL_PRECISION(17));
    json_t *read = json_loads(text, 0, NULL);
    const int got = sb_json_get_number(read, &back);
    free(text);
    json_decref(object);
    json_decref(read);
    const double *p = &x.value, *q = &back.value;
    int same = got && back.status == x.status && back.confidence == x.confidence && back.samples == x.samples;
    for (int i = 0; i < 3; i++) same &= p[i] == q[i] || (isnan(p[i]) && isnan(q[i]));
    return same;
}

static void test_json_numbers(void)
{
    const sb_number infinite = {INFINITY, 1.0, INFINITY, 1.0, 0.0, SB_CERTIFIED},
                    below = {-INFINITY, -INFINITY, -2.0, 1.0, 0.0, SB_EXACT};
    sb_number untouched = {.value = 7.0};
    json_t *none = json_pack("{s:n, s:f, s:f, s:s}", "value", "lo", 1.0, "hi", 2.0, "status", "exact");
    CHECK(survives(sampled(0.1, 1.0 / 3.0)));
    CHECK(survives(sb_number_exact(2.385)));
    CHECK(survives(sb_number_exact(NAN)));
    CHECK(survives(sampled(1.5, INFINITY)));
    CHECK(survives(infinite));
    CHECK(survives(below));
    CHECK(!sb_json_get_number(none, &untouched) && untouched.value == 7.0); /* null without a reason */
    CHECK(!sb_json_get_number(NULL, &untouched));
    json_object_set_new(none, "status", json_string("guessed"));
    CHECK(!sb_json_get_number(none, &untouched));
    json_decref(none);
}

static int widest(const char *text)
{
    size_t most = 0;
    for (const char *line = text; *line; line += strcspn(line, "\n") + (line[strcspn(line, "\n")] == '\n'))
        if (strcspn(line, "\n") > most) most = strcspn(line, "\n");
    return (int)most;
}

static void test_paragraphs(void)
{
    capture c;
    capture_begin(&c);
    const sb_output out = {c.stream, SB_FORMAT_TABLE, 0, 60, 0};
    sb_output_paragraph(
        &out, 2, "", "%s",
        "Every line of this rather long text must end before the sixtieth column, wherever its words happen to break.");
    sb_output_paragraph(&out, 4, " - ", "%s",
                        "https://a.word.that.is.longer.than/the/whole/line/is/wide/must/stay/in/one/piece then go on");
    fclose(c.stream);
    CHECK(strncmp(c.text, "  Every line", 12) == 0);
    CHECK(strstr(c.text, "\n  ") != NULL);
    CHECK(strstr(c.text,
                 "\n -  https://a.word.that.is.longer.than/the/whole/line/is/wide/must/stay/in/one/piece\n    then go on\n") !=
          NULL);
    *strstr(c.text, "\n -  ") = '\0';
    CHECK(widest(c.text) <= 60);
    free(c.text);
}

static void test_table(void)
{
    static const sb_column columns[] = {{"NAME", 0, 1}, {"VALUE", 1, 0}, {"WORDS", 0, 0}};
    for (int color = 0; color < 2; color++) {
        capture c;
        sb_table *table;
        capture_begin(&c);
        const sb_output out = {c.stream, SB_FORMAT_TABLE, color, 60, 0};
        CHECK_OK(&context, sb_table_create(&context, &out, 3, columns, &table));
        for (int i = 0; i < 2; i++) {
            sb_table_row(table);
            sb_table_cell(table, "a name that is far too long for the little room that there is", NULL);
            sb_table_cell(table, i ? "2.385" : "17", "red");
            sb_table_cell(table, "one\ntwo lines", NULL);
        }
        CHECK_OK(&context, sb_table_print(&context, table));
        sb_table_free(table);
        fclose(c.stream);
        CHECK((strstr(c.text, "\033[31m") != NULL) == color);
        if (!color) CHECK(widest(c.text) <= 60);
        CHECK(strstr(c.text, "two lines\n") != NULL);
        free(c.text);
    }
    sb_table_free(NULL);
}

/* A cell of letters beyond ASCII, in a locale that has them, or not; numbers stay as they are in C. */
static void test_letters(void)
{
    static const sb_column columns[] = {{"NAME", 0, 0}, {"VALUE", 1, 0}};
    static const char *const locale[] = {"C.UTF-8", "C"}, *const says[] = {"\n\xc3\xa9", "\\xc3\\xa9"};
    char *was = getenv("LC_ALL") ? strdup(getenv("LC_ALL")) : NULL;
    for (int i = 0; i < 2; i++) {
        capture c;
        sb_table *table;
        capture_begin(&c);
        const sb_output out = {c.stream, SB_FORMAT_TABLE, 0, 60, 0};
        setenv("LC_ALL", locale[i], 1);
        const locale_t there = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
        CHECK_OK(&context, sb_table_create(&context, &out, 2, columns, &table));
        sb_table_row(table);
        sb_table_cell(table, "\xc3\xa9", NULL);
        sb_table_cell(table, "2.385", NULL);
        CHECK_OK(&context, sb_table_print(&context, table));
        sb_table_free(table);
        fclose(c.stream);
        CHECK(!there || strstr(c.text, says[i]) != NULL);
        CHECK(uselocale((locale_t)0) == LC_GLOBAL_LOCALE);
        if (there) freelocale(there);
        free(c.text);
    }
    if (was) setenv("LC_ALL", was, 1);
    else unsetenv("LC_ALL");
    free(was);
}

/* A run of two workers that was never trained: every constant has some value, so that most right sides exist. */
static sb_measured_worker worker_of(int n)
{
    const double x = 1.0 + 0.17 * n;
    const sb_measured_worker w = {
        .n = n,
        .M2 = sb_number_exact(1.9 * x),
        .C1 = sb_number_certified(-3.2 * x, 1e-9),
        .D_sum = sb_number_certified(0.21 * x, 1e-9),
        .B_sum = sb_number_certified(0.013 * x, 1e-9),
        .U = sb_number_exact(0.27),
        .B_bound = sb_number_exact(0.02),
        .kl_init = sb_number_certified(1e-3, 1e-9),
        .kl_init_bound = sb_number_exact(3e-3),
        .kl_prior = sb_number_certified(0.83 * x, 1e-9),
        .H_delta = sb_number_certified(2.1, 1e-9),
        .H_T = sb_number_certified(2.84, 1e-9),
        .F_before = sampled(9.7, 0.1),
        .F_after = sampled(4.1 * x, 0.1),
        .score_loss_before = sampled(6.5, 0.1),
        .score_loss_after = sampled(0.9 * x, 0.1),
        .path_kl_before = sampled(6.7, 0.1),
        .path_kl_after = sampled(1.1, 0.1),
        .chain_score_before = sampled(6.4, 0.1),
        .chain_score_after = sampled(0.88, 0.1),
        .chain_before = sampled(6.6, 0.1),
        .chain_after = sampled(1.09, 0.1),
        .importance_after = sb_number_unknown(),
        .knn_after = sb_number_unknown(),
        .dv_after = sb_number_unknown(),
        .grid_before = sb_number_certified(0.84, 1e-6),
        .grid_after = n ? sb_number_certified(0.061, 1e-6) : sb_number_exact(NAN),
        .closed_before = sb_number_exact(NAN),
        .closed_after = sb_number_exact(NAN),
        .sigma2 = sampled(0.4, 0.02),
    };
    return w;
}

static sb_measured measured_of(sb_measured_worker *workers)
{
    workers[0] = worker_of(0);
    workers[1] = worker_of(1);
    sb_measured m = {
        .N = 10,
        .S = 5,
        .R = 60,
        .D = 5506,
        .d = 2,
        .T = 3,
        .K = 60,
        .kappa = 0.1321,
        .delta = 0.01,
        .eta = 2.385e-4,
        .replicas = 4,
        .confidence = 0.95,
        .L = {41.3, 41.3, 41.3, 1.0, 0.0, SB_LOWER_ESTIMATE},
        .w2 = sb_number_exact(2.71),
        .sigma1 = {7.2, 7.1, 7.3, 0.95, 400, SB_LOWER_ESTIMATE},
        .sigma2 = {1.3, 1.2, 1.4, 0.95, 400, SB_LOWER_ESTIMATE},
        .Gamma = sb_number_exact(6),
        .uncovered = sb_number_exact(0),
        .F0 = sampled(9.7, 0.1),
        .FR = sampled(4.2, 0.1),
        .dtheta = sampled(1.7, 0.2),
        .squared_gradient = sampled(3.1, 0.3),
        .L_initial = sb_number_exact(38.9),
        .L_final = sb_number_exact(41.3),
        .worker_count = 2,
        .worker = workers,
        .pooled = worker_of(-1),
    };
    return m;
}

/* The three formats of a whole report on that run. */
static char *report_text(sb_format format, int width)
{
    sb_measured_worker workers[2];
    const sb_measured measured = measured_of(workers);
    sb_config config = {.model = {.kind = SB_MODEL_MLP, .width = 64, .depth = 2},
                        .train = {.rule = SB_RATE_LEMMA_4_6},
                        .pruning = {.kind = SB_PRUNING_TOP_K}};
    sb_ledger ledger = {0};
    capture c;
    capture_begin(&c);
    const sb_output out = {c.stream, format, 0, width, 0};
    sb_waterfall waterfall;
    const sb_run_view view = {"runs/example-0a1b2c3d", &config, &measured, &ledger, &waterfall, 1, "runs/example-0a1b2c3d/report.html"};
    CHECK_OK(&context, sb_ledger_from_run(&context, &measured, &ledger));
    sb_waterfall_from_run(&measured, sb_waterfall_worker(&measured), &waterfall);
    CHECK_OK(&context, sb_report_run(&context, &out, &view));
    sb_ledger_free(&ledger);
    fclose(c.stream);
    return c.text;
}

static void test_run_table(void)
{
    for (int width = 80; width <= 120; width += 20) {
        char *text = report_text(SB_FORMAT_TABLE, width);
        CHECK(widest(text) <= width);
        CHECK(strstr(text, "Theorem 4.11") != NULL);
        CHECK(strstr(text, "runs/example-0a1b2c3d\n") != NULL && strstr(text, "runs/example-0a1b2c3d/report.html\n") != NULL);
        CHECK(strchr(text, '\033') == NULL);
        CHECK(strstr(text, "nan") == NULL);
        CHECK(strstr(text, "SLACK WATERFALL") != NULL);
        CHECK(strstr(text, "  denoising equality  ") != NULL);
        CHECK(strstr(text, "logarithmic") != NULL); /* the drawing's legend */
        if (width != 100 && getenv("SHOW")) puts(text);
        free(text);
    }
}

static void test_run_json(void)
{
    char *text = report_text(SB_FORMAT_JSON, 120);
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    CHECK(json_array_size(json_object_get(root, "statements")) > 10);
    CHECK(json_array_size(json_object_get(root, "kl")) == 2);
    CHECK(strcmp(json_string_value(json_object_get(root, "run")), "runs/example-0a1b2c3d") == 0);
    CHECK(json_object_get(json_array_get(json_object_get(root, "kl"), 0), "grid") == NULL); /* not measured for worker 0 */
    const json_t *grid = json_object_get(json_array_get(json_object_get(root, "kl"), 1), "grid");
    CHECK(json_number_value(json_object_get(grid, "value")) == 0.061);
    const json_t *L = json_object_get(json_object_get(root, "constants"), "L");
    CHECK(json_number_value(json_object_get(L, "value")) == 41.3);
    CHECK(strcmp(json_string_value(json_object_get(L, "status")), "lower-estimate") == 0);
    json_decref(root);
    free(text);
}

/* The steps add up from the KL to the printed bound of the ledger. */
static void test_waterfall_json(void)
{
    char *text = report_text(SB_FORMAT_JSON, 120);
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    const json_t *steps = json_object_get(root, "waterfall"), *of = json_object_get(root, "waterfall_of");
    double level = json_number_value(json_object_get(json_object_get(of, "kl"), "value"));
    size_t i;
    json_t *step;
    CHECK(json_array_size(steps) == sb_waterfall_count);
    CHECK(json_is_true(json_object_get(of, "at_most")) && json_integer_value(json_object_get(of, "worker")) == 0);
    json_array_foreach((json_t *)steps, i, step)
    {
        level += json_number_value(json_object_get(json_object_get(step, "nats"), "value"));
        CHECK_CLOSE(level, json_number_value(json_object_get(step, "level")), 1e-9);
        CHECK(strcmp(json_string_value(json_object_get(step, "step")), sb_waterfall_table[i].name) == 0);
    }
    CHECK_CLOSE(level, json_number_value(json_object_get(of, "printed")), 1e-9);
    const json_t *worker = NULL;
    json_array_foreach(json_object_get(root, "statements"), i,
                       step) if (strcmp(json_string_value(json_object_get(step, "name")), "theorem_4_11") == 0 &&
                                 strcmp(json_string_value(json_object_get(step, "form")), "printed") == 0) worker =
        json_array_get(json_object_get(step, "workers"), 0);
    CHECK_CLOSE(level, json_number_value(json_object_get(json_object_get(worker, "rhs"), "value")), 1e-9);
    json_decref(root);
    free(text);
}

static void test_run_csv(void)
{
    char *text = report_text(SB_FORMAT_CSV, 120);
    int commas = -1;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) { /* no field of this ledger holds a line break */
        int count = 0, quoted = 0;
        for (const char *p = line; *p; p++) {
            quoted ^= *p == '"';
            count += *p == ',' && !quoted;
        }
        if (commas < 0) commas = count;
        CHECK(count == commas);
    }
    CHECK(commas == 17);
    free(text);
}

int main(void)
{
    static const sb_test tests[] = {
        {"numbers as text", test_doubles},
        {"intervals as text", test_intervals},
        {"lists", test_lists},
        {"csv", test_csv},
        {"json numbers", test_json_numbers},
        {"paragraphs", test_paragraphs},
        {"tables", test_table},
        {"letters in tables", test_letters},
        {"run as table", test_run_table},
        {"run as json", test_run_json},
        {"run as csv", test_run_csv},
        {"waterfall as json", test_waterfall_json},
    };
    sb_context_init(&context, 1);
    return sb_test_main("report", tests, sizeof tests / sizeof *tests);
}
