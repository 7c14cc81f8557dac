/* What a sweep shows beside its numbers: losses read back and drawn, what others report, the table and the page. */
#include "harness.h"
#include "sweep_case.h"

#include "base/file.h"
#include "base/memory.h"
#include "report/rounds.h"
#include "report/sweep_comparison.h"
#include "sweep/loss_figure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static sb_context context;
static char path[] = "/tmp/scorebound-comparison-XXXXXX";

static void put(const char *text)
{
    CHECK_OK(&context, sb_file_replace(&context, path, text, strlen(text)));
}

static void test_losses(void)
{
    sb_context *ctx = &context;
    int rounds;
    double *loss;
    put("{\"round\":0,\"loss\":[2.5,3.5]}\n{\"round\":1,\"loss\":[null,1.0]}\n{\"round\":2,\"loss\":[2.385,2.385]}\n{\"round\":3,"
        "\"lo");
    if (!CHECK_OK(ctx, sb_rounds_losses(ctx, path, &rounds, &loss))) return;
    CHECK(rounds == 3); /* the last line is being written */
    CHECK_CLOSE(loss[0], 3.0, 1e-15);
    CHECK(isnan(loss[1]));
    CHECK_CLOSE(loss[2], 2.385, 1e-15);
    sb_free(loss);
    put("");
    CHECK_OK(ctx, sb_rounds_losses(ctx, path, &rounds, &loss));
    CHECK(rounds == 0);
    sb_free(loss);
    static const char *const wrong[] = {"{\"round\":0,\"loss\":[1]}\n{\"round\":2,\"loss\":[1]}\n",
                                        "{\"round\":0,\"loss\":[1]}\nx\n",
                                        "{\"round\":0,\"loss\":[1]}\n{\"round\":1,\"loss\":[]}\n"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        put(wrong[i]);
        CHECK_FAILS(ctx, sb_rounds_losses(ctx, path, &rounds, &loss), SB_EUSER, ":2:1: error: this should be the line of round 1");
        CHECK(loss == NULL && rounds == 0);
    }
}

/* Means over stretches at their middles: of a straight line they lie on it, however the rounds are divided. */
static void test_loss_figure(void)
{
    enum { FEW = 7, MANY = 1003 };
    static const char *const cases[] = {"F", "R-S", "T-S", NULL};
    double few[FEW], many[MANY];
    sb_context *ctx = &context;
    sb_sweep_case s;
    sb_figure figure;
    sb_sweep_case_begin(&s, NULL, 0);
    sb_sweep_case_vary(&s, "case", cases);
    sb_sweep_case_fill(&s);
    for (int r = 0; r < FEW; r++) few[r] = 9.0 - 0.5 * (r + 1);
    for (int r = 0; r < MANY; r++) many[r] = 7.0 - 0.006 * (r + 1);
    const sb_loss_curve curve[] = {{FEW, few}, {0, NULL}, {MANY, many}};
    if (!CHECK_OK(ctx, sb_loss_figure(ctx, &s.plan, curve, &figure))) return;
    CHECK(figure.series_count == 2 && strcmp(figure.series[0].name, "F") == 0 && strcmp(figure.series[1].name, "T-S") == 0);
    CHECK(figure.series[0].count == FEW && figure.series[1].count == SB_LOSS_POINTS && !figure.log_y);
    CHECK_CLOSE(figure.series[0].x[2], 3.0, 1e-15);
    CHECK_CLOSE(figure.series[0].y[2].value, 7.5, 1e-15);
    for (int i = 0; i < SB_LOSS_POINTS; i++) CHECK_CLOSE(figure.series[1].y[i].value, 7.0 - 0.006 * figure.series[1].x[i], 1e-12);
    CHECK(figure.series[1].x[0] >= 1.0 && figure.series[1].x[SB_LOSS_POINTS - 1] <= MANY);
    sb_figure_free(&figure);
    many[MANY - 1] = 1e-3;
    for (int r = MANY - 12; r < MANY; r++) many[r] = 0.1;
    CHECK_OK(ctx, sb_loss_figure(ctx, &s.plan, curve, &figure));
    CHECK(figure.log_y);
    sb_figure_free(&figure);
}

static const char table[] =
    "{\"title\": \"Others <1>\", \"source\": \"S & S\", \"note\": \"no number compares\","
    " \"columns\": [{\"name\": \"a.FID\", \"title\": \"A FID\"}, {\"name\": \"a.IS\", \"title\": \"A IS\"}],"
    " \"rows\": {\"F\": [73.73, [4.59, 0.13]], \"T-S\": [84.98, null]}, \"settings\": {\"workers\": 10}}";

static void test_beside(void)
{
    sb_context *ctx = &context;
    sb_beside b;
    put(table);
    if (!CHECK_OK(ctx, sb_beside_read(ctx, path, &b))) return;
    CHECK(b.column_count == 2 && b.row_count == 2 && strcmp(b.heading[1], "A IS") == 0 &&
          strcmp(b.note, "no number compares") == 0);
    const sb_reported *full = sb_beside_row(&b, "F"), *small = sb_beside_row(&b, "T-S");
    CHECK(full && full[0].value == 73.73 && isnan(full[0].deviation) && full[1].value == 4.59 && full[1].deviation == 0.13);
    CHECK(small && small[0].value == 84.98 && isnan(small[1].value));
    CHECK(sb_beside_row(&b, "R-S") == NULL);
    sb_beside_free(&b);
    sb_beside_free(&b);
    static const struct {
        const char *text, *says;
    } wrong[] = {
        {"{", ":1:1: error: "},
        {"[]", "error: 'title' is missing or no text"},
        {"{\"title\": \"t\", \"source\": \"s\", \"note\": 5}", "error: 'note' is missing or no text"},
        {"{\"title\": \"t\", \"source\": \"s\", \"note\": \"n\"}", "error: 'columns' is no list of up to 32 columns"},
        {"{\"title\": \"t\", \"source\": \"s\", \"note\": \"n\", \"columns\": [{\"name\": \"a\"}]}", "error: 'title' is missing"},
        {"{\"title\": \"t\", \"source\": \"s\", \"note\": \"n\", \"columns\": [{\"name\": \"a\", \"title\": \"A\"}]}",
         "error: 'rows' is no mapping"},
        {"{\"title\": \"t\", \"source\": \"s\", \"note\": \"n\", \"columns\": [{\"name\": \"a\", \"title\": \"A\"}], \"rows\": "
         "{\"F\": []}}",
         "error: the row 'F' is no list of 1 numbers"},
        {"{\"title\": \"t\", \"source\": \"s\", \"note\": \"n\", \"columns\": [{\"name\": \"a\", \"title\": \"A\"}], \"rows\": "
         "{\"F\": [\"x\"]}}",
         "error: number 1 of the row 'F' is neither a number nor [number, deviation]"},
        {"{\"title\": \"t\", \"source\": \"s\", \"note\": \"n\", \"columns\": [{\"name\": \"a\", \"title\": \"A\"}], \"rows\": "
         "{\"F\": [[2.385, -0.1]]}}",
         "error: number 1 of the row 'F' has a negative deviation"},
        {"{\"title\": \"t\", \"source\": \"s\", \"note\": \"n\", \"columns\": [{\"name\": \"a\", \"title\": \"A\"}, "
         "{\"name\": \"a\", \"title\": \"B\"}], \"rows\": {\"F\": [1, 2]}}",
         "error: two columns have the name 'a'"},
        {"{\"title\": \"t\", \"source\": \"s\", \"note\": \"n\", \"columns\": [{\"name\": \"a\", \"title\": \"A\"}], \"rows\": "
         "{\"F\": [1],\n \"F\": [2]}}",
         ":2:4: error: duplicate object key"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        put(wrong[i].text);
        CHECK_FAILS(ctx, sb_beside_read(ctx, path, &b), SB_EUSER, wrong[i].says);
        CHECK(b.title == NULL && b.row == NULL && b.column_count == 0);
    }
    CHECK_FAILS(ctx, sb_beside_read(ctx, "/no/such/table.json", &b), SB_EUSER, "/no/such/table.json");
    CHECK_FAILS(ctx, sb_beside_read(ctx, "/tmp", &b), SB_EUSER, "/tmp: error: cannot read: Is a directory");
}

/* The table that is shipped is the paper's. */
static void test_shipped(void)
{
    const char *sources = getenv("srcdir");
    char file[1000];
    sb_beside b;
    snprintf(file, sizeof file, "%s/data/reference/qiao2025_table2.json", sources ? sources : ".");
    if (!CHECK_OK(&context, sb_beside_read(&context, file, &b))) return;
    CHECK(b.column_count == 6 && b.row_count == 7);
    const sb_reported *ts = sb_beside_row(&b, "T-S"), *rl = sb_beside_row(&b, "R-L");
    CHECK(ts && ts[3].value == 193.84 && ts[4].value == 3.63 && ts[4].deviation == 0.07);
    CHECK(rl && rl[0].value == 3.95 && rl[5].value == 53.7);
    sb_beside_free(&b);
}

/* A sweep of two cases and two seeds, with the table above beside it. */
static void test_pages(void)
{
    static const char *const cases[] = {"F", "T-S", NULL}, *const seeds[] = {"3", "4", NULL};
    sb_context *ctx = &context;
    sb_sweep_settings means[2] = {{0}};
    sb_sweep_case s;
    sb_sweep_findings f;
    sb_beside beside;
    char *csv = NULL, *page = NULL;
    sb_sweep_case_begin(&s, "case", 0);
    sb_sweep_case_vary(&s, "case", cases);
    sb_sweep_case_vary(&s, "seed", seeds);
    sb_sweep_case_show(&s, "kl");
    sb_sweep_case_show(&s, "lemma_4_6.printed");
    s.axis[0].means = means;
    s.plan.title = (char *)"Cases & seeds";
    sb_sweep_case_fill(&s);
    put(table);
    if (!CHECK_OK(ctx, sb_beside_read(ctx, path, &beside)) || !sb_sweep_case_find(&s, &f)) return;
    put("\1\2\3\4");
    const sb_page_picture picture[] = {{path, "A picture", "what it shows"}, {NULL, "None", "nothing"}};
    const sb_comparison comparison = {&f, &beside, 2, picture};
    CHECK(sb_comparison_reported(&comparison, 1) == beside.number && sb_comparison_reported(&comparison, 2) == beside.number + 2);
    if (CHECK_OK(ctx, sb_comparison_csv(ctx, &comparison, &csv))) {
        CHECK(strncmp(csv,
                      "run,case,seed,kl,kl.lo,kl.hi,lemma_4_6.printed,lemma_4_6.printed.lo,lemma_4_6.printed.hi,"
                      "a.FID,a.FID.deviation,a.IS,a.IS.deviation\n0,F,3,",
                      120) == 0);
        CHECK(strstr(csv, "\n3,T-S,4,") != NULL && strstr(csv, ",73.730000000000004,,4.5899999999999999,0.13") != NULL);
    }
    if (CHECK_OK(ctx, sb_comparison_page(ctx, &comparison, &page))) {
        static const char *const parts[] = {"<h1>Cases &amp; seeds</h1>",
                                            "<td>T-S</td><td>4</td>",
                                            "<th class=\"right\">Lemma 4.6 printed</th>",
                                            "<h2 id=\"others--1-\">Others &lt;1&gt;</h2>",
                                            "<td class=\"right\">4.59 &#177; 0.13</td>",
                                            "S &amp; S",
                                            "src=\"data:image/png;base64,AQIDBA==\"",
                                            "N = 10 workers",
                                            "</body></html>\n"};
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) CHECK(strstr(page, parts[i]) != NULL);
        CHECK(strstr(page, "None") == NULL && strstr(page, "http") == NULL);
    }
    free(csv);
    free(page);
    const sb_page_picture lost = {"/no/such/picture.png", "", ""};
    const sb_comparison without = {&f, NULL, 1, &lost};
    CHECK_FAILS(ctx, sb_comparison_page(ctx, &without, &page), SB_EUSER, "/no/such/picture.png");
    CHECK(page == NULL && sb_comparison_reported(&without, 0) == NULL);
    sb_sweep_findings_free(&f);
    sb_beside_free(&beside);
}

int main(void)
{
    static const sb_test tests[] = {
        {"losses of rounds.jsonl", test_losses}, {"their picture", test_loss_figure},    {"what others report", test_beside},
        {"the paper's table", test_shipped},     {"the table and the page", test_pages},
    };
    sb_context_init(&context, 1);
    const int fd = mkstemp(path);
    if (fd < 0) return 99;
    close(fd);
    const int failed = sb_test_main("comparison of sweeps", tests, sizeof tests / sizeof *tests);
    unlink(path);
    return failed;
}
