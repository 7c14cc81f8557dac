/* Moments of the features of linear models: against quadrature, and against the same law written in other ways. */
#include "laws.h"
#include "model_fixture.h"

#include "model/moments.h"

#include <gsl/gsl_integration.h>

static const double gaps = 1e-12;

static void open_model(model_fixture *f, int d, sb_model_name kind, sb_affine_form form, int features)
{
    fixture_open(f, d, 8);
    f->config.model.kind = kind;
    f->config.model.form = form;
    f->config.model.features = features;
    f->config.model.bandwidth = 0.885;
    fixture_model(f);
}

/* Each parameter stands at one place. */
static void check_places(const model_fixture *f)
{
    sb_moments m;
    unsigned char *seen = sb_array_alloc(f->D, 1, 1);
    int wrong = 0;
    CHECK(sb_moments_shape(f->model, &m));
    CHECK((size_t)m.blocks * (size_t)m.rows * (size_t)m.p == f->D);
    for (int block = 0; block < m.blocks; block++)
        for (int row = 0; row < m.rows; row++)
            for (int j = 0; j < m.p; j++) {
                const size_t place = sb_moments_place(f->model, block, row, j);
                if (place >= f->D || seen[place]++) wrong++;
            }
    CHECK(wrong == 0);
    sb_free(seen);
}

static void test_places(void)
{
    static const sb_model_name kinds[] = {SB_MODEL_AFFINE, SB_MODEL_AFFINE, SB_MODEL_FOURIER};
    for (int i = 0; i < 3; i++) {
        model_fixture f;
        open_model(&f, 3, kinds[i], i ? SB_AFFINE_DIAGONAL : SB_AFFINE_FULL, 13);
        check_places(&f);
        fixture_close(&f);
    }
}

/* ---- quadrature in one dimension ---- */

/* E of features i and j, or (j < 0) of feature i times the score of the marginal, at time k. */
typedef struct {
    model_fixture *f;
    sb_marginal *marginal;
    double *work, *phi, *zero; /* (p), (p) */
    int k, i, j;
} integrand;

/* phi c_k: the gradient of one row of s by its weights. */
static double integrand_at(double y, void *user)
{
    integrand *g = user;
    const sb_batch batch = {.B = 1, .y = &y, .k = &g->k};
    const double one = 1.0;
    double s, score, log_q;
    CHECK_OK(&g->f->ctx, sb_model_forward(&g->f->ctx, g->f->model, g->zero, &batch, g->f->ws, &s));
    CHECK_OK(&g->f->ctx, sb_model_backward(&g->f->ctx, g->f->model, g->zero, &batch, g->f->ws, &one, 0, g->phi));
    sb_marginal_eval(g->marginal, 1, &y, &log_q, &score, g->work);
    return exp(log_q) * g->phi[g->i] * (g->j < 0 ? score : g->phi[g->j]);
}

/* sum_k gamma_k E[...] by quadrature; E[phi Z] = E[phi score]. */
static double by_quadrature(model_fixture *f, const sb_mixture *q, int i, int j)
{
    gsl_integration_workspace *w = gsl_integration_workspace_alloc(400);
    integrand g = {.f = f, .phi = f->vector, .zero = f->vector + f->D, .i = i, .j = j};
    gsl_function function = {integrand_at, &g};
    double sum = 0.0, part, error;
    memset(g.zero, 0, f->D * sizeof *g.zero);
    for (g.k = 0; g.k < f->grid.K; g.k++) {
        CHECK_OK(&f->ctx, sb_marginal_create(&f->ctx, q, f->grid.u[g.k], &g.marginal));
        g.work = sb_array_alloc(sb_marginal_work(g.marginal), sizeof(double), 0);
        CHECK(gsl_integration_qag(&function, -12.0, 12.0, 1e-11, 1e-11, 400, GSL_INTEG_GAUSS61, w, &part, &error) == 0);
        sum += f->grid.gamma[g.k] * part;
        sb_marginal_free(g.marginal);
        sb_free(g.work);
    }
    gsl_integration_workspace_free(w);
    return sum;
}

static void test_fourier_quadrature(void)
{
    static const int entry[][2] = {{0, 0}, {0, 1}, {2, 1}, {1, 3}, {3, 3}, {2, 4}, {3, 4}, {4, 4}};
    const double weight[] = {0.4, 0.35, 0.25}, mean[] = {-1.1, 0.7, 1.6}, variance[] = {0.09, 0.385, 0.09};
    model_fixture f;
    law l;
    sb_moments m;
    open_model(&f, 1, SB_MODEL_FOURIER, SB_AFFINE_FULL, 3);
    law_given(1, 3, SB_COVARIANCE_ISOTROPIC, weight, mean, variance, &l);
    CHECK_OK(&f.ctx, sb_moments_create(&f.ctx, f.model, &l.q, &m));
    CHECK(m.blocks == 1 && m.rows == 1 && m.p == 5);
    for (size_t e = 0; e < sizeof entry / sizeof *entry; e++) {
        const int i = entry[e][0], j = entry[e][1];
        CHECK_NEAR(m.M[i * 5 + j], by_quadrature(&f, &l.q, i, j), 1e-9);
        CHECK(m.M[i * 5 + j] == m.M[j * 5 + i]);
    }
    for (int i = 0; i < 5; i++) CHECK_NEAR(m.b[i], by_quadrature(&f, &l.q, i, -1), 1e-9);
    sb_moments_free(&m);
    law_free(&l);
    fixture_close(&f);
}

/* ---- one law in several ways ---- */

/* Nonzero if both laws give the model the same moments. */
static int same_moments(model_fixture *f, const law *a, const law *b)
{
    sb_moments m, n;
    double worst = 0.0;
    CHECK_OK(&f->ctx, sb_moments_create(&f->ctx, f->model, &a->q, &m));
    CHECK_OK(&f->ctx, sb_moments_create(&f->ctx, f->model, &b->q, &n));
    const size_t rows = (size_t)m.blocks * (size_t)m.p;
    for (size_t i = 0; i < rows * (size_t)m.p; i++) worst = fmax(worst, fabs(m.M[i] - n.M[i]));
    for (size_t i = 0; i < rows * (size_t)m.rows; i++) worst = fmax(worst, fabs(m.b[i] - n.b[i]));
    sb_moments_free(&m);
    sb_moments_free(&n);
    return worst < gaps;
}

enum { COPIES = 150 }; /* of one centre: more than are taken together */

static void check_same_law(model_fixture *f)
{
    const double weight[] = {0.615, 0.385}, mean[] = {-1.1, 0.4, 0.7, 1.25}, isotropic[] = {0.385, 0.09};
    const double diagonal[] = {0.385, 0.385, 0.09, 0.09}, full[] = {0.385, 0.0, 0.0, 0.385, 0.09, 0.0, 0.0, 0.09};
    const double apart[] = {0.385, 0.385, 0.09, 0.12};
    const double tilt = 1e-30; /* keeps the form full: equal up to rounding */
    double tilted[8];
    law a, b, c, other, many;
    law_given(2, 2, SB_COVARIANCE_ISOTROPIC, weight, mean, isotropic, &a);
    law_given(2, 2, SB_COVARIANCE_DIAGONAL, weight, mean, diagonal, &b);
    memcpy(tilted, full, sizeof full);
    tilted[1] = tilted[2] = tilt;
    law_given(2, 2, SB_COVARIANCE_FULL, weight, mean, tilted, &c);
    law_given(2, 2, SB_COVARIANCE_DIAGONAL, weight, mean, apart, &other);
    CHECK(c.components.kind == SB_COVARIANCE_FULL && other.components.kind == SB_COVARIANCE_DIAGONAL);
    CHECK(same_moments(f, &a, &b) && same_moments(f, &a, &c));
    CHECK(!same_moments(f, &a, &other));

    /* the first centre many times over, and a component without weight in front */
    many = (law){.weight = sb_array_alloc(COPIES + 2, sizeof(double), 1)};
    CHECK_OK(&f->ctx, sb_components_alloc(&f->ctx, 2, COPIES + 2, SB_COVARIANCE_ISOTROPIC, &many.components));
    for (int j = 0; j < COPIES + 2; j++) {
        const int last = j == COPIES + 1;
        memcpy(many.components.mean + 2 * j, mean + 2 * last, 2 * sizeof(double));
        many.components.lambda[j] = j == 0 ? 7.385 : isotropic[last];
        many.weight[j] = j == 0 ? 0.0 : last ? weight[1] : weight[0] / COPIES;
    }
    CHECK(sb_components_same_covariance(&many.components, 1, COPIES) && !sb_components_same_covariance(&many.components, 0, 1));
    CHECK(sb_components_same_covariance(&c.components, 0, 0) && !sb_components_same_covariance(&c.components, 0, 1));
    CHECK(!sb_components_same_covariance(&other.components, 0, 1));
    many.q = (sb_mixture){.components = &many.components, .weight = many.weight};
    CHECK(same_moments(f, &a, &many));
    many.weight[1] += 1e-6;
    CHECK(!same_moments(f, &a, &many));
    law_free(&a);
    law_free(&b);
    law_free(&c);
    law_free(&other);
    law_free(&many);
}

static void test_same_law(void)
{
    for (int i = 0; i < 3; i++) {
        model_fixture f;
        open_model(&f, 2, i == 2 ? SB_MODEL_FOURIER : SB_MODEL_AFFINE, i ? SB_AFFINE_DIAGONAL : SB_AFFINE_FULL, 13);
        check_same_law(&f);
        fixture_close(&f);
    }
}

/* Correlated components turned by a quarter: coordinates change places, one of them its sign. */
static void test_diagonal_of_full(void)
{
    const double weight[] = {0.615, 0.385}, mean[] = {-1.1, 0.4, 0.7, 1.25}, turned[] = {-0.4, -1.1, -1.25, 0.7};
    const double C[] = {0.3, 0.11, 0.11, 0.2, 0.15, -0.04, -0.04, 0.12}, D[] = {0.2, -0.11, -0.11, 0.3, 0.12, 0.04, 0.04, 0.15};
    model_fixture f;
    law l, r;
    sb_moments a, b;
    double worst = 0.0;
    open_model(&f, 2, SB_MODEL_AFFINE, SB_AFFINE_DIAGONAL, 0);
    law_given(2, 2, SB_COVARIANCE_FULL, weight, mean, C, &l);
    law_given(2, 2, SB_COVARIANCE_FULL, weight, turned, D, &r);
    CHECK_OK(&f.ctx, sb_moments_create(&f.ctx, f.model, &l.q, &a));
    CHECK_OK(&f.ctx, sb_moments_create(&f.ctx, f.model, &r.q, &b));
    for (int k = 0; k < f.grid.K; k++)
        for (int i = 0; i < 2; i++)
            for (int e = 0; e < 4; e++) {
                const double sign = i == 1 && (e == 1 || e == 2) ? -1.0 : 1.0;
                worst = fmax(worst, fabs(a.M[8 * k + 4 * i + e] - sign * b.M[8 * k + 4 * (1 - i) + e]));
            }
    CHECK(worst < gaps && fabs(a.M[8 * f.grid.K - 8] - a.M[8 * f.grid.K - 4]) > 0.005);
    sb_moments_free(&a);
    sb_moments_free(&b);
    law_free(&l);
    law_free(&r);
    fixture_close(&f);
}

static void test_errors(void)
{
    static const sb_model_name kinds[] = {SB_MODEL_EXACT, SB_MODEL_MLP};
    for (int i = 0; i < 2; i++) {
        model_fixture f;
        sb_moments m;
        fixture_open(&f, 2, 8);
        f.config.model = (typeof(f.config.model)){.kind = kinds[i], .width = 4, .depth = 1, .init_scale = 1.0};
        fixture_model(&f);
        const sb_mixture q = sb_data_pooled(&f.data);
        CHECK(!sb_moments_shape(f.model, &m));
        CHECK_FAILS(&f.ctx, sb_moments_create(&f.ctx, f.model, &q, &m), SB_EDOM, i ? "not mlp" : "not exact");
        fixture_close(&f);
    }
}

int main(void)
{
    static const sb_test tests[] = {
        {"every parameter has its place", test_places}, {"fourier features against quadrature", test_fourier_quadrature},
        {"one law in several forms", test_same_law},    {"a law and its quarter turn", test_diagonal_of_full},
        {"models without moments", test_errors},
    };
    return sb_test_main("moments", tests, sizeof tests / sizeof *tests);
}
