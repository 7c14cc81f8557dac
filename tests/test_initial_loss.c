/* The loss where a grid is being chosen: each route against another one, its interval, and how it follows T. */
#include "fixture.h"
#include "harness.h"

#include "base/memory.h"
#include "measure/chain.h"
#include "measure/initial_loss.h"
#include "measure/quadratic.h"

static sb_context context;

typedef struct {
    sb_fixture fixture;
    sb_system system;
    double *theta; /* (D) */
} loss_case;

static int open_case(loss_case *c, int d, sb_model_name model, sb_grid_kind grid)
{
    sb_fixture_fill(&c->fixture, d, 3, model, grid);
    if (!CHECK_OK(&context, sb_system_create(&context, &c->fixture.config, &c->system))) return 0;
    c->theta = sb_array_alloc(sb_model_parameters(c->system.model), sizeof *c->theta, 0);
    sb_model_init(c->system.model, 7, c->theta);
    return c->theta != NULL;
}

static void close_case(loss_case *c)
{
    sb_free(c->theta);
    sb_system_free(&c->system);
}

/* Somewhere else than theta_0. */
static void move(loss_case *c, double scale)
{
    const size_t D = sb_model_parameters(c->system.model);
    for (size_t i = 0; i < D; i++) c->theta[i] += scale * sin(1.7 * (double)i + 0.3);
}

/* sum_k gamma_k d/sigma_{u_k}^2, written out. */
static double zero_loss(const sb_grid *grid, int d)
{
    double sum = 0.0;
    for (int k = 0; k < grid->K; k++) sum += (grid->u[k] - grid->u[k + 1]) * d / (1.0 - exp(-2.0 * grid->u[k]));
    return sum;
}

/* At theta_0 the score is 0 for every model that trains, and the loss exact, whoever's it is. */
static void test_zero(void)
{
    sb_context *ctx = &context;
    const sb_model_name models[] = {SB_MODEL_AFFINE, SB_MODEL_FOURIER, SB_MODEL_MLP};
    for (int m = 0; m < 3; m++)
        for (int d = 1; d <= 2; d++) {
            loss_case c;
            sb_number F;
            if (!open_case(&c, d, models[m], SB_GRID_KAPPA)) continue;
            for (int n = 0; n < 3; n++) {
                const sb_mixture q = sb_data_worker(&c.system.data, n);
                CHECK_OK(ctx, sb_initial_loss(ctx, &c.system, &q, 100, &F));
                CHECK_CLOSE(F.value, zero_loss(&c.system.grid, d), 1e-13);
                CHECK(F.lo == F.value && F.hi == F.value);
            }
            close_case(&c);
        }
}

/* Elsewhere: linear models are exact. The chain's own samples agree, and would not with a tenth more. */
static void test_linear(void)
{
    sb_context *ctx = &context;
    const sb_model_name models[] = {SB_MODEL_AFFINE, SB_MODEL_FOURIER};
    for (int m = 0; m < 2; m++) {
        loss_case c;
        sb_number F, other;
        double exact;
        sb_scratch scratch = {0};
        sb_exact x = {0};
        sb_chain chain;
        if (!open_case(&c, 2, models[m], SB_GRID_LOG_SNR)) continue;
        move(&c, -0.4);
        const sb_mixture q = sb_data_worker(&c.system.data, 0), r = sb_data_worker(&c.system.data, 2);
        CHECK_OK(ctx, sb_loss_at(ctx, &c.system, &q, c.theta, 100, &F));
        CHECK_OK(ctx, sb_loss_at(ctx, &c.system, &r, c.theta, 100, &other));
        CHECK_OK(ctx, sb_quadratic_loss(ctx, &c.system, &q, c.theta, &exact, NULL));
        CHECK(F.status == SB_EXACT && F.value == exact);
        CHECK_OK(ctx, sb_scratch_create(ctx, &c.system, 128, &scratch));
        CHECK_OK(ctx, sb_exact_compute(ctx, &q, &c.system.grid, 256, 0.95, 3, 0, &x));
        CHECK_OK(ctx, sb_chain_at(ctx, &c.system, &scratch, &q, &x, c.theta, 20000, 0, 0, 0, &chain));
        const double half = 0.5 * (chain.F.hi - chain.F.lo);
        CHECK(fabs(chain.F.value - F.value) < 2.0 * half);
        CHECK(fabs(chain.F.value - 1.1 * F.value) > 2.0 * half);
        CHECK(fabs(other.value - F.value) > 1e-3 * F.value);
        sb_exact_free(&x);
        sb_scratch_free(&scratch);
        close_case(&c);
    }
}

/* The oracle leaves -C_1 for the pooled law; for a worker's law more, as the chain's samples find, too. */
static void test_oracle(void)
{
    sb_context *ctx = &context;
    loss_case c;
    sb_number F;
    sb_scratch scratch = {0};
    sb_exact x = {0};
    sb_chain chain;
    if (!open_case(&c, 1, SB_MODEL_EXACT, SB_GRID_KAPPA)) return;
    const sb_mixture pooled = sb_data_pooled(&c.system.data), q = sb_data_worker(&c.system.data, 1);
    CHECK_OK(ctx, sb_exact_compute(ctx, &pooled, &c.system.grid, 256, 0.95, 3, 0, &x));
    CHECK_OK(ctx, sb_initial_loss(ctx, &c.system, &pooled, 100, &F));
    CHECK_CLOSE(F.value, -x.C1.value, 1e-12);
    sb_exact_free(&x);
    CHECK_OK(ctx, sb_exact_compute(ctx, &q, &c.system.grid, 256, 0.95, 3, 0, &x));
    CHECK_OK(ctx, sb_scratch_create(ctx, &c.system, 128, &scratch));
    CHECK_OK(ctx, sb_chain_at(ctx, &c.system, &scratch, &q, &x, c.theta, 20000, 0, 0, 0, &chain));
    CHECK_OK(ctx, sb_initial_loss(ctx, &c.system, &q, 40000, &F));
    CHECK(F.status == SB_SAMPLED);
    /* by Lemma 4.8 F is the score loss less C_1 */
    CHECK(fabs(F.value - (chain.score_loss.value - x.C1.value)) < F.hi - F.lo);
    CHECK(fabs(F.value + 1.1 * x.C1.value) > F.hi - F.lo);
    sb_exact_free(&x);
    sb_scratch_free(&scratch);
    close_case(&c);
}

/* A network whose output layer is its bias alone has a score that does not see y: E<s,Z> = 0, and its loss is known. Of 300 intervals
 * at 95 % not more miss it than chance allows (27: five in ten thousand), and of intervals a third as wide most do. */
static void test_coverage(void)
{
    enum { REPEATS = 300 };
    sb_context *ctx = &context;
    loss_case c;
    sb_number F;
    sb_workspace *ws = NULL;
    int missed = 0, missed_third = 0;
    if (!open_case(&c, 2, SB_MODEL_MLP, SB_GRID_KAPPA)) return;
    const size_t D = sb_model_parameters(c.system.model);
    c.theta[D - 2] = 2.385, c.theta[D - 1] = -1.3;
    double truth = zero_loss(&c.system.grid, 2);
    CHECK_OK(ctx, sb_workspace_create(ctx, c.system.model, 1, &ws));
    for (int k = 0; k < c.system.grid.K; k++) {
        const double y[2] = {0.7, -0.4};
        double s[2];
        const sb_batch batch = {1, y, &k};
        CHECK_OK(ctx, sb_model_evaluate(ctx, c.system.model, c.theta, &batch, ws, s));
        truth += c.system.grid.gamma[k] * (s[0] * s[0] + s[1] * s[1]);
    }
    const sb_mixture q = sb_data_worker(&c.system.data, 0);
    for (int i = 0; i < REPEATS; i++) {
        c.fixture.config.seed = 1000 + (uint64_t)i;
        CHECK_OK(ctx, sb_loss_at(ctx, &c.system, &q, c.theta, 200, &F));
        missed += truth < F.lo || truth > F.hi;
        missed_third += fabs(truth - F.value) > (F.hi - F.lo) / 6.0;
    }
    CHECK(missed <= 27);
    CHECK(missed_third > REPEATS / 3);
    sb_workspace_free(ws);
    close_case(&c);
}

/* F of a trained-looking network on a grid that ends a little later: the change is far below the interval, as no fresh draws
 * would have it. */
static void test_smooth(void)
{
    sb_context *ctx = &context;
    loss_case c, later;
    sb_number a, b, fresh;
    sb_fixture_fill(&later.fixture, 2, 3, SB_MODEL_MLP, SB_GRID_KAPPA);
    later.fixture.config.diffusion.T += 1e-5;
    if (!open_case(&c, 2, SB_MODEL_MLP, SB_GRID_KAPPA)) return;
    if (!CHECK_OK(ctx, sb_system_create(ctx, &later.fixture.config, &later.system))) return;
    move(&c, 0.9);
    const sb_mixture q = sb_data_worker(&c.system.data, 0), r = sb_data_worker(&later.system.data, 0);
    CHECK_OK(ctx, sb_loss_at(ctx, &c.system, &q, c.theta, 600, &a));
    CHECK_OK(ctx, sb_loss_at(ctx, &later.system, &r, c.theta, 600, &b));
    c.fixture.config.seed++;
    CHECK_OK(ctx, sb_loss_at(ctx, &c.system, &q, c.theta, 600, &fresh));
    CHECK(a.value != b.value);
    CHECK(fabs(b.value - a.value) < 0.02 * (a.hi - a.lo));
    CHECK(fabs(fresh.value - a.value) > 0.02 * (a.hi - a.lo));
    sb_system_free(&later.system);
    close_case(&c);
}

static void test_threads(void)
{
    sb_context three;
    loss_case c;
    sb_number a, b;
    sb_context_init(&three, 3);
    if (!open_case(&c, 2, SB_MODEL_MLP, SB_GRID_KAPPA)) return;
    move(&c, 0.9);
    const sb_mixture q = sb_data_worker(&c.system.data, 0);
    CHECK_OK(&context, sb_loss_at(&context, &c.system, &q, c.theta, 2000, &a));
    CHECK_OK(&three, sb_loss_at(&three, &c.system, &q, c.theta, 2000, &b));
    CHECK(a.value == b.value && a.lo == b.lo && a.hi == b.hi);
    close_case(&c);
}

int main(void)
{
    static const sb_test tests[] = {
        {"theta_0 has score 0 and an exact loss", test_zero},
        {"models linear in theta", test_linear},
        {"the oracle leaves -C_1", test_oracle},
        {"coverage of the interval", test_coverage},
        {"common random numbers", test_smooth},
        {"any number of threads", test_threads},
    };
    sb_context_init(&context, 2);
    return sb_test_main("initial loss", tests, sizeof tests / sizeof *tests);
}
