/* sweep_page.c: a sweep as one HTML file: tables, and the pictures as data within it. */
#include "report/sweep_comparison.h"

#include "base/file.h"
#include "report/text.h"
#include "sweep/columns.h"
#include "sweep/sweep_figure.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char style[] =
    "body{font:16px/1.5 sans-serif;max-width:70em;margin:2em auto;padding:0 1em;color:#222;background:#fff}"
    "table{border-collapse:collapse;margin:1em 0}th,td{padding:.25em .8em;text-align:right;"
    "border-bottom:1px solid #ddd}th:first-child,td:first-child{text-align:left}"
    "small{color:#666}img{max-width:100%}figure{margin:1.5em 0}figure img.pixels{image-rendering:pixelated}";

static void put(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '&') fputs("&amp;", out);
        else if (*text == '<') fputs("&lt;", out);
        else if (*text == '>') fputs("&gt;", out);
        else if (*text == '"') fputs("&quot;", out);
        else fputc(*text, out);
    }
}

static void put_element(FILE *out, const char *name, const char *text)
{
    fprintf(out, "<%s>", name);
    put(out, text);
    fprintf(out, "</%s>", name);
}

static void put_base64(FILE *out, const unsigned char *bytes, size_t count)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < count; i += 3) {
        const size_t left = count - i;
        const uint32_t word =
            (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) | (left > 2 ? bytes[i + 2] : 0u);
        fputc(digit[word >> 18], out);
        fputc(digit[word >> 12 & 63], out);
        fputc(left > 1 ? digit[word >> 6 & 63] : '=', out);
        fputc(left > 2 ? digit[word & 63] : '=', out);
    }
}

static sb_status put_picture(sb_context *ctx, FILE *out, const sb_page_picture *picture)
{
    sb_status st = SB_OK;
    char *bytes = NULL;
    size_t count;
    if (!picture->file) return SB_OK;
    const char *end = strrchr(picture->file, '.');
    const int drawn = end && strcmp(end, ".svg") == 0;
    SB_TRY(sb_file_read(ctx, picture->file, &bytes, &count));
    put_element(out, "h2", picture->title);
    fprintf(out, "\n<figure><img %salt=\"", drawn ? "" : "class=\"pixels\" ");
    put(out, picture->title);
    fprintf(out, "\" src=\"data:image/%s;base64,", drawn ? "svg+xml" : "png");
    put_base64(out, (const unsigned char *)bytes, count);
    fputs("\">", out);
    put_element(out, "figcaption", picture->words);
    fputs("</figure>\n", out);
done:
    free(bytes);
    return st;
}

static void put_number(FILE *out, const sb_sweep_column *column, int run)
{
    const sb_number x = column->value[run];
    fputs("<td>", out);
    put(out, sb_text_double(x.value, 4).s);
    if (x.lo < x.hi) {
        fputs("<br><small>", out);
        put(out, sb_text_interval(x, 4).s);
        fputs("</small>", out);
    }
    if (column->verdict) {
        fputs("<br>", out);
        put_element(out, "small", sb_verdict_name(column->verdict[run]));
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
    fputs("<table>\n<tr>", out);
    for (int a = 0; a < f->plan->axis_count; a++)
        if (several(f->plan, a)) put_element(out, "th", f->plan->axis[a].key);
    for (int i = 0; i < shown; i++) {
        char label[100];
        sb_sweep_column_label(&f->column[sb_sweep_column_find(f, show[i])], sizeof label, label);
        put_element(out, "th", label);
    }
    fputs("</tr>\n", out);
    for (int run = 0; run < f->plan->run_count; run++) {
        fputs("<tr>", out);
        for (int a = 0; a < f->plan->axis_count; a++)
            if (several(f->plan, a)) put_element(out, "td", sb_sweep_value(f->plan, run, a));
        for (int i = 0; i < shown; i++) put_number(out, &f->column[sb_sweep_column_find(f, show[i])], run);
        fputs("</tr>\n", out);
    }
    fputs("</table>\n", out);
}

static void put_beside(FILE *out, const sb_beside *beside)
{
    char text[64];
    put_element(out, "h2", beside->title);
    put_element(out, "p", beside->note);
    fputs("\n<table>\n<tr><th></th>", out);
    for (int c = 0; c < beside->column_count; c++) put_element(out, "th", beside->heading[c]);
    fputs("</tr>\n", out);
    for (int r = 0; r < beside->row_count; r++) {
        fputs("<tr>", out);
        put_element(out, "td", beside->row[r]);
        for (int c = 0; c < beside->column_count; c++) {
            const sb_reported x = beside->number[r * beside->column_count + c];
            snprintf(text, sizeof text,
                     isnan(x.value)       ? "-"
                     : isnan(x.deviation) ? "%.6g"
                                          : "%.6g &plusmn; %.3g",
                     x.value, x.deviation);
            fprintf(out, "<td>%s</td>", text);
        }
        fputs("</tr>\n", out);
    }
    fputs("</table>\n", out);
    put_element(out, "p", beside->source);
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
    fputs(".</p>\n", out);
}

static sb_status write_page(sb_context *ctx, const sb_comparison *comparison, FILE *out)
{
    sb_status st = SB_OK;
    const sb_sweep_findings *f = comparison->findings;
    const char *title = f->plan->title ? f->plan->title : "A sweep";
    fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>", out);
    put(out, title);
    fprintf(out, "</title><style>%s</style></head><body>\n", style);
    put_element(out, "h1", title);
    put_sizes(out, f);
    if (f->plan->is_quick) put_element(out, "p", "This is the quick version: too little training for good samples.");
    fputs("<h2>Runs</h2>\n", out);
    put_runs(out, f);
    put_element(
        out, "p",
        "Below a number its interval, below a right side whether the statement holds. KL is that of the worst worker, in nats.");
    if (comparison->beside) put_beside(out, comparison->beside);
    for (int i = 0; i < comparison->picture_count; i++) SB_TRY(put_picture(ctx, out, &comparison->picture[i]));
    fputs("</body></html>\n", out);
done:
    return st;
}

sb_status sb_comparison_page(sb_context *ctx, const sb_comparison *comparison, char **text)
{
    sb_status st = SB_OK;
    size_t length;
    *text = NULL;
    FILE *stream = open_memstream(text, &length);
    SB_REQUIRE(stream, SB_ENOMEM, "out of memory for a page");
    st = write_page(ctx, comparison, stream);
    if (fclose(stream) != 0 && st == SB_OK) st = sb_fail(ctx, SB_ENOMEM, __func__, __LINE__, "out of memory for a page");
done:
    if (st != SB_OK) {
        free(*text);
        *text = NULL;
    }
    return st;
}
