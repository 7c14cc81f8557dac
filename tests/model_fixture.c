#include "model_fixture.h"

#include "base/memory.h"
#include "base/random.h"

#include <string.h>

void fixture_normals(uint32_t round, double *x, size_t n)
{
    sb_stream stream = sb_stream_at(4711, SB_DRAW_TEST, 0, 0, round, 0);
    sb_stream_normals(&stream, n, x);
}

static void describe_data(sb_config *config, int d)
{
    config->seed = 2385;
    config->data.dimension = d;
    config->data.workers = 3;
    config->data.partition = SB_PARTITION_IID;
    config->data.component_count = 2;
    config->data.components = sb_array_alloc(2, sizeof(sb_component), 1);
    for (int j = 0; j < 2; j++) {
        sb_component *c = &config->data.components[j];
        c->weight = j ? 0.385 : 0.615;
        c->kind = SB_COVARIANCE_FULL;
        c->mean = sb_array_alloc((size_t)d, sizeof(double), 1);
        c->covariance = sb_array_alloc((size_t)d * (size_t)d, sizeof(double), 1);
        for (int i = 0; i < d; i++) {
            c->mean[i] = (j ? -1.2 : 0.9) + 0.3 * i;
            for (int k = 0; k < d; k++) c->covariance[i * d + k] = i == k ? 0.4 + 0.1 * i + 0.2 * j : 0.07;
        }
    }
}

void fixture_open(model_fixture *f, int d, int B)
{
    memset(f, 0, sizeof *f);
    sb_context_init(&f->ctx, 1);
    f->d = d;
    f->B = B;
    describe_data(&f->config, d);
    f->config.diffusion.T = 2.385;
    f->config.diffusion.delta = 0.0371;
    f->config.diffusion.grid = SB_GRID_KAPPA;
    f->config.diffusion.K = 8;
    CHECK_OK(&f->ctx, sb_data_create(&f->ctx, &f->config, &f->data));
    CHECK_OK(&f->ctx, sb_grid_create(&f->ctx, &f->config, &f->grid));
}

void fixture_model(model_fixture *f)
{
    sb_model *model = NULL;
    CHECK_OK(&f->ctx, sb_model_create(&f->ctx, &f->config, &f->data, &f->grid, &model));
    fixture_adopt(f, model);
}

void fixture_adopt(model_fixture *f, sb_model *model)
{
    const sb_mixture pooled = sb_data_pooled(&f->data);
    f->model = model;
    f->D = sb_model_parameters(model);
    f->theta = sb_array_alloc(f->D, sizeof(double), 0);
    f->vector = sb_array_alloc(8 * f->D, sizeof(double), 0);
    f->s_work = sb_array_alloc(4 * (size_t)f->B * (size_t)f->d, sizeof(double), 0);
    fixture_normals(1, f->theta, f->D);
    for (size_t i = 0; i < f->D; i++) f->theta[i] *= 0.5;
    CHECK_OK(&f->ctx, sb_workspace_create(&f->ctx, model, f->B, &f->ws));
    CHECK_OK(&f->ctx, sb_noised_alloc(&f->ctx, f->B, f->d, &f->samples));
    sb_noised_stratified(&pooled, &f->grid, sb_stream_at(5, SB_DRAW_TEST, 0, 0, 2, 0), 0, f->B, f->B, &f->samples);
}

void fixture_close(model_fixture *f)
{
    sb_workspace_free(f->ws);
    sb_model_free(f->model);
    sb_noised_free(&f->samples);
    sb_free(f->theta);
    sb_free(f->vector);
    sb_free(f->s_work);
    sb_grid_free(&f->grid);
    sb_data_free(&f->data);
    for (int j = 0; j < 2; j++) {
        sb_free(f->config.data.components[j].mean);
        sb_free(f->config.data.components[j].covariance);
    }
    sb_free(f->config.data.components);
}

static double loss_at(model_fixture *f, const double *theta, double *grad)
{
    double loss = NAN;
    CHECK_OK(&f->ctx, sb_dsm_loss(&f->ctx, f->model, theta, &f->samples, f->ws, f->s_work, &loss, grad, NULL));
    return loss;
}

static void hvp_at(model_fixture *f, const double *v, double *Hv)
{
    CHECK_OK(&f->ctx, sb_dsm_hvp(&f->ctx, f->model, f->theta, v, &f->samples, f->ws, f->s_work, Hv));
}

static double inner(size_t n, const double *x, const double *y)
{
    long double sum = 0.0L;
    for (size_t i = 0; i < n; i++) sum += (long double)x[i] * y[i];
    return (double)sum;
}

/* at = theta + h v */
static void move(const model_fixture *f, double h, const double *v, double *at)
{
    for (size_t i = 0; i < f->D; i++) at[i] = f->theta[i] + h * v[i];
}

static double loss_along(model_fixture *f, double h, const double *v, double *at)
{
    move(f, h, v, at);
    return loss_at(f, at, NULL);
}

/* out += factor (grad at theta + h v  -  grad at theta - h v) */
static void add_gradient_difference(model_fixture *f, double factor, double h, const double *v, double *at, double *grad,
                                    double *out)
{
    for (int side = 0; side < 2; side++) {
        move(f, side ? -h : h, v, at);
        loss_at(f, at, grad);
        for (size_t i = 0; i < f->D; i++) out[i] += (side ? -factor : factor) * grad[i];
    }
}

void check_derivatives(model_fixture *f)
{
    const size_t D = f->D;
    const double h = 2e-3 / sqrt((double)D);
    double *u = f->vector, *v = u + D, *at = v + D, *grad = at + D, *Hu = grad + D, *Hv = Hu + D, *difference = Hv + D;
    fixture_normals(3, u, D);
    fixture_normals(4, v, D);

    loss_at(f, f->theta, grad);
    const double near = loss_along(f, h, v, at) - loss_along(f, -h, v, at);
    const double far = loss_along(f, 2 * h, v, at) - loss_along(f, -2 * h, v, at);
    sb_check_close(inner(D, grad, v), (8 * near - far) / (12 * h), 1e-8, 1e-3 * sqrt(inner(D, grad, grad) * inner(D, v, v)),
                   "gradient against differences of the loss", __FILE__, __LINE__);

    hvp_at(f, v, Hv);
    hvp_at(f, u, Hu);
    memset(difference, 0, D * sizeof *difference);
    add_gradient_difference(f, 8 / (12 * h), h, v, at, grad, difference);
    add_gradient_difference(f, -1 / (12 * h), 2 * h, v, at, grad, difference);
    double worst = 0.0, largest = 0.0;
    for (size_t i = 0; i < D; i++) {
        worst = fmax(worst, fabs(difference[i] - Hv[i]));
        largest = fmax(largest, fabs(Hv[i]));
    }
    CHECK(largest > 0.0);
    sb_check_close(worst / largest, 0.0, 1e-8, 1.0, "Hv against differences of the gradient", __FILE__, __LINE__);

    const double scale = sqrt(inner(D, Hu, Hu) * inner(D, v, v));
    sb_check_close(inner(D, u, Hv), inner(D, v, Hu), 1e-13, scale, "u'Hv against v'Hu", __FILE__, __LINE__);
    for (size_t i = 0; i < D; i++) at[i] = 2.385 * u[i] - 0.715 * v[i];
    hvp_at(f, at, grad);
    worst = 0.0;
    for (size_t i = 0; i < D; i++) worst = fmax(worst, fabs(grad[i] - 2.385 * Hu[i] + 0.715 * Hv[i]));
    sb_check_close(worst / largest, 0.0, 1e-12, 1.0, "Hv is linear in v", __FILE__, __LINE__);
}

/* The samples [first, first+B) as a view. */
static sb_noised part_of(const sb_noised *all, int first, int B)
{
    sb_noised part = *all;
    const size_t skip = (size_t)first * (size_t)all->d;
    part.B = B;
    part.y += skip;
    part.target += skip;
    part.weight += first;
    part.k += first;
    return part;
}

void check_batches(model_fixture *f)
{
    const size_t D = f->D, size = (size_t)f->B * (size_t)f->d;
    double *v = f->vector, *grad = v + D, *Hv = grad + D, *grad_sum = Hv + D, *Hv_sum = grad_sum + D, *one = Hv_sum + D;
    double *s = sb_array_alloc(size, sizeof *s, 0);
    const int cuts[] = {0, 1, 1, 4, 11, f->B};
    double loss_sum = 0.0, worst = 0.0, largest = 0.0;
    fixture_normals(5, v, D);
    const double loss = loss_at(f, f->theta, grad);
    memcpy(s, f->s_work, size * sizeof *s);
    hvp_at(f, v, Hv);
    memset(grad_sum, 0, D * sizeof *grad_sum);
    memset(Hv_sum, 0, D * sizeof *Hv_sum);
    for (unsigned c = 0; c + 1 < sizeof cuts / sizeof *cuts; c++) {
        const int first = cuts[c], B = cuts[c + 1] - first;
        const sb_noised part = part_of(&f->samples, first, B);
        double part_loss;
        CHECK_OK(&f->ctx, sb_dsm_loss(&f->ctx, f->model, f->theta, &part, f->ws, f->s_work, &part_loss, one, NULL));
        loss_sum += part_loss;
        for (size_t i = 0; i < D; i++) grad_sum[i] += one[i];
        for (int i = 0; i < B * f->d; i++) worst = fmax(worst, fabs(f->s_work[i] - s[first * f->d + i]));
        CHECK_OK(&f->ctx, sb_dsm_hvp(&f->ctx, f->model, f->theta, v, &part, f->ws, f->s_work, one));
        for (size_t i = 0; i < D; i++) Hv_sum[i] += one[i];
    }
    CHECK(worst < 1e-13);
    CHECK_CLOSE(loss_sum, loss, 1e-13);
    worst = 0.0;
    for (size_t i = 0; i < D; i++) {
        worst = fmax(worst, fmax(fabs(grad_sum[i] - grad[i]), fabs(Hv_sum[i] - Hv[i])));
        largest = fmax(largest, fmax(fabs(grad[i]), fabs(Hv[i])));
    }
    CHECK(worst <= 1e-13 * largest);
    sb_free(s);
}

void check_workspace(model_fixture *f)
{
    const size_t D = f->D, bytes = D * sizeof(double);
    double *v = f->vector, *grad = v + D, *Hv = grad + D, *again = Hv + D, *nan = again + D, *waste = nan + D;
    fixture_normals(6, v, D);
    const double loss = loss_at(f, f->theta, grad);
    hvp_at(f, v, Hv);
    for (size_t i = 0; i < D; i++) nan[i] = NAN;
    CHECK_OK(&f->ctx, sb_dsm_hvp(&f->ctx, f->model, nan, nan, &f->samples, f->ws, f->s_work, waste));
    CHECK(D == 0 || isnan(waste[0]));
    memset(again, 0xff, bytes);
    CHECK(loss_at(f, f->theta, again) == loss);
    CHECK(memcmp(again, grad, bytes) == 0);
    memset(again, 0xff, bytes);
    hvp_at(f, v, again);
    CHECK(memcmp(again, Hv, bytes) == 0);
}

void check_errors(model_fixture *f)
{
    sb_workspace *fresh = NULL;
    int k_bad[] = {0, f->grid.K};
    double *y = f->samples.y, *s = f->s_work, *grad = f->vector, *v = grad + f->D;
    sb_batch batch = {.B = 2, .y = y, .k = f->samples.k}, bad_time = {.B = 2, .y = y, .k = k_bad};
    sb_batch big = {.B = f->B + 1, .y = y, .k = f->samples.k}, negative = {.B = -1, .y = y, .k = f->samples.k};
    fixture_normals(7, v, f->D);

    CHECK_FAILS(&f->ctx, sb_workspace_create(&f->ctx, f->model, -1, &fresh), SB_EDIM, "-1");
    CHECK_OK(&f->ctx, sb_workspace_create(&f->ctx, f->model, f->B, &fresh));
    CHECK_FAILS(&f->ctx, sb_model_forward(&f->ctx, f->model, f->theta, &big, fresh, s), SB_EDIM, "in a workspace for");
    CHECK_FAILS(&f->ctx, sb_model_forward(&f->ctx, f->model, f->theta, &negative, fresh, s), SB_EDIM, "batch of -1");
    CHECK_FAILS(&f->ctx, sb_model_forward(&f->ctx, f->model, f->theta, &bad_time, fresh, s), SB_EINVAL,
                "sample 1 has time index 8 of 8");
    k_bad[1] = -1;
    CHECK_FAILS(&f->ctx, sb_model_forward(&f->ctx, f->model, f->theta, &bad_time, fresh, s), SB_EINVAL, "time index -1");
    CHECK_FAILS(&f->ctx, sb_model_backward(&f->ctx, f->model, f->theta, &batch, fresh, s, 0, grad), SB_EINVAL, "has not run");
    CHECK_FAILS(&f->ctx, sb_model_rforward(&f->ctx, f->model, f->theta, v, &batch, fresh, s), SB_EINVAL, "has not run");
    CHECK_OK(&f->ctx, sb_model_forward(&f->ctx, f->model, f->theta, &batch, fresh, s));
    CHECK_FAILS(&f->ctx, sb_model_rbackward(&f->ctx, f->model, f->theta, v, &batch, fresh, s, s, 0, grad), SB_EINVAL, "has not run");
    batch.B = 1;
    CHECK_FAILS(&f->ctx, sb_model_backward(&f->ctx, f->model, f->theta, &batch, fresh, s, 0, grad), SB_EDIM,
                "forward saw a batch of 2");
    sb_workspace_free(fresh);
    sb_workspace_free(NULL);
    sb_model_free(NULL);
}
