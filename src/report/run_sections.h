/* run_sections.h: sections of the page of a run. For src/report alone. */
#ifndef SB_REPORT_RUN_SECTIONS_H
#define SB_REPORT_RUN_SECTIONS_H

#include "report/page.h"
#include "report/run_page.h"

/* Puts pictures on a page; gnuplot draws them. Where it is not installed, or fails, the page goes without. */
typedef struct {
    FILE *body;
    sb_drawing drawing;
    const char *title;           /* of the place that the next pictures are for */
    int sheet, drawn;            /* of that place: side by side; pictures so far */
} sb_pen;

/* sb_pen_begin: a place for pictures. Its title (NULL: none) and, with `sheet`, the frame in which they stand side by side are written with
 * the first of them: a place without pictures leaves nothing. sb_pen_end: closes it; returns how many there are.
 * sb_pen_draw: a figure; `kind` and `caption` as sb_page_svg has them. What cannot be drawn is left out; SB_EINTR, SB_ENOMEM.
 * sb_pen_file: a picture from a file, errors as sb_page_file. sb_pen_tell: what could not be drawn, and why. */
void sb_pen_begin(sb_pen *pen, const char *title, int sheet);
int sb_pen_end(sb_pen *pen);
sb_status sb_pen_draw(sb_context *ctx, sb_pen *pen, const sb_figure *figure, const char *kind, const char *name, const char *caption);
sb_status sb_pen_file(sb_context *ctx, sb_pen *pen, const char *kind, const char *path, const char *name, const char *caption);
void sb_pen_tell(const sb_pen *pen);

/* Figures, also empty ones (series_count 0), where there is nothing to show.
 *   coverage     share of the parameters by the number of workers that kept them; many numbers are gathered into fewer bars
 *   ladder       the rungs that the pooled law or worker `shown` (NULL: none) has
 *   divergences  KL after training of several runs, and of pure noise; what is known and what is only bounded look different
 *   learned      densities on the line that several runs generate, and their data where all have the same */
sb_status sb_coverage_figure(sb_context *ctx, const sb_coverage *coverage, sb_figure *figure);
sb_status sb_ladder_figure(sb_context *ctx, const sb_measured *measured, const sb_measured_worker *shown, sb_figure *figure);
sb_status sb_divergences_figure(sb_context *ctx, int count, const sb_run_page *page, sb_figure *figure);
sb_status sb_learned_figure(sb_context *ctx, int count, const sb_run_page *page, sb_figure *figure);

/* sb_density_curve: one more curve in a figure, `value` on the grid of a density on the line. sb_density_panel: draws `value` on the
 * grid of a density in the plane; the colours reach to the highest density of that data, so panels of the same data are alike. */
sb_status sb_density_curve(sb_context *ctx, sb_figure *figure, const char *name, const sb_density_pictures *p, const double *value);
sb_status sb_density_panel(sb_context *ctx, sb_pen *pen, const sb_density_pictures *p, const double *value, const char *caption);

/* Sections with pictures, each with its title; nothing where there is nothing to show.
 *   generates  densities of data, of what is generated and of what a pruned model gives; a sheet of images
 *   courses    the measured constants over the rounds
 *   coverage   how many workers kept each parameter, of a run that was trained
 *   ladder     below the table of the KL ladder: its rungs side by side; no title */
sb_status sb_section_generates(sb_context *ctx, sb_pen *pen, const sb_run_page *page);
sb_status sb_section_courses(sb_context *ctx, sb_pen *pen, const sb_run_page *page);
sb_status sb_section_coverage(sb_context *ctx, sb_pen *pen, const sb_run_page *page);
sb_status sb_section_ladder(sb_context *ctx, sb_pen *pen, const sb_run_page *page);

/* sb_section_statements: each statement with the formulas of its forms, the terms of their right sides as bars, their conditions, and
 * every number of ledger.csv; then what the symbols mean. sb_section_assumptions: how far each assumption is met.
 * SB_EINVAL for a formula that is none: a programming error. */
sb_status sb_section_statements(sb_context *ctx, FILE *body, const sb_ledger *ledger);
sb_status sb_section_assumptions(sb_context *ctx, FILE *body, const sb_ledger *ledger);

/* sb_put_formula: lines of formulas.h's language, one below the other. */
sb_status sb_put_formula(sb_context *ctx, FILE *body, const char *formula);

#endif
