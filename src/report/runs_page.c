/* runs_page.c: the page of a comparison: the tables of the terminal, losses, divergences, and what each run generates. */
#include "base/memory.h"
#include "report/run_sections.h"
#include "report/runs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 640, HEIGHT = 400, PANEL = 420 };

static void put_summaries(FILE *body, int count, const sb_run_page *page)
{
    const sb_output out = sb_output_page(body);
    for (int i = 0; i < count; i++) {
        fputs("<details><summary>", body);
        fprintf(body, "%s ", sb_run_name(i).s);
        sb_page_text(body, page[i].view->path);
        fputs(", in words</summary>\n", body);
        sb_headline_sentences(&out, page[i].view);
        fputs("</details>\n", body);
    }
}

static sb_status put_losses(sb_context *ctx, sb_pen *pen, int count, const sb_run_page *page)
{
    sb_status st = SB_OK;
    sb_figure figure = {0};
    const sb_history **history = NULL;
    const char **name = NULL;
    sb_text *text = NULL;
    SB_CALLOC(history, count);
    SB_CALLOC(name, count);
    SB_CALLOC(text, count);
    for (int i = 0; i < count; i++) {
        text[i] = sb_run_name(i);
        name[i] = text[i].s;
        history[i] = page[i].history;
    }
    SB_TRY(sb_history_losses(ctx, count, history, name, page[0].view->measured->confidence, &figure));
    if (figure.series_count == 0 || pen->blunt) goto done;
    figure.width = WIDTH;
    figure.height = HEIGHT;
    sb_page_title(pen->body, "TRAINING LOSS");
    SB_TRY(sb_pen_draw(ctx, pen, &figure, "plain", "training losses",
                       "Loss of the minibatches that the workers drew, round by round."));
done:
    sb_figure_free(&figure);
    sb_free(history);
    sb_free(name);
    sb_free(text);
    return st;
}

static sb_status put_divergences(sb_context *ctx, sb_pen *pen, int count, const sb_run_page *page)
{
    sb_status st = SB_OK;
    sb_figure figure = {0};
    sb_series *series;
    if (pen->blunt) return SB_OK;
    SB_TRY(sb_figure_begin(ctx, NULL, NULL, "KL of the pooled data, nats", &figure));
    figure.width = WIDTH;
    figure.height = HEIGHT;
    for (int i = 0; i < count; i++) SB_TRY(sb_figure_category(ctx, &figure, sb_run_name(i).s));
    for (int k = 0; k < 2; k++) {
        SB_TRY(sb_figure_series(ctx, &figure, k == 0 ? "after training" : "pure noise, no network at all",
                                k == 0 ? SB_MARK_BARS : SB_MARK_POINTS, count, &series));
        for (int i = 0; i < count; i++) {
            const sb_measured_worker *pooled = &page[i].view->measured->pooled;
            series->x[i] = i;
            series->y[i] = k == 0 ? sb_best_kl_after(pooled).kl : pooled->kl_prior;
        }
    }
    sb_page_title(pen->body, "DIVERGENCE");
    SB_TRY(sb_pen_draw(ctx, pen, &figure, "plain", "divergences after training", NULL));
done:
    sb_figure_free(&figure);
    return st;
}

/* What one run generates: its density in the plane, or its images. */
static sb_status put_generated(sb_context *ctx, sb_pen *pen, int i, const sb_run_page *page)
{
    sb_status st = SB_OK;
    const sb_density_pictures *p = &page->pictures->density;
    sb_figure figure = {0};
    char caption[160];
    snprintf(caption, sizeof caption, "%.20s: %s", sb_run_name(i).s,
             page->sheet ? "rows of data, of generated images, and of a pruned model's where there is one" : "learned density");
    if (page->sheet && page->pictures->sheet.rows > 0) return sb_page_file(ctx, pen->body, "pixels", page->sheet, caption, caption);
    if (p->d != 2 || !p->learned) return SB_OK;
    SB_TRY(sb_figure_begin(ctx, NULL, NULL, NULL, &figure));
    SB_TRY(sb_figure_map(ctx, &figure, p->n, p->origin, p->step));
    figure.width = PANEL;
    figure.height = PANEL - 40;
    const size_t points = (size_t)p->n[0] * (size_t)p->n[1];
    memcpy(figure.map.value, p->learned, points * sizeof *p->learned);
    for (size_t k = 0; k < points; k++) figure.map.most = fmax(figure.map.most, p->data[k]);
    SB_TRY(sb_pen_draw(ctx, pen, &figure, "small", caption, caption));
done:
    sb_figure_free(&figure);
    return st;
}

static sb_status put_all_generated(sb_context *ctx, sb_pen *pen, int count, const sb_run_page *page)
{
    sb_status st = SB_OK;
    int any = 0;
    for (int i = 0; i < count; i++)
        any |= page[i].pictures && (page[i].pictures->density.d == 2 || page[i].pictures->sheet.rows > 0);
    if (!any) return SB_OK;
    sb_page_title(pen->body, "WHAT THEY GENERATE");
    fputs("<div class=\"sheet\">\n", pen->body);
    for (int i = 0; i < count; i++)
        if (page[i].pictures) SB_TRY(put_generated(ctx, pen, i, &page[i]));
    fputs("</div>\n", pen->body);
done:
    return st;
}

static sb_status put_body(sb_context *ctx, sb_pen *pen, int count, const sb_run_page *page)
{
    sb_status st = SB_OK;
    const sb_output out = sb_output_page(pen->body);
    sb_run_view *view = NULL;
    SB_CALLOC(view, count);
    for (int i = 0; i < count; i++) view[i] = *page[i].view;
    sb_runs_list(&out, count, view);
    put_summaries(pen->body, count, page);
    SB_TRY(put_divergences(ctx, pen, count, page));
    SB_TRY(put_losses(ctx, pen, count, page));
    SB_TRY(put_all_generated(ctx, pen, count, page));
    SB_TRY(sb_runs_tables(ctx, &out, count, view));
    if (pen->blunt) sb_put_no_gnuplot(pen->body);
done:
    sb_free(view);
    return st;
}

sb_status sb_runs_page_html(sb_context *ctx, int count, const sb_run_page *run, char **html, int *drawn)
{
    sb_status st = SB_OK;
    sb_page page = {0};
    char title[64];
    *html = NULL;
    SB_TRY(sb_page_begin(ctx, &page));
    sb_pen pen = {.body = page.body};
    SB_TRY(put_body(ctx, &pen, count, run));
    *drawn = !pen.blunt;
    snprintf(title, sizeof title, "Comparison of %d runs", count);
    SB_TRY(sb_page_end(ctx, &page, title, html));
done:
    sb_page_drop(&page);
    return st;
}
