/* fourier.c: random features of (y, u), linear in theta:
 *     s(y,u_k) = c_k W phi,  c_k = 1/sigma_{u_k},  theta = W (d,m+d+1) row by row,
 *     phi = [sqrt(2/m) cos(omega_j . y + nu_j tau_k + phase_j), j < m;  y;  1],
 * omega_j ~ N(0, I/bandwidth^2), nu_j ~ N(0,1), phase_j uniform on [0,2 pi), drawn once; tau_k = (1/2) log s(u_k), half the
 * logarithm of the signal-to-noise ratio, along which the score changes over lengths of about 1 at all scales of u. */
#include "model/fourier.h"

#include "base/memory.h"
#include "base/random.h"

#include <math.h>
#include <stdio.h>

enum { EXTRA = SB_FOURIER_EXTRA };

static void draw_frequencies(const sb_model *model, uint64_t seed, double bandwidth)
{
    const sb_fourier *fourier = model->impl;
    const int d = model->d;
    for (int j = 0; j < fourier->m; j++) {
        double *row = fourier->frequency + (size_t)j * (d + EXTRA);
        sb_stream stream = sb_stream_at(seed, SB_DRAW_FEATURES, 0, 0, 0, (uint32_t)j);
        sb_stream_normals(&stream, (size_t)d + 1, row);
        for (int i = 0; i < d; i++) row[i] /= bandwidth;
        row[d + 1] = 2.0 * M_PI * sb_stream_uniform(&stream);
    }
}

static sb_status fourier_create(sb_context *ctx, const sb_config *config, const sb_data *data, sb_model *model)
{
    sb_status st = SB_OK;
    const int d = model->d, K = model->grid->K, m = config->model.features;
    sb_fourier *fourier;
    (void)data;
    SB_CALLOC(fourier, 1);
    model->impl = fourier;
    fourier->m = m;
    fourier->p = m + d + 1;
    SB_ALLOC(fourier->frequency, (size_t)m * (d + EXTRA));
    SB_ALLOC(fourier->time, (size_t)K * EXTRA);
    SB_ALLOC(fourier->c, K);
    draw_frequencies(model, config->seed, config->model.bandwidth);
    for (int k = 0; k < K; k++) {
        fourier->time[EXTRA * k] = -model->grid->u[k] - 0.5 * log(model->grid->sigma2[k]); /* tau_k, for any u without overflow */
        fourier->time[EXTRA * k + 1] = 1.0;
        fourier->c[k] = 1.0 / sqrt(model->grid->sigma2[k]);
    }
    model->D = (size_t)d * fourier->p;
    model->lanes = m;
    snprintf(model->title, sizeof model->title, "fourier %d, D = %zu", m, model->D);
done:
    return st;
}

static void fourier_destroy(sb_model *model)
{
    sb_fourier *fourier = model->impl;
    if (!fourier) return;
    sb_free(fourier->frequency);
    sb_free(fourier->time);
    sb_free(fourier->c);
    sb_free(fourier);
}

/* Lane j is random feature j: column j of W. The affine features belong to no lane. */
static void fourier_width_mask(const sb_model *model, const unsigned char *lane, unsigned char *mask)
{
    const sb_fourier *fourier = model->impl;
    for (int i = 0; i < model->d; i++)
        for (int j = 0; j < fourier->m; j++) mask[(size_t)i * fourier->p + j] = lane[j] != 0;
}

const sb_model_kind sb_model_fourier = {
    .name = "fourier",
    .passes = SB_MODEL_FOURIER,
    .linear = 1,
    .create = fourier_create,
    .destroy = fourier_destroy,
    .width_mask = fourier_width_mask,
    .moment_shape = sb_fourier_moment_shape,
    .moments = sb_fourier_moments,
    .moment_place = sb_fourier_moment_place,
};
