#define SB_FLOAT
#include "unet_float.h"

#include "base/memory.h"
#include "model/loss.h"

static void round_all(size_t n, const double *from, float *to)
{
    for (size_t i = 0; i < n; i++) to[i] = (float)from[i];
}

sb_status unet_in_float(sb_context *ctx, const sb_model *model, size_t D, const double *theta, const double *v,
                        const rows_in_double *rows, double *loss, double *gradient, double *Hv)
{
    sb_status st = SB_OK;
    const size_t size = (size_t)rows->B * (size_t)rows->d;
    sb_workspace *ws = NULL;
    float *all = NULL;
    int *k = NULL;
    SB_ALLOC(all, 6 * size + (size_t)rows->B + 4 * D);
    SB_ALLOC(k, rows->B);
    float *s_work = all, *y = s_work + 4 * size, *target = y + size, *weight = target + size, *at = weight + rows->B,
          *along = at + D, *grad = along + D, *product = grad + D;
    round_all(size, rows->y, y);
    round_all(size, rows->target, target);
    round_all((size_t)rows->B, rows->weight, weight);
    round_all(D, theta, at);
    round_all(D, v, along);
    for (int b = 0; b < rows->B; b++) k[b] = rows->k[b];
    const sb_noised samples = {.B = rows->B, .d = rows->d, .y = y, .target = target, .weight = weight, .k = k};
    SB_TRY(sb_workspace_create(ctx, model, rows->B, &ws));
    SB_TRY(sb_dsm_loss(ctx, model, at, &samples, ws, s_work, loss, grad, NULL));
    SB_TRY(sb_dsm_hvp(ctx, model, at, along, &samples, ws, s_work, product));
    for (size_t i = 0; i < D; i++) gradient[i] = grad[i], Hv[i] = product[i];
done:
    sb_workspace_free(ws);
    sb_free(all);
    sb_free(k);
    return st;
}
