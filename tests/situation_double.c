/* situation_double.c: constants by hand without any check, and no remark: stands in for src/choose/situation.c and remark.c. */
#include "choose/selection.h"

#include "base/memory.h"
#include "diffusion/grid.h"
#include "measure/exact.h"

#include <math.h>

sb_status sb_situation_by_hand(sb_context *ctx, const sb_constants *given, sb_situation *situation)
{
    sb_status st = SB_OK;
    *situation = (sb_situation){.count = 1, .K_budget = given->K, .steps_budget = given->R * given->S, .M2_largest = given->M2};
    SB_ALLOC(situation->n, 1);
    SB_ALLOC(situation->base, 1);
    situation->n[0] = -1;
    situation->base[0] = *given;
done:
    return st;
}

void sb_situation_free(sb_situation *situation)
{
    sb_free(situation->n);
    sb_free(situation->base);
    *situation = (sb_situation){0};
}

sb_status sb_situation_laws(sb_context *ctx, const sb_situation *situation, const sb_hyperparameters *at, sb_constants *c)
{
    sb_status st = SB_OK;
    sb_grid grid = {0};
    sb_config config = {0};
    config.diffusion.T = at->T;
    config.diffusion.delta = at->delta;
    config.diffusion.grid = at->grid;
    config.diffusion.K = (int)at->K;
    SB_TRY(sb_grid_create(ctx, &config, &grid));
    *c = situation->base[0];
    c->T = at->T, c->K = grid.K, c->kappa = grid.kappa, c->delta = at->delta, c->eta = at->eta, c->R = at->R, c->S = at->S;
    c->U = sb_discretisation_U(&grid, (int)c->d, situation->M2_largest);
    c->B_bound = sb_discretisation_B_bound(&grid, (int)c->d);
    c->sampler_bias = c->h = c->step2 = 0.0;
    for (int k = 0; k < grid.K; k++) {
        const double g = grid.gamma[k], b = 0.5 * (1.0 + exp(-g));
        c->h = fmax(c->h, g);
        c->step2 += g * g;
        if (at->sampler == SB_SAMPLER_EXPONENTIAL) c->sampler_bias += 2.0 * tanh(0.5 * g) * (1.0 - b) * (1.0 - b);
    }
done:
    sb_grid_free(&grid);
    return st;
}

sb_status sb_situation_pilot(sb_context *ctx, const sb_situation *situation, const sb_hyperparameters *at, sb_constants *c)
{
    return sb_situation_laws(ctx, situation, at, c);
}

sb_status sb_choose_remark(sb_context *ctx, const sb_situation *situation, sb_selection_kind kind, sb_selection *selection)
{
    (void)ctx, (void)situation;
    *selection = (sb_selection){.kind = kind, .promise = {.sum = NAN}};
    return SB_OK;
}
