/* The parts below the configuration: nearest words, covariances, weights, UTF-8. */
#include "config/covariance.h"
#include "config/suggest.h"
#include "config/utf8.h"
#include "config/weights.h"
#include "harness.h"

#include <string.h>

static int slow_distance(const char *a, const char *b)
{
    if (!*a || !*b) return 2 * (int)(strlen(a) + strlen(b));
    const int substitute = *a == *b ? 0 : (*a | 0x20) == (*b | 0x20) || (strchr("-_", *a) && strchr("-_", *b)) ? 1 : 2;
    int best = slow_distance(a + 1, b + 1) + substitute;
    const int remove = slow_distance(a + 1, b) + 2, insert = slow_distance(a, b + 1) + 2;
    best = remove < best ? remove : best;
    best = insert < best ? insert : best;
    if (a[1] && b[1] && a[0] == b[1] && a[1] == b[0]) {
        const int swap = slow_distance(a + 2, b + 2) + 2;
        best = swap < best ? swap : best;
    }
    return best;
}

static void test_edit_distance(void)
{
    static const char *const words[] = {"",        "T",       "t",   "kapa", "kappa",  "paka",
                                        "log-snr", "LOG_snr", "mpl", "mlp",  "abcdef", "badcfe"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (size_t j = 0; j < sizeof words / sizeof *words; j++)
            CHECK(sb_edit_distance(words[i], strlen(words[i]), words[j], strlen(words[j])) == slow_distance(words[i], words[j]));
    const char long_word[] = "a-word-that-is-far-too-long-to-be-compared-with-any-other-word";
    CHECK(sb_edit_distance(long_word, strlen(long_word), "a", 1) == -1);
}

static void test_suggestions(void)
{
    static const char *const words[] = {"kappa", "K", "grid", "level", "keep"};
    static const struct {
        const char *given, *want;
    } cases[] = {{"kapa", "kappa"}, {"KAPPA", "kappa"}, {"k", "K"},      {"X", NULL},        {"gird", "grid"},
                 {"lvel", "level"}, {"kep", "keep"},    {"zebra", NULL}, {"kppaaaaa", NULL}, {"", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sb_suggestion near = sb_suggest(cases[i].given);
        for (size_t j = 0; j < sizeof words / sizeof *words; j++) sb_suggest_offer(&near, words[j], strlen(words[j]));
        CHECK(cases[i].want ? near.best && strcmp(near.best, cases[i].want) == 0 && near.length == (int)strlen(near.best)
                            : !near.best);
    }
}

/* 2 x 2: definite if and only if a > 0 and ac > b^2; smallest eigenvalue from the quadratic equation. */
static void test_covariance(void)
{
    sb_context ctx;
    const double cases[][3] = {{2.385, 0.7, 1.1},     {1.0, 2.0, 1.0},  {0.3, 0.3, 0.3000001},
                               {0.3, 0.3, 0.2999999}, {-1.0, 0.0, 1.0}, {4.0, -1.99, 1.0}};
    sb_context_init(&ctx, 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const double a = cases[i][0], b = cases[i][1], c = cases[i][2];
        double matrix[4] = {a, b, b, c}, smallest = NAN;
        const double exact = 0.5 * (a + c) - hypot(0.5 * (a - c), b);
        CHECK_OK(&ctx, sb_smallest_eigenvalue(&ctx, 2, matrix, &smallest));
        CHECK_NEAR(smallest, exact, 1e-14);
        CHECK(sb_covariance_factor(2, (double[]){a, b, b, c}) == (a > 0.0 && a * c > b * b));
    }
    double L[9] = {4, 2, -1, 2, 5, 3, -1, 3, 6};
    CHECK(sb_covariance_factor(3, L));
    CHECK_CLOSE(L[0] * L[4] * L[8], sqrt(4.0 * (30 - 9) - 2.0 * (12 + 3) - (6 + 5)), 1e-14); /* square root of the determinant */
}

static void test_weights(void)
{
    double w[3] = {0.2, 0.3, 0.5000000004}, sum, before[3];
    CHECK(sb_weights_normalise(3, w, &sum) && sum > 1.0);
    CHECK_CLOSE(w[2], 0.5000000004 / 1.0000000004, 1e-15);
    for (int i = 0; i < 3; i++) before[i] = w[i];
    CHECK(sb_weights_normalise(3, w, &sum));
    for (int i = 0; i < 3; i++) CHECK(w[i] == before[i]);
    CHECK(!sb_weights_normalise(2, w, &sum));
    CHECK(!sb_weights_normalise(1, (double[]){NAN}, &sum));
}

static void test_utf8(void)
{
    static const struct {
        const char *bytes;
        size_t length;
        uint32_t code;
    } cases[] = {{"A", 1, 'A'},
                 {"\xc3\xa9", 2, 0xe9},
                 {"\xe2\x82\xac", 3, 0x20ac},
                 {"\xf0\x9f\x98\x80", 4, 0x1f600},
                 {"\xf4\x8f\xbf\xbf", 4, 0x10ffff},
                 {"\xf4\x90\x80\x80", 0, 0},
                 {"\xed\xa0\x80", 0, 0},
                 {"\xc0\xaf", 0, 0},
                 {"\xe0\x9f\xbf", 0, 0},
                 {"\xf0\x8f\xbf\xbf", 0, 0},
                 {"\x80", 0, 0},
                 {"\xff", 0, 0},
                 {"\xc3", 0, 0},
                 {"\xc3(", 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t code = 0;
        CHECK(sb_utf8_next(cases[i].bytes, strlen(cases[i].bytes), &code) == cases[i].length && code == cases[i].code);
    }
    char out[16];
    CHECK(strcmp(sb_utf8_show(out, sizeof out, "a\tb\x1b\xff\xc3\xa9", 7, 10), "a b??\xc3\xa9") == 0);
    CHECK(strcmp(sb_utf8_show(out, sizeof out, "abcdef", 6, 3), "abc...") == 0);
    CHECK(strcmp(sb_utf8_show(out, sizeof out, "abcdefghijklmnopqrst", 20, 99), "abcdefghijkl...") == 0);
}

static const sb_test tests[] = {{"edit distance", test_edit_distance},
                                {"suggestions", test_suggestions},
                                {"covariances", test_covariance},
                                {"weights", test_weights},
                                {"UTF-8", test_utf8}};

int main(void)
{
    return sb_test_main("config parts", tests, sizeof tests / sizeof *tests);
}
