/* Covariances of low rank: against the same mixtures with full covariances, finite differences, draws, and matrices written out. */
#include "low_rank.h"

enum { D = 12, POINTS = 70, ROOM = 1 << 16 };

static const int ranks[] = {1, 3, 11};

static sb_marginal *marginal_of(const law *l, double u)
{
    sb_context ctx = test_context();
    sb_marginal *m = NULL;
    CHECK_OK(&ctx, sb_marginal_create(&ctx, &l->q, u, &m));
    CHECK(sb_marginal_work(m) < ROOM);
    return m;
}

/* Points near and between the components, the last ones far out. */
static void points_of(const law *l, double *y)
{
    double work[D];
    sb_stream stream = sb_stream_at(6, SB_DRAW_TEST, 0, 0, 0, 0);
    sb_mixture_sample(&l->q, stream, POINTS, y, NULL, work);
    for (int i = 0; i < POINTS * D; i++) y[i] *= i / D < POINTS - 6 ? 1.2385 : 40.0;
}

static void check_all(const double *a, const double *b, int n, double tolerance)
{
    double size = 1.0, worst = 0.0;
    for (int i = 0; i < n; i++) size = fmax(size, fabs(b[i])), worst = fmax(worst, fabs(a[i] - b[i]));
    CHECK(worst <= tolerance * size); /* NaN fails */
}

/* Everything that a marginal tells, many points at once and one at a time. */
static void check_marginals(const twins *t, double u)
{
    static double y[POINTS * D], score[2][POINTS * D], mean[2][POINTS * D], work[ROOM];
    static double log_q[2][POINTS], trace[2][POINTS], entropy[2][POINTS], spread[2][POINTS], one_by_one[POINTS * D], alone[POINTS];
    points_of(&t->low, y);
    for (int i = 0; i < 2; i++) {
        sb_marginal *m = marginal_of(i ? &t->full : &t->low, u);
        sb_marginal_eval(m, POINTS, y, log_q[i], score[i], work);
        sb_marginal_posterior(m, POINTS, y, mean[i], trace[i], work);
        sb_marginal_overlap(m, POINTS, y, entropy[i], spread[i], work);
        for (int b = 0; b < POINTS; b++) sb_marginal_eval(m, 1, y + b * D, &alone[b], one_by_one + b * D, work);
        check_all(one_by_one, score[i], POINTS * D, 1e-12);
        check_all(alone, log_q[i], POINTS, 1e-13);
        sb_marginal_free(m);
    }
    check_all(log_q[0], log_q[1], POINTS, 1e-10);
    check_all(score[0], score[1], POINTS * D, 1e-10);
    check_all(mean[0], mean[1], POINTS * D, 1e-10);
    check_all(trace[0], trace[1], POINTS, 1e-10);
    check_all(entropy[0], entropy[1], POINTS, 1e-10);
    check_all(spread[0], spread[1], POINTS, 1e-10);
}

static void marginals(void)
{
    const double times[] = {0.0, 0.02385, 0.7, 2.385};
    for (int r = 0; r < 3; r++)
        for (int k = 0; k < 4; k++) {
            twins t;
            twins_make(D, 4, ranks[r], 5, &t);
            check_marginals(&t, times[k]);
            twins_free(&t);
        }
}

static void scores_by_differences(void)
{
    for (int r = 0; r < 3; r++) {
        static double work[ROOM];
        twins t;
        twins_make(D, 3, ranks[r], 8, &t);
        double y[D], score[D];
        const double h = 1e-5;
        sb_marginal *m = marginal_of(&t.low, 0.0385);
        sb_stream stream = sb_stream_at(7, SB_DRAW_TEST, 0, 0, 0, 0);
        sb_stream_normals(&stream, D, y);
        sb_marginal_eval(m, 1, y, NULL, score, work);
        for (int i = 0; i < D; i++) {
            double side[2], moved[D];
            for (int s = 0; s < 2; s++) {
                memcpy(moved, y, sizeof y);
                moved[i] += s ? h : -h;
                sb_marginal_eval(m, 1, moved, &side[s], NULL, work);
            }
            CHECK_NEAR(score[i], (side[1] - side[0]) / (2.0 * h), 1e-7);
        }
        sb_marginal_free(m);
        twins_free(&t);
    }
}

/* C = v I + V V', written out, against all that is said of a covariance. */
static void covariances(void)
{
    enum { d = 7, r = 3 };
    sb_context ctx = test_context();
    sb_components c, full;
    double V[d * r], C[d * d], got[d * d], x[d], out[d], whole[d], identity[d * d] = {0};
    sb_stream stream = sb_stream_at(3, SB_DRAW_TEST, 0, 0, 0, 0);
    sb_stream_normals(&stream, d * r, V);
    sb_stream_normals(&stream, d, x);
    CHECK_OK(&ctx, sb_components_alloc_low_rank(&ctx, d, 2, r, &c));
    CHECK(c.kind == SB_COVARIANCE_LOW_RANK && c.rank == r && sb_components_stored(&c) == r + 1);
    for (int j = 0; j < 2; j++) { /* the second one's columns depend on each other */
        for (int i = 0; i < d && j; i++) V[i * r + 2] = 2.0 * V[i * r] - 0.385 * V[i * r + 1];
        memset(c.mean + j * d, 0, d * sizeof(double));
        CHECK_OK(&ctx, sb_components_set_low_rank(&ctx, &c, j, 0.02385, V));
        double square = 0.0, trace = 0.0, sum = 0.0;
        for (int a = 0; a < d; a++)
            for (int b = 0; b < d; b++) {
                C[a * d + b] = a == b ? 0.02385 : 0.0;
                for (int k = 0; k < r; k++) C[a * d + b] += V[a * r + k] * V[b * r + k];
                square += x[a] * C[a * d + b] * x[b];
                trace += a == b ? C[a * d + b] : 0.0;
            }
        sb_components_covariance(&c, j, got);
        check_all(got, C, d * d, 1e-14);
        sb_components_apply(&c, j, x, out);
        for (int a = 0; a < d; a++) {
            whole[a] = 0.0;
            for (int b = 0; b < d; b++) whole[a] += C[a * d + b] * x[b];
            CHECK_CLOSE(sb_components_axis_variance(&c, j, a), C[a * d + a], 1e-13);
            sum += sb_components_variance(&c, j, a);
            CHECK(a == 0 || a >= r || sb_components_variance(&c, j, a) <= sb_components_variance(&c, j, a - 1));
        }
        check_all(out, whole, d, 1e-14);
        CHECK_CLOSE(sb_components_variance_along(&c, j, x), square, 1e-13);
        CHECK_CLOSE(sum, trace, 1e-13);
        CHECK(sb_components_variance(&c, j, d - 1) == 0.02385);
    }
    CHECK(sb_components_multiplicity(&c, 0) == 1 && sb_components_multiplicity(&c, r) == d - r);
    CHECK(!sb_components_same_covariance(&c, 0, 1) && sb_components_same_covariance(&c, 1, 1));
    CHECK_OK(&ctx, sb_components_expand(&ctx, &c, &full));
    for (int j = 0; j < 2; j++) {
        sb_components_covariance(&c, j, C);
        sb_components_covariance(&full, j, got);
        check_all(got, C, d * d, 1e-14);
        for (int a = 0; a < d; a++)
            for (int b = 0; b < d; b++) {
                identity[a * d + b] = a == b ? -1.0 : 0.0;
                for (int i = 0; i < d; i++) identity[a * d + b] += full.Q[(j * d + i) * d + a] * full.Q[(j * d + i) * d + b];
                CHECK(fabs(identity[a * d + b]) < 1e-14);
            }
    }
    sb_components_free(&c);
    sb_components_free(&full);
}

/* Moments of a mixture, and those of many draws of it. */
static void moments(void)
{
    enum { d = 5, N = 40000 };
    twins t;
    twins_make(d, 3, 2, 11, &t);
    double mean[2][d], C[2][d * d], seen[d] = {0}, square[d * d] = {0}, work[d], *x = sb_array_alloc(N * d, sizeof(double), 0);
    sb_mixture_moments(&t.low.q, mean[0], C[0]);
    sb_mixture_moments(&t.full.q, mean[1], C[1]);
    check_all(mean[0], mean[1], d, 1e-14);
    check_all(C[0], C[1], d * d, 1e-14);
    CHECK_CLOSE(sb_mixture_second_moment(&t.low.q), sb_mixture_second_moment(&t.full.q), 1e-14);
    sb_mixture_sample(&t.low.q, sb_stream_at(9, SB_DRAW_TEST, 0, 0, 0, 0), N, x, NULL, work);
    for (int n = 0; n < N; n++)
        for (int i = 0; i < d; i++) seen[i] += x[n * d + i] / N;
    for (int n = 0; n < N; n++)
        for (int i = 0; i < d; i++)
            for (int k = 0; k < d; k++) square[i * d + k] += (x[n * d + i] - mean[0][i]) * (x[n * d + k] - mean[0][k]) / N;
    for (int i = 0; i < d; i++) {
        CHECK(fabs(seen[i] - mean[0][i]) < 5.0 * sqrt(C[0][i * d + i] / N));
        for (int k = 0; k < d; k++)
            CHECK(fabs(square[i * d + k] - C[0][i * d + k]) < 8.0 * sqrt(C[0][i * d + i] * C[0][k * d + k] / N));
    }
    sb_free(x);
    twins_free(&t);
}

/* Rank 0 is the isotropic kind; a rest of variance 0 has densities after time 0 only; far out nothing overflows into NaN. */
static void edges(void)
{
    enum { d = 9, r = 2 };
    static double work[ROOM];
    sb_context ctx = test_context();
    law l = {0};
    sb_marginal *m;
    double V[d * r] = {0}, y[40 * d], score[40 * d], log_q[40], posterior[40 * d], trace[40];
    CHECK_OK(&ctx, sb_components_alloc_low_rank(&ctx, d, 2, 0, &l.components));
    CHECK(l.components.kind == SB_COVARIANCE_ISOTROPIC && l.components.rank == 0 && l.components.Q == NULL);
    CHECK_OK(&ctx, sb_components_set_low_rank(&ctx, &l.components, 1, 0.385, V));
    CHECK(l.components.lambda[1] == 0.385);
    sb_components_free(&l.components);

    CHECK_OK(&ctx, sb_components_alloc_low_rank(&ctx, d, 1, r, &l.components));
    const double one = 1.0;
    l.q = (sb_mixture){.components = &l.components, .weight = &one};
    memset(l.components.mean, 0, d * sizeof(double));
    V[0] = 0.5; /* the second column is 0: an eigenvector of variance 0 */
    CHECK_OK(&ctx, sb_components_set_low_rank(&ctx, &l.components, 0, 0.0, V));
    CHECK_CLOSE(l.components.lambda[0], 0.25, 1e-15);
    CHECK(l.components.lambda[1] == 0.0 && l.components.lambda[2] == 0.0);
    CHECK_FAILS(&ctx, sb_marginal_create(&ctx, &l.q, 0.0, &m), SB_EDOM, "zero variance");
    for (int i = 0; i < 40 * d; i++) y[i] = (i % 3 - 1.1) * pow(10.0, i / d * 8.0 - 4.0);
    m = marginal_of(&l, 1e-4);
    sb_marginal_eval(m, 40, y, log_q, score, work);
    sb_marginal_posterior(m, 40, y, posterior, trace, work);
    const double sigma2 = -expm1(-2e-4), c = 0.25 * exp(-2e-4) + sigma2;
    double want = -0.5 * d * log(2.0 * M_PI) - 0.5 * log(c) - 0.5 * (d - 1) * log(sigma2) - 0.5 * y[0] * y[0] / c;
    for (int i = 1; i < d; i++) want -= 0.5 * y[i] * y[i] / sigma2;
    CHECK_CLOSE(log_q[0], want, 1e-13);
    CHECK_CLOSE(score[0], -y[0] / c, 1e-12);
    CHECK_CLOSE(score[1], -y[1] / sigma2, 1e-12);
    CHECK(fabs(posterior[1]) < 1e-18);
    CHECK_CLOSE(trace[0], 0.25 * sigma2 / c, 1e-13);
    for (int i = 0; i < 40 * d; i++) CHECK(isfinite(score[i]));
    for (int b = 0; b < 40; b++) CHECK(!isnan(log_q[b]) && log_q[b] < INFINITY);
    sb_marginal_free(m);
    sb_components_free(&l.components);
}

static void refusals(void)
{
    sb_context ctx = test_context();
    sb_components c;
    double V[10] = {0.0};
    CHECK_FAILS(&ctx, sb_components_alloc_low_rank(&ctx, 5, 2, 5, &c), SB_EUSER, "from 0 to 4 directions");
    CHECK_FAILS(&ctx, sb_components_alloc_low_rank(&ctx, 5, 2, -1, &c), SB_EUSER, "from 0 to 4 directions");
    CHECK_FAILS(&ctx, sb_components_alloc_low_rank(&ctx, 1 << 20, 30, 30, &c), SB_EUSER, "more memory than is sensible");
    CHECK(c.mean == NULL && c.Q == NULL);
    CHECK_OK(&ctx, sb_components_alloc_low_rank(&ctx, 5, 1, 2, &c));
    CHECK_FAILS(&ctx, sb_components_set_low_rank(&ctx, &c, 0, -0.1, V), SB_EUSER, "component 1: -0.1 is no variance");
    CHECK_FAILS(&ctx, sb_components_set_low_rank(&ctx, &c, 0, NAN, V), SB_EUSER, "no variance");
    V[3] = NAN;
    CHECK_FAILS(&ctx, sb_components_set_low_rank(&ctx, &c, 0, 0.1, V), SB_EUSER, "no size of a variation");
    sb_components_free(&c);
}

int main(void)
{
    static const sb_test tests[] = {
        {"densities, scores, posteriors and overlaps of both kinds", marginals},
        {"scores by differences", scores_by_differences},
        {"covariances, written out", covariances},
        {"moments and draws", moments},
        {"rank 0, no variance, far out", edges},
        {"refusals", refusals},
    };
    return sb_test_main("low rank", tests, sizeof tests / sizeof *tests);
}
