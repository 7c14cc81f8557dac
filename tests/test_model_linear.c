/* The models that are linear in theta: exact, affine, fourier. */
#include "model_fixture.h"

#include "base/memory.h"

#include <string.h>

static void check_all(model_fixture *f)
{
    check_derivatives(f);
    check_batches(f);
    check_workspace(f);
    check_errors(f);
}

/* s is linear in theta: s(theta) = J theta, so <ds, s> = <grad, theta> for every ds, and theta_0 = 0 gives s = 0. */
static void check_linear(model_fixture *f)
{
    const int size = f->B * f->d;
    const sb_batch batch = {.B = f->B, .y = f->samples.y, .k = f->samples.k};
    double *s = f->s_work, *ds = s + size, *grad = f->vector, left = 0.0, right = 0.0, largest = 0.0;
    fixture_normals(11, ds, (size_t)size);
    CHECK(sb_model_is_linear(f->model));
    CHECK_OK(&f->ctx, sb_model_forward(&f->ctx, f->model, f->theta, &batch, f->ws, s));
    CHECK_OK(&f->ctx, sb_model_backward(&f->ctx, f->model, f->theta, &batch, f->ws, ds, 0, grad));
    for (int i = 0; i < size; i++) left += ds[i] * s[i];
    for (size_t i = 0; i < f->D; i++) right += grad[i] * f->theta[i];
    CHECK_CLOSE(left, right, 1e-12);

    sb_model_init(f->model, 3, grad);
    CHECK_OK(&f->ctx, sb_model_forward(&f->ctx, f->model, grad, &batch, f->ws, s));
    for (int i = 0; i < size; i++) largest = fmax(largest, fabs(s[i]));
    CHECK(largest == 0.0);
}

/* ---- affine ---- */

/* The Hessian of f by theta: block-diagonal over k and output rows, each block sum_b 2 w_b [y;1][y;1]' (diagonal form: [y_r;1]). */
static void check_affine_hessian(model_fixture *f, int diagonal)
{
    const int d = f->d, block = diagonal ? 2 * d : d * d + d;
    double *v = f->vector, *Hv = v + f->D, *want = Hv + f->D, worst = 0.0;
    fixture_normals(12, v, f->D);
    memset(want, 0, f->D * sizeof *want);
    for (int b = 0; b < f->B; b++) {
        const double *y = f->samples.y + b * d, *V = v + f->samples.k[b] * block, w = f->samples.weight[b];
        double *out = want + f->samples.k[b] * block;
        for (int r = 0; r < d; r++) {
            double Rs = V[block - d + r];
            if (diagonal) Rs += V[r] * y[r];
            else
                for (int c = 0; c < d; c++) Rs += V[d * r + c] * y[c];
            out[block - d + r] += 2 * w * Rs;
            if (diagonal) out[r] += 2 * w * Rs * y[r];
            else
                for (int c = 0; c < d; c++) out[d * r + c] += 2 * w * Rs * y[c];
        }
    }
    CHECK_OK(&f->ctx, sb_dsm_hvp(&f->ctx, f->model, f->theta, v, &f->samples, f->ws, f->s_work, Hv));
    for (size_t i = 0; i < f->D; i++) worst = fmax(worst, fabs(Hv[i] - want[i]));
    CHECK(worst < 1e-11);
}

static void test_affine(void)
{
    for (int diagonal = 0; diagonal < 2; diagonal++) {
        model_fixture f;
        fixture_open(&f, 3, 29);
        f.config.model.kind = SB_MODEL_AFFINE;
        f.config.model.form = diagonal ? SB_AFFINE_DIAGONAL : SB_AFFINE_FULL;
        fixture_model(&f);
        CHECK(f.D == (diagonal ? 8u * 6u : 8u * 12u));
        CHECK(!strcmp(sb_model_title(f.model), diagonal ? "affine diagonal, D = 48" : "affine full, D = 96"));
        check_all(&f);
        check_linear(&f);
        check_affine_hessian(&f, diagonal);
        CHECK(sb_model_lanes(f.model) == 0);
        fixture_close(&f);
    }
}

/* For one Gaussian the minimiser of the loss is its exact score: the gradient there has mean 0 and the model can hold it. */
static void test_affine_holds_a_gaussian(void)
{
    model_fixture f;
    fixture_open(&f, 2, 29);
    f.config.model.kind = SB_MODEL_AFFINE;
    f.config.model.form = SB_AFFINE_FULL;
    fixture_model(&f);
    const double mean[2] = {0.7, -1.385}, v = 0.46;
    for (int k = 0; k < f.grid.K; k++) {
        const double decay = exp(-f.grid.u[k]), variance = v * decay * decay + f.grid.sigma2[k];
        double *A = f.theta + 6 * k;
        A[0] = A[3] = -1 / variance, A[1] = A[2] = 0.0;
        A[4] = mean[0] * decay / variance, A[5] = mean[1] * decay / variance;
    }
    const sb_batch batch = {.B = f.B, .y = f.samples.y, .k = f.samples.k};
    CHECK_OK(&f.ctx, sb_model_forward(&f.ctx, f.model, f.theta, &batch, f.ws, f.s_work));
    for (int b = 0; b < f.B; b++) {
        const int k = batch.k[b];
        const double decay = exp(-f.grid.u[k]), variance = v * decay * decay + f.grid.sigma2[k];
        for (int i = 0; i < 2; i++) CHECK_NEAR(f.s_work[2 * b + i], -(batch.y[2 * b + i] - decay * mean[i]) / variance, 1e-13);
    }
    fixture_close(&f);
}

/* ---- fourier ---- */

static void open_fourier(model_fixture *f, int features)
{
    fixture_open(f, 2, 23);
    f->config.model.kind = SB_MODEL_FOURIER;
    f->config.model.features = features;
    f->config.model.bandwidth = 0.885;
    fixture_model(f);
}

static void test_fourier(void)
{
    model_fixture f;
    open_fourier(&f, 13);
    CHECK(f.D == 2 * 16 && sb_model_lanes(f.model) == 13);
    CHECK(!strcmp(sb_model_title(f.model), "fourier 13, D = 32"));
    check_all(&f);
    check_linear(&f);
    fixture_close(&f);
}

/* phi of sample b times c_k, read off the gradient for ds = e_1 at b. */
static void features_of(model_fixture *f, int b, double *phi)
{
    const sb_batch batch = {.B = f->B, .y = f->samples.y, .k = f->samples.k};
    double *ds = f->s_work;
    memset(ds, 0, (size_t)(f->B * f->d) * sizeof *ds);
    ds[b * f->d] = sqrt(f->grid.sigma2[f->samples.k[b]]);
    CHECK_OK(&f->ctx, sb_model_backward(&f->ctx, f->model, f->theta, &batch, f->ws, ds, 0, phi));
}

/* Random features are worth the kernel exp(-|y-y'|^2/2l^2 - (tau-tau')^2/2) up to 1/sqrt(m); the affine features are y and 1. */
static void test_fourier_kernel(void)
{
    enum { FEATURES = 20000 };
    model_fixture f;
    open_fourier(&f, FEATURES);
    const sb_batch batch = {.B = f.B, .y = f.samples.y, .k = f.samples.k};
    double *phi = f.vector, *other = phi + f.D;
    CHECK_OK(&f.ctx, sb_model_forward(&f.ctx, f.model, f.theta, &batch, f.ws, f.s_work));
    features_of(&f, 0, phi);
    CHECK_CLOSE(phi[FEATURES], batch.y[0], 1e-14);
    CHECK_CLOSE(phi[FEATURES + 1], batch.y[1], 1e-14);
    CHECK_CLOSE(phi[FEATURES + 2], 1.0, 1e-14);
    CHECK(phi[FEATURES + 3] == 0.0); /* the second row of W */
    double largest = 0.0;
    for (int b = 1; b < f.B; b++) {
        double inner = 0.0;
        features_of(&f, b, other);
        for (int j = 0; j < FEATURES; j++) inner += phi[j] * other[j];
        const double distance = hypot(batch.y[0] - batch.y[2 * b], batch.y[1] - batch.y[2 * b + 1]) / 0.885;
        const double tau = 0.5 * log(sb_snr(f.grid.u[batch.k[0]]) / sb_snr(f.grid.u[batch.k[b]]));
        const double kernel = exp(-0.5 * (distance * distance + tau * tau));
        CHECK(fabs(inner - kernel) < 5.0 / sqrt(FEATURES));
        largest = fmax(largest, kernel);
    }
    CHECK(largest > 0.3); /* the test saw more than zeros */
    fixture_close(&f);
}

static void test_fourier_lanes(void)
{
    model_fixture f;
    unsigned char mask[32];
    const unsigned char lane[13] = {1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 0};
    int wrong = 0;
    open_fourier(&f, 13);
    sb_model_width_mask(f.model, lane, mask);
    for (int i = 0; i < 32; i++) wrong += mask[i] != (i % 16 < 13 ? lane[i % 16] : 1);
    CHECK(wrong == 0);
    fixture_close(&f);
}

/* The features are a function of the config's seed alone. */
static void test_fourier_seed(void)
{
    model_fixture a, b, c;
    open_fourier(&a, 13);
    open_fourier(&b, 13);
    fixture_open(&c, 2, 23);
    c.config.seed = 2386;
    c.config.model = b.config.model;
    fixture_model(&c);
    const sb_batch batch = {.B = a.B, .y = a.samples.y, .k = a.samples.k};
    CHECK_OK(&a.ctx, sb_model_forward(&a.ctx, a.model, a.theta, &batch, a.ws, a.s_work));
    CHECK_OK(&b.ctx, sb_model_forward(&b.ctx, b.model, a.theta, &batch, b.ws, b.s_work));
    CHECK_OK(&c.ctx, sb_model_forward(&c.ctx, c.model, a.theta, &batch, c.ws, c.s_work));
    CHECK(memcmp(a.s_work, b.s_work, sizeof(double) * 46) == 0);
    CHECK(memcmp(a.s_work, c.s_work, sizeof(double) * 46) != 0);
    fixture_close(&a);
    fixture_close(&b);
    fixture_close(&c);
}

/* ---- exact ---- */

static void test_exact(void)
{
    model_fixture f;
    fixture_open(&f, 3, 29);
    f.config.model.kind = SB_MODEL_EXACT;
    fixture_model(&f);
    const sb_mixture pooled = sb_data_pooled(&f.data);
    const sb_batch batch = {.B = f.B, .y = f.samples.y, .k = f.samples.k};
    CHECK(f.D == 0 && sb_model_is_linear(f.model) && sb_model_lanes(f.model) == 0 && sb_model_dimension(f.model) == 3);
    CHECK_OK(&f.ctx, sb_model_forward(&f.ctx, f.model, f.theta, &batch, f.ws, f.s_work));
    for (int b = 0; b < f.B; b++) {
        sb_marginal *marginal = NULL;
        double score[3];
        CHECK_OK(&f.ctx, sb_marginal_create(&f.ctx, &pooled, f.grid.u[batch.k[b]], &marginal));
        double *work = sb_array_alloc(sb_marginal_work(marginal), sizeof *work, 0);
        sb_marginal_eval(marginal, 1, batch.y + 3 * b, NULL, score, work);
        for (int i = 0; i < 3; i++) CHECK_CLOSE(f.s_work[3 * b + i], score[i], 1e-14);
        sb_free(work);
        sb_marginal_free(marginal);
    }
    double Rs[3 * 29], loss;
    CHECK_OK(&f.ctx, sb_model_rforward(&f.ctx, f.model, f.theta, f.theta, &batch, f.ws, Rs));
    for (int i = 0; i < 3 * 29; i++) CHECK(Rs[i] == 0.0);
    CHECK_OK(&f.ctx, sb_dsm_loss(&f.ctx, f.model, f.theta, &f.samples, f.ws, f.s_work, &loss, f.vector, NULL));
    CHECK_OK(&f.ctx, sb_dsm_hvp(&f.ctx, f.model, f.theta, f.theta, &f.samples, f.ws, f.s_work, f.vector));
    check_batches(&f);
    check_errors(&f);
    fixture_close(&f);
}

static void test_unknown_kind(void)
{
    model_fixture f;
    sb_model *model = NULL;
    fixture_open(&f, 2, 8);
    f.config.model.kind = (sb_model_name)17;
    CHECK_FAILS(&f.ctx, sb_model_create(&f.ctx, &f.config, &f.data, &f.grid, &model), SB_EINVAL,
                "no model of kind 17");
    CHECK(model == NULL);
    fixture_close(&f);
}

int main(void)
{
    static const sb_test tests[] = {
        {"affine: derivatives, closed Hessian, batches, errors", test_affine},
        {"affine holds the score of a Gaussian", test_affine_holds_a_gaussian},
        {"fourier: derivatives, batches, errors", test_fourier},
        {"fourier features approximate their kernel", test_fourier_kernel},
        {"fourier lanes are features", test_fourier_lanes},
        {"fourier features depend on the seed alone", test_fourier_seed},
        {"exact is the pooled mixture's score", test_exact},
        {"unknown kind", test_unknown_kind},
    };
    return sb_test_main("model_linear", tests, sizeof tests / sizeof *tests);
}
