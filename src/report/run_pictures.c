/* run_pictures.c: the sections of a run's page that are pictures. What is drawn was computed when the run was measured. */
#include "measure/ladder.h"
#include "report/run_sections.h"
#include "report/text.h"

#include <math.h>

enum { WIDE = 640, HIGH = 420, LOW = 320 };

static int was_trained(const sb_run_page *page)
{
    return page->view->measured->D > 0.0 && page->view->measured->R > 0.0;
}

static const char *by_what(const sb_run_page *page)
{
    return was_trained(page) ? "with the trained parameters of replica 0" : "with this model";
}

/* The three densities that there may be, under their names. */
typedef struct {
    const char *name;
    const double *value; /* NULL: none */
} density;

enum { LONGEST_NAME = 160 };

static void densities_of(const sb_pictures *p, char pruned[LONGEST_NAME], density of[3])
{
    snprintf(pruned, LONGEST_NAME, "worker %d's pruned model, %s of it kept", p->pruned_model.worker,
             sb_text_double(p->pruned_model.kept, 3).s);
    of[0] = (density){"data", p->density.data};
    of[1] = (density){"learned", p->density.learned};
    of[2] = (density){pruned, p->density.pruned};
}

static sb_status draw_curves(sb_context *ctx, sb_pen *pen, const sb_density_pictures *p, const density of[3])
{
    sb_status st = SB_OK;
    sb_figure figure = {0};
    SB_TRY(sb_figure_begin(ctx, NULL, "x", "density", &figure));
    figure.width = WIDE;
    figure.height = HIGH;
    for (int k = 0; k < 3; k++)
        if (of[k].value) SB_TRY(sb_density_curve(ctx, &figure, of[k].name, p, of[k].value));
    SB_TRY(sb_pen_draw(ctx, pen, &figure, "plain", "densities", NULL));
done:
    sb_figure_free(&figure);
    return st;
}

static void put_density_words(FILE *body, const sb_run_page *page)
{
    const sb_pictures *p = page->pictures;
    fprintf(body, "<p>Densities: of the pooled data at the early stop, and of what the sampler generates %s.%s</p>\n",
            by_what(page), p->density.d == 2 ? " All share one scale." : "");
    if (!p->density.learned)
        sb_page_element(body, "p", "What is learned has no picture: its score diverges, or changes too fast for a grid.");
    if (p->pruned_model.worker >= 0 && !p->density.pruned)
        sb_page_element(body, "p", "The pruned model has no picture: its score diverges, or changes too fast for a grid.");
    if (p->pruned_model.worker >= 0)
        sb_page_element(body, "p",
                        "The pruned model is what that worker would use by itself: the trained parameters, without those that "
                        "its mask of the next round takes away. Training pools the masks of all workers.");
}

static sb_status put_densities(sb_context *ctx, sb_pen *pen, const sb_run_page *page, const char *title)
{
    sb_status st = SB_OK;
    const sb_density_pictures *p = &page->pictures->density;
    char pruned[LONGEST_NAME];
    density of[3];
    densities_of(page->pictures, pruned, of);
    sb_pen_begin(pen, title, p->d == 2);
    if (p->d == 1) SB_TRY(draw_curves(ctx, pen, p, of));
    for (int k = 0; k < 3 && p->d == 2; k++)
        if (of[k].value) SB_TRY(sb_density_panel(ctx, pen, p, of[k].value, of[k].name));
    if (sb_pen_end(pen) > 0) put_density_words(pen->body, page);
done:
    return st;
}

static sb_status put_sheet(sb_context *ctx, sb_pen *pen, const sb_run_page *page)
{
    const sb_image_sheet *sheet = &page->pictures->sheet;
    char words[300], generated[100];
    if (!page->sheet) return SB_OK;
    snprintf(generated, sizeof generated, "; what is generated %s", by_what(page));
    snprintf(words, sizeof words, "Rows from the top: the data%s%s. The first %d of each, not chosen.",
             sheet->rows > 1 ? generated : "", sheet->rows > 2 ? "; what the pruned model of one worker generates" : "",
             sheet->columns);
    return sb_pen_file(ctx, pen, "pixels", page->sheet, "images of the data and generated images", words);
}

sb_status sb_section_generates(sb_context *ctx, sb_pen *pen, const sb_run_page *page)
{
    static const char title[] = "WHAT IT GENERATES";
    sb_status st = SB_OK;
    if (!page->pictures) return SB_OK;
    sb_pen_begin(pen, title, 0);
    SB_TRY(put_sheet(ctx, pen, page));
    const int begun = sb_pen_end(pen) > 0;
    if (page->pictures->density.d > 0) SB_TRY(put_densities(ctx, pen, page, begun ? NULL : title));
done:
    return st;
}

sb_status sb_section_courses(sb_context *ctx, sb_pen *pen, const sb_run_page *page)
{
    sb_status st = SB_OK;
    const sb_history none = {0};
    sb_course course[SB_MOST_COURSES];
    int count = 0;
    SB_TRY(sb_history_courses(ctx, page->history ? page->history : &none, page->view->measured, course, &count));
    sb_pen_begin(pen, "OVER THE ROUNDS", 1);
    for (int i = 0; i < count; i++) SB_TRY(sb_pen_draw(ctx, pen, &course[i].figure, "small", course[i].words, course[i].words));
    sb_pen_end(pen);
done:
    for (int i = 0; i < count; i++) sb_figure_free(&course[i].figure);
    return st;
}

/* The numbers of workers that the bars are about: those that kept a parameter, and one more on either side. */
static int coverage_range(const sb_coverage *c, int *least)
{
    int first = 0, last = c->N;
    while (first <= last && !(c->share[first] > 0.0)) first++;
    while (last >= first && !(c->share[last] > 0.0)) last--;
    if (last < first) return 0;
    if (first > 0) first--;
    if (last < c->N) last++;
    *least = first;
    return last - first + 1;
}

/* A bar's numbers of workers; where there are many bars only some have room for it. */
static void name_bar(int bar, int bars, int first, int last, char name[32])
{
    const int shown = bars <= 41 || (first == last ? first : bar) % 10 == 0;
    if (!shown) name[0] = '\0';
    else if (first == last) snprintf(name, 32, "%d", first);
    else snprintf(name, 32, "%d to %d", first, last);
}

sb_status sb_coverage_figure(sb_context *ctx, const sb_coverage *c, sb_figure *figure)
{
    enum { MOST_BARS = 100 };
    sb_status st = SB_OK;
    sb_series *series;
    int least = 0;
    const int count = coverage_range(c, &least), each = (count + MOST_BARS - 1) / MOST_BARS;
    const int bars = each > 0 ? (count + each - 1) / each : 0;
    SB_TRY(sb_figure_begin(ctx, NULL, "workers that kept a parameter", "share of the parameters", figure));
    figure->width = WIDE;
    figure->height = LOW;
    if (bars == 0) goto done;
    SB_TRY(sb_figure_series(ctx, figure, NULL, SB_MARK_BARS, bars, &series));
    for (int i = 0; i < bars; i++) {
        const int first = least + i * each, end = i + 1 < bars ? first + each : least + count;
        double share = 0.0;
        char name[32];
        for (int k = first; k < end; k++) share += c->share[k];
        name_bar(i, bars, first, end - 1, name);
        SB_TRY(sb_figure_category(ctx, figure, name));
        series->x[i] = i;
        series->y[i] = sb_number_exact(share);
    }
done:
    return st;
}

static void put_gamma(FILE *body, const sb_measured *m)
{
    const double times = m->uncovered.value;
    sb_page_title(body, "MASKS");
    fprintf(body, "<p>Gamma = %s: the fewest workers that kept one parameter in one round.", sb_text_number(m->Gamma, 4).s);
    if (times == 1.0) fputs(" Once no worker kept a parameter in a round.", body);
    else if (times > 0.0) fprintf(body, " %s times no worker kept a parameter in a round.", sb_text_number(m->uncovered, 4).s);
    else fputs(" In no round was a parameter left to nobody.", body);
    fputs("</p>\n", body);
}

sb_status sb_section_coverage(sb_context *ctx, sb_pen *pen, const sb_run_page *page)
{
    sb_status st = SB_OK;
    const sb_coverage *c = page->pictures ? &page->pictures->coverage : NULL;
    sb_figure figure = {0};
    char caption[160];
    if (!was_trained(page)) return SB_OK;
    put_gamma(pen->body, page->view->measured);
    if (!c || c->rounds == 0) goto done;
    SB_TRY(sb_coverage_figure(ctx, c, &figure));
    snprintf(caption, sizeof caption, "Mean of %d round%s of replica 0, of %d worker%s.", c->rounds, c->rounds == 1 ? "" : "s",
             c->N, c->N == 1 ? "" : "s");
    sb_pen_begin(pen, NULL, 0);
    if (figure.series_count > 0) SB_TRY(sb_pen_draw(ctx, pen, &figure, "plain", "how many workers kept each parameter", caption));
    sb_pen_end(pen);
done:
    sb_figure_free(&figure);
    return st;
}

/* One law's rungs that were taken, at the places of `rungs`. */
static sb_status add_rungs(sb_context *ctx, sb_figure *figure, const char *name, const sb_measured_worker *w, int count,
                           const sb_rung *const *rungs, double shift)
{
    sb_status st = SB_OK;
    sb_series *series;
    SB_TRY(sb_figure_series(ctx, figure, name, SB_MARK_POINTS, count, &series));
    for (int i = 0; i < count; i++) {
        series->x[i] = i + shift;
        series->y[i] = sb_rung_number(w, rungs[i]);
    }
done:
    return st;
}

static int has_rung(const sb_measured_worker *worker, const sb_rung *rung)
{
    return worker && !isnan(sb_rung_number(worker, rung).value);
}

sb_status sb_ladder_figure(sb_context *ctx, const sb_measured *m, const sb_measured_worker *shown, sb_figure *figure)
{
    enum { MOST = 12 };
    sb_status st = SB_OK;
    const sb_rung *rungs[MOST];
    int count = 0;
    SB_TRY(sb_figure_begin(ctx, NULL, NULL, "KL, nats", figure));
    figure->width = WIDE;
    figure->height = LOW;
    for (int i = 0; i < sb_rung_count; i++)
        if (has_rung(&m->pooled, &sb_rung_table[i]) || has_rung(shown, &sb_rung_table[i])) rungs[count++] = &sb_rung_table[i];
    if (count < 2) goto done;
    for (int i = 0; i < count; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s (%s)", rungs[i]->name, sb_rung_kind_name(rungs[i]->kind));
        SB_TRY(sb_figure_category(ctx, figure, name));
    }
    SB_TRY(add_rungs(ctx, figure, "pooled data", &m->pooled, count, rungs, -0.1));
    if (shown) {
        char name[32];
        snprintf(name, sizeof name, "worker %d", shown->n);
        SB_TRY(add_rungs(ctx, figure, name, shown, count, rungs, 0.1));
    }
done:
    return st;
}

/* The worker of the waterfall, where it has data of its own. */
static const sb_measured_worker *worker_shown(const sb_run_view *view)
{
    const sb_measured *m = view->measured;
    for (int i = 0; i < m->worker_count && view->waterfall && !m->identical; i++)
        if (m->worker[i].n == view->waterfall->n) return &m->worker[i];
    return NULL;
}

sb_status sb_section_ladder(sb_context *ctx, sb_pen *pen, const sb_run_page *page)
{
    sb_status st = SB_OK;
    sb_figure figure = {0};
    SB_TRY(sb_ladder_figure(ctx, page->view->measured, worker_shown(page->view), &figure));
    sb_pen_begin(pen, NULL, 0);
    if (figure.series_count > 0) SB_TRY(sb_pen_draw(ctx, pen, &figure, "plain", "the rungs of the KL ladder", NULL));
    sb_pen_end(pen);
done:
    sb_figure_free(&figure);
    return st;
}
