/* Figures: what gnuplot is told, and what comes of it: whole files, the same bytes each time, whatever the values and the texts are.
 * The waterfall as a picture, and as one of characters. */
#include "harness.h"

#include "base/file.h"
#include "report/parts.h"
#include "report/plot.h"
#include "report/plot_script.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static sb_context context;

static const char *const STEM = "test_plot.tmp";

static sb_number near(double value, double half)
{
    return (sb_number){value, value - half, value + half, 0.95, 20.0, SB_SAMPLED};
}

static int have_gnuplot(void)
{
    const int found = system("command -v gnuplot >/dev/null 2>&1") == 0;
    if (!found) sb_test_skip("gnuplot is not installed");
    return found;
}

/* `series` rows of six points each, of all marks in turn, with texts that mean something to gnuplot. */
static void fill(sb_figure *figure, int series)
{
    static const char *const names[] = {"it's a_{name}", "\"$(x)\" `date`", NULL, "back\\slash\nand line", "^{up} @x&y"};
    sb_context *ctx = &context;
    CHECK_OK(ctx, sb_figure_begin(ctx, "KL of 'worker_0' ^2 <b>", "rounds R_{total}", "%nats; plot sin(x)", figure));
    for (int s = 0; s < series; s++) {
        sb_series *now;
        CHECK_OK(ctx, sb_figure_series(ctx, figure, names[s % 5], (sb_mark)(s % 4), 6, &now));
        for (int i = 0; i < 6; i++) {
            now->x[i] = 1.0 + i;
            now->y[i] = near(2.385 + s + sin(i), 0.3 * s);
        }
    }
}

static char *read_file(const char *ending, size_t *count)
{
    char name[64], *bytes = NULL;
    snprintf(name, sizeof name, "%s.%s", STEM, ending);
    CHECK_OK(&context, sb_file_read(&context, name, &bytes, count));
    unlink(name);
    return bytes;
}

/* Draws it; both files are there and whole. Returns them in svg and png, to be freed. */
static int draws(const sb_figure *figure, char *of[2], size_t count[2])
{
    of[0] = of[1] = NULL;
    if (!CHECK_OK(&context, sb_plot_files(&context, figure, STEM))) return 0;
    of[0] = read_file("svg", &count[0]);
    of[1] = read_file("png", &count[1]);
    const int svg = strncmp(of[0], "<?xml", 5) == 0 && strstr(of[0], "</svg>") && count[0] == strlen(of[0]);
    const int png = count[1] > 1000 && memcmp(of[1], "\x89PNG\r\n\x1a\n", 8) == 0 &&
                    memcmp(of[1] + count[1] - 8, "IEND\xae\x42\x60\x82", 8) == 0;
    CHECK(svg);
    CHECK(png);
    return svg && png;
}

static void release(char *of[2])
{
    free(of[0]);
    free(of[1]);
}

static void draws_once(const sb_figure *figure)
{
    char *of[2];
    size_t count[2];
    draws(figure, of, count);
    release(of);
}

static void test_files(void)
{
    sb_figure figure;
    char *first[2], *again[2];
    size_t count[2], second[2];
    if (!have_gnuplot()) return;
    fill(&figure, 6);
    if (draws(&figure, first, count) && draws(&figure, again, second)) {
        for (int i = 0; i < 2; i++) CHECK(count[i] == second[i] && memcmp(first[i], again[i], count[i]) == 0);
        CHECK(strstr(first[0], "it&#39;s a_{name}") || strstr(first[0], "it's a_{name}")); /* as written, not set as an index */
        CHECK(strstr(first[0], "`date`") != NULL);
        release(again);
    }
    release(first);
    sb_figure_free(&figure);
}

/* Nothing of this may make gnuplot fail. */
static void test_unusual_values(void)
{
    static const double values[][6] = {{NAN, 1.0, NAN, NAN, 2.0, NAN},
                                       {NAN, NAN, NAN, NAN, NAN, NAN},
                                       {INFINITY, -INFINITY, 3.0, -2.0, 0.0, 1.0},
                                       {2.385, 2.385, 2.385, 2.385, 2.385, 2.385},
                                       {0.0, 0.0, 0.0, 0.0, 0.0, 0.0},
                                       {-1.0, -2.0, -3.0, -4.0, -5.0, -6.0},
                                       {DBL_MAX, -DBL_MAX, DBL_MIN, 1e299, 1.0, -1e299},
                                       {1e-290, 1e290, 5e-324, 1.0, 2.0, 3.0},
                                       {1.0, 1.0 + 1e-15, 1.0, 1.0, 1.0, 1.0}};
    if (!have_gnuplot()) return;
    for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
        sb_figure figure;
        fill(&figure, 4);
        figure.log_y = v % 2 || v == 8;
        figure.log_x = v % 3 == 1;
        for (int s = 0; s < 4; s++)
            for (int i = 0; i < 6; i++) figure.series[s].y[i] = near(values[v][i], s == 2 ? INFINITY : fabs(values[v][i]));
        figure.series[0].x[0] = v == 2 ? NAN : -1.0;
        draws_once(&figure);
        sb_figure_free(&figure);
    }
}

static void test_empty_figures(void)
{
    sb_figure figure;
    sb_series *none;
    if (!have_gnuplot()) return;
    CHECK_OK(&context, sb_figure_begin(&context, NULL, NULL, NULL, &figure));
    draws_once(&figure);
    CHECK_OK(&context, sb_figure_series(&context, &figure, NULL, SB_MARK_LINE, 0, &none));
    figure.log_x = figure.log_y = 1;
    draws_once(&figure);
    sb_figure_free(&figure);
}

static void test_categories(void)
{
    sb_figure figure;
    if (!have_gnuplot()) return;
    fill(&figure, 2);
    for (int s = 0; s < 2; s++) figure.series[s].mark = SB_MARK_BARS;
    for (int i = 0; i < 6; i++) {
        CHECK_OK(&context, sb_figure_category(&context, &figure, i % 2 ? "a 'category' of some_{length}" : ""));
        for (int s = 0; s < 2; s++) figure.series[s].x[i] = i;
    }
    draws_once(&figure);
    figure.log_y = 1;
    draws_once(&figure);
    sb_figure_free(&figure);
}

/* The frame, by hand. */
static void test_frame(void)
{
    sb_figure figure;
    fill(&figure, 1);
    sb_number *y = figure.series[0].y;
    double *x = figure.series[0].x;
    for (int i = 0; i < 6; i++) y[i] = near(10.0 * i, 0.0);
    sb_plot_frame frame = sb_plot_frame_of(&figure);
    CHECK(frame.drawn == 6 && frame.left_out == 0);
    CHECK_CLOSE(frame.y.lo, -3.0, 1e-12);
    CHECK_CLOSE(frame.y.hi, 53.0, 1e-12);
    CHECK_CLOSE(frame.x.hi, 6.15, 1e-12);

    figure.series[0].mark = SB_MARK_BARS; /* bars stand on zero */
    y[0] = sb_number_unknown(), y[1] = near(20.0, 5.0);
    frame = sb_plot_frame_of(&figure);
    CHECK(frame.drawn == 5 && frame.left_out == 0); /* a gap is not left out */
    CHECK(frame.y.lo == 0.0);

    figure.log_y = 1;
    y[2] = near(-1.0, 0.5), y[3] = near(1.0, 2.0), x[4] = INFINITY;
    frame = sb_plot_frame_of(&figure);
    CHECK(frame.drawn == 3 && frame.left_out == 2);
    CHECK(!sb_plot_drawable(&frame, &figure.series[0], 2) && sb_plot_drawable(&frame, &figure.series[0], 3));
    CHECK_CLOSE(frame.y.lo, pow(50.0, -0.06), 1e-12); /* values 1 to 50; an end at -1 does not count */
    CHECK_CLOSE(frame.y.hi, 50.0 * pow(50.0, 0.06), 1e-12);
    sb_figure_free(&figure);
}

/* Every text in the script stands within quotes, so that no line begins with what a text says. */
static void test_quotes(void)
{
    sb_context *ctx = &context;
    sb_script script;
    CHECK_OK(ctx, sb_script_begin(ctx, &script));
    sb_script_text(script.stream, "it's\nset output 'x'\t\\n\x7f\"");
    CHECK_OK(ctx, sb_script_end(ctx, &script));
    CHECK(strcmp(script.text, "'it''s set output ''x'' \\n \"'") == 0);
    CHECK_OK(ctx, sb_script_end(ctx, &script)); /* once more is harmless */
    sb_script_free(&script);
    sb_script_free(&script);
}

static void test_errors(void)
{
    sb_context *ctx = &context;
    sb_figure figure;
    sb_script script;
    const char *const path = getenv("PATH");
    char *kept = strdup(path ? path : "");
    fill(&figure, 1);
    setenv("PATH", "/nonexistent", 1);
    CHECK_FAILS(ctx, sb_plot_files(ctx, &figure, STEM), SB_EUSER, "apt-get install gnuplot-nox");
    const sb_output out = {stdout, SB_FORMAT_TABLE, 0, 80, 0};
    CHECK_FAILS(ctx, sb_plot_terminal(ctx, &out, &figure), SB_EUSER, "gnuplot is not installed");
    CHECK(access("test_plot.tmp.svg", F_OK) != 0);
    setenv("PATH", kept, 1);
    free(kept);
    if (have_gnuplot()) {
        CHECK_FAILS(ctx, sb_plot_files(ctx, &figure, "no/such/directory/figure"), SB_EIO, "no/such/directory/figure.svg");
        CHECK_OK(ctx, sb_script_begin(ctx, &script));
        fputs("this is no order\n", script.stream);
        CHECK_OK(ctx, sb_script_end(ctx, &script));
        CHECK_FAILS(ctx, sb_gnuplot_files(ctx, &script, 300, 200, STEM), SB_EIO, "gnuplot failed: ");
        CHECK(access("test_plot.tmp.svg", F_OK) != 0); /* nothing is half there */
        sb_script_free(&script);
    }
    sb_figure_free(&figure);
}

static int widest(const char *text)
{
    size_t most = 0;
    for (const char *line = text; *line; line += strcspn(line, "\n") + (line[strcspn(line, "\n")] == '\n'))
        if (strcspn(line, "\n") > most) most = strcspn(line, "\n");
    return (int)most;
}

static void test_terminal(void)
{
    sb_figure figure;
    if (!have_gnuplot()) return;
    fill(&figure, 4);
    figure.series[1].y[2] = near(INFINITY, 0.0);
    for (int color = 0; color < 2; color++) {
        char *text = NULL;
        size_t length;
        FILE *stream = open_memstream(&text, &length);
        const sb_output out = {stream, SB_FORMAT_TABLE, color, 90, 0};
        CHECK_OK(&context, sb_plot_terminal(&context, &out, &figure));
        fclose(stream);
        CHECK((strchr(text, '\033') != NULL) == color);
        CHECK(strchr(text, '\f') == NULL);
        if (!color) CHECK(widest(text) <= 90);
        CHECK(strstr(text, "1 point is not drawn: not finite.\n") != NULL);
        CHECK(strstr(text, "rounds R_{total}") != NULL);
        free(text);
    }
    sb_figure_free(&figure);
}

/* A waterfall made up by hand, with what may go wrong: levels that are not positive, that are all the same. */
static sb_waterfall waterfall_of(double kl, double step)
{
    sb_waterfall w = {.n = 7, .kl = near(kl, 0.01), .prior = 0.83, .descends = 1, .count = (int)sb_waterfall_count};
    double level = kl;
    for (int i = 0; i < w.count; i++) {
        const double nats = i % 5 == 4 ? -0.9 * step * i : step * i * i;
        level += nats;
        w.bar[i] = (sb_waterfall_bar){&sb_waterfall_table[i], near(nats, 0.1), level};
    }
    w.total = level;
    return w;
}

static void test_waterfalls(void)
{
    static const double cases[][2] = {{0.05, 1.3}, {0.0, 1.0}, {-3.0, 0.01}, {2.385, 0.0}, {1e-9, 1e5}, {-1.0, 0.0}};
    if (!have_gnuplot()) return;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sb_waterfall w = waterfall_of(cases[i][0], cases[i][1]);
        if (i == 3) w.prior = NAN;
        size_t count;
        if (!CHECK_OK(&context, sb_waterfall_files(&context, &w, STEM))) continue;
        char *svg = read_file("svg", &count), *png = read_file("png", &count);
        for (unsigned k = 0; k < sb_waterfall_count; k++) CHECK(strstr(svg, sb_waterfall_table[k].name) != NULL);
        CHECK((strstr(svg, "vacuous") != NULL) == (i != 3));
        CHECK(memcmp(png, "\x89PNG", 4) == 0);
        free(svg);
        free(png);
    }
}

/* An empty waterfall says what is missing, in words and in JSON. */
static void test_no_waterfall(void)
{
    const sb_waterfall none = {.total = NAN, .missing_count = 2, .missing = {"sigma2", "KL"}}, endless = {.total = INFINITY};
    const sb_config config = {.seed = 1};
    int failed = 0;
    char *text = NULL;
    size_t length;
    json_t *root = json_object();
    sb_waterfall_put(root, &none, &failed);
    CHECK(!failed && json_array_size(json_object_get(root, "waterfall")) == 0);
    const json_t *needs = json_object_get(json_object_get(root, "waterfall_of"), "needs");
    CHECK(json_array_size(needs) == 2 && strcmp(json_string_value(json_array_get(needs, 1)), "KL") == 0);
    json_decref(root);
    FILE *stream = open_memstream(&text, &length);
    const sb_output out = {stream, SB_FORMAT_TABLE, 0, 80, 0};
    CHECK_OK(&context, sb_waterfall_table_print(&context, &out, &none, &config));
    sb_waterfall_draw(&out, &none);
    CHECK_OK(&context, sb_waterfall_table_print(&context, &out, &endless, &config));
    fclose(stream);
    CHECK(strstr(text, "None: this run has no finite value of sigma2, KL.\n") != NULL);
    CHECK(strstr(text, "None: a right side on the way is not finite, as where no worker") != NULL);
    free(text);
}

/* The picture of characters: bars stand on one another, colours only where allowed, no line too wide. */
static void test_waterfall_drawing(void)
{
    sb_waterfall w = {.kl = sb_number_exact(0.1), .prior = 1.0, .count = 3, .total = 10.0};
    w.bar[0] = (sb_waterfall_bar){&sb_waterfall_table[0], sb_number_exact(0.9), 1.0};
    w.bar[1] = (sb_waterfall_bar){&sb_waterfall_table[1], sb_number_exact(99.0), 100.0};
    w.bar[2] = (sb_waterfall_bar){&sb_waterfall_table[2], sb_number_exact(-90.0), 10.0};
    for (int color = 0; color < 2; color++) {
        char *text = NULL;
        size_t length;
        FILE *stream = open_memstream(&text, &length);
        const sb_output out = {stream, SB_FORMAT_TABLE, color, 84, 0};
        sb_waterfall_draw(&out, &w);
        fclose(stream);
        CHECK((strchr(text, '\033') != NULL) == color);
        if (!color) {
            const char *rise = strstr(text, "data processing"), *next = strstr(text, "chain to path"),
                       *fall = strstr(text, "splitting the square");
            CHECK(widest(text) <= 84);
            CHECK(rise && next && fall);
            const size_t first = strcspn(rise, "#") - strlen("data processing"), long_bar = strspn(strchr(next, '#'), "#"),
                         short_bar = strspn(strchr(rise, '#'), "#"), falls = strspn(strchr(fall, '<'), "<");
            CHECK(first > 0 && long_bar > short_bar && short_bar > falls - 2 && falls > 10);
            CHECK(strstr(next, " +99\n") && strstr(fall, " -90\n"));
        }
        free(text);
    }
}

/* A map is one picture within the picture, in the frame that its cells fill; characters leave it out. sb_plot_svg draws the same. */
static void test_map(void)
{
    sb_context *ctx = &context;
    sb_figure figure;
    char *of[2], *alone = NULL, *text = NULL;
    size_t count[2], length;
    FILE *stream = open_memstream(&text, &length);
    const sb_output out = {stream, SB_FORMAT_TABLE, 0, 80, 0};
    CHECK_OK(ctx, sb_figure_begin(ctx, NULL, NULL, NULL, &figure));
    CHECK_OK(ctx, sb_figure_map(ctx, &figure, (const int[]){5, 3}, (const double[]){-1.0, 2.0}, (const double[]){0.5, 0.25}));
    figure.width = 420;
    figure.height = 380;
    for (int i = 0; i < 15; i++) figure.map.value[i] = 0.1 * i;
    const sb_plot_frame frame = sb_plot_frame_of(&figure);
    CHECK(frame.x.lo == -1.25 && frame.x.hi == 1.25 && frame.y.lo == 1.875 && frame.y.hi == 2.625);
    if (have_gnuplot()) {
        for (int level = 0; level < 2; level++) { /* all 0: any scale */
            figure.map.most = 1.4 * level;
            if (draws(&figure, of, count)) {
                CHECK(strstr(of[0], "<image ") && strstr(of[0], "data:image/png;base64,") &&
                      strstr(of[0], "width=\"420\" height=\"380\""));
                CHECK_OK(ctx, sb_plot_svg(ctx, &figure, &alone));
                CHECK(strcmp(alone, of[0]) == 0);
                free(alone);
            }
            release(of);
        }
        CHECK_OK(ctx, sb_plot_terminal(ctx, &out, &figure));
    }
    fclose(stream);
    free(text);
    sb_figure_free(&figure);
}

int main(void)
{
    static const sb_test tests[] = {
        {"frame", test_frame},
        {"quotes", test_quotes},
        {"files", test_files},
        {"unusual values", test_unusual_values},
        {"empty figures", test_empty_figures},
        {"categories", test_categories},
        {"a map", test_map},
        {"errors", test_errors},
        {"terminal", test_terminal},
        {"waterfalls", test_waterfalls},
        {"no waterfall", test_no_waterfall},
        {"waterfall drawn with characters", test_waterfall_drawing},
    };
    sb_context_init(&context, 1);
    return sb_test_main("plot", tests, sizeof tests / sizeof *tests);
}
