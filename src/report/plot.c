#include "report/plot.h"

#include "report/plot_script.h"

#include <stdlib.h>

enum { WIDTH = 900, HEIGHT = 560 };

static int width_of(const sb_figure *figure)
{
    return figure->width > 0 ? figure->width : WIDTH;
}

static int height_of(const sb_figure *figure)
{
    return figure->height > 0 ? figure->height : HEIGHT;
}

static sb_status write_script(sb_context *ctx, const sb_figure *figure, const sb_plot_frame *frame, int characters,
                              sb_script *script)
{
    sb_status st = SB_OK;
    SB_TRY(sb_script_begin(ctx, script));
    sb_plot_write(script->stream, figure, frame, characters);
    SB_TRY(sb_script_end(ctx, script));
done:
    return st;
}

sb_status sb_plot_files(sb_context *ctx, const sb_figure *figure, const char *stem)
{
    sb_status st = SB_OK;
    const sb_plot_frame frame = sb_plot_frame_of(figure);
    sb_script script = {0};
    SB_TRY(write_script(ctx, figure, &frame, 0, &script));
    SB_TRY(sb_gnuplot_files(ctx, &script, width_of(figure), height_of(figure), stem));
done:
    sb_script_free(&script);
    return st;
}

sb_status sb_plot_svg(sb_context *ctx, const sb_figure *figure, char **svg)
{
    sb_status st = SB_OK;
    const sb_plot_frame frame = sb_plot_frame_of(figure);
    sb_script script = {0};
    *svg = NULL;
    SB_TRY(write_script(ctx, figure, &frame, 0, &script));
    SB_TRY(sb_gnuplot_svg(ctx, &script, width_of(figure), height_of(figure), svg));
done:
    sb_script_free(&script);
    return st;
}

sb_status sb_plot_terminal(sb_context *ctx, const sb_output *out, const sb_figure *figure)
{
    sb_status st = SB_OK;
    const sb_plot_frame frame = sb_plot_frame_of(figure);
    sb_script script = {0};
    char *text = NULL;
    SB_TRY(write_script(ctx, figure, &frame, 1, &script));
    SB_TRY(sb_gnuplot_terminal(ctx, &script, out->width, out->width / 4, out->color, &text));
    fprintf(out->stream, "%s\n", text);
    if (frame.left_out > 0)
        sb_output_paragraph(out, 2, "", "%d point%s not drawn: not finite%s.", frame.left_out,
                            frame.left_out == 1 ? " is" : "s are",
                            frame.x.log || frame.y.log ? ", or not positive on a logarithmic axis" : "");
done:
    sb_script_free(&script);
    free(text);
    return st;
}
