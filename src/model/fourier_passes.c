/* fourier_passes.c: the passes of fourier.c. Compiled in both precisions. */
#include "model/passes.h"

#include "model/fourier.h"

#include <math.h>
#include <string.h>

enum { EXTRA = SB_FOURIER_EXTRA };

/* What a workspace holds: tables and arrays. Rows are those of all workers. */
typedef struct {
    int rows;
    const real *frequency; /* (m,d+2) */
    const real *time;      /* (K,2) tau_k, 1 */
    const real *one;       /* (K) ones */
    const real *c;         /* (K) */
    real *x;               /* (rows,d+2) y, tau, 1 */
    real *z;               /* (rows,m) arguments of the cosines */
    real *phi;             /* (rows,p) */
    real *e;               /* (rows,d) W phi, or c ds */
} arrays;

static size_t fourier_tables(const sb_model *model, double *out)
{
    const sb_fourier *fourier = model->impl;
    const size_t frequencies = (size_t)fourier->m * (model->d + EXTRA), K = (size_t)model->grid->K;
    if (out) {
        memcpy(out, fourier->frequency, frequencies * sizeof *out);
        memcpy(out + frequencies, fourier->time, K * EXTRA * sizeof *out);
        for (size_t k = 0; k < K; k++) out[frequencies + K * EXTRA + k] = 1.0;
        memcpy(out + frequencies + K * (EXTRA + 1), fourier->c, K * sizeof *out);
    }
    return frequencies + K * (EXTRA + 2);
}

static size_t carve(const sb_workspace *ws, const sb_crew *crew, arrays *a)
{
    const sb_fourier *fourier = ws->model->impl;
    const size_t d = (size_t)ws->model->d, rows = (size_t)crew->W * (size_t)crew->B, K = (size_t)ws->model->grid->K;
    size_t used = 0;
    a->rows = crew->W * crew->B;
    a->frequency = ws->tables;
    a->time = a->frequency + (size_t)fourier->m * (d + EXTRA);
    a->one = a->time + K * EXTRA;
    a->c = a->one + K;
    a->x = sb_scratch_take(ws->scratch, &used, rows * (d + EXTRA));
    a->z = sb_scratch_take(ws->scratch, &used, rows * (size_t)fourier->m);
    a->phi = sb_scratch_take(ws->scratch, &used, rows * (size_t)fourier->p);
    a->e = sb_scratch_take(ws->scratch, &used, rows * d);
    return used;
}

static size_t fourier_scratch(const sb_workspace *ws, const sb_crew *crew)
{
    arrays a;
    return carve(ws, crew, &a);
}

static void read_out(const sb_workspace *ws, const real *theta, const sb_batch *batch, const arrays *a, real *s)
{
    const sb_backend *op = ws->op;
    const int B = batch->B, d = ws->model->d, p = ((const sb_fourier *)ws->model->impl)->p;
    op->gemm_batch(op, ws->W, 0, 1, B, d, p, 1.0, a->phi, p, (size_t)B * p, theta, p, ws->D, 0.0, a->e, d, (size_t)B * d);
    op->rows_combine(op, a->rows, d, batch->k, a->c, a->e, NULL, NULL, s);
}

static void fourier_forward(const sb_workspace *ws, const real *theta, const sb_batch *batch, real *s)
{
    const sb_fourier *fourier = ws->model->impl;
    const sb_backend *op = ws->op;
    const int d = ws->model->d, inputs = d + EXTRA, m = fourier->m, p = fourier->p;
    arrays a;
    carve(ws, &ws->crew, &a);
    op->rows_gather(op, a.rows, d, batch->y, NULL, a.x, inputs);
    op->rows_gather(op, a.rows, EXTRA, a.time, batch->k, a.x + d, inputs);
    op->gemm(op, 0, 1, a.rows, m, inputs, 1.0, a.x, inputs, a.frequency, inputs, 0.0, a.z, m);
    op->cosine(op, a.rows, m, sqrt(2.0 / m), a.z, a.phi, p);
    op->rows_gather(op, a.rows, d, batch->y, NULL, a.phi + m, p);
    op->rows_gather(op, a.rows, 1, a.one, batch->k, a.phi + m + d, p);
    read_out(ws, theta, batch, &a, s);
}

static void fourier_backward(const sb_workspace *ws, const real *theta, const sb_batch *batch, const real *ds, int keep, real *grad)
{
    const sb_backend *op = ws->op;
    const int B = batch->B, d = ws->model->d, p = ((const sb_fourier *)ws->model->impl)->p;
    arrays a;
    (void)theta;
    if (!grad) return;
    carve(ws, &ws->crew, &a);
    op->rows_combine(op, a.rows, d, batch->k, a.c, ds, NULL, NULL, a.e);
    op->gemm_batch(op, ws->W, 1, 0, d, p, B, 1.0, a.e, d, (size_t)B * d, a.phi, p, (size_t)B * p, keep, grad, p, ws->D);
}

static void fourier_rforward(const sb_workspace *ws, const real *theta, const real *v, const sb_batch *batch, real *Rs)
{
    arrays a;
    (void)theta;
    carve(ws, &ws->crew, &a);
    read_out(ws, v, batch, &a, Rs);
}

static void fourier_rbackward(const sb_workspace *ws, const real *theta, const real *v, const sb_batch *batch, const real *ds,
                              const real *Rds, int keep, real *Hv)
{
    (void)v, (void)ds;
    fourier_backward(ws, theta, batch, Rds, keep, Hv);
}

const sb_passes sb_fourier_passes = {
    .tables = fourier_tables,
    .scratch = fourier_scratch,
    .forward = fourier_forward,
    .backward = fourier_backward,
    .rforward = fourier_rforward,
    .rbackward = fourier_rbackward,
};
