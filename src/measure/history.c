#include "measure/history.h"

#include "base/memory.h"

#include <math.h>
#include <stdint.h>

enum { WIDTH = 460, HEIGHT = 340 };

/* How rounds of a stretch become one value. */
typedef enum { MEAN, LARGEST, SMALLEST, LAST, SUM } gathering;

static const struct {
    const char *label, *words;
    gathering by;
} reported[SB_HISTORY_COUNT] = {
    [SB_HISTORY_LOSS] = {"loss, nats", "Loss: of the minibatches that the workers drew, and F at the ends, on samples of its own.",
                         MEAN},
    [SB_HISTORY_DTHETA] = {"|theta_r - theta_0|", "dtheta: how far the parameters have moved from where they began.", LAST},
    [SB_HISTORY_W2] = {"w2", "w2: what pruning took away, largest of a round's workers (Assumption 4.2).", LARGEST},
    [SB_HISTORY_GAMMA] = {"Gamma", "Gamma: fewest workers that kept a parameter in a round.", SMALLEST},
    [SB_HISTORY_UNCOVERED] = {"parameters", "Uncovered: parameters that no worker kept in a round.", SUM},
};

sb_status sb_history_create(sb_context *ctx, int rounds, int replicas, sb_history *history)
{
    sb_status st = SB_OK;
    const size_t size = (size_t)rounds * (size_t)replicas;
    *history = (sb_history){.rounds = rounds, .replicas = replicas};
    SB_ALLOC(history->of[0], SB_HISTORY_COUNT * size + 1);
    for (int q = 1; q < SB_HISTORY_COUNT; q++) history->of[q] = history->of[0] + (size_t)q * size;
done:
    return st;
}

void sb_history_free(sb_history *history)
{
    sb_free(history->of[0]);
    *history = (sb_history){0};
}

static double gathered(const sb_history *h, int quantity, int p, int first, int end)
{
    double result = 0.0;
    for (int r = first; r < end; r++) {
        const double x = h->of[quantity][(size_t)r * (size_t)h->replicas + (size_t)p];
        switch (reported[quantity].by) {
        case MEAN: result += x / (end - first); break;
        case SUM: result += x; break;
        case LAST: result = x; break;
        case LARGEST: result = r == first || x > result || isnan(x) ? x : result; break;
        case SMALLEST: result = r == first || x < result || isnan(x) ? x : result; break;
        }
    }
    return result;
}

static sb_status add_reported(sb_context *ctx, const sb_history *h, int quantity, const char *name, double confidence,
                              sb_figure *figure)
{
    sb_status st = SB_OK;
    const int points = h->rounds < SB_COURSE_POINTS ? h->rounds : SB_COURSE_POINTS;
    double *values = NULL;
    sb_series *series;
    SB_ALLOC(values, h->replicas);
    SB_TRY(sb_figure_series(ctx, figure, name, SB_MARK_LINE, points, &series));
    for (int i = 0; i < points; i++) {
        const int first = (int)((int64_t)h->rounds * i / points), end = (int)((int64_t)h->rounds * (i + 1) / points);
        for (int p = 0; p < h->replicas; p++) values[p] = gathered(h, quantity, p, first, end);
        series->x[i] = reported[quantity].by == LAST ? end : 0.5 * (first + 1 + end);
        series->y[i] =
            h->replicas > 1 ? sb_number_from_values(values, (size_t)h->replicas, confidence) : sb_number_exact(values[0]);
    }
done:
    sb_free(values);
    return st;
}

/* A few numbers at rounds of their own. */
static sb_status add_points(sb_context *ctx, sb_figure *figure, const char *name, int count, const double *x, const sb_number *y)
{
    sb_status st = SB_OK;
    sb_series *series;
    SB_TRY(sb_figure_series(ctx, figure, name, SB_MARK_POINTS, count, &series));
    for (int i = 0; i < count; i++) {
        series->x[i] = x[i];
        series->y[i] = y[i];
    }
done:
    return st;
}

/* The level that the run is known by, across the whole picture. */
static sb_status add_level(sb_context *ctx, sb_figure *figure, const char *name, double rounds, sb_number level)
{
    sb_status st = SB_OK;
    sb_series *series;
    SB_TRY(sb_figure_series(ctx, figure, name, SB_MARK_LINE, 2, &series));
    for (int i = 0; i < 2; i++) {
        series->x[i] = i * rounds;
        series->y[i] = sb_number_exact(level.value);
    }
done:
    return st;
}

/* A logarithmic axis where all is positive and spans more than a decade. */
static void choose_axis(sb_figure *figure)
{
    double least = INFINITY, most = 0.0;
    for (int s = 0; s < figure->series_count; s++)
        for (int i = 0; i < figure->series[s].count; i++) {
            least = fmin(least, figure->series[s].y[i].value);
            most = fmax(most, figure->series[s].y[i].value);
        }
    figure->log_y = least > 0.0 && most > 10.0 * least;
}

static int is_nothing(const sb_history *h, int quantity)
{
    for (size_t i = 0; i < (size_t)h->rounds * (size_t)h->replicas; i++)
        if (h->of[quantity][i] != 0.0) return 0;
    return 1;
}

static sb_status begin(sb_context *ctx, const char *label, const char *words, sb_course *course)
{
    sb_status st = SB_OK;
    course->words = words;
    SB_TRY(sb_figure_begin(ctx, NULL, "round", label, &course->figure));
    course->figure.width = WIDTH;
    course->figure.height = HEIGHT;
done:
    return st;
}

static sb_status take_reported(sb_context *ctx, const sb_history *h, const sb_measured *m, int quantity, sb_course *course)
{
    sb_status st = SB_OK;
    SB_TRY(begin(ctx, reported[quantity].label, reported[quantity].words, course));
    SB_TRY(add_reported(ctx, h, quantity, h->replicas > 1 ? "mean of the replicas" : NULL, m->confidence, &course->figure));
    if (quantity == SB_HISTORY_LOSS)
        SB_TRY(add_points(ctx, &course->figure, "F before and after", 2, (const double[]){0.0, m->R},
                          (const sb_number[]){m->F0, m->FR}));
    choose_axis(&course->figure);
done:
    return st;
}

/* Of each measured round, all replicas together. */
static const struct {
    const char *label, *words;
    size_t offset, level; /* in sb_measured_round; in sb_measured */
    const char *name;     /* of the level */
} measured_at[] = {
    {"|grad F|^2", "|grad F|^2: the squared gradient of the mean loss, where it was measured; it may come out negative (unbiased).",
     offsetof(sb_measured_round, squared_gradient), offsetof(sb_measured, squared_gradient), "mean over the rounds"},
    {"sigma1", "sigma1: noise of a minibatch gradient, largest of the workers (Assumption 4.3).",
     offsetof(sb_measured_round, sigma1), offsetof(sb_measured, sigma1), "largest met"},
    {"sigma2", "sigma2: how workers differ, largest |grad F_n - grad F| (Assumption 4.3).", offsetof(sb_measured_round, sigma2),
     offsetof(sb_measured, sigma2), "largest met"},
};

static sb_number number_at(const void *base, size_t offset)
{
    return *(const sb_number *)(const void *)((const char *)base + offset);
}

static sb_status take_measured(sb_context *ctx, const sb_measured *m, size_t i, sb_course *course)
{
    sb_status st = SB_OK;
    sb_series *series;
    SB_TRY(begin(ctx, measured_at[i].label, measured_at[i].words, course));
    SB_TRY(sb_figure_series(ctx, &course->figure, "measured", SB_MARK_POINTS, m->round_count, &series));
    for (int r = 0; r < m->round_count; r++) {
        series->x[r] = m->round[r].round;
        series->y[r] = number_at(&m->round[r], measured_at[i].offset);
    }
    SB_TRY(add_level(ctx, &course->figure, measured_at[i].name, m->R, number_at(m, measured_at[i].level)));
    choose_axis(&course->figure);
done:
    return st;
}

static sb_status take_curvature(sb_context *ctx, const sb_measured *m, sb_course *course)
{
    sb_status st = SB_OK;
    SB_TRY(begin(ctx, "L",
                 "L: largest curvature of a worker's loss before and after training, and the largest met (Assumption 4.1).",
                 course));
    SB_TRY(add_points(ctx, &course->figure, "measured", 2, (const double[]){0.0, m->R},
                      (const sb_number[]){m->L_initial, m->L_final}));
    SB_TRY(add_level(ctx, &course->figure, "largest met", m->R, m->L));
    choose_axis(&course->figure);
done:
    return st;
}

sb_status sb_history_courses(sb_context *ctx, const sb_history *h, const sb_measured *m, sb_course course[SB_MOST_COURSES],
                             int *count)
{
    sb_status st = SB_OK;
    int n = 0;
    *count = 0;
    for (int i = 0; i < SB_MOST_COURSES; i++) course[i] = (sb_course){.words = NULL};
    for (int q = 0; q < SB_HISTORY_COUNT && h->rounds > 0; q++) {
        if (is_nothing(h, q)) continue;
        *count = n + 1;
        SB_TRY(take_reported(ctx, h, m, q, &course[n++]));
    }
    for (size_t i = 0; i < sizeof measured_at / sizeof *measured_at && m->round_count > 0 && m->D > 0.0; i++) {
        if (m->identical && measured_at[i].offset == offsetof(sb_measured_round, sigma2)) continue;
        *count = n + 1;
        SB_TRY(take_measured(ctx, m, i, &course[n++]));
    }
    if (isfinite(m->L_final.value) && m->L.value > 0.0) {
        *count = n + 1;
        SB_TRY(take_curvature(ctx, m, &course[n]));
    }
done:
    if (st != SB_OK) {
        for (int i = 0; i < *count; i++) sb_figure_free(&course[i].figure);
        *count = 0;
    }
    return st;
}

sb_status sb_history_losses(sb_context *ctx, int count, const sb_history *const *history, const char *const *name,
                            double confidence, sb_figure *figure)
{
    sb_status st = SB_OK;
    SB_TRY(sb_figure_begin(ctx, NULL, "round", reported[SB_HISTORY_LOSS].label, figure));
    for (int i = 0; i < count; i++)
        if (history[i] && history[i]->rounds > 0)
            SB_TRY(add_reported(ctx, history[i], SB_HISTORY_LOSS, name[i], confidence, figure));
    choose_axis(figure);
done:
    if (st != SB_OK) sb_figure_free(figure);
    return st;
}
