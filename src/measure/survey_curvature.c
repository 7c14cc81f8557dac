#include "measure/survey.h"

#include "base/memory.h"
#include "base/progress.h"
#include "measure/lipschitz.h"
#include "measure/quadratic.h"
#include "train/masks.h"

/* theta * m of the worker that keeps least: a point at which local training starts (point (D) out). */
static sb_status pruned_point(sb_context *ctx, sb_survey *v, const double *theta, double *point)
{
    sb_status st = SB_OK;
    sb_masks masks = {0};
    sb_mask_round round = {0};
    unsigned char *mask = NULL, *lane = NULL;
    int n = 0;
    SB_TRY(sb_masks_create(ctx, v->system->config, v->system->model, &masks));
    SB_TRY(sb_mask_round_create(ctx, &masks, &round));
    SB_ALLOC(mask, masks.D);
    SB_ALLOC(lane, masks.lanes);
    for (int i = 1; i < masks.N; i++)
        if (masks.keep[i] < masks.keep[n]) n = i;
    sb_mask_round_prepare(&masks, theta, &round);
    sb_mask_fill(&masks, &round, 0, 0, n, theta, mask, lane);
    for (size_t i = 0; i < masks.D; i++) point[i] = mask[i] ? theta[i] : 0.0;
done:
    sb_mask_round_free(&round);
    sb_masks_free(&masks);
    sb_free(mask);
    sb_free(lane);
    return st;
}

static sb_status curvature(sb_context *ctx, sb_survey *v, const double *theta, int replica, int round, sb_number *largest)
{
    sb_status st = SB_OK;
    sb_number L;
    SB_REQUIRE(!sb_context_stopped(ctx), SB_EINTR, "stopped while measuring");
    SB_TRY(sb_lipschitz_at(ctx, v->system, &v->panel, &v->scratch, theta, replica, round, &L));
    *largest = sb_number_max(*largest, L);
    v->out->L = sb_number_max(v->out->L, L);
    sb_progress_add(ctx, 1.0);
done:
    return st;
}

/* A quadratic loss has one curvature everywhere: L of the panel's laws, mu and F* of the pooled one. With workers left out L is
 * only a lower estimate. */
static sb_status exact_curvature(sb_context *ctx, sb_survey *v)
{
    sb_status st = SB_OK;
    sb_measured *out = v->out;
    const sb_mixture pooled = sb_data_pooled(&v->system->data);
    sb_number *of = NULL;
    SB_ALLOC(of, v->panel.count);
    sb_progress_begin(ctx, "curvature", v->panel.count + 1.0);
#pragma omp parallel for num_threads(ctx->threads) schedule(dynamic, 1)
    for (int i = 0; i < v->panel.count; i++) {
        const sb_mixture q = sb_survey_law(v, i);
        const sb_status now = sb_quadratic_lipschitz(ctx, v->system, &q, &of[i]);
        if (now != SB_OK) {
#pragma omp atomic write
            st = now;
        }
        sb_progress_add(ctx, 1.0);
    }
    if (st != SB_OK) SB_TRY(st);
    out->L = of[0];
    for (int i = 1; i < v->panel.count; i++) out->L = sb_number_max(out->L, of[i]);
    if (!v->panel.complete) out->L.status = SB_LOWER_ESTIMATE;
    out->L_initial = out->L_final = out->L;
    SB_TRY(sb_quadratic_polyak(ctx, v->system, &pooled, &out->mu, &out->Fstar));
    sb_progress_add(ctx, 1.0);
done:
    sb_progress_end(ctx);
    sb_free(of);
    return st;
}

/* L where it must be estimated: at theta_0, at theta_0 pruned, half way, at every replica's theta_R and at theta_R pruned. */
static sb_status visited_curvature(sb_context *ctx, sb_survey *v)
{
    sb_status st = SB_OK;
    const sb_training *t = v->training;
    sb_measured *out = v->out;
    const sb_number nothing = {0.0, 0.0, 0.0, 1.0, 0.0, SB_LOWER_ESTIMATE};
    sb_number between = nothing;
    double *point = NULL;
    const int middle = t->snapshots / 2, pruned = v->system->config->pruning.kind != SB_PRUNING_NONE;
    out->L = out->L_initial = out->L_final = nothing;
    SB_ALLOC(point, t->D);
    sb_progress_begin(ctx, "curvature", t->replicas + 2.0 + 2.0 * pruned);
    SB_TRY(curvature(ctx, v, t->theta0, 0, 0, &out->L_initial));
    if (pruned) {
        SB_TRY(pruned_point(ctx, v, t->theta0, point));
        SB_TRY(curvature(ctx, v, point, 0, 0, &between));
    }
    if (t->snapshots && t->snapshot_round[middle] < t->done)
        SB_TRY(curvature(ctx, v, t->snapshot + (size_t)middle * t->D, 0, t->snapshot_round[middle], &between));
    for (int p = 0; p < t->replicas; p++) SB_TRY(curvature(ctx, v, t->theta + (size_t)p * t->D, p, t->done, &out->L_final));
    if (pruned) {
        SB_TRY(pruned_point(ctx, v, t->theta, point));
        SB_TRY(curvature(ctx, v, point, 0, t->done, &between));
    }
done:
    sb_progress_end(ctx);
    sb_free(point);
    return st;
}

sb_status sb_survey_curvature(sb_context *ctx, sb_survey *v)
{
    if (sb_quadratic_applies(v->system)) return exact_curvature(ctx, v);
    if (v->training->D > 0) return visited_curvature(ctx, v);
    v->out->L = v->out->L_initial = v->out->L_final = sb_number_exact(0.0);
    return SB_OK;
}
