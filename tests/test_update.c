/* Masked steps, equation (7), and their aggregation, equation (8), on the backend. */
#include "harness.h"

#include "base/random.h"
#include "kernels/backend.h"

#include <string.h>

static sb_stream stream_of(uint32_t round)
{
    return sb_stream_at(77, SB_DRAW_TEST, 0, 0, round, 0);
}

static void test_sgd_and_masks(void)
{
    double theta[5] = {1.0, -2.385, 3.0, 4.0, 5.5}, out[5];
    const double grad[5] = {0.385, 1.615, NAN, -2.0, INFINITY}, start[5] = {1.0, -2.385, 3.0, 4.0, 5.5};
    const unsigned char mask[5] = {1, 0, 0, 1, 0};
    const sb_backend *op = sb_backend_cpu();
    op->sgd_masked(5, 0.715, grad, mask, theta);
    CHECK(theta[0] == fma(-0.715, 0.385, 1.0) && theta[3] == fma(0.715, 2.0, 4.0));
    CHECK(theta[1] == start[1] && theta[2] == start[2] && theta[4] == start[4]);
    op->sgd_masked(2, 0.715, grad, NULL, theta);
    CHECK_CLOSE(theta[0], 1.0 - 2 * 0.715 * 0.385, 1e-15);
    CHECK_CLOSE(theta[1], -2.385 - 0.715 * 1.615, 1e-15);
    op->sgd_masked(3, 0.715, grad, NULL, theta);
    CHECK(isnan(theta[2])); /* unmasked, a NaN must show */

    op->mask_apply(5, start, mask, out);
    CHECK(out[0] == 1.0 && out[1] == 0.0 && out[2] == 0.0 && out[3] == 4.0 && out[4] == 0.0);
    op->mask_apply(5, start, NULL, out);
    CHECK(memcmp(out, start, sizeof out) == 0);
}

enum { WORKERS = 9, COORDINATES = 211 };

typedef struct {
    double start[COORDINATES], local[WORKERS][COORDINATES];
    unsigned char mask[WORKERS][COORDINATES];
} round_of_workers;

static void draw_round(round_of_workers *w)
{
    sb_stream stream = stream_of(13);
    sb_stream_normals(&stream, COORDINATES, w->start);
    for (int n = 0; n < WORKERS; n++) {
        sb_stream_normals(&stream, COORDINATES, w->local[n]);
        for (int i = 0; i < COORDINATES; i++) {
            w->local[n][i] = w->start[i] + 0.0385 * w->local[n][i];
            w->mask[n][i] = sb_stream_uniform(&stream) < 0.4;
        }
    }
    for (int n = 0; n < WORKERS; n++) w->mask[n][7] = 0; /* kept by nobody */
}

static const double quantum = 0x1p-44;

static void aggregate_in_order(const round_of_workers *w, const int *order, int zero, double *theta, size_t *uncovered,
                               int32_t *least)
{
    int64_t sum[COORDINATES] = {0};
    int32_t count[COORDINATES] = {0};
    const sb_backend *op = sb_backend_cpu();
    memcpy(theta, w->start, sizeof w->start);
    for (int n = 0; n < WORKERS; n++)
        CHECK(op->accumulate(COORDINATES, w->local[order[n]], w->start, w->mask[order[n]], quantum, 1e3, sum, count) == 0);
    *uncovered = op->aggregate(COORDINATES, quantum, sum, count, zero, theta, least);
}

static void float_sum_in_order(const round_of_workers *w, const int *order, double *sum)
{
    for (int i = 0; i < COORDINATES; i++) {
        sum[i] = 0.0;
        for (int n = 0; n < WORKERS; n++) sum[i] += w->mask[order[n]][i] ? w->local[order[n]][i] - w->start[i] : 0.0;
    }
}

static void test_aggregation(void)
{
    static round_of_workers w;
    double first[COORDINATES], theta[COORDINATES], float_first[COORDINATES], float_sum[COORDINATES];
    int order[WORKERS], float_differs = 0, wrong = 0;
    size_t uncovered;
    int32_t least = -1;
    sb_stream stream = stream_of(14);
    draw_round(&w);
    for (int n = 0; n < WORKERS; n++) order[n] = n;
    aggregate_in_order(&w, order, 0, first, &uncovered, &least);
    float_sum_in_order(&w, order, float_first);

    size_t bare = 0;
    for (int i = 0; i < COORDINATES; i++) { /* equation (8) itself */
        long double sum = 0.0L;
        int count = 0;
        for (int n = 0; n < WORKERS; n++)
            if (w.mask[n][i]) sum += w.local[n][i], count++;
        bare += count == 0;
        wrong += !(fabsl(first[i] - (count ? sum / count : w.start[i])) < 1e-13);
    }
    CHECK(wrong == 0 && uncovered == bare && bare >= 1 && least == 0);
    CHECK(first[7] == w.start[7]);

    for (int trial = 0; trial < 40; trial++) {
        for (int n = WORKERS - 1; n > 0; n--) {
            const int other = (int)(sb_stream_uniform(&stream) * (n + 1)), keep = order[n];
            order[n] = order[other], order[other] = keep;
        }
        aggregate_in_order(&w, order, 0, theta, &uncovered, NULL);
        CHECK(memcmp(theta, first, sizeof theta) == 0);
        float_sum_in_order(&w, order, float_sum);
        float_differs += memcmp(float_sum, float_first, sizeof float_sum) != 0;
    }
    CHECK(float_differs > 0); /* in floating point the order does show */

    aggregate_in_order(&w, order, 1, theta, &uncovered, &least);
    CHECK(theta[7] == 0.0 && theta[8] == first[8]);
}

static void test_aggregation_limits(void)
{
    const sb_backend *op = sb_backend_cpu();
    const double start[4] = {1.0, 2.0, 3.0, 4.0}, good[4] = {1.385, 1.5, 3.0, 4.0};
    const double bad[4] = {NAN, -INFINITY, 3.0 + 10.125, 4.0};
    const unsigned char mask[4] = {1, 0, 1, 1};
    int64_t sum[4] = {0};
    int32_t count[4] = {0}, least = -1;
    CHECK(op->accumulate(4, good, start, NULL, quantum, 10.0, sum, count) == 0);
    CHECK(op->accumulate(4, bad, start, NULL, quantum, 10.0, sum, count) == 3);
    CHECK(op->accumulate(4, bad, start, mask, quantum, 10.0, sum, count) == 2);   /* what is masked does not count */
    CHECK(op->accumulate(4, bad, start, mask, quantum, 10.125, sum, count) == 1); /* the limit itself is allowed */

    int64_t near_end[1] = {INT64_MAX - 5};
    int32_t one[1] = {0};
    const double zero[1] = {0.0}, step[1] = {8 * quantum}, huge[1] = {0x1p18};
    CHECK(op->accumulate(1, step, zero, NULL, quantum, 1.0, near_end, one) == 1); /* the sum overflows */
    near_end[0] = 0;
    CHECK(op->accumulate(1, huge, zero, NULL, quantum, INFINITY, near_end, one) == 1); /* 2^62 units: does not fit */

    int64_t units[3] = {0};
    int32_t counts[3] = {0};
    const double thirds[3] = {2.5 * quantum, 3.5 * quantum, -2.5 * quantum}, nothing[3] = {0.0};
    double theta[3] = {0.0, 1.0, -1.0};
    CHECK(op->accumulate(3, thirds, nothing, NULL, quantum, 1.0, units, counts) == 0);
    CHECK(units[0] == 2 && units[1] == 4 && units[2] == -2); /* halves go to even */
    CHECK(op->aggregate(3, quantum, units, counts, 0, theta, &least) == 0 && least == 1);
    CHECK(theta[0] == 2 * quantum && theta[1] == 1.0 + 4 * quantum && theta[2] == -1.0 - 2 * quantum);
    CHECK(op->aggregate(0, quantum, units, counts, 0, theta, &least) == 0);
}

int main(void)
{
    static const sb_test tests[] = {
        {"masked steps (7)", test_sgd_and_masks},
        {"aggregation (8): the mean, in any order the same bits", test_aggregation},
        {"aggregation: limits, overflow, NaN, rounding", test_aggregation_limits},
    };
    return sb_test_main("update", tests, sizeof tests / sizeof *tests);
}
