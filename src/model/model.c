#include "model/kind.h"

#include "base/memory.h"

#include <string.h>

static const sb_model_kind *const kinds[] = {
    [SB_MODEL_EXACT] = &sb_model_exact,
    [SB_MODEL_AFFINE] = &sb_model_affine,
    [SB_MODEL_FOURIER] = &sb_model_fourier,
    [SB_MODEL_MLP] = &sb_model_mlp,
    [SB_MODEL_UNET] = &sb_model_unet,
};

sb_status sb_model_new(sb_context *ctx, const sb_model_kind *kind, int d, const sb_grid *grid, sb_model **model)
{
    sb_status st = SB_OK;
    *model = NULL;
    sb_model *m;
    SB_CALLOC(m, 1);
    *m = (sb_model){.kind = kind, .grid = grid, .d = d};
    *model = m;
done:
    return st;
}

sb_status sb_model_create(sb_context *ctx, const sb_config *config, const sb_data *data, const sb_grid *grid, sb_model **model)
{
    sb_status st = SB_OK;
    const unsigned kind = config->model.kind;
    *model = NULL;
    SB_REQUIRE(kind < sizeof kinds / sizeof *kinds, SB_EINVAL, "no model of kind %u", kind);
    SB_TRY(sb_model_new(ctx, kinds[kind], data->d, grid, model));
    SB_TRY(kinds[kind]->create(ctx, config, data, *model));
done:
    if (st != SB_OK) {
        sb_model_free(*model);
        *model = NULL;
    }
    return st;
}

void sb_model_free(sb_model *model)
{
    if (!model) return;
    model->kind->destroy(model);
    sb_free(model);
}

size_t sb_model_parameters(const sb_model *model)
{
    return model->D;
}

double sb_model_products(const sb_model *model)
{
    return model->products > 0.0 ? model->products : (double)model->D;
}

int sb_model_is_linear(const sb_model *model)
{
    return model->kind->linear;
}

int sb_model_dimension(const sb_model *model)
{
    return model->d;
}

const char *sb_model_title(const sb_model *model)
{
    return model->title;
}

void sb_model_init(const sb_model *model, uint64_t seed, double *theta)
{
    if (model->kind->init) model->kind->init(model, seed, theta);
    else memset(theta, 0, model->D * sizeof *theta);
}

int sb_model_lanes(const sb_model *model)
{
    return model->lanes;
}

int sb_model_narrows(const sb_model *model)
{
    return model->kind == &sb_model_mlp;
}

void sb_model_width_mask(const sb_model *model, const unsigned char *lane, unsigned char *mask)
{
    memset(mask, 1, model->D);
    if (model->kind->width_mask) model->kind->width_mask(model, lane, mask);
}
