#include "sweep/cost.h"

#include "measure/quadratic.h"
#include "train/train.h"

#include <math.h>

enum { TRAINING, EXACT, CHAIN, GRADIENTS, CURVATURE, GRID, SAMPLES };

static const char *const names[SB_COST_STAGES] = {
    [TRAINING] = "training",   [EXACT] = "exact quantities", [CHAIN] = "losses and chain",  [GRADIENTS] = "gradients",
    [CURVATURE] = "curvature", [GRID] = "KL on a grid",      [SAMPLES] = "KL from samples",
};

/* A search for the learning rate takes about two pilot runs, and a first look. */
enum { PILOTS = 2 };

/* What begins and ends a run whatever its counts: keeps every share finite. */
static const double LEAST = 1e-3;

/* Seconds of one sample: forward, backward and the posterior. Weights that serve many pixels go through faster loops. */
static double sample_cost(const sb_system *system)
{
    const sb_components *c = &system->data.components;
    const double d = c->d, size = c->rank ? d * c->rank : d;
    const double D = (double)sb_model_parameters(system->model), again = fmax(0.0, sb_model_products(system->model) - D);
    return 0.45e-6 + 0.6e-9 * D + 0.25e-9 * again + 15e-9 * c->J * size;
}

static double exact_cost(const sb_system *system, double laws)
{
    const sb_components *c = &system->data.components;
    const double terms = laws * system->grid.K * c->J;
    if (c->J == 1 || c->d == 1) return 0.04e-3 * terms;
    return c->d == 2 ? 0.4e-3 * terms : 0.15e-6 * terms * c->d * system->config->measure.chain_samples;
}

static double curvature_cost(const sb_system *system, double e, double workers)
{
    const sb_config *config = system->config;
    const double D = (double)sb_model_parameters(system->model), d = system->data.d;
    if (config->model.kind == SB_MODEL_FOURIER && sb_quadratic_applies(system)) return 20e-9 * (workers + 1.0) * D * D * D;
    if (sb_quadratic_applies(system)) return 1e-9 * (workers + 1.0) * system->grid.K * d * d * d;
    return 1.4 * e * (config->measure.replicas + 4.0) * workers * config->measure.hessian_iterations * config->measure.samples;
}

static double samples_cost(const sb_config *config, double e, double laws, int K)
{
    const unsigned kl = config->measure.kl;
    const double each = (kl & SB_KL_KNN ? 0.05e-3 : 0.0) + (kl & SB_KL_DV ? 0.25e-3 : 0.0) + (kl & SB_KL_IMPORTANCE ? e * K : 0.0);
    return laws * config->measure.kl_samples * each;
}

static double measured_rounds(const sb_config *config)
{
    int first, length = 1, count = 0;
    for (; length > 0; count += length > 0) sb_training_stretch(config, count, &first, &length);
    return count;
}

sb_sweep_cost sb_sweep_cost_of(const sb_system *system)
{
    const sb_config *config = system->config;
    const int K = system->grid.K, d = system->data.d, searched = config->train.rule != SB_RATE_GIVEN;
    const double N = config->data.workers, P = config->measure.replicas, workers = fmin(N, config->measure.workers),
                 laws = workers + 1.0, e = sample_cost(system), round = e * N * config->train.local_steps * config->train.batch;
    const double seconds[SB_COST_STAGES] = {
        [TRAINING] = LEAST + (P + PILOTS * searched) * round * config->train.rounds,
        [EXACT] = exact_cost(system, laws),
        [CHAIN] = e * laws * (P + 1.0) * config->measure.chain_samples,
        [GRADIENTS] = 1.8 * e * (1.0 + P + P * measured_rounds(config)) * workers * config->measure.samples,
        [CURVATURE] = curvature_cost(system, e, workers),
        [GRID] = config->measure.kl & SB_KL_GRID && d <= 2 ? e * (P + 1.0) * K * (d == 2 ? 5e4 : 150.0) : 0.0,
        [SAMPLES] = samples_cost(config, e, laws, K),
    };
    sb_sweep_cost cost = {0};
    for (int i = 0; i < SB_COST_STAGES; i++) cost.seconds += seconds[i];
    for (int i = 0; i < SB_COST_STAGES; i++) {
        const int pilots = searched * (i == TRAINING ? PILOTS + 1 : i == CURVATURE ? PILOTS + 1 : 0);
        cost.stage[i] = (sb_progress_stage){names[i], seconds[i] / cost.seconds, 1 + pilots};
    }
    return cost;
}
