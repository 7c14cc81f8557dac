/* net_walk.h: the four passes of each kind of node, in the precision of the file that includes this. Only for net_passes.c and the
 * files of nodes. */
#ifndef SB_MODEL_NET_WALK_H
#define SB_MODEL_NET_WALK_H

#include "model/passes.h"

#include "model/net.h"

/* A pass under way. */
typedef struct {
    const sb_backend *op;
    const sb_crew *crew;
    const sb_net *net;
    const sb_net_plan *plan;
    size_t lanes;                /* W*ld */
    real *scratch;
    const real *theta, *v;
    const sb_batch *batch;       /* forward */
    const real *in, *emb;        /* tables (K), (K,E) */
    real *gradient;              /* (W,D) of backward (NULL: not asked for) or rbackward; keep: it is added to */
    int keep;
} sb_walk;

typedef struct {
    void (*forward)(const sb_walk *w, const sb_node *node, int i);
    void (*backward)(const sb_walk *w, const sb_node *node, int i);
    void (*rforward)(const sb_walk *w, const sb_node *node, int i);
    void (*rbackward)(const sb_walk *w, const sb_node *node, int i);
} sb_node_passes;

/* Fixed nodes have a forward alone. */
extern const sb_node_passes sb_node_input, sb_node_time, sb_node_conv, sb_node_layer, sb_node_norm, sb_node_silu, sb_node_pool,
    sb_node_spread, sb_node_join, sb_node_attention;

/* An array of node i, NULL where the plan has none. */
static inline real *sb_walk_at(const sb_walk *w, int i, sb_role role)
{
    const size_t place = w->plan->place[i][role];
    return place == SIZE_MAX ? NULL : w->scratch + place * w->lanes;
}

/* Numbers in what node i gives. */
static inline size_t sb_walk_size(const sb_walk *w, int i)
{
    return w->lanes * (size_t)sb_image_dimension(w->net->node[i].shape);
}

static inline int sb_walk_fixed(const sb_walk *w, int i)
{
    return w->net->node[i].fixed;
}

/* to = from + keep*to, n numbers; nothing to do where they are the same. */
static inline void sb_walk_pass_on(const sb_walk *w, size_t n, const real *from, int keep, real *to)
{
    if (from != to) w->op->copy_part(w->op, 1, n, from, 0, keep, to, 0);
}

#endif
