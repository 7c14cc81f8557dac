/* loss.c: the loss of a batch, its gradient and Hessian-vector product. One worker's samples go through in tiles that stay in the cache.
 * Compiled in both precisions. */
#include "model/precision.h"

#include "model/loss.h"

#include "model/passes.h"

/* What a part of the batch uses of the samples and of s_work (4,B,d). */
typedef struct {
    sb_batch batch;
    const real *target, *weight;
    real *s, *ds, *Rs, *Rds, *squared;
} part;

static part part_of(const sb_noised *samples, const sb_workspace *ws, real *s_work, real *per_sample, int first, int tile)
{
    const size_t at = (size_t)first * (size_t)samples->d, size = (size_t)ws->W * (size_t)samples->B * (size_t)samples->d;
    const int left = samples->B - first;
    return (part){
        .batch = {left < tile ? left : tile, samples->y + at, samples->k + first},
        .target = samples->target + at,
        .weight = samples->weight + first,
        .s = s_work + at,
        .ds = s_work + size + at,
        .Rs = s_work + 2 * size + at,
        .Rds = s_work + 3 * size + at,
        .squared = (per_sample ? per_sample : s_work + 2 * size) + first,
    };
}

static sb_status check(sb_context *ctx, const sb_model *model, const sb_noised *samples, const sb_workspace *ws)
{
    sb_status st = SB_OK;
    SB_REQUIRE(samples->d == model->d, SB_EDIM, "samples of dimension %d for a model of %d", samples->d, model->d);
    SB_REQUIRE(samples->B >= 0 && samples->B <= ws->B_max, SB_EDIM, "a batch of %d in a workspace for %d", samples->B, ws->B_max);
done:
    return st;
}

sb_status sb_dsm_loss(sb_context *ctx, const sb_model *model, const real *theta, const sb_noised *samples, sb_workspace *ws,
                      real *s_work, double *f, real *grad, real *per_sample)
{
    sb_status st = SB_OK;
    const sb_backend *op = ws->op;
    const int B = samples->B, d = samples->d, tile = sb_workspace_tile(ws, B);
    SB_TRY(check(ctx, model, samples, ws));
    for (int first = 0; first < B || first == 0; first += tile) {
        const part p = part_of(samples, ws, s_work, per_sample, first, tile);
        if (grad) SB_TRY(sb_model_forward(ctx, model, theta, &p.batch, ws, p.s));
        else SB_TRY(sb_model_evaluate(ctx, model, theta, &p.batch, ws, p.s));
        op->residual(op, ws->W * p.batch.B, d, p.s, p.target, p.weight, p.ds, p.squared);
        if (grad) SB_TRY(sb_model_backward(ctx, model, theta, &p.batch, ws, p.ds, first > 0, grad));
        if (B == 0) break;
    }
    if (f) {
        const part all = part_of(samples, ws, s_work, per_sample, 0, B);
        op->clear(op, f, (size_t)ws->W * sizeof *f);
        op->weighted_sums(op, ws->W, B, all.weight, all.squared, f);
    }
done:
    return st;
}

sb_status sb_dsm_hvp(sb_context *ctx, const sb_model *model, const real *theta, const real *v, const sb_noised *samples,
                     sb_workspace *ws, real *s_work, real *Hv)
{
    sb_status st = SB_OK;
    const sb_backend *op = ws->op;
    const int B = samples->B, d = samples->d, tile = sb_workspace_tile(ws, B);
    SB_TRY(check(ctx, model, samples, ws));
    for (int first = 0; first < B || first == 0; first += tile) {
        const part p = part_of(samples, ws, s_work, NULL, first, tile);
        SB_TRY(sb_model_forward(ctx, model, theta, &p.batch, ws, p.s));
        op->residual(op, ws->W * p.batch.B, d, p.s, p.target, p.weight, p.ds, NULL);
        SB_TRY(sb_model_backward(ctx, model, theta, &p.batch, ws, p.ds, 0, NULL));
        SB_TRY(sb_model_rforward(ctx, model, theta, v, &p.batch, ws, p.Rs));
        op->residual(op, ws->W * p.batch.B, d, p.Rs, NULL, p.weight, p.Rds, NULL);
        SB_TRY(sb_model_rbackward(ctx, model, theta, v, &p.batch, ws, p.ds, p.Rds, first > 0, Hv));
        if (B == 0) break;
    }
done:
    return st;
}
