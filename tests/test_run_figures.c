/* The figures on the pages of runs, as data: what is shown, what is left out, and how much is gathered. */
#include "harness.h"

#include "measure/ladder.h"
#include "report/run_sections.h"

#include <stdlib.h>
#include <string.h>

static sb_context context;

/* Coverage of N workers in which `shares` numbers of them, from `first` on, have the same share. */
static int coverage_of(int N, int first, int shares, sb_figure *figure)
{
    double *share = calloc((size_t)N + 1, sizeof *share);
    const sb_coverage c = {N, 1, share};
    for (int k = first; k < first + shares; k++) share[k] = 1.0 / shares;
    const int done = CHECK_OK(&context, sb_coverage_figure(&context, &c, figure));
    free(share);
    return done;
}

static double sum_of(const sb_series *series)
{
    double sum = 0.0;
    for (int i = 0; i < series->count; i++) sum += series->y[i].value;
    return sum;
}

/* Few workers have a bar each, with one empty bar where more or fewer would have been possible. */
static void test_coverage(void)
{
    sb_figure f;
    if (coverage_of(10, 7, 3, &f)) {
        CHECK(f.category_count == 5 && strcmp(f.category[0], "6") == 0 && strcmp(f.category[4], "10") == 0);
        CHECK(f.series[0].y[0].value == 0.0 && f.series[0].y[1].value == 1.0 / 3.0 && f.series[0].y[4].value == 0.0);
        sb_figure_free(&f);
    }
    if (coverage_of(10, 10, 1, &f)) CHECK(f.category_count == 2 && f.series[0].y[1].value == 1.0);
    sb_figure_free(&f);
    if (coverage_of(1, 0, 2, &f)) CHECK(f.category_count == 2);
    sb_figure_free(&f);
    if (coverage_of(5, 0, 0, &f)) CHECK(f.series_count == 0);
    sb_figure_free(&f);
}

/* Many numbers of workers are gathered, whatever N is, and nothing is lost. */
static void test_many_workers(void)
{
    static const int firsts[] = {0, 3, 1000}, shares[] = {41, 99, 101, 997, 1000001};
    sb_figure f;
    for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++)
        for (size_t k = 0; k < sizeof shares / sizeof *shares; k++) {
            if (!coverage_of(1 << 20, firsts[i], shares[k], &f)) continue;
            CHECK(f.category_count <= 100 && f.category_count == f.series[0].count);
            CHECK_CLOSE(sum_of(&f.series[0]), 1.0, 1e-9);
            sb_figure_free(&f);
        }
    if (coverage_of(1 << 20, 500, 400, &f))
        CHECK(f.category_count == 81 && strcmp(f.category[0], "499 to 503") == 0 && f.category[1][0] == '\0');
    sb_figure_free(&f);
}

/* Measurements without any number. */
static sb_measured_worker nothing_measured(int n)
{
    sb_measured_worker w = {.n = n};
    for (int i = 0; i < sb_rung_count; i++)
        memcpy((char *)&w + sb_rung_table[i].offset, &(sb_number){.value = NAN, .lo = NAN, .hi = NAN}, sizeof(sb_number));
    return w;
}

/* A rung that the worker has and the pooled law has not is shown, too. */
static void test_ladder(void)
{
    sb_measured m = {.pooled = nothing_measured(-1)};
    sb_measured_worker w = nothing_measured(1);
    sb_figure f;
    m.pooled.chain_after = m.pooled.knn_after = w.chain_after = sb_number_exact(2.385);
    w.closed_after = sb_number_exact(1.7);
    CHECK_OK(&context, sb_ladder_figure(&context, &m, &w, &f));
    CHECK(f.category_count == 3 && strcmp(f.category[0], "closed (exact)") == 0 && f.series_count == 2);
    if (f.series_count == 2) {
        CHECK(isnan(f.series[0].y[0].value) && f.series[0].y[1].value == 2.385);
        CHECK(f.series[1].y[0].value == 1.7 && f.series[1].y[1].value == 2.385 && isnan(f.series[1].y[2].value));
    }
    sb_figure_free(&f);
    CHECK_OK(&context, sb_ladder_figure(&context, &m, NULL, &f));
    CHECK(f.category_count == 2 && f.series_count == 1);
    sb_figure_free(&f);
    m.pooled.knn_after = sb_number_unknown();
    CHECK_OK(&context, sb_ladder_figure(&context, &m, NULL, &f));
    CHECK(f.series_count == 0);
    sb_figure_free(&f);
}

enum { RUNS = 3 };

/* Runs beside one another. */
typedef struct {
    sb_measured measured[RUNS];
    sb_run_view view[RUNS];
    sb_pictures pictures[RUNS];
    sb_run_page page[RUNS];
} runs;

static void fill(runs *r)
{
    *r = (runs){0};
    for (int i = 0; i < RUNS; i++) {
        r->measured[i].pooled = nothing_measured(-1);
        r->measured[i].pooled.kl_prior = sb_number_exact(3.1);
        r->view[i].measured = &r->measured[i];
        r->page[i] = (sb_run_page){.view = &r->view[i], .pictures = &r->pictures[i]};
    }
}

/* A bound is no measurement: it has bars of its own. */
static void test_divergences(void)
{
    runs r;
    sb_figure f;
    fill(&r);
    r.measured[0].pooled.grid_after = r.measured[0].pooled.chain_after = sb_number_exact(1.3);
    r.measured[2].pooled.chain_after = sb_number_exact(1.6);
    CHECK_OK(&context, sb_divergences_figure(&context, RUNS, r.page, &f));
    CHECK(f.series_count == 3);
    if (f.series_count == 3) {
        const sb_series *known = &f.series[0], *bounded = &f.series[1];
        CHECK(strcmp(known->name, "after training") == 0 && known->y[0].value == 1.3 && isnan(known->y[1].value) &&
              isnan(known->y[2].value));
        CHECK(strcmp(bounded->name, "after training, at most") == 0 && isnan(bounded->y[0].value) && bounded->y[2].value == 1.6);
        CHECK(f.series[2].y[1].value == 3.1);
    }
    sb_figure_free(&f);
    CHECK_OK(&context, sb_divergences_figure(&context, 1, r.page, &f));
    CHECK(f.series_count == 2);
    sb_figure_free(&f);
}

/* On the line each run has a curve; the data are drawn once, where all have the same. */
static void test_learned(void)
{
    double data[2] = {0.3, 0.4}, others[2] = {0.3, 0.5}, learned[2] = {0.35, 0.36};
    runs r;
    sb_figure f;
    fill(&r);
    for (int i = 0; i < RUNS; i++)
        r.pictures[i].density = (sb_density_pictures){1, {2, 1}, {-1.0, 0.0}, {0.5, 1.0}, data, i == 1 ? NULL : learned, NULL};
    CHECK_OK(&context, sb_learned_figure(&context, RUNS, r.page, &f));
    CHECK(f.series_count == 3 && strcmp(f.series[0].name, "data") == 0 && strcmp(f.series[1].name, "[1]") == 0 &&
          strcmp(f.series[2].name, "[3]") == 0);
    CHECK(f.series[1].x[1] == -0.5 && f.series[1].y[1].value == 0.36);
    sb_figure_free(&f);
    r.pictures[2].density.data = others;
    CHECK_OK(&context, sb_learned_figure(&context, RUNS, r.page, &f));
    CHECK(f.series_count == 2 && strcmp(f.series[0].name, "[1]") == 0);
    sb_figure_free(&f);
    for (int i = 0; i < RUNS; i++) r.pictures[i].density.d = 2;
    r.page[1].pictures = NULL;
    CHECK_OK(&context, sb_learned_figure(&context, RUNS, r.page, &f));
    CHECK(f.series_count == 0);
    sb_figure_free(&f);
}

static const sb_test tests[] = {
    {"coverage", test_coverage},       {"many workers", test_many_workers},     {"the ladder", test_ladder},
    {"divergences", test_divergences}, {"densities on the line", test_learned},
};

int main(void)
{
    sb_context_init(&context, 1);
    return sb_test_main("run figures", tests, sizeof tests / sizeof *tests);
}
