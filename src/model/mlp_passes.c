/* mlp_passes.c: the passes of the network of mlp.h. Arrays of features have the samples in their lanes (kernels/backend.h). Compiled in
 * both precisions. */
#include "model/passes.h"

#include "model/mlp.h"
#include "model/times.h"

/* What a workspace holds: tables and arrays. Slab l of h is what leaves layer l. Where no r-pass follows, z and what they need is not
 * there, one slab of g serves all layers, and dz takes the place of slope. */
typedef struct {
    const real *emb;            /* (K,E) */
    const real *in, *c, *base;  /* (K) */
    size_t slab, step;          /* W*width*ld; from one layer's g to the next one's */
    real *x;                    /* (W,d+E,ld) what enters layer 0 */
    real *z, *h, *slope;        /* (depth,W,width,ld) forward: slope = dh/dz, apart from the residual path */
    real *g, *dz;               /* (depth,W,width,ld) backward: derivatives of sum_b ds_b . s_b by h and by z */
    real *Rz, *Rh;              /* (depth,W,width,ld) rforward */
    real *Rg, *Rdz, *curvature; /* (W,width,ld) rbackward, of the layer at work */
    real *e, *Re;               /* (W,d,ld) what leaves the output layer, then its derivatives */
} arrays;

static size_t mlp_tables(const sb_model *model, double *out)
{
    const sb_mlp_design *design = model->impl;
    return sb_time_tables(design->K, design->embedding, design->emb, design->in, design->c, design->base, out);
}

static size_t carve(const sb_workspace *ws, const sb_crew *crew, arrays *a)
{
    const sb_mlp_design *design = ws->model->impl;
    const size_t K = (size_t)design->K, depth = (size_t)design->depth, lanes = (size_t)crew->W * (size_t)crew->ld;
    size_t used = 0;
    a->emb = ws->tables;
    a->in = a->emb + K * (size_t)design->embedding;
    a->c = a->in + K;
    a->base = a->c + K;
    a->slab = lanes * (size_t)ws->lanes;
    a->x = sb_scratch_take(ws->scratch, &used, lanes * (size_t)(design->d + design->embedding));
    a->e = sb_scratch_take(ws->scratch, &used, lanes * (size_t)design->d);
    a->h = sb_scratch_take(ws->scratch, &used, depth * a->slab);
    a->slope = sb_scratch_take(ws->scratch, &used, depth * a->slab);
    a->step = ws->first_order ? 0 : a->slab;
    a->g = sb_scratch_take(ws->scratch, &used, ws->first_order ? a->slab : depth * a->slab);
    a->dz = a->slope;
    a->z = NULL;
    if (ws->first_order) return used;
    real **const deep[] = {&a->dz, &a->z, &a->Rz, &a->Rh};
    real **const flat[] = {&a->Rg, &a->Rdz, &a->curvature};
    a->Re = sb_scratch_take(ws->scratch, &used, lanes * (size_t)design->d);
    for (size_t i = 0; i < sizeof deep / sizeof *deep; i++) *deep[i] = sb_scratch_take(ws->scratch, &used, depth * a->slab);
    for (size_t i = 0; i < sizeof flat / sizeof *flat; i++) *flat[i] = sb_scratch_take(ws->scratch, &used, a->slab);
    return used;
}

static size_t mlp_scratch(const sb_workspace *ws, const sb_crew *crew)
{
    arrays a;
    return carve(ws, crew, &a);
}

/* What enters layer l, and its derivative along v (for l > 0: x does not depend on theta). */
static const real *input_of(const arrays *a, int l)
{
    return l ? a->h + (l - 1) * a->slab : a->x;
}

static const real *Rinput_of(const arrays *a, int l)
{
    return a->Rh + (l - 1) * a->slab;
}

static sb_layer layer_of(const sb_workspace *ws, int l)
{
    return sb_mlp_layer(ws->model->impl, ws->lanes, l);
}

/* The same map without its bias, which is then added once where two maps are. */
static sb_layer without_bias(sb_layer m)
{
    m.beta = 0.0;
    return m;
}

/* The factor of the activation: h_l = residual + rho*act(z_l). */
static double rho_of(const sb_mlp_design *design, int l)
{
    return l ? design->factor.branch : 1.0;
}

static void enter(const sb_workspace *ws, const sb_batch *batch, const arrays *a)
{
    const sb_mlp_design *design = ws->model->impl;
    ws->op->embed(ws->op, &ws->crew, design->d, design->embedding, batch->k, a->in, a->emb, batch->y, a->x);
}

/* The output layer: s from the last h (W,width,ld). */
static void leave(const sb_workspace *ws, const real *theta, const sb_batch *batch, const arrays *a, const real *h, real *s)
{
    const sb_mlp_design *design = ws->model->impl;
    const sb_layer out = layer_of(ws, design->depth);
    ws->op->layer_apply(ws->op, &ws->crew, &out, theta, h, 0, a->e);
    ws->op->emit(ws->op, &ws->crew, design->d, batch->k, a->c, a->e, a->base, batch->y, s);
}

static void mlp_forward(const sb_workspace *ws, const real *theta, const sb_batch *batch, real *s)
{
    const sb_mlp_design *design = ws->model->impl;
    arrays a;
    carve(ws, &ws->crew, &a);
    enter(ws, batch, &a);
    for (int l = 0; l < design->depth; l++) {
        const sb_layer m = layer_of(ws, l);
        const size_t at = l * a.slab;
        ws->op->layer_forward(ws->op, &ws->crew, &m, theta, input_of(&a, l), rho_of(design, l), design->factor.shift,
                              l ? input_of(&a, l) : NULL, a.z ? a.z + at : NULL, a.h + at, a.slope + at);
    }
    leave(ws, theta, batch, &a, input_of(&a, design->depth), s);
}

/* Two slabs in turn, which stay in the cache. */
static void mlp_evaluate(const sb_workspace *ws, const real *theta, const sb_batch *batch, real *s)
{
    const sb_mlp_design *design = ws->model->impl;
    arrays a;
    carve(ws, &ws->crew, &a);
    enter(ws, batch, &a);
    const real *h = a.x;
    for (int l = 0; l < design->depth; l++) {
        const sb_layer m = layer_of(ws, l);
        real *out = l % 2 ? a.slope : a.h;
        ws->op->layer_forward(ws->op, &ws->crew, &m, theta, h, rho_of(design, l), design->factor.shift, l ? h : NULL, NULL, out,
                              NULL);
        h = out;
    }
    leave(ws, theta, batch, &a, h, s);
}

static void mlp_backward(const sb_workspace *ws, const real *theta, const sb_batch *batch, const real *ds, int keep, real *grad)
{
    const sb_backend *op = ws->op;
    const sb_crew *crew = &ws->crew;
    const sb_mlp_design *design = ws->model->impl;
    const int depth = design->depth;
    const sb_layer out = layer_of(ws, depth);
    arrays a;
    carve(ws, crew, &a);
    op->absorb(op, crew, design->d, batch->k, a.c, ds, a.e);
    if (grad) op->layer_gradient(op, crew, &out, a.e, input_of(&a, depth), keep, 1, grad);
    const size_t top = (depth - 1) * a.slab;
    real *g = a.g + (depth - 1) * a.step;
    op->layer_back(op, crew, &out, theta, a.e, NULL, g, a.slope + top, a.dz + top);
    for (int l = depth - 1; l >= 0; l--) {
        const sb_layer m = layer_of(ws, l);
        const size_t at = l * a.slab;
        if (grad) op->layer_gradient(op, crew, &m, a.dz + at, input_of(&a, l), keep, 1, grad);
        if (l == 0) break;
        op->layer_back(op, crew, &m, theta, a.dz + at, g, g - a.step, a.slope + at - a.slab, a.dz + at - a.slab);
        g -= a.step;
    }
}

static void mlp_rforward(const sb_workspace *ws, const real *theta, const real *v, const sb_batch *batch, real *Rs)
{
    const sb_backend *op = ws->op;
    const sb_crew *crew = &ws->crew;
    const sb_mlp_design *design = ws->model->impl;
    const int depth = design->depth;
    arrays a;
    carve(ws, crew, &a);
    for (int l = 0; l <= depth; l++) {
        const sb_layer m = layer_of(ws, l), linear = without_bias(m);
        const size_t at = l * a.slab;
        real *Rz = l == depth ? a.Re : a.Rz + at;
        op->layer_apply(op, crew, &m, v, input_of(&a, l), 0, Rz);
        if (l) op->layer_apply(op, crew, &linear, theta, Rinput_of(&a, l), 1, Rz);
        if (l == depth) break;
        op->multiply(op, a.slab, a.slope + at, Rz, a.Rh + at);
        if (l) op->axpy(op, a.slab, 1.0, Rinput_of(&a, l), a.Rh + at);
    }
    op->emit(op, crew, design->d, batch->k, a.c, a.Re, NULL, NULL, Rs);
}

/* The derivative along v of every line of mlp_backward. */
static void mlp_rbackward(const sb_workspace *ws, const real *theta, const real *v, const sb_batch *batch, const real *ds,
                          const real *Rds, int keep, real *Hv)
{
    const sb_backend *op = ws->op;
    const sb_crew *crew = &ws->crew;
    const sb_mlp_design *design = ws->model->impl;
    const int depth = design->depth;
    const sb_layer out = layer_of(ws, depth);
    arrays a;
    carve(ws, crew, &a);
    op->absorb(op, crew, design->d, batch->k, a.c, ds, a.e);
    op->absorb(op, crew, design->d, batch->k, a.c, Rds, a.Re);
    op->layer_gradient(op, crew, &out, a.Re, input_of(&a, depth), keep, 1, Hv);
    op->layer_gradient(op, crew, &out, a.e, Rinput_of(&a, depth), 1, 0, Hv);
    op->layer_back(op, crew, &out, theta, a.Re, NULL, a.Rg, NULL, NULL);
    op->layer_back(op, crew, &out, v, a.e, a.Rg, a.Rg, NULL, NULL);
    for (int l = depth - 1; l >= 0; l--) {
        const sb_layer m = layer_of(ws, l);
        const size_t at = l * a.slab;
        op->silu_curvature(op, a.slab, rho_of(design, l), a.z + at, a.curvature);
        op->multiply(op, a.slab, a.curvature, a.Rz + at, a.curvature); /* the slope's derivative along v */
        op->multiply(op, a.slab, a.Rg, a.slope + at, a.Rdz);
        op->multiply_add(op, a.slab, a.g + at, a.curvature, a.Rdz);
        op->layer_gradient(op, crew, &m, a.Rdz, input_of(&a, l), keep, 1, Hv);
        if (l) op->layer_gradient(op, crew, &m, a.dz + at, Rinput_of(&a, l), 1, 0, Hv);
        if (l == 0) break;
        op->layer_back(op, crew, &m, theta, a.Rdz, a.Rg, a.Rg, NULL, NULL);
        op->layer_back(op, crew, &m, v, a.dz + at, a.Rg, a.Rg, NULL, NULL);
    }
}

static size_t mlp_parameters(const sb_model *model, int lanes)
{
    return sb_mlp_parameters(model->impl, lanes);
}

const sb_passes sb_mlp_passes = {
    .tables = mlp_tables,
    .scratch = mlp_scratch,
    .forward = mlp_forward,
    .evaluate = mlp_evaluate,
    .backward = mlp_backward,
    .rforward = mlp_rforward,
    .rbackward = mlp_rbackward,
    .parameters = mlp_parameters,
};
