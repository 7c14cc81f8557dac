/* run_pictures.c: the sections of a run's page that are pictures. What is drawn was computed when the run was measured. */
#include "measure/ladder.h"
#include "report/plot.h"
#include "report/run_sections.h"
#include "report/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PANEL = 420, WIDE = 640, LOW = 320 };

sb_status sb_pen_draw(sb_context *ctx, sb_pen *pen, const sb_figure *figure, const char *kind, const char *name,
                      const char *caption)
{
    char *svg = NULL;
    sb_status st = pen->blunt ? SB_OK : sb_plot_svg(ctx, figure, &svg);
    if (st == SB_EUSER) {
        pen->blunt = 1;
        sb_forgive(ctx);
        st = SB_OK;
    }
    if (svg) sb_page_svg(pen->body, kind, svg, name, caption);
    free(svg);
    return st;
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

/* All panels have the colours of the highest density of the data: what is paler than there is less likely. */
static sb_status draw_panel(sb_context *ctx, sb_pen *pen, const sb_density_pictures *p, const density *shown)
{
    sb_status st = SB_OK;
    const size_t points = (size_t)p->n[0] * (size_t)p->n[1];
    sb_figure figure = {0};
    SB_TRY(sb_figure_begin(ctx, NULL, NULL, NULL, &figure));
    SB_TRY(sb_figure_map(ctx, &figure, p->n, p->origin, p->step));
    figure.width = PANEL;
    figure.height = PANEL - 40;
    memcpy(figure.map.value, shown->value, points * sizeof *shown->value);
    for (size_t i = 0; i < points; i++) figure.map.most = fmax(figure.map.most, p->data[i]);
    SB_TRY(sb_pen_draw(ctx, pen, &figure, "small", shown->name, shown->name));
done:
    sb_figure_free(&figure);
    return st;
}

static sb_status draw_curves(sb_context *ctx, sb_pen *pen, const sb_density_pictures *p, const density of[3])
{
    sb_status st = SB_OK;
    sb_figure figure = {0};
    SB_TRY(sb_figure_begin(ctx, NULL, "x", "density", &figure));
    figure.width = WIDE;
    figure.height = PANEL;
    for (int k = 0; k < 3; k++) {
        sb_series *series;
        if (!of[k].value) continue;
        SB_TRY(sb_figure_series(ctx, &figure, of[k].name, SB_MARK_LINE, p->n[0], &series));
        for (int i = 0; i < p->n[0]; i++) {
            series->x[i] = p->origin[0] + i * p->step[0];
            series->y[i] = sb_number_exact(of[k].value[i]);
        }
    }
    SB_TRY(sb_pen_draw(ctx, pen, &figure, "plain", "densities", NULL));
done:
    sb_figure_free(&figure);
    return st;
}

static sb_status put_densities(sb_context *ctx, sb_pen *pen, const sb_pictures *p)
{
    sb_status st = SB_OK;
    char pruned[LONGEST_NAME];
    density of[3];
    densities_of(p, pruned, of);
    if (p->density.d == 1) SB_TRY(draw_curves(ctx, pen, &p->density, of));
    else if (!pen->blunt) {
        fputs("<div class=\"sheet\">\n", pen->body);
        for (int k = 0; k < 3; k++)
            if (of[k].value) SB_TRY(draw_panel(ctx, pen, &p->density, &of[k]));
        fputs("</div>\n", pen->body);
    }
    sb_page_element(
        pen->body, "p",
        "Densities: of the pooled data at the early stop, and of what the sampler generates with the trained parameters of "
        "replica 0. All share one scale.");
    if (!p->density.learned)
        sb_page_element(pen->body, "p", "What is learned has no picture: its score diverges, or changes too fast for a grid.");
    if (p->pruned_model.worker >= 0 && !p->density.pruned)
        sb_page_element(pen->body, "p", "The pruned model has no picture: its score diverges, or changes too fast for a grid.");
    if (p->pruned_model.worker >= 0)
        sb_page_element(pen->body, "p",
                        "The pruned model is what that worker would use by itself: the trained parameters, without those that "
                        "its mask of the next round takes away. Training pools the masks of all workers.");
done:
    return st;
}

static sb_status put_sheet(sb_context *ctx, sb_pen *pen, const sb_run_page *page)
{
    const sb_pictures *p = page->pictures;
    char words[300];
    if (!page->sheet || p->sheet.rows == 0) return SB_OK;
    snprintf(words, sizeof words, "Rows from the top: the data%s%s%s. The first %d of each, not chosen.",
             p->sheet.rows > 1 ? "; what is generated with the trained parameters of replica 0" : "",
             p->sheet.rows > 2 ? "; what the pruned model of one worker generates" : "", "", p->sheet.columns);
    return sb_page_file(ctx, pen->body, "pixels", page->sheet, "images of the data and generated images", words);
}

sb_status sb_section_generates(sb_context *ctx, sb_pen *pen, const sb_run_page *page)
{
    sb_status st = SB_OK;
    const sb_pictures *p = page->pictures;
    if (!p || (p->density.d == 0 && p->sheet.rows == 0)) return SB_OK;
    sb_page_title(pen->body, "WHAT IT GENERATES");
    SB_TRY(put_sheet(ctx, pen, page));
    if (p->density.d > 0) SB_TRY(put_densities(ctx, pen, p));
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
    if (count == 0 || pen->blunt) goto done;
    sb_page_title(pen->body, "OVER THE ROUNDS");
    fputs("<div class=\"sheet\">\n", pen->body);
    for (int i = 0; i < count; i++) SB_TRY(sb_pen_draw(ctx, pen, &course[i].figure, "small", course[i].words, course[i].words));
    fputs("</div>\n", pen->body);
done:
    for (int i = 0; i < count; i++) sb_figure_free(&course[i].figure);
    return st;
}

static sb_status coverage_figure(sb_context *ctx, const sb_coverage *c, int least, sb_figure *figure)
{
    sb_status st = SB_OK;
    sb_series *series;
    SB_TRY(sb_figure_begin(ctx, NULL, "workers that kept a parameter", "share of the parameters", figure));
    figure->width = WIDE;
    figure->height = LOW;
    SB_TRY(sb_figure_series(ctx, figure, NULL, SB_MARK_BARS, c->N + 1 - least, &series));
    for (int k = least; k <= c->N; k++) {
        char name[16];
        snprintf(name, sizeof name, c->N - least <= 40 || k % 10 == 0 ? "%d" : "", k);
        SB_TRY(sb_figure_category(ctx, figure, name));
        series->x[k - least] = k - least;
        series->y[k - least] = sb_number_exact(c->share[k]);
    }
done:
    return st;
}

sb_status sb_section_coverage(sb_context *ctx, sb_pen *pen, const sb_run_page *page)
{
    sb_status st = SB_OK;
    const sb_measured *m = page->view->measured;
    const sb_coverage *c = page->pictures ? &page->pictures->coverage : NULL;
    sb_figure figure = {0};
    sb_page_title(pen->body, "MASKS");
    fprintf(pen->body, "<p>Gamma = %s: the fewest workers that kept one parameter in one round.", sb_text_number(m->Gamma, 4).s);
    if (m->uncovered.value > 0.0)
        fprintf(pen->body, " %s times no worker kept a parameter in a round.", sb_text_number(m->uncovered, 4).s);
    else fputs(" In no round was a parameter left to nobody.", pen->body);
    fputs("</p>\n", pen->body);
    if (!c || c->rounds == 0) goto done;
    int least = 0;
    while (least < c->N && c->share[least] == 0.0) least++;
    if (least > 0) least--;
    SB_TRY(coverage_figure(ctx, c, least, &figure));
    char caption[160];
    snprintf(caption, sizeof caption, "Mean of %d round%s of replica 0, of %d worker%s.", c->rounds, c->rounds == 1 ? "" : "s",
             c->N, c->N == 1 ? "" : "s");
    SB_TRY(sb_pen_draw(ctx, pen, &figure, "plain", "how many workers kept each parameter", caption));
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

static int rungs_taken(const sb_measured *m, const sb_rung **rungs)
{
    int count = 0;
    for (int i = 0; i < sb_rung_count; i++)
        if (!isnan(sb_rung_number(&m->pooled, &sb_rung_table[i]).value)) rungs[count++] = &sb_rung_table[i];
    return count;
}

sb_status sb_section_ladder(sb_context *ctx, sb_pen *pen, const sb_run_page *page)
{
    enum { MOST = 12 };
    sb_status st = SB_OK;
    const sb_measured *m = page->view->measured;
    const sb_rung *rungs[MOST];
    const int count = rungs_taken(m, rungs);
    sb_figure figure = {0};
    if (count < 2) return SB_OK;
    SB_TRY(sb_figure_begin(ctx, NULL, NULL, "KL, nats", &figure));
    figure.width = WIDE;
    figure.height = LOW;
    for (int i = 0; i < count; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s (%s)", rungs[i]->name, sb_rung_kind_name(rungs[i]->kind));
        SB_TRY(sb_figure_category(ctx, &figure, name));
    }
    SB_TRY(add_rungs(ctx, &figure, "pooled data", &m->pooled, count, rungs, -0.1));
    for (int i = 0; i < m->worker_count && page->view->waterfall && !m->identical; i++) {
        char name[32];
        if (m->worker[i].n != page->view->waterfall->n) continue;
        snprintf(name, sizeof name, "worker %d", m->worker[i].n);
        SB_TRY(add_rungs(ctx, &figure, name, &m->worker[i], count, rungs, 0.1));
    }
    SB_TRY(sb_pen_draw(ctx, pen, &figure, "plain", "the rungs of the KL ladder", NULL));
done:
    sb_figure_free(&figure);
    return st;
}
