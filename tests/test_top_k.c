/* Top-k masks against a ranking of all pairs: exactly ceil(p D) coordinates, the largest, ties to the lower index. */
#include "harness.h"

#include "base/random.h"
#include "train/masks.h"

#include <stdlib.h>
#include <string.h>

static sb_context context;

/* Top-k by its definition: all pairs are compared. kept: how many have a larger magnitude, or the same and a lower index. */
static void top_k_by_ranks(size_t D, const double *theta, size_t kept, unsigned char *mask)
{
    for (size_t i = 0; i < D; i++) {
        size_t before = 0;
        for (size_t j = 0; j < D; j++) before += fabs(theta[j]) > fabs(theta[i]) || (fabs(theta[j]) == fabs(theta[i]) && j < i);
        mask[i] = before < kept;
    }
}

/* Compares every worker's mask for this theta; returns the number of workers whose mask is wrong. */
static int top_k_errors(int N, size_t D, double *keep, const size_t *kept, const double *theta)
{
    sb_context *ctx = &context;
    const sb_masks masks = {.kind = SB_PRUNING_TOP_K, .N = N, .D = D, .keep = keep};
    sb_mask_round round;
    unsigned char *mask = malloc(D), *want = malloc(D);
    double *copy = malloc(D * sizeof *copy);
    int errors = 0;
    memcpy(copy, theta, D * sizeof *copy);
    CHECK_OK(ctx, sb_mask_round_create(ctx, &masks, &round));
    for (int turn = 0; turn < 2; turn++) { /* a second preparation must not see the first */
        sb_mask_round_prepare(&masks, theta, &round);
        for (int n = 0; n < N; n++) {
            memset(mask, 7, D);
            sb_mask_fill(&masks, &round, 0, turn, n, theta, mask, NULL);
            top_k_by_ranks(D, theta, kept[n], want);
            errors += memcmp(mask, want, D) != 0;
        }
    }
    CHECK(memcmp(copy, theta, D * sizeof *copy) == 0);
    sb_mask_round_free(&round);
    free(mask);
    free(want);
    free(copy);
    return errors;
}

static void test_top_k_random(void)
{
    enum { TRIALS = 1000, MOST = 60, N = 4 };
    for (uint32_t trial = 0; trial < TRIALS; trial++) {
        sb_stream stream = sb_stream_at(19, SB_DRAW_TEST, 0, 0, trial, 0);
        const size_t D = 1 + (size_t)(sb_stream_uniform(&stream) * MOST);
        const int values = 1 + (int)(sb_stream_uniform(&stream) * (trial % 3 ? 6 : 1000)); /* few values: many ties */
        double theta[MOST], keep[N];
        size_t kept[N];
        for (size_t i = 0; i < D; i++) theta[i] = 0.25 * (floor(sb_stream_uniform(&stream) * values) - values / 2);
        for (int n = 0; n < N; n++) {
            const size_t count = 1 + (size_t)(sb_stream_uniform(&stream) * D);
            keep[n] = ((double)count - 0.5 * sb_stream_uniform(&stream)) / (double)D; /* between count-1/2 and count */
            kept[n] = count;
        }
        keep[2] = keep[0];
        kept[2] = kept[0];
        CHECK(top_k_errors(N, D, keep, kept, theta) == 0);
    }
}

static void test_top_k_special(void)
{
    enum { D = 1001 };
    static double theta[D];
    double keep[] = {0.3, 0.3, 1.0, 1e-9}, one[] = {1e-300, 0.5, 1.0};
    const size_t kept[] = {301, 301, D, 1}, kept_one[] = {1, 1, 1}; /* ceil(300.3) */
    for (int i = 0; i < D; i++) theta[i] = 0.0;
    CHECK(top_k_errors(4, D, keep, kept, theta) == 0);
    for (int i = 0; i < D; i++) theta[i] = i % 2 ? -0.0 : 0.0;
    CHECK(top_k_errors(4, D, keep, kept, theta) == 0);
    for (int i = 0; i < D; i++) theta[i] = i;
    CHECK(top_k_errors(4, D, keep, kept, theta) == 0);
    for (int i = 0; i < D; i++) theta[i] = -D + i;
    CHECK(top_k_errors(4, D, keep, kept, theta) == 0);
    for (int i = 0; i < D; i++) theta[i] = (i % 2 ? -1.0 : 1.0) * fmin(i, D - i); /* an organ pipe, tied in pairs */
    CHECK(top_k_errors(4, D, keep, kept, theta) == 0);
    for (int i = 0; i < D; i++) theta[i] = ldexp(i % 7 - 3, -1074); /* subnormal */
    CHECK(top_k_errors(4, D, keep, kept, theta) == 0);
    theta[0] = 0.0;
    CHECK(top_k_errors(3, 1, one, kept_one, theta) == 0);
    theta[0] = -2.385;
    CHECK(top_k_errors(3, 1, one, kept_one, theta) == 0);
}

/* ceil(p D) is meant for the p that was written: 7 % of 100 are 7, although 0.07*100 = 7.000000000000001 in double. */
static void test_top_k_percent(void)
{
    enum { D = 300 };
    double theta[D];
    int errors = 0;
    for (int i = 0; i < D; i++) theta[i] = i % 5 - 2;
    for (int percent = 1; percent <= 100; percent++)
        for (size_t size = 100; size <= D; size += 100) {
            double keep[] = {percent / 100.0};
            const size_t kept[] = {(size_t)percent * size / 100};
            errors += top_k_errors(1, size, keep, kept, theta);
        }
    CHECK(errors == 0);
}

int main(void)
{
    static const sb_test tests[] = {
        {"random vectors with many ties", test_top_k_random},
        {"zeros, runs, subnormals, one coordinate", test_top_k_special},
        {"whole percents are kept exactly", test_top_k_percent},
    };
    sb_context_init(&context, 2);
    return sb_test_main("top-k", tests, sizeof tests / sizeof *tests);
}
