/* The line of progress: what is shown of one job and of several at once. */
#include "base/progress.h"

#include "harness.h"

#include <stdlib.h>
#include <string.h>

/* A line that is written to memory. */
typedef struct {
    char *text;
    size_t length;
    FILE *stream;
    sb_context ctx;
} line;

static void line_open(line *l)
{
    *l = (line){0};
    l->stream = open_memstream(&l->text, &l->length);
    sb_context_init(&l->ctx, 1);
    l->ctx.progress = sb_progress_on(l->stream);
}

static const char *line_text(line *l)
{
    fflush(l->stream);
    return l->text;
}

static void line_close(line *l)
{
    sb_progress_free(l->ctx.progress);
    fclose(l->stream);
    free(l->text);
}

static void silence_without_a_line(void)
{
    sb_context ctx;
    sb_context_init(&ctx, 1);
    sb_progress_begin(&ctx, "training", 10.0);
    sb_progress_add(&ctx, 1.0);
    sb_progress_begin_parts(&ctx, "sweep", "runs", 0, 2);
    CHECK(sb_progress_part(ctx.progress, 1.0, 0, NULL) == NULL);
    sb_progress_part_end(NULL);
    sb_progress_end(&ctx);
    sb_progress_free(NULL);
}

static void one_stage(void)
{
    line l;
    line_open(&l);
    sb_progress_begin(&l.ctx, "training", 8.0);
    CHECK(sb_progress_share(l.ctx.progress) == 0.0);
    sb_progress_add(&l.ctx, 3.0);
    CHECK_CLOSE(sb_progress_share(l.ctx.progress), 0.375, 1e-15);
    CHECK(strstr(line_text(&l), "training") != NULL);
    CHECK(strstr(line_text(&l), " 38 %") != NULL);
    CHECK(strstr(line_text(&l), "s left") != NULL);
    sb_progress_add(&l.ctx, 7.0);
    CHECK(sb_progress_share(l.ctx.progress) == 1.0); /* more than was announced is no more than all */
    sb_progress_end(&l.ctx);
    CHECK(strstr(line_text(&l), "\r\033[K") != NULL);
    line_close(&l);
}

/* Parts whose shares add up to 1 move the whole from 0 to 1 in the shares that their stages have. */
static void parts_add_up(void)
{
    static const sb_progress_stage expected[] = {{"training", 0.6, 1}, {"gradients", 0.3, 1}, {"curvature", 0.1, 1}};
    const double share[3] = {0.25, 0.3577, 0.3923};
    line l;
    double before = 0.0;
    line_open(&l);
    sb_progress_begin_parts(&l.ctx, "sweep", "runs", 4, 7);
    for (int i = 0; i < 3; i++) {
        sb_context ctx;
        sb_context_init(&ctx, 1);
        ctx.progress = sb_progress_part(l.ctx.progress, share[i], 3, expected);
        for (int s = 0; s < 3; s++) {
            sb_progress_begin(&ctx, expected[s].stage, 4.0);
            sb_progress_add(&ctx, 1.0);
            sb_progress_add(&ctx, 3.0);
            sb_progress_end(&ctx);
            CHECK_CLOSE(sb_progress_share(l.ctx.progress), before + share[i] * (s == 0 ? 0.6 : s == 1 ? 0.9 : 1.0), 1e-14);
        }
        CHECK_CLOSE(sb_progress_share(ctx.progress), 1.0, 1e-14);
        sb_progress_part_end(ctx.progress);
        before += share[i];
    }
    CHECK_CLOSE(sb_progress_share(l.ctx.progress), 1.0, 1e-14);
    CHECK(strstr(line_text(&l), "sweep  4 of 7 runs") != NULL);
    line_close(&l);
}

/* Whatever stages come, how often and how far: the line never goes back, and the part's end completes it. */
static void wrong_expectations(void)
{
    static const sb_progress_stage expected[] = {{"training", 0.5, 3}, {"gradients", 0.25, 1}, {"never", 0.25, 2}};
    static const char *const met[] = {"training", "unknown", "training", "gradients", "gradients", "training", "training"};
    const double after[] = {1.0 / 6.0, 1.0 / 6.0, 1.0 / 3.0, 7.0 / 12.0, 7.0 / 12.0, 0.75, 0.75};
    line l;
    sb_context ctx;
    double before = 0.0;
    line_open(&l);
    sb_context_init(&ctx, 1);
    sb_progress_begin_parts(&l.ctx, "sweep", "runs", 0, 1);
    ctx.progress = sb_progress_part(l.ctx.progress, 1.0, 3, expected);
    for (int s = 0; s < 7; s++) {
        sb_progress_begin(&ctx, met[s], 2.385);
        for (int i = 0; i < 5; i++) {
            sb_progress_add(&ctx, s % 2 ? 0.3 : 0.9); /* too few units, and too many */
            CHECK(sb_progress_share(l.ctx.progress) >= before);
            before = sb_progress_share(l.ctx.progress);
        }
        sb_progress_end(&ctx);
        CHECK_CLOSE(sb_progress_share(ctx.progress), after[s], 1e-14);
    }
    sb_progress_part_end(ctx.progress);
    CHECK_CLOSE(sb_progress_share(l.ctx.progress), 1.0, 1e-14);
    line_close(&l);
}

/* Parts on threads of their own. */
static void parts_at_once(void)
{
    enum { PARTS = 40, UNITS = 500 };
    static const sb_progress_stage expected[] = {{"training", 1.0, 1}};
    line l;
    line_open(&l);
    sb_progress_begin_parts(&l.ctx, "sweep", "runs", 0, PARTS);
#pragma omp parallel for num_threads(4) schedule(dynamic, 1)
    for (int i = 0; i < PARTS; i++) {
        sb_context ctx;
        sb_context_init(&ctx, 1);
        ctx.progress = sb_progress_part(l.ctx.progress, 1.0 / PARTS, 1, expected);
        sb_progress_begin(&ctx, "training", UNITS);
        for (int u = 0; u < UNITS; u++) sb_progress_add(&ctx, 1.0);
        sb_progress_end(&ctx);
        sb_progress_part_end(ctx.progress);
    }
    CHECK_CLOSE(sb_progress_share(l.ctx.progress), 1.0, 1e-12);
    line_close(&l);
}

int main(void)
{
    static const sb_test tests[] = {
        {"silence without a line", silence_without_a_line}, {"one stage", one_stage},         {"parts add up", parts_add_up},
        {"wrong expectations", wrong_expectations},         {"parts at once", parts_at_once},
    };
    return sb_test_main("progress", tests, sizeof tests / sizeof *tests);
}
