#include "report/run_page.h"

#include "base/json.h"
#include "report/parts.h"
#include "report/run_sections.h"

#include <stdlib.h>

static sb_status put_waterfall(sb_context *ctx, const sb_output *out, sb_pen *pen, const sb_run_page *page)
{
    sb_status st = SB_OK;
    const sb_waterfall *w = page->view->waterfall;
    if (!w) return SB_OK;
    sb_output_title(out, "SLACK WATERFALL");
    if (page->waterfall && w->count > 0) SB_TRY(sb_page_file(ctx, pen->body, "wide", page->waterfall, "the slack waterfall", NULL));
    SB_TRY(sb_waterfall_rows_print(ctx, out, w, page->view->config));
done:
    return st;
}

static void put_text_cell(FILE *body, const json_t *value)
{
    char number[128];
    if (json_is_integer(value)) snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
    else if (json_is_number(value)) snprintf(number, sizeof number, "%s", sb_text_double(json_number_value(value), 4).s);
    sb_page_element(body, "td", json_is_string(value) ? json_string_value(value) : json_is_number(value) ? number : "");
}

/* The steps of work, a line each, with what is noted of any of them. */
static void put_provenance(FILE *body, const char *path)
{
    static const char *const keys[] = {"step", "started",   "seconds", "version", "host",          "device",
                                       "gpu",  "blas_core", "threads", "ranks",   "learning_rate", "pilot_runs"};
    json_t *root = path ? json_load_file(path, 0, NULL) : NULL;
    const json_t *steps = json_object_get(root, "steps");
    sb_page_title(body, "PROVENANCE");
    if (json_array_size(steps) == 0) sb_page_element(body, "p", "Nothing is noted of what made this run.");
    else {
        fputs("<div class=\"box\"><table>\n<tr>", body);
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) sb_page_element(body, "th", keys[k]);
        fputs("</tr>\n", body);
        for (size_t i = 0; i < json_array_size(steps); i++) {
            fputs("<tr>", body);
            for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
                put_text_cell(body, json_object_get(json_array_get(steps, i), keys[k]));
            fputs("</tr>\n", body);
        }
        fputs("</table></div>\n", body);
    }
    json_decref(root);
}

static void put_configuration(FILE *body, const char *yaml)
{
    sb_page_title(body, "CONFIGURATION");
    fputs("<details><summary>the resolved configuration of this run</summary>\n", body);
    sb_page_element(body, "pre", yaml ? yaml : "");
    fputs("</details>\n", body);
}

static sb_status put_body(sb_context *ctx, sb_pen *pen, const sb_run_page *page)
{
    sb_status st = SB_OK;
    const sb_run_view *view = page->view;
    const sb_output out = sb_output_page(pen->body);
    sb_headline(&out, view);
    SB_TRY(put_waterfall(ctx, &out, pen, page));
    SB_TRY(sb_section_generates(ctx, pen, page));
    SB_TRY(sb_ledger_table(ctx, &out, view->ledger));
    SB_TRY(sb_conditions_table(ctx, &out, view->ledger));
    sb_ledger_lacking(&out, view->ledger);
    SB_TRY(sb_section_statements(ctx, pen->body, view->ledger));
    SB_TRY(sb_section_assumptions(ctx, pen->body, view->ledger));
    SB_TRY(sb_assumptions_table(ctx, &out, view->measured));
    SB_TRY(sb_section_courses(ctx, pen, page));
    SB_TRY(sb_section_coverage(ctx, pen, page));
    SB_TRY(sb_workers_table(ctx, &out, view->measured));
    SB_TRY(sb_ladder_table(ctx, &out, view->measured));
    SB_TRY(sb_section_ladder(ctx, pen, page));
    SB_TRY(sb_quality_table(ctx, &out, view->measured));
    put_configuration(pen->body, page->yaml);
    put_provenance(pen->body, page->provenance);
    sb_pen_tell(pen);
done:
    return st;
}

sb_status sb_run_page_html(sb_context *ctx, const sb_run_page *run, char **html, sb_drawing *drawing)
{
    sb_status st = SB_OK;
    sb_page page = {0};
    char *title = NULL;
    *html = NULL;
    SB_TRY(sb_page_begin(ctx, &page));
    sb_pen pen = {.body = page.body};
    SB_TRY(put_body(ctx, &pen, run));
    *drawing = pen.drawing;
    if (asprintf(&title, "Run %s", run->view->path) < 0) title = NULL;
    SB_REQUIRE(title, SB_ENOMEM, "out of memory for the title of a page");
    SB_TRY(sb_page_end(ctx, &page, title, html));
done:
    sb_page_drop(&page);
    free(title);
    return st;
}
