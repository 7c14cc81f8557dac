/* affine.c: s(y,u_k) = A_k y + b_k with a matrix A_k (d,d), or its diagonal (d), for each time of the grid. Linear in theta, so F_n
 * is a quadratic whose Hessian is block-diagonal over k; enough for the score of Gaussian data.
 *   theta = for k = 0..K-1: A_k row by row, then b_k. */
#include "model/affine.h"

#include "base/memory.h"

#include <math.h>
#include <stdio.h>

static sb_status affine_create(sb_context *ctx, const sb_config *config, const sb_data *data, sb_model *model)
{
    sb_status st = SB_OK;
    const size_t d = (size_t)model->d;
    sb_affine *affine;
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

static void affine_moment_shape(const sb_model *model, sb_moments *moments)
{
    const int d = model->d, diagonal = sb_affine_is_diagonal(model);
    moments->blocks = model->grid->K * (diagonal ? d : 1);
    moments->rows = diagonal ? 1 : d;
    moments->p = diagonal ? 2 : d + 1;
}

static size_t affine_moment_place(const sb_model *model, int block, int row, int j)
{
    const size_t d = (size_t)model->d;
    if (sb_affine_is_diagonal(model)) return (size_t)block / d * 2 * d + (size_t)block % d + (j ? d : 0);
    const size_t start = (size_t)block * (d * d + d);
    return (size_t)j < d ? start + (size_t)row * d + (size_t)j : start + d * d + (size_t)row;
}

/* M = gamma E (y,1)(y,1)' and b = gamma E[(y,1) Z_i] = (-gamma e_i, 0), for y = e^-u x_0 + sigma_u z. */
static void full_moments(const sb_model *model, const double *mean, const double *covariance, sb_moments *moments)
{
    const size_t d = (size_t)model->d, p = d + 1;
    const sb_grid *grid = model->grid;
    for (size_t k = 0; k < (size_t)grid->K; k++) {
        const double a = exp(-grid->u[k]), gamma = grid->gamma[k];
        double *M = moments->M + k * p * p, *b = moments->b + k * d * p;
        for (size_t i = 0; i < d; i++) {
            for (size_t j = 0; j < d; j++) M[i * p + j] = gamma * a * a * (covariance[i * d + j] + mean[i] * mean[j]);
            M[i * p + i] += gamma * grid->sigma2[k];
            M[i * p + d] = M[d * p + i] = gamma * a * mean[i];
            b[i * p + i] = -gamma;
        }
        M[d * p + d] = gamma;
    }
}

/* variance (d) of the coordinates of q_0. */
static void axis_variances(const sb_mixture *q, const double *mean, double *variance)
{
    const sb_components *c = q->components;
    const size_t d = (size_t)c->d;
    for (size_t i = 0; i < d; i++) {
        variance[i] = 0.0;
        for (size_t j = 0; j < (size_t)c->J; j++) {
            if (!(q->weight[j] > 0.0)) continue;
            const double off = c->mean[j * d + i] - mean[i];
            variance[i] += q->weight[j] * (sb_components_axis_variance(c, (int)j, (int)i) + off * off);
        }
    }
}

static void diagonal_moments(const sb_model *model, const double *mean, const double *variance, sb_moments *moments)
{
    const size_t d = (size_t)model->d;
    const sb_grid *grid = model->grid;
    for (size_t k = 0; k < (size_t)grid->K; k++) {
        const double a = exp(-grid->u[k]), gamma = grid->gamma[k];
        for (size_t i = 0; i < d; i++) {
            double *M = moments->M + (k * d + i) * 4, *b = moments->b + (k * d + i) * 2;
            M[0] = gamma * (a * a * (variance[i] + mean[i] * mean[i]) + grid->sigma2[k]);
            M[1] = M[2] = gamma * a * mean[i];
            M[3] = gamma;
            b[0] = -gamma;
        }
    }
}

static sb_status affine_moments(sb_context *ctx, const sb_model *model, const sb_mixture *q, sb_moments *moments)
{
    sb_status st = SB_OK;
    const size_t d = (size_t)model->d;
    const int diagonal = sb_affine_is_diagonal(model);
    double *mean = NULL, *covariance = NULL;
    SB_ALLOC(mean, d);
    SB_ALLOC(covariance, diagonal ? d : d * d);
    sb_mixture_moments(q, mean, diagonal ? NULL : covariance);
    if (diagonal) axis_variances(q, mean, covariance);
    (diagonal ? diagonal_moments : full_moments)(model, mean, covariance, moments);
done:
    sb_free(mean);
    sb_free(covariance);
    return st;
}

const sb_model_kind sb_model_affine = {
    .name = "affine",
    .passes = SB_MODEL_AFFINE,
    .linear = 1,
    .create = affine_create,
    .destroy = affine_destroy,
    .moment_shape = affine_moment_shape,
    .moments = affine_moments,
    .moment_place = affine_moment_place,
};
