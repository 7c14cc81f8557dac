/* unet.h: the U-Net: a network of nodes (net.h) between the factors of the time,
 *     s = base_k y + c_k net(in_k y, emb_k),
 * and the network that the product uses. Only for this room and its tests. */
#ifndef SB_MODEL_UNET_H
#define SB_MODEL_UNET_H

#include "model/net.h"

typedef struct {
    int d, embedding, K;   /* embedding: E */
    double *emb;           /* (K,E) */
    double *in, *c, *base; /* (K) */
    sb_net net;
} sb_unet_design;

/* The shape of the product's network; its structure and constants are in unet_design.c. */
typedef struct {
    sb_image_shape image;
    int width, depth, blocks, attention;
    double init_scale, unit;
} sb_unet_shape;

/* sb_unet_network: SB_EUSER where the sides of the image cannot be halved depth - 1 times, or an array would have
 * more than INT_MAX numbers for one sample. `embedding` numbers of the time enter. */
sb_status sb_unet_network(sb_context *ctx, const sb_unet_shape *shape, int embedding, sb_net *net);

/* sb_unet_design_create: the product's choice for a configuration and grid. SB_EUSER also where the data are no images. */
sb_status sb_unet_design_create(sb_context *ctx, const sb_config *config, const sb_data *data, const sb_grid *grid,
                                sb_unet_design *design);
void sb_unet_design_free(sb_unet_design *design);

/* sb_unet_create: a model of any design, whose arrays it takes over (also on failure) and empties *design. */
sb_status sb_unet_create(sb_context *ctx, sb_unet_design *design, const sb_grid *grid, sb_model **model);

#endif
