/* test_frechet.c: the distance against closed forms and against eigenvalues of S1 S2 itself; its bias and intervals on Gaussians. */
#include "harness.h"

#include "base/memory.h"
#include "base/random.h"
#include "measure/frechet.h"
#include "measure/jackknife.h"

#include <gsl/gsl_cdf.h>
#include <lapacke.h>
#include <string.h>

enum { MOST = 12 };

static sb_context ctx;

/* Laws on the stack. */
typedef struct {
    double mean[MOST], covariance[MOST * MOST];
} law;

static sb_feature_law view(law *l, int F)
{
    return (sb_feature_law){F, l->mean, l->covariance};
}

static void draw(int number, size_t count, double *x)
{
    sb_stream stream = sb_stream_at(31, SB_DRAW_TEST, 0, 0, (uint32_t)number, 0);
    sb_stream_normals(&stream, count, x);
}

/* S = A A' of a random A (F,rank). */
static void random_law(int number, int F, int rank, law *l)
{
    double A[MOST * MOST];
    draw(number, (size_t)F * (size_t)rank, A);
    draw(number + 500, (size_t)F, l->mean);
    for (int i = 0; i < F; i++)
        for (int j = 0; j < F; j++) {
            l->covariance[i * F + j] = 0.0;
            for (int k = 0; k < rank; k++) l->covariance[i * F + j] += A[i * rank + k] * A[j * rank + k];
        }
}

/* By the eigenvalues of the product S1 S2, which is not symmetric. */
static double by_product(const law *a, const law *b, int F)
{
    double P[MOST * MOST], re[MOST], im[MOST], sum = 0.0;
    for (int i = 0; i < F; i++) {
        for (int j = 0; j < F; j++) {
            P[i * F + j] = 0.0;
            for (int k = 0; k < F; k++) P[i * F + j] += a->covariance[i * F + k] * b->covariance[k * F + j];
        }
        sum += (a->mean[i] - b->mean[i]) * (a->mean[i] - b->mean[i]) + a->covariance[i * F + i] + b->covariance[i * F + i];
    }
    CHECK(LAPACKE_dgeev(LAPACK_ROW_MAJOR, 'N', 'N', F, P, F, re, im, NULL, 1, NULL, 1) == 0);
    for (int i = 0; i < F; i++) sum -= 2.0 * sqrt(fmax(0.0, re[i]));
    return sum;
}

static void test_closed_forms(void)
{
    law one = {.mean = {2.385}, .covariance = {0.49}}, two = {.mean = {1.1}, .covariance = {1.69}};
    sb_feature_law a = view(&one, 1), b = view(&two, 1);
    double distance = NAN;
    if (CHECK_OK(&ctx, sb_frechet_distance(&ctx, &a, &b, &distance)))
        CHECK_CLOSE(distance, 1.285 * 1.285 + 0.6 * 0.6, 1e-13); /* (m1-m2)^2 + (s1-s2)^2 */

    /* Covariances that commute: rotations of diagonal ones by the same angle. */
    const double c = cos(0.7), s = sin(0.7), x[2] = {2.385, 0.3}, y[2] = {0.04, 5.1};
    law p = {
        .mean = {1, 2},
        .covariance = {c * c * x[0] + s * s * x[1], c * s * (x[0] - x[1]), c * s * (x[0] - x[1]), s * s * x[0] + c * c * x[1]}};
    law q = {
        .mean = {0.5, 3.5},
        .covariance = {c * c * y[0] + s * s * y[1], c * s * (y[0] - y[1]), c * s * (y[0] - y[1]), s * s * y[0] + c * c * y[1]}};
    const double want = 0.25 + 2.25 + pow(sqrt(x[0]) - sqrt(y[0]), 2) + pow(sqrt(x[1]) - sqrt(y[1]), 2);
    a = view(&p, 2);
    b = view(&q, 2);
    if (CHECK_OK(&ctx, sb_frechet_distance(&ctx, &a, &b, &distance))) CHECK_CLOSE(distance, want, 1e-12);
}

static void test_second_route(void)
{
    for (int F = 1; F <= MOST; F++) {
        law one, two;
        double there = NAN, back = NAN, self = NAN;
        random_law(F, F, MOST, &one);
        random_law(F + 100, F, MOST, &two);
        const sb_feature_law a = view(&one, F), b = view(&two, F);
        if (!CHECK_OK(&ctx, sb_frechet_distance(&ctx, &a, &b, &there)) ||
            !CHECK_OK(&ctx, sb_frechet_distance(&ctx, &b, &a, &back)) || !CHECK_OK(&ctx, sb_frechet_distance(&ctx, &a, &a, &self)))
            continue;
        CHECK_CLOSE(there, by_product(&one, &two, F), 1e-11);
        CHECK_CLOSE(there, back, 1e-11);
        CHECK(self >= 0.0 && self < 1e-13 * F * F);
    }
}

/* Of rank 3 and 5 in 12 dimensions; the zero matrix; orthogonal supports. */
static void test_singular(void)
{
    const int F = 12;
    law one, two, none = {.mean = {0.0}}, ex = {.mean = {0.0}}, ey = {.mean = {0.0}};
    double distance = NAN, trace = 0.0, squares = 0.0;
    random_law(7, F, 3, &one);
    random_law(8, F, 5, &two);
    sb_feature_law a = view(&one, F), b = view(&two, F), zero = view(&none, F);
    if (CHECK_OK(&ctx, sb_frechet_distance(&ctx, &a, &b, &distance))) CHECK_CLOSE(distance, by_product(&one, &two, F), 1e-6);
    if (CHECK_OK(&ctx, sb_frechet_distance(&ctx, &a, &a, &distance))) CHECK(distance < 1e-11);
    for (int i = 0; i < F; i++) trace += one.covariance[i * F + i], squares += one.mean[i] * one.mean[i];
    if (CHECK_OK(&ctx, sb_frechet_distance(&ctx, &a, &zero, &distance))) CHECK_CLOSE(distance, trace + squares, 1e-12);
    if (CHECK_OK(&ctx, sb_frechet_distance(&ctx, &zero, &zero, &distance))) CHECK(distance == 0.0);
    ex.covariance[0] = 2.385, ey.covariance[3] = 0.5;
    a = view(&ex, 2);
    b = view(&ey, 2);
    if (CHECK_OK(&ctx, sb_frechet_distance(&ctx, &a, &b, &distance))) CHECK_CLOSE(distance, 2.885, 1e-12);
}

/* Moments of three points by hand, with and without weights: repeating a point is not the same as weighting it. */
static void test_fit(void)
{
    double x[] = {1.0, 2.0, 4.0, -1.0, 2.5, 0.5}, again[6], w[] = {0.5, 0.25, 0.25};
    sb_feature_law l = {0};
    memcpy(again, x, sizeof x);
    if (CHECK_OK(&ctx, sb_feature_law_fit(&ctx, 3, 2, x, NULL, &l))) {
        CHECK_CLOSE(l.mean[0], 2.5, 1e-14);
        CHECK_CLOSE(l.mean[1], 0.5, 1e-14);
        CHECK_CLOSE(l.covariance[0], 2.25, 1e-14);
        CHECK_CLOSE(l.covariance[1], -2.25, 1e-14);
        CHECK_CLOSE(l.covariance[3], 2.25, 1e-14);
        CHECK(l.covariance[1] == l.covariance[2]);
    }
    sb_feature_law_free(&l);
    if (CHECK_OK(&ctx, sb_feature_law_fit(&ctx, 3, 2, again, w, &l))) { /* mean (2.125, 0.875), 1 - sum w^2 = 0.625 */
        CHECK_CLOSE(l.mean[0], 2.125, 1e-14);
        CHECK_CLOSE(l.mean[1], 0.875, 1e-14);
        CHECK_CLOSE(l.covariance[0], (0.5 * 1.125 * 1.125 + 0.25 * 1.875 * 1.875 + 0.25 * 0.375 * 0.375) / 0.625, 1e-13);
        CHECK_CLOSE(l.covariance[2], (-0.5 * 1.125 * 1.125 - 0.25 * 1.875 * 1.875 - 0.25 * 0.375 * 0.375) / 0.625, 1e-13);
    }
    sb_feature_law_free(&l);
}

/* Fewer points than features: the formula still has a value, and it is the plain one on the fitted laws. */
static void test_few_points(void)
{
    enum { N = 64, F = 40 };
    double *room = sb_array_alloc(2 * N * F + 2 * F, sizeof *room, 0);
    double *x = room, *copy = x + N * F;
    sb_feature_law reference = {0}, fitted = {0};
    sb_frechet f = {.reference = N};
    double distance = NAN;
    draw(41, N * F, x);
    memcpy(copy, x, sizeof(double) * 30 * F);
    CHECK_OK(&ctx, sb_feature_law_fit(&ctx, 30, F, copy, NULL, &reference)); /* of rank 29 */
    memcpy(copy, x, sizeof(double) * N * F);
    CHECK_OK(&ctx, sb_feature_law_fit(&ctx, N, F, copy, NULL, &fitted));
    CHECK_OK(&ctx, sb_frechet_distance(&ctx, &reference, &fitted, &distance));
    if (CHECK_OK(&ctx, sb_frechet_measure(&ctx, &reference, N, x, 0.95, &f))) {
        CHECK_CLOSE(f.at_n.value, distance, 1e-6);
        CHECK(isnan(f.limit.value) && f.features == F && f.generated == N && f.reference == N);
        CHECK(f.at_n.lo >= 0.0 && f.at_n.lo <= f.at_n.value && f.at_n.value <= f.at_n.hi);
    }
    sb_feature_law_free(&reference);
    sb_feature_law_free(&fitted);
    sb_free(room);
}

/* n points of N(mean, A A') for a random A (F,F). */
static void gaussian_points(int number, int n, int F, const double *A, const double *mean, double *x)
{
    double z[MOST];
    sb_stream stream = sb_stream_at(37, SB_DRAW_TEST, 0, 0, (uint32_t)number, 0);
    for (int i = 0; i < n; i++) {
        sb_stream_normals(&stream, (size_t)F, z);
        for (int j = 0; j < F; j++) {
            x[i * F + j] = mean[j];
            for (int k = 0; k < F; k++) x[i * F + j] += A[j * F + k] * z[k];
        }
    }
}

/* How often the interval of the limit holds the closed form, what is left of the bias, and how large it was. */
typedef struct {
    double covered, bias, bias_at_n, width;
} record;

static record repeat(int n, int F, double apart)
{
    enum { TIMES = 400 };
    double A[MOST * MOST], mean[MOST], *x = sb_array_alloc((size_t)n * (size_t)F, sizeof *x, 0), truth = NAN;
    law one, two;
    record r = {0};
    random_law(51, F, MOST, &one);
    draw(61, (size_t)F * (size_t)F, A);
    for (int i = 0; i < F; i++) mean[i] = one.mean[i] + apart * A[i];
    for (int i = 0; i < F; i++)
        for (int j = 0; j < F; j++) A[i * F + j] = (i == j ? 1.0 : 0.0) + 0.2 * apart * A[i * F + j];
    double L[MOST * MOST];
    memcpy(L, one.covariance, sizeof(double) * (size_t)(F * F));
    CHECK(LAPACKE_dpotrf(LAPACK_ROW_MAJOR, 'L', F, L, F) == 0);
    double M[MOST * MOST];
    for (int i = 0; i < F; i++)
        for (int j = 0; j < F; j++) {
            M[i * F + j] = 0.0;
            for (int k = j; k < F; k++) M[i * F + j] += A[i * F + k] * L[k * F + j]; /* L is lower triangular */
        }
    for (int i = 0; i < F; i++) two.mean[i] = mean[i];
    for (int i = 0; i < F; i++)
        for (int j = 0; j < F; j++) {
            two.covariance[i * F + j] = 0.0;
            for (int k = 0; k < F; k++) two.covariance[i * F + j] += M[i * F + k] * M[j * F + k];
        }
    truth = fmax(0.0, by_product(&one, &two, F));
    const sb_feature_law reference = view(&one, F);
    for (int t = 0; t < TIMES; t++) {
        sb_frechet f = {0};
        gaussian_points(t, n, F, M, mean, x);
        if (!CHECK_OK(&ctx, sb_frechet_measure(&ctx, &reference, n, x, 0.95, &f))) break;
        r.covered += (f.limit.lo <= truth && truth <= f.limit.hi) / (double)TIMES;
        r.bias += (f.limit.value - truth) / TIMES;
        r.bias_at_n += (f.at_n.value - truth) / TIMES;
        r.width += (f.limit.hi - f.limit.lo) / TIMES;
    }
    printf("# n %d F %d apart %g: truth %.4f, bias at n %.4f, of the limit %.4f, half-width %.4f, covered %.3f\n", n, F, apart,
           truth, r.bias_at_n, r.bias, 0.5 * r.width, r.covered);
    sb_free(x);
    return r;
}

/* 400 intervals at 95 %: a share of 0.917 or less has a probability of 0.3 %. Where the laws are one the interval may be too wide. */
static void test_coverage(void)
{
    const record apart = repeat(256, 8, 1.0), few = repeat(64, 8, 1.0), same = repeat(256, 8, 0.0);
    CHECK(apart.covered > 0.917 && apart.covered < 0.985);
    CHECK(few.covered > 0.90);
    CHECK(same.covered > 0.917);
    CHECK(fabs(apart.bias) < 0.1 * apart.bias_at_n + 0.02 * apart.width);   /* the limit has lost nearly all of it */
    CHECK(same.bias_at_n > 0.0 && fabs(same.bias) < 0.35 * same.bias_at_n); /* 0 is where it is cut off */
}

static void test_threads(void)
{
    enum { N = 200, F = 9 };
    double x[N * F], copy[N * F];
    law one;
    sb_frechet alone = {0}, together = {0};
    random_law(71, F, F, &one);
    const sb_feature_law reference = view(&one, F);
    draw(72, N * F, x);
    memcpy(copy, x, sizeof x);
    CHECK_OK(&ctx, sb_frechet_measure(&ctx, &reference, N, x, 0.9, &alone));
    ctx.threads = 3;
    CHECK_OK(&ctx, sb_frechet_measure(&ctx, &reference, N, copy, 0.9, &together));
    ctx.threads = 1;
    CHECK(memcmp(&alone, &together, sizeof alone) == 0);
    CHECK(alone.limit.confidence == 0.9 && alone.limit.status == SB_SAMPLED);
}

static void test_errors(void)
{
    double x[2 * 70] = {0.0};
    law one = {.mean = {0.0}}, two = one;
    const sb_feature_law a = view(&one, 2), b = view(&two, 3);
    sb_feature_law l = {0};
    sb_frechet f = {0};
    double distance;
    CHECK_FAILS(&ctx, sb_frechet_distance(&ctx, &a, &b, &distance), SB_EDIM, "2 and 3 features");
    CHECK_FAILS(&ctx, sb_feature_law_fit(&ctx, 1, 2, x, NULL, &l), SB_EDIM, "1 points have no covariance");
    CHECK_FAILS(&ctx, sb_feature_law_fit(&ctx, 2, 2, x, (double[]){1.0, 0.0}, &l), SB_EDIM, "all weight lies on one point");
    CHECK_FAILS(&ctx, sb_frechet_measure(&ctx, &a, 61, x, 0.95, &f), SB_EDIM, "61 points are too few for an interval; it takes 62");
    x[7] = INFINITY;
    CHECK_FAILS(&ctx, sb_feature_law_fit(&ctx, 70, 2, x, NULL, &l), SB_ERANGE, "feature 1 is not finite");
    CHECK(l.mean == NULL && l.covariance == NULL);
    static volatile sig_atomic_t stop = 1;
    x[7] = 0.0;
    ctx.stop = &stop;
    CHECK_FAILS(&ctx, sb_frechet_measure(&ctx, &a, 70, x, 0.95, &f), SB_EINTR, "stopped");
    ctx.stop = NULL;
}

/* Half the interval of the mean of x (n), from the means of the groups alone (Busing, Meijer, van der Leeden 1999, formula (7)). */
static double half_of_mean(int n, const double *x, double confidence)
{
    enum { G = SB_JACKKNIFE_GROUPS };
    double all = 0.0, variance = 0.0;
    for (int i = 0; i < n; i++) all += x[i] / n;
    for (int g = 0; g < G; g++) {
        double off = 0.0, size = 0.0;
        for (int i = g; i < n; i += G) off += x[i] - all, size++;
        off /= size;
        variance += off * off / (n / size - 1.0) / G;
    }
    return gsl_cdf_tdist_Pinv(0.5 + 0.5 * confidence, G - 1.0) * sqrt(variance);
}

/* The jackknife of the mean is the mean, its pseudo-values those of the groups, so that its interval is known; that of the plain variance is nearly the unbiased one. */
static void test_jackknife(void)
{
    enum { MOST_POINTS = 93 };
    const int sizes[] = {70, 93};
    double x[MOST_POINTS], without[SB_JACKKNIFE_GROUPS], spread[SB_JACKKNIFE_GROUPS];
    draw(81, MOST_POINTS, x);
    for (int e = 0; e < 2; e++) {
        const int n = sizes[e];
        double sum = 0.0, square = 0.0;
        for (int i = 0; i < n; i++) sum += x[i], square += x[i] * x[i];
        for (int g = 0; g < SB_JACKKNIFE_GROUPS; g++) {
            double s = sum, q = square, left = n;
            for (int i = g; i < n; i += SB_JACKKNIFE_GROUPS) s -= x[i], q -= x[i] * x[i], left--;
            CHECK(left == n - sb_jackknife_size(n, g));
            without[g] = s / left;
            spread[g] = q / left - s * s / (left * left);
        }
        const sb_number mean = sb_jackknife(n, sum / n, without, 0.95),
                        variance = sb_jackknife(n, square / n - sum * sum / n / n, spread, 0.95);
        const double unbiased = (square - sum * sum / n) / (n - 1.0);
        CHECK_NEAR(mean.value, sum / n, 1e-13);
        CHECK_CLOSE(mean.hi - mean.value, half_of_mean(n, x, 0.95), 1e-12);
        CHECK_CLOSE(mean.value - mean.lo, half_of_mean(n, x, 0.95), 1e-12);
        CHECK_CLOSE(variance.value, unbiased, 0.015); /* the plain one is off by as much as that */
        CHECK(fabs(variance.value - unbiased) < fabs(square / n - sum * sum / n / n - unbiased));
    }
    const sb_number around = sb_jackknife_around(5.0, (sb_number){4.0, 3.0, 5.0, 0.95, 32.0, SB_SAMPLED});
    CHECK(around.value == 5.0 && around.lo == 4.0 && around.hi == 6.0);
    const sb_number cut = sb_number_within((sb_number){-0.5, -2.0, 0.25, 0.95, 32.0, SB_SAMPLED}, 0.0, 0.125);
    CHECK(cut.value == 0.0 && cut.lo == 0.0 && cut.hi == 0.125 && cut.status == SB_SAMPLED);
}

int main(void)
{
    static const sb_test tests[] = {
        {"closed forms", test_closed_forms},
        {"eigenvalues of the product", test_second_route},
        {"singular covariances", test_singular},
        {"fitted laws", test_fit},
        {"fewer points than features", test_few_points},
        {"the jackknife", test_jackknife},
        {"coverage and bias on Gaussians", test_coverage},
        {"any number of threads", test_threads},
        {"errors", test_errors},
    };
    sb_context_init(&ctx, 1);
    return sb_test_main("frechet", tests, sizeof tests / sizeof *tests);
}
