/* Values of a sweep as texts: they come back as they were, and damaged ones never get through unnoticed. */
#include "base/random.h"
#include "harness.h"
#include "plan_case.h"
#include "sweep/plan_values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* `mapping`: every other node is a key, of which the text alone counts. */
static int trees_equal(const sb_node *a, const sb_node *b, int mapping)
{
    for (int key = mapping; a && b; a = a->next, b = b->next, key = mapping && !key) {
        const int scalar = a->kind == SB_NODE_SCALAR, null = sb_node_is_null(a) && !key;
        if (a->kind != b->kind || (!key && null != sb_node_is_null(b))) return 0;
        if (scalar && !null && strcmp(a->text, b->text) != 0) return 0;
        if (scalar && !key && !a->plain && b->plain) return 0; /* what was quoted stays so */
        if (!scalar && !trees_equal(a->child, b->child, a->kind == SB_NODE_MAPPING)) return 0;
    }
    return !a && !b;
}

/* Text of a node, read back: the same tree. Returns 0 where the text is none. */
static int comes_back(const sb_document *document, const sb_node *node, char **text)
{
    sb_context ctx;
    sb_document again = {0};
    sb_node alone = *node;
    alone.next = NULL;
    sb_context_init(&ctx, 1);
    if (sb_value_text(&ctx, document, node, text) != SB_OK) return 0;
    const sb_config_text source = {"again", *text, strlen(*text), 1};
    const int same = sb_document_parse(&ctx, &source, &again) == SB_OK && again.root && trees_equal(&alone, again.root, 0);
    if (!same) printf("# %s: %s\n", *text, ctx.error.message);
    sb_document_free(&again);
    return same;
}

static void test_awkward_values(void)
{
    static const struct {
        const char *yaml, *text;
    } cases[] = {{"[1, 2]", "[1, 2]"},
                 {"[ 1 ,2, ]", "[1, 2]"},
                 {"'a,b'", "'a,b'"},
                 {"\"a,b\"", "'a,b'"},
                 {"{weight: 0.5}", "{weight: 0.5}"},
                 {"log-snr", "log-snr"},
                 {"1e-3", "1e-3"},
                 {"'5'", "'5'"},
                 {"'it''s'", "'it''s'"},
                 {"it's", "it's"},
                 {"\"two\\nlines \\\\ \\\"x\\\"\"", "\"two\\x0alines \\\\ \\\"x\\\"\""},
                 {"[[[1, 0], [0, 2.385]], [], {}]", "[[[1, 0], [0, 2.385]], [], {}]"},
                 {"\n  - 1\n  - {a: [x y, 'null', null, ~]}", "[1, {a: [x y, 'null', null, ~]}]"},
                 {"\n  - a, b\n  - a [c]", "['a, b', 'a [c]']"},
                 {"\n  -\n  - 2", "[null, 2]"},
                 {"\n  a key: {'b, c': ''}", "{a key: {'b, c': ''}}"},
                 {"[c:/x, -1, +.5, h#1, '#', ': ', '- ', '!t', '&a']", "[c:/x, -1, +.5, h#1, '#', ': ', '- ', '!t', '&a']"},
                 {"\"\\x07\\u2028\\u00e9\\U0001f600\"", "\"\\x07\\u2028\xc3\xa9\xf0\x9f\x98\x80\""},
                 {"two\n    lines", "two lines"},
                 {"{: 1}", "{'': 1}"},
                 {"''", "''"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sb_context ctx;
        sb_document document = {0};
        char yaml[200], *text = NULL;
        snprintf(yaml, sizeof yaml, "value: %s\n", cases[i].yaml);
        const sb_config_text source = {"t", yaml, strlen(yaml), 0};
        sb_context_init(&ctx, 1);
        if (!CHECK_OK(&ctx, sb_document_parse(&ctx, &source, &document))) continue;
        CHECK(comes_back(&document, document.root->child->next, &text));
        CHECK(plan_case_is(text, cases[i].text));
        free(text);
        sb_document_free(&document);
    }
}

/* Texts damaged at random are refused with a place, or make a plan whose values come back as they stood in the file. */
static const char damaged[] =
    "data: {kind: gaussian-mixture, preset: ring, dimension: 2}\n"
    "diffusion: {K: 5}\n"
    "sweep:\n  title: \"What, then?\"\n  vary:\n    train.rounds: [1, 100, 7]\n"
    "    data.partition.weights: # of any shape\n      - [[0.5, 0.5], [1, 0]]\n      - {a: \"x\\ty\", 'b': ~}\n"
    "      - it's\n      - - a, b\n        - c: {d: [e f, \"g\", 'h']}\n"
    "    pruning.file: ['a,b', c d]\n"
    "  paired: true\n  show: [kl, N]\n";
static const char *const pieces[] = {"[", "]",  "{",  "}",  ": ",       "- ",   "\n",  "\"",  "'", " #",
                                     ",", "? ", "\t", "\\", "\xc3\xa9", "\xff", "---", "...", "~"};

static size_t damage(sb_stream *stream, char *text, size_t size)
{
    size_t length = sizeof damaged - 1;
    uint32_t w[4];
    memcpy(text, damaged, length);
    sb_stream_words(stream, w);
    for (uint32_t left = 1 + w[0] % 4; left > 0; left--) {
        sb_stream_words(stream, w);
        const size_t at = w[0] % length, rest = length - at, span = 1 + w[2] % 8 < rest ? 1 + w[2] % 8 : rest;
        const char *piece = pieces[w[3] % (sizeof pieces / sizeof *pieces)];
        const size_t more = strlen(piece);
        if (w[1] % 3 == 0) text[at] = (char)w[2];
        if (w[1] % 3 == 1 && rest > span) {
            memmove(text + at, text + at + span, rest - span);
            length -= span;
        }
        if (w[1] % 3 == 2 && length + more < size) {
            memmove(text + at + more, text + at, rest);
            memcpy(text + at, piece, more);
            length += more;
        }
    }
    return length;
}

/* Every value below `sweep` that can be read at all has a text that reads back. */
static int all_come_back(const char *text, size_t length)
{
    sb_context ctx;
    sb_document document = {0};
    const sb_config_text source = sb_config_text_of("fuzz", text, length);
    int good = 1;
    sb_context_init(&ctx, 1);
    if (sb_document_parse(&ctx, &source, &document) == SB_OK) {
        char *value = NULL;
        if (document.root) good = comes_back(&document, document.root, &value);
        free(value);
    }
    sb_document_free(&document);
    return good;
}

static void test_damaged_files(void)
{
    enum { SIZE = 2048, ROUNDS = 1000 };
    char text[SIZE], start[64];
    int good = 0, refused = 0;
    sb_stream stream = sb_stream_at(3, SB_DRAW_TEST, 0, 7, 0, 0);
    snprintf(start, sizeof start, "%s:", plan_case_path());
    for (int i = 0; i < ROUNDS; i++) {
        sb_context ctx;
        sb_sweep_plan plan;
        const size_t length = damage(&stream, text, SIZE);
        sb_context_init(&ctx, 1);
        plan_case_put(text, length);
        const sb_status st = sb_sweep_plan_read(&ctx, plan_case_path(), &plan);
        const int told =
            st == SB_EUSER && strncmp(ctx.error.message, start, strlen(start)) == 0 && strstr(ctx.error.message, ": error: ");
        good += st == SB_OK;
        refused += told;
        CHECK(st == SB_OK || told);
        sb_sweep_plan_free(&plan);
        if (!all_come_back(text, length)) {
            printf("# %.*s\n", (int)length, text);
            CU_FAIL("a value does not come back from its text");
        }
    }
    printf("# %d accepted, %d refused\n", good, refused);
    CHECK(good > ROUNDS / 40 && refused > ROUNDS / 5);
}

static void test_damaged_command_lines(void)
{
    static const char original[] = "pruning.file=a, [1, {b: 'c, d'}], \"e\\\"f\" ,it's";
    enum { ROUNDS = 2000 };
    int good = 0;
    sb_stream stream = sb_stream_at(4, SB_DRAW_TEST, 0, 7, 0, 0);
    for (int i = 0; i < ROUNDS; i++) {
        sb_context ctx;
        sb_sweep_plan plan = {0};
        uint32_t w[4];
        char *text = strdup(original); /* without a byte to spare */
        if (!text) break;
        sb_context_init(&ctx, 1);
        for (int k = 0; k < 2; k++) {
            sb_stream_words(&stream, w);
            text[w[0] % (sizeof original - 1)] = w[1] % 2 ? pieces[w[2] % 14][0] : (char)w[3];
        }
        const sb_status st = sb_sweep_plan_vary(&ctx, &plan, text);
        CHECK(st == SB_OK ? plan.axis_count == 1 && plan.axis[0].count > 0
                          : st == SB_EUSER && plan.axis_count == 0 && strncmp(ctx.error.message, "--vary ", 7) == 0);
        good += st == SB_OK;
        sb_sweep_plan_free(&plan);
        free(text);
    }
    printf("# %d accepted\n", good);
    CHECK(good > ROUNDS / 100 && good < ROUNDS / 2);
}

static const sb_test tests[] = {{"awkward values", test_awkward_values},
                                {"damaged files", test_damaged_files},
                                {"damaged command lines", test_damaged_command_lines}};

int main(void)
{
    if (!plan_case_begin()) return 99;
    const int failed = sb_test_main("values of a sweep", tests, sizeof tests / sizeof *tests);
    plan_case_end();
    return failed;
}
