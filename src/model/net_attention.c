/* net_attention.c: attention with one head, for each sample by itself: p = softmax(a q'k), out = v p', a = 1/sqrt(channels), with the
 * pixels of q in the rows of p (P,P) and those of k and v in its columns. Compiled in both precisions. */
#include "model/net_walk.h"

#include <math.h>

/* Sizes of a node, and its arrays of one role: q, k (C,P), v, out (V,P). */
typedef struct {
    int C, V, P;
    double a;
} sizes;

typedef struct {
    real *q, *k, *v, *out;
} arrays;

static sizes sizes_of(const sb_walk *w, const sb_node *node)
{
    const int C = w->net->node[node->from[0]].shape.channels;
    return (sizes){C, node->shape.channels, sb_shape_pixels(node->shape), 1.0 / sqrt(C)};
}

static arrays arrays_of(const sb_walk *w, const sb_node *node, int i, sb_role role)
{
    return (arrays){sb_walk_at(w, node->from[0], role), sb_walk_at(w, node->from[1], role), sb_walk_at(w, node->from[2], role),
                    sb_walk_at(w, i, role)};
}

/* x (P,P) = a q'k + keep*x */
static void meet(const sb_walk *w, sizes n, const real *q, const real *k, int keep, real *x)
{
    w->op->lane_products(w->op, w->crew, n.P, n.P, n.C, 1, 0, n.a, q, k, keep, x);
}

/* out (V,P) = v p' + keep*out */
static void gather(const sb_walk *w, sizes n, const real *v, const real *p, int keep, real *out)
{
    w->op->lane_products(w->op, w->crew, n.V, n.P, n.P, 0, 1, 1.0, v, p, keep, out);
}

/* Adjoints: of gather by p (P,P) = g'v + keep*p and by v (V,P) = g p + keep*v, of meet by q (C,P) = a k x' and by k (C,P) = a q x. */
static void gather_back_p(const sb_walk *w, sizes n, const real *g, const real *v, int keep, real *dp)
{
    w->op->lane_products(w->op, w->crew, n.P, n.P, n.V, 1, 0, 1.0, g, v, keep, dp);
}

static void gather_back_v(const sb_walk *w, sizes n, const real *g, const real *p, int keep, real *dv)
{
    w->op->lane_products(w->op, w->crew, n.V, n.P, n.P, 0, 0, 1.0, g, p, keep, dv);
}

static void meet_back_q(const sb_walk *w, sizes n, const real *k, const real *dx, int keep, real *dq)
{
    w->op->lane_products(w->op, w->crew, n.C, n.P, n.P, 0, 1, n.a, k, dx, keep, dq);
}

static void meet_back_k(const sb_walk *w, sizes n, const real *q, const real *dx, int keep, real *dk)
{
    w->op->lane_products(w->op, w->crew, n.C, n.P, n.P, 0, 0, n.a, q, dx, keep, dk);
}

static void attention_forward(const sb_walk *w, const sb_node *node, int i)
{
    const sizes n = sizes_of(w, node);
    const arrays x = arrays_of(w, node, i, SB_AT_X);
    real *p = sb_walk_at(w, i, SB_AT_KEPT), *score = sb_walk_at(w, i, SB_AT_WORK);
    meet(w, n, x.q, x.k, 0, score);
    w->op->softmax(w->op, w->crew, n.P, n.P, score, p);
    gather(w, n, x.v, p, 0, x.out);
}

static void attention_backward(const sb_walk *w, const sb_node *node, int i)
{
    const sizes n = sizes_of(w, node);
    const arrays x = arrays_of(w, node, i, SB_AT_X), g = arrays_of(w, node, i, SB_AT_G);
    const real *p = sb_walk_at(w, i, SB_AT_KEPT);
    real *dp = sb_walk_at(w, i, SB_AT_DP), *dx = sb_walk_at(w, i, SB_AT_DX);
    gather_back_p(w, n, g.out, x.v, 0, dp);
    w->op->softmax_back(w->op, w->crew, n.P, n.P, p, dp, dx);
    meet_back_q(w, n, x.k, dx, node->keep[0], g.q);
    meet_back_k(w, n, x.q, dx, node->keep[1], g.k);
    gather_back_v(w, n, g.out, p, node->keep[2], g.v);
}

/* softmax's derivative is symmetric: what goes back goes forward as well. */
static void attention_rforward(const sb_walk *w, const sb_node *node, int i)
{
    const sizes n = sizes_of(w, node);
    const arrays x = arrays_of(w, node, i, SB_AT_X), R = arrays_of(w, node, i, SB_AT_RX);
    const real *p = sb_walk_at(w, i, SB_AT_KEPT);
    real *Rscore = sb_walk_at(w, i, SB_AT_WORK), *Rp = sb_walk_at(w, i, SB_AT_RP);
    meet(w, n, R.q, x.k, 0, Rscore);
    meet(w, n, x.q, R.k, 1, Rscore);
    w->op->softmax_back(w->op, w->crew, n.P, n.P, p, Rscore, Rp);
    gather(w, n, R.v, p, 0, R.out);
    gather(w, n, x.v, Rp, 1, R.out);
}

/* The derivative along v of every line of attention_backward. */
static void attention_rbackward(const sb_walk *w, const sb_node *node, int i)
{
    const sizes n = sizes_of(w, node);
    const arrays x = arrays_of(w, node, i, SB_AT_X), R = arrays_of(w, node, i, SB_AT_RX), Rg = arrays_of(w, node, i, SB_AT_RG);
    const real *g = sb_walk_at(w, i, SB_AT_G), *p = sb_walk_at(w, i, SB_AT_KEPT), *Rp = sb_walk_at(w, i, SB_AT_RP);
    const real *dp = sb_walk_at(w, i, SB_AT_DP), *dx = sb_walk_at(w, i, SB_AT_DX);
    real *Rdp = sb_walk_at(w, i, SB_AT_RDP), *Rdx = sb_walk_at(w, i, SB_AT_RDX);
    gather_back_p(w, n, Rg.out, x.v, 0, Rdp);
    gather_back_p(w, n, g, R.v, 1, Rdp);
    w->op->softmax_rback(w->op, w->crew, n.P, n.P, p, dp, Rp, Rdp, Rdx);
    meet_back_q(w, n, x.k, Rdx, node->keep[0], Rg.q);
    meet_back_q(w, n, R.k, dx, 1, Rg.q);
    meet_back_k(w, n, x.q, Rdx, node->keep[1], Rg.k);
    meet_back_k(w, n, R.q, dx, 1, Rg.k);
    gather_back_v(w, n, Rg.out, p, node->keep[2], Rg.v);
    gather_back_v(w, n, g, Rp, 1, Rg.v);
}

const sb_node_passes sb_node_attention = {attention_forward, attention_backward, attention_rforward, attention_rbackward};
