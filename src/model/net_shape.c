/* net_shape.c: what enters the network, and nodes that only move pixels: linear, without parameters. Compiled in both precisions. */
#include "model/net_walk.h"

static void input_forward(const sb_walk *w, const sb_node *node, int i)
{
    w->op->embed(w->op, w->crew, sb_image_dimension(node->shape), 0, w->batch->k, w->in, w->emb, w->batch->y,
                 sb_walk_at(w, i, SB_AT_X));
}

static void time_forward(const sb_walk *w, const sb_node *node, int i)
{
    w->op->embed(w->op, w->crew, 0, node->shape.channels, w->batch->k, w->in, w->emb, w->batch->y, sb_walk_at(w, i, SB_AT_X));
}

const sb_node_passes sb_node_input = {.forward = input_forward}, sb_node_time = {.forward = time_forward};

/* A linear node maps arrays of one role, or their derivatives back. */
#define LINEAR(name)                                                                                                               \
    static void name##_forward(const sb_walk *w, const sb_node *node, int i)                                                       \
    {                                                                                                                              \
        name##_map(w, node, i, SB_AT_X);                                                                                           \
    }                                                                                                                              \
    static void name##_backward(const sb_walk *w, const sb_node *node, int i)                                                      \
    {                                                                                                                              \
        name##_adjoint(w, node, i, SB_AT_G);                                                                                       \
    }                                                                                                                              \
    static void name##_rforward(const sb_walk *w, const sb_node *node, int i)                                                      \
    {                                                                                                                              \
        name##_map(w, node, i, SB_AT_RX);                                                                                          \
    }                                                                                                                              \
    static void name##_rbackward(const sb_walk *w, const sb_node *node, int i)                                                     \
    {                                                                                                                              \
        name##_adjoint(w, node, i, SB_AT_RG);                                                                                      \
    }                                                                                                                              \
    const sb_node_passes sb_node_##name = {name##_forward, name##_backward, name##_rforward, name##_rbackward};

static const double MEAN = 0.25; /* of 2x2 pixels */

static void pool_map(const sb_walk *w, const sb_node *node, int i, sb_role x)
{
    const sb_image_shape s = node->shape;
    w->op->pool(w->op, w->crew, s.channels, 2 * s.height, 2 * s.width, MEAN, sb_walk_at(w, node->from[0], x), 0,
                sb_walk_at(w, i, x));
}

static void pool_adjoint(const sb_walk *w, const sb_node *node, int i, sb_role g)
{
    const sb_image_shape s = node->shape;
    w->op->spread(w->op, w->crew, s.channels, 2 * s.height, 2 * s.width, MEAN, sb_walk_at(w, i, g), node->keep[0],
                  sb_walk_at(w, node->from[0], g));
}

LINEAR(pool)

static void spread_map(const sb_walk *w, const sb_node *node, int i, sb_role x)
{
    const sb_image_shape s = node->shape;
    w->op->spread(w->op, w->crew, s.channels, s.height, s.width, 1.0, sb_walk_at(w, node->from[0], x), 0, sb_walk_at(w, i, x));
}

static void spread_adjoint(const sb_walk *w, const sb_node *node, int i, sb_role g)
{
    const sb_image_shape s = node->shape;
    w->op->pool(w->op, w->crew, s.channels, s.height, s.width, 1.0, sb_walk_at(w, i, g), node->keep[0],
                sb_walk_at(w, node->from[0], g));
}

LINEAR(spread)

/* Numbers of one worker's array of node i. */
static size_t own_size(const sb_walk *w, int i)
{
    return (size_t)sb_image_dimension(w->net->node[i].shape) * (size_t)w->crew->ld;
}

static void join_map(const sb_walk *w, const sb_node *node, int i, sb_role x)
{
    real *to = sb_walk_at(w, i, x);
    for (int s = 0; s < 2; s++) {
        const size_t n = own_size(w, node->from[s]);
        w->op->copy_part(w->op, w->crew->W, n, sb_walk_at(w, node->from[s], x), n, 0, to, own_size(w, i));
        to += n;
    }
}

static void join_adjoint(const sb_walk *w, const sb_node *node, int i, sb_role g)
{
    const real *from = sb_walk_at(w, i, g);
    for (int s = 0; s < 2; s++) {
        const size_t n = own_size(w, node->from[s]);
        w->op->copy_part(w->op, w->crew->W, n, from, own_size(w, i), node->keep[s], sb_walk_at(w, node->from[s], g), n);
        from += n;
    }
}

LINEAR(join)
