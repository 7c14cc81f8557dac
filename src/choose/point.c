/* point.c: a point in the space of choices, as a configuration and as constants. */
#include "choose/situation_parts.h"

#include "base/random.h"
#include "measure/exact.h"
#include "measure/grid_steps.h"

#include <math.h>

static int is_count(double x, double most)
{
    return x >= 1.0 && x <= most && x == rint(x);
}

sb_status sb_point_check(sb_context *ctx, const sb_situation *situation, const sb_hyperparameters *at)
{
    sb_status st = SB_OK;
    const double most_R = situation->config ? SB_MAX_ROUNDS : INFINITY, most_S = situation->config ? 1 << 20 : INFINITY;
    SB_REQUIRE(isfinite(at->T) && at->delta > 0.0 && at->delta < at->T, SB_EDOM,
               "a grid needs 0 < delta < T, not delta = %g and T = %g", at->delta, at->T);
    SB_REQUIRE(!(at->K > SB_LONGEST_GRID), SB_ERANGE, "a grid of K = %g steps is longer than any that is looked at (%g)", at->K,
               SB_LONGEST_GRID);
    SB_REQUIRE(is_count(at->K, SB_LONGEST_GRID), SB_EDOM, "K = %g is not a number of steps", at->K);
    SB_REQUIRE(is_count(at->R, most_R), SB_EDOM, "R = %g is not a number of rounds from 1 to %g", at->R, most_R);
    SB_REQUIRE(is_count(at->S, most_S), SB_EDOM, "S = %g is not a number of local steps from 1 to %g", at->S, most_S);
done:
    return st;
}

static void put_grid(const sb_hyperparameters *at, sb_config *config)
{
    config->diffusion.T = at->T;
    config->diffusion.delta = at->delta;
    config->diffusion.grid = at->grid;
    config->diffusion.K = (int)at->K;
    config->diffusion.kappa = 0.0;
}

sb_status sb_point_grid(sb_context *ctx, const sb_hyperparameters *at, sb_grid *grid)
{
    sb_config config = {0};
    put_grid(at, &config);
    return sb_grid_create(ctx, &config, grid);
}

sb_config sb_point_config(const sb_config *config, const sb_hyperparameters *at)
{
    sb_config view = *config;
    put_grid(at, &view);
    view.diffusion.sampler = at->sampler;
    view.train.rounds = (int)at->R;
    view.train.local_steps = (int)at->S;
    if (!isnan(at->eta)) {
        view.train.rule = SB_RATE_GIVEN;
        view.train.learning_rate = at->eta;
    }
    return view;
}

void sb_point_constants(const sb_hyperparameters *at, const sb_grid *grid, sb_constants *c)
{
    const sb_grid_steps steps = sb_grid_steps_of(grid, at->sampler);
    c->T = grid->T;
    c->K = grid->K;
    c->kappa = grid->kappa;
    c->delta = grid->delta;
    c->eta = at->eta;
    c->R = at->R;
    c->S = at->S;
    c->h = steps.h;
    c->step2 = steps.step2;
    c->sampler_bias = steps.sampler_bias;
    c->U = sb_discretisation_U(grid, (int)c->d, c->M2);
    c->B_bound = sb_discretisation_B_bound(grid, (int)c->d);
}
