/* mlp.c: time embedding, SiLU, residual layers: where the parameters lie, and which of them are whose. mlp.h has the formulas,
 * mlp_design.c the constants, mlp_passes.c the passes. */
#include "model/mlp.h"

#include "base/memory.h"

#include <stdio.h>

sb_layer sb_mlp_layer(const sb_mlp_design *design, int width, int l)
{
    const sb_mlp_factors *f = &design->factor;
    const int inputs = design->d + design->embedding;
    const size_t first = (size_t)width * (inputs + 1), hidden = (size_t)width * (width + 1);
    sb_layer m = {width, width, 0, 0, f->hidden, f->hidden_bias};
    if (l == 0) m = (sb_layer){inputs, width, 0, 0, f->input, f->input_bias};
    if (l == design->depth) m = (sb_layer){width, design->d, 0, 0, f->output, f->output_bias};
    if (l > 0) m.W = first + (size_t)(l - 1) * hidden;
    m.b = m.W + (size_t)m.out * m.in;
    return m;
}

size_t sb_mlp_parameters(const sb_mlp_design *design, int width)
{
    const sb_layer out = sb_mlp_layer(design, width, design->depth);
    return out.b + (size_t)out.out;
}

static void mlp_init(const sb_model *model, uint64_t seed, double *theta)
{
    sb_mlp_initialise(model->impl, seed, theta);
}

/* Lane j is neuron j of every hidden layer: its rows, its columns in the next layer, its bias. Without them z_j = 0 and the neuron
 * holds act(0) = -shift times a constant; its column of W_o is masked too, so s is that of the smaller network (with the factors of
 * this one) whatever the shift. */
static void mlp_width_mask(const sb_model *model, const unsigned char *lane, unsigned char *mask)
{
    const sb_mlp_design *design = model->impl;
    for (int l = 0; l <= design->depth; l++) {
        const sb_layer m = sb_mlp_layer(design, design->width, l);
        const int rows_pruned = l<design->depth, columns_pruned = l> 0;
        for (int i = 0; i < m.out; i++) {
            const int row = !rows_pruned || lane[i];
            for (int j = 0; j < m.in; j++) mask[m.W + (size_t)i * m.in + j] = row && (!columns_pruned || lane[j]);
            mask[m.b + i] = row;
        }
    }
}

static void mlp_destroy(sb_model *model)
{
    sb_mlp_design *design = model->impl;
    if (!design) return;
    sb_mlp_design_free(design);
    sb_free(design);
}

/* Takes over the design's arrays. */
static sb_status set_up(sb_context *ctx, sb_mlp_design *design, sb_model *model)
{
    sb_status st = SB_OK;
    sb_mlp_design *own = NULL;
    SB_CALLOC(own, 1);
    model->impl = own;
    *own = *design;
    *design = (sb_mlp_design){0};
    model->D = sb_mlp_parameters(own, own->width);
    model->lanes = own->width;
    snprintf(model->title, sizeof model->title, "mlp %dx%d, D = %zu", own->depth, own->width, model->D);
done:
    sb_mlp_design_free(design);
    return st;
}

static sb_status mlp_create(sb_context *ctx, const sb_config *config, const sb_data *data, sb_model *model)
{
    sb_status st = SB_OK;
    sb_mlp_design design = {0};
    SB_TRY(sb_mlp_design_create(ctx, config, data, model->grid, &design));
    SB_TRY(set_up(ctx, &design, model));
done:
    sb_mlp_design_free(&design);
    return st;
}

sb_status sb_mlp_create(sb_context *ctx, sb_mlp_design *design, const sb_grid *grid, sb_model **model)
{
    sb_status st = SB_OK;
    SB_TRY(sb_model_new(ctx, &sb_model_mlp, design->d, grid, model));
    SB_TRY(set_up(ctx, design, *model));
done:
    sb_mlp_design_free(design);
    if (st != SB_OK) {
        sb_model_free(*model);
        *model = NULL;
    }
    return st;
}

const sb_model_kind sb_model_mlp = {
    .name = "mlp",
    .passes = SB_MODEL_MLP,
    .linear = 0,
    .create = mlp_create,
    .destroy = mlp_destroy,
    .init = mlp_init,
    .width_mask = mlp_width_mask,
};
