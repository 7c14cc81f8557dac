#include "moving_situation.h"

#include "bounds/bounds.h"
#include "diffusion/grid.h"
#include "measure/exact.h"

void moving_situation_fill(moving_situation *moving, int with_mu)
{
    sb_constants c;
    sb_constants_clear(&c);
    c.N = 7.0, c.S = 3.0, c.R = 401.0, c.d = 5.0, c.delta = 0.0371, c.L = 1.731, c.w2 = 0.0117, c.sigma1 = 0.613, c.sigma2 = 0.077;
    c.Gamma = 5.0, c.F0 = 9.47, c.Fn0 = 9.61, c.M2 = 41.9, c.C1 = -2.87, c.dtheta = 0.271;
    c.G = c.theta2 = c.fisher = 0.0, c.prune2 = c.Gamma;
    if (with_mu) c.mu = 0.293, c.Fstar = 2.93;
    *moving = (moving_situation){.n = {3, 8}, .base = {c, c}};
    moving->base[1].Fn0 = 10.03;
    moving->situation = (sb_situation){.config = &moving->config,
                                       .count = MOVING_WORKERS,
                                       .n = moving->n,
                                       .base = moving->base,
                                       .K_budget = 60.0,
                                       .steps_budget = 1204.0, /* one more than 401 rounds of 3 */
                                       .M2_largest = 41.9};
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
    for (int i = 0; i < situation->count; i++) {
        c[i] = situation->base[i];
        c[i].T = at->T, c[i].K = grid.K, c[i].kappa = grid.kappa, c[i].eta = at->eta, c[i].R = at->R, c[i].S = at->S;
        c[i].U = sb_discretisation_U(&grid, (int)c[i].d, c[i].M2);
        c[i].B_bound = sb_discretisation_B_bound(&grid, (int)c[i].d);
        c[i].D_sum = 0.9 * c[i].U;
        c[i].B_sum = 0.9 * c[i].B_bound;
        c[i].kl_init = 0.05;
        c[i].sampler_bias = 0.0;
    }
done:
    sb_grid_free(&grid);
    return st;
}

sb_status sb_situation_pilot(sb_context *ctx, const sb_situation *situation, const sb_hyperparameters *at, sb_constants *c)
{
    sb_status st = SB_OK;
    SB_TRY(sb_situation_laws(ctx, situation, at, c));
    for (int i = 0; i < situation->count; i++) {
        const sb_constants *base = &situation->base[i];
        c[i].L = base->L + base->G * at->eta + base->theta2 / at->eta;
        c[i].Gamma = base->prune2;
        c[i].Fn0 = base->Fn0 + base->fisher * at->T;
        c[i].FR = 0.7 * base->F0;
        c[i].dtheta = 0.3;
        c[i].chain_score = 0.2 + 0.1 * i;
    }
done:
    return st;
}
