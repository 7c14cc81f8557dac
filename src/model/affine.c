/* affine.c: s(y,u_k) = A_k y + b_k with a matrix A_k (d,d), or its diagonal (d), for each time of the grid. Linear in theta, so F_n
 * is a quadratic whose Hessian is block-diagonal over k; enough for the score of Gaussian data.
 *   theta = for k = 0..K-1: A_k row by row, then b_k. */
#include "model/kind.h"

#include "base/memory.h"

#include <stdio.h>

typedef struct {
    int diagonal;
} affine_model;

static int is_diagonal(const sb_model *model)
{
    return ((const affine_model *)model->impl)->diagonal;
}

static sb_status affine_create(sb_context *ctx, const sb_config *config, const sb_data *data, sb_model *model)
{
    sb_status st = SB_OK;
    const size_t d = (size_t)model->d;
    affine_model *affine;
    (void)data;
    SB_CALLOC(affine, 1);
    model->impl = affine;
    affine->diagonal = config->model.form == SB_AFFINE_DIAGONAL;
    model->D = (size_t)model->grid->K * (affine->diagonal ? 2 * d : d * d + d);
    snprintf(model->title, sizeof model->title, "affine %s, D = %zu", affine->diagonal ? "diagonal" : "full", model->D);
done:
    return st;
}

static void affine_destroy(sb_model *model)
{
    sb_free(model->impl);
}

static size_t affine_scratch(const sb_model *model, int B_max)
{
    (void)model, (void)B_max;
    return 0;
}

static void affine_forward(const sb_model *model, const double *theta, const sb_batch *batch, double *scratch, double *s)
{
    (void)scratch;
    model->backend->rows_affine(batch->B, model->d, is_diagonal(model), theta, batch->k, batch->y, s);
}

static void affine_backward(const sb_model *model, const double *theta, const sb_batch *batch, double *scratch, const double *ds,
                            double *grad)
{
    (void)theta, (void)scratch;
    model->backend->rows_affine_gradient(batch->B, model->d, is_diagonal(model), model->D, batch->k, batch->y, ds, grad);
}

static void affine_rforward(const sb_model *model, const double *theta, const double *v, const sb_batch *batch, double *scratch,
                            double *Rs)
{
    (void)theta;
    affine_forward(model, v, batch, scratch, Rs);
}

static void affine_rbackward(const sb_model *model, const double *theta, const double *v, const sb_batch *batch, double *scratch,
                             const double *ds, const double *Rds, double *Hv)
{
    (void)v, (void)ds;
    affine_backward(model, theta, batch, scratch, Rds, Hv);
}

const sb_model_kind sb_model_affine = {
    .name = "affine",
    .linear = 1,
    .create = affine_create,
    .destroy = affine_destroy,
    .scratch = affine_scratch,
    .forward = affine_forward,
    .backward = affine_backward,
    .rforward = affine_rforward,
    .rbackward = affine_rbackward,
};
