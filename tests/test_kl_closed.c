/* test_kl_closed.c: KL of Gaussian chains in closed form against recursions in long double, rotations, products of maps, and limits. */
#include "kl_case.h"
#include "low_rank.h"

#include "base/memory.h"
#include "diffusion/sampler.h"

#include <stdlib.h>

static const double centre[2] = {1.385, -0.4}, axes[4] = {0.3, 0.0, 0.0, 0.17};

/* A system of one Gaussian in any dimension; arrays stay with the caller. */
static int open_gaussian(kl_case *c, sb_component *component, int d, sb_model_name model, sb_affine_form form)
{
    kl_case_fill(c, 1, model);
    component->weight = 1.0;
    c->fixture.config.data.dimension = d;
    c->fixture.config.data.component_count = 1;
    c->fixture.config.data.components = component;
    c->fixture.config.data.partition = SB_PARTITION_IID;
    c->fixture.config.data.weights = NULL;
    c->fixture.config.model.form = form;
    return kl_case_build(c);
}

/* One coordinate of N(mean, variance) with the score scale*(true) in long double. */
static double scalar_route(const kl_case *c, double mean, double variance, long double scale)
{
    const sb_grid *grid = &c->system.grid;
    long double m = 0.0L, v = 1.0L;
    for (int k = 0; k < grid->K; k++) {
        const long double g = (long double)grid->gamma[k], e2 = expl(-2.0L * grid->u[k]), w = e2 * variance + 1.0L - e2;
        const long double slope = -scale / w, shift = scale * expl(-(long double)grid->u[k]) * mean / w;
        long double a = expl(g), b = 2.0L * expm1l(g), c2 = expm1l(2.0L * g);
        if (c->fixture.config.diffusion.sampler == SB_SAMPLER_DDPM) b = 2.0L * sinhl(g);
        if (c->fixture.config.diffusion.sampler == SB_SAMPLER_EULER) a = 1.0L + g, b = c2 = 2.0L * g;
        m = (a + b * slope) * m + b * shift;
        v = (a + b * slope) * (a + b * slope) * v + c2;
    }
    const long double e2 = expl(-2.0L * grid->delta), w = e2 * variance + 1.0L - e2,
                      off = m - expl(-(long double)grid->delta) * mean;
    return (double)(0.5L * (w / v - 1.0L - logl(w / v) + off * off / v));
}

static void test_against_long_double(void)
{
    for (sb_sampler_kind sampler = SB_SAMPLER_EXPONENTIAL; sampler <= SB_SAMPLER_EULER; sampler++)
        for (int i = 0; i < 3; i++) {
            const double scale = i == 0 ? 1.0 : i == 1 ? 0.6 : 1.385;
            kl_case c;
            kl_case_fill(&c, 2, SB_MODEL_AFFINE);
            c.fixture.config.diffusion.sampler = sampler;
            kl_case_gaussian(&c, centre, axes);
            if (!kl_case_build(&c)) return;
            kl_case_affine(&c, scale, 0.0);
            CHECK_CLOSE(kl_case_closed(&c),
                        scalar_route(&c, centre[0], axes[0], scale) + scalar_route(&c, centre[1], axes[3], scale), 1e-12);
            kl_case_close(&c);
        }
}

/* The oracle far from any discretisation error: a KL of 1e-9 keeps its digits. */
static void test_small_values(void)
{
    double mean = 2.385, variance = 0.137;
    sb_component component = {.mean = &mean, .kind = SB_COVARIANCE_ISOTROPIC, .covariance = &variance};
    kl_case c;
    for (int K = 100; K <= 10000; K *= 10) {
        kl_case_fill(&c, 1, SB_MODEL_EXACT);
        if (!open_gaussian(&c, &component, 1, SB_MODEL_EXACT, SB_AFFINE_FULL)) return;
        kl_case_close(&c);
        c.fixture.config.diffusion.K = K;
        c.fixture.config.diffusion.T = 12.0;
        if (!kl_case_build(&c)) return;
        const double kl = kl_case_closed(&c);
        CHECK(kl > 0.0 && kl < 1e2 / (1.0 * K * K));
        CHECK_CLOSE(kl, scalar_route(&c, mean, variance, 1.0L), 1e-4);
        kl_case_close(&c);
    }
}

/* The oracle's chain turns with the data: a rotated covariance (moments by matrices) against the same along the axes. */
static void test_rotation(void)
{
    enum { D = 7 };
    double mean[D], variance[D], turned[D] = {0}, full[D * D] = {0}, v[D], Q[D * D], norm2 = 0.0;
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 0, 0, 3, 0);
    sb_stream_normals(&stream, D, mean);
    sb_stream_normals(&stream, D, v);
    for (int i = 0; i < D; i++) norm2 += v[i] * v[i], variance[i] = 0.02 * pow(2.385, i);
    for (int i = 0; i < D * D; i++) Q[i] = (i % (D + 1) == 0) - 2.0 * v[i / D] * v[i % D] / norm2; /* a reflection */
    for (int i = 0; i < D; i++)
        for (int l = 0; l < D; l++) {
            turned[i] += Q[i * D + l] * mean[l];
            for (int m = 0; m < D; m++) full[i * D + l] += Q[i * D + m] * variance[m] * Q[l * D + m];
        }
    for (int i = 0; i < D; i++)
        for (int l = 0; l < i; l++) full[i * D + l] = full[l * D + i];
    sb_component along = {.mean = mean, .kind = SB_COVARIANCE_DIAGONAL, .covariance = variance};
    sb_component across = {.mean = turned, .kind = SB_COVARIANCE_FULL, .covariance = full};
    kl_case c;
    if (!open_gaussian(&c, &along, D, SB_MODEL_EXACT, SB_AFFINE_FULL)) return;
    const double kl = kl_case_closed(&c);
    double sum = 0.0;
    for (int i = 0; i < D; i++) sum += scalar_route(&c, mean[i], variance[i], 1.0L);
    kl_case_close(&c);
    CHECK_CLOSE(kl, sum, 1e-12);
    if (!open_gaussian(&c, &across, D, SB_MODEL_EXACT, SB_AFFINE_FULL)) return;
    CHECK_CLOSE(kl_case_closed(&c), kl, 1e-11);
    kl_case_close(&c);
}

/* Data of low rank against the same with a full covariance, and no matrices beyond 2000 dimensions. */
static void test_low_rank(void)
{
    enum { D = 6, MANY = 2001 };
    double C[D * D];
    sb_number low, full;
    twins t;
    kl_case c;
    twins_make(D, 1, 2, 91, &t);
    sb_components_covariance(&t.low.components, 0, C);
    sb_component component = {.mean = t.low.components.mean, .kind = SB_COVARIANCE_FULL, .covariance = C};
    if (!open_gaussian(&c, &component, D, SB_MODEL_EXACT, SB_AFFINE_FULL)) return;
    CHECK_OK(&c.ctx, sb_kl_closed(&c.ctx, &c.system, NULL, &t.low.q, &low));
    CHECK_OK(&c.ctx, sb_kl_closed(&c.ctx, &c.system, NULL, &t.full.q, &full));
    CHECK_CLOSE(low.value, full.value, 1e-11);
    CHECK_CLOSE(low.value, kl_case_closed(&c), 1e-11);

    const double one = 1.0;
    sb_components many;
    CHECK_OK(&c.ctx, sb_components_alloc_low_rank(&c.ctx, MANY, 1, 2, &many));
    const sb_mixture q = {.components = &many, .weight = &one};
    const sb_system large = {.config = c.system.config, .data = {.d = MANY, .components = many, .pooled = (double *)&one}};
    CHECK(!sb_kl_closed_applies(&large, &q));
    CHECK_FAILS(&c.ctx, sb_kl_closed(&c.ctx, &large, NULL, &q, &low), SB_EDOM, "or at most 2000");
    sb_components_free(&many);
    kl_case_close(&c);
    twins_free(&t);
}

/* log det and inverse of a 2x2 matrix, spelled out. */
static double kl_of_two(const double *off, const double *Cq, const double *Cp)
{
    const double det_q = Cq[0] * Cq[3] - Cq[1] * Cq[2], det_p = Cp[0] * Cp[3] - Cp[1] * Cp[2];
    const double trace = (Cp[3] * Cq[0] - Cp[1] * Cq[2] - Cp[2] * Cq[1] + Cp[0] * Cq[3]) / det_p;
    const double norm2 = (Cp[3] * off[0] * off[0] - (Cp[1] + Cp[2]) * off[0] * off[1] + Cp[0] * off[1] * off[1]) / det_p;
    return 0.5 * (trace - 2.0 + norm2 + log(det_p / det_q));
}

/* A score with matrices that are not symmetric and do not commute, the other way round: Y_K = P_0 Y_0 + sum_k P_{k+1} (b b_k + c eps)
 * with P_k the product of the maps from k on, built from the end. */
static void test_products_of_maps(void)
{
    kl_case c;
    kl_case_fill(&c, 2, SB_MODEL_AFFINE);
    kl_case_gaussian(&c, centre, axes);
    if (!kl_case_build(&c)) return;
    kl_case_affine(&c, 0.9, 0.5);
    const sb_grid *grid = &c.system.grid;
    double P[4] = {1.0, 0.0, 0.0, 1.0}, mean[2] = {0.0, 0.0}, C[4] = {0.0}, next[4];
    for (int k = grid->K - 1; k >= 0; k--) {
        const sb_sampler_step s = sb_sampler_coefficients(c.fixture.config.diffusion.sampler, grid->gamma[k]);
        const double *A = c.theta + 6 * k, F[4] = {s.a + s.b * A[0], s.b * A[1], s.b * A[2], s.a + s.b * A[3]};
        for (int i = 0; i < 2; i++) {
            mean[i] += s.b * (P[2 * i] * A[4] + P[2 * i + 1] * A[5]);
            for (int l = 0; l < 2; l++) C[2 * i + l] += s.c * s.c * (P[2 * i] * P[2 * l] + P[2 * i + 1] * P[2 * l + 1]);
        }
        for (int i = 0; i < 4; i++) next[i] = P[i & 2] * F[i & 1] + P[(i & 2) + 1] * F[2 + (i & 1)];
        for (int i = 0; i < 4; i++) P[i] = next[i];
    }
    double off[2], Cq[4];
    for (int i = 0; i < 4; i++) {
        C[i] += P[i & 2] * P[2 * (i & 1)] + P[(i & 2) + 1] * P[2 * (i & 1) + 1];
        Cq[i] = exp(-0.1) * axes[i] + (i % 3 == 0 ? 1.0 - exp(-0.1) : 0.0);
    }
    for (int i = 0; i < 2; i++) off[i] = mean[i] - exp(-0.05) * centre[i];
    CHECK_CLOSE(kl_case_closed(&c), kl_of_two(off, Cq, C), 1e-11);
    kl_case_close(&c);
}

/* The score zero: p = N(0, (2 e^{2(T-delta)} - 1) I). A diagonal model and a full one of the same theta agree. */
static void test_zero_score_and_forms(void)
{
    double mean[3] = {0.3, -2.385, 1.0}, variance[3] = {0.1, 0.4, 1.7}, kl[2];
    sb_component component = {.mean = mean, .kind = SB_COVARIANCE_DIAGONAL, .covariance = variance};
    kl_case c;
    for (int i = 0; i < 2; i++) {
        const size_t stride = i == 0 ? 12 : 6;
        if (!open_gaussian(&c, &component, 3, SB_MODEL_AFFINE, i == 0 ? SB_AFFINE_FULL : SB_AFFINE_DIAGONAL)) return;
        const double w = 2.0 * exp(2.0 * (1.9 - 0.05)) - 1.0;
        double zero = 0.0;
        for (int l = 0; l < 3; l++) {
            const double v = exp(-0.1) * variance[l] + 1.0 - exp(-0.1);
            zero += 0.5 * (v / w - 1.0 - log(v / w) + exp(-0.1) * mean[l] * mean[l] / w);
        }
        CHECK_CLOSE(kl_case_closed(&c), zero, 1e-12);
        for (int k = 0; k < c.system.grid.K; k++)
            for (int l = 0; l < 3; l++) {
                c.theta[stride * (size_t)k + (size_t)(i == 0 ? 4 * l : l)] = -0.5 - 0.2 * l + 0.05 * k;
                c.theta[stride * (size_t)k + (size_t)(i == 0 ? 9 : 3) + (size_t)l] = 0.3 * l - 0.1 * k;
            }
        kl[i] = kl_case_closed(&c);
        kl_case_close(&c);
    }
    CHECK_CLOSE(kl[0], kl[1], 1e-12);
}

/* Ten thousand equal coordinates are ten thousand times one. */
static void test_high_dimension(void)
{
    enum { D = 10000 };
    double *mean = sb_array_alloc(D, sizeof *mean, 0), variance = 0.385;
    sb_component component = {.mean = mean, .kind = SB_COVARIANCE_ISOTROPIC, .covariance = &variance};
    kl_case c;
    for (int i = 0; i < D; i++) mean[i] = i % 2 ? 1.3 : -0.7;
    for (int i = 0; i < 2; i++) {
        if (!open_gaussian(&c, &component, D, i ? SB_MODEL_AFFINE : SB_MODEL_EXACT, SB_AFFINE_DIAGONAL)) break;
        for (int k = 0; i == 1 && k < c.system.grid.K; k++)
            for (int l = 0; l < D; l++) {
                const double decay = exp(-c.system.grid.u[k]), w = decay * decay * variance + c.system.grid.sigma2[k];
                double *A = c.theta + (size_t)k * 2 * D;
                A[l] = -1.0 / w;
                A[D + l] = decay * mean[l] / w;
            }
        const double one = scalar_route(&c, 1.3, variance, 1.0L), other = scalar_route(&c, -0.7, variance, 1.0L);
        CHECK_CLOSE(kl_case_closed(&c), 0.5 * D * (one + other), 1e-10);
        kl_case_close(&c);
    }
    sb_free(mean);
}

/* ... and ten thousand different ones, with variances over four orders of magnitude, are the sum of each, by the oracle and by an
 * affine score that is too weak. */
static void test_high_dimension_diagonal(void)
{
    enum { D = 10000 };
    double *mean = sb_array_alloc(2 * D, sizeof *mean, 0), *variance = mean + D;
    sb_component component = {.mean = mean, .kind = SB_COVARIANCE_DIAGONAL, .covariance = variance};
    kl_case c;
    for (int i = 0; i < D; i++) mean[i] = 2.385 * sin(i), variance[i] = pow(10.0, -3.0 + 4.0 * i / D);
    for (int i = 0; i < 2; i++) {
        const double scale = i ? 0.7 : 1.0;
        long double sum = 0.0L;
        if (!open_gaussian(&c, &component, D, i ? SB_MODEL_AFFINE : SB_MODEL_EXACT, SB_AFFINE_DIAGONAL)) break;
        for (int k = 0; i == 1 && k < c.system.grid.K; k++)
            for (int l = 0; l < D; l++) {
                const double decay = exp(-c.system.grid.u[k]), w = decay * decay * variance[l] + c.system.grid.sigma2[k];
                double *A = c.theta + (size_t)k * 2 * D;
                A[l] = -scale / w;
                A[D + l] = scale * decay * mean[l] / w;
            }
        for (int l = 0; l < D; l++) sum += (long double)scalar_route(&c, mean[l], variance[l], (long double)scale);
        CHECK_CLOSE(kl_case_closed(&c), (double)sum, 1e-10);
        kl_case_close(&c);
    }
    sb_free(mean);
}

/* Workers that hold one Gaussian each of a pooled mixture: an affine score has a closed form for each of them, the oracle of the
 * mixture has not. */
static void test_applies(void)
{
    const sb_model_name kinds[] = {SB_MODEL_AFFINE, SB_MODEL_EXACT, SB_MODEL_MLP, SB_MODEL_FOURIER};
    for (int i = 0; i < 4; i++) {
        kl_case c;
        sb_number kl;
        kl_case_fill(&c, 2, kinds[i]);
        sb_fixture_fill(&c.fixture, 2, 3, kinds[i], SB_GRID_LOG_SNR);
        for (int w = 0; w < 9; w++) c.fixture.weights[w] = w % 4 == 0;
        if (!kl_case_build(&c)) return;
        kl_case_random(&c, 0, 0.4);
        const sb_mixture q = sb_data_worker(&c.system.data, 1), pooled = sb_data_pooled(&c.system.data);
        CHECK(sb_kl_closed_applies(&c.system, &q) == (kinds[i] == SB_MODEL_AFFINE));
        CHECK(!sb_kl_closed_applies(&c.system, &pooled));
        CHECK_FAILS(&c.ctx, sb_kl_closed(&c.ctx, &c.system, c.theta, &pooled, &kl), SB_EDOM, "one Gaussian");
        if (kinds[i] == SB_MODEL_AFFINE) {
            CHECK_OK(&c.ctx, sb_kl_closed(&c.ctx, &c.system, c.theta, &q, &kl));
            CHECK(kl.value > 0.0);
        } else {
            CHECK_FAILS(&c.ctx, sb_kl_closed(&c.ctx, &c.system, c.theta, &q, &kl), SB_EDOM, "affine");
        }
        kl_case_close(&c);
    }
}

static void test_errors(void)
{
    for (int i = 0; i < 2; i++) {
        const sb_affine_form form = i ? SB_AFFINE_DIAGONAL : SB_AFFINE_FULL;
        volatile sig_atomic_t stop = 1;
        double mean[2] = {0.3, -2.385}, variance = 0.4;
        sb_component component = {.mean = mean, .kind = SB_COVARIANCE_ISOTROPIC, .covariance = &variance};
        kl_case c;
        sb_number kl;
        if (!open_gaussian(&c, &component, 2, SB_MODEL_AFFINE, form)) return;
        const sb_mixture q = sb_data_pooled(&c.system.data);
        if (form == SB_AFFINE_FULL) {
            c.ctx.stop = &stop;
            CHECK_FAILS(&c.ctx, sb_kl_closed(&c.ctx, &c.system, c.theta, &q, &kl), SB_EINTR, "stopped");
            c.ctx.stop = NULL;
        }
        for (size_t D = 0; D < sb_model_parameters(c.system.model); D++) c.theta[D] = 1e160;
        CHECK_FAILS(&c.ctx, sb_kl_closed(&c.ctx, &c.system, c.theta, &q, &kl), SB_ERANGE, "diverges");
        for (size_t D = 0; D < sb_model_parameters(c.system.model); D++) c.theta[D] = NAN;
        CHECK_FAILS(&c.ctx, sb_kl_closed(&c.ctx, &c.system, c.theta, &q, &kl), SB_ERANGE, "diverges");
        kl_case_close(&c);
    }
}

int main(void)
{
    static const sb_test tests[] = {{"three samplers against long double", test_against_long_double},
                                    {"small values keep their digits", test_small_values},
                                    {"rotated data", test_rotation},
                                    {"low rank", test_low_rank},
                                    {"products of maps", test_products_of_maps},
                                    {"score zero; diagonal and full", test_zero_score_and_forms},
                                    {"ten thousand dimensions", test_high_dimension},
                                    {"ten thousand different ones", test_high_dimension_diagonal},
                                    {"where the closed form applies", test_applies},
                                    {"errors", test_errors}};
    return sb_test_main("kl_closed", tests, sizeof tests / sizeof *tests);
}
