/* The courses of a training: what is read from rounds.jsonl, and the figures that follow from it and from measured rounds. */
#include "harness.h"

#include "base/file.h"
#include "measure/history.h"
#include "report/rounds.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static sb_context context;
static const char path[] = "test_history.tmp.jsonl";

static void put(const char *text)
{
    CHECK_OK(&context, sb_file_replace(&context, path, text, strlen(text)));
}

#define LINE(r, a, b)                                                                                                              \
    "{\"round\":" #r ",\"loss\":[" a "],\"dtheta\":[" b "],\"w2\":[" a "],\"Gamma\":[" b "],\"uncovered\":[" b "]}\n"

static void test_reading(void)
{
    sb_context *ctx = &context;
    sb_history h;
    put(LINE(0, "2.385,1", "3,4") LINE(1, "null,7", "5,6") "{\"round\":2,\"lo");
    if (CHECK_OK(ctx, sb_rounds_read(ctx, path, &h))) {
        CHECK(h.rounds == 2 && h.replicas == 2); /* the last line is being written */
        CHECK(h.of[SB_HISTORY_LOSS][0] == 2.385 && isnan(h.of[SB_HISTORY_LOSS][2]) && h.of[SB_HISTORY_W2][3] == 7.0);
        CHECK(h.of[SB_HISTORY_DTHETA][1] == 4.0 && h.of[SB_HISTORY_GAMMA][2] == 5.0 && h.of[SB_HISTORY_UNCOVERED][3] == 6.0);
        sb_history_free(&h);
    }
    put("");
    CHECK_OK(ctx, sb_rounds_read(ctx, path, &h));
    CHECK(h.rounds == 0);
    sb_history_free(&h);
    static const struct {
        const char *text, *says;
    } wrong[] = {
        {"x\n", ":1:1: error: "},
        {"{\"round\":0,\"loss\":[1]}\n", ":1:1: error: this should be the line of round 0"},
        {LINE(1, "1", "2"), ":1:1: error: "},
        {LINE(0, "1", "2") LINE(1, "1,2", "3,4"), ":2:1: error: this should be the line of round 1, with what 1 replica reported"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        put(wrong[i].text);
        CHECK_FAILS(ctx, sb_rounds_read(ctx, path, &h), SB_EUSER, wrong[i].says);
        CHECK(h.rounds == 0 && h.of[0] == NULL);
    }
    unlink(path);
    CHECK_FAILS(ctx, sb_rounds_read(ctx, path, &h), SB_EUSER, path);
}

/* A history with known courses: loss falls on a line, w2 has one peak, Gamma one dip, dtheta grows, uncovered is `uncovered` each round. */
static void fill(sb_history *h, int rounds, int replicas, double uncovered)
{
    CHECK_OK(&context, sb_history_create(&context, rounds, replicas, h));
    for (int r = 0; r < rounds; r++)
        for (int p = 0; p < replicas; p++) {
            const size_t at = (size_t)(r * replicas + p);
            h->of[SB_HISTORY_LOSS][at] = 20.0 - 0.01 * (r + 1) + 0.5 * p;
            h->of[SB_HISTORY_DTHETA][at] = 0.1 * (r + 1);
            h->of[SB_HISTORY_W2][at] = r == 101 ? 50.0 : 3.0;
            h->of[SB_HISTORY_GAMMA][at] = r == 205 ? 1.0 : 8.0;
            h->of[SB_HISTORY_UNCOVERED][at] = uncovered;
        }
}

static sb_measured measured(void)
{
    const sb_number some = {2.0, 1.5, 2.5, 0.95, 10.0, SB_SAMPLED};
    sb_measured m = {.R = 1000.0, .D = 17.0, .confidence = 0.9, .L = some, .L_initial = some, .L_final = some};
    m.F0 = m.FR = m.sigma1 = m.sigma2 = m.squared_gradient = some;
    return m;
}

static const sb_series *series_of(const sb_course *course, int count, const char *label, int s)
{
    for (int i = 0; i < count; i++)
        if (strcmp(course[i].figure.y_label, label) == 0) return &course[i].figure.series[s];
    return NULL;
}

static void test_courses(void)
{
    static sb_measured_round rounds[3] = {{.round = 0}, {.round = 40, .replica = 1}, {.round = 1000}};
    sb_context *ctx = &context;
    sb_course course[SB_MOST_COURSES];
    sb_measured m = measured();
    sb_history h;
    int count;
    fill(&h, 1000, 2, 0.0);
    for (int i = 0; i < 3; i++) rounds[i].sigma1 = rounds[i].sigma2 = rounds[i].squared_gradient = sb_number_exact(1.5 + i);
    m.round = rounds;
    m.round_count = 3;
    if (!CHECK_OK(ctx, sb_history_courses(ctx, &h, &m, course, &count))) return;
    CHECK(count == 8); /* all but what nobody left out */
    const sb_series *loss = series_of(course, count, "loss, nats", 0), *w2 = series_of(course, count, "w2", 0),
                    *gamma = series_of(course, count, "Gamma", 0), *moved = series_of(course, count, "|theta_r - theta_0|", 0);
    CHECK(loss && loss->count == SB_COURSE_POINTS && w2 && gamma && moved && !series_of(course, count, "parameters", 0));
    for (int i = 0; i < loss->count; i++) {
        CHECK_CLOSE(loss->y[i].value, 20.25 - 0.01 * loss->x[i], 1e-12); /* a line stays on itself */
        CHECK_CLOSE(loss->y[i].hi - loss->y[i].value, 0.25 * sb_student_t(0.9, 1.0), 1e-9);
    }
    int peaks = 0, dips = 0;
    for (int i = 0; i < w2->count; i++) peaks += w2->y[i].value == 50.0, dips += gamma->y[i].value == 1.0;
    CHECK(peaks == 1 && dips == 1); /* no stretch loses an extreme */
    CHECK_CLOSE(moved->y[moved->count - 1].value, 100.0, 1e-12);
    CHECK(moved->x[moved->count - 1] == 1000.0);
    const sb_series *sigma = series_of(course, count, "sigma1", 0), *level = series_of(course, count, "sigma1", 1);
    CHECK(sigma->count == 3 && sigma->x[1] == 40.0 && sigma->y[2].value == 3.5 && level->y[0].value == 2.0 &&
          level->x[1] == 1000.0);
    for (int i = 0; i < count; i++) {
        CHECK(course[i].words != NULL);
        sb_figure_free(&course[i].figure);
    }
    sb_history_free(&h);
}

/* One replica has no interval; equal workers have no sigma2; a run without rounds has only what was measured; nothing at all is nothing. */
static void test_less(void)
{
    static sb_measured_round one = {.round = 0};
    sb_context *ctx = &context;
    const sb_history none = {0};
    sb_course course[SB_MOST_COURSES];
    sb_measured m = measured();
    sb_history h;
    int count;
    fill(&h, 5, 1, 2.0);
    m.identical = 1;
    m.round = &one;
    m.round_count = 1;
    CHECK_OK(ctx, sb_history_courses(ctx, &h, &m, course, &count));
    CHECK(count == 8 && !series_of(course, count, "sigma2", 0));
    const sb_series *loss = series_of(course, count, "loss, nats", 0), *uncovered = series_of(course, count, "parameters", 0);
    CHECK(loss->count == 5 && loss->y[2].lo == loss->y[2].hi && loss->name == NULL && uncovered->y[4].value == 2.0);
    for (int i = 0; i < count; i++) sb_figure_free(&course[i].figure);
    CHECK_OK(ctx, sb_history_courses(ctx, &none, &m, course, &count));
    CHECK(count == 3 && !series_of(course, count, "loss, nats", 0));
    for (int i = 0; i < count; i++) sb_figure_free(&course[i].figure);
    m.round_count = 0;
    m.L_final = sb_number_unknown();
    CHECK_OK(ctx, sb_history_courses(ctx, &none, &m, course, &count));
    CHECK(count == 0);
    sb_history_free(&h);
}

static void test_comparison(void)
{
    static const char *const names[] = {"[1]", "[2]", "[3]"};
    sb_context *ctx = &context;
    sb_history a, b;
    sb_figure figure;
    fill(&a, 7, 1, 0.0);
    fill(&b, 300, 2, 0.0);
    const sb_history *all[] = {&a, NULL, &b};
    CHECK_OK(ctx, sb_history_losses(ctx, 3, all, names, 0.9, &figure));
    CHECK(figure.series_count == 2 && strcmp(figure.series[1].name, "[3]") == 0 && figure.series[0].count == 7);
    sb_figure_free(&figure);
    sb_history_free(&a);
    sb_history_free(&b);
}

static const sb_test tests[] = {
    {"reading", test_reading},
    {"courses", test_courses},
    {"less than all", test_less},
    {"several runs", test_comparison},
};

int main(void)
{
    sb_context_init(&context, 1);
    return sb_test_main("history", tests, sizeof tests / sizeof *tests);
}
