/* sweep_comparison.h: a table of a sweep as papers print one: a line for each run, its shown columns side by side, and what others report
 * of the same cases: as CSV, and as a page with all pictures in it. */
#ifndef SB_REPORT_SWEEP_COMPARISON_H
#define SB_REPORT_SWEEP_COMPARISON_H

#include "report/beside.h"
#include "sweep/findings.h"

/* A picture of the page: a file, or NULL where there is none, and what it is of. */
typedef struct {
    const char *file, *title, *words;
} sb_page_picture;

typedef struct {
    const sb_sweep_findings *findings;
    const sb_beside *beside;        /* NULL: nothing is reported by others */
    int picture_count;
    const sb_page_picture *picture; /* (picture_count) */
} sb_comparison;

/* sb_comparison_csv: every line has the run's values on all axes, each shown column as NAME, NAME.lo, NAME.hi, and each reported one as
 * NAME, NAME.deviation. sb_comparison_page: HTML without anything outside of it. The texts are for free(). SB_EUSER where a picture cannot
 * be read. */
sb_status sb_comparison_csv(sb_context *ctx, const sb_comparison *comparison, char **text);
sb_status sb_comparison_page(sb_context *ctx, const sb_comparison *comparison, char **text);

/* sb_comparison_reported: what others report (column_count) of a run's case; NULL: nothing. */
const sb_reported *sb_comparison_reported(const sb_comparison *comparison, int run);

#endif
