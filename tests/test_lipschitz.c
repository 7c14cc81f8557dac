/* Lanczos on matrices with known eigenvalues; L of affine models against the closed form of their Hessian. */
#include "fixture.h"
#include "harness.h"

#include "base/memory.h"
#include "base/random.h"
#include "measure/lipschitz.h"

#include <stdlib.h>
#include <string.h>

static sb_context context;

enum { N = 50 };

/* H = Q diag(eigen) Q with the reflection Q = I - 2 w w'/|w|^2. */
typedef struct {
    double eigen[N], w[N];
    int calls;
} matrix;

static void reflect(const double *w, double *x)
{
    double square = 0.0, product = 0.0;
    for (int i = 0; i < N; i++) square += w[i] * w[i];
    for (int i = 0; i < N; i++) product += w[i] * x[i];
    for (int i = 0; i < N; i++) x[i] -= 2.0 * product / square * w[i];
}

static sb_status matrix_times(sb_context *ctx, void *state, const double *x, double *y)
{
    matrix *m = state;
    (void)ctx;
    memcpy(y, x, sizeof m->w);
    reflect(m->w, y);
    for (int i = 0; i < N; i++) y[i] *= m->eigen[i];
    reflect(m->w, y);
    m->calls++;
    return SB_OK;
}

static void fill(matrix *m, double *start)
{
    sb_stream s = sb_stream_at(17, SB_DRAW_TEST, 0, 0, 0, 0);
    m->calls = 0;
    sb_stream_normals(&s, N, m->w);
    sb_stream_normals(&s, N, start);
    for (int i = 0; i < N; i++) m->eigen[i] = 0.1 + 0.02 * i;
}

static void test_largest_eigenvalue(void)
{
    static double basis[(N + 1) * N];
    sb_context *ctx = &context;
    matrix m;
    double start[N], value, bound;
    fill(&m, start);
    m.eigen[31] = 2.385;
    CHECK_OK(ctx, sb_lanczos(ctx, sb_backend_cpu(), N, N, matrix_times, &m, start, basis, &value, &bound));
    CHECK_CLOSE(value, 2.385, 1e-10);
    CHECK(bound <= 1e-9 && m.calls < N); /* it stops by itself */
    m.eigen[12] = -7.25;                 /* largest in magnitude is negative */
    CHECK_OK(ctx, sb_lanczos(ctx, sb_backend_cpu(), N, N, matrix_times, &m, start, basis, &value, &bound));
    CHECK_CLOSE(value, -7.25, 1e-10);
}

/* After few steps the residual bound must still enclose an eigenvalue, and the Ritz value must not exceed the largest. */
static void test_residual_bound(void)
{
    static double basis[(N + 1) * N];
    sb_context *ctx = &context;
    matrix m;
    double start[N], value, bound;
    fill(&m, start);
    for (int steps = 2; steps <= 12; steps++) {
        CHECK_OK(ctx, sb_lanczos(ctx, sb_backend_cpu(), N, steps, matrix_times, &m, start, basis, &value, &bound));
        double nearest = INFINITY;
        for (int i = 0; i < N; i++) nearest = fmin(nearest, fabs(m.eigen[i] - value));
        CHECK(nearest <= bound * (1.0 + 1e-9) + 1e-12);
        CHECK(value <= m.eigen[N - 1] + 1e-12);
    }
}

static sb_status broken_operator(sb_context *ctx, void *state, const double *x, double *y)
{
    (void)ctx, (void)state, (void)x;
    y[0] = NAN;
    return SB_OK;
}

static void test_lanczos_errors(void)
{
    sb_context *ctx = &context;
    double basis[8] = {0}, start[2] = {0.0, 0.0}, value, bound;
    matrix m;
    CHECK_FAILS(ctx, sb_lanczos(ctx, sb_backend_cpu(), 2, 2, matrix_times, &m, start, basis, &value, &bound), SB_EDOM,
                "nonzero start");
    start[0] = 1.5;
    CHECK_FAILS(ctx, sb_lanczos(ctx, sb_backend_cpu(), 2, 2, broken_operator, NULL, start, basis, &value, &bound), SB_ERANGE,
                "not finite");
}

/* Largest eigenvalue of [[a,b],[b,c]]. */
static double largest2(double a, double b, double c)
{
    return 0.5 * (a + c) + hypot(0.5 * (a - c), b);
}

/* s = A y + b in one dimension: the Hessian is block diagonal, 2 gamma_k E (y,1)(y,1)', so L = max_k 2 gamma_k lambda_max. */
static void test_affine_closed_form(void)
{
    sb_context *ctx = &context;
    sb_fixture f;
    sb_system system;
    sb_panel panel;
    sb_scratch scratch;
    sb_number L;
    const double mean = 1.7, variance = 0.6;
    double want = 0.0;
    sb_fixture_fill(&f, 1, 3, SB_MODEL_AFFINE, SB_GRID_LOG_SNR);
    sb_fixture_gaussian(&f, &mean, &variance);
    f.config.measure.samples = 40000;
    f.config.measure.hessian_iterations = 14;
    if (!CHECK_OK(ctx, sb_system_create(ctx, &f.config, &system))) return;
    CHECK_OK(ctx, sb_panel_create(ctx, &system, &panel));
    CHECK_OK(ctx, sb_scratch_create(ctx, &system, 128, &scratch));
    double *theta = calloc(sb_model_parameters(system.model), sizeof *theta);
    CHECK_OK(ctx, sb_lipschitz_at(ctx, &system, &panel, &scratch, theta, 0, 0, &L));
    for (int k = 0; k < system.grid.K; k++) {
        const double e = exp(-system.grid.u[k]), y1 = e * mean, y2 = e * e * (mean * mean + variance) + system.grid.sigma2[k];
        want = fmax(want, 2.0 * system.grid.gamma[k] * largest2(y2, y1, 1.0));
    }
    CHECK_CLOSE(L.value, want, 0.04); /* 40000 samples in 7 strata: about 1 % */
    CHECK(L.status == SB_LOWER_ESTIMATE && L.hi - L.lo < 1e-6 * L.value);
    free(theta);
    sb_scratch_free(&scratch);
    sb_panel_free(&panel);
    sb_system_free(&system);
}

/* The same bits on one and three threads. */
static void test_threads(void)
{
    sb_context one, three;
    sb_number L[2];
    sb_fixture f;
    sb_context_init(&one, 1);
    sb_context_init(&three, 3);
    sb_context *contexts[2] = {&one, &three};
    sb_fixture_fill(&f, 2, 4, SB_MODEL_MLP, SB_GRID_KAPPA);
    f.config.measure.samples = 300;
    f.config.measure.workers = 4;
    f.config.measure.hessian_iterations = 8;
    for (int i = 0; i < 2; i++) {
        sb_context *ctx = contexts[i];
        sb_system system;
        sb_panel panel;
        sb_scratch scratch;
        if (!CHECK_OK(ctx, sb_system_create(ctx, &f.config, &system))) return;
        CHECK_OK(ctx, sb_panel_create(ctx, &system, &panel));
        CHECK_OK(ctx, sb_scratch_create(ctx, &system, 64, &scratch));
        const size_t D = sb_model_parameters(system.model);
        double *theta = calloc(D, sizeof *theta);
        sb_stream s = sb_stream_at(8, SB_DRAW_TEST, 0, 0, 0, 0);
        sb_stream_normals(&s, D, theta);
        CHECK_OK(ctx, sb_lipschitz_at(ctx, &system, &panel, &scratch, theta, 1, 2, &L[i]));
        free(theta);
        sb_scratch_free(&scratch);
        sb_panel_free(&panel);
        sb_system_free(&system);
    }
    CHECK(L[0].value == L[1].value && L[0].lo == L[1].lo && L[0].hi == L[1].hi);
    CHECK(L[0].value > 0.0);
}

/* Who asks to stop need not wait for the last product. */
static void test_stop(void)
{
    const volatile sig_atomic_t asked = 1;
    sb_context stopped = context;
    sb_context *ctx = &context;
    sb_system system;
    sb_panel panel;
    sb_scratch scratch;
    sb_fixture f;
    sb_number L;
    stopped.stop = &asked;
    sb_fixture_fill(&f, 2, 3, SB_MODEL_MLP, SB_GRID_KAPPA);
    if (!CHECK_OK(ctx, sb_system_create(ctx, &f.config, &system))) return;
    CHECK_OK(ctx, sb_panel_create(ctx, &system, &panel));
    CHECK_OK(ctx, sb_scratch_create(ctx, &system, 64, &scratch));
    double *theta = calloc(sb_model_parameters(system.model), sizeof *theta);
    CHECK_FAILS(&stopped, sb_lipschitz_at(&stopped, &system, &panel, &scratch, theta, 1, 2, &L), SB_EINTR,
                "stopped while measuring curvature");
    free(theta);
    sb_scratch_free(&scratch);
    sb_panel_free(&panel);
    sb_system_free(&system);
}

int main(void)
{
    static const sb_test tests[] = {
        {"Lanczos finds the largest magnitude", test_largest_eigenvalue},
        {"the residual bound encloses an eigenvalue", test_residual_bound},
        {"errors of Lanczos", test_lanczos_errors},
        {"L of an affine model in closed form", test_affine_closed_form},
        {"L does not depend on the number of threads", test_threads},
        {"asked to stop", test_stop},
    };
    sb_context_init(&context, 2);
    return sb_test_main("lipschitz", tests, sizeof tests / sizeof *tests);
}
