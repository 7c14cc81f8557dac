/* Pages: what any text becomes, numbers, pictures as data, titles, and the report's tables and paragraphs as elements. */
#include "harness.h"

#include "base/file.h"
#include "markup.h"
#include "report/page.h"
#include "report/parts.h"
#include "report/run_sections.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static sb_context context;

static char *text_of(const char *raw)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    sb_page_text(out, raw);
    fclose(out);
    return text;
}

static int reads(const char *raw, const char *wanted)
{
    char *text = text_of(raw);
    const int same = strcmp(text, wanted) == 0;
    if (!same) printf("# got '%s', want '%s'\n", text, wanted);
    free(text);
    return same;
}

static void test_text(void)
{
    CHECK(reads("a<b> & \"c\"", "a&lt;b&gt; &amp; &quot;c&quot;"));
    CHECK(reads("T\t=\t3", "T&#160;=&#160;3"));
    CHECK(reads("Gr\xc3\xbc\xc3\x9f\x65 \xe2\x89\xa4 \xf0\x9d\x94\xbc", "Gr\xc3\xbc\xc3\x9f\x65 \xe2\x89\xa4 \xf0\x9d\x94\xbc"));
    CHECK(reads("\xff\xc3", "&#xfffd;&#xfffd;"));                         /* no UTF-8 */
    CHECK(reads("\xc0\xaf", "&#xfffd;&#xfffd;"));                         /* "/" in two bytes */
    CHECK(reads("\xed\xa0\x80", "&#xfffd;&#xfffd;&#xfffd;"));             /* half of a pair */
    CHECK(reads("\xf4\x90\x80\x80", "&#xfffd;&#xfffd;&#xfffd;&#xfffd;")); /* beyond the last */
    CHECK(reads("\xef\xbf\xbf", "&#xfffd;&#xfffd;&#xfffd;"));             /* no character */
    CHECK(reads("a\x01\x1b[1m\x7f\n", "a&#xfffd;&#xfffd;[1m&#xfffd;\n"));
    CHECK(reads("", ""));
}

/* Relations are signs where they are words of their own, in what is read as words. */
static void test_relations(void)
{
    static const char *const words[][2] = {{"<=", "&#x2264;"},
                                           {"K\t>=\t3 (<=: at most)", "K&#160;&#x2265;&#160;3 (&#x2264;: at most)"},
                                           {"<~ hides", "&#x2272; hides"},
                                           {"a<=b <==", "a&lt;=b &#x2264;="},
                                           {"x <=y < \xff", "x &lt;=y &lt; &#xfffd;"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char *text = NULL;
        size_t length;
        FILE *out = open_memstream(&text, &length);
        sb_page_words(out, words[i][0]);
        fclose(out);
        CHECK(strcmp(text, words[i][1]) == 0);
        free(text);
    }
    CHECK(reads("a <= b", "a &lt;= b"));
}

/* Any bytes at all leave the markup sound. */
static void test_any_bytes(void)
{
    unsigned state = 2385;
    for (int trial = 0; trial < 2000; trial++) {
        char raw[40];
        for (int i = 0; i < 39; i++) {
            state = state * 1664525u + 1013904223u;
            raw[i] = (char)(1 + (state >> 16) % 255);
        }
        raw[39] = '\0';
        char *text = text_of(raw);
        CHECK(sb_markup_is_sound(text));
        free(text);
    }
}

static char *page_of(const char *title, void (*fill)(FILE *body))
{
    sb_page page;
    char *html = NULL;
    if (!CHECK_OK(&context, sb_page_begin(&context, &page))) return NULL;
    fill(page.body);
    CHECK_OK(&context, sb_page_end(&context, &page, title, &html));
    sb_page_drop(&page);
    return html;
}

static void fill_numbers(FILE *body)
{
    sb_page_number(body, 1.0 / 3.0, 4);
    sb_page_number(body, NAN, 4);
    sb_page_number(body, -INFINITY, 4);
}

static void test_numbers(void)
{
    char *html = page_of("Numbers", fill_numbers);
    CHECK(html && strstr(html, "<data value=\"0.33333333333333331\">0.3333</data>--inf") && sb_markup_is_sound(html));
    CHECK(!strstr(html, "<nav>"));
    free(html);
}

static void fill_titles(FILE *body)
{
    sb_page_title(body, "WHAT IT GENERATES");
    sb_page_title(body, "A <b> & c");
    sb_page_title(body, "RUN");
}

static void test_titles(void)
{
    char *html = page_of("Run a<b&\"c", fill_titles);
    CHECK(html && sb_markup_is_sound(html));
    CHECK(strstr(html, "<title>Run a&lt;b&amp;&quot;c</title>") && strstr(html, "<h1>Run a&lt;b&amp;&quot;c</h1>"));
    CHECK(strstr(html, "<a href=\"#what-it-generates\">WHAT IT GENERATES</a>") &&
          strstr(html, "<h2 id=\"what-it-generates\">") != NULL);
    CHECK(strstr(html, "<a href=\"#a--b----c\">A &lt;b&gt; &amp; c</a>") != NULL);
    CHECK(!strstr(html, "http://") && !strstr(html, "https://"));
    CHECK(strstr(html, "prefers-color-scheme:dark") && strstr(html, "@media print") && strstr(html, "width=device-width"));
    free(html);
}

static void test_pictures(void)
{
    static const char bytes[] = "Man", path[] = "test_page.tmp.png";
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    for (size_t count = 0; count < sizeof bytes; count++) {
        CHECK_OK(&context, sb_file_replace(&context, path, bytes, count));
        CHECK_OK(&context, sb_page_file(&context, out, "pixels", path, "a \"name\"", count == 2 ? "x < y" : NULL));
    }
    sb_page_svg(out, "small", "<svg/>", "drawn", NULL);
    unlink(path);
    CHECK_FAILS(&context, sb_page_file(&context, out, "wide", path, "", NULL), SB_EUSER, path);
    fclose(out);
    CHECK(sb_markup_is_sound(text));
    static const char *const parts[] = {"base64,\"",
                                        "base64,TQ==\"",
                                        "base64,TWE=\"",
                                        "base64,TWFu\"",
                                        "data:image/svg+xml;base64,PHN2Zy8+\"",
                                        "alt=\"a &quot;name&quot;\"",
                                        "<figcaption>x &lt; y</figcaption>",
                                        "class=\"pixels\""};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) CHECK(strstr(text, parts[i]) != NULL);
    free(text);
}

static void fill_report(FILE *body)
{
    static const sb_column columns[] = {{"NAME <", 0, 1}, {"VALUE", 1, 0}, {"LINES", 0, 0}};
    const sb_output out = sb_output_page(body);
    sb_table *table;
    sb_output_title(&out, "LEDGER");
    sb_output_paragraph(&out, 4, "  -", "a point with T\t=\t%d & more", 3);
    sb_output_paragraph(&out, 4, "  !", "a warning");
    sb_output_paragraph(&out, 2, "", "<~ a note");
    if (!CHECK_OK(&context, sb_table_create(&context, &out, 3, columns, &table))) return;
    for (int i = 0; i < 2; i++) {
        sb_table_row(table);
        sb_table_cell(table, i ? "  <step> <=" : "total", NULL);
        sb_table_cell(table, "2.385", "red");
        sb_table_cell(table, i ? "" : "one\ntwo", "green");
    }
    CHECK_OK(&context, sb_table_print(&context, table));
    sb_table_free(table);
    CHECK_OK(&context, sb_table_create(&context, &out, 1, columns, &table)); /* no line at all */
    CHECK_OK(&context, sb_table_print(&context, table));
    sb_table_free(table);
    CHECK_OK(&context, sb_table_create(&context, &out, 1, columns, &table)); /* never printed */
    sb_table_free(table);
}

static void test_report_parts(void)
{
    char *html = page_of("Parts", fill_report);
    CHECK(html && sb_markup_is_sound(html));
    static const char *const parts[] = {
        "<p class=\"point\">a point with T&#160;=&#160;3 &amp; more</p>",
        "<p class=\"alert\">a warning</p>",
        "<p class=\"note\">&#x2272; a note</p>",
        "<th class=\"text\">NAME &lt;</th><th class=\"right\">VALUE</th>",
        "<td class=\"text\">&#160;&#160;&lt;step&gt; &#x2264;</td><td class=\"right red\">2.385</td><td class=\"tight\"></td>",
        "<td class=\"tight green\">one<br/>two</td>"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) CHECK(strstr(html, parts[i]) != NULL);
    free(html);
}

/* One row of a ledger of some constants, to be spoilt. */
static sb_ledger_row *row_of(sb_ledger *ledger, const char *statement, sb_form form)
{
    for (int i = 0; i < ledger->row_count; i++)
        if (strcmp(ledger->row[i].statement->name, statement) == 0 && ledger->row[i].form == form) return &ledger->row[i];
    return NULL;
}

/* What a section makes of that row alone, to be freed. */
static char *section_of(sb_status (*section)(sb_context *, FILE *, const sb_ledger *), sb_ledger_row *row)
{
    const sb_ledger one = {1, row};
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    CHECK_OK(&context, section(&context, out, &one));
    fclose(out);
    CHECK(sb_markup_is_sound(text));
    return text;
}

static int count_of(const char *text, const char *part)
{
    int count = 0;
    for (const char *p = text; (p = strstr(p, part)); p++) count++;
    return count;
}

static int ledger_of(double L, sb_ledger *ledger)
{
    sb_constants c;
    sb_constants_clear(&c);
    c.L = L;
    c.w2 = 0.43;
    c.kappa = 0.21;
    c.d = 3;
    c.K = 23;
    c.M2 = 2.7;
    c.T = 2.385;
    return CHECK_OK(&context, sb_ledger_from_constants(&context, &c, ledger));
}

/* The longest term has the longest bar, also where it is infinite. */
static void test_bars(void)
{
    sb_ledger ledger;
    if (!ledger_of(12.09, &ledger)) return;
    sb_ledger_row *row = row_of(&ledger, "lemma_4_5", SB_FORM_PRINTED);
    char *text = section_of(sb_section_statements, row);
    CHECK(count_of(text, "width:100.00%") == 1 && count_of(text, "width:0.00%") == 0 && count_of(text, "class=\"bar\"") == 3);
    free(text);
    row->worst.terms.term[1].value = INFINITY;
    text = section_of(sb_section_statements, row);
    const char *infinite = strstr(text, "<td class=\"right\">inf</td><td><span class=\"bar\" style=\"width:100.00%\">");
    CHECK(infinite && count_of(text, "width:100.00%") == 1 && count_of(text, "width:0.00%") == 2);
    free(text);
    sb_ledger_free(&ledger);
}

/* An assumption without a limit compares nothing; one with a limit says how far it is. */
static void test_assumptions(void)
{
    static const struct {
        double lo, value, hi;
        sb_verdict verdict;
        const char *distance[2]; /* of the form without a limit, of that with one */
    } cases[] = {
        {0.5, 0.5, 0.5, SB_HOLDS, {"met: it is finite, with this value", "met: at 0.5 of the limit"}},
        {INFINITY, INFINITY, INFINITY, SB_VIOLATED, {"missed: it is not finite", "missed: inf times the limit"}},
        {0.5,
         0.9,
         INFINITY,
         SB_INCONCLUSIVE,
         {"undecided: its interval has no end", "undecided: its interval reaches across the limit"}},
        {NAN, NAN, NAN, SB_UNKNOWN, {"not known", "not known"}},
    };
    sb_ledger ledger;
    if (!ledger_of(12.09, &ledger)) return;
    sb_ledger_row *const rows[2] = {row_of(&ledger, "assumption_4_2", SB_FORM_CORRECTED),
                                    row_of(&ledger, "assumption_4_2", SB_FORM_PRINTED)};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int limited = 0; limited < 2; limited++) {
            rows[limited]->worst.lhs = (sb_number){.value = cases[i].value, .lo = cases[i].lo, .hi = cases[i].hi};
            rows[limited]->worst.verdict = cases[i].verdict;
            char *text = section_of(sb_section_assumptions, rows[limited]);
            CHECK(strstr(text, cases[i].distance[limited]) != NULL);
            free(text);
            text = section_of(sb_section_statements, rows[limited]);
            CHECK((strstr(text, "to be finite is all that is asked") != NULL) == !limited);
            CHECK((strstr(text, "right side 1") != NULL) == limited);
            free(text);
        }
    sb_ledger_free(&ledger);
}

/* The reader of the tests is not blind. */
static void test_reader(void)
{
    static const char *const wrong[] = {"<p>",
                                        "</p>",
                                        "<p></q>",
                                        "<b><i></b></i>",
                                        "a & b",
                                        "<p a=b></p>",
                                        "<p a=\"1\" a=\"2\"></p>",
                                        "<p a=\"<\"></p>",
                                        "&nbsp;",
                                        "<br>",
                                        "a < b",
                                        "\x02"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) CHECK(!sb_markup_is_sound(wrong[i]));
    CHECK(sb_markup_is_sound("<!DOCTYPE html>\n<p a=\"1\" b=\"&lt;\">x &#160;<br/></p>"));
}

static const sb_test tests[] = {
    {"texts", test_text},
    {"relations", test_relations},
    {"any bytes", test_any_bytes},
    {"numbers", test_numbers},
    {"titles", test_titles},
    {"pictures", test_pictures},
    {"tables and paragraphs", test_report_parts},
    {"the reader", test_reader},
    {"bars", test_bars},
    {"assumptions", test_assumptions},
};

int main(void)
{
    sb_context_init(&context, 1);
    return sb_test_main("page", tests, sizeof tests / sizeof *tests);
}
