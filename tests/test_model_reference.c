/* The mlp and U-Nets against PyTorch (data/reference, made by tests/reference/make_torch_reference.py, make_unet_reference.py). */
#include "model_fixture.h"

#include "base/memory.h"
#include "model/mlp.h"
#include "model/unet.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static json_t *load(const char *name)
{
    const char *source = getenv("srcdir");
    char path[4096];
    json_error_t error;
    snprintf(path, sizeof path, "%s/data/reference/%s", source ? source : ".", name);
    json_t *root = json_load_file(path, 0, &error);
    if (!root) printf("# %s: %s\n", path, error.text);
    return root;
}

/* Array `key` of the file as n doubles, or NULL (and a failed check) when it has another length. */
static double *numbers(const json_t *root, const char *key, size_t n)
{
    const json_t *array = json_object_get(root, key);
    CHECK(json_array_size(array) == n);
    if (json_array_size(array) != n) return NULL;
    double *x = sb_array_alloc(n, sizeof *x, 0);
    for (size_t i = 0; i < n; i++) x[i] = json_number_value(json_array_get(array, i));
    return x;
}

static double number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    CHECK(json_is_number(value));
    return json_number_value(value);
}

static int integer(const json_t *object, const char *key)
{
    return (int)number(object, key);
}

static double *ones(size_t n)
{
    double *x = sb_array_alloc(n, sizeof *x, 0);
    for (size_t i = 0; i < n; i++) x[i] = 1.0;
    return x;
}

static sb_mlp_design design_of(const json_t *root)
{
    const json_t *shape = json_object_get(root, "shape"), *f = json_object_get(root, "factors");
    const int K = integer(shape, "K"), E = integer(shape, "embedding");
    return (sb_mlp_design){
        .d = integer(shape, "d"),
        .width = integer(shape, "width"),
        .depth = integer(shape, "depth"),
        .embedding = E,
        .K = K,
        .init_scale = 1.0,
        .unit = 1.0,
        .factor = {.input = number(f, "input"),
                   .input_bias = number(f, "input_bias"),
                   .hidden = number(f, "hidden"),
                   .hidden_bias = number(f, "hidden_bias"),
                   .branch = number(f, "branch"),
                   .output = number(f, "output"),
                   .output_bias = number(f, "output_bias"),
                   .shift = number(f, "shift")},
        .emb = numbers(root, "emb", (size_t)(K * E)),
        .in = ones((size_t)K),
        .c = numbers(root, "c", (size_t)K),
        .base = numbers(root, "base", (size_t)K),
    };
}

/* The largest difference, relative to the largest number. */
static double distance(const double *got, const double *want, size_t n)
{
    double worst = 0.0, largest = 0.0;
    for (size_t i = 0; i < n; i++) {
        worst = fmax(worst, isnan(got[i]) ? INFINITY : fabs(got[i] - want[i]));
        largest = fmax(largest, fabs(want[i]));
    }
    return worst / largest;
}

/* A model against score, loss, gradient and Hv of the file. Takes the model over. */
static void compare(sb_context *ctx, sb_model *model, const json_t *root)
{
    sb_workspace *ws = NULL;
    const int d = sb_model_dimension(model), B = integer(json_object_get(root, "shape"), "B");
    const size_t size = (size_t)(B * d), D = sb_model_parameters(model);
    CHECK_OK(ctx, sb_workspace_create(ctx, model, B, &ws));
    double *theta = numbers(root, "theta", D), *v = numbers(root, "v", D), *k_number = numbers(root, "k", (size_t)B);
    double *score = numbers(root, "score", size), *gradient = numbers(root, "gradient", D), *Hv = numbers(root, "Hv", D);
    double *s_work = sb_array_alloc(4 * size, sizeof *s_work, 0), *got = sb_array_alloc(D, sizeof *got, 0), loss = NAN;
    sb_noised samples = {.B = B,
                         .d = d,
                         .y = numbers(root, "y", size),
                         .target = numbers(root, "target", size),
                         .weight = numbers(root, "weight", (size_t)B),
                         .k = sb_array_alloc((size_t)B, sizeof(int), 0)};
    for (int b = 0; b < B; b++) samples.k[b] = (int)k_number[b];

    CHECK_OK(ctx, sb_dsm_loss(ctx, model, theta, &samples, ws, s_work, &loss, got, NULL));
    CHECK_CLOSE(loss, number(root, "loss"), 1e-12);
    CHECK(distance(s_work, score, size) < 1e-12);
    CHECK(distance(got, gradient, D) < 1e-12);
    CHECK_OK(ctx, sb_dsm_hvp(ctx, model, theta, v, &samples, ws, s_work, got));
    CHECK(distance(got, Hv, D) < 1e-12);
    theta[D / 2] += 1e-6; /* the comparison sees one parameter out of place */
    CHECK_OK(ctx, sb_dsm_loss(ctx, model, theta, &samples, ws, s_work, &loss, got, NULL));
    CHECK(distance(got, gradient, D) > 1e-9);

    double *const all[] = {theta, v, k_number, score, gradient, Hv, s_work, got};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) sb_free(all[i]);
    sb_noised_free(&samples);
    sb_workspace_free(ws);
    sb_model_free(model);
}

static void test_torch(void)
{
    sb_context ctx;
    sb_model *model = NULL;
    json_t *root = load("mlp_torch.json");
    CHECK(root != NULL);
    if (!root) return;
    sb_context_init(&ctx, 1);
    sb_mlp_design design = design_of(root);
    const sb_grid grid = {.K = design.K}; /* all that the passes see of it */
    CHECK_OK(&ctx, sb_mlp_create(&ctx, &design, &grid, &model));
    compare(&ctx, model, root);
    json_decref(root);
}

static sb_unet_design unet_of(sb_context *ctx, const json_t *root)
{
    const json_t *shape = json_object_get(root, "shape");
    const int K = integer(shape, "K"), E = integer(shape, "embedding");
    const sb_unet_shape of = {.image = {integer(shape, "channels"), integer(shape, "height"), integer(shape, "width_pixels")},
                              .width = integer(shape, "width"),
                              .depth = integer(shape, "depth"),
                              .blocks = integer(shape, "blocks"),
                              .attention = integer(shape, "attention"),
                              .init_scale = 1.0,
                              .unit = 1.0};
    sb_unet_design design = {
        .d = sb_image_dimension(of.image),
        .embedding = E,
        .K = K,
        .emb = numbers(root, "emb", (size_t)(K * E)),
        .in = numbers(root, "in", (size_t)K),
        .c = numbers(root, "c", (size_t)K),
        .base = numbers(root, "base", (size_t)K),
    };
    CHECK_OK(ctx, sb_unet_network(ctx, &of, E, &design.net));
    return design;
}

static void test_unets(void)
{
    sb_context ctx;
    json_t *all = load("unet_torch.json");
    CHECK(json_array_size(all) == 2);
    sb_context_init(&ctx, 1);
    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *root = json_array_get(all, i);
        sb_model *model = NULL;
        sb_unet_design design = unet_of(&ctx, root);
        const sb_grid grid = {.K = design.K};
        CHECK_OK(&ctx, sb_unet_create(&ctx, &design, &grid, &model));
        compare(&ctx, model, root);
    }
    json_decref(all);
}

int main(void)
{
    static const sb_test tests[] = {
        {"mlp: score, loss, gradient and Hv as PyTorch has them", test_torch},
        {"U-Nets: the same", test_unets},
    };
    return sb_test_main("model_reference", tests, sizeof tests / sizeof *tests);
}
