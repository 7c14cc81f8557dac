/* exact.c: the oracle: s(y,u_k) = grad log of the pooled mixture's marginal q_{u_k}, D = 0. */
#include "model/passes.h"

#include "base/memory.h"

#include <stdio.h>

typedef struct {
    sb_marginal **marginal; /* (K) */
    size_t work;            /* doubles that evaluation of any of them needs */
} exact_model;

static sb_status exact_create(sb_context *ctx, const sb_config *config, const sb_data *data, sb_model *model)
{
    sb_status st = SB_OK;
    const sb_mixture pooled = sb_data_pooled(data);
    const int K = model->grid->K;
    exact_model *exact;
    (void)config;
    SB_CALLOC(exact, 1);
    model->impl = exact;
    SB_CALLOC(exact->marginal, K);
    for (int k = 0; k < K; k++) {
        SB_TRY(sb_marginal_create(ctx, &pooled, model->grid->u[k], &exact->marginal[k]));
        const size_t work = sb_marginal_work(exact->marginal[k]);
        if (work > exact->work) exact->work = work;
    }
    snprintf(model->title, sizeof model->title, "exact score of the pooled mixture, D = 0");
done:
    return st;
}

static void exact_destroy(sb_model *model)
{
    exact_model *exact = model->impl;
    if (!exact) return;
    for (int k = 0; exact->marginal && k < model->grid->K; k++) sb_marginal_free(exact->marginal[k]);
    sb_free(exact->marginal);
    sb_free(exact);
}

static size_t exact_scratch(const sb_workspace *ws, const sb_crew *c)
{
    (void)c;
    return ((const exact_model *)ws->model->impl)->work;
}

/* Samples of one time that stand side by side are evaluated together. */
static void exact_forward(const sb_workspace *ws, const double *theta, const sb_batch *batch, double *s)
{
    const exact_model *exact = ws->model->impl;
    const size_t d = (size_t)ws->model->d;
    (void)theta;
    for (int b = 0, next; b < batch->B; b = next) {
        for (next = b + 1; next < batch->B && batch->k[next] == batch->k[b];) next++;
        sb_marginal_eval(exact->marginal[batch->k[b]], next - b, batch->y + b * d, NULL, s + b * d, ws->scratch);
    }
}

const sb_passes sb_exact_passes = {
    .scratch = exact_scratch,
    .forward = exact_forward,
};

const sb_model_kind sb_model_exact = {
    .name = "exact",
    .passes = SB_MODEL_EXACT,
    .linear = 1,
    .create = exact_create,
    .destroy = exact_destroy,
};
