/* The report on four choices, from structs filled by hand: an ordinary case, nothing known, nothing feasible, numbers that overflow. */
#include "harness.h"

#include "choose_scene.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static sb_context context;

static char *report(const scene *x, sb_format format, int width)
{
    struct {
        char *text;
        size_t length;
    } written = {0};
    FILE *stream = open_memstream(&written.text, &written.length);
    const sb_output out = {stream, format, 0, width, 0};
    CHECK_OK(&context, sb_report_selections(&context, &out, &x->situation, &x->selections));
    fclose(stream);
    return written.text;
}

static char *report_of(int which, sb_format format, int width)
{
    scene x;
    scene_fill(which, &x);
    return report(&x, format, width);
}

/* `word` stands in the text with no letter on either side. */
static int has_word(const char *text, const char *word)
{
    const size_t length = strlen(word);
    for (const char *p = text; (p = strstr(p, word)) != NULL; p += length)
        if ((p == text || !isalpha((unsigned char)p[-1])) && !isalpha((unsigned char)p[length])) return 1;
    return 0;
}

static void test_no_bare_infinity(void)
{
    CHECK(has_word("so inf.", "inf") && has_word("-nan", "nan") && !has_word("infeasible finance", "inf"));
    for (int which = 0; which < CASES; which++)
        for (int format = SB_FORMAT_TABLE; format <= SB_FORMAT_CSV; format++) {
            char *text = report_of(which, (sb_format)format, 120);
            CHECK(!has_word(text, "inf") && !has_word(text, "nan"));
            CHECK(strlen(text) > 500);
            free(text);
        }
}

static int widest(const char *text)
{
    size_t most = 0;
    for (const char *line = text; *line; line += strcspn(line, "\n") + (line[strcspn(line, "\n")] == '\n'))
        if (strcspn(line, "\n") > most) most = strcspn(line, "\n");
    return (int)most;
}

static void test_width(void)
{
    for (int which = 0; which < CASES; which++)
        for (int width = 80; width <= 120; width += 20) {
            char *text = report_of(which, SB_FORMAT_TABLE, width);
            CHECK(widest(text) <= width);
            CHECK(strchr(text, '\033') == NULL);
            if (width != 100 && getenv("SHOW")) puts(text);
            free(text);
        }
}

/* Every infinite cell of a table has a letter, and every letter its remark below that table. Returns how many there are. */
static int lettered(char *table, const char *next)
{
    char *end = strstr(table, next);
    int letters = 0;
    if (end) *end = '\0';
    for (const char *p = table; (p = strstr(p, "infinite")) != NULL; p += 8) {
        char remark[16];
        CHECK(strncmp(p, "infinite [", 10) == 0);
        snprintf(remark, sizeof remark, "\n  [%c] ", p[10]);
        CHECK(strstr(table, remark) != NULL);
        letters++;
    }
    if (end) *end = '\n';
    return letters;
}

static void test_footnotes(void)
{
    char *text = report_of(OVERFLOWING, SB_FORMAT_TABLE, 120), *table = strstr(text, "\nCHOICES"), *terms = strstr(text, "\nTERMS");
    char *remedies = strstr(text, "\nWHAT WOULD"), *reach = strstr(text, "\nHOW FAR");
    if (!table || !terms || !remedies || !reach) CU_FAIL_FATAL("a table is missing");
    CHECK(strstr(table, "1.2e22 [") != NULL && strstr(table, "no grid that long") != NULL);
    CHECK(lettered(table, "\nWHY") >= SB_SELECTION_COUNT); /* T at the least */
    CHECK(lettered(terms, "\nCERTIFICATE") >= SB_SELECTION_COUNT);
    CHECK(lettered(remedies, "\nHOW FAR") == 6);
    CHECK(lettered(reach, "\n\n\n") >= 6 * SB_SELECTION_COUNT);
    free(text);
}

/* The numbers in the last columns of a line; a dash counts as 0. */
static void numbers_of(const char *line, double x[SB_SELECTION_COUNT])
{
    const char *p = line + strcspn(line, "\n");
    for (int i = SB_SELECTION_COUNT - 1; i >= 0; i--) {
        while (p[-1] == ' ') p--;
        while (p[-1] != ' ') p--;
        x[i] = strncmp(p, "- ", 2) == 0 || strncmp(p, "-\n", 2) == 0 ? 0.0 : strtod(p, NULL);
    }
}

/* Nonzero if each column of the terms adds up to the sum shown below it. */
static int adds_up(const scene *x)
{
    char *text = report(x, SB_FORMAT_TABLE, 120), *line = strstr(text, "\nTERMS");
    double sum[SB_SELECTION_COUNT] = {0.0}, shown[SB_SELECTION_COUNT];
    int same = 1, lines = 0;
    line = strchr(strchr(line + 1, '\n') + 1, '\n') + 1; /* below title and headings */
    for (; strncmp(line, "SUM ", 4) != 0; line = strchr(line, '\n') + 1, lines++) {
        numbers_of(line, shown);
        for (int i = 0; i < SB_SELECTION_COUNT; i++) sum[i] += shown[i];
    }
    numbers_of(line, shown);
    for (int i = 0; i < SB_SELECTION_COUNT; i++) same &= fabs(sum[i] - shown[i]) < 2e-3 * fabs(shown[i]);
    CHECK(lines >= 12);
    free(text);
    return same;
}

static void test_table_sums(void)
{
    scene x;
    scene_fill(ORDINARY, &x);
    CHECK(adds_up(&x));
    x.selections.selection[1].promise.sum += 0.385;
    CHECK(!adds_up(&x));
}

static json_t *json_of(int which)
{
    char *text = report_of(which, SB_FORMAT_JSON, 120);
    json_error_t error;
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (!root) printf("# %d:%d %s\n", error.line, error.column, error.text);
    CHECK(root != NULL);
    free(text);
    return root;
}

static double number(const json_t *object, const char *key)
{
    const json_t *x = json_object_get(object, key);
    return json_is_number(x) ? json_number_value(x) : NAN;
}

static double sum_of(const json_t *bound)
{
    const char *name;
    json_t *value;
    double sum = 0.0;
    json_object_foreach(json_object_get(bound, "terms"), name, value) sum += json_is_number(value) ? json_number_value(value) : NAN;
    return sum;
}

static void test_json_sums(void)
{
    static const char *const bounds[] = {"bound", "a_priori"};
    json_t *root = json_of(ORDINARY), *choices = json_object_get(root, "choices");
    CHECK(json_array_size(choices) == SB_SELECTION_COUNT);
    for (size_t i = 0; i < SB_SELECTION_COUNT; i++) {
        const json_t *choice = json_array_get(choices, i);
        CHECK(strcmp(json_string_value(json_object_get(choice, "name")), sb_selection_name((sb_selection_kind)i)) == 0);
        for (int b = 0; b < 2; b++) {
            const json_t *bound = json_object_get(choice, bounds[b]);
            CHECK(json_object_size(json_object_get(bound, "terms")) >= 8);
            CHECK_CLOSE(sum_of(bound), number(bound, "rhs"), 1e-12);
        }
        CHECK(json_array_size(json_object_get(json_object_get(choice, "bound"), "needs")) == 0);
        CHECK(json_is_null(json_object_get(choice, "remark")) == (i >= 2));
        CHECK(json_is_null(json_object_get(choice, "certificate")) == (i >= 2));
    }
    json_decref(root);
}

static void test_json_fields(void)
{
    json_t *root = json_of(ORDINARY);
    const json_t *choices = json_object_get(root, "choices"), *last = json_array_get(choices, 3);
    const json_t *training = json_object_get(last, "training");
    CHECK(number(root, "target") == 0.2 && json_is_false(json_object_get(root, "target_given")));
    CHECK(number(json_object_get(root, "budget"), "K") == 60 && number(json_object_get(root, "budget"), "steps") == 1925);
    CHECK(number(json_object_get(root, "needed"), "K") == 312 && number(root, "score_least") == 2.385);
    CHECK(number(last, "T") == 2.385 && number(last, "eta") == 2.4e-5 && number(last, "pilot") == 2 &&
          number(last, "chain") == 1.31);
    CHECK(strcmp(json_string_value(json_object_get(last, "grid")), "log-snr") == 0);
    CHECK(strcmp(json_string_value(json_object_get(last, "sampler")), "ddpm") == 0);
    CHECK(strcmp(json_string_value(json_object_get(json_object_get(last, "reasons"), "eta")), "Lemma 4.6") == 0);
    CHECK(number(training, "half_at_least") == 0.0084 && number(training, "dtheta") == 0.17);
    CHECK(json_is_null(json_object_get(json_array_get(choices, 0), "chain")));
    json_decref(root);
}

/* By how much: the factor between value and limit, whichever way the condition goes. */
static void test_json_certificate(void)
{
    json_t *root = json_of(ORDINARY), *failure;
    const json_t *printed = json_array_get(json_object_get(root, "choices"), 0);
    const json_t *certificate = json_object_get(printed, "certificate");
    size_t i;
    int seen = 0;
    CHECK(json_is_false(json_object_get(printed, "feasible")));
    json_array_foreach(json_object_get(certificate, "fails"), i, failure)
    {
        const char *name = json_string_value(json_object_get(failure, "name"));
        if (strcmp(name, "F0 <= (d+M2) e^-2") == 0) {
            CHECK_CLOSE(number(failure, "factor"), 9.7 * exp(2.0) / 6.4, 1e-12);
            seen |= 1;
        }
        if (strcmp(name, "K >= (d+M2)(T+log(1/delta))^2/F0") == 0) seen |= 2;
        if (strcmp(name, "kappa <= (T+log(1/delta))/K") == 0) seen |= 4;
    }
    CHECK(seen == 1); /* 60 steps are enough, and kappa = 0.07 is below 5.7/60 */
    CHECK(number(certificate, "delta_model") == 0.41 && number(certificate, "F0_least") == 1.73);
    json_decref(root);
}

/* A null has a reason where the number is infinite, and "needs" where constants are missing. */
static void test_json_nulls(void)
{
    json_t *lacking = json_of(LACKING), *overflowing = json_of(OVERFLOWING), *unknown = json_of(NOTHING_KNOWN);
    const json_t *repaired = json_array_get(json_object_get(lacking, "choices"), 2), *bound = json_object_get(repaired, "bound");
    const json_t *first = json_array_get(json_object_get(overflowing, "choices"), 0);
    CHECK(json_is_null(json_object_get(bound, "rhs")) && json_array_size(json_object_get(bound, "needs")) == 1);
    CHECK(strcmp(json_string_value(json_array_get(json_object_get(bound, "needs"), 0)), "dtheta") == 0);
    CHECK(strcmp(json_string_value(json_object_get(repaired, "state")), "unknown") == 0);
    CHECK(json_is_null(json_object_get(first, "T")) && number(first, "K") == 1.2e22);
    CHECK(strstr(json_string_value(json_object_get(first, "reason")), "T") != NULL);
    CHECK(strcmp(json_string_value(json_object_get(overflowing, "reason")), "infinite: score_least") == 0);
    CHECK(strstr(json_string_value(json_object_get(json_object_get(first, "bound"), "reason")), "pruning") != NULL);
    CHECK(strstr(json_string_value(json_object_get(json_object_get(first, "training"), "reason")), "moved") != NULL);
    CHECK(json_is_null(json_object_get(unknown, "target")) && json_object_get(unknown, "reason") == NULL);
    json_decref(lacking);
    json_decref(overflowing);
    json_decref(unknown);
}

/* Each line has three fields; the value of `quantity` of a choice, by name, is in the third. */
static void test_csv(void)
{
    char *text = report_of(ORDINARY, SB_FORMAT_CSV, 120);
    int lines = 0, found = 0;
    CHECK(strncmp(text, "choice,quantity,value\n", 22) == 0);
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"), lines++) {
        int commas = 0, quoted = 0;
        for (const char *p = line; *p; p++) {
            quoted ^= *p == '"';
            commas += *p == ',' && !quoted;
        }
        CHECK(commas == 2);
        found += strcmp(line, "optimised,T,2.3849999999999998") == 0 || strcmp(line, "repaired,grid,log-snr") == 0;
        found +=
            strcmp(line, ",needed.K,312") == 0 || strcmp(line, "printed,reasons.T,\"T = 1.31: so, and \"\"so\"\", much\"") == 0;
        found += strcmp(line, "printed,chain,") == 0;
    }
    CHECK(found == 5);
    CHECK(lines > 200);
    free(text);
}

/* One blank for each run of white space, so that phrases are found wherever lines break. */
static char *flat(char *text)
{
    char *end = text;
    for (const char *p = text; *p; p++)
        if (!isspace((unsigned char)*p)) *end++ = *p;
        else if (end > text && end[-1] != ' ') *end++ = ' ';
    *end = '\0';
    return text;
}

static void test_summary(void)
{
    char *ordinary = flat(report_of(ORDINARY, SB_FORMAT_TABLE, 120)),
         *unknown = flat(report_of(NOTHING_KNOWN, SB_FORMAT_TABLE, 120));
    char *lacking = flat(report_of(LACKING, SB_FORMAT_TABLE, 120));
    CHECK(strstr(ordinary, "Feasible: repaired, optimised. Infeasible: printed, corrected.") != NULL);
    CHECK(strstr(ordinary, "Take the optimised choice: T = 2.385, 60 steps of the log-snr grid") != NULL);
    CHECK(strstr(ordinary, "the worst of 10") != NULL);
    CHECK(strstr(ordinary, "at most 1.23 % of F0 - min F can be gone") != NULL);
    CHECK(strstr(ordinary, "by a factor of 11.2 (9.7 against 0.8661)") != NULL);
    CHECK(strstr(ordinary, "No training, however long, brings the score part of the bound below 2.385 nats") != NULL);
    CHECK(strstr(lacking, "No choice can be recommended. The optimised one: no bound without dtheta.") != NULL);
    CHECK(strstr(lacking, "Cannot be told: printed, corrected, repaired, optimised.") != NULL);
    CHECK(strstr(unknown, "Cannot be told: printed, corrected, repaired, optimised.") != NULL);
    free(ordinary);
    free(unknown);
    free(lacking);
}

/* Text of the ordinary case, with other figures for what the optimised choice learns, came to and promises. */
static char *with_optimised(double share, double chain, double promise)
{
    scene x;
    scene_fill(ORDINARY, &x);
    x.selections.selection[2].reach.share_most = 0.87;
    x.selections.selection[3].reach.share_most = share;
    x.selections.selection[3].chain = chain;
    x.selections.selection[3].promise.sum = promise;
    return flat(report(&x, SB_FORMAT_TABLE, 120));
}

/* A promise that misses the target is not recommended where another choice's pilot did better, or where it alone does not learn. */
static void test_recommendation(void)
{
    char *worse = with_optimised(2.385e-8, 3.427, 7.9), *idle = with_optimised(0.02, NAN, 7.9);
    char *better = with_optimised(0.3, 1.2, 7.9), *proven = with_optimised(0.3, 3.427, 0.19),
         *close = with_optimised(0.3, 1.4, 7.9);
    CHECK(strstr(worse, "Take the repaired choice: ") != NULL);
    CHECK(strstr(worse, "a chain KL of 3.427 nats, this one's to 1.31.") != NULL && strstr(worse, "2.39e-6 %") != NULL);
    CHECK(strstr(idle, "Take the repaired choice: ") != NULL && strstr(idle, "The optimised choice promises 7.9 nats.") != NULL);
    CHECK(strstr(better, "Take the optimised choice: ") != NULL && strstr(close, "Take the optimised choice: ") != NULL);
    CHECK(strstr(proven, "Take the optimised choice: ") != NULL && strstr(proven, "the target of 0.2 nats") != NULL);
    free(worse);
    free(idle);
    free(better);
    free(proven);
    free(close);
}

static int excess_is(double value, double limit, const char *wanted)
{
    const sb_condition condition = {"x", limit, value, 0};
    const sb_text text = sb_condition_excess(&condition);
    if (strcmp(text.s, wanted) != 0) printf("# got '%s', want '%s'\n", text.s, wanted);
    return strcmp(text.s, wanted) == 0;
}

static void test_excess(void)
{
    const sb_condition up = {"a", 0.5, 2.385, 0}, down = {"b", 2.385, 0.5, 0}, none = {"c", 0.0, -2.0, 0},
                       held = {"d", 1.0, 1e9, 1};
    const sb_terms all = {.condition_count = 4, .condition = {none, up, {"e", 7.0, 1.0, 0}, held}};
    const sb_terms fine = {.condition_count = 1, .condition = {held}};
    CHECK_CLOSE(sb_condition_factor(&up), 4.77, 1e-14);
    CHECK_CLOSE(sb_condition_factor(&down), 4.77, 1e-14);
    CHECK(isnan(sb_condition_factor(&none)));
    CHECK(excess_is(2.385, 0.5, "4.77 times") && excess_is(-0.21, 1.0, "by 1.21") && excess_is(NAN, 1.0, "-"));
    CHECK(excess_is(INFINITY, 1.0, "beyond measure") && excess_is(1e300, 1e-300, "by 1e300"));
    CHECK(strcmp(sb_selection_worst(&all)->name, "e") == 0);
    CHECK(sb_selection_worst(&fine) == NULL);
}

/* Conditions that the remark shares with the theorem are told once, and a choice that is feasible has nothing against it. */
static void test_obstacles(void)
{
    scene x;
    sb_list printed = {0}, optimised = {0}, lacking = {0};
    scene_fill(ORDINARY, &x);
    const sb_terms all = sb_selection_conditions(&x.selections.selection[0]);
    for (int i = 0; i < all.condition_count; i++)
        for (int k = 0; k < i; k++) CHECK(strcmp(all.condition[i].name, all.condition[k].name) != 0);
    CHECK(all.condition_count == x.selections.selection[0].remark.condition_count);
    sb_selection_obstacles(&x.selections.selection[0], &printed);
    sb_selection_obstacles(&x.selections.selection[3], &optimised);
    CHECK(strstr(printed.text, "F0 <= (d+M2) e^-2 fails by a factor of 11.2 (9.7 against 0.8661)") != NULL);
    CHECK(optimised.used == 0);
    scene_fill(LACKING, &x);
    sb_selection_obstacles(&x.selections.selection[3], &lacking);
    CHECK(strcmp(lacking.text, "no bound without dtheta") == 0);
    CHECK(sb_selection_state(&x.selections.selection[3]) == SB_CHOICE_UNKNOWN);
}

int main(void)
{
    static const sb_test tests[] = {
        {"no bare infinity", test_no_bare_infinity},
        {"width", test_width},
        {"footnotes", test_footnotes},
        {"table: sums of terms", test_table_sums},
        {"json: sums of terms", test_json_sums},
        {"json: fields", test_json_fields},
        {"json: certificate", test_json_certificate},
        {"json: nulls", test_json_nulls},
        {"csv", test_csv},
        {"summary", test_summary},
        {"what is recommended", test_recommendation},
        {"by how much", test_excess},
        {"obstacles", test_obstacles},
    };
    sb_context_init(&context, 1);
    return sb_test_main("choose_report", tests, sizeof tests / sizeof *tests);
}
