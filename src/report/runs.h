/* runs.h: the pieces of a comparison of runs. For src/report alone. */
#ifndef SB_REPORT_RUNS_H
#define SB_REPORT_RUNS_H

#include "report/parts.h"

/* sb_run_name: what a run is called in a column, "[2]" for run 1. sb_runs_list: which run is which.
 * sb_runs_tables: settings, measurements, verdicts and waterfalls, a column for each run; where all do not fit, in several tables. */
sb_text sb_run_name(int run);
void sb_runs_list(const sb_output *out, int count, const sb_run_view *run);
sb_status sb_runs_tables(sb_context *ctx, const sb_output *out, int count, const sb_run_view *run);

#endif
