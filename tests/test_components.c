/* Building components: presets, explicit lists, and what is refused. */
#include "laws.h"

static const double pi = 3.14159265358979323846;

static void presets(void)
{
    law l;
    law_preset(SB_PRESET_RING, 3, 5, 1.3, 0.2, 1.0, 1, &l);
    CHECK(l.components.J == 5 && l.components.kind == SB_COVARIANCE_ISOTROPIC);
    for (int j = 0; j < 5; j++) {
        const double *m = l.components.mean + 3 * j;
        CHECK_CLOSE(hypot(m[0], m[1]), 1.3, 1e-15);
        CHECK_NEAR(atan2(m[1], m[0]), remainder(2.0 * pi * j / 5, 2.0 * pi), 1e-14);
        CHECK(m[2] == 0.0);
        CHECK_CLOSE(l.components.lambda[j], 0.04, 1e-15);
        CHECK_CLOSE(l.weight[j], 0.2, 1e-15);
    }
    law_free(&l);
    law_preset(SB_PRESET_RING, 1, 3, 1.3, 0.2, 1.0, 1, &l);
    CHECK_CLOSE(l.components.mean[0], -1.3, 1e-15);
    CHECK(l.components.mean[1] == 0.0);
    law_free(&l);
    law_preset(SB_PRESET_GRID, 2, 3, 0.9, 0.2, 1.0, 1, &l);
    CHECK(l.components.J == 9);
    CHECK_CLOSE(l.components.mean[2 * 5], 0.0, 1e-15);
    CHECK_CLOSE(l.components.mean[2 * 5 + 1], 0.9, 1e-15);
    CHECK_CLOSE(l.weight[5], 1.0 / 9.0, 1e-15);
    law_free(&l);
    law_preset(SB_PRESET_PRODUCT, 2, 3, 0.9, 0.2, 1.0, 1, &l);
    CHECK_CLOSE(l.weight[5], (2.0 / 6.0) * (3.0 / 6.0), 1e-15);
    double sum = 0.0;
    for (int j = 0; j < 9; j++) sum += l.weight[j];
    CHECK_CLOSE(sum, 1.0, 1e-15);
    law_free(&l);
    law_preset(SB_PRESET_GRID, 200, 1, 0.9, 0.2, 1.0, 1, &l); /* one mode per axis: a Gaussian in any dimension */
    CHECK(l.components.J == 1 && sb_mixture_is_gaussian(&l.q) == 0);
    law_free(&l);
    law_preset(SB_PRESET_TWO_SCALE, 2, 2, 3.0, 1.0, 1e-3, 1, &l);
    CHECK_CLOSE(l.components.mean[2] - l.components.mean[0], 3.0, 1e-15);
    CHECK_CLOSE(l.components.lambda[0], 1.0, 1e-15);
    CHECK_CLOSE(l.components.lambda[1], 1e-6, 1e-14);
    law_free(&l);
}

/* Random components: orthonormal axes, eigenvalues and means of the stated size, a function of the seed. */
static void random_preset(void)
{
    law l, again;
    law_preset(SB_PRESET_RANDOM, 16, 3, 2.0, 0.3, 1.0, 5, &l);
    law_preset(SB_PRESET_RANDOM, 16, 3, 2.0, 0.3, 1.0, 5, &again);
    CHECK(l.components.kind == SB_COVARIANCE_FULL);
    CHECK(memcmp(l.components.Q, again.components.Q, 3 * 256 * sizeof(double)) == 0);
    law_free(&again);
    double logs = 0.0, squares = 0.0;
    for (int j = 0; j < 3; j++) {
        const double *Q = l.components.Q + 256 * j;
        for (int a = 0; a < 16; a++)
            for (int b = 0; b < 16; b++) {
                double dot = 0.0;
                for (int i = 0; i < 16; i++) dot += Q[i * 16 + a] * Q[i * 16 + b];
                CHECK_NEAR(dot, a == b ? 1.0 : 0.0, 1e-14);
            }
        for (int i = 0; i < 16; i++) {
            logs += log(l.components.lambda[16 * j + i] / 0.09) / 48.0;
            squares += l.components.mean[16 * j + i] * l.components.mean[16 * j + i] / 3.0;
        }
    }
    CHECK(fabs(logs) < 5.0 * 0.5 / sqrt(48.0));
    CHECK(fabs(squares - 4.0) < 5.0 * 4.0 * sqrt(2.0 / 48.0));
    law_free(&l);
    law_preset(SB_PRESET_RANDOM, 65, 2, 2.0, 0.3, 1.0, 5, &l);
    CHECK(l.components.kind == SB_COVARIANCE_DIAGONAL);
    law_free(&l);
}

/* One component of each form in one list: all become full, with the covariances that were meant. */
static void mixed_forms(void)
{
    double isotropic = 0.3, diagonal[2] = {0.2, 0.5}, full[4] = {0.4, 0.1, 0.1, 0.6}, mean[2] = {0.2, -0.385}, got[2], C[4];
    sb_component component[3] = {{0.25, mean, SB_COVARIANCE_ISOTROPIC, &isotropic},
                                 {0.35, mean, SB_COVARIANCE_DIAGONAL, diagonal},
                                 {0.4, mean, SB_COVARIANCE_FULL, full}};
    const sb_config config = {.data = {.dimension = 2, .component_count = 3, .components = component}};
    law l;
    law_make(&config, &l);
    CHECK(l.components.kind == SB_COVARIANCE_FULL);
    sb_mixture_moments(&l.q, got, C);
    CHECK_CLOSE(C[0], 0.25 * 0.3 + 0.35 * 0.2 + 0.4 * 0.4, 1e-14);
    CHECK_CLOSE(C[3], 0.25 * 0.3 + 0.35 * 0.5 + 0.4 * 0.6, 1e-14);
    CHECK_CLOSE(C[1], 0.4 * 0.1, 1e-14);
    CHECK_CLOSE(got[1], -0.385, 1e-15);
    law_free(&l);
}

static sb_status try_explicit(sb_context *ctx, double weight, double m, sb_covariance_kind kind, const double *C)
{
    const double mean[2] = {m, 0.1};
    sb_component component = {weight, (double *)mean, kind, (double *)C};
    const sb_config config = {.data = {.dimension = 2, .component_count = 1, .components = &component}};
    sb_components components;
    double *p;
    const sb_status st = sb_components_create(ctx, &config, &components, &p);
    if (st == SB_OK) {
        sb_components_free(&components);
        sb_free(p);
    } else {
        CHECK(components.mean == NULL && p == NULL);
    }
    return st;
}

static sb_status try_preset(sb_context *ctx, sb_preset preset, int d, int modes, double deviation, double ratio)
{
    const sb_config config = {
        .data = {.dimension = d, .preset = preset, .modes = modes, .radius = 1.0, .deviation = deviation, .ratio = ratio}};
    sb_components components;
    double *p;
    const sb_status st = sb_components_create(ctx, &config, &components, &p);
    sb_components_free(&components);
    sb_free(p);
    return st;
}

static void refusals(void)
{
    sb_context ctx = test_context();
    const double good[4] = {0.5, 0.1, 0.1, 0.4}, lopsided[4] = {0.5, 0.1, 0.2, 0.4}, indefinite[4] = {0.5, 0.6, 0.6, 0.5};
    const double negative[2] = {0.5, -0.1}, infinite[4] = {0.5, INFINITY, INFINITY, 0.5}, singular[4] = {0.5, 0.5, 0.5, 0.5};
    CHECK_OK(&ctx, try_explicit(&ctx, 1.0, 0.3, SB_COVARIANCE_FULL, good));
    CHECK_OK(&ctx, try_explicit(&ctx, 1.0, 0.3, SB_COVARIANCE_FULL, singular));
    CHECK_FAILS(&ctx, try_explicit(&ctx, 1.0, 0.3, SB_COVARIANCE_FULL, lopsided), SB_EUSER, "not symmetric");
    CHECK_FAILS(&ctx, try_explicit(&ctx, 1.0, 0.3, SB_COVARIANCE_FULL, indefinite), SB_EUSER, "not positive definite");
    CHECK_FAILS(&ctx, try_explicit(&ctx, 1.0, 0.3, SB_COVARIANCE_FULL, infinite), SB_EUSER, "not finite");
    CHECK_FAILS(&ctx, try_explicit(&ctx, 1.0, 0.3, SB_COVARIANCE_DIAGONAL, negative), SB_EUSER, "no variance");
    CHECK_FAILS(&ctx, try_explicit(&ctx, 1.0, NAN, SB_COVARIANCE_FULL, good), SB_EUSER, "mean is not finite");
    CHECK_FAILS(&ctx, try_explicit(&ctx, 0.9, 0.3, SB_COVARIANCE_FULL, good), SB_EUSER, "not 1");
    CHECK_FAILS(&ctx, try_explicit(&ctx, -1.0, 0.3, SB_COVARIANCE_FULL, good), SB_EUSER, "not positive");
    CHECK_FAILS(&ctx, try_preset(&ctx, SB_PRESET_RING, 0, 3, 0.1, 1.0), SB_EUSER, "dimension");
    CHECK_FAILS(&ctx, try_preset(&ctx, SB_PRESET_RING, 2, 0, 0.1, 1.0), SB_EUSER, "modes");
    CHECK_FAILS(&ctx, try_preset(&ctx, SB_PRESET_RING, 2, 3, -0.1, 1.0), SB_EUSER, "deviation");
    CHECK_FAILS(&ctx, try_preset(&ctx, SB_PRESET_GRID, 30, 3, 0.1, 1.0), SB_EUSER, "2^20");
    CHECK_FAILS(&ctx, try_preset(&ctx, SB_PRESET_TWO_SCALE, 2, 3, 0.1, 0.0), SB_EUSER, "ratio");
    CHECK_FAILS(&ctx, try_preset(&ctx, SB_PRESET_RING, 1 << 20, 1 << 12, 0.1, 1.0), SB_EUSER, "2^28");
    CHECK_FAILS(&ctx, try_preset(&ctx, (sb_preset)99, 2, 2, 0.1, 1.0), SB_EINVAL, "99");
    const sb_config empty = {.data = {.dimension = 2}};
    sb_components components;
    double *p;
    CHECK_FAILS(&ctx, sb_components_create(&ctx, &empty, &components, &p), SB_EUSER, "at least one component");
}

static const sb_test tests[] = {
    {"presets", presets},
    {"random preset", random_preset},
    {"components given in different forms", mixed_forms},
    {"refusals", refusals},
};

int main(void)
{
    return sb_test_main("components", tests, sizeof tests / sizeof *tests);
}
