/* net_affine.c: nodes that are affine maps of theta and of what enters: convolutions and layers. Compiled in both precisions. */
#include "model/net_walk.h"

/* The same map without its bias, which is added once where two maps are. */
static sb_conv unbiased_conv(const sb_node *node)
{
    sb_conv m = node->conv;
    m.beta = 0.0;
    return m;
}

static sb_layer unbiased_layer(const sb_node *node)
{
    sb_layer m = node->layer;
    m.beta = 0.0;
    return m;
}

/* ---- convolution of x, onto a residual, with a vector added everywhere ---- */

static void conv_forward(const sb_walk *w, const sb_node *node, int i)
{
    const int x = node->from[0], residual = node->from[1], e = node->from[2];
    real *out = sb_walk_at(w, i, SB_AT_X);
    if (residual >= 0) sb_walk_pass_on(w, sb_walk_size(w, i), sb_walk_at(w, residual, SB_AT_X), 0, out);
    w->op->conv_apply(w->op, w->crew, &node->conv, w->theta, sb_walk_at(w, x, SB_AT_X), residual >= 0, out);
    if (e >= 0)
        w->op->everywhere(w->op, w->crew, node->shape.channels, sb_shape_pixels(node->shape), sb_walk_at(w, e, SB_AT_X), out);
}

/* What goes back to the residual and to the vector: g or its derivative along v. The residual's may lie where g does. */
static void conv_share(const sb_walk *w, const sb_node *node, int i, sb_role g)
{
    const int residual = node->from[1], e = node->from[2];
    const real *dz = sb_walk_at(w, i, g);
    if (residual >= 0) sb_walk_pass_on(w, sb_walk_size(w, i), dz, node->keep[1], sb_walk_at(w, residual, g));
    if (e >= 0)
        w->op->pixel_sums(w->op, w->crew, node->shape.channels, sb_shape_pixels(node->shape), dz, node->keep[2],
                          sb_walk_at(w, e, g));
}

static void conv_backward(const sb_walk *w, const sb_node *node, int i)
{
    const int x = node->from[0];
    const real *dz = sb_walk_at(w, i, SB_AT_G);
    if (w->gradient) w->op->conv_gradient(w->op, w->crew, &node->conv, dz, sb_walk_at(w, x, SB_AT_X), w->keep, 1, w->gradient);
    if (!sb_walk_fixed(w, x)) w->op->conv_back(w->op, w->crew, &node->conv, w->theta, dz, node->keep[0], sb_walk_at(w, x, SB_AT_G));
    conv_share(w, node, i, SB_AT_G);
}

static void conv_rforward(const sb_walk *w, const sb_node *node, int i)
{
    const int x = node->from[0], residual = node->from[1], e = node->from[2];
    const sb_conv linear = unbiased_conv(node);
    real *out = sb_walk_at(w, i, SB_AT_RX);
    if (residual >= 0) sb_walk_pass_on(w, sb_walk_size(w, i), sb_walk_at(w, residual, SB_AT_RX), 0, out);
    w->op->conv_apply(w->op, w->crew, &node->conv, w->v, sb_walk_at(w, x, SB_AT_X), residual >= 0, out);
    if (!sb_walk_fixed(w, x)) w->op->conv_apply(w->op, w->crew, &linear, w->theta, sb_walk_at(w, x, SB_AT_RX), 1, out);
    if (e >= 0)
        w->op->everywhere(w->op, w->crew, node->shape.channels, sb_shape_pixels(node->shape), sb_walk_at(w, e, SB_AT_RX), out);
}

static void conv_rbackward(const sb_walk *w, const sb_node *node, int i)
{
    const int x = node->from[0];
    const real *dz = sb_walk_at(w, i, SB_AT_G), *Rdz = sb_walk_at(w, i, SB_AT_RG);
    w->op->conv_gradient(w->op, w->crew, &node->conv, Rdz, sb_walk_at(w, x, SB_AT_X), w->keep, 1, w->gradient);
    if (!sb_walk_fixed(w, x)) {
        real *Rg = sb_walk_at(w, x, SB_AT_RG);
        w->op->conv_gradient(w->op, w->crew, &node->conv, dz, sb_walk_at(w, x, SB_AT_RX), 1, 0, w->gradient);
        w->op->conv_back(w->op, w->crew, &node->conv, w->theta, Rdz, node->keep[0], Rg);
        w->op->conv_back(w->op, w->crew, &node->conv, w->v, dz, 1, Rg);
    }
    conv_share(w, node, i, SB_AT_RG);
}

const sb_node_passes sb_node_conv = {conv_forward, conv_backward, conv_rforward, conv_rbackward};

/* ---- layer ---- */

static void layer_forward(const sb_walk *w, const sb_node *node, int i)
{
    w->op->layer_apply(w->op, w->crew, &node->layer, w->theta, sb_walk_at(w, node->from[0], SB_AT_X), 0, sb_walk_at(w, i, SB_AT_X));
}

static void layer_backward(const sb_walk *w, const sb_node *node, int i)
{
    const int x = node->from[0];
    const real *dz = sb_walk_at(w, i, SB_AT_G);
    real *g = sb_walk_at(w, x, SB_AT_G);
    if (w->gradient) w->op->layer_gradient(w->op, w->crew, &node->layer, dz, sb_walk_at(w, x, SB_AT_X), w->keep, 1, w->gradient);
    if (g) w->op->layer_back(w->op, w->crew, &node->layer, w->theta, dz, node->keep[0] ? g : NULL, g, NULL, NULL);
}

static void layer_rforward(const sb_walk *w, const sb_node *node, int i)
{
    const int x = node->from[0];
    const sb_layer linear = unbiased_layer(node);
    real *out = sb_walk_at(w, i, SB_AT_RX);
    w->op->layer_apply(w->op, w->crew, &node->layer, w->v, sb_walk_at(w, x, SB_AT_X), 0, out);
    if (!sb_walk_fixed(w, x)) w->op->layer_apply(w->op, w->crew, &linear, w->theta, sb_walk_at(w, x, SB_AT_RX), 1, out);
}

static void layer_rbackward(const sb_walk *w, const sb_node *node, int i)
{
    const int x = node->from[0];
    const real *dz = sb_walk_at(w, i, SB_AT_G), *Rdz = sb_walk_at(w, i, SB_AT_RG);
    real *Rg = sb_walk_at(w, x, SB_AT_RG);
    w->op->layer_gradient(w->op, w->crew, &node->layer, Rdz, sb_walk_at(w, x, SB_AT_X), w->keep, 1, w->gradient);
    if (sb_walk_fixed(w, x)) return;
    w->op->layer_gradient(w->op, w->crew, &node->layer, dz, sb_walk_at(w, x, SB_AT_RX), 1, 0, w->gradient);
    w->op->layer_back(w->op, w->crew, &node->layer, w->theta, Rdz, node->keep[0] ? Rg : NULL, Rg, NULL, NULL);
    w->op->layer_back(w->op, w->crew, &node->layer, w->v, dz, Rg, Rg, NULL, NULL);
}

const sb_node_passes sb_node_layer = {layer_forward, layer_backward, layer_rforward, layer_rbackward};
