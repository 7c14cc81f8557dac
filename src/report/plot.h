/* plot.h: draws a figure with gnuplot, in one style that colour-blind readers can tell apart. */
#ifndef SB_REPORT_PLOT_H
#define SB_REPORT_PLOT_H

#include "base/figure.h"
#include "report/output.h"

/* sb_plot_files: writes STEM.svg and STEM.png, each whole or not at all.
 * sb_plot_svg: the same picture as a text (caller frees with free()).
 * sb_plot_terminal: draws with characters, out->width columns wide; a map of colours is left out.
 * All: SB_EUSER where gnuplot is not installed (the message says so and how to get it), SB_EIO where it fails, SB_EINTR where the
 * user stopped it. What cannot be drawn is left out, and a note says how many points that are: values that are not finite or beyond
 * 1e150, and on a logarithmic axis those that are not positive. Ends of intervals that are out of sight are cut at the frame. */
sb_status sb_plot_files(sb_context *ctx, const sb_figure *figure, const char *stem);
sb_status sb_plot_svg(sb_context *ctx, const sb_figure *figure, char **svg);
sb_status sb_plot_terminal(sb_context *ctx, const sb_output *out, const sb_figure *figure);

#endif
