/* Streams: the generator against Random123's published answers, the mapping against cuRAND's, distributions against theory. */
#include "harness.h"

#include "base/random.h"

#include <string.h>

/* Known answers of philox4x32-10 (Random123's kat_vectors): counter and key all zero, and all ones. */
static void test_known_answers(void)
{
    sb_stream zero = {0, 0, 0}, ones = {UINT64_MAX, UINT64_MAX, UINT64_MAX};
    uint32_t w[4];
    const uint32_t want_zero[4] = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
    const uint32_t want_ones[4] = {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd};
    sb_stream_words(&zero, w);
    CHECK(memcmp(w, want_zero, sizeof w) == 0);
    sb_stream_words(&ones, w);
    CHECK(memcmp(w, want_ones, sizeof w) == 0);
}

static void test_places_are_distinct(void)
{
    const sb_stream base = sb_stream_at(7, SB_DRAW_TRAIN, 3, 5, 11, 2);
    CHECK(base.subsequence != sb_stream_at(7, SB_DRAW_MASK, 3, 5, 11, 2).subsequence);
    CHECK(base.subsequence != sb_stream_at(7, SB_DRAW_TRAIN, 4, 5, 11, 2).subsequence);
    CHECK(base.subsequence != sb_stream_at(7, SB_DRAW_TRAIN, 3, 6, 11, 2).subsequence);
    CHECK(base.subsequence != sb_stream_at(7, SB_DRAW_TRAIN, 3, 5, 12, 2).subsequence);
    CHECK(base.block != sb_stream_at(7, SB_DRAW_TRAIN, 3, 5, 11, 3).block);
    /* the largest admissible places do not run into each other */
    CHECK(sb_stream_at(7, SB_DRAW_TRAIN, 0, 1, 0, 0).subsequence !=
          sb_stream_at(7, SB_DRAW_TRAIN, 0, 0, SB_MAX_ROUNDS - 1, 0).subsequence);
    CHECK(sb_stream_at(7, SB_DRAW_TRAIN, 1, 0, 0, 0).subsequence !=
          sb_stream_at(7, SB_DRAW_TRAIN, 0, SB_MAX_WORKERS - 1, 0, 0).subsequence);
}

static void test_skip_is_reading_on(void)
{
    sb_stream a = sb_stream_at(2385, SB_DRAW_TEST, 1, 2, 3, 4), b = sb_stream_skip(a, 5);
    double x[12], y[2];
    sb_stream_normals(&a, 12, x);
    sb_stream_normals(&b, 2, y);
    CHECK(y[0] == x[10] && y[1] == x[11]);
}

static void test_odd_counts_are_prefixes(void)
{
    sb_stream a = sb_stream_at(1, SB_DRAW_TEST, 0, 0, 0, 0), b = a;
    double x[7], y[8];
    sb_stream_normals(&a, 7, x);
    sb_stream_normals(&b, 8, y);
    CHECK(memcmp(x, y, sizeof x) == 0);
    a = b = sb_stream_at(1, SB_DRAW_TEST, 0, 0, 0, 0);
    sb_stream_uniforms(&a, 7, x);
    sb_stream_uniforms(&b, 8, y);
    CHECK(memcmp(x, y, sizeof x) == 0);
    CHECK(a.block == 4 && b.block == 4);
}

enum { DRAWS = 200000 };
static double draws[DRAWS];

static void test_uniform_moments(void)
{
    sb_stream s = sb_stream_at(3, SB_DRAW_TEST, 0, 0, 0, 0);
    double m1 = 0.0, m2 = 0.0, least = 1.0, most = 0.0;
    sb_stream_uniforms(&s, DRAWS, draws);
    for (int i = 0; i < DRAWS; i++) {
        m1 += draws[i] / DRAWS;
        m2 += draws[i] * draws[i] / DRAWS;
        least = fmin(least, draws[i]);
        most = fmax(most, draws[i]);
    }
    CHECK(least > 0.0 && most < 1.0);
    CHECK(fabs(m1 - 0.5) < 5.0 * sqrt(1.0 / 12.0 / DRAWS));
    CHECK(fabs(m2 - 1.0 / 3.0) < 5.0 * sqrt(4.0 / 45.0 / DRAWS));
}

/* Moments to the sixth and the share beyond 2.385 standard deviations (erfc). */
static void test_normal_moments(void)
{
    sb_stream s = sb_stream_at(4, SB_DRAW_TEST, 0, 0, 0, 0);
    double m[7] = {0}, beyond = 0.0;
    sb_stream_normals(&s, DRAWS, draws);
    for (int i = 0; i < DRAWS; i++) {
        double power = 1.0;
        for (int k = 1; k <= 6; k++) m[k] += (power *= draws[i]) / DRAWS;
        beyond += fabs(draws[i]) > 2.385;
    }
    const double root = sqrt(DRAWS), share = erfc(2.385 / sqrt(2.0));
    CHECK(fabs(m[1]) < 5.0 / root);
    CHECK(fabs(m[2] - 1.0) < 5.0 * sqrt(2.0) / root);
    CHECK(fabs(m[3]) < 5.0 * sqrt(15.0) / root);
    CHECK(fabs(m[4] - 3.0) < 5.0 * sqrt(96.0) / root);
    CHECK(fabs(m[6] - 15.0) < 5.0 * sqrt(10395.0 - 225.0) / root);
    CHECK(fabs(beyond / DRAWS - share) < 5.0 * sqrt(share / DRAWS));
}

/* Mean and variance of Gamma(a,1) are both a; of its logarithm digamma(a) and trigamma(a): here psi(1/2) = -gamma - 2 log 2, pi^2/2. */
static void test_gamma_variates(void)
{
    const double shape = 2.385;
    double m1 = 0.0, m2 = 0.0, l1 = 0.0, l2 = 0.0;
    enum { N = 40000 };
    for (int i = 0; i < N; i++) {
        sb_stream s = sb_stream_at(5, SB_DRAW_TEST, 0, 0, 0, (uint32_t)i);
        const double x = exp(sb_stream_log_gamma_variate(&s, shape)), l = sb_stream_log_gamma_variate(&s, 0.5);
        m1 += x / N;
        m2 += x * x / N;
        l1 += l / N;
        l2 += l * l / N;
    }
    CHECK(fabs(m1 - shape) < 5.0 * sqrt(shape / N));
    CHECK(fabs(m2 - m1 * m1 - shape) < 5.0 * sqrt((2.0 * shape * shape + 6.0 * shape) / N));
    CHECK(fabs(l1 + 0.5772156649015329 + 2.0 * log(2.0)) < 5.0 * sqrt(M_PI * M_PI / 2.0 / N));
    CHECK(fabs(l2 - l1 * l1 - M_PI * M_PI / 2.0) < 0.3);
    sb_stream s = sb_stream_at(6, SB_DRAW_TEST, 0, 0, 0, 0);
    CHECK(isfinite(sb_stream_log_gamma_variate(&s, 1e-12))); /* the variate itself would underflow */
}

int main(void)
{
    static const sb_test tests[] = {
        {"known answers of Philox4x32-10", test_known_answers},
        {"streams of different places differ", test_places_are_distinct},
        {"skipping is reading on", test_skip_is_reading_on},
        {"odd counts are prefixes", test_odd_counts_are_prefixes},
        {"uniform moments", test_uniform_moments},
        {"normal moments and tail", test_normal_moments},
        {"gamma variates", test_gamma_variates},
    };
    return sb_test_main("random", tests, sizeof tests / sizeof *tests);
}
