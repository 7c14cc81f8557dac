/* affine_passes.c: the passes of affine.c. Compiled in both precisions. */
#include "model/passes.h"

#include "model/affine.h"

static size_t affine_scratch(const sb_workspace *ws, const sb_crew *c)
{
    (void)ws, (void)c;
    return 0;
}

static void affine_forward(const sb_workspace *ws, const real *theta, const sb_batch *batch, real *s)
{
    ws->op->rows_affine(ws->op, &ws->crew, ws->model->d, sb_affine_is_diagonal(ws->model), theta, batch->k, batch->y, s);
}

static void affine_backward(const sb_workspace *ws, const real *theta, const sb_batch *batch, const real *ds, int keep, real *grad)
{
    (void)theta;
    if (!grad) return;
    ws->op->rows_affine_gradient(ws->op, &ws->crew, ws->model->d, sb_affine_is_diagonal(ws->model), ws->D, batch->k, batch->y, ds,
                                 keep, grad);
}

static void affine_rforward(const sb_workspace *ws, const real *theta, const real *v, const sb_batch *batch, real *Rs)
{
    (void)theta;
    affine_forward(ws, v, batch, Rs);
}

static void affine_rbackward(const sb_workspace *ws, const real *theta, const real *v, const sb_batch *batch, const real *ds,
                             const real *Rds, int keep, real *Hv)
{
    (void)v, (void)ds;
    affine_backward(ws, theta, batch, Rds, keep, Hv);
}

const sb_passes sb_affine_passes = {
    .scratch = affine_scratch,
    .forward = affine_forward,
    .backward = affine_backward,
    .rforward = affine_rforward,
    .rbackward = affine_rbackward,
};
