/* passes.c: workspaces, and the order in which passes may follow each other. Compiled in both precisions. */
#include "model/passes.h"

#include "base/memory.h"

enum { FORWARD = 1, BACKWARD = 2, RFORWARD = 4 };

static const sb_passes *passes_of(const sb_model *model)
{
    static const sb_passes *const table[] = {
#ifndef SB_FLOAT
        [SB_MODEL_EXACT] = &sb_exact_passes,
#endif
        [SB_MODEL_AFFINE] = &sb_affine_passes, [SB_MODEL_FOURIER] = &sb_fourier_passes,
        [SB_MODEL_MLP] = &sb_mlp_passes,       [SB_MODEL_UNET] = &sb_unet_passes,
    };
    return table[model->kind->passes];
}

static sb_crew crew_of(const sb_workspace *ws, int B)
{
    return (sb_crew){.W = ws->W, .B = B, .ld = sb_lanes(B), .stride = ws->D};
}

enum { LANES = 16 /* what sb_lanes rounds up to */ };

/* A tile of a large network stays within so many bytes, where it is to be near (CPU) and where it has only to fit. */
static const double NEAR = 0x1p22, FAR = 0x1p33;

int sb_model_tile(const sb_model *model, const sb_backend *op, int first_order)
{
    const size_t room = model->room[first_order != 0];
    const double bytes = (double)room * sizeof(real) * LANES, most = (op->tile ? NEAR : FAR) / bytes;
    if (room == 0) return op->tile;
    const int tiles = most < 1.0 ? 1 : most < 0x1p20 ? (int)most : 1 << 20;
    return op->tile && op->tile < tiles * LANES ? op->tile : tiles * LANES;
}

/* The kind's tables, rounded to the precision of the passes, on the device. */
static sb_status put_tables(sb_context *ctx, sb_workspace *ws)
{
    sb_status st = SB_OK;
    const sb_passes *passes = passes_of(ws->model);
    const size_t n = passes->tables ? passes->tables(ws->model, NULL) : 0;
    double *exact = NULL;
    real *rounded = NULL;
    if (n == 0) return SB_OK;
    SB_ALLOC(exact, n);
    SB_ALLOC(rounded, n);
    passes->tables(ws->model, exact);
    for (size_t i = 0; i < n; i++) rounded[i] = (real)exact[i];
    ws->tables = ws->op->alloc(ws->op, n * sizeof *ws->tables);
    SB_REQUIRE(ws->tables, SB_ENOMEM, "out of memory for %zu numbers of the model's tables (%s)", n, ws->op->name);
    ws->op->upload(ws->op, ws->tables, rounded, n * sizeof *rounded);
done:
    sb_free(exact);
    sb_free(rounded);
    return st;
}

sb_status sb_workspace_create_on(sb_context *ctx, const sb_model *model, const sb_backend *op, int W, int B_max, int first_order,
                                 sb_workspace **ws)
{
    sb_status st = SB_OK;
    sb_workspace *w = NULL;
    *ws = NULL;
    SB_REQUIRE(B_max >= 0 && W >= 1, SB_EDIM, "a workspace for batches of %d of %d workers", B_max, W);
    SB_REQUIRE(passes_of(model), SB_EINVAL, "%s has no passes in this precision", model->title);
    SB_CALLOC(w, 1);
    *w = (sb_workspace){
        .model = model, .op = op, .W = W, .B_max = B_max, .first_order = first_order, .lanes = model->lanes, .D = model->D};
    w->tile = sb_model_tile(model, op, first_order);
    SB_TRY(put_tables(ctx, w));
    const sb_crew most = crew_of(w, *model->room && W == 1 && w->tile && w->tile < B_max ? w->tile : B_max);
    const size_t room = passes_of(model)->scratch(w, &most);
    w->scratch = op->alloc(op, room * sizeof *w->scratch);
    SB_REQUIRE(w->scratch, SB_ENOMEM, "out of memory for a workspace of %zu numbers (%s)", room, op->name);
    *ws = w;
    w = NULL;
done:
    sb_workspace_free(w);
    return st;
}

sb_status sb_workspace_create(sb_context *ctx, const sb_model *model, int B_max, sb_workspace **ws)
{
    return sb_workspace_create_on(ctx, model, sb_backend_cpu(), 1, B_max, 0, ws);
}

size_t sb_workspace_narrow(sb_workspace *ws, int lanes)
{
    ws->lanes = lanes;
    ws->D = passes_of(ws->model)->parameters(ws->model, lanes);
    ws->done = 0;
    return ws->D;
}

void sb_workspace_workers(sb_workspace *ws, int W)
{
    ws->W = W;
    ws->done = 0;
}

void sb_workspace_free(sb_workspace *ws)
{
    if (!ws) return;
    ws->op->release(ws->op, ws->tables);
    ws->op->release(ws->op, ws->scratch);
    sb_free(ws);
}

/* A pass after forward must see the forward of the same model and batch size, and the passes it builds upon. */
static sb_status check_order(sb_context *ctx, const sb_model *model, const sb_batch *batch, const sb_workspace *ws, unsigned needed)
{
    sb_status st = SB_OK;
    SB_REQUIRE(ws->model == model, SB_EINVAL, "the workspace belongs to another model");
    SB_REQUIRE((ws->done & needed) == needed, SB_EINVAL, "a pass needs one that has not run on this workspace");
    SB_REQUIRE(batch->B == ws->crew.B, SB_EDIM, "forward saw a batch of %d, this pass %d", ws->crew.B, batch->B);
done:
    return st;
}

static sb_status check_batch(sb_context *ctx, const sb_model *model, const sb_batch *batch, const sb_workspace *ws)
{
    sb_status st = SB_OK;
    SB_REQUIRE(ws->model == model, SB_EINVAL, "the workspace belongs to another model");
    SB_REQUIRE(batch->B >= 0 && batch->B <= ws->B_max, SB_EDIM, "a batch of %d in a workspace for %d", batch->B, ws->B_max);
    if (!sb_backend_is_host(ws->op)) return SB_OK; /* the times are not here to be looked at */
    for (int b = 0; b < ws->W * batch->B; b++)
        SB_REQUIRE(batch->k[b] >= 0 && batch->k[b] < model->grid->K, SB_EINVAL, "sample %d has time index %d of %d", b, batch->k[b],
                   model->grid->K);
done:
    return st;
}

sb_status sb_model_forward(sb_context *ctx, const sb_model *model, const real *theta, const sb_batch *batch, sb_workspace *ws,
                           real *s)
{
    sb_status st = SB_OK;
    SB_TRY(check_batch(ctx, model, batch, ws));
    SB_REQUIRE(!*model->room || batch->B <= sb_workspace_tile(ws, batch->B), SB_EDIM,
               "a batch of %d in a workspace where %d go through at a time", batch->B, ws->tile);
    ws->crew = crew_of(ws, batch->B);
    passes_of(model)->forward(ws, theta, batch, s);
    ws->done = FORWARD;
done:
    return st;
}

/* One worker's samples go through in tiles that stay in the cache. */
sb_status sb_model_evaluate(sb_context *ctx, const sb_model *model, const real *theta, const sb_batch *batch, sb_workspace *ws,
                            real *s)
{
    sb_status st = SB_OK;
    const sb_passes *passes = passes_of(model);
    const int tile = sb_workspace_tile(ws, batch->B);
    SB_TRY(check_batch(ctx, model, batch, ws));
    ws->done = 0;
    for (int first = 0; first < batch->B; first += tile) {
        const size_t at = (size_t)first * (size_t)model->d;
        const sb_batch part = {batch->B - first < tile ? batch->B - first : tile, batch->y + at, batch->k + first};
        ws->crew = crew_of(ws, part.B);
        (passes->evaluate ? passes->evaluate : passes->forward)(ws, theta, &part, s + at);
    }
done:
    return st;
}

sb_status sb_model_backward(sb_context *ctx, const sb_model *model, const real *theta, const sb_batch *batch, sb_workspace *ws,
                            const real *ds, int keep, real *grad)
{
    sb_status st = SB_OK;
    SB_TRY(check_order(ctx, model, batch, ws, FORWARD));
    if (ws->D > 0) passes_of(model)->backward(ws, theta, batch, ds, keep, grad);
    ws->done = ws->first_order ? 0 : ws->done | BACKWARD; /* there it has written over what forward left */
done:
    return st;
}

sb_status sb_model_rforward(sb_context *ctx, const sb_model *model, const real *theta, const real *v, const sb_batch *batch,
                            sb_workspace *ws, real *Rs)
{
    sb_status st = SB_OK;
    SB_REQUIRE(!ws->first_order, SB_EINVAL, "the workspace is for first derivatives only");
    SB_TRY(check_order(ctx, model, batch, ws, FORWARD));
    if (ws->D > 0) passes_of(model)->rforward(ws, theta, v, batch, Rs);
    else ws->op->clear(ws->op, Rs, (size_t)sb_crew_rows(&ws->crew) * (size_t)model->d * sizeof *Rs);
    ws->done |= RFORWARD;
done:
    return st;
}

sb_status sb_model_rbackward(sb_context *ctx, const sb_model *model, const real *theta, const real *v, const sb_batch *batch,
                             sb_workspace *ws, const real *ds, const real *Rds, int keep, real *Hv)
{
    sb_status st = SB_OK;
    SB_TRY(check_order(ctx, model, batch, ws, FORWARD | BACKWARD | RFORWARD));
    if (ws->D > 0) passes_of(model)->rbackward(ws, theta, v, batch, ds, Rds, keep, Hv);
done:
    return st;
}
