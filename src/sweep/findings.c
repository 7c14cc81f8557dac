#include "sweep/findings.h"

#include "base/memory.h"
#include "config/suggest.h"
#include "sweep/columns.h"
#include "sweep/curves.h"
#include "sweep/slopes.h"
#include "sweep/sweep_figure.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* "; did you mean 'kl'?" or nothing. */
static void add_suggestion(const sb_suggestion *suggestion, size_t size, char *text)
{
    text[0] = '\0';
    if (suggestion->best) snprintf(text, size, "; did you mean '%.*s'?", suggestion->length, suggestion->best);
}

static sb_status check_shown(sb_context *ctx, const sb_sweep_findings *f)
{
    sb_status st = SB_OK;
    const char *const *show;
    const int count = sb_sweep_show(f->plan, &show);
    for (int i = 0; i < count; i++) {
        sb_suggestion suggestion = sb_suggest(show[i]);
        char hint[128];
        for (int c = 0; c < f->column_count; c++) sb_suggest_offer(&suggestion, f->column[c].name, strlen(f->column[c].name));
        add_suggestion(&suggestion, sizeof hint, hint);
        SB_REQUIRE(sb_sweep_column_find(f, show[i]) >= 0, SB_EUSER, "sweep.show: there is no column '%s'%s", show[i], hint);
    }
done:
    return st;
}

static sb_status check_against(sb_context *ctx, const sb_sweep_plan *plan)
{
    sb_status st = SB_OK;
    char hint[128];
    if (!plan->against || sb_sweep_axis_find(plan, plan->against) >= 0 || sb_constant_find(plan->against)) return SB_OK;
    sb_suggestion suggestion = sb_suggest(plan->against);
    for (int a = 0; a < plan->axis_count; a++) sb_suggest_offer(&suggestion, plan->axis[a].key, strlen(plan->axis[a].key));
    for (unsigned i = 0; i < sb_constant_count; i++)
        sb_suggest_offer(&suggestion, sb_constant_table[i].name, strlen(sb_constant_table[i].name));
    add_suggestion(&suggestion, sizeof hint, hint);
    SB_FAIL(SB_EUSER, "sweep.against: '%s' is neither a varied key nor a measured constant%s", plan->against, hint);
done:
    return st;
}

sb_status sb_sweep_names_check(sb_context *ctx, const sb_sweep_plan *plan)
{
    sb_status st = SB_OK;
    sb_sweep_findings empty = {.plan = plan};
    SB_TRY(sb_sweep_columns_begin(ctx, &empty));
    SB_TRY(check_against(ctx, plan));
    SB_TRY(check_shown(ctx, &empty));
done:
    sb_sweep_findings_free(&empty);
    return st;
}

/* x of every run, and whether it can stand on a logarithmic axis: all positive, two different ones. Runs that are not finished have no
 * measured constant, and do not count. */
static sb_status find_x(sb_context *ctx, const sb_measured *const *measured, sb_sweep_findings *f)
{
    sb_status st = SB_OK;
    const sb_sweep_plan *plan = f->plan;
    const int axis = plan->against ? sb_sweep_axis_find(plan, plan->against) : -1;
    const int constant = plan->against && axis < 0 ? sb_sweep_column_find(f, plan->against) : -1;
    double least = INFINITY, most = -INFINITY;
    int numbers = plan->against != NULL && !(axis >= 0 && sb_sweep_is_label(plan->against));
    SB_ALLOC(f->x, plan->run_count);
    for (int run = 0; run < plan->run_count; run++) {
        f->x[run] = axis >= 0 ? sb_sweep_number(plan, run, axis) : constant >= 0 ? f->column[constant].value[run].value : NAN;
        if (constant >= 0 && !measured[run]) continue;
        numbers &= isfinite(f->x[run]) != 0;
        least = fmin(least, f->x[run]);
        most = fmax(most, f->x[run]);
    }
    f->x_log = numbers && least > 0.0 && most > least;
done:
    return st;
}

sb_status sb_sweep_findings_of(sb_context *ctx, const sb_sweep_plan *plan, const sb_measured *const *measured,
                               sb_sweep_findings *findings)
{
    sb_status st = SB_OK;
    *findings = (sb_sweep_findings){.plan = plan};
    SB_TRY(sb_sweep_names_check(ctx, plan));
    SB_TRY(sb_sweep_columns_begin(ctx, findings));
    for (int run = 0; run < plan->run_count; run++) {
        if (!measured[run]) continue;
        SB_TRY(sb_sweep_columns_fill(ctx, run, measured[run], findings));
        findings->finished++;
    }
    SB_REQUIRE(findings->finished > 0, SB_EUSER, "no run of the sweep is finished: there is nothing to compare");
    SB_TRY(find_x(ctx, measured, findings));
    SB_TRY(sb_sweep_slopes_find(ctx, findings));
    SB_TRY(sb_sweep_figure_draw(ctx, findings));
done:
    if (st != SB_OK) sb_sweep_findings_free(findings);
    return st;
}

void sb_sweep_findings_free(sb_sweep_findings *findings)
{
    sb_sweep_columns_free(findings);
    sb_figure_free(&findings->figure);
    sb_free(findings->x);
    sb_free(findings->slope);
    *findings = (sb_sweep_findings){0};
}
