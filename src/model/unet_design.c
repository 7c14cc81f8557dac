/* unet_design.c: the product's U-Net: its structure and its constants (what a norm adds to a variance stands in net.c).
 *
 *     x0   = conv(in_k y)                                          width channels; at every lower resolution 2 width
 *     down: at each resolution `blocks` blocks, then the mean of 2x2 pixels; what leaves each block is kept for the way up
 *     lowest: `blocks` blocks; with attention: then attention, and `blocks` more
 *     up:   at each resolution pixels are spread, then `blocks` blocks, each of what came so far joined with what was kept
 *     out  = conv(silu(norm(x)))
 *     block: x -> skip(x) + branch conv(silu(norm(conv(silu(norm(x))) + e)))        skip is a 1x1 conv where channels differ
 *     e    = W_block t + b_block everywhere,  t = silu(W_2 silu(W_1 emb_k + b_1) + b_2)
 *
 * Weights are standard normal at theta_0 and carry their scale as a factor, 1/sqrt(inputs of one sum), so that one step length suits
 * all layers and pruning by size sees them alike; the last conv starts at 0. rho and shift bring silu of a standard normal to mean 0
 * and variance 1. */
#include "model/unet.h"

#include "base/memory.h"
#include "model/times.h"

#include <limits.h>
#include <math.h>

enum { EMBEDDING = 8, GROUPS = 8, GROUP_LEAST = 16, BLOCK_NODES = 9, OTHER_NODES = 16 };

static const double SILU_MEAN = 0.20662096414190, SILU_SCALE = 1.787228;
static const double BIAS = 0.2, GAIN = 0.2, BRANCH = 0.5;

/* A network under construction. */
typedef struct {
    sb_net *net;
    const sb_unet_shape *shape;
    int t; /* the node that gives the time's features */
} builder;

static sb_weights weights(const builder *b, double inputs, double factor)
{
    return (sb_weights){factor / sqrt(inputs), BIAS, b->shape->init_scale};
}

static int conv(const builder *b, int x, int out, int kernel, double factor, int residual, int everywhere)
{
    const int in = b->net->node[x].shape.channels;
    return sb_net_conv(b->net, x, out, kernel, weights(b, (double)in * kernel * kernel, factor), residual, everywhere);
}

static int layer(const builder *b, int x, int out)
{
    return sb_net_layer(b->net, x, out, weights(b, b->net->node[x].shape.channels, 1.0));
}

static int silu(const builder *b, int x)
{
    return sb_net_silu(b->net, x, SILU_SCALE, SILU_MEAN);
}

/* The largest divisor of the channels up to GROUPS that leaves GROUP_LEAST numbers to a group: the deviations of fewer say little. */
static int groups_of(sb_image_shape x)
{
    int groups = x.channels < GROUPS ? x.channels : GROUPS;
    while (groups > 1 && (x.channels % groups || sb_image_dimension(x) / groups < GROUP_LEAST)) groups--;
    return groups;
}

static int norm(const builder *b, int x)
{
    return sb_net_norm(b->net, x, groups_of(b->net->node[x].shape), GAIN, BIAS);
}

static int block(const builder *b, int x, int out)
{
    const int e = layer(b, b->t, out);
    const int h = conv(b, silu(b, norm(b, x)), out, 3, 1.0, -1, e);
    const int skip = b->net->node[x].shape.channels == out ? x : conv(b, x, out, 1, 1.0, -1, -1);
    return conv(b, silu(b, norm(b, h)), out, 3, BRANCH, skip, -1);
}

static int attention(const builder *b, int x)
{
    const int z = norm(b, x), channels = b->net->node[x].shape.channels;
    const int q = conv(b, z, channels, 1, 1.0, -1, -1), k = conv(b, z, channels, 1, 1.0, -1, -1),
              v = conv(b, z, channels, 1, 1.0, -1, -1);
    return conv(b, sb_net_attention(b->net, q, k, v), channels, 1, BRANCH, x, -1);
}

static int features_of_time(const builder *b, int embedding)
{
    const int hidden = 2 * b->shape->width;
    return silu(b, layer(b, silu(b, layer(b, sb_net_time(b->net, embedding), hidden)), hidden));
}

static int channels_at(const sb_unet_shape *shape, int level)
{
    return level == 0 ? shape->width : 2 * shape->width;
}

/* Numbers in the network's largest array, for one sample: joined channels at full resolution, or attention's pairs of pixels. */
static double largest_array(const sb_unet_shape *shape)
{
    const double pixels = (double)shape->image.height * shape->image.width, lowest = ldexp(pixels, -2 * (shape->depth - 1));
    const double channels = shape->depth > 1 ? 3.0 * shape->width : shape->width;
    return fmax(pixels * fmax(channels, shape->image.channels), shape->attention ? lowest * lowest : 0.0);
}

sb_status sb_unet_network(sb_context *ctx, const sb_unet_shape *shape, int embedding, sb_net *net)
{
    sb_status st = SB_OK;
    const sb_image_shape image = shape->image;
    const int depth = shape->depth, blocks = shape->blocks;
    int *kept = NULL, count = 0;
    *net = (sb_net){0};
    SB_REQUIRE(depth < 30 && image.height % (1 << (depth - 1)) == 0 && image.width % (1 << (depth - 1)) == 0, SB_EUSER,
               "a U-Net of depth %d halves the sides of images %d times, but they are %dx%d pixels", depth, depth - 1, image.height,
               image.width);
    SB_REQUIRE(largest_array(shape) <= INT_MAX, SB_EUSER,
               "a U-Net of width %d and depth %d for images of %dx%d pixels has arrays of %.0f numbers; at most %d are possible",
               shape->width, depth, image.height, image.width, largest_array(shape), INT_MAX);
    SB_ALLOC(kept, (size_t)depth * (size_t)blocks);
    SB_TRY(sb_net_create(ctx, 2 * (depth + 1) * (blocks * BLOCK_NODES + 2) + OTHER_NODES, shape->unit, net));
    builder b = {.net = net, .shape = shape};
    b.t = features_of_time(&b, embedding);
    int x = conv(&b, sb_net_input(net, image), shape->width, 3, 1.0, -1, -1);
    for (int level = 0; level < depth; level++) {
        if (level) x = sb_net_pool(net, x);
        for (int i = 0; i < blocks; i++) x = kept[count++] = block(&b, x, channels_at(shape, level));
    }
    count -= blocks;
    if (shape->attention) {
        x = attention(&b, x);
        for (int i = 0; i < blocks; i++) x = block(&b, x, channels_at(shape, depth - 1));
    }
    for (int level = depth - 2; level >= 0; level--) {
        x = sb_net_spread(net, x);
        for (int i = 0; i < blocks; i++) x = block(&b, sb_net_join(net, x, kept[--count]), channels_at(shape, level));
    }
    x = silu(&b, norm(&b, x));
    sb_net_conv(net, x, image.channels, 3, (sb_weights){1.0 / sqrt(9.0 * net->node[x].shape.channels), BIAS, 0.0}, -1, -1);
    SB_TRY(sb_net_finish(ctx, net));
done:
    sb_free(kept);
    if (st != SB_OK) sb_net_free(net);
    return st;
}

/* tau and cosines of the time, each of mean square about 1. */
static void embed(const sb_time_factors *times, int K, double *emb)
{
    for (int k = 0; k < K; k++) {
        const double place = 0.5 * (times->tau[k] / sqrt(3.0) + 1.0); /* in [0,1] */
        emb[k * EMBEDDING] = times->tau[k];
        for (int j = 1; j < EMBEDDING; j++) emb[k * EMBEDDING + j] = sqrt(2.0) * cos(j * acos(-1.0) * place);
    }
}

sb_status sb_unet_design_create(sb_context *ctx, const sb_config *config, const sb_data *data, const sb_grid *grid,
                                sb_unet_design *design)
{
    sb_status st = SB_OK;
    const sb_unet_shape shape = {
        .image = data->image,
        .width = config->model.width,
        .depth = config->model.depth,
        .blocks = config->model.blocks,
        .attention = config->model.attention,
        .init_scale = config->model.init_scale,
        .unit = config->model.unit,
    };
    sb_time_factors times = {0};
    *design = (sb_unet_design){.d = data->d, .embedding = EMBEDDING, .K = grid->K};
    SB_REQUIRE(sb_image_dimension(data->image) == data->d && data->d > 0, SB_EUSER,
               "'model.kind: unet' is a model of images; the data are points of dimension %d", data->d);
    SB_TRY(sb_unet_network(ctx, &shape, EMBEDDING, &design->net));
    SB_ALLOC(design->emb, (size_t)grid->K * EMBEDDING);
    SB_ALLOC(design->in, grid->K);
    SB_ALLOC(design->c, grid->K);
    SB_ALLOC(design->base, grid->K);
    SB_TRY(sb_time_factors_create(ctx, data, grid, &times));
    embed(&times, grid->K, design->emb);
    for (int k = 0; k < grid->K; k++) {
        design->in[k] = times.in[k];
        design->c[k] = times.rest[k];
        design->base[k] = times.linear[k];
    }
done:
    sb_time_factors_free(&times);
    if (st != SB_OK) sb_unet_design_free(design);
    return st;
}

void sb_unet_design_free(sb_unet_design *design)
{
    sb_net_free(&design->net);
    sb_free(design->emb);
    sb_free(design->in);
    sb_free(design->c);
    sb_free(design->base);
    *design = (sb_unet_design){0};
}
