/* runs_page.c: the page of a comparison: the tables of the terminal, losses, divergences, and what each run generates. */
#include "base/memory.h"
#include "report/run_sections.h"
#include "report/runs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 640, HEIGHT = 400 };

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
    if (figure.series_count == 0) goto done;
    figure.width = WIDTH;
    figure.height = HEIGHT;
    sb_pen_begin(pen, "TRAINING LOSS", 0);
    SB_TRY(sb_pen_draw(ctx, pen, &figure, "plain", "training losses",
                       "Loss of the minibatches that the workers drew, round by round."));
    sb_pen_end(pen);
done:
    sb_figure_free(&figure);
    sb_free(history);
    sb_free(name);
    sb_free(text);
    return st;
}

static const sb_measured_worker *pooled_of(const sb_run_page *page)
{
    return &page->view->measured->pooled;
}

/* KL after training where it is known, or where only an upper bound is. */
static sb_number divergence_of(const sb_run_page *page, int at_most)
{
    const sb_best_kl best = sb_best_kl_after(pooled_of(page));
    return !best.at_most == !at_most ? best.kl : sb_number_unknown();
}

/* One kind of bars, with gaps at the other runs; none where there would be gaps alone. */
static sb_status add_divergences(sb_context *ctx, sb_figure *figure, int count, const sb_run_page *page, int at_most)
{
    sb_status st = SB_OK;
    sb_series *series;
    int any = 0;
    for (int i = 0; i < count; i++) any |= !isnan(divergence_of(&page[i], at_most).value);
    if (!any) return SB_OK;
    SB_TRY(sb_figure_series(ctx, figure, at_most ? "after training, at most" : "after training", SB_MARK_BARS, count, &series));
    for (int i = 0; i < count; i++) {
        series->x[i] = i;
        series->y[i] = divergence_of(&page[i], at_most);
    }
done:
    return st;
}

sb_status sb_divergences_figure(sb_context *ctx, int count, const sb_run_page *page, sb_figure *figure)
{
    sb_status st = SB_OK;
    sb_series *series;
    SB_TRY(sb_figure_begin(ctx, NULL, NULL, "KL of the pooled data, nats", figure));
    figure->width = WIDTH;
    figure->height = HEIGHT;
    for (int i = 0; i < count; i++) SB_TRY(sb_figure_category(ctx, figure, sb_run_name(i).s));
    SB_TRY(add_divergences(ctx, figure, count, page, 0));
    SB_TRY(add_divergences(ctx, figure, count, page, 1));
    SB_TRY(sb_figure_series(ctx, figure, "pure noise, no network at all", SB_MARK_POINTS, count, &series));
    for (int i = 0; i < count; i++) {
        series->x[i] = i;
        series->y[i] = pooled_of(&page[i])->kl_prior;
    }
done:
    return st;
}

static sb_status put_divergences(sb_context *ctx, sb_pen *pen, int count, const sb_run_page *page)
{
    sb_status st = SB_OK;
    sb_figure figure = {0};
    SB_TRY(sb_divergences_figure(ctx, count, page, &figure));
    sb_pen_begin(pen, "DIVERGENCE", 0);
    SB_TRY(sb_pen_draw(ctx, pen, &figure, "plain", "divergences after training", NULL));
    sb_pen_end(pen);
done:
    sb_figure_free(&figure);
    return st;
}

/* The densities that a run generates, on the line or in the plane; NULL: it has none of that dimension. */
static const sb_density_pictures *learned_of(const sb_run_page *page, int d)
{
    const sb_density_pictures *p = page->pictures ? &page->pictures->density : NULL;
    return p && p->d == d && p->learned ? p : NULL;
}

static int same_data(const sb_density_pictures *a, const sb_density_pictures *b)
{
    return a->n[0] == b->n[0] && a->origin[0] == b->origin[0] && a->step[0] == b->step[0] &&
           memcmp(a->data, b->data, (size_t)a->n[0] * sizeof *a->data) == 0;
}

sb_status sb_learned_figure(sb_context *ctx, int count, const sb_run_page *page, sb_figure *figure)
{
    sb_status st = SB_OK;
    const sb_density_pictures *first = NULL;
    int shared = 1;
    SB_TRY(sb_figure_begin(ctx, NULL, "x", "density", figure));
    figure->width = WIDTH;
    figure->height = HEIGHT;
    for (int i = 0; i < count; i++) {
        const sb_density_pictures *p = learned_of(&page[i], 1);
        if (!p) continue;
        if (first) shared &= same_data(first, p);
        else first = p;
    }
    if (first && shared) SB_TRY(sb_density_curve(ctx, figure, "data", first, first->data));
    for (int i = 0; i < count; i++) {
        const sb_density_pictures *p = learned_of(&page[i], 1);
        if (p) SB_TRY(sb_density_curve(ctx, figure, sb_run_name(i).s, p, p->learned));
    }
done:
    return st;
}

static sb_status put_learned(sb_context *ctx, sb_pen *pen, int count, const sb_run_page *page)
{
    sb_status st = SB_OK;
    sb_figure figure = {0};
    SB_TRY(sb_learned_figure(ctx, count, page, &figure));
    if (figure.series_count > 0) SB_TRY(sb_pen_draw(ctx, pen, &figure, "plain", "learned densities", "Learned densities."));
done:
    sb_figure_free(&figure);
    return st;
}

/* What one run generates: its images, or its density in the plane. */
static sb_status put_generated(sb_context *ctx, sb_pen *pen, int i, const sb_run_page *page)
{
    const sb_density_pictures *p = learned_of(page, 2);
    char caption[160];
    snprintf(caption, sizeof caption, "%.20s: %s", sb_run_name(i).s,
             page->sheet ? "rows of data, of generated images, and of a pruned model's where there is one" : "learned density");
    if (page->sheet) return sb_pen_file(ctx, pen, "pixels", page->sheet, caption, caption);
    return p ? sb_density_panel(ctx, pen, p, p->learned, caption) : SB_OK;
}

static sb_status put_all_generated(sb_context *ctx, sb_pen *pen, int count, const sb_run_page *page)
{
    static const char title[] = "WHAT THEY GENERATE";
    sb_status st = SB_OK;
    sb_pen_begin(pen, title, 0);
    SB_TRY(put_learned(ctx, pen, count, page));
    const int begun = sb_pen_end(pen) > 0;
    sb_pen_begin(pen, begun ? NULL : title, 1);
    for (int i = 0; i < count; i++) SB_TRY(put_generated(ctx, pen, i, &page[i]));
    sb_pen_end(pen);
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
    sb_pen_tell(pen);
done:
    sb_free(view);
    return st;
}

sb_status sb_runs_page_html(sb_context *ctx, int count, const sb_run_page *run, char **html, sb_drawing *drawing)
{
    sb_status st = SB_OK;
    sb_page page = {0};
    char title[64];
    *html = NULL;
    SB_TRY(sb_page_begin(ctx, &page));
    sb_pen pen = {.body = page.body};
    SB_TRY(put_body(ctx, &pen, count, run));
    *drawing = pen.drawing;
    snprintf(title, sizeof title, "Comparison of %d runs", count);
    SB_TRY(sb_page_end(ctx, &page, title, html));
done:
    sb_page_drop(&page);
    return st;
}
