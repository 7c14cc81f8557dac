#include "choose/explicit.h"

#include "base/memory.h"
#include "choose/rate.h"

#include <math.h>

/* What no training budget gets below, worst worker, with the constants of this choice; NaN without mu. By hand |theta_R - theta_0| is what was
 * given, whatever is chosen; of a configuration it moves with the training, and is at least 0. */
static sb_status least_score(sb_context *ctx, const sb_situation *situation, const sb_hyperparameters *at, double *least)
{
    sb_status st = SB_OK;
    sb_constants *c = NULL;
    *least = NAN;
    if (!sb_rate_contracts(&situation->base[0])) return SB_OK;
    SB_ALLOC(c, situation->count);
    SB_TRY(sb_situation_laws(ctx, situation, at, c));
    for (int i = 0; i < situation->count; i++) {
        if (situation->config) c[i].dtheta = 0.0;
        *least = fmax(*least, sb_score_least(&c[i])); /* fmax overlooks the NaN */
    }
done:
    sb_free(c);
    return st;
}

sb_status sb_choose(sb_context *ctx, const sb_situation *situation, double target, sb_selections *selections)
{
    sb_status st = SB_OK;
    const sb_horizon horizon = sb_explicit_horizon(situation);
    sb_selection *selection = selections->selection;
    *selections = (sb_selections){.target = target, .target_given = !isnan(target)};
    if (isnan(target)) selections->target = target = sb_selection_target(situation);
    SB_REQUIRE(target > 0.0 && isfinite(target), SB_EDOM, "the target must be a positive number of nats, not %g", target);
    SB_TRY(sb_horizon_needed(ctx, &horizon, 0.5 * target, &selections->K_needed));
    SB_TRY(sb_choose_remark(ctx, situation, SB_SELECTION_PRINTED, &selection[SB_SELECTION_PRINTED]));
    SB_TRY(sb_choose_remark(ctx, situation, SB_SELECTION_CORRECTED, &selection[SB_SELECTION_CORRECTED]));
    SB_TRY(sb_choose_repaired(ctx, situation, target, &selection[SB_SELECTION_REPAIRED]));
    SB_TRY(sb_choose_optimised(ctx, situation, &selection[SB_SELECTION_REPAIRED], &selection[SB_SELECTION_OPTIMISED]));
    SB_TRY(least_score(ctx, situation, &selection[SB_SELECTION_OPTIMISED].at, &selections->score_least));
done:
    return st;
}
