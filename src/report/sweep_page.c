/* sweep_page.c: a sweep as one HTML file: tables, and the pictures as data within it. */
#include "report/sweep_comparison.h"

#include "report/page.h"
#include "report/text.h"
#include "sweep/columns.h"
#include "sweep/sweep_figure.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Above a column of numbers. */
static void put_heading(FILE *out, const char *text)
{
    fputs("<th class=\"right\">", out);
    sb_page_text(out, text);
    fputs("</th>", out);
}

static void put_number(FILE *out, const sb_sweep_column *column, int run)
{
    const sb_number x = column->value[run];
    fputs("<td class=\"right\">", out);
    sb_page_number(out, x.value, 4);
    if (x.lo < x.hi) {
        fputs("<br/><small>", out);
        sb_page_text(out, sb_text_interval(x, 4).s);
        fputs("</small>", out);
    }
    if (column->verdict) {
        fputs("<br/>", out);
        sb_page_element(out, "small", sb_verdict_name(column->verdict[run]));
    }
    fputs("</td>", out);
}

/* The keys that set runs apart. */
static int several(const sb_sweep_plan *plan, int a)
{
    return plan->axis[a].count > 1;
}

static void put_runs(FILE *out, const sb_sweep_findings *f)
{
    const char *const *show;
    const int shown = sb_sweep_show(f->plan, &show);
    fputs("<div class=\"box\"><table>\n<tr>", out);
    for (int a = 0; a < f->plan->axis_count; a++)
        if (several(f->plan, a)) sb_page_element(out, "th", f->plan->axis[a].key);
    for (int i = 0; i < shown; i++) {
        char label[100];
        sb_sweep_column_label(&f->column[sb_sweep_column_find(f, show[i])], sizeof label, label);
        put_heading(out, label);
    }
    fputs("</tr>\n", out);
    for (int run = 0; run < f->plan->run_count; run++) {
        fputs("<tr>", out);
        for (int a = 0; a < f->plan->axis_count; a++)
            if (several(f->plan, a)) sb_page_element(out, "td", sb_sweep_value(f->plan, run, a));
        for (int i = 0; i < shown; i++) put_number(out, &f->column[sb_sweep_column_find(f, show[i])], run);
        fputs("</tr>\n", out);
    }
    fputs("</table></div>\n", out);
}

static void put_beside(FILE *out, const sb_beside *beside)
{
    char text[64];
    sb_page_title(out, beside->title);
    sb_page_element(out, "p", beside->note);
    fputs("\n<div class=\"box\"><table>\n<tr><th></th>", out);
    for (int c = 0; c < beside->column_count; c++) put_heading(out, beside->heading[c]);
    fputs("</tr>\n", out);
    for (int r = 0; r < beside->row_count; r++) {
        fputs("<tr>", out);
        sb_page_element(out, "td", beside->row[r]);
        for (int c = 0; c < beside->column_count; c++) {
            const sb_reported x = beside->number[r * beside->column_count + c];
            snprintf(text, sizeof text,
                     isnan(x.value)       ? "-"
                     : isnan(x.deviation) ? "%.6g"
                                          : "%.6g &#177; %.3g",
                     x.value, x.deviation);
            fprintf(out, "<td class=\"right\">%s</td>", text);
        }
        fputs("</tr>\n", out);
    }
    fputs("</table></div>\n", out);
    sb_page_element(out, "p", beside->source);
}

/* The sizes that all runs have in common. */
static void put_sizes(FILE *out, const sb_sweep_findings *f)
{
    static const struct {
        const char *name, *words;
    } sizes[] = {{"N", "workers"}, {"d", "dimensions"},  {"D", "parameters"},
                 {"R", "rounds"},  {"S", "local steps"}, {"K", "steps of the sampler"}};
    const char *before = "<p>";
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const int c = sb_sweep_column_find(f, sizes[i].name);
        int run = 0;
        while (run + 1 < f->plan->run_count && !sb_sweep_finished(f, run)) run++;
        if (sb_sweep_column_varies(f, c)) continue;
        fprintf(out, "%s%s = %s %s", before, sizes[i].name, sb_text_double(f->column[c].value[run].value, 6).s, sizes[i].words);
        before = ", ";
    }
    if (*before != '<') fputs(".</p>\n", out);
}

static sb_status put_picture(sb_context *ctx, FILE *out, const sb_page_picture *picture)
{
    const char *end = picture->file ? strrchr(picture->file, '.') : NULL;
    if (!picture->file) return SB_OK;
    sb_page_title(out, picture->title);
    return sb_page_file(ctx, out, end && strcmp(end, ".svg") == 0 ? "wide" : "pixels", picture->file, picture->title,
                        picture->words);
}

static sb_status put_body(sb_context *ctx, const sb_comparison *comparison, FILE *out)
{
    sb_status st = SB_OK;
    const sb_sweep_findings *f = comparison->findings;
    put_sizes(out, f);
    if (f->plan->is_quick) sb_page_element(out, "p", "This is the quick version: too little training for good samples.");
    sb_page_title(out, "Runs");
    put_runs(out, f);
    sb_page_element(out, "p",
                    "Below a number its interval, below a right side whether the statement holds. KL is that of the worst measured "
                    "worker, in nats.");
    if (comparison->beside) put_beside(out, comparison->beside);
    for (int i = 0; i < comparison->picture_count; i++) SB_TRY(put_picture(ctx, out, &comparison->picture[i]));
done:
    return st;
}

sb_status sb_comparison_page(sb_context *ctx, const sb_comparison *comparison, char **text)
{
    sb_status st = SB_OK;
    const char *title = comparison->findings->plan->title;
    sb_page page = {0};
    *text = NULL;
    SB_TRY(sb_page_begin(ctx, &page));
    SB_TRY(put_body(ctx, comparison, page.body));
    SB_TRY(sb_page_end(ctx, &page, title ? title : "A sweep", text));
done:
    sb_page_drop(&page);
    return st;
}
