/* run_page.h: a finished run, and several beside one another, as HTML pages that need nothing outside of themselves. */
#ifndef SB_REPORT_RUN_PAGE_H
#define SB_REPORT_RUN_PAGE_H

#include "measure/history.h"
#include "measure/pictures.h"
#include "report/report.h"

/* What the page of a run shows beside what the terminal does. Each may be NULL: then its place on the page says nothing, or why. */
typedef struct {
    const sb_run_view *view;
    const char *yaml;            /* the resolved configuration */
    const char *provenance;      /* file */
    const char *waterfall;       /* picture: file */
    const char *sheet;           /* of images: file */
    const sb_pictures *pictures;
    const sb_history *history;
} sb_run_page;

/* What drawing came to: a picture that gnuplot does not make is left out of the page, which says so at its end. */
typedef struct {
    int absent;                  /* nonzero: gnuplot is not installed */
    int failed;                  /* pictures that it failed at */
    char complaint[200];         /* of the first of these */
} sb_drawing;

/* sb_run_page_html: the page (caller frees with free()). Curves and densities are drawn by gnuplot; without it the page has all the rest.
 * sb_runs_page_html: the page of a comparison of `count` runs. */
sb_status sb_run_page_html(sb_context *ctx, const sb_run_page *page, char **html, sb_drawing *drawing);
sb_status sb_runs_page_html(sb_context *ctx, int count, const sb_run_page *page, char **html, sb_drawing *drawing);

#endif
