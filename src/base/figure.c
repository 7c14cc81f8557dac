#include "base/figure.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* A copy of text that sb_free releases; NULL for NULL. */
static sb_status copy_text(sb_context *ctx, const char *text, char **copy)
{
    sb_status st = SB_OK;
    *copy = NULL;
    if (!text) return SB_OK;
    SB_ALLOC(*copy, strlen(text) + 1);
    strcpy(*copy, text);
done:
    return st;
}

sb_status sb_figure_begin(sb_context *ctx, const char *title, const char *x_label, const char *y_label, sb_figure *figure)
{
    sb_status st = SB_OK;
    *figure = (sb_figure){0};
    SB_TRY(copy_text(ctx, title, &figure->title));
    SB_TRY(copy_text(ctx, x_label, &figure->x_label));
    SB_TRY(copy_text(ctx, y_label, &figure->y_label));
done:
    if (st != SB_OK) sb_figure_free(figure);
    return st;
}

sb_status sb_figure_series(sb_context *ctx, sb_figure *figure, const char *name, sb_mark mark, int count, sb_series **series)
{
    sb_status st = SB_OK;
    sb_series now = {.mark = mark, .count = count};
    sb_series *more = NULL;
    SB_TRY(copy_text(ctx, name, &now.name));
    SB_CALLOC(now.x, count);
    SB_CALLOC(now.y, count);
    SB_CALLOC(more, figure->series_count + 1);
    if (figure->series_count) memcpy(more, figure->series, (size_t)figure->series_count * sizeof *more);
    more[figure->series_count] = now;
    sb_free(figure->series);
    figure->series = more;
    *series = &figure->series[figure->series_count++];
done:
    if (st != SB_OK) {
        sb_free(now.name);
        sb_free(now.x);
        sb_free(now.y);
    }
    return st;
}

sb_status sb_figure_category(sb_context *ctx, sb_figure *figure, const char *name)
{
    sb_status st = SB_OK;
    char *copy = NULL, **more = NULL;
    SB_TRY(copy_text(ctx, name, &copy));
    SB_CALLOC(more, figure->category_count + 1);
    if (figure->category_count) memcpy(more, figure->category, (size_t)figure->category_count * sizeof *more);
    more[figure->category_count++] = copy;
    sb_free(figure->category);
    figure->category = more;
done:
    if (st != SB_OK) sb_free(copy);
    return st;
}

sb_status sb_figure_map(sb_context *ctx, sb_figure *figure, const int n[2], const double origin[2], const double step[2])
{
    sb_status st = SB_OK;
    SB_CALLOC(figure->map.value, (size_t)n[0] * (size_t)n[1]);
    for (int i = 0; i < 2; i++) {
        figure->map.n[i] = n[i];
        figure->map.origin[i] = origin[i];
        figure->map.step[i] = step[i];
    }
done:
    return st;
}

void sb_figure_free(sb_figure *figure)
{
    for (int i = 0; i < figure->series_count; i++) {
        sb_free(figure->series[i].name);
        sb_free(figure->series[i].x);
        sb_free(figure->series[i].y);
    }
    for (int i = 0; i < figure->category_count; i++) sb_free(figure->category[i]);
    sb_free(figure->series);
    sb_free(figure->category);
    sb_free(figure->map.value);
    sb_free(figure->title);
    sb_free(figure->x_label);
    sb_free(figure->y_label);
    *figure = (sb_figure){0};
}
