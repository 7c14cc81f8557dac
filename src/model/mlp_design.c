/* mlp_design.c: the constants of the mlp's parametrisation, all in one place. */
#include "model/mlp.h"

#include "base/memory.h"

#include <math.h>

enum { EMBEDDING = 16 }; /* E */

/* The factors in front of weights and biases. They may depend on the shape; effective weights always start with variance
 * init_scale^2/fan_in, so a factor only sets how far a step of gradient descent moves its layer. */
static sb_mlp_factors factors(int d, int width, int depth)
{
    (void)d, (void)width, (void)depth;
    return (sb_mlp_factors){
        .input = 1.0,
        .input_bias = 1.0,
        .hidden = 1.0,
        .hidden_bias = 1.0,
        .branch = 1.0,
        .output = 1.0,
        .output_bias = 1.0,
        .shift = 0.0,
    };
}

/* Half the logarithm of the signal-to-noise ratio at u_k. */
static double half_log_snr(const sb_grid *grid, int k)
{
    return -grid->u[k] - 0.5 * log(grid->sigma2[k]);
}

/* emb_k: cosines 1..E of half log-snr, mapped to [0,pi] over the grid; orthogonal on a log-snr grid. */
static void embed(const sb_grid *grid, int k, double *emb)
{
    const double low = half_log_snr(grid, 0), high = half_log_snr(grid, grid->K);
    const double angle = M_PI * (half_log_snr(grid, k) - low) / (high - low);
    for (int e = 0; e < EMBEDDING; e++) emb[e] = cos((e + 1) * angle);
}

sb_status sb_mlp_design_create(sb_context *ctx, const sb_config *config, int d, const sb_grid *grid, sb_mlp_design *design)
{
    sb_status st = SB_OK;
    *design = (sb_mlp_design){
        .d = d,
        .width = config->model.width,
        .depth = config->model.depth,
        .embedding = EMBEDDING,
        .K = grid->K,
        .init_scale = config->model.init_scale,
        .factor = factors(d, config->model.width, config->model.depth),
    };
    SB_ALLOC(design->emb, (size_t)grid->K * EMBEDDING);
    SB_ALLOC(design->c, grid->K);
    SB_ALLOC(design->base, grid->K);
    for (int k = 0; k < grid->K; k++) {
        embed(grid, k, design->emb + (size_t)k * EMBEDDING);
        design->c[k] = 1.0 / sqrt(grid->sigma2[k]);
        design->base[k] = 0.0;
    }
done:
    return st;
}

void sb_mlp_design_free(sb_mlp_design *design)
{
    sb_free(design->emb);
    sb_free(design->c);
    sb_free(design->base);
    *design = (sb_mlp_design){0};
}
