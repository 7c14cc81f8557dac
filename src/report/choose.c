#include "report/choose.h"

static sb_status as_tables(sb_context *ctx, const sb_output *out, const sb_choice_view *view)
{
    sb_status st = SB_OK;
    sb_choice_summary(out, view);
    SB_TRY(sb_choice_table(ctx, out, view));
    SB_TRY(sb_choice_reasons(ctx, out, view));
    SB_TRY(sb_choice_terms(ctx, out, view));
    SB_TRY(sb_choice_certificate(ctx, out, view));
    SB_TRY(sb_choice_reach(ctx, out, view));
done:
    return st;
}

sb_status sb_report_selections(sb_context *ctx, const sb_output *out, const sb_situation *situation,
                               const sb_selections *selections)
{
    sb_choice_view view;
    sb_choice_view_fill(situation, selections, &view);
    switch (out->format) {
    case SB_FORMAT_JSON: return sb_choice_json(ctx, out, &view);
    case SB_FORMAT_CSV: sb_choice_csv(out->stream, &view); return SB_OK;
    default: return as_tables(ctx, out, &view);
    }
}
