/* gnuplot.h: runs gnuplot as a child on a script held in memory; no shell, no file besides what is drawn. For src/report alone. */
#ifndef SB_REPORT_GNUPLOT_H
#define SB_REPORT_GNUPLOT_H

#include "report/output.h"

/* A script that grows in memory. sb_script_begin opens it, sb_script_end closes it (text complete), sb_script_free releases it; both
 * of the latter may be called at any time. */
typedef struct {
    FILE *stream;
    char *text;
    size_t length;
} sb_script;

sb_status sb_script_begin(sb_context *ctx, sb_script *script);
sb_status sb_script_end(sb_context *ctx, sb_script *script);
void sb_script_free(sb_script *script);

/* sb_script_text: `text` as gnuplot's quoted string: nothing in it is an order to gnuplot, line breaks become blanks. */
void sb_script_text(FILE *stream, const char *text);

/* sb_gnuplot_files: what the script plots (whatever terminal it is given) as STEM.svg and STEM.png, `width` by `height` units of 1/96
 * inch; both are drawn before either is written.
 * sb_gnuplot_svg: the first of them as a text to be freed with free().
 * sb_gnuplot_terminal: with characters, columns by rows, as text to be freed with free().
 * SB_EUSER where gnuplot is not installed, SB_EIO where it fails, SB_EINTR where the user stopped it. */
sb_status sb_gnuplot_files(sb_context *ctx, const sb_script *script, int width, int height, const char *stem);
sb_status sb_gnuplot_svg(sb_context *ctx, const sb_script *script, int width, int height, char **svg);
sb_status sb_gnuplot_terminal(sb_context *ctx, const sb_script *script, int columns, int rows, int color, char **text);

#endif
