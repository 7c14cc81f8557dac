/* The U-Net: every kind of node alone, the whole network, its workspaces, and the precisions against each other. */
#include "model_fixture.h"

#include "base/memory.h"
#include "model/unet.h"
#include "unet_float.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { EMBEDDING = 3, BATCH = 19 };

static const sb_weights WEIGHTS = {0.385, 0.615, 1.0};

/* ---- networks of one kind of node, between convolutions that depend on theta ---- */

typedef struct {
    const char *name;
    sb_image_shape image;
    void (*build)(sb_net *net, int x);
} small_net;

static int start(sb_net *net, int x, int channels)
{
    return sb_net_conv(net, x, channels, 1, (sb_weights){0.885, 0.615, 1.0}, -1, -1);
}

static void finish(sb_net *net, int x)
{
    sb_net_conv(net, x, net->node[0].shape.channels, 1, WEIGHTS, -1, -1);
}

static void only_conv(sb_net *net, int x)
{
    sb_net_conv(net, x, net->node[x].shape.channels, 3, WEIGHTS, -1, -1);
}

static void convs(sb_net *net, int x)
{
    finish(net, sb_net_conv(net, start(net, x, 3), 5, 3, WEIGHTS, -1, -1));
}

/* The residual has another reader later, and one that has none. */
static void residuals(sb_net *net, int x)
{
    const int a = start(net, x, 3), b = sb_net_conv(net, a, 3, 3, WEIGHTS, a, -1), c = sb_net_conv(net, b, 3, 1, WEIGHTS, a, -1);
    const int d = sb_net_conv(net, c, 3, 3, WEIGHTS, start(net, x, 3), -1);
    finish(net, sb_net_silu(net, sb_net_conv(net, sb_net_silu(net, d, 1.0, 0.0), 3, 3, WEIGHTS, d, -1), 1.385, 0.2066));
}

static void everywhere(sb_net *net, int x)
{
    const int t = sb_net_layer(net, sb_net_time(net, EMBEDDING), 4, WEIGHTS);
    const int u = sb_net_layer(net, sb_net_silu(net, t, 1.785, 0.2066), 3, WEIGHTS);
    finish(net, sb_net_silu(net, sb_net_conv(net, start(net, x, 2), 3, 3, WEIGHTS, start(net, x, 3), u), 0.715, 0.1));
}

/* The same vector to two places, and a vector of a vector. */
static void layers(sb_net *net, int x)
{
    const int t = sb_net_silu(net, sb_net_layer(net, sb_net_time(net, EMBEDDING), 4, WEIGHTS), 1.0, 0.0);
    const int u = sb_net_silu(net, sb_net_layer(net, t, 3, WEIGHTS), 1.385, 0.3), v = sb_net_layer(net, t, 3, WEIGHTS);
    const int a = sb_net_conv(net, start(net, x, 2), 3, 1, WEIGHTS, -1, v);
    finish(net, sb_net_silu(net, sb_net_conv(net, a, 3, 3, WEIGHTS, -1, u), 1.1, 0.0));
}

static void silus(sb_net *net, int x)
{
    const int a = start(net, x, 3);
    finish(net, sb_net_join(net, sb_net_silu(net, a, 1.385, 0.2066), sb_net_silu(net, sb_net_silu(net, a, 0.6, 0.0), 2.0, 0.1)));
}

static void norms(sb_net *net, int x)
{
    const int a = start(net, x, 6), b = sb_net_norm(net, a, 3, 0.385, 0.715);
    finish(net, sb_net_norm(net, sb_net_conv(net, sb_net_silu(net, b, 1.0, 0.0), 4, 1, WEIGHTS, -1, -1), 1, 0.6, 0.2));
}

/* A norm whose source is read again. */
static void norm_and_residual(sb_net *net, int x)
{
    const int a = start(net, x, 4), b = sb_net_norm(net, a, 2, 0.385, 0.715), c = sb_net_norm(net, a, 1, 0.2, 0.3);
    finish(net, sb_net_conv(net, sb_net_join(net, sb_net_silu(net, b, 1.3, 0.0), c), 4, 3, WEIGHTS, a, -1));
}

static void pools(sb_net *net, int x)
{
    const int a = sb_net_silu(net, start(net, x, 3), 1.0, 0.0), b = sb_net_pool(net, a);
    const int c = sb_net_spread(net, sb_net_silu(net, sb_net_conv(net, b, 3, 3, WEIGHTS, -1, -1), 1.0, 0.2));
    finish(net, sb_net_join(net, a, sb_net_join(net, c, sb_net_spread(net, b))));
}

static void attention(sb_net *net, int x)
{
    const int a = sb_net_silu(net, start(net, x, 3), 1.5, 0.2);
    const int q = start(net, a, 2), k = start(net, a, 2), v = start(net, a, 5);
    finish(net, sb_net_conv(net, sb_net_attention(net, q, k, v), 3, 1, WEIGHTS, a, -1));
}

/* One array in all three places. */
static void self_attention(sb_net *net, int x)
{
    const int a = sb_net_silu(net, start(net, x, 3), 1.5, 0.2);
    finish(net, sb_net_join(net, sb_net_attention(net, a, a, a), a));
}

static const small_net small[] = {
    {"conv of what enters", {2, 3, 4}, only_conv},
    {"convs", {2, 3, 5}, convs},
    {"residuals", {1, 3, 4}, residuals},
    {"everywhere", {1, 4, 3}, everywhere},
    {"layers", {1, 2, 3}, layers},
    {"silu", {2, 2, 3}, silus},
    {"norm", {1, 3, 5}, norms},
    {"norm and residual", {3, 3, 4}, norm_and_residual},
    {"pool, spread, join", {1, 4, 6}, pools},
    {"attention", {2, 2, 3}, attention},
    {"attention to itself", {1, 3, 2}, self_attention},
};

/* Tables in which everything counts. */
static sb_unet_design awkward_design(const sb_grid *grid, int d)
{
    sb_unet_design design = {
        .d = d,
        .embedding = EMBEDDING,
        .K = grid->K,
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

static void adopt(model_fixture *f, sb_unet_design *design)
{
    sb_model *model = NULL;
    CHECK_OK(&f->ctx, sb_unet_create(&f->ctx, design, &f->grid, &model));
    CHECK(design->emb == NULL && design->net.node == NULL);
    fixture_adopt(f, model);
    for (size_t i = 0; i < f->D; i++) f->theta[i] *= 1.6;
}

static void open_small(model_fixture *f, const small_net *s)
{
    fixture_open(f, sb_image_dimension(s->image), BATCH);
    sb_unet_design design = awkward_design(&f->grid, f->d);
    CHECK_OK(&f->ctx, sb_net_create(&f->ctx, 32, 1.0, &design.net));
    s->build(&design.net, sb_net_input(&design.net, s->image));
    CHECK_OK(&f->ctx, sb_net_finish(&f->ctx, &design.net));
    adopt(f, &design);
}

static void open_network(model_fixture *f, sb_unet_shape shape)
{
    fixture_open(f, sb_image_dimension(shape.image), BATCH);
    sb_unet_design design = awkward_design(&f->grid, f->d);
    shape.init_scale = shape.unit = 1.0;
    CHECK_OK(&f->ctx, sb_unet_network(&f->ctx, &shape, EMBEDDING, &design.net));
    adopt(f, &design);
}

static const sb_unet_shape network[] = {
    {.image = {1, 4, 4}, .width = 2, .depth = 2, .blocks = 1},
    {.image = {2, 4, 6}, .width = 3, .depth = 2, .blocks = 2, .attention = 1},
    {.image = {1, 3, 5}, .width = 4, .depth = 1, .blocks = 1, .attention = 1},
    {.image = {1, 4, 8}, .width = 2, .depth = 3, .blocks = 1},
};
enum { SMALL = sizeof small / sizeof *small, NETWORKS = sizeof network / sizeof *network };

static void open_any(model_fixture *f, int i)
{
    if (i < SMALL) open_small(f, &small[i]);
    else open_network(f, network[i - SMALL]);
}

/* What a failed check belongs to. */
static void announce(int i)
{
    const unsigned before = CU_get_number_of_failures();
    static unsigned seen;
    if (before != seen) printf("# before case %d\n", i);
    seen = before;
}

static void test_nodes(void)
{
    for (int i = 0; i < SMALL + NETWORKS; i++) {
        model_fixture f;
        announce(i);
        open_any(&f, i);
        check_derivatives(&f);
        check_workspace(&f);
        fixture_close(&f);
    }
    announce(SMALL + NETWORKS);
}

static void test_batches(void)
{
    for (int i = 0; i < NETWORKS; i++) {
        model_fixture f;
        open_network(&f, network[i]);
        check_batches(&f);
        check_errors(&f);
        fixture_close(&f);
    }
}

/* s along v against differences of s. */
static void test_rforward(void)
{
    for (int i = 0; i < SMALL + NETWORKS; i++) {
        model_fixture f;
        open_any(&f, i);
        const sb_batch batch = {f.B, f.samples.y, f.samples.k};
        const size_t size = (size_t)(f.B * f.d);
        double *Rs = f.s_work, *s = Rs + size, *difference = s + size, *v = f.vector, *at = v + f.D, worst = 0.0, largest = 0.0;
        const double h = 1e-3 / sqrt((double)f.D), factor[] = {8.0, -8.0, -1.0, 1.0}, step[] = {h, -h, 2 * h, -2 * h};
        fixture_normals(8, v, f.D);
        memset(difference, 0, size * sizeof *difference);
        for (int j = 0; j < 4; j++) {
            for (size_t p = 0; p < f.D; p++) at[p] = f.theta[p] + step[j] * v[p];
            CHECK_OK(&f.ctx, sb_model_forward(&f.ctx, f.model, at, &batch, f.ws, s));
            for (size_t p = 0; p < size; p++) difference[p] += factor[j] * s[p] / (12 * h);
        }
        CHECK_OK(&f.ctx, sb_model_forward(&f.ctx, f.model, f.theta, &batch, f.ws, s));
        CHECK_OK(&f.ctx, sb_model_rforward(&f.ctx, f.model, f.theta, v, &batch, f.ws, Rs));
        for (size_t p = 0; p < size; p++) {
            worst = fmax(worst, fabs(Rs[p] - difference[p]));
            largest = fmax(largest, fabs(Rs[p]));
        }
        CHECK(largest > 0.0 && worst < 1e-8 * largest);
        fixture_close(&f);
    }
}

/* Passes that may be repeated on one forward: two directions, each as if it were alone, whatever order backward and rforward have. */
static void test_repeated(void)
{
    for (int i = 0; i < SMALL + NETWORKS; i++) {
        model_fixture f;
        open_any(&f, i);
        const sb_batch batch = {f.B, f.samples.y, f.samples.k};
        const size_t size = (size_t)(f.B * f.d), D = f.D;
        double *s = f.s_work, *ds = s + size, *Rs = ds + size, *v = f.vector, *u = v + D, *Hv = u + D, *Hu = Hv + D,
               *again = Hu + D;
        fixture_normals(9, v, 2 * D);
        fixture_normals(10, ds, size);
        CHECK_OK(&f.ctx, sb_model_forward(&f.ctx, f.model, f.theta, &batch, f.ws, s));
        CHECK_OK(&f.ctx, sb_model_backward(&f.ctx, f.model, f.theta, &batch, f.ws, ds, 0, again));
        CHECK_OK(&f.ctx, sb_model_rforward(&f.ctx, f.model, f.theta, v, &batch, f.ws, Rs));
        CHECK_OK(&f.ctx, sb_model_rbackward(&f.ctx, f.model, f.theta, v, &batch, f.ws, ds, Rs, 0, Hv));
        CHECK_OK(&f.ctx, sb_model_rforward(&f.ctx, f.model, f.theta, u, &batch, f.ws, Rs));
        CHECK_OK(&f.ctx, sb_model_rbackward(&f.ctx, f.model, f.theta, u, &batch, f.ws, ds, Rs, 0, Hu));
        CHECK_OK(&f.ctx, sb_model_rforward(&f.ctx, f.model, f.theta, v, &batch, f.ws, Rs));
        CHECK_OK(&f.ctx, sb_model_backward(&f.ctx, f.model, f.theta, &batch, f.ws, ds, 0, NULL));
        CHECK_OK(&f.ctx, sb_model_rbackward(&f.ctx, f.model, f.theta, v, &batch, f.ws, ds, Rs, 0, again));
        CHECK(memcmp(Hv, again, D * sizeof *Hv) == 0 && memcmp(Hv, Hu, D * sizeof *Hv) != 0);
        CHECK_OK(&f.ctx, sb_model_rbackward(&f.ctx, f.model, f.theta, v, &batch, f.ws, ds, Rs, 1, again));
        double worst = 0.0, largest = 0.0;
        for (size_t p = 0; p < D; p++) worst = fmax(worst, fabs(again[p] - 2 * Hv[p])), largest = fmax(largest, fabs(Hv[p]));
        CHECK(worst < 1e-14 * largest);
        fixture_close(&f);
    }
}

/* Workspaces that keep less: the same bits of s, loss and gradient. */
static void test_uses(void)
{
    for (int i = 0; i < SMALL + NETWORKS; i++) {
        model_fixture f;
        sb_workspace *first = NULL;
        double loss, own;
        open_any(&f, i);
        const sb_batch batch = {f.B, f.samples.y, f.samples.k};
        const size_t bytes = (size_t)(f.B * f.d) * sizeof(double), D = f.D;
        double *s = f.s_work + 3 * f.B * f.d, *again = s - f.B * f.d, *grad = f.vector, *grad_again = grad + D;
        const double *evaluated = f.s_work;
        CHECK_OK(&f.ctx, sb_workspace_create_on(&f.ctx, f.model, sb_backend_cpu(), 1, f.B, 1, &first));
        CHECK_OK(&f.ctx, sb_model_forward(&f.ctx, f.model, f.theta, &batch, f.ws, s));
        CHECK_OK(&f.ctx, sb_model_evaluate(&f.ctx, f.model, f.theta, &batch, first, f.s_work));
        CHECK_OK(&f.ctx, sb_model_forward(&f.ctx, f.model, f.theta, &batch, first, again));
        CHECK(memcmp(s, evaluated, bytes) == 0 && memcmp(s, again, bytes) == 0);
        CHECK_OK(&f.ctx, sb_dsm_loss(&f.ctx, f.model, f.theta, &f.samples, f.ws, f.s_work, &loss, grad, NULL));
        CHECK_OK(&f.ctx, sb_dsm_loss(&f.ctx, f.model, f.theta, &f.samples, first, f.s_work, &own, grad_again, NULL));
        CHECK(loss == own && memcmp(grad, grad_again, D * sizeof *grad) == 0);
        CHECK_FAILS(&f.ctx, sb_model_rforward(&f.ctx, f.model, f.theta, grad, &batch, first, f.s_work), SB_EINVAL,
                    "first derivatives only");
        CHECK_OK(&f.ctx, sb_model_forward(&f.ctx, f.model, f.theta, &batch, first, again));
        CHECK_OK(&f.ctx, sb_model_backward(&f.ctx, f.model, f.theta, &batch, first, f.s_work, 0, grad));
        CHECK_FAILS(&f.ctx, sb_model_backward(&f.ctx, f.model, f.theta, &batch, first, f.s_work, 0, grad), SB_EINVAL,
                    "has not run");
        sb_workspace_free(first);
        fixture_close(&f);
    }
}

/* Every sample by itself, in any order and company: the same bits of its score. */
static void test_permutation(void)
{
    for (int i = 0; i < NETWORKS; i++) {
        model_fixture f;
        open_network(&f, network[i]);
        const size_t row = (size_t)f.d;
        double *s = f.s_work, *got = s + (size_t)f.B * row, *y = got + (size_t)f.B * row;
        int k[BATCH];
        CHECK_OK(&f.ctx, sb_model_forward(&f.ctx, f.model, f.theta, &(sb_batch){f.B, f.samples.y, f.samples.k}, f.ws, s));
        for (int b = 0; b < BATCH; b++) {
            const int from = (7 * b + 3) % BATCH;
            memcpy(y + (size_t)b * row, f.samples.y + (size_t)from * row, row * sizeof *y);
            k[b] = f.samples.k[from];
        }
        for (int B = BATCH; B > 0; B -= 9) {
            CHECK_OK(&f.ctx, sb_model_forward(&f.ctx, f.model, f.theta, &(sb_batch){B, y, k}, f.ws, got));
            for (int b = 0; b < B; b++)
                CHECK(memcmp(got + (size_t)b * row, s + (size_t)((7 * b + 3) % BATCH) * row, row * sizeof *s) == 0);
        }
        fixture_close(&f);
    }
}

static void test_float(void)
{
    for (int i = 0; i < SMALL + NETWORKS; i++) {
        model_fixture f;
        open_any(&f, i);
        double *grad = f.vector, *Hv = grad + f.D, *v = Hv + f.D, *grad_float = v + f.D, *Hv_float = grad_float + f.D, loss,
               loss_float;
        const rows_in_double rows = {f.B, f.d, f.samples.y, f.samples.target, f.samples.weight, f.samples.k};
        fixture_normals(11, v, f.D);
        CHECK_OK(&f.ctx, sb_dsm_loss(&f.ctx, f.model, f.theta, &f.samples, f.ws, f.s_work, &loss, grad, NULL));
        CHECK_OK(&f.ctx, sb_dsm_hvp(&f.ctx, f.model, f.theta, v, &f.samples, f.ws, f.s_work, Hv));
        CHECK_OK(&f.ctx, unet_in_float(&f.ctx, f.model, f.D, f.theta, v, &rows, &loss_float, grad_float, Hv_float));
        CHECK_CLOSE(loss_float, loss, 2e-5);
        double worst = 0.0, worst_Hv = 0.0, largest = 0.0, largest_Hv = 0.0;
        for (size_t p = 0; p < f.D; p++) {
            worst = fmax(worst, fabs(grad[p] - grad_float[p])), largest = fmax(largest, fabs(grad[p]));
            worst_Hv = fmax(worst_Hv, fabs(Hv[p] - Hv_float[p])), largest_Hv = fmax(largest_Hv, fabs(Hv[p]));
        }
        CHECK(worst > 0.0 && worst < 1e-4 * largest);
        CHECK(worst_Hv > 0.0 && worst_Hv < 2e-4 * largest_Hv);
        fixture_close(&f);
    }
}

/* ---- the product's network ---- */

/* A mixture whose points are said to be images. */
static void open_product(model_fixture *f, sb_image_shape image, int width, int depth)
{
    fixture_open(f, sb_image_dimension(image), BATCH);
    f->data.image = image;
    f->config.model.kind = SB_MODEL_UNET;
    f->config.model.width = width;
    f->config.model.depth = depth;
    f->config.model.blocks = 1;
    f->config.model.init_scale = f->config.model.unit = 1.0;
}

/* At theta_0 s is a multiple of y; weights are standard normal, the last conv, gains and biases 0; another unit is the same network. */
static void test_product(void)
{
    model_fixture f, other;
    double square = 0.0, worst = 0.0;
    size_t zeros = 0;
    open_product(&f, (sb_image_shape){1, 4, 4}, 8, 2);
    fixture_model(&f);
    CHECK(strstr(sb_model_title(f.model), "unet 2x8, D = ") != NULL);
    CHECK(sb_model_lanes(f.model) == 0 && !sb_model_narrows(f.model) && !sb_model_is_linear(f.model));
    CHECK(sb_model_tile(f.model, sb_backend_cpu(), 1) == 64);
    double *theta = f.vector, *again = theta + f.D;
    sb_model_init(f.model, 9, theta);
    sb_model_init(f.model, 9, again);
    CHECK(memcmp(theta, again, f.D * sizeof *theta) == 0);
    for (size_t i = 0; i < f.D; i++) square += theta[i] * theta[i], zeros += theta[i] == 0.0;
    CHECK(fabs(square / (double)(f.D - zeros) - 1.0) < 4.0 * sqrt(2.0 / (double)(f.D - zeros)));
    CHECK(zeros * 10 < f.D);
    const sb_batch batch = {f.B, f.samples.y, f.samples.k};
    CHECK_OK(&f.ctx, sb_model_forward(&f.ctx, f.model, theta, &batch, f.ws, f.s_work));
    for (int b = 0; b < f.B; b++)
        for (int i = 1; i < f.d; i++) {
            const double *s = f.s_work + b * f.d, *y = f.samples.y + b * f.d;
            worst = fmax(worst, fabs(s[i] * y[0] - s[0] * y[i]));
            CHECK(s[0] / y[0] < 0.0);
        }
    CHECK(worst < 1e-12);

    open_product(&other, (sb_image_shape){1, 4, 4}, 8, 2);
    other.config.model.unit = 37.5;
    fixture_model(&other);
    sb_model_init(other.model, 9, again);
    for (size_t i = 0; i < f.D; i++) CHECK_NEAR(again[i] * 37.5, theta[i], 1e-14);
    for (size_t i = 0; i < f.D; i++) again[i] = f.theta[i] / 37.5;
    CHECK_OK(&f.ctx, sb_model_forward(&f.ctx, f.model, f.theta, &batch, f.ws, f.s_work));
    CHECK_OK(&other.ctx, sb_model_forward(&other.ctx, other.model, again, &batch, other.ws, other.s_work));
    for (int i = 0; i < f.B * f.d; i++) CHECK_NEAR(other.s_work[i], f.s_work[i], 1e-11);
    fixture_close(&other);
    fixture_close(&f);
}

/* One resolution of 4x4 pixels and 8 channels, by hand: the first conv, a block with its share of the time, the last conv, and what the
 * time's 8 numbers go through. With attention: 4 convs of 1x1, two products over pairs of pixels, and another block. */
static void test_products(void)
{
    const double block = 16 * 8 + 2 * 9 * 64 * 16, rest = 2 * 9 * 8 * 16 + 8 * 16 + 16 * 16;
    for (int attention = 0; attention < 2; attention++) {
        model_fixture f;
        open_product(&f, (sb_image_shape){1, 4, 4}, 8, 1);
        f.config.model.attention = attention;
        fixture_model(&f);
        CHECK(sb_model_products(f.model) == rest + block + attention * (4 * 64 * 16 + 2 * 8 * 256 + block));
        fixture_close(&f);
    }
}

static void test_refused(void)
{
    model_fixture f;
    sb_model *model = NULL;
    open_product(&f, (sb_image_shape){1, 4, 6}, 4, 3);
    CHECK_FAILS(&f.ctx, sb_model_create(&f.ctx, &f.config, &f.data, &f.grid, &model), SB_EUSER,
                "halves the sides of images 2 times");
    CHECK(model == NULL);
    f.config.model.depth = 40;
    CHECK_FAILS(&f.ctx, sb_model_create(&f.ctx, &f.config, &f.data, &f.grid, &model), SB_EUSER, "4x6 pixels");

    sb_net net;
    sb_unet_shape large = {.image = {3, 256, 256}, .width = 65536, .depth = 2, .blocks = 1, .init_scale = 1.0, .unit = 1.0};
    CHECK_FAILS(&f.ctx, sb_unet_network(&f.ctx, &large, EMBEDDING, &net), SB_EUSER, "has arrays of 12884901888 numbers");
    CHECK(net.node == NULL);
    large.width = 10922; /* 3 * 10922 * 65536 < 2^31 */
    CHECK_OK(&f.ctx, sb_unet_network(&f.ctx, &large, EMBEDDING, &net));
    sb_net_free(&net);
    large.width++;
    CHECK_FAILS(&f.ctx, sb_unet_network(&f.ctx, &large, EMBEDDING, &net), SB_EUSER, "at most 2147483647");
    large.width = large.depth = large.attention = 1;
    CHECK_FAILS(&f.ctx, sb_unet_network(&f.ctx, &large, EMBEDDING, &net), SB_EUSER, "has arrays of 4294967296 numbers");
    f.data.image = (sb_image_shape){0};
    CHECK_FAILS(&f.ctx, sb_model_create(&f.ctx, &f.config, &f.data, &f.grid, &model), SB_EUSER, "a model of images");
    fixture_close(&f);
}

static void more_to_evaluate(sb_net *net, int x)
{
    const int a = start(net, x, 2), b = sb_net_spread(net, start(net, sb_net_pool(net, a), 9)), c = sb_net_join(net, b, a);
    const int d = sb_net_join(net, a, c), e = sb_net_join(net, sb_net_join(net, b, sb_net_norm(net, d, 1, 1.0, 1.0)), a);
    start(net, sb_net_norm(net, start(net, e, 1), 1, 1.0, 1.0), 3);
}

/* The room that arrays take, for each use; and many nodes take no time to speak of. */
static void test_plans(void)
{
    static const struct {
        sb_unet_shape shape;
        size_t room[SB_NET_USES];
    } known[] = {
        {{.image = {1, 4, 4}, .width = 2, .depth = 2, .blocks = 1}, {296, 947, 2981}},
        {{.image = {2, 4, 6}, .width = 3, .depth = 2, .blocks = 2, .attention = 1}, {732, 4274, 13523}},
        {{.image = {1, 3, 5}, .width = 4, .depth = 1, .blocks = 1, .attention = 1}, {758, 1699, 6128}},
        {{.image = {1, 4, 8}, .width = 2, .depth = 3, .blocks = 1}, {584, 2268, 7078}},
        {{.image = {1, 16, 16}, .width = 24, .depth = 3, .blocks = 2, .attention = 1}, {61520, 383635, 1212059}},
        {{.image = {3, 32, 32}, .width = 64, .depth = 4, .blocks = 2, .attention = 1}, {655560, 4181011, 13155539}},
    };
    sb_context ctx;
    sb_net net;
    sb_context_init(&ctx, 1);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        sb_unet_shape shape = known[i].shape;
        shape.init_scale = shape.unit = 1.0;
        CHECK_OK(&ctx, sb_unet_network(&ctx, &shape, EMBEDDING, &net));
        for (int use = 0; use < SB_NET_USES; use++) CHECK(net.plan[use].room == known[i].room[use]);
        sb_net_free(&net);
    }
    CHECK_OK(&ctx, sb_net_create(&ctx, 16, 1.0, &net)); /* evaluate alone would need more than the first derivatives do */
    more_to_evaluate(&net, sb_net_input(&net, (sb_image_shape){1, 2, 2}));
    CHECK_OK(&ctx, sb_net_finish(&ctx, &net));
    CHECK(net.plan[SB_NET_EVALUATE].room == 280 && net.plan[SB_NET_FIRST_ORDER].room == 280);
    sb_net_free(&net);
    const sb_unet_shape deep = {.image = {1, 8, 8}, .width = 4, .depth = 4, .blocks = 64, .init_scale = 1.0, .unit = 1.0};
    const clock_t before = clock();
    CHECK_OK(&ctx, sb_unet_network(&ctx, &deep, EMBEDDING, &net));
    CHECK((double)(clock() - before) < 2.0 * CLOCKS_PER_SEC);
    sb_net_free(&net);
}

/* A network of which few samples go through at a time: its workspace has room for these alone, whatever the batch. */
static void test_tiles(void)
{
    enum { MANY = 100 };
    model_fixture f;
    open_product(&f, (sb_image_shape){1, 16, 16}, 24, 2);
    f.B = MANY;
    fixture_model(&f);
    const int tile = sb_model_tile(f.model, sb_backend_cpu(), 0);
    const size_t D = f.D, row = (size_t)f.d;
    double *grad = f.vector, *part = grad + D, *sum = part + D, *v = sum + D, *Hv = v + D, *Hv_sum = Hv + D;
    double loss, worst = 0.0, largest = 0.0, worst_Hv = 0.0, largest_Hv = 0.0, total = 0.0;
    CHECK(tile == 16);
    const sb_batch batch = {MANY, f.samples.y, f.samples.k};
    CHECK_FAILS(&f.ctx, sb_model_forward(&f.ctx, f.model, f.theta, &batch, f.ws, f.s_work), SB_EDIM, "16 go through at a time");
    CHECK_OK(&f.ctx, sb_dsm_loss(&f.ctx, f.model, f.theta, &f.samples, f.ws, f.s_work, &loss, grad, NULL));
    fixture_normals(12, v, D);
    CHECK_OK(&f.ctx, sb_dsm_hvp(&f.ctx, f.model, f.theta, v, &f.samples, f.ws, f.s_work, Hv));
    memset(sum, 0, D * sizeof *sum);
    memset(Hv_sum, 0, D * sizeof *Hv_sum);
    for (int first = 0; first < MANY; first += tile) {
        sb_noised some = f.samples;
        double own;
        some.B = MANY - first < tile ? MANY - first : tile;
        some.y += (size_t)first * row, some.target += (size_t)first * row, some.weight += first, some.k += first;
        CHECK_OK(&f.ctx, sb_dsm_loss(&f.ctx, f.model, f.theta, &some, f.ws, f.s_work, &own, part, NULL));
        for (size_t i = 0; i < D; i++) sum[i] += part[i];
        total += own;
        CHECK_OK(&f.ctx, sb_dsm_hvp(&f.ctx, f.model, f.theta, v, &some, f.ws, f.s_work, part));
        for (size_t i = 0; i < D; i++) Hv_sum[i] += part[i];
    }
    for (size_t i = 0; i < D; i++) {
        worst = fmax(worst, fabs(sum[i] - grad[i])), largest = fmax(largest, fabs(grad[i]));
        worst_Hv = fmax(worst_Hv, fabs(Hv_sum[i] - Hv[i])), largest_Hv = fmax(largest_Hv, fabs(Hv[i]));
    }
    CHECK(worst < 1e-12 * largest);
    CHECK(worst_Hv < 1e-12 * largest_Hv);
    CHECK_CLOSE(total, loss, 1e-13);
    fixture_close(&f);
}

int main(void)
{
    static const sb_test tests[] = {
        {"gradient and Hv of every node and of networks", test_nodes},
        {"derivatives along v against differences of s", test_rforward},
        {"batches and errors", test_batches},
        {"passes repeated", test_repeated},
        {"evaluate and first derivatives only: the same bits", test_uses},
        {"samples in any order and company", test_permutation},
        {"single precision", test_float},
        {"the product's network", test_product},
        {"what one s takes", test_products},
        {"what it refuses", test_refused},
        {"where arrays lie", test_plans},
        {"large networks go through in tiles", test_tiles},
    };
    return sb_test_main("model_unet", tests, sizeof tests / sizeof *tests);
}
