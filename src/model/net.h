/* net.h: a network as a list of nodes. Each node gives one array of features, made of what earlier nodes give; the passes of
 * net_passes.c walk along the list. Only for this room and its tests.
 *
 *   input      in_k y, an image                                      time       emb_k, a vector
 *   conv       alpha Wt*x + beta b   (+ residual)   (+ e everywhere) layer      alpha W x + beta b
 *   norm       group normalisation, gain 1 + alpha theta_gain        silu       rho (silu(x) - shift)
 *   pool       means of 2x2 pixels                                   spread     each pixel four times
 *   join       the channels of x, then those of y
 *   attention  v softmax(q'k/sqrt(channels))', one head: every pixel of q looks at all pixels of k */
#ifndef SB_MODEL_NET_H
#define SB_MODEL_NET_H

#include "model/kind.h"
#include "model/net_plan.h"

typedef enum {
    SB_NODE_INPUT,
    SB_NODE_TIME,
    SB_NODE_CONV,
    SB_NODE_LAYER,
    SB_NODE_NORM,
    SB_NODE_SILU,
    SB_NODE_POOL,
    SB_NODE_SPREAD,
    SB_NODE_JOIN,
    SB_NODE_ATTENTION,
    SB_NODE_KINDS
} sb_node_kind;

enum { SB_NODE_SOURCES = 3 }; /* conv: x, residual, e; join: x, y; attention: q, k, v */

typedef struct {
    sb_node_kind kind;
    int from[SB_NODE_SOURCES];           /* earlier nodes; -1: none */
    unsigned char keep[SB_NODE_SOURCES]; /* derivatives go back from the last node to the first: another has written there before */
    int fixed;                           /* does not depend on theta */
    sb_image_shape shape;                /* of what it gives; a vector has one pixel */
    double deviation;                    /* of the weights at theta_0 */
    union {
        sb_conv conv;
        sb_layer layer;
        sb_norm norm;
        struct {
            double rho, shift;
        } silu;
    };
} sb_node;

struct sb_net {
    int count, room;
    sb_node *node; /* (room) */
    size_t D;
    double unit; /* theta is stored in this unit */
    sb_net_plan plan[SB_NET_USES];
};

/* Factors and start of the weights W and b of a conv or layer: W ~ deviation N(0,1) and b = 0 at theta_0. */
typedef struct {
    double alpha, beta, deviation;
} sb_weights;

/* sb_net_create: an empty network for at most `room` nodes.
 * The following add a node and return its number, `residual` and `everywhere` -1 for none. Sources must have fitting shapes, and norm,
 * silu, pool, spread, join and attention such that depend on theta.
 * sb_net_finish: the last node gives the network's output; then nothing may be added. */
sb_status sb_net_create(sb_context *ctx, int room, double unit, sb_net *net);
int sb_net_input(sb_net *net, sb_image_shape shape);
int sb_net_time(sb_net *net, int embedding);
int sb_net_conv(sb_net *net, int x, int out, int kernel, sb_weights weights, int residual, int everywhere);
int sb_net_layer(sb_net *net, int x, int out, sb_weights weights);
int sb_net_norm(sb_net *net, int x, int groups, double alpha, double beta);
int sb_net_silu(sb_net *net, int x, double rho, double shift);
int sb_net_pool(sb_net *net, int x);
int sb_net_spread(sb_net *net, int x);
int sb_net_join(sb_net *net, int x, int y);
int sb_net_attention(sb_net *net, int q, int k, int v);
sb_status sb_net_finish(sb_context *ctx, sb_net *net);
void sb_net_free(sb_net *net);

/* sb_net_initialise: theta_0 (D), a function of the seed alone. */
void sb_net_initialise(const sb_net *net, uint64_t seed, double *theta);

/* sb_net_products: multiplications of the convolutions, layers and attention in one forward pass of one sample. */
double sb_net_products(const sb_net *net);

static inline int sb_shape_pixels(sb_image_shape shape)
{
    return shape.height * shape.width;
}

#endif
