/* situation.c: what is known at a point in the space of choices. */
#include "choose/situation_parts.h"

#include "base/memory.h"
#include "base/progress.h"
#include "choose/pilot.h"
#include "measure/exact.h"
#include "measure/initial_loss.h"
#include "measure/panel.h"
#include "measure/quadratic.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void sb_situation_free(sb_situation *situation)
{
    sb_free(situation->n);
    sb_free(situation->base);
    *situation = (sb_situation){0};
}

/* The largest second moment of all workers, measured one by one or not. */
static double largest_moment(const sb_data *data)
{
    double largest = 0.0;
    for (int n = 0; n < data->N; n++) {
        const sb_mixture q = sb_data_worker(data, n);
        largest = fmax(largest, sb_mixture_second_moment(&q));
        if (data->distinct == 1) break; /* all are the same */
    }
    return largest;
}

/* F0 and Fn0 of each c (count): a survey would have them from samples only. */
static sb_status initial_losses(sb_context *ctx, const sb_situation *situation, const sb_system *system, sb_constants *c)
{
    sb_status st = SB_OK;
    const sb_mixture pooled = sb_data_pooled(&system->data);
    const int samples = system->config->measure.samples;
    sb_number F0, Fn0;
    SB_TRY(sb_initial_loss(ctx, system, &pooled, samples, &F0));
    for (int i = 0; i < situation->count; i++) {
        const sb_mixture q = sb_data_worker(&system->data, situation->n[i]);
        SB_TRY(sb_initial_loss(ctx, system, &q, samples, &Fn0));
        c[i].F0 = F0.value;
        c[i].Fn0 = Fn0.value;
    }
done:
    return st;
}

sb_status sb_situation_of_config(sb_context *ctx, const sb_config *config, sb_situation *situation)
{
    sb_status st = SB_OK;
    sb_config view = *config; /* with another rule for eta */
    sb_system system = {0};
    sb_pilot pilot = {0};
    double eta;
    *situation = (sb_situation){.config = config};
    view.train.rule = SB_RATE_LEMMA_4_6;
    view.train.learning_rate = 0.0;
    SB_REQUIRE(config->train.rounds >= 1, SB_EUSER, "train.rounds: error: %d: choose needs at least one round of training",
               config->train.rounds);
    SB_REQUIRE(config->train.optimiser == SB_OPTIMISER_SGD, SB_EUSER,
               "train.optimiser: error: choose is about the paper's steps (7), not about Adam's; try --train.optimiser=sgd");
    SB_TRY(sb_system_create(ctx, &view, &system));
    SB_REQUIRE(sb_model_parameters(system.model) > 0, SB_EUSER, "model.kind: error: the model %s has nothing to train",
               sb_model_title(system.model));
    SB_TRY(sb_pilot_at_rule(ctx, &system, &eta, NULL, &pilot));
    SB_TRY(sb_pilot_complete(ctx, &pilot));
    situation->count = pilot.measured.worker_count;
    SB_ALLOC(situation->n, situation->count);
    SB_ALLOC(situation->base, situation->count);
    for (int i = 0; i < situation->count; i++) {
        situation->n[i] = pilot.measured.worker[i].n;
        sb_measured_constants(&pilot.measured, i, &situation->base[i]);
    }
    SB_TRY(initial_losses(ctx, situation, &system, situation->base));
    situation->K_budget = system.grid.K;
    situation->steps_budget = (double)config->train.rounds * config->train.local_steps;
    situation->M2_largest = largest_moment(&system.data);
done:
    if (st != SB_OK) sb_situation_free(situation);
    sb_pilot_free(&pilot);
    sb_system_free(&system);
    return st;
}

static sb_status laws_by_hand(sb_context *ctx, const sb_situation *situation, const sb_hyperparameters *at, sb_constants *c)
{
    sb_status st = SB_OK;
    sb_grid grid = {0};
    SB_TRY(sb_point_grid(ctx, at, &grid));
    *c = situation->base[0];
    sb_point_constants(at, &grid, c);
done:
    sb_grid_free(&grid);
    return st;
}

/* Of the base pilot, what says something about its own grid or about the network it trained there, and about no other. */
static void forget_base(sb_constants *c)
{
    c->FR = c->FnR = c->score_loss = c->path_kl = c->chain_score = c->squared_gradient = NAN;
    c->L_score = c->fisher = NAN;
}

/* L, mu and F* where they are known without training. */
static sb_status exact_curvature(sb_context *ctx, const sb_situation *situation, const sb_system *system, sb_constants *c)
{
    sb_status st = SB_OK;
    const sb_mixture pooled = sb_data_pooled(&system->data);
    sb_number L, mu, Fstar;
    double largest = 0.0;
    if (!sb_quadratic_applies(system)) return SB_OK;
    for (int i = 0; i < situation->count; i++) {
        const sb_mixture q = sb_data_worker(&system->data, situation->n[i]);
        SB_REQUIRE(!sb_context_stopped(ctx), SB_EINTR, "stopped while choosing");
        SB_TRY(sb_quadratic_lipschitz(ctx, system, &q, &L));
        largest = fmax(largest, L.value);
    }
    SB_TRY(sb_quadratic_polyak(ctx, system, &pooled, &mu, &Fstar));
    for (int i = 0; i < situation->count; i++) c[i].L = largest, c[i].mu = mu.value, c[i].Fstar = Fstar.value;
done:
    return st;
}

/* Constants of worker i's law on the system's grid. */
static sb_status law_at(sb_context *ctx, const sb_situation *situation, const sb_system *system, const sb_hyperparameters *at,
                        int i, sb_constants *c)
{
    sb_status st = SB_OK;
    const sb_config *config = system->config;
    const sb_mixture q = sb_data_worker(&system->data, situation->n[i]);
    sb_exact exact = {0};
    SB_REQUIRE(!sb_context_stopped(ctx), SB_EINTR, "stopped while choosing");
    SB_TRY(sb_exact_compute(ctx, &q, &system->grid, config->measure.chain_samples, config->measure.confidence, config->seed, i,
                            &exact));
    *c = situation->base[i];
    forget_base(c);
    c->D = (double)sb_model_parameters(system->model);
    c->M2 = exact.M2.value;
    c->C1 = exact.C1.value;
    c->D_sum = exact.D_sum.value;
    c->B_sum = exact.B_sum.value;
    c->kl_init = exact.kl_init.value;
    c->kl_prior = exact.kl_prior.value;
    sb_point_constants(at, &system->grid, c);
done:
    sb_exact_free(&exact);
    return st;
}

static sb_status laws_of_config(sb_context *ctx, const sb_situation *situation, const sb_hyperparameters *at, sb_constants *c)
{
    sb_status st = SB_OK;
    const sb_config view = sb_point_config(situation->config, at);
    sb_system system = {0};
    sb_progress_begin(ctx, "exact quantities", situation->count);
    SB_TRY(sb_system_create(ctx, &view, &system));
    for (int i = 0; i < situation->count; i++) {
        SB_TRY(law_at(ctx, situation, &system, at, i, &c[i]));
        sb_progress_add(ctx, 1.0);
    }
    SB_TRY(initial_losses(ctx, situation, &system, c));
    SB_TRY(exact_curvature(ctx, situation, &system, c));
done:
    sb_progress_end(ctx);
    sb_system_free(&system);
    return st;
}

sb_status sb_situation_laws(sb_context *ctx, const sb_situation *situation, const sb_hyperparameters *at, sb_constants *c)
{
    sb_status st = SB_OK;
    SB_TRY(sb_point_check(ctx, situation, at));
    if (situation->config) SB_TRY(laws_of_config(ctx, situation, at, c));
    else SB_TRY(laws_by_hand(ctx, situation, at, c));
done:
    return st;
}

sb_status sb_situation_pilot(sb_context *ctx, const sb_situation *situation, const sb_hyperparameters *at, sb_constants *c)
{
    sb_status st = SB_OK;
    sb_config view;
    sb_system system = {0};
    sb_pilot pilot = {0};
    SB_TRY(sb_point_check(ctx, situation, at));
    SB_REQUIRE(isfinite(at->eta) && at->eta > 0.0, SB_EDOM, "training needs a learning rate > 0, not %g", at->eta);
    if (!situation->config) {
        SB_TRY(laws_by_hand(ctx, situation, at, c));
        goto done;
    }
    view = sb_point_config(situation->config, at);
    SB_TRY(sb_system_create(ctx, &view, &system));
    SB_TRY(sb_pilot_run(ctx, &system, at->eta, view.train.rounds, &pilot));
    SB_TRY(sb_pilot_complete(ctx, &pilot));
    for (int i = 0; i < situation->count; i++) sb_measured_constants(&pilot.measured, i, &c[i]);
    SB_TRY(initial_losses(ctx, situation, &system, c));
done:
    sb_pilot_free(&pilot);
    sb_system_free(&system);
    return st;
}

sb_status sb_situation_initial_loss(sb_context *ctx, const sb_situation *situation, const sb_hyperparameters *at, double *F0)
{
    sb_status st = SB_OK;
    sb_config view;
    sb_system system = {0};
    sb_number number;
    SB_REQUIRE(!sb_context_stopped(ctx), SB_EINTR, "stopped while choosing");
    SB_TRY(sb_point_check(ctx, situation, at));
    *F0 = situation->base[0].F0;
    if (!situation->config) goto done;
    view = sb_point_config(situation->config, at);
    SB_TRY(sb_system_create(ctx, &view, &system));
    const sb_mixture pooled = sb_data_pooled(&system.data);
    SB_TRY(sb_initial_loss(ctx, &system, &pooled, view.measure.samples, &number));
    *F0 = number.value;
done:
    sb_system_free(&system);
    return st;
}

sb_status sb_situation_irreducible_loss(sb_context *ctx, const sb_situation *situation, const sb_hyperparameters *at, double *loss)
{
    sb_status st = SB_OK;
    sb_config view;
    sb_data data = {0};
    sb_grid grid = {0};
    sb_exact exact = {0};
    SB_REQUIRE(!sb_context_stopped(ctx), SB_EINTR, "stopped while choosing");
    SB_TRY(sb_point_check(ctx, situation, at));
    *loss = NAN;
    if (!situation->config) goto done;
    view = sb_point_config(situation->config, at);
    SB_TRY(sb_data_create(ctx, &view, &data));
    SB_TRY(sb_grid_create(ctx, &view, &grid));
    const sb_mixture pooled = sb_data_pooled(&data);
    SB_TRY(sb_exact_compute(ctx, &pooled, &grid, view.measure.chain_samples, view.measure.confidence, view.seed,
                            data.distinct == 1 ? 0 : situation->count, &exact)); /* the streams of a survey's pooled law */
    *loss = -exact.C1.value;
done:
    sb_exact_free(&exact);
    sb_grid_free(&grid);
    sb_data_free(&data);
    return st;
}

sb_status sb_situation_config(sb_context *ctx, const sb_situation *situation, const sb_hyperparameters *at, sb_config *config)
{
    enum { LONGEST_NUMBER = 32 };
    sb_status st = SB_OK;
    char *yaml = NULL, T[LONGEST_NUMBER], delta[LONGEST_NUMBER], K[LONGEST_NUMBER], R[LONGEST_NUMBER], S[LONGEST_NUMBER],
         eta[LONGEST_NUMBER];
    *config = (sb_config){0};
    SB_REQUIRE(situation->config, SB_EINVAL, "constants given by hand are no configuration");
    SB_TRY(sb_point_check(ctx, situation, at));
    SB_REQUIRE(isfinite(at->eta) && at->eta > 0.0, SB_EDOM, "training needs a learning rate > 0, not %g", at->eta);
    snprintf(T, sizeof T, "%.17g", at->T);
    snprintf(delta, sizeof delta, "%.17g", at->delta);
    snprintf(K, sizeof K, "%.0f", at->K);
    snprintf(R, sizeof R, "%.0f", at->R);
    snprintf(S, sizeof S, "%.0f", at->S);
    snprintf(eta, sizeof eta, "%.17g", at->eta);
    const sb_override chosen[] = {
        {"diffusion.T", T},
        {"diffusion.delta", delta},
        {"diffusion.grid", sb_config_choice_name("diffusion.grid", (int)at->grid)},
        {"diffusion.K", K},
        {"diffusion.sampler", sb_config_choice_name("diffusion.sampler", (int)at->sampler)},
        {"train.rounds", R},
        {"train.local_steps", S},
        {"train.learning_rate", eta},
    };
    SB_TRY(sb_config_dump(ctx, situation->config, &yaml));
    SB_TRY(sb_config_parse(ctx, "the choice", yaml, strlen(yaml), sizeof chosen / sizeof *chosen, chosen, config));
done:
    free(yaml);
    return st;
}
