/* unet.c: the U-Net as a kind of model. */
#include "model/unet.h"

#include "base/memory.h"

#include <stdio.h>

static void unet_init(const sb_model *model, uint64_t seed, double *theta)
{
    const sb_unet_design *design = model->impl;
    sb_net_initialise(&design->net, seed, theta);
}

static void unet_destroy(sb_model *model)
{
    sb_unet_design *design = model->impl;
    if (!design) return;
    sb_unet_design_free(design);
    sb_free(design);
}

/* Takes over the design's arrays. */
static sb_status set_up(sb_context *ctx, sb_unet_design *design, sb_model *model)
{
    sb_status st = SB_OK;
    sb_unet_design *own = NULL;
    SB_CALLOC(own, 1);
    model->impl = own;
    *own = *design;
    *design = (sb_unet_design){0};
    model->D = own->net.D;
    model->products = sb_net_products(&own->net);
    model->room[0] = own->net.plan[SB_NET_SECOND_ORDER].room;
    model->room[1] = own->net.plan[SB_NET_FIRST_ORDER].room;
    snprintf(model->title, sizeof model->title, "unet, D = %zu", model->D);
done:
    sb_unet_design_free(design);
    return st;
}

static sb_status unet_create(sb_context *ctx, const sb_config *config, const sb_data *data, sb_model *model)
{
    sb_status st = SB_OK;
    sb_unet_design design = {0};
    SB_TRY(sb_unet_design_create(ctx, config, data, model->grid, &design));
    SB_TRY(set_up(ctx, &design, model));
    snprintf(model->title, sizeof model->title, "unet %dx%d, D = %zu", config->model.depth, config->model.width, model->D);
done:
    sb_unet_design_free(&design);
    return st;
}

sb_status sb_unet_create(sb_context *ctx, sb_unet_design *design, const sb_grid *grid, sb_model **model)
{
    sb_status st = SB_OK;
    SB_TRY(sb_model_new(ctx, &sb_model_unet, design->d, grid, model));
    SB_TRY(set_up(ctx, design, *model));
done:
    sb_unet_design_free(design);
    if (st != SB_OK) {
        sb_model_free(*model);
        *model = NULL;
    }
    return st;
}

const sb_model_kind sb_model_unet = {
    .name = "unet",
    .passes = SB_MODEL_UNET,
    .linear = 0,
    .create = unet_create,
    .destroy = unet_destroy,
    .init = unet_init,
};
