/* What is measured of laws whose covariances have low rank, against the same laws with full covariances. */
#include "exact_laws.h"
#include "low_rank.h"
#include "model_fixture.h"

#include "measure/chain_window.h"
#include "measure/law_constants.h"
#include "measure/law_points.h"
#include "measure/surrogate.h"
#include "model/moments.h"
#include "train/source.h"

enum { D = 12 };

static void expand_again(twins *t)
{
    sb_context ctx = test_context();
    sb_components_free(&t->full.components);
    CHECK_OK(&ctx, sb_components_expand(&ctx, &t->low.components, &t->full.components));
}

/* All components with the covariance of the first, and centres in a plane: spanned by an eigenvector and, where asked for, a vector of
 * which only a part is among them. */
static void align(twins *t, int plane)
{
    sb_components *c = &t->low.components;
    const size_t d = (size_t)c->d, r = (size_t)c->rank;
    for (size_t j = 0; j < (size_t)c->J; j++) {
        memcpy(c->lambda + j * (r + 1), c->lambda, (r + 1) * sizeof(double));
        memcpy(c->Q + j * d * r, c->Q, d * r * sizeof(double));
        for (size_t i = 0; i < d; i++) c->mean[j * d + i] = 0.1 * (double)i + (double)j * 0.885 * c->Q[i * r];
        if (plane) c->mean[j * d + 1] += j == 1 ? 0.7 : 0.0;
    }
    expand_again(t);
}

static void same(sb_number a, sb_number b, double tolerance)
{
    CHECK(a.status == b.status);
    CHECK_NEAR(a.value, b.value, tolerance + 2.0 * (b.hi - b.lo));
    CHECK_NEAR(a.lo, b.lo, tolerance + 2.0 * (b.hi - b.lo));
}

static void check_exact(const twins *t, double tolerance)
{
    sb_grid grid = make_grid(SB_GRID_LOG_SNR, 2.385, 0.04, 7);
    sb_exact a = compute(&t->low.q, &grid), b = compute(&t->full.q, &grid);
    const sb_number pairs[][2] = {{a.H_delta, b.H_delta}, {a.H_T, b.H_T},         {a.mi_delta, b.mi_delta},
                                  {a.C1, b.C1},           {a.kl_init, b.kl_init}, {a.discretisation, b.discretisation},
                                  {a.M2, b.M2},           {a.D_sum, b.D_sum},     {a.kl_prior, b.kl_prior}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) same(pairs[i][0], pairs[i][1], tolerance);
    for (int k = 0; k < grid.K; k++) {
        same(a.H[k], b.H[k], tolerance);
        same(a.J[k], b.J[k], tolerance);
        same(a.V[k], b.V[k], tolerance);
    }
    CHECK_CLOSE(a.U, b.U, 1e-12);
    sb_exact_free(&a);
    sb_exact_free(&b);
    sb_grid_free(&grid);
}

static void exact_quantities(void)
{
    static const int ranks[] = {1, 3, 11};
    twins t;
    for (int r = 0; r < 3; r++) {
        twins_make(D, 1, ranks[r], 21, &t);
        check_exact(&t, 1e-11);
        twins_free(&t);
        twins_make(D, 3, ranks[r], 22, &t); /* sampled: other draws */
        check_exact(&t, 0.0);
        twins_free(&t);
        for (int plane = 0; plane < 2; plane++) {
            twins_make(D, 3, ranks[r], 23, &t);
            align(&t, plane && ranks[r] == 1);
            check_exact(&t, 1e-9);
            twins_free(&t);
        }
    }
    twins_make(2, 3, 1, 24, &t); /* the plane itself */
    check_exact(&t, 1e-9);
    twins_free(&t);
}

static void constants(void)
{
    static const int ranks[] = {1, 3, 11};
    sb_context ctx = test_context();
    sb_grid grid = make_grid(SB_GRID_LOG_SNR, 2.385, 0.04, 3);
    for (int r = 0; r < 3; r++)
        for (int J = 1; J <= 3; J += 2) {
            sb_number a, b;
            twins t;
            twins_make(D, J, ranks[r], 31, &t);
            CHECK_OK(&ctx, sb_law_covariance_gap(&ctx, &t.low.q, &a));
            CHECK_OK(&ctx, sb_law_covariance_gap(&ctx, &t.full.q, &b));
            same(a, b, 1e-12);
            align(&t, 1);
            CHECK_OK(&ctx, sb_law_score_lipschitz(&ctx, &t.low.q, &grid, 4, 5, 0, &a));
            CHECK_OK(&ctx, sb_law_score_lipschitz(&ctx, &t.full.q, &grid, 4, 5, 0, &b));
            CHECK_CLOSE(a.hi, b.hi, 1e-11);
            CHECK(a.lo <= a.hi * (1.0 + 1e-12) && a.lo > 0.0 && (J > 1 || a.lo == a.hi));
            twins_free(&t);
        }
    sb_grid_free(&grid);
}

/* Two workers over components whose centres lie on a line. */
static void heterogeneity(void)
{
    sb_context ctx = test_context();
    const double own[3] = {0.7, 0.3, 0.0};
    sb_number a, b;
    twins t;
    twins_make(D, 3, 3, 41, &t);
    align(&t, 0);
    const sb_mixture low = {.components = &t.low.components, .weight = own},
                     full = {.components = &t.full.components, .weight = own};
    CHECK_OK(&ctx, sb_heterogeneity_residual(&ctx, &low, &t.low.q, 2.385, 0.04, 64, 0.95, 1, 0, &a));
    CHECK_OK(&ctx, sb_heterogeneity_residual(&ctx, &full, &t.full.q, 2.385, 0.04, 64, 0.95, 1, 0, &b));
    same(a, b, 1e-9);
    twins_free(&t);
}

/* Quadratic losses of models that are linear in theta. */
static void features(void)
{
    static const sb_model_name kinds[] = {SB_MODEL_AFFINE, SB_MODEL_AFFINE, SB_MODEL_FOURIER};
    for (int i = 0; i < 3; i++) {
        model_fixture f;
        sb_moments a, b;
        twins t;
        fixture_open(&f, 5, 8);
        f.config.model.kind = kinds[i];
        f.config.model.form = i ? SB_AFFINE_DIAGONAL : SB_AFFINE_FULL;
        f.config.model.features = 9;
        f.config.model.bandwidth = 0.885;
        fixture_model(&f);
        twins_make(5, 3, 2, 51, &t);
        CHECK_OK(&f.ctx, sb_moments_create(&f.ctx, f.model, &t.low.q, &a));
        CHECK_OK(&f.ctx, sb_moments_create(&f.ctx, f.model, &t.full.q, &b));
        const size_t n = (size_t)a.blocks * (size_t)a.p;
        for (size_t e = 0; e < n * (size_t)a.p; e++) CHECK_NEAR(a.M[e], b.M[e], 1e-12);
        for (size_t e = 0; e < n * (size_t)a.rows; e++) CHECK_NEAR(a.b[e], b.b[e], 1e-12);
        sb_moments_free(&a);
        sb_moments_free(&b);
        twins_free(&t);
        fixture_close(&f);
    }
}

static void windows(void)
{
    twins t;
    twins_make(2, 3, 1, 61, &t);
    const sb_window a = sb_window_of_law(&t.low.q, 0.0385, 6.0), b = sb_window_of_law(&t.full.q, 0.0385, 6.0);
    for (int i = 0; i < 2; i++) {
        CHECK_CLOSE(a.lo[i], b.lo[i], 1e-12);
        CHECK_CLOSE(a.hi[i], b.hi[i], 1e-12);
    }
    CHECK_CLOSE(sb_window_least_deviation(&t.low.q, 0.1), sb_window_least_deviation(&t.full.q, 0.1), 1e-13);
    twins_free(&t);
}

/* E_q log q/s for the law that was fitted, by fresh draws. */
static double divergence(sb_context *ctx, const sb_mixture *q, const sb_surrogate *s, int n, double *y, double *log_q)
{
    const sb_mixture fitted = sb_surrogate_law(s);
    double sum = 0.0;
    CHECK_OK(ctx, sb_law_sample(ctx, q, 0.05, sb_stream_at(7, SB_DRAW_TEST, 0, 0, 0, 0), n, y));
    CHECK_OK(ctx, sb_law_log_density(ctx, q, 0.05, n, y, log_q));
    CHECK_OK(ctx, sb_law_log_density(ctx, &fitted, 0.0, n, y, log_q + n));
    for (int i = 0; i < n; i++) sum += (log_q[i] - log_q[n + i]) / n;
    return sum;
}

/* Few dimensions: the fit of the full law itself. Many: low rank is kept, and fits. */
static void surrogates(void)
{
    enum { N = 1200, MANY = 72, RANK = 2 };
    static double y[N * MANY], log_q[2 * N], V[MANY * RANK];
    sb_context ctx = test_context();
    sb_surrogate a, b;
    twins t;
    twins_make(5, 3, 2, 71, &t);
    CHECK_OK(&ctx, sb_law_sample(&ctx, &t.full.q, 0.05, sb_stream_at(8, SB_DRAW_TEST, 0, 0, 0, 0), N, y));
    CHECK_OK(&ctx, sb_surrogate_fit(&ctx, &t.low.q, 0.05, N, y, &a));
    CHECK_OK(&ctx, sb_surrogate_fit(&ctx, &t.full.q, 0.05, N, y, &b));
    CHECK(a.components.kind == SB_COVARIANCE_FULL);
    for (int i = 0; i < 15; i++) CHECK_NEAR(a.components.lambda[i], b.components.lambda[i], 1e-10);
    sb_surrogate_free(&a);
    sb_surrogate_free(&b);
    twins_free(&t);

    law l;
    sb_stream stream = sb_stream_at(9, SB_DRAW_TEST, 0, 0, 0, 0);
    CHECK_OK(&ctx, sb_components_alloc_low_rank(&ctx, MANY, 2, RANK, &l.components));
    const double weight[2] = {0.385, 0.615};
    l.q = (sb_mixture){.components = &l.components, .weight = weight};
    sb_stream_normals(&stream, 2 * MANY, l.components.mean);
    for (int j = 0; j < 2; j++) {
        sb_stream_normals(&stream, MANY * RANK, V);
        CHECK_OK(&ctx, sb_components_set_low_rank(&ctx, &l.components, j, 0.2385, V));
    }
    CHECK_OK(&ctx, sb_law_sample(&ctx, &l.q, 0.05, sb_stream_at(8, SB_DRAW_TEST, 0, 0, 0, 0), N, y));
    CHECK_OK(&ctx, sb_surrogate_fit(&ctx, &l.q, 0.05, N, y, &a));
    CHECK(a.components.kind == SB_COVARIANCE_LOW_RANK && a.components.rank == RANK);
    const double rest = exp(-0.1) * 0.2385 - expm1(-0.1);
    for (int j = 0; j < 2; j++) CHECK_CLOSE(sb_components_variance(&a.components, j, MANY - 1), rest, 0.02);
    CHECK(fabs(divergence(&ctx, &l.q, &a, N, y, log_q)) < 0.2); /* 150 numbers fitted to 1200 points */
    sb_surrogate_free(&a);
    sb_components_free(&l.components);
}

/* What training draws from: eigenvectors and deviations where a backend finds them. */
static void sources(void)
{
    const sb_backend *op = sb_backend_cpu();
    sb_context ctx = test_context();
    sb_grid grid = make_grid(SB_GRID_UNIFORM, 1.0, 0.1, 3);
    sb_source source;
    twins t;
    twins_make(5, 3, 2, 81, &t);
    double cumulative[6];
    for (int j = 0; j < 3; j++) cumulative[j] = cumulative[3 + j] = (j > 0 ? cumulative[j - 1] : 0.0) + t.low.weight[j];
    const sb_data data = {.N = 1,
                          .d = 5,
                          .components = t.low.components,
                          .weight = t.low.weight,
                          .distinct = 1,
                          .pooled = t.low.weight,
                          .cumulative = cumulative};
    CHECK_OK(&ctx, sb_source_create(&ctx, op, &data, &grid, &source));
    CHECK(source.rank == 2 && source.d == 5 && memcmp(source.Q, t.low.components.Q, 30 * sizeof(double)) == 0);
    for (int j = 0; j < 3; j++)
        for (int i = 0; i < 5; i++) CHECK(source.deviation[5 * j + i] == sqrt(sb_components_variance(&t.low.components, j, i)));
    sb_source_free(op, &source);
    twins_free(&t);
    sb_grid_free(&grid);
}

int main(void)
{
    static const sb_test tests[] = {
        {"exact quantities", exact_quantities},
        {"constants of the law", constants},
        {"heterogeneity", heterogeneity},
        {"moments of features", features},
        {"windows", windows},
        {"surrogates", surrogates},
        {"sources of draws", sources},
    };
    return sb_test_main("low rank, measured", tests, sizeof tests / sizeof *tests);
}
