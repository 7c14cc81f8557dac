/* Noised samples of the backend, in the precision of `real`: against a plain loop over streams with libm's functions, whatever part of
 * the stream is drawn; and the rows of the loss. */
#include "harness.h"

#include "base/random.h"
#include "kernels/backend.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

enum { SINGLE = sizeof(real) == sizeof(float), J = 5, K = 7, LAWS = 3 };
static const double eps = SINGLE ? FLT_EPSILON : DBL_EPSILON;

/* Laws over five components, two of which have no weight in some of them; the sums of the third end short of 1. */
typedef struct {
    sb_source source;
    real *mean, *deviation, *Q, shrink[K], sigma[K];
    double cumulative[LAWS][J], time[K], gamma[K];
    int last[LAWS];
} laws;

static void laws_make(laws *l, int d, int rank)
{
    const double weight[LAWS][J] = {{0.2, 0.1, 0.3, 0.15, 0.25}, {0.0, 0.6, 0.0, 0.4, 0.0}, {0.05, 0.0, 0.0, 0.0, 0.0}};
    const double pi[K] = {0.05, 0.3, 0.1, 0.2385, 0.0115, 0.2, 0.1};
    const size_t n = (size_t)J * d;
    sb_stream stream = sb_stream_at(11, SB_DRAW_TEST, 0, 0, (uint32_t)d, 0);
    double *normal = malloc(n * d * sizeof *normal), sum = 0.0;
    l->mean = malloc(n * sizeof(real));
    l->deviation = malloc(n * sizeof(real));
    l->Q = rank ? malloc(n * rank * sizeof(real)) : NULL;
    sb_stream_normals(&stream, n, normal);
    for (size_t i = 0; i < n; i++) l->mean[i] = (real)normal[i], l->deviation[i] = (real)(0.1 + fabs(normal[n - 1 - i]));
    sb_stream_normals(&stream, n * rank, normal);
    for (size_t i = 0; i < n * rank; i++) l->Q[i] = (real)(normal[i] / sqrt(d)); /* any matrix will do */
    free(normal);
    for (int k = 0; k < K; k++) {
        l->time[k] = k + 1 < K ? sum += pi[k] : 1.0;
        l->gamma[k] = 0.02385 * (k + 1);
        l->shrink[k] = (real)exp(-0.1385 * (k + 1));
        l->sigma[k] = (real)sqrt(-expm1(-0.277 * (k + 1)));
    }
    for (int m = 0; m < LAWS; m++) {
        sum = 0.0;
        for (int j = 0; j < J; j++) {
            l->cumulative[m][j] = sum += weight[m][j];
            if (weight[m][j] > 0.0) l->last[m] = j;
        }
    }
    l->source = (sb_source){d,       J,       K,        l->mean,   l->deviation, rank, l->Q, &l->cumulative[0][0],
                            l->last, l->time, l->gamma, l->shrink, l->sigma};
}

static void laws_free(laws *l)
{
    free(l->mean);
    free(l->deviation);
    free(l->Q);
}

/* Two normals of a block by Box and Muller with libm, from as many bits as the precision takes (kernels/point/normal.h). */
static void plain_normals(sb_stream *stream, double z[2])
{
    uint32_t w[4];
    sb_stream_words(stream, w);
    const double u = SINGLE ? (w[1] + 0.5) * 0x1p-32 : ((double)(((uint64_t)w[1] << 32 | w[0]) >> 12) + 0.5) * 0x1p-52;
    const double v = SINGLE ? (w[3] + 0.5) * 0x1p-32 : ((double)(((uint64_t)w[3] << 32 | w[2]) >> 12) + 0.5) * 0x1p-52;
    z[0] = sqrt(-2.0 * log(u)) * cos(2.0 * M_PI * v);
    z[1] = sqrt(-2.0 * log(u)) * sin(2.0 * M_PI * v);
}

static int plain_find(const double *sums, int n, int last, double v)
{
    for (int i = 0; i < n; i++)
        if (sums[i] > v) return i;
    return last;
}

/* Sample i of a stream: y and target (d), its time and weight. Returns the component. */
static int plain_sample(const laws *l, int law, sb_stream stream, int i, int B, const sb_draw *how, double *y, double *target,
                        int *k, double *weight)
{
    const int d = l->source.d, half = (d + 1) / 2;
    double t[2 * half], z[2 * half];
    stream = sb_stream_skip(stream, (uint64_t)i * (uint64_t)(2 + 2 * half));
    *k = plain_find(l->time, K, K - 1, sb_stream_uniform(&stream));
    *weight = l->gamma[*k] / (B * (l->time[*k] - (*k ? l->time[*k - 1] : 0.0)));
    if (how->times == SB_TIMES_STRATIFIED) {
        int same = 0;
        *k = i % K;
        for (int other = *k; other < how->total; other += K) same++;
        *weight = l->gamma[*k] / same;
    } else if (how->times == SB_TIMES_FIXED) {
        *k = how->k;
        *weight = 1.0;
    }
    const int j = plain_find(l->cumulative[law], J, l->last[law], sb_stream_uniform(&stream));
    for (int a = 0; a < half; a++) plain_normals(&stream, t + 2 * a);
    for (int a = 0; a < half; a++) plain_normals(&stream, z + 2 * a);
    for (int a = 0; a < d; a++) {
        const int rank = l->source.rank;
        const real *Q = l->Q + (size_t)j * d * rank, *deviation = l->deviation + j * d;
        const double rest = rank == 0 ? (double)deviation[a] : rank < d ? (double)deviation[rank] : 0.0;
        double x0 = l->mean[j * d + a] + rest * t[a];
        for (int e = 0; e < rank; e++) {
            double along = t[e];
            for (int b = 0; b < d && rank < d; b++) along = (b ? along : 0.0) + (double)Q[b * rank + e] * t[b];
            x0 += (double)Q[a * rank + e] * ((double)deviation[e] - rest) * along;
        }
        y[a] = (double)l->shrink[*k] * x0 + (double)l->sigma[*k] * z[a];
        target[a] = -z[a] / (double)l->sigma[*k];
    }
    return j;
}

typedef struct {
    int B, d;
    real *y, *target, *weight;
    int *k;
} batch;

static batch batch_make(int B, int d) /* poisoned */
{
    const size_t n = (size_t)B * d;
    batch b = {B, d, malloc(n * sizeof(real)), malloc(n * sizeof(real)), malloc(B * sizeof(real)), malloc(B * sizeof(int))};
    for (size_t i = 0; i < n; i++) b.y[i] = b.target[i] = NAN;
    for (int i = 0; i < B; i++) b.weight[i] = NAN, b.k[i] = -77;
    return b;
}

static void batch_free(batch *b)
{
    free(b->y);
    free(b->target);
    free(b->weight);
    free(b->k);
}

static void draw(const laws *l, int law, sb_stream stream, uint64_t skip, const sb_draw *how, batch *b, int at, int count)
{
    const sb_backend *op = sb_backend_cpu();
    const sb_crew crew = {1, count, sb_lanes(count), 0};
    const sb_place place = {stream.seed, stream.subsequence, stream.block};
    const size_t row = (size_t)at * b->d;
    op->draw(op, &crew, &l->source, &law, &place, skip, how, b->y + row, b->target + row, b->weight + at, b->k + at);
}

static const sb_stream far = {UINT64_C(0x123456789abcdef), UINT64_C(77) << 40 | 5, (UINT64_C(1) << 32) - 99}; /* its blocks carry */

static void check_against_plain(int d, int rank, int law, const sb_draw *how)
{
    const int B = d > 100 ? 4 : 141;
    laws l;
    batch b = batch_make(B, d);
    double y[d], target[d], weight, worst = 0.0;
    int k, seen[J] = {0}, wrong = 0;
    laws_make(&l, d, rank);
    draw(&l, law, far, 11, how, &b, 0, B);
    for (int i = 0; i < B; i++) {
        seen[plain_sample(&l, law, sb_stream_skip(far, 11), how->first + i, B, how, y, target, &k, &weight)]++;
        wrong += k != b.k[i] || !(fabs((double)b.weight[i] - weight) <= 2.0 * eps * weight);
        for (int a = 0; a < d; a++) {
            worst = fmax(worst, fabs((double)b.y[(size_t)i * d + a] - y[a]) / (1.0 + sqrt(d) * rank));
            worst = fmax(worst, fabs((double)b.target[(size_t)i * d + a] - target[a]) * (double)l.sigma[k]);
            wrong += isnan(b.y[(size_t)i * d + a]) || isnan(b.target[(size_t)i * d + a]);
        }
    }
    CHECK(wrong == 0);
    CHECK(worst < 30.0 * eps);
    for (int j = 0; j < J; j++) CHECK(!(seen[j] > 0 && j > 0 && l.cumulative[law][j] == l.cumulative[law][j - 1]));
    batch_free(&b);
    laws_free(&l);
}

/* 0, 1, 3, d-1 and d, as far as they are there. */
static int next_rank(int rank, int d)
{
    return rank == 0 ? 1 : rank == 1 && d > 4 ? 3 : rank < d - 1 ? d - 1 : rank + 1;
}

static void test_against_plain(void)
{
    const int dimension[] = {1, 2, 3, 8, 17, 64, 254, 255, 523}; /* the last two are drawn in pieces */
    const sb_draw how[] = {{SB_TIMES_RANDOM, 0, 0, 0},
                           {SB_TIMES_RANDOM, 1000, 0, 0},
                           {SB_TIMES_STRATIFIED, 3, 150, 0},
                           {SB_TIMES_STRATIFIED, 0, 141, 0},
                           {SB_TIMES_FIXED, 5, 0, 4}};
    for (size_t i = 0; i < sizeof dimension / sizeof *dimension; i++)
        for (int rank = 0; rank <= dimension[i]; rank = next_rank(rank, dimension[i]))
            for (int h = 0; h < 5; h++) check_against_plain(dimension[i], rank, h % LAWS, &how[h]);
}

/* The same samples whatever the parts in which they are drawn, and with blocks skipped by `skip` or by the place. */
static void check_split(int d, int rank, sb_times times)
{
    enum { B = 97 };
    const int part[] = {1, 0, 33, 16, 47};
    laws l;
    batch whole = batch_make(B, d), parts = batch_make(B, d);
    sb_draw how = {times, 5, 200, 3};
    laws_make(&l, d, rank);
    draw(&l, 0, far, 40, &how, &whole, 0, B);
    for (int p = 0, at = 0; p < 5; at += part[p++]) {
        how.first = 5 + at;
        draw(&l, 0, sb_stream_skip(far, 40), 0, &how, &parts, at, part[p]);
    }
    CHECK(memcmp(whole.y, parts.y, sizeof(real) * B * (size_t)d) == 0);
    CHECK(memcmp(whole.target, parts.target, sizeof(real) * B * (size_t)d) == 0);
    CHECK(memcmp(whole.k, parts.k, sizeof(int) * B) == 0);
    if (times != SB_TIMES_RANDOM) CHECK(memcmp(whole.weight, parts.weight, sizeof(real) * B) == 0); /* they depend on B otherwise */
    batch_free(&whole);
    batch_free(&parts);
    laws_free(&l);
}

static void test_split(void)
{
    for (int d = 1; d < 24; d += d < 4 ? 1 : 7)
        for (int rank = 0; rank <= d; rank = next_rank(rank, d)) {
            check_split(d, rank, SB_TIMES_RANDOM);
            check_split(d, rank, SB_TIMES_STRATIFIED);
            check_split(d, rank, SB_TIMES_FIXED);
        }
}

/* A law of one component at one time: its mean and variance, and how often each time comes. */
static void test_laws_of_samples(void)
{
    enum { B = 40000, D = 2 };
    laws l;
    batch b = batch_make(B, D);
    double mean = 0.0, square = 0.0, product = 0.0, times[K] = {0}, sum = 0.0;
    sb_draw how = {SB_TIMES_FIXED, 0, 0, 2};
    laws_make(&l, D, 0);
    for (int j = 0; j < J; j++) l.cumulative[0][j] = 1.0; /* all at the first component */
    draw(&l, 0, far, 0, &how, &b, 0, B);
    const double m = (double)(l.shrink[2] * l.mean[1]), s = (double)(l.shrink[2] * l.deviation[1]), sigma = (double)l.sigma[2];
    const double variance = s * s + sigma * sigma;
    for (int i = 0; i < B; i++) {
        const double x = (double)b.y[D * i + 1] - m;
        mean += x / B, square += x * x / B, product += x * (double)b.target[D * i + 1] / B;
    }
    CHECK(fabs(mean) < 5.0 * sqrt(variance / B));
    CHECK(fabs(square - variance) < 5.0 * variance * sqrt(2.0 / B));
    CHECK(fabs(product + 1.0) < 5.0 * sqrt((1.0 + variance / (sigma * sigma)) / B)); /* E (sigma z)(-z/sigma) = -1 */

    how.times = SB_TIMES_RANDOM;
    draw(&l, 0, far, 0, &how, &b, 0, B);
    for (int i = 0; i < B; i++) times[b.k[i]]++, sum += (double)b.weight[i];
    for (int k = 0; k < K; k++) {
        const double p = l.time[k] - (k ? l.time[k - 1] : 0.0);
        CHECK(fabs(times[k] / B - p) < 5.0 * sqrt(p * (1.0 - p) / B));
    }
    CHECK_NEAR(sum, 0.02385 * 28, 0.05); /* unbiased for the sum of the gamma_k */
    batch_free(&b);
    laws_free(&l);
}

static void check_residual(int m, int d, int with_target, int with_squared)
{
    const sb_backend *op = sb_backend_cpu();
    const size_t n = (size_t)m * d;
    double *normal = malloc((2 * n + m + 1) * sizeof *normal);
    real *s = malloc((n + 1) * sizeof *s), *target = malloc((n + 1) * sizeof *s), *weight = malloc((m + 1) * sizeof *s);
    real *ds = malloc((n + 1) * sizeof *s), *squared = malloc((m + 1) * sizeof *s);
    sb_stream stream = sb_stream_at(12, SB_DRAW_TEST, 0, 0, (uint32_t)m, (uint32_t)d);
    int wrong = 0;
    double loss = 2.385, want = 2.385;
    sb_stream_normals(&stream, 2 * n + m, normal);
    for (size_t i = 0; i < n; i++) s[i] = (real)normal[i], target[i] = (real)normal[n + i], ds[i] = NAN;
    for (int i = 0; i < m; i++) weight[i] = (real)fabs(normal[2 * n + i]), squared[i] = NAN;
    ds[n] = squared[m] = 7;
    op->residual(op, m, d, s, with_target ? target : NULL, weight, ds, with_squared ? squared : NULL);
    for (int i = 0; i < m; i++) {
        double sum = 0.0;
        for (int j = 0; j < d; j++) {
            const size_t at = (size_t)i * d + j;
            const double e = (double)(with_target ? s[at] - target[at] : s[at]);
            wrong += !(fabs((double)ds[at] - 2.0 * (double)weight[i] * e) <= 2.0 * eps * fabs(e) * (double)weight[i]);
            sum += e * e;
        }
        if (with_squared) wrong += !(fabs((double)squared[i] - sum) <= (d + 2) * eps * sum);
        want += (double)weight[i] * sum;
    }
    CHECK(wrong == 0 && ds[n] == 7 && squared[m] == 7);
    if (with_squared) {
        op->weighted_sums(op, 1, m, weight, squared, &loss);
        CHECK_CLOSE(loss, want, (d + 3) * eps);
    }
    free(normal), free(s), free(target), free(weight), free(ds), free(squared);
}

static void test_residual(void)
{
    const int m[] = {0, 1, 16, 61}, d[] = {1, 2, 3, 19};
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++)
            for (int which = 0; which < 4; which++) check_residual(m[i], d[j], which & 1, which >> 1);
}

int main(void)
{
    static const sb_test tests[] = {
        {"draws against a plain loop: all times, covariances, laws", test_against_plain},
        {"any part of the stream, drawn alone", test_split},
        {"mean, variance and times of many samples", test_laws_of_samples},
        {"residuals and their weighted sum", test_residual},
    };
    return sb_test_main(SINGLE ? "samples in single precision" : "samples", tests, sizeof tests / sizeof *tests);
}
