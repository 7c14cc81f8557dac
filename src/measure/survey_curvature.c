#include "measure/survey.h"

#include "base/memory.h"
#include "base/progress.h"
#include "measure/lipschitz.h"
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
    v->system->backend->mask_apply(masks.D, theta, mask, point);
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

/* L at theta_0, at theta_0 pruned, half way, at every replica's theta_R and at theta_R pruned. */
sb_status sb_survey_curvature(sb_context *ctx, sb_survey *v)
{
    sb_status st = SB_OK;
    const sb_training *t = v->training;
    sb_measured *out = v->out;
    const sb_number nothing = {0.0, 0.0, 0.0, 1.0, 0.0, SB_LOWER_ESTIMATE};
    sb_number between = nothing;
    double *point = NULL;
    const int middle = t->snapshots / 2, pruned = v->system->config->pruning.kind != SB_PRUNING_NONE;
    out->L = out->L_initial = out->L_final = nothing;
    if (t->D == 0) {
        out->L = sb_number_exact(0.0);
        return SB_OK;
    }
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
