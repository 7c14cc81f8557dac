/* The mlp: every pass, initialisation, and width pruning against a network that is really smaller. */
#include "model_fixture.h"

#include "base/memory.h"
#include "model/mlp.h"

#include <stdlib.h>
#include <string.h>

enum { EMBEDDING = 4, DIMENSION = 3, BATCH = 23 };

/* A design whose constants all matter. */
static sb_mlp_design awkward_design(const sb_grid *grid, int width, int depth)
{
    sb_mlp_design design = {
        .d = DIMENSION,
        .width = width,
        .depth = depth,
        .embedding = EMBEDDING,
        .K = grid->K,
        .init_scale = 1.385,
        .unit = 1.0,
        .factor = {.input = 0.715,
                   .input_bias = 1.3,
                   .hidden = 0.885,
                   .hidden_bias = 0.46,
                   .branch = 0.615,
                   .output = 1.6,
                   .output_bias = 2.385,
                   .shift = 0.2066},
        .emb = sb_array_alloc((size_t)grid->K * EMBEDDING, sizeof(double), 0),
        .in = sb_array_alloc((size_t)grid->K, sizeof(double), 0),
        .c = sb_array_alloc((size_t)grid->K, sizeof(double), 0),
        .base = sb_array_alloc((size_t)grid->K, sizeof(double), 0),
    };
    fixture_normals(21, design.emb, (size_t)grid->K * EMBEDDING);
    for (int k = 0; k < grid->K; k++) {
        design.in[k] = 0.7 + 0.15 * k;
        design.c[k] = 1.0 / sqrt(grid->sigma2[k]);
        design.base[k] = -0.385 - 0.1 * k;
    }
    return design;
}

static void open_awkward(model_fixture *f, int width, int depth)
{
    sb_model *model = NULL;
    fixture_open(f, DIMENSION, BATCH);
    sb_mlp_design design = awkward_design(&f->grid, width, depth);
    CHECK_OK(&f->ctx, sb_mlp_create(&f->ctx, &design, &f->grid, &model));
    CHECK(design.emb == NULL);
    fixture_adopt(f, model);
}

static void open_product(model_fixture *f, int width, int depth)
{
    fixture_open(f, DIMENSION, BATCH);
    f->config.model.kind = SB_MODEL_MLP;
    f->config.model.width = width;
    f->config.model.depth = depth;
    f->config.model.init_scale = 1.0;
    f->config.model.unit = 1.0;
    fixture_model(f);
}

static long double act(long double z, double shift)
{
    return z / (1 + expl(-z)) - shift;
}

/* The formulas of mlp.h for one sample, line by line. */
static void naive_forward(const sb_mlp_design *design, const double *theta, const double *y, int k, double *s)
{
    enum { MOST = 16 };
    const sb_mlp_factors f = design->factor;
    const int width = design->width;
    const double *at = theta;
    long double x[MOST], h[MOST], next[MOST];
    int fan_in = design->d + design->embedding;
    for (int i = 0; i < design->d; i++) x[i] = design->in[k] * y[i];
    for (int i = 0; i < design->embedding; i++) x[design->d + i] = design->emb[k * design->embedding + i];
    for (int l = 0; l < design->depth; l++) {
        const double *b = at + width * fan_in;
        for (int i = 0; i < width; i++) {
            long double sum = 0;
            for (int j = 0; j < fan_in; j++) sum += at[i * fan_in + j] * (l ? h[j] : x[j]);
            next[i] = l ? h[i] + f.branch * act(f.hidden * sum + f.hidden_bias * b[i], f.shift)
                        : act(f.input * sum + f.input_bias * b[i], f.shift);
        }
        memcpy(h, next, sizeof h);
        at = b + width;
        fan_in = width;
    }
    for (int i = 0; i < design->d; i++) {
        long double sum = 0;
        for (int j = 0; j < width; j++) sum += at[i * width + j] * h[j];
        s[i] = (double)(design->base[k] * y[i] + design->c[k] * (f.output * sum + f.output_bias * at[design->d * width + i]));
    }
}

static void test_forward(void)
{
    for (int depth = 1; depth <= 3; depth++) {
        model_fixture f;
        double want[DIMENSION], worst = 0.0;
        open_awkward(&f, 5, depth);
        sb_mlp_design design = awkward_design(&f.grid, 5, depth);
        const sb_batch batch = {.B = f.B, .y = f.samples.y, .k = f.samples.k};
        CHECK(f.D == (size_t)(5 * (DIMENSION + EMBEDDING) + 5 + (depth - 1) * 30 + DIMENSION * 5 + DIMENSION));
        CHECK(!sb_model_is_linear(f.model) && sb_model_lanes(f.model) == 5 && sb_model_dimension(f.model) == DIMENSION);
        CHECK_OK(&f.ctx, sb_model_forward(&f.ctx, f.model, f.theta, &batch, f.ws, f.s_work));
        for (int b = 0; b < f.B; b++) {
            naive_forward(&design, f.theta, batch.y + DIMENSION * b, batch.k[b], want);
            for (int i = 0; i < DIMENSION; i++) worst = fmax(worst, fabs(f.s_work[DIMENSION * b + i] - want[i]));
        }
        CHECK(worst < 1e-13);
        sb_mlp_design_free(&design);
        fixture_close(&f);
    }
}

/* In another unit theta_0 is smaller by it and the scores are the same; gradients grow by it. */
static void test_unit(void)
{
    const double unit = 37.5;
    model_fixture f;
    double *s = malloc((size_t)(BATCH * DIMENSION) * sizeof *s), *grad = NULL, *theta = NULL;
    for (int pass = 0; pass < 2; pass++) {
        fixture_open(&f, DIMENSION, BATCH);
        f.config.model.kind = SB_MODEL_MLP;
        f.config.model.width = 7;
        f.config.model.depth = 2;
        f.config.model.init_scale = 1.2;
        f.config.model.unit = pass ? unit : 1.0;
        fixture_model(&f);
        sb_model_init(f.model, 2385, f.theta);
        if (!pass) theta = malloc(f.D * sizeof *theta), grad = malloc(f.D * sizeof *grad);
        for (size_t i = 0; i < f.D; i++) { /* the output layer starts at 0: a place where all layers count */
            if (f.theta[i] == 0.0) f.theta[i] = sin(1.0 + i) / f.config.model.unit;
            if (!pass) theta[i] = f.theta[i];
            else CHECK_CLOSE(f.theta[i] * unit, theta[i], 1e-14);
        }
        const sb_batch batch = {.B = f.B, .y = f.samples.y, .k = f.samples.k};
        CHECK_OK(&f.ctx, sb_model_forward(&f.ctx, f.model, f.theta, &batch, f.ws, f.s_work));
        for (int i = 0; i < f.B * DIMENSION; i++) {
            if (!pass) s[i] = f.s_work[i];
            else CHECK_NEAR(f.s_work[i], s[i], 1e-12);
        }
        double loss, *own = malloc(f.D * sizeof *own);
        CHECK_OK(&f.ctx, sb_dsm_loss(&f.ctx, f.model, f.theta, &f.samples, f.ws, f.s_work, &loss, own, NULL));
        for (size_t i = 0; i < f.D; i++) {
            if (!pass) grad[i] = own[i];
            else CHECK_NEAR(own[i] / unit, grad[i], 1e-11);
        }
        free(own);
        fixture_close(&f);
    }
    free(s);
    free(theta);
    free(grad);
}

static void test_passes(void)
{
    for (int c = 0; c < 4; c++) {
        model_fixture f;
        if (c < 3) open_awkward(&f, 5 + 2 * c, 1 + c);
        else open_product(&f, 11, 2);
        check_derivatives(&f);
        check_batches(&f);
        check_workspace(&f);
        check_errors(&f);
        fixture_close(&f);
    }
}

/* The empty batch is a batch: nothing in, sums of zero out. */
/* evaluate gives forward's bits, whatever stands in the workspace, and lets no pass follow. */
static void test_evaluate(void)
{
    for (int depth = 1; depth <= 4; depth += 3) {
        model_fixture f;
        open_awkward(&f, 9, depth);
        const sb_batch batch = {f.B, f.samples.y, f.samples.k};
        double *s = f.s_work, *again = s + (size_t)f.B * (size_t)f.d;
        CHECK_OK(&f.ctx, sb_model_forward(&f.ctx, f.model, f.theta, &batch, f.ws, s));
        CHECK_OK(&f.ctx, sb_model_evaluate(&f.ctx, f.model, f.theta, &batch, f.ws, again));
        CHECK(memcmp(s, again, (size_t)(f.B * f.d) * sizeof *s) == 0);
        CHECK_FAILS(&f.ctx, sb_model_backward(&f.ctx, f.model, f.theta, &batch, f.ws, s, 0, f.vector), SB_EINVAL, "has not run");
        fixture_close(&f);
    }
}

static void test_empty_batch(void)
{
    model_fixture f;
    const sb_batch batch = {.B = 0};
    double largest = 0.0;
    open_awkward(&f, 5, 2);
    CHECK_OK(&f.ctx, sb_model_forward(&f.ctx, f.model, f.theta, &batch, f.ws, f.s_work));
    for (size_t i = 0; i < f.D; i++) f.vector[i] = NAN;
    CHECK_OK(&f.ctx, sb_model_backward(&f.ctx, f.model, f.theta, &batch, f.ws, f.s_work, 0, f.vector));
    for (size_t i = 0; i < f.D; i++) largest = fmax(largest, isnan(f.vector[i]) ? INFINITY : fabs(f.vector[i]));
    CHECK(largest == 0.0);
    fixture_close(&f);
}

/* theta_0: s = base y; first layer in frames of 2d neurons, +- an orthogonal basis; later weights normal; the rest 0. */
static void test_init(void)
{
    model_fixture f;
    const int width = 40, fan_in = DIMENSION + EMBEDDING, frame = 2 * DIMENSION; /* the last frame is not full */
    double second = 0.0, rest = 0.0, worst = 0.0, mean = 0.0, square = 0.0;
    open_awkward(&f, width, 2);
    double *theta = f.vector, *again = theta + f.D;
    const int b1 = width * fan_in, W2 = b1 + width, b2 = W2 + width * width, frames = (width + frame - 1) / frame;
    const sb_batch batch = {.B = f.B, .y = f.samples.y, .k = f.samples.k};
    sb_model_init(f.model, 9, theta);
    sb_model_init(f.model, 9, again);
    CHECK(memcmp(theta, again, f.D * sizeof *theta) == 0);
    sb_model_init(f.model, 10, again);
    CHECK(theta[0] != again[0] && theta[W2] != again[W2]);
    for (int i = 0; i < width; i++)
        for (int j = i - i % frame; j <= i; j++) { /* neurons of one frame */
            double product = 0.0;
            for (int k = 0; k < DIMENSION; k++) product += theta[i * fan_in + k] * theta[j * fan_in + k] / (1.385 * 1.385);
            const double want = i == j ? DIMENSION : i / 2 == j / 2 ? -DIMENSION : 0.0;
            CHECK(fabs(product - want) < 1e-12);
            for (int k = DIMENSION; k < fan_in; k++) CHECK(theta[i * fan_in + k] == theta[j * fan_in + k]);
            CHECK(theta[b1 + i] == theta[b1 + j]);
        }
    for (int g = 0; g < frames; g++) mean += theta[b1 + g * frame] / frames;
    for (int g = 0; g < frames; g++) square += theta[b1 + g * frame] * theta[b1 + g * frame] / frames;
    CHECK(fabs(mean) < 1e-14);
    CHECK_CLOSE(square, 1.0, 1e-13);
    for (int i = W2; i < b2; i++) second += theta[i] * theta[i] / (width * width);
    for (size_t i = (size_t)b2; i < f.D; i++) rest += fabs(theta[i]);
    CHECK(fabs(second / (1.385 * 1.385) - 1.0) < 4.0 * sqrt(2.0 / (width * width)));
    CHECK(rest == 0.0);
    CHECK_OK(&f.ctx, sb_model_forward(&f.ctx, f.model, theta, &batch, f.ws, f.s_work));
    for (int b = 0; b < f.B; b++)
        for (int i = 0; i < DIMENSION; i++)
            worst = fmax(worst, fabs(f.s_work[DIMENSION * b + i] - (-0.385 - 0.1 * batch.k[b]) * batch.y[DIMENSION * b + i]));
    CHECK(worst < 1e-14);
    fixture_close(&f);
}

static void test_product_design(void)
{
    model_fixture f;
    sb_mlp_design design;
    double largest = 0.0;
    open_product(&f, 7, 2);
    const sb_batch batch = {.B = f.B, .y = f.samples.y, .k = f.samples.k};
    CHECK(strstr(sb_model_title(f.model), "mlp 2x7, D = ") != NULL);
    sb_model_init(f.model, 9, f.vector);
    CHECK_OK(&f.ctx, sb_model_forward(&f.ctx, f.model, f.vector, &batch, f.ws, f.s_work));
    CHECK_OK(&f.ctx, sb_mlp_design_create(&f.ctx, &f.config, &f.data, &f.grid, &design));
    for (int b = 0; b < f.B; b++)
        for (int i = 0; i < DIMENSION; i++)
            largest = fmax(largest, fabs(f.s_work[DIMENSION * b + i] - design.base[batch.k[b]] * batch.y[DIMENSION * b + i]));
    CHECK(largest < 1e-14);
    for (int i = 0; i < design.K * design.embedding; i++) CHECK(isfinite(design.emb[i]));
    for (int k = 0; k < design.K; k++) CHECK(isfinite(design.c[k]) && design.c[k] > 0.0 && isfinite(design.base[k]));
    sb_mlp_design_free(&design);
    fixture_close(&f);
}

/* Copies the coordinates of the kept lanes, in order, into the parameters of a network of their number. */
static void shrink(const unsigned char *mask, const double *theta, size_t D, double *small)
{
    for (size_t i = 0; i < D; i++)
        if (mask[i]) *small++ = theta[i];
}

static void test_width_mask(void)
{
    const unsigned char lane[9] = {0, 1, 1, 0, 255, 1, 0, 1, 1}; /* any nonzero keeps */
    model_fixture f, small;
    open_awkward(&f, 9, 3);
    open_awkward(&small, 6, 3);
    unsigned char *mask = sb_array_alloc(f.D, 1, 0);
    double *masked = f.vector, worst = 0.0, full = 0.0;
    sb_model_width_mask(f.model, lane, mask);
    size_t kept = 0;
    for (size_t i = 0; i < f.D; i++) {
        CHECK(mask[i] <= 1);
        kept += mask[i];
    }
    CHECK(kept == small.D); /* exactly the smaller network's parameters */
    for (size_t i = 0; i < f.D; i++) masked[i] = mask[i] ? f.theta[i] : 0.0;
    shrink(mask, f.theta, f.D, small.theta);

    const sb_batch batch = {.B = f.B, .y = f.samples.y, .k = f.samples.k};
    CHECK_OK(&small.ctx, sb_model_forward(&small.ctx, small.model, small.theta, &batch, small.ws, small.s_work));
    CHECK_OK(&f.ctx, sb_model_forward(&f.ctx, f.model, f.theta, &batch, f.ws, f.s_work));
    for (int i = 0; i < f.B * DIMENSION; i++) full = fmax(full, fabs(f.s_work[i] - small.s_work[i]));
    CHECK(full > 1e-2); /* without the mask it is another function */
    CHECK_OK(&f.ctx, sb_model_forward(&f.ctx, f.model, masked, &batch, f.ws, f.s_work));
    for (int i = 0; i < f.B * DIMENSION; i++) worst = fmax(worst, fabs(f.s_work[i] - small.s_work[i]));
    CHECK(worst < 1e-13);

    /* and so are its gradients on the kept coordinates */
    double *grad = masked + f.D, *grad_kept = grad + f.D, *grad_small = small.vector;
    CHECK_OK(&f.ctx, sb_dsm_loss(&f.ctx, f.model, masked, &f.samples, f.ws, f.s_work, NULL, grad, NULL));
    CHECK_OK(&small.ctx,
             sb_dsm_loss(&small.ctx, small.model, small.theta, &f.samples, small.ws, small.s_work, NULL, grad_small, NULL));
    shrink(mask, grad, f.D, grad_kept);
    worst = 0.0;
    for (size_t i = 0; i < small.D; i++) worst = fmax(worst, fabs(grad_kept[i] - grad_small[i]) / (1.0 + fabs(grad_small[i])));
    CHECK(worst < 1e-12);
    sb_free(mask);
    fixture_close(&f);
    fixture_close(&small);
}

/* One model, many threads, a workspace each: the same bits. */
static void test_threads(void)
{
    enum { THREADS = 4 };
    model_fixture f;
    open_product(&f, 33, 2);
    double *want = f.vector, *got = sb_array_alloc(THREADS * f.D, sizeof *got, 0);
    CHECK_OK(&f.ctx, sb_dsm_loss(&f.ctx, f.model, f.theta, &f.samples, f.ws, f.s_work, NULL, want, NULL));
    int failed = 0;
#pragma omp parallel for num_threads(THREADS) reduction(+ : failed)
    for (int t = 0; t < THREADS; t++) {
        sb_workspace *ws = NULL;
        double *s_work = sb_array_alloc(4 * BATCH * DIMENSION, sizeof *s_work, 0);
        failed += sb_workspace_create(&f.ctx, f.model, f.B, &ws) != SB_OK;
        for (int repeat = 0; repeat < 20 && !failed; repeat++)
            failed += sb_dsm_loss(&f.ctx, f.model, f.theta, &f.samples, ws, s_work, NULL, got + t * f.D, NULL) != SB_OK;
        sb_workspace_free(ws);
        sb_free(s_work);
    }
    CHECK(failed == 0);
    for (int t = 0; t < THREADS; t++) CHECK(memcmp(got + t * f.D, want, f.D * sizeof *want) == 0);
    sb_free(got);
    fixture_close(&f);
}

int main(void)
{
    static const sb_test tests[] = {
        {"forward against the formulas", test_forward},
        {"another unit, the same network", test_unit},
        {"gradient and Hv, batches, workspace, errors", test_passes},
        {"evaluate is forward that keeps nothing", test_evaluate},
        {"an empty batch", test_empty_batch},
        {"many threads, the same bits", test_threads},
        {"initialisation", test_init},
        {"the product's design", test_product_design},
        {"a masked network is a smaller network", test_width_mask},
    };
    return sb_test_main("model_mlp", tests, sizeof tests / sizeof *tests);
}
