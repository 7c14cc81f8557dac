#include "base/progress.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* The room that a part keeps for one of its stages, in shares of the part. */
typedef struct {
    const char *stage;
    double share, filled;
    int times; /* that the stage is still to be begun */
} slot;

struct sb_progress {
    sb_progress *whole; /* that this is a part of; NULL: this is a whole, which has the line */
    const char *stage;
    double total, done; /* of the stage, in its units; of a stage of parts, in shares */

    FILE *stream;
    pthread_mutex_t lock; /* also guards the parts */
    double started, drawn;
    const char *noun; /* of a stage of parts, else NULL */
    int finished, count;

    double share; /* of the whole */
    int slots;
    slot *slot, *filling; /* (slots); the one of the present stage, NULL: none */
    double from, room;    /* where in it this occurrence of the stage begins, and how much of it is its own */
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

sb_progress *sb_progress_on(FILE *stream)
{
    sb_progress *p = calloc(1, sizeof *p);
    if (!p) return NULL;
    p->stream = stream;
    pthread_mutex_init(&p->lock, NULL);
    return p;
}

sb_progress *sb_progress_create(void)
{
    return isatty(STDERR_FILENO) ? sb_progress_on(stderr) : NULL;
}

void sb_progress_free(sb_progress *progress)
{
    if (!progress) return;
    pthread_mutex_destroy(&progress->lock);
    free(progress);
}

/* The whole of a part or of itself, locked. */
static sb_progress *lock(sb_progress *p)
{
    sb_progress *whole = p->whole ? p->whole : p;
    pthread_mutex_lock(&whole->lock);
    return whole;
}

static void unlock(sb_progress *whole)
{
    pthread_mutex_unlock(&whole->lock);
}

static double share_done(const sb_progress *p)
{
    return p->total > 0.0 && p->done < p->total ? p->done / p->total : 1.0;
}

static void draw(sb_progress *p, double time)
{
    enum { WIDTH = 30 };
    char bar[WIDTH + 1], title[64];
    const double share = share_done(p), spent = time - p->started, left = share > 0.0 ? spent * (1.0 - share) / share : 0.0;
    const int full = (int)(share * WIDTH);
    for (int i = 0; i < WIDTH; i++) bar[i] = i < full ? '#' : '.';
    bar[WIDTH] = '\0';
    if (p->noun) snprintf(title, sizeof title, "%s  %d of %d %s", p->stage, p->finished, p->count, p->noun);
    else snprintf(title, sizeof title, "%s", p->stage);
    fprintf(p->stream, "\r%-24s [%s] %3.0f %%  ", title, bar, 100.0 * share);
    if (share <= 0.0) fprintf(p->stream, "                 ");
    else if (left >= 60.0) fprintf(p->stream, "%3.0f min %02.0f s left ", floor(left / 60.0), left - 60.0 * floor(left / 60.0));
    else fprintf(p->stream, "%7.0f s left    ", left);
    fflush(p->stream);
    p->drawn = time;
}

static void draw_now_and_then(sb_progress *whole)
{
    const double time = now();
    if (time - whole->drawn >= 0.1) draw(whole, time);
}

/* A part has come to `filled` in the slot of its present stage; the whole moves by as much. */
static void fill(sb_progress *part, double filled)
{
    if (!part->filling || filled <= part->filling->filled) return;
    part->whole->done += part->share * (filled - part->filling->filled);
    part->filling->filled = filled;
}

static void begin_in_slot(sb_progress *part)
{
    part->filling = NULL;
    for (int i = 0; i < part->slots; i++) {
        slot *s = &part->slot[i];
        if (strcmp(s->stage, part->stage) != 0 || s->times == 0) continue;
        part->filling = s;
        part->from = s->filled;
        part->room = (s->share - s->filled) / s->times--;
    }
}

static void begin(sb_progress *p, const char *stage, double total)
{
    p->stage = stage;
    p->noun = NULL;
    p->total = total;
    p->done = 0.0;
    p->started = now();
    p->drawn = 0.0;
    if (p->whole) begin_in_slot(p);
}

void sb_progress_begin(sb_context *ctx, const char *stage, double total)
{
    sb_progress *p = ctx->progress;
    if (!p) return;
    sb_progress *whole = lock(p);
    begin(p, stage, total);
    unlock(whole);
}

void sb_progress_add(sb_context *ctx, double units)
{
    sb_progress *p = ctx->progress;
    if (!p) return;
    sb_progress *whole = lock(p);
    p->done += units;
    if (p->whole) fill(p, p->from + p->room * share_done(p));
    draw_now_and_then(whole);
    unlock(whole);
}

void sb_progress_end(sb_context *ctx)
{
    sb_progress *p = ctx->progress;
    if (!p) return;
    sb_progress *whole = lock(p);
    if (p->whole) fill(p, p->from + p->room);
    else fprintf(p->stream, "\r\033[K");
    p->filling = NULL;
    unlock(whole);
}

void sb_progress_begin_parts(sb_context *ctx, const char *stage, const char *noun, int finished, int count)
{
    sb_progress *p = ctx->progress;
    if (!p) return;
    sb_progress *whole = lock(p);
    begin(p, stage, 1.0);
    p->noun = noun;
    p->finished = finished;
    p->count = count;
    unlock(whole);
}

sb_progress *sb_progress_part(sb_progress *parent, double share, int count, const sb_progress_stage *expected)
{
    sb_progress *part = parent ? calloc(1, sizeof *part) : NULL;
    if (!part) return NULL;
    *part = (sb_progress){.whole = parent, .share = share, .slots = count, .slot = calloc((size_t)count + 1, sizeof *part->slot)};
    if (!part->slot) {
        free(part);
        return NULL;
    }
    for (int i = 0; i < count; i++) part->slot[i] = (slot){expected[i].stage, expected[i].share, 0.0, expected[i].times};
    return part;
}

static double part_done(const sb_progress *part)
{
    double done = 0.0;
    for (int i = 0; i < part->slots; i++) done += part->slot[i].filled;
    return done;
}

void sb_progress_part_end(sb_progress *part)
{
    if (!part) return;
    sb_progress *whole = lock(part);
    whole->done += part->share * (1.0 - part_done(part));
    whole->finished++;
    draw_now_and_then(whole);
    unlock(whole);
    free(part->slot);
    free(part);
}

double sb_progress_share(const sb_progress *progress)
{
    return progress->whole ? part_done(progress) : share_done(progress);
}
