/* sweep.h: the pieces of a sweep's report. For src/report alone. */
#ifndef SB_REPORT_SWEEP_H
#define SB_REPORT_SWEEP_H

#include "report/beside.h"
#include "report/parts.h"

/* Of the table format. sb_sweep_runs_table: one line a run. sb_sweep_slopes_table: one line a slope; nothing where there is none. */
sb_status sb_sweep_runs_table(sb_context *ctx, const sb_output *out, const sb_sweep_findings *findings);
sb_status sb_sweep_slopes_table(sb_context *ctx, const sb_output *out, const sb_sweep_findings *findings);

/* sb_sweep_reported_table: what others report, of the table format.
 * sb_sweep_json: one document; beside NULL: nothing is reported by others. sb_sweep_csv: one line for each finished run and column. sb_sweep_value_json: value of axis `axis` in run
 * `run`: a number where it is one and fits, else its text. */
sb_status sb_sweep_reported_table(sb_context *ctx, const sb_output *out, const sb_beside *beside);
sb_status sb_sweep_json(sb_context *ctx, const sb_output *out, const char *path, const sb_sweep_findings *findings, const sb_beside *beside);
void sb_sweep_csv(FILE *stream, const sb_sweep_findings *findings);
json_t *sb_sweep_value_json(const sb_sweep_plan *plan, int run, int axis);

#endif
