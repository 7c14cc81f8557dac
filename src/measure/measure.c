#include "measure/survey.h"

#include "base/memory.h"

sb_status sb_measure(sb_context *ctx, const sb_system *system, const sb_training *training, sb_measured *measured)
{
    sb_status st = SB_OK;
    sb_survey survey;
    SB_TRY(sb_survey_open(ctx, system, training, measured, &survey));
    SB_TRY(sb_survey_counts(ctx, &survey));
    SB_TRY(sb_survey_laws(ctx, &survey));
    SB_TRY(sb_survey_chains(ctx, &survey));
    SB_TRY(sb_survey_gradients(ctx, &survey));
    SB_TRY(sb_survey_curvature(ctx, &survey));
    SB_TRY(sb_survey_divergences(ctx, &survey));
    SB_TRY(sb_survey_rungs(ctx, &survey));
    SB_TRY(sb_survey_quality(ctx, &survey));
done:
    sb_survey_close(&survey);
    if (st != SB_OK) sb_measured_free(measured);
    return st;
}

void sb_measured_free(sb_measured *measured)
{
    sb_free(measured->worker);
    sb_free(measured->round);
    sb_quality_free(&measured->quality);
    *measured = (sb_measured){0};
}
