/* mlp.h: the network as a formula with constants, and those that the product uses. Only for this room and its tests.
 *
 *     x   = [in_k y; emb_k]                                   in, emb (E), c, base: tables over k, times lie on the grid
 *     h_1 = act(input W_1 x + input_bias b_1)                 act(z) = silu(z) - shift
 *     h_l = h_{l-1} + branch act(hidden W_l h_{l-1} + hidden_bias b_l),   l = 2..depth
 *     s   = base_k y + c_k (output W_o h_depth + output_bias b_o)
 *
 *     theta = W_1 (width,d+E), b_1 (width), W_2 (width,width), b_2, ..., W_o (d,width), b_o (d); matrices row by row. */
#ifndef SB_MODEL_MLP_H
#define SB_MODEL_MLP_H

#include "model/kind.h"

typedef struct {
    double input, input_bias, hidden, hidden_bias, branch, output, output_bias, shift;
} sb_mlp_factors;

typedef struct {
    int d, width, depth, embedding, K; /* embedding: E */
    double init_scale, unit; /* unit: theta_0 is divided by it; the factors must contain it */
    sb_mlp_factors factor;
    double *emb;           /* (K,E) */
    double *in, *c, *base; /* (K) */
} sb_mlp_design;

/* sb_mlp_design_create: the product's choice for a configuration and grid; all its constants are in mlp_design.c. */
sb_status sb_mlp_design_create(sb_context *ctx, const sb_config *config, const sb_data *data, const sb_grid *grid,
                               sb_mlp_design *design);
void sb_mlp_design_free(sb_mlp_design *design);

/* sb_mlp_initialise: theta_0 (D) of a design. */
void sb_mlp_initialise(const sb_mlp_design *design, uint64_t seed, double *theta);

/* sb_mlp_layer: layer l of 0..depth (the output) of the network with `width` neurons in each hidden layer and the factors of this one;
 * sb_mlp_parameters: its D. */
sb_layer sb_mlp_layer(const sb_mlp_design *design, int width, int l);
size_t sb_mlp_parameters(const sb_mlp_design *design, int width);

/* sb_mlp_create: a model of any design, whose arrays it takes over (also on failure) and empties *design. */
sb_status sb_mlp_create(sb_context *ctx, sb_mlp_design *design, const sb_grid *grid, sb_model **model);

#endif
