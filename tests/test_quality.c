/* test_quality.c: the classifier score on cases with a known value; the quality of good, poor and one-sided images; features from files;
 * what is written and read back. */
#include "harness.h"

#include "base/memory.h"
#include "base/npy.h"
#include "labelled_case.h"
#include "measure/quality_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SIDE = 6, CLASSES = 4, D = SIDE * SIDE, M = 320 };

static sb_context ctx;

static void test_score(void)
{
    enum { N = 96 };
    static double p[N * 3], w[N];
    for (int i = 0; i < N; i++)
        for (int c = 0; c < 3; c++) p[i * 3 + c] = i % 3 == c, w[i] = 1.0 / N;
    sb_number score = sb_classifier_score(N, 3, p, 0.95); /* certain and even: as many as there are classes */
    CHECK_CLOSE(score.value, 3.0, 1e-12);
    CHECK(score.hi <= 3.0 && score.lo <= score.value);
    for (int i = 0; i < N * 3; i++) p[i] = i % 3 == 1 ? 0.5 : 0.25; /* all alike: 1, however uncertain */
    score = sb_classifier_score(N, 3, p, 0.95);
    CHECK_CLOSE(score.value, 1.0, 1e-12);
    CHECK(score.lo >= 1.0);
    for (int i = 0; i < N; i++) /* two kinds of points: exp of the mean of KL against the mean, by hand */
        for (int c = 0; c < 3; c++) p[i * 3 + c] = (i % 4 ? (double[]){0.7, 0.2, 0.1} : (double[]){0.05, 0.05, 0.9})[c];
    const double m[3] = {0.75 * 0.7 + 0.25 * 0.05, 0.75 * 0.2 + 0.25 * 0.05, 0.75 * 0.1 + 0.25 * 0.9};
    const double kl = 0.75 * (0.7 * log(0.7 / m[0]) + 0.2 * log(0.2 / m[1]) + 0.1 * log(0.1 / m[2])) +
                      0.25 * (0.05 * log(0.05 / m[0]) + 0.05 * log(0.05 / m[1]) + 0.9 * log(0.9 / m[2]));
    CHECK_CLOSE(sb_classifier_score(N, 3, p, 0.95).value, exp(kl), 1e-12);
    CHECK_CLOSE(sb_classifier_score_weighted(N, 3, p, w), exp(kl), 1e-12);
    for (int i = 0; i < N; i++) w[i] = (i % 4 ? 1.0 : 3.0) / (1.5 * N); /* now half and half */
    const double e[3] = {0.375, 0.125, 0.5};
    const double even = 0.5 * (0.7 * log(0.7 / e[0]) + 0.2 * log(0.2 / e[1]) + 0.1 * log(0.1 / e[2])) +
                        0.5 * (0.05 * log(0.05 / e[0]) + 0.05 * log(0.05 / e[1]) + 0.9 * log(0.9 / e[2]));
    CHECK_CLOSE(sb_classifier_score_weighted(N, 3, p, w), exp(even), 1e-12);
}

/* 300 sets of probabilities from a law whose score is known: the interval must hold it as often as it says. */
/* Probabilities of n points, each sure by `most` of one class and even over the others; classes alike. */
static void draw_sure(int n, int classes, double most, uint32_t turn, double *p)
{
    sb_stream stream = sb_stream_at(5, SB_DRAW_TEST, 0, 0, turn, 0);
    for (int i = 0; i < n; i++) {
        double u;
        sb_stream_uniforms(&stream, 1, &u);
        for (int c = 0; c < classes; c++) p[i * classes + c] = (1.0 - most) / (classes - 1);
        p[i * classes + (int)(u * classes)] = most;
    }
}

/* Few points show fewer classes than there are: the score of n is below that of infinitely many, and what the interval holds is the former. */
static void test_score_covers(void)
{
    enum { MOST = 200 * 10, TIMES = 400, MANY = 4000 };
    static double p[MOST];
    static const struct {
        int n, classes;
        double most;
        double least_bias;   /* of the score, in units of the mean half-width */
        double most_covered; /* with so large a bias the jackknife's variance is above that of the score */
    } cases[] = {{64, 10, 0.98, 0.5, 1.0}, {200, 3, 0.85, 0.0, 0.99}};
    for (int k = 0; k < 2; k++) {
        const int n = cases[k].n, classes = cases[k].classes;
        const double most = cases[k].most, rest = 1.0 - most;
        const double limit = exp(most * log(most * classes) + rest * log(rest * classes / (classes - 1)));
        double mean = 0.0, half = 0.0;
        int covered = 0;
        for (uint32_t t = 0; t < MANY; t++) {
            draw_sure(n, classes, most, TIMES + t, p);
            mean += sb_classifier_score(n, classes, p, 0.95).value / MANY;
        }
        for (uint32_t t = 0; t < TIMES; t++) {
            draw_sure(n, classes, most, t, p);
            const sb_number score = sb_classifier_score(n, classes, p, 0.95);
            covered += score.lo <= mean && mean <= score.hi;
            half += 0.5 * (score.hi - score.lo) / TIMES;
            CHECK(score.lo >= 1.0 && score.hi <= classes && score.value > score.lo && score.value < score.hi);
        }
        printf("# %d points, %d classes: %.4f on average, +-%.4f, %.4f in the limit; the interval held it %d times of %d\n", n,
               classes, mean, half, limit, covered, TIMES);
        CHECK(limit - mean > cases[k].least_bias * half);
        CHECK(covered > 0.91 * TIMES && covered <= cases[k].most_covered * TIMES);
    }
}

static int same(sb_number a, sb_number b)
{
    return a.value == b.value && a.lo == b.lo && a.hi == b.hi && a.status == b.status && a.samples == b.samples;
}

static void check_round_trip(const sb_quality *q)
{
    sb_quality back;
    int failed = 0;
    json_t *object = sb_quality_to_json(q, &failed), *broken = json_deep_copy(object);
    CHECK(!failed && sb_quality_is_known(q));
    if (CHECK_OK(&ctx, sb_quality_from_json(object, &back) ? SB_OK : SB_EINVAL)) {
        CHECK(same(q->frechet.at_n, back.frechet.at_n) && same(q->frechet.limit, back.frechet.limit));
        CHECK(q->frechet.generated == back.frechet.generated && q->frechet.reference == back.frechet.reference);
        CHECK(same(q->score, back.score) && same(q->data_score, back.data_score) && same(q->accuracy, back.accuracy));
        CHECK(q->classes == back.classes);
        for (int c = 0; c < back.classes; c++) CHECK(same(q->share[c], back.share[c]) && q->data_share[c] == back.data_share[c]);
    }
    sb_quality_free(&back);
    if (q->frechet.generated == 0) {
        json_object_set_new(json_object_get(broken, "given_features"), "generated", json_string("64"));
        CHECK(!sb_quality_from_json(broken, &back));
        goto done;
    }
    json_object_del(broken, "classifier_score");
    CHECK(!sb_quality_from_json(broken, &back) && back.share == NULL);
    json_object_set(broken, "classifier_score", json_object_get(object, "classifier_score"));
    json_object_set_new(broken, "generated", json_integer(0));
    CHECK(!sb_quality_from_json(broken, &back));
    json_object_set_new(broken, "generated", json_integer(64));
    json_object_set_new(broken, "classes", json_array());
    CHECK(!sb_quality_from_json(broken, &back) && back.share == NULL);
done:
    json_decref(object);
    json_decref(broken);
}

static void test_order_of_merit(void)
{
    sb_data data;
    sb_quality_reference reference = {0};
    sb_quality good = {.classes = 0}, noisy = good, one_sided = good, again = good;
    double *y = sb_array_alloc(M * D, sizeof *y, 0);
    labelled_case_create(800, SIDE, CLASSES, 0.15, &data);
    if (!CHECK_OK(&ctx, sb_quality_reference_create(&ctx, &data, 3, 0.95, &reference))) return;
    CHECK(reference.count == 800 && reference.score > 3.0 && reference.score <= 4.0);
    labelled_case_images(M, SIDE, CLASSES, 2, 0.15, y, NULL);
    CHECK_OK(&ctx, sb_quality_measure(&ctx, &reference, M, y, 0.95, &good));
    ctx.threads = 2;
    CHECK_OK(&ctx, sb_quality_measure(&ctx, &reference, M, y, 0.95, &again));
    ctx.threads = 1;
    CHECK(same(good.frechet.at_n, again.frechet.at_n) && same(good.frechet.limit, again.frechet.limit) &&
          same(good.score, again.score));
    labelled_case_images(M, SIDE, CLASSES, 2, 0.7, y, NULL);
    CHECK_OK(&ctx, sb_quality_measure(&ctx, &reference, M, y, 0.95, &noisy));
    labelled_case_images(M * 2 / 2, SIDE, CLASSES, 2, 0.15, y, NULL);
    for (int i = 0; i < M; i++) memcpy(y + i * D, y + i / CLASSES * CLASSES * D, D * sizeof *y); /* class 0 alone */
    CHECK_OK(&ctx, sb_quality_measure(&ctx, &reference, M, y, 0.95, &one_sided));

    CHECK(good.frechet.limit.hi < noisy.frechet.limit.lo && good.frechet.limit.hi < one_sided.frechet.limit.lo);
    CHECK(good.frechet.limit.value <= good.frechet.at_n.value);
    CHECK(noisy.score.hi < good.score.lo && one_sided.score.hi < good.score.lo);
    CHECK(good.frechet.generated == M && good.frechet.reference == 800 && good.frechet.features == reference.classifier.features);
    CHECK_CLOSE(good.data_share[0], 0.4, 1e-12); /* twice the weight of each other class */
    CHECK(good.share[0].lo < 0.25 && 0.25 < good.share[0].hi && one_sided.share[0].value > 0.95);
    CHECK_CLOSE(good.share[0].value + good.share[1].value + good.share[2].value + good.share[3].value, 1.0, 1e-12);
    check_round_trip(&good);
    CHECK_FAILS(&ctx, sb_quality_measure(&ctx, &reference, 63, y, 0.95, &good), SB_EDIM, "63 generated points are too few");
    const double near = y[5 * D];
    y[5 * D] = 1e150;
    CHECK_FAILS(&ctx, sb_quality_measure(&ctx, &reference, M, y, 0.95, &good), SB_ERANGE, "generated point 5 lies too far out");
    y[5 * D] = near;
    CHECK(good.frechet.generated == M); /* as it was */
    data.classes = 0;
    sb_quality_reference none = {0};
    CHECK_FAILS(&ctx, sb_quality_reference_create(&ctx, &data, 3, 0.95, &none), SB_EUSER, "no labels");
    sb_quality_free(&good);
    sb_quality_free(&again);
    sb_quality_free(&noisy);
    sb_quality_free(&one_sided);
    sb_quality_reference_free(&reference);
    sb_data_free(&data);
    sb_free(y);
}

/* A .npy file of float32 or of another type. */
static void write_npy(const char *path, const char *descr, int rows, int columns, const void *x, size_t bytes)
{
    FILE *file = fopen(path, "wb");
    char header[119];
    const int used =
        snprintf(header, sizeof header, "{'descr': '%s', 'fortran_order': False, 'shape': (%d, %d), }", descr, rows, columns);
    memset(header + used, ' ', sizeof header - (size_t)used);
    fwrite("\x93NUMPY\1\0\166\0", 1, 10, file);
    fwrite(header, 1, 118, file);
    fwrite(x, 1, bytes, file);
    fclose(file);
}

static void test_files(void)
{
    enum { N = 128, F = 3 };
    static double x[N * F], r[50 * F], copy[50 * F];
    static float narrow[N * F];
    char folder[] = "/tmp/scorebound-quality-XXXXXX", a[64], b[64];
    sb_quality q = {.classes = 0}, single = q;
    sb_feature_law law = {0};
    sb_frechet plain = {.reference = 50};
    if (!mkdtemp(folder)) return;
    snprintf(a, sizeof a, "%s/a.npy", folder);
    snprintf(b, sizeof b, "%s/b.npy", folder);
    sb_stream stream = sb_stream_at(8, SB_DRAW_TEST, 0, 0, 0, 0);
    sb_stream_normals(&stream, N * F, x);
    sb_stream_normals(&stream, 50 * F, r);
    for (int i = 0; i < N * F; i++) x[i] = narrow[i] = (float)(2.0 * x[i]);
    CHECK_OK(&ctx, sb_npy_write(&ctx, a, N, F, x));
    CHECK_OK(&ctx, sb_npy_write(&ctx, b, 50, F, r));
    memcpy(copy, r, sizeof r);
    if (CHECK_OK(&ctx, sb_quality_features(&ctx, a, b, 0.95, &q))) {
        CHECK(q.given.features == F && q.given.generated == N && q.given.reference == 50 && q.frechet.generated == 0);
        CHECK_OK(&ctx, sb_feature_law_fit(&ctx, 50, F, copy, NULL, &law));
        CHECK_OK(&ctx, sb_frechet_measure(&ctx, &law, N, x, 0.95, &plain));
        CHECK(same(plain.at_n, q.given.at_n) && same(plain.limit, q.given.limit));
        check_round_trip(&q);
    }
    write_npy(a, "<f4", N, F, narrow, sizeof narrow);
    if (CHECK_OK(&ctx, sb_quality_features(&ctx, a, b, 0.95, &single))) CHECK(same(single.given.at_n, q.given.at_n));
    write_npy(a, "<i8", N, F, x, sizeof x);
    CHECK_FAILS(&ctx, sb_quality_features(&ctx, a, b, 0.95, &q), SB_EUSER,
                "a.npy:10: error: elements must be float32 or float64, not '<i8'");
    write_npy(a, "<f4", N, F, narrow, sizeof narrow - 5);
    CHECK_FAILS(&ctx, sb_quality_features(&ctx, a, b, 0.95, &q), SB_EUSER, "a.npy:128: error: 1531 bytes of data, 1536 expected");
    write_npy(a, "<f8", 1 << 30, 1 << 30, x, sizeof narrow);
    CHECK_FAILS(&ctx, sb_quality_features(&ctx, a, b, 0.95, &q), SB_EUSER,
                "a.npy:128: error: 1536 bytes of data, 9223372036854775808 expected");
    write_npy(a, "<f4", N - 1, F, narrow, sizeof narrow);
    CHECK_FAILS(&ctx, sb_quality_features(&ctx, a, b, 0.95, &q), SB_EUSER, "more data than the shape 127 x 3 says");
    write_npy(a, "<f4", 63, F, narrow, 63 * F * sizeof *narrow);
    CHECK_FAILS(&ctx, sb_quality_features(&ctx, a, b, 0.95, &q), SB_EUSER, "a.npy: error: 63 rows are too few; it takes 64 points");
    write_npy(a, "<f4", 96, 4, narrow, sizeof narrow);
    CHECK_FAILS(&ctx, sb_quality_features(&ctx, a, b, 0.95, &q), SB_EUSER, "b.npy: error: 3 features a row, but");
    narrow[7] = NAN;
    write_npy(a, "<f4", N, F, narrow, sizeof narrow);
    CHECK_FAILS(&ctx, sb_quality_features(&ctx, a, b, 0.95, &q), SB_EUSER,
                "a.npy: error: row 2, column 1: a feature is not finite");
    x[0] = -1e70;
    CHECK_OK(&ctx, sb_npy_write(&ctx, a, N, F, x));
    CHECK_FAILS(&ctx, sb_quality_features(&ctx, a, b, 0.95, &q), SB_EUSER,
                "row 0, column 0: a feature of this size cannot be compared");
    for (int i = 0; i < N * F; i++) x[i] = (i / F + i % F) % 2 ? 0.99e70 : -0.99e70; /* what comes next below works */
    for (int i = 0; i < 50 * F; i++) r[i] = (i * i) % 5 > 1 ? -0.99e70 : 0.99e70;
    CHECK_OK(&ctx, sb_npy_write(&ctx, a, N, F, x));
    CHECK_OK(&ctx, sb_npy_write(&ctx, b, 50, F, r));
    CHECK_OK(&ctx, sb_quality_features(&ctx, a, b, 0.95, &q));
    CHECK(q.given.at_n.value > 1e138 && isfinite(q.given.at_n.hi));
    unlink(a);
    CHECK_FAILS(&ctx, sb_quality_features(&ctx, a, b, 0.95, &q), SB_EUSER, "a.npy: error: No such file");
    CHECK(q.given.generated == N); /* as it was */
    unlink(b);
    rmdir(folder);
    sb_feature_law_free(&law);
}

int main(void)
{
    static const sb_test tests[] = {
        {"the classifier score", test_score},
        {"the score's interval covers", test_score_covers},
        {"better images have better numbers", test_order_of_merit},
        {"features from files", test_files},
    };
    sb_context_init(&ctx, 1);
    return sb_test_main("quality", tests, sizeof tests / sizeof *tests);
}
