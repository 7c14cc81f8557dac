/* run_pen.c: gnuplot's pictures on a page, and what the page says where there are none. */
#include "report/plot.h"
#include "report/run_sections.h"

#include <stdlib.h>

void sb_pen_begin(sb_pen *pen, const char *title, int sheet)
{
    pen->title = title;
    pen->sheet = sheet;
    pen->drawn = 0;
}

int sb_pen_end(sb_pen *pen)
{
    if (pen->drawn > 0 && pen->sheet) fputs("</div>\n", pen->body);
    return pen->drawn;
}

static void put_opening(sb_pen *pen)
{
    if (pen->drawn++ > 0) return;
    if (pen->title) sb_page_title(pen->body, pen->title);
    if (pen->sheet) fputs("<div class=\"sheet\">\n", pen->body);
}

/* A picture is no part of the result: the page goes without it. */
static sb_status or_without(sb_context *ctx, sb_pen *pen, sb_status status)
{
    if (status != SB_EUSER && status != SB_EIO) return status;
    if (status == SB_EUSER) pen->drawing.absent = 1;
    else if (pen->drawing.failed++ == 0)
        snprintf(pen->drawing.complaint, sizeof pen->drawing.complaint, "%.199s", ctx->error.message);
    sb_forgive(ctx);
    return SB_OK;
}

sb_status sb_pen_draw(sb_context *ctx, sb_pen *pen, const sb_figure *figure, const char *kind, const char *name,
                      const char *caption)
{
    sb_status st = SB_OK;
    char *svg = NULL;
    if (pen->drawing.absent) return SB_OK;
    SB_TRY(or_without(ctx, pen, sb_plot_svg(ctx, figure, &svg)));
    if (!svg) goto done;
    put_opening(pen);
    sb_page_svg(pen->body, kind, svg, name, caption);
done:
    free(svg);
    return st;
}

sb_status sb_pen_file(sb_context *ctx, sb_pen *pen, const char *kind, const char *path, const char *name, const char *caption)
{
    put_opening(pen);
    return sb_page_file(ctx, pen->body, kind, path, name, caption);
}

void sb_pen_tell(const sb_pen *pen)
{
    const sb_drawing *d = &pen->drawing;
    if (d->absent)
        sb_page_element(pen->body, "p",
                        "gnuplot was not installed where this page was made, so curves and densities are missing; with it, "
                        "scorebound report makes them, too.");
    if (d->failed == 0) return;
    fprintf(pen->body, "<p>%d picture%s missing, which could not be drawn where this page was made: ", d->failed,
            d->failed == 1 ? " is" : "s are");
    sb_page_text(pen->body, d->complaint);
    fputs("</p>\n", pen->body);
}
