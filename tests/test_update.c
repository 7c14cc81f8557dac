/* Masks, masked steps (7) and their aggregation (8) on the backend, in the precision of `real`. */
#include "harness.h"

#include "base/random.h"
#include "kernels/backend.h"

#include <stdlib.h>
#include <string.h>

enum { SINGLE = sizeof(real) == sizeof(float) };

static sb_stream stream_of(uint32_t round)
{
    return sb_stream_at(77, SB_DRAW_TEST, 0, 0, round, 0);
}

/* Odd sizes, so that vectors have rests; what is masked stays, whatever its gradient; what is not must show a NaN. */
static void test_sgd(void)
{
    const sb_backend *op = sb_backend_cpu();
    const double eta = 0.0715;
    for (size_t n = 0; n < 70; n += n < 8 ? 1 : 13) {
        real theta[70], grad[70], start[70];
        unsigned char mask[70];
        double v[70];
        int wrong = 0;
        sb_stream stream = stream_of((uint32_t)n);
        sb_stream_normals(&stream, 70, v);
        for (size_t i = 0; i < 70; i++) {
            mask[i] = i % 3 != 1;
            start[i] = theta[i] = (real)v[i];
            grad[i] = mask[i] ? (real)v[69 - i] : i % 2 ? NAN : INFINITY;
        }
        op->sgd_masked(op, n, eta, grad, mask, theta);
        for (size_t i = 0; i < 70; i++) {
            const real step =
                SINGLE ? (real)fmaf((float)-eta, (float)grad[i], (float)start[i]) : (real)fma(-eta, grad[i], start[i]);
            wrong += theta[i] != (i < n && mask[i] ? step : start[i]);
        }
        CHECK(wrong == 0);
        op->sgd_masked(op, n, eta, grad, NULL, theta);
        for (size_t i = 0; i < n; i++) wrong += isfinite(theta[i]) != mask[i];
        CHECK(wrong == 0);
    }
}

/* Some steps of Adam with bias corrections by their definition, in double. Moments are garbage before the first step; a masked parameter
 * stays, though its moments follow its gradients, even into NaN. */
static void test_adam(void)
{
    const sb_backend *op = sb_backend_cpu();
    const sb_adam adam = {0.885, 0.9385, 2.385e-4};
    const double eta = 0.0715, near = SINGLE ? 0x1p-19 : 0x1p-48;
    for (size_t n = 0; n < 70; n += n < 8 ? 1 : 13)
        for (int with_mask = 0; with_mask < 2; with_mask++) {
            real theta[70], grad[70], m[70], v[70];
            double exact[70], mean[70] = {0}, square[70] = {0}, x[70];
            unsigned char mask[70];
            int wrong = 0;
            sb_stream stream = stream_of((uint32_t)(100 + n));
            sb_stream_normals(&stream, 70, x);
            for (size_t i = 0; i < 70; i++) {
                mask[i] = i % 3 != 1;
                m[i] = v[i] = NAN;
                exact[i] = (double)(theta[i] = (real)x[i]);
            }
            for (int t = 1; t <= 9; t++) {
                sb_stream_normals(&stream, 70, x);
                for (size_t i = 0; i < 70; i++) grad[i] = t == 9 && with_mask && !mask[i] ? NAN : (real)(x[i] * (i % 7 ? 1 : 1e-5));
                op->adam_masked(op, n, eta, &adam, t, grad, with_mask ? mask : NULL, m, v, theta);
                for (size_t i = 0; i < 70; i++) {
                    const int moves = i < n && (!with_mask || mask[i]);
                    mean[i] = adam.b1 * mean[i] + (1 - adam.b1) * (double)grad[i];
                    square[i] = adam.b2 * square[i] + (1 - adam.b2) * (double)grad[i] * (double)grad[i];
                    const double first = mean[i] / (1 - pow(adam.b1, t)), second = square[i] / (1 - pow(adam.b2, t));
                    if (moves) exact[i] -= eta * first / (sqrt(second) + adam.epsilon);
                    wrong += !(fabs((double)theta[i] - exact[i]) <= (moves ? near : 0));
                    wrong += i >= n && !isnan(m[i]);
                    wrong += i < n && t < 9 && !(fabs((double)m[i] - mean[i]) <= near && fabs((double)v[i] - square[i]) <= near);
                }
            }
            CHECK(wrong == 0);
        }
}

/* Word i of the stream below keep, for workers with places and rates of their own; none and all; words equal to keep. */
static void test_mask_random(void)
{
    enum { W = 5, D = 4099 };
    static unsigned char mask[W * D + 1];
    const sb_backend *op = sb_backend_cpu();
    uint64_t keep[W] = {0, UINT64_C(1) << 32, UINT64_C(0x63d70a3d), 1, 0};
    sb_place place[W];
    int wrong = 0;
    for (int w = 0; w < W; w++) {
        const sb_stream at = sb_stream_skip(stream_of((uint32_t)(20 + w)), (uint64_t)w * ((UINT64_C(1) << 32) - 77));
        place[w] = (sb_place){at.seed, at.subsequence, at.block};
    }
    sb_stream last = {place[4].seed, place[4].subsequence, place[4].block};
    uint32_t word[4];
    sb_stream_words(&last, word);
    keep[4] = word[2]; /* below, not equal */
    memset(mask, 9, sizeof mask);
    op->mask_random(op, W, D, keep, place, mask);
    for (int w = 0; w < W; w++) {
        sb_stream stream = {place[w].seed, place[w].subsequence, place[w].block};
        for (int i = 0; i < D; i++) {
            if (i % 4 == 0) sb_stream_words(&stream, word);
            wrong += mask[w * D + i] != (word[i % 4] < keep[w]);
        }
    }
    CHECK(wrong == 0 && mask[W * D] == 9);
    CHECK(mask[4 * D + 2] == 0);
    for (size_t n = 0; n < 40; n++) { /* every rest of blocks and vectors: the same mask, no byte more */
        unsigned char part[41];
        memset(part, 9, sizeof part);
        op->mask_random(op, 1, n, &keep[2], &place[2], part);
        wrong += memcmp(part, mask + 2 * D, n) != 0 || part[n] != 9;
    }
    CHECK(wrong == 0);
}

/* Coordinates of equal size: those up to `last` are kept. Rows of replicas; signs, zeros, NaN. */
static void test_mask_top_k(void)
{
    enum { D = 37, W = 4 };
    const sb_backend *op = sb_backend_cpu();
    double theta[2 * D];
    const int replica[W] = {0, 1, 0, 0};
    const double cut[W] = {2.385, 0.5, 0.0, INFINITY};
    const uint64_t last[W] = {20, UINT64_MAX, 0, 36};
    unsigned char mask[W * D];
    int wrong = 0;
    for (int i = 0; i < 2 * D; i++) theta[i] = (i % 2 ? -1 : 1) * (i % 5 ? 2.385 : i % 3 ? 7.5 : 0.0);
    theta[8] = NAN;
    memset(mask, 9, sizeof mask);
    op->mask_top_k(op, W, D, theta, replica, cut, last, mask);
    for (int w = 0; w < W; w++)
        for (int i = 0; i < D; i++) {
            const double size = fabs(theta[replica[w] * D + i]);
            const int kept = size > cut[w] ? 1 : size == cut[w] ? (uint64_t)i <= last[w] : 0;
            wrong += mask[w * D + i] != kept;
        }
    CHECK(wrong == 0);
    CHECK(mask[6] == 1 && mask[21] == 0 && mask[8] == 0); /* a tie before, a tie behind, no number */
}

/* theta_r .* mask rounded to `real`, and what that loses; NaN that is masked does not stay in local. Then compact and back. */
static void test_prune_and_gather(void)
{
    enum { D = 101, W = 3 };
    const sb_backend *op = sb_backend_cpu();
    double theta[2 * D], pruned2[W];
    const int replica[W] = {1, 0, 1};
    unsigned char mask[W * D];
    real local[W * D];
    int wrong = 0;
    sb_stream stream = stream_of(30);
    sb_stream_normals(&stream, 2 * D, theta);
    for (int i = 0; i < W * D; i++) mask[i] = sb_stream_uniform(&stream) < 0.385, local[i] = NAN;
    op->prune(op, W, D, theta, replica, mask, local, pruned2);
    for (int w = 0; w < W; w++) {
        double sum = 0.0;
        for (int i = 0; i < D; i++) {
            const double x = theta[replica[w] * D + i];
            wrong += local[w * D + i] != (mask[w * D + i] ? (real)x : 0);
            sum += mask[w * D + i] ? 0.0 : x * x;
        }
        CHECK_CLOSE(pruned2[w], sum, 1e-14);
    }
    op->prune(op, W, D, theta, replica, NULL, local, pruned2);
    for (int i = 0; i < W * D; i++) wrong += local[i] != (real)theta[replica[i / D] * D + i % D];
    CHECK(pruned2[0] == 0.0 && pruned2[1] == 0.0 && pruned2[2] == 0.0);
    theta[3] = NAN, mask[D + 3] = 0;
    op->prune(op, W, D, theta, replica, mask, local, pruned2);
    CHECK(local[D + 3] == 0 && isnan(pruned2[1]) && isfinite(pruned2[0]));

    uint32_t index[W * 40];
    real few[W * 40], back[W * D];
    for (int i = 0; i < W * 40; i++) index[i] = (uint32_t)((i % 40 * 5 + i / 40) % D), few[i] = NAN;
    op->gather(op, W, 20, D, index, local, few);
    for (int i = 0; i < W * 20; i++) wrong += few[i] != local[i / 20 * D + (int)index[i]];
    for (int i = 0; i < W * D; i++) back[i] = (real)0.385;
    op->scatter(op, W, 20, D, index, few, back);
    for (int w = 0; w < W; w++)
        for (int i = 0; i < D; i++) {
            int named = 0;
            for (int n = 0; n < 20; n++) named |= (int)index[w * 20 + n] == i;
            wrong += back[w * D + i] != (named ? local[w * D + i] : (real)0.385);
        }
    CHECK(wrong == 0);
}

enum { WORKERS = 9, COORDINATES = 211, ROWS = 2 };
static const double quantum = 0x1p-44;

/* Nine workers on two rows of the server's parameters. */
typedef struct {
    double start[ROWS][COORDINATES];
    real local[WORKERS][COORDINATES];
    unsigned char mask[WORKERS][COORDINATES];
    int replica[WORKERS];
} round_of_workers;

static void draw_round(round_of_workers *w)
{
    double change[COORDINATES];
    sb_stream stream = stream_of(13);
    sb_stream_normals(&stream, ROWS * COORDINATES, &w->start[0][0]);
    for (int n = 0; n < WORKERS; n++) {
        w->replica[n] = n % 3 == 2;
        sb_stream_normals(&stream, COORDINATES, change);
        for (int i = 0; i < COORDINATES; i++) {
            w->local[n][i] = (real)(w->start[w->replica[n]][i] + 0.0385 * change[i]);
            w->mask[n][i] = sb_stream_uniform(&stream) < 0.4;
        }
    }
    for (int n = 0; n < WORKERS; n++) w->mask[n][7] = 0; /* kept by nobody */
}

/* Workers are given to accumulate in this order, `crew` at a time. */
static void aggregate_in_order(const round_of_workers *w, const int *order, int crew, int zero, double theta[ROWS][COORDINATES],
                               size_t uncovered[ROWS], int32_t least[ROWS])
{
    static round_of_workers ordered;
    static int64_t sum[ROWS][COORDINATES];
    static int32_t count[ROWS][COORDINATES];
    const sb_backend *op = sb_backend_cpu();
    uint64_t lost[WORKERS], total = 0;
    memset(sum, 0, sizeof sum), memset(count, 0, sizeof count);
    for (int n = 0; n < WORKERS; n++) {
        memcpy(ordered.local[n], w->local[order[n]], sizeof w->local[n]);
        memcpy(ordered.mask[n], w->mask[order[n]], sizeof w->mask[n]);
        ordered.replica[n] = w->replica[order[n]];
        lost[n] = 77;
    }
    memcpy(theta, w->start, sizeof w->start);
    for (int n = 0; n < WORKERS; n += crew)
        op->accumulate(op, WORKERS - n < crew ? WORKERS - n : crew, COORDINATES, &w->start[0][0], ordered.replica + n,
                       ordered.local[n], ordered.mask[n], quantum, 1e3, &sum[0][0], &count[0][0], lost + n);
    for (int n = 0; n < WORKERS; n++) total += lost[n];
    CHECK(total == 0);
    for (int p = 0; p < ROWS; p++)
        uncovered[p] = op->aggregate(op, COORDINATES, quantum, sum[p], count[p], zero, theta[p], &least[p]);
}

static void float_sum_in_order(const round_of_workers *w, const int *order, double *sum)
{
    for (int i = 0; i < COORDINATES; i++) {
        sum[i] = 0.0;
        for (int n = 0; n < WORKERS; n++) {
            const int o = order[n];
            sum[i] += w->mask[o][i] && w->replica[o] == 0 ? (double)w->local[o][i] - w->start[0][i] : 0.0;
        }
    }
}

static void test_aggregation(void)
{
    static round_of_workers w;
    static double first[ROWS][COORDINATES], theta[ROWS][COORDINATES], float_first[COORDINATES], float_sum[COORDINATES];
    int order[WORKERS], float_differs = 0, wrong = 0;
    size_t uncovered[ROWS];
    int32_t least[ROWS] = {-1, -1};
    sb_stream stream = stream_of(14);
    draw_round(&w);
    for (int n = 0; n < WORKERS; n++) order[n] = n;
    aggregate_in_order(&w, order, WORKERS, 0, first, uncovered, least);
    float_sum_in_order(&w, order, float_first);

    for (int p = 0; p < ROWS; p++) {
        size_t bare = 0;
        for (int i = 0; i < COORDINATES; i++) { /* equation (8) itself, for changes against theta_r as the workers had it */
            const long double start = w.start[p][i];
            long double sum = 0.0L;
            int count = 0;
            for (int n = 0; n < WORKERS; n++)
                if (w.replica[n] == p && w.mask[n][i]) sum += (long double)w.local[n][i] - (real)w.start[p][i], count++;
            bare += count == 0;
            wrong += !(fabsl(first[p][i] - (count ? start + sum / count : start)) < 1e-13L);
        }
        CHECK(wrong == 0 && uncovered[p] == bare && bare >= 1 && least[p] == 0);
        CHECK(first[p][7] == w.start[p][7]);
    }

    for (int trial = 0; trial < 40; trial++) {
        for (int n = WORKERS - 1; n > 0; n--) {
            const int other = (int)(sb_stream_uniform(&stream) * (n + 1)), keep = order[n];
            order[n] = order[other], order[other] = keep;
        }
        aggregate_in_order(&w, order, 1 + trial % WORKERS, 0, theta, uncovered, least);
        CHECK(memcmp(theta, first, sizeof theta) == 0);
        float_sum_in_order(&w, order, float_sum);
        float_differs += memcmp(float_sum, float_first, sizeof float_sum) != 0;
    }
    CHECK(float_differs > 0); /* in floating point the order does show */

    aggregate_in_order(&w, order, 2, 1, theta, uncovered, least);
    CHECK(theta[0][7] == 0.0 && theta[1][7] == 0.0 && theta[0][8] == first[0][8]);
}

static uint64_t accumulate(size_t D, const real *local, const double *start, const unsigned char *mask, double unit, double limit,
                           int64_t *sum, int32_t *count)
{
    const sb_backend *op = sb_backend_cpu();
    const int replica = 0;
    uint64_t lost = 77;
    op->accumulate(op, 1, D, start, &replica, local, mask, unit, limit, sum, count, &lost);
    return lost;
}

static void test_aggregation_limits(void)
{
    const sb_backend *op = sb_backend_cpu();
    const double start[4] = {1.0, 2.0, 3.0, 4.0};
    const real good[4] = {(real)1.385, (real)1.5, 3, 4}, bad[4] = {NAN, -INFINITY, (real)(3.0 + 10.125), 4};
    const unsigned char mask[4] = {1, 0, 1, 1};
    int64_t sum[4] = {0};
    int32_t count[4] = {0}, least = -1;
    CHECK(accumulate(4, good, start, NULL, quantum, 10.0, sum, count) == 0);
    const int64_t before = sum[0];
    CHECK(accumulate(4, bad, start, NULL, quantum, 10.0, sum, count) == 3);
    CHECK(accumulate(4, bad, start, mask, quantum, 10.0, sum, count) == 2);   /* what is masked does not count */
    CHECK(accumulate(4, bad, start, mask, quantum, 10.125, sum, count) == 1); /* the limit itself is allowed */
    CHECK(accumulate(4, bad, start, mask, quantum, NAN, sum, count) == 3);
    CHECK(sum[0] == before && count[0] == 5 && count[1] == 2);

    int64_t near_end[2] = {INT64_MAX - 5, INT64_MIN + 5};
    int32_t two[2] = {0};
    const double zero[2] = {0.0};
    const real step[2] = {(real)(8 * quantum), (real)(-8 * quantum)}, small[2] = {(real)(5 * quantum), (real)(-5 * quantum)};
    const real huge[2] = {(real)0x1p18, (real)-0x1p18}, below[2] = {(real)0x1.fffffep17, (real)-0x1.fffffep17};
    CHECK(accumulate(2, small, zero, NULL, quantum, 1.0, near_end, two) == 0); /* to the very ends */
    CHECK(near_end[0] == INT64_MAX && near_end[1] == INT64_MIN);
    CHECK(accumulate(2, step, zero, NULL, quantum, 1.0, near_end, two) == 2); /* the sums overflow */
    near_end[0] = near_end[1] = 0;
    CHECK(accumulate(2, huge, zero, NULL, quantum, INFINITY, near_end, two) == 2); /* 2^62 units: does not fit */
    CHECK(near_end[0] == 0 && near_end[1] == 0);
    CHECK(accumulate(2, below, zero, NULL, quantum, INFINITY, near_end, two) == 0);
    CHECK(near_end[0] == INT64_C(0x3fffffc000000000) && near_end[1] == -near_end[0]);

    int64_t units[3] = {0};
    int32_t counts[3] = {0};
    const real thirds[3] = {(real)(2.5 * quantum), (real)(3.5 * quantum), (real)(-2.5 * quantum)};
    const double nothing[3] = {0.0};
    double theta[3] = {0.0, 1.0, -1.0};
    CHECK(accumulate(3, thirds, nothing, NULL, quantum, 1.0, units, counts) == 0);
    CHECK(units[0] == 2 && units[1] == 4 && units[2] == -2); /* halves go to even */
    CHECK(op->aggregate(op, 3, quantum, units, counts, 0, theta, &least) == 0 && least == 1);
    CHECK(theta[0] == 2 * quantum && theta[1] == 1.0 + 4 * quantum && theta[2] == -1.0 - 2 * quantum);
    CHECK(op->aggregate(op, 0, quantum, units, counts, 0, theta, &least) == 0);
}

/* The integers are llrint's, for changes of all sizes: halves, neighbours of 2^31 and 2^32 units, above 2^53 where all are integers. */
static void test_rounding(void)
{
    enum { N = 60 * 64 };
    static real local[N];
    static double start[N];
    static int64_t sum[N];
    static int32_t count[N];
    int wrong = 0;
    sb_stream stream = stream_of(15);
    for (int i = 0; i < N; i++) {
        const double odd = floor(64.0 * sb_stream_uniform(&stream)) / 2.0 - 16.0; /* half units about a power of two */
        const double size = i % 2 ? ldexp(1.0, i / 64) + odd : ldexp(1.0 + sb_stream_uniform(&stream), i / 64);
        local[i] = (real)(i % 3 ? size : -size);
    }
    CHECK(accumulate(N, local, start, NULL, 1.0, INFINITY, sum, count) == 0);
    for (int i = 0; i < N; i++) wrong += sum[i] != llrint((double)local[i]);
    CHECK(wrong == 0);
}

int main(void)
{
    static const sb_test tests[] = {
        {"masked steps (7)", test_sgd},
        {"masked steps of Adam", test_adam},
        {"random masks are words of the stream", test_mask_random},
        {"top-k masks, ties", test_mask_top_k},
        {"pruning, compact arrays and back", test_prune_and_gather},
        {"aggregation (8): the mean, in any order and crew the same bits", test_aggregation},
        {"aggregation: limits, overflow, NaN, rounding", test_aggregation_limits},
        {"aggregation: integers of all sizes", test_rounding},
    };
    return sb_test_main(SINGLE ? "update in single precision" : "update", tests, sizeof tests / sizeof *tests);
}
