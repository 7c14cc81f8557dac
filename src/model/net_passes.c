/* net_passes.c: the passes of a network of nodes: along the list, and back. Compiled in both precisions. */
#include "model/net_walk.h"

#include "model/times.h"
#include "model/unet.h"

static const sb_node_passes *passes_of(const sb_node *node)
{
    static const sb_node_passes *const table[SB_NODE_KINDS] = {
        [SB_NODE_INPUT] = &sb_node_input,         [SB_NODE_TIME] = &sb_node_time,     [SB_NODE_CONV] = &sb_node_conv,
        [SB_NODE_LAYER] = &sb_node_layer,         [SB_NODE_NORM] = &sb_node_norm,     [SB_NODE_SILU] = &sb_node_silu,
        [SB_NODE_POOL] = &sb_node_pool,           [SB_NODE_SPREAD] = &sb_node_spread, [SB_NODE_JOIN] = &sb_node_join,
        [SB_NODE_ATTENTION] = &sb_node_attention,
    };
    return table[node->kind];
}

/* Tables on the device. */
typedef struct {
    const real *emb;           /* (K,E) */
    const real *in, *c, *base; /* (K) */
} tables;

static size_t unet_tables(const sb_model *model, double *out)
{
    const sb_unet_design *design = model->impl;
    return sb_time_tables(design->K, design->embedding, design->emb, design->in, design->c, design->base, out);
}

static tables tables_of(const sb_workspace *ws)
{
    const sb_unet_design *design = ws->model->impl;
    const real *in = ws->tables + (size_t)design->K * (size_t)design->embedding;
    return (tables){ws->tables, in, in + design->K, in + 2 * (size_t)design->K};
}

static sb_net_use use_of(const sb_workspace *ws)
{
    return ws->first_order ? SB_NET_FIRST_ORDER : SB_NET_SECOND_ORDER;
}

static size_t unet_scratch(const sb_workspace *ws, const sb_crew *crew)
{
    const sb_unet_design *design = ws->model->impl;
    return design->net.plan[use_of(ws)].room * (size_t)crew->W * (size_t)crew->ld;
}

static sb_walk walk_of(const sb_workspace *ws, sb_net_use use, const real *theta)
{
    const sb_unet_design *design = ws->model->impl;
    const tables t = tables_of(ws);
    return (sb_walk){
        .op = ws->op,
        .crew = &ws->crew,
        .net = &design->net,
        .plan = &design->net.plan[use],
        .lanes = (size_t)ws->crew.W * (size_t)ws->crew.ld,
        .scratch = ws->scratch,
        .theta = theta,
        .in = t.in,
        .emb = t.emb,
    };
}

static void forward_as(const sb_workspace *ws, sb_net_use use, const real *theta, const sb_batch *batch, real *s)
{
    sb_walk w = walk_of(ws, use, theta);
    const tables t = tables_of(ws);
    const int last = w.net->count - 1;
    w.batch = batch;
    for (int i = 0; i <= last; i++) passes_of(&w.net->node[i])->forward(&w, &w.net->node[i], i);
    w.op->emit(w.op, w.crew, ws->model->d, batch->k, t.c, sb_walk_at(&w, last, SB_AT_X), t.base, batch->y, s);
}

static void unet_forward(const sb_workspace *ws, const real *theta, const sb_batch *batch, real *s)
{
    forward_as(ws, use_of(ws), theta, batch, s);
}

static void unet_evaluate(const sb_workspace *ws, const real *theta, const sb_batch *batch, real *s)
{
    forward_as(ws, SB_NET_EVALUATE, theta, batch, s);
}

static void unet_backward(const sb_workspace *ws, const real *theta, const sb_batch *batch, const real *ds, int keep, real *grad)
{
    sb_walk w = walk_of(ws, use_of(ws), theta);
    const int last = w.net->count - 1;
    w.gradient = grad;
    w.keep = keep;
    w.op->absorb(w.op, w.crew, ws->model->d, batch->k, tables_of(ws).c, ds, sb_walk_at(&w, last, SB_AT_G));
    for (int i = last; i >= 0; i--)
        if (!sb_walk_fixed(&w, i)) passes_of(&w.net->node[i])->backward(&w, &w.net->node[i], i);
}

static void unet_rforward(const sb_workspace *ws, const real *theta, const real *v, const sb_batch *batch, real *Rs)
{
    sb_walk w = walk_of(ws, use_of(ws), theta);
    const int last = w.net->count - 1;
    w.v = v;
    for (int i = 0; i <= last; i++)
        if (!sb_walk_fixed(&w, i)) passes_of(&w.net->node[i])->rforward(&w, &w.net->node[i], i);
    w.op->emit(w.op, w.crew, ws->model->d, batch->k, tables_of(ws).c, sb_walk_at(&w, last, SB_AT_RX), NULL, NULL, Rs);
}

/* backward has left the derivatives by every array. */
static void unet_rbackward(const sb_workspace *ws, const real *theta, const real *v, const sb_batch *batch, const real *ds,
                           const real *Rds, int keep, real *Hv)
{
    sb_walk w = walk_of(ws, use_of(ws), theta);
    const int last = w.net->count - 1;
    (void)ds;
    w.v = v;
    w.gradient = Hv;
    w.keep = keep;
    w.op->absorb(w.op, w.crew, ws->model->d, batch->k, tables_of(ws).c, Rds, sb_walk_at(&w, last, SB_AT_RG));
    for (int i = last; i >= 0; i--)
        if (!sb_walk_fixed(&w, i)) passes_of(&w.net->node[i])->rbackward(&w, &w.net->node[i], i);
}

const sb_passes sb_unet_passes = {
    .tables = unet_tables,
    .scratch = unet_scratch,
    .forward = unet_forward,
    .evaluate = unet_evaluate,
    .backward = unet_backward,
    .rforward = unet_rforward,
    .rbackward = unet_rbackward,
};
