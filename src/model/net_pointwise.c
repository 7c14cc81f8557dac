/* net_pointwise.c: nodes that are not linear in what enters, apart from attention: norm and silu. Compiled in both precisions. */
#include "model/net_walk.h"

/* ---- group normalisation ---- */

static void norm_forward(const sb_walk *w, const sb_node *node, int i)
{
    w->op->norm_forward(w->op, w->crew, &node->norm, w->theta, sb_walk_at(w, node->from[0], SB_AT_X), sb_walk_at(w, i, SB_AT_KEPT),
                        sb_walk_at(w, i, SB_AT_R), sb_walk_at(w, i, SB_AT_X));
}

static void norm_backward(const sb_walk *w, const sb_node *node, int i)
{
    w->op->norm_back(w->op, w->crew, &node->norm, w->theta, sb_walk_at(w, i, SB_AT_G), sb_walk_at(w, i, SB_AT_KEPT),
                     sb_walk_at(w, i, SB_AT_R), node->keep[0], sb_walk_at(w, node->from[0], SB_AT_G), w->keep, w->gradient);
}

static void norm_rforward(const sb_walk *w, const sb_node *node, int i)
{
    w->op->norm_rforward(w->op, w->crew, &node->norm, w->theta, w->v, sb_walk_at(w, node->from[0], SB_AT_RX),
                         sb_walk_at(w, i, SB_AT_KEPT), sb_walk_at(w, i, SB_AT_R), sb_walk_at(w, i, SB_AT_WORK),
                         sb_walk_at(w, i, SB_AT_RX));
}

static void norm_rbackward(const sb_walk *w, const sb_node *node, int i)
{
    const int x = node->from[0];
    w->op->norm_rback(w->op, w->crew, &node->norm, w->theta, w->v, sb_walk_at(w, i, SB_AT_G), sb_walk_at(w, i, SB_AT_RG),
                      sb_walk_at(w, x, SB_AT_RX), sb_walk_at(w, i, SB_AT_KEPT), sb_walk_at(w, i, SB_AT_R), node->keep[0],
                      sb_walk_at(w, x, SB_AT_RG), w->keep, w->gradient);
}

const sb_node_passes sb_node_norm = {norm_forward, norm_backward, norm_rforward, norm_rbackward};

/* ---- silu ---- */

/* out = a .* b + keep*out; in place of a where nothing is kept. */
static void multiply(const sb_walk *w, size_t n, const real *a, const real *b, int keep, real *out)
{
    (keep ? w->op->multiply_add : w->op->multiply)(w->op, n, a, b, out);
}

static void silu_forward(const sb_walk *w, const sb_node *node, int i)
{
    w->op->silu(w->op, sb_walk_size(w, i), node->silu.rho, node->silu.shift, sb_walk_at(w, node->from[0], SB_AT_X),
                sb_walk_at(w, i, SB_AT_X), sb_walk_at(w, i, SB_AT_KEPT));
}

static void silu_backward(const sb_walk *w, const sb_node *node, int i)
{
    multiply(w, sb_walk_size(w, i), sb_walk_at(w, i, SB_AT_G), sb_walk_at(w, i, SB_AT_KEPT), node->keep[0],
             sb_walk_at(w, node->from[0], SB_AT_G));
}

static void silu_rforward(const sb_walk *w, const sb_node *node, int i)
{
    w->op->multiply(w->op, sb_walk_size(w, i), sb_walk_at(w, node->from[0], SB_AT_RX), sb_walk_at(w, i, SB_AT_KEPT),
                    sb_walk_at(w, i, SB_AT_RX));
}

static void silu_rbackward(const sb_walk *w, const sb_node *node, int i)
{
    const int x = node->from[0];
    const size_t n = sb_walk_size(w, i);
    real *change = sb_walk_at(w, i, SB_AT_WORK), *Rg = sb_walk_at(w, x, SB_AT_RG); /* of the slope, along v */
    w->op->silu_curvature(w->op, n, node->silu.rho, sb_walk_at(w, x, SB_AT_X), change);
    w->op->multiply(w->op, n, change, sb_walk_at(w, x, SB_AT_RX), change);
    multiply(w, n, sb_walk_at(w, i, SB_AT_RG), sb_walk_at(w, i, SB_AT_KEPT), node->keep[0], Rg);
    w->op->multiply_add(w->op, n, sb_walk_at(w, i, SB_AT_G), change, Rg);
}

const sb_node_passes sb_node_silu = {silu_forward, silu_backward, silu_rforward, silu_rbackward};
