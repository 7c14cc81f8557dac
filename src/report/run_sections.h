/* run_sections.h: sections of the page of a run. For src/report alone. */
#ifndef SB_REPORT_RUN_SECTIONS_H
#define SB_REPORT_RUN_SECTIONS_H

#include "report/page.h"
#include "report/run_page.h"

/* A pen that draws by gnuplot into a page, until it finds that gnuplot is not installed: then it is blunt, and draws nothing more. */
typedef struct {
    FILE *body;
    int blunt;
} sb_pen;

/* sb_pen_draw: a figure on the page; `kind` and `caption` as sb_page_svg has them. SB_EIO, SB_EINTR as sb_plot_svg. */
sb_status sb_pen_draw(sb_context *ctx, sb_pen *pen, const sb_figure *figure, const char *kind, const char *name, const char *caption);

/* Sections with pictures, each with its title; nothing where there is nothing to show.
 *   generates  densities of data, of what is generated and of what a pruned model gives; a sheet of images
 *   courses    the measured constants over the rounds
 *   coverage   how many workers kept each parameter
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

/* sb_put_no_gnuplot: why pictures are missing. sb_put_formula: lines of formulas.h's language, one below the other. */
void sb_put_no_gnuplot(FILE *body);
sb_status sb_put_formula(sb_context *ctx, FILE *body, const char *formula);

#endif
