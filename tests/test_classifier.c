/* test_classifier.c: labelled points of finite data and of laws; a network that learns to tell them apart, the same for a seed whatever
 * the threads; its gradient against finite differences. */
#include "harness.h"

#include "base/memory.h"
#include "labelled_case.h"
#include "measure/classifier.h"
#include "measure/classifier_network.h"

#include <string.h>

static sb_context ctx;

static void test_labelled(void)
{
    sb_data data;
    sb_labelled points = {0};
    double total = 0.0;
    labelled_case_create(37, 4, 3, 0.1, &data);
    data.pooled[5] = 0.0; /* held by nobody */
    if (CHECK_OK(&ctx, sb_labelled_create(&ctx, &data, 1, &points))) {
        CHECK(points.count == 36 && points.d == 16 && points.classes == 3 && points.shape.width == 4);
        CHECK(memcmp(points.x + 5 * 16, data.components.mean + 6 * 16, 16 * sizeof(double)) == 0);
        CHECK(points.label[4] == data.label[4] && points.label[5] == data.label[6] && points.weight[5] == data.pooled[6]);
        for (int c = 0; c < 3; c++) total += points.share[c];
        CHECK_CLOSE(total, 1.0 - data.pooled[4], 1e-12); /* 4 and 5 weigh alike */
        CHECK_CLOSE(points.share[0], 26.0 / 50.0, 1e-12);
    }
    sb_labelled_free(&points);

    for (int j = 0; j < 37; j++) data.components.lambda[j] = 0.01; /* now a mixture */
    if (CHECK_OK(&ctx, sb_labelled_create(&ctx, &data, 1, &points))) {
        double count = 0.0, square = 0.0;
        CHECK(points.count == SB_LABELLED_DRAWS && points.weight[7] == 1.0 / SB_LABELLED_DRAWS);
        for (int i = 0; i < points.count; i++) count += points.label[i] == 0;
        CHECK_CLOSE(count / points.count, points.share[0], 0.05);
        for (int i = 0; i < points.count; i++) { /* each draw is near an image of its label */
            double nearest = INFINITY;
            for (int j = 0; j < 37; j++) {
                double off = 0.0;
                for (int k = 0; k < 16; k++) off += pow(points.x[i * 16 + k] - data.components.mean[j * 16 + k], 2);
                if (data.label[j] == points.label[i]) nearest = fmin(nearest, off);
            }
            square = fmax(square, nearest);
        }
        CHECK(square < 16 * 0.01 * 4.0);
    }
    sb_labelled_free(&points);
    data.classes = 0;
    CHECK_FAILS(&ctx, sb_labelled_create(&ctx, &data, 1, &points), SB_EUSER, "no labels");
    sb_data_free(&data);
}

/* sum_c by[c] logit_c of one point, and its gradient. */
static void check_gradient(sb_image_shape shape)
{
    enum { B = 3, CLASSES = 4 };
    const int d_in = sb_image_dimension(shape);
    const sb_classifier_network network = sb_classifier_network_of(shape, CLASSES);
    sb_classifier_pass pass;
    double *theta = sb_array_alloc(2 * network.D, sizeof *theta, 0), *grad = theta + network.D;
    const size_t probes[] = {0,
                             77,
                             network.conv[0].b + 3,
                             network.conv[1].W + 1034,
                             network.conv[1].b + 15,
                             network.features.W + 12345 % (network.features.b - network.features.W),
                             network.features.b + 60,
                             network.logits.W + 17,
                             network.logits.b + 2};
    const double by[CLASSES] = {0.7, -1.3, 2.385, 0.2};
    sb_classifier_network_start(&network, sb_stream_at(3, SB_DRAW_TEST, 0, 0, 0, 0), theta);
    for (size_t i = 0; i < network.D; i++) theta[i] += 0.05 * sin(1.7 * (double)i);
    for (size_t i = 0; i < network.D; i++) grad[i] = NAN;
    if (CHECK_OK(&ctx, sb_classifier_pass_create(&ctx, &network, B, &pass))) {
        for (int i = 0; i < d_in; i++)
            for (int b = 0; b < B; b++) pass.x[i * pass.crew.ld + b] = cos(2.385 * i + b);
        sb_classifier_forward(&network, theta, &pass);
        for (int c = 0; c < CLASSES; c++)
            for (int b = 0; b < B; b++) pass.by_logit[c * pass.crew.ld + b] = by[c] * (b + 1);
        sb_classifier_backward(&network, theta, &pass, grad);
        for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
            const double h = 1e-5, at = theta[probes[i]];
            double change = 0.0;
            for (int side = -1; side <= 1; side += 2) {
                theta[probes[i]] = at + side * h;
                sb_classifier_forward(&network, theta, &pass);
                for (int c = 0; c < CLASSES; c++)
                    for (int b = 0; b < B; b++) change += side * by[c] * (b + 1) * pass.logit[c * pass.crew.ld + b] / (2.0 * h);
            }
            theta[probes[i]] = at;
            CHECK_NEAR(grad[probes[i]], change, 1e-7);
        }
        sb_classifier_pass_free(&pass);
    }
    sb_free(theta);
}

static void test_gradient(void)
{
    check_gradient((sb_image_shape){2, 6, 10}); /* halved once: 3 x 5 pixels cannot be */
    check_gradient((sb_image_shape){1, 1, 1});  /* fewer pixels than features */
    check_gradient((sb_image_shape){3, 1, 2});
    check_gradient((sb_image_shape){1, 4, 4});
}

/* Points that are all alike have no deviation: what their mean is off by is none. */
static void test_constant(void)
{
    enum { N = 40, SIDE = 2 };
    sb_data data;
    sb_labelled points = {0};
    sb_classifier classifier = {0};
    double f[N * SB_CLASSIFIER_FEATURES], p[N * 2];
    const double values[] = {-1.0, sb_pixel_value(37), 0.0};
    labelled_case_create(N, SIDE, 2, 0.25, &data);
    CHECK_OK(&ctx, sb_labelled_create(&ctx, &data, 1, &points));
    for (int v = 0; v < 3; v++) {
        for (int i = 0; i < N * SIDE * SIDE; i++) points.x[i] = values[v];
        if (!CHECK_OK(&ctx, sb_classifier_train(&ctx, &points, 5, 0.95, &classifier))) break;
        CHECK(classifier.scale == 1.0);
        CHECK_NEAR(classifier.centre, values[v], 1e-13);
        points.x[7] += 1e-3;
        CHECK_OK(&ctx, sb_classifier_apply(&ctx, &classifier, N, points.x, f, p));
        for (int j = 0; j < SB_CLASSIFIER_FEATURES; j++) CHECK(fabs(f[j] - f[j + SB_CLASSIFIER_FEATURES]) < 1.0);
        points.x[7] -= 1e-3;
        sb_classifier_free(&classifier);
    }
    for (int i = 0; i < N * SIDE * SIDE; i++) points.x[i] = 1e-7 * (i % 2) - 1.0; /* little is not nothing */
    if (CHECK_OK(&ctx, sb_classifier_train(&ctx, &points, 5, 0.95, &classifier))) CHECK_CLOSE(classifier.scale, 2e7, 1e-2);
    sb_classifier_free(&classifier);
    sb_labelled_free(&points);
    sb_data_free(&data);
}

static void test_learns(void)
{
    enum { N = 600, M = 150, SIDE = 6, CLASSES = 4 };
    sb_data data;
    sb_labelled points = {0};
    sb_classifier one = {0}, same = {0};
    double *y = sb_array_alloc(M * (SIDE * SIDE + 2 * (SB_CLASSIFIER_FEATURES + CLASSES)), sizeof *y, 0);
    double *f = y + M * SIDE * SIDE, *p = f + M * SB_CLASSIFIER_FEATURES, *f2 = p + M * CLASSES,
           *p2 = f2 + M * SB_CLASSIFIER_FEATURES;
    int label[M], hits = 0;
    labelled_case_create(N, SIDE, CLASSES, 0.25, &data);
    labelled_case_images(M, SIDE, CLASSES, 2, 0.25, y, label);
    CHECK_OK(&ctx, sb_labelled_create(&ctx, &data, 1, &points));
    if (!CHECK_OK(&ctx, sb_classifier_train(&ctx, &points, 5, 0.95, &one))) return;
    CHECK(one.accuracy.value > 0.95 && one.accuracy.samples == N / 5 && one.accuracy.status == SB_SAMPLED);
    CHECK(one.accuracy.lo < one.accuracy.value && one.accuracy.value <= one.accuracy.hi && one.accuracy.hi <= 1.0);
    CHECK_OK(&ctx, sb_classifier_apply(&ctx, &one, M, y, f, p));
    for (int i = 0; i < M; i++) {
        double sum = 0.0;
        for (int c = 0; c < CLASSES; c++) sum += p[i * CLASSES + c];
        CHECK_CLOSE(sum, 1.0, 1e-12);
        hits += sb_likeliest(CLASSES, p + i * CLASSES) == label[i];
    }
    CHECK(hits > 0.95 * M); /* on images that were never among the data */

    ctx.threads = 3;
    CHECK_OK(&ctx, sb_classifier_train(&ctx, &points, 5, 0.95, &same));
    CHECK_OK(&ctx, sb_classifier_apply(&ctx, &same, M, y, f2, p2));
    CHECK(memcmp(f, f2, sizeof(double) * M * SB_CLASSIFIER_FEATURES) == 0 && memcmp(p, p2, sizeof(double) * M * CLASSES) == 0);
    CHECK_OK(&ctx, sb_classifier_apply(&ctx, &same, 70, y + 36, f2, p2)); /* a point's features do not depend on its neighbours */
    CHECK(memcmp(f + SB_CLASSIFIER_FEATURES, f2, sizeof(double) * 70 * SB_CLASSIFIER_FEATURES) == 0);
    ctx.threads = 1;
    sb_classifier_free(&one);
    sb_classifier_free(&same);
    sb_labelled_free(&points);
    sb_data_free(&data);
    sb_free(y);
}

/* Labels that say nothing: nothing is learned that holds elsewhere. */
static void test_cannot_learn_noise(void)
{
    sb_data data;
    sb_labelled points = {0};
    sb_classifier c = {0};
    labelled_case_create(500, 4, 5, 0.3, &data);
    for (int j = 0; j < 500; j++) data.label[j] = (j * 7 + j / 5) % 5;
    CHECK_OK(&ctx, sb_labelled_create(&ctx, &data, 1, &points));
    if (CHECK_OK(&ctx, sb_classifier_train(&ctx, &points, 5, 0.95, &c))) CHECK(c.accuracy.value < 0.4);
    sb_classifier_free(&c);
    sb_labelled_free(&points);
    sb_data_free(&data);
}

/* Clopper and Pearson's table: 4 of 20 at 95 %: 0.0573, 0.4366; and the ends. */
static void test_share(void)
{
    const sb_number some = sb_number_share(4, 20, 0.95), none = sb_number_share(0, 20, 0.95), all = sb_number_share(20, 20, 0.95);
    CHECK_CLOSE(some.value, 0.2, 1e-15);
    CHECK_CLOSE(some.lo, 0.057334, 1e-4);
    CHECK_CLOSE(some.hi, 0.436614, 1e-4);
    for (int k = 0; k <= 360; k++) { /* as the binomial's tails have it: P(X >= k) at lo and P(X <= k) at hi are 2.5 % */
        const sb_number x = sb_number_share(k, 360, 0.95);
        double below = 0.0, above = 0.0;
        for (int i = 0; i <= 360; i++) {
            const double ways = lgamma(361.0) - lgamma(i + 1.0) - lgamma(361.0 - i);
            if (i >= k && k > 0) above += exp(ways + i * log(x.lo) + (360 - i) * log1p(-x.lo));
            if (i <= k && k < 360) below += exp(ways + i * log(x.hi) + (360 - i) * log1p(-x.hi));
        }
        if (k > 0) CHECK_CLOSE(above, 0.025, 1e-9);
        if (k < 360) CHECK_CLOSE(below, 0.025, 1e-9);
    }
    CHECK(none.lo == 0.0 && all.hi == 1.0);
    CHECK_CLOSE(none.hi, 1.0 - pow(0.025, 1.0 / 20.0), 1e-12);
    CHECK_CLOSE(all.lo, pow(0.025, 1.0 / 20.0), 1e-12);
    CHECK(sb_likeliest(4, (double[]){0.1, 0.4, 0.4, 0.1}) == 1);
}

static void test_errors(void)
{
    static volatile sig_atomic_t stop = 1;
    sb_data data;
    sb_labelled points = {0};
    sb_classifier c = {0};
    labelled_case_create(9, 4, 3, 0.1, &data);
    CHECK_OK(&ctx, sb_labelled_create(&ctx, &data, 1, &points));
    CHECK_FAILS(&ctx, sb_classifier_train(&ctx, &points, 1, 0.95, &c), SB_EDIM, "9 points of 3 classes");
    CHECK(c.theta == NULL);
    sb_labelled_free(&points);
    sb_data_free(&data);
    labelled_case_create(20, 4, 3, 0.1, &data);
    CHECK_OK(&ctx, sb_labelled_create(&ctx, &data, 1, &points));
    for (int k = 0; k < 3; k++) points.share[k] = k == 2; /* classes are those with points */
    CHECK_FAILS(&ctx, sb_classifier_train(&ctx, &points, 1, 0.95, &c), SB_EDIM, "20 points of 1 classes");
    points.share[0] = 0.5;
    points.shape.width = 3;
    CHECK_FAILS(&ctx, sb_classifier_train(&ctx, &points, 1, 0.95, &c), SB_EDIM, "needs images");
    points.shape.width = 4;
    ctx.stop = &stop;
    CHECK_FAILS(&ctx, sb_classifier_train(&ctx, &points, 1, 0.95, &c), SB_EINTR, "stopped while training the classifier");
    ctx.stop = NULL;
    double f[SB_CLASSIFIER_FEATURES], p[3];
    c = (sb_classifier){.shape = {1, 4, 4}, .d = 16, .classes = 3, .features = SB_CLASSIFIER_FEATURES};
    c.theta = sb_array_alloc(sb_classifier_network_of(c.shape, 3).D, sizeof *c.theta, 1);
    CHECK_OK(&ctx, sb_classifier_apply(&ctx, &c, 0, NULL, NULL, NULL));
    CHECK_OK(&ctx, sb_classifier_apply(&ctx, &c, 1, points.x, f, p));
    CHECK(p[0] == p[2] && fabs(p[1] - 1.0 / 3.0) < 1e-15 && f[7] == 0.0);
    ctx.stop = &stop;
    CHECK_FAILS(&ctx, sb_classifier_apply(&ctx, &c, 1, points.x, f, p), SB_EINTR, "stopped while judging");
    ctx.stop = NULL;
    sb_classifier_free(&c);
    sb_labelled_free(&points);
    sb_data_free(&data);
}

int main(void)
{
    static const sb_test tests[] = {
        {"labelled points", test_labelled},
        {"the network's gradient", test_gradient},
        {"points that are all alike", test_constant},
        {"learns, the same on any number of threads", test_learns},
        {"cannot learn noise", test_cannot_learn_noise},
        {"shares", test_share},
        {"errors", test_errors},
    };
    sb_context_init(&ctx, 1);
    return sb_test_main("classifier", tests, sizeof tests / sizeof *tests);
}
