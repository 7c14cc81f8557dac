/* mlp_design.c: the constants of the mlp's parametrisation, all in one place.
 *
 * They are chosen so that plain gradient descent with one step size learns the score fast: Lemma 4.6 ties eta to the largest
 * curvature L, so a direction is learned within R rounds only if its curvature is not much below L.
 *   in_k, c_k, tau_k   are those of times.h
 *   shift              takes silu's mean off: a common mean of all features would be the direction of largest curvature
 * Weights are standard normal at theta_0 and carry their scale as a factor, which sets how far a step moves each layer. */
#include "model/mlp.h"

#include "base/memory.h"
#include "model/times.h"

#include <math.h>

enum { EMBEDDING = 1 }; /* E: tau alone */

/* E silu(z) for a standard normal z. */
static const double SILU_MEAN = 0.20662096414190;

static sb_mlp_factors factors(int d, int width, double unit)
{
    return (sb_mlp_factors){
        .input = unit * 1.5 * sqrt(2.0 / d), /* rows of length sqrt(d): preactivations of variance 4.5 from y */
        .input_bias = unit * 0.5,
        .hidden = unit * 0.8 / sqrt(width),
        .hidden_bias = unit * 0.5,
        .branch = 1.0,
        .output = unit * 1.0 / sqrt(width),
        .output_bias = unit * 0.2,
        .shift = SILU_MEAN,
    };
}

sb_status sb_mlp_design_create(sb_context *ctx, const sb_config *config, const sb_data *data, const sb_grid *grid,
                               sb_mlp_design *design)
{
    sb_status st = SB_OK;
    const double unit = config->model.unit;
    sb_time_factors times = {0};
    *design = (sb_mlp_design){
        .d = data->d,
        .width = config->model.width,
        .depth = config->model.depth,
        .embedding = EMBEDDING,
        .K = grid->K,
        .init_scale = config->model.init_scale,
        .unit = unit,
        .factor = factors(data->d, config->model.width, unit),
    };
    SB_ALLOC(design->emb, (size_t)grid->K * EMBEDDING);
    SB_ALLOC(design->in, grid->K);
    SB_ALLOC(design->c, grid->K);
    SB_ALLOC(design->base, grid->K);
    SB_TRY(sb_time_factors_create(ctx, data, grid, &times));
    for (int k = 0; k < grid->K; k++) {
        design->emb[k] = times.tau[k] * unit / design->factor.input;
        design->in[k] = times.in[k];
        design->c[k] = times.c[k];
        design->base[k] = 0.0;
    }
done:
    sb_time_factors_free(&times);
    return st;
}

void sb_mlp_design_free(sb_mlp_design *design)
{
    sb_free(design->emb);
    sb_free(design->in);
    sb_free(design->c);
    sb_free(design->base);
    *design = (sb_mlp_design){0};
}
