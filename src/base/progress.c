#include "base/progress.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

struct sb_progress {
    pthread_mutex_t lock;
    const char *stage;
    double total, done, started, drawn;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

sb_progress *sb_progress_create(void)
{
    if (!isatty(STDERR_FILENO)) return NULL;
    sb_progress *p = calloc(1, sizeof *p);
    if (p) pthread_mutex_init(&p->lock, NULL);
    return p;
}

void sb_progress_free(sb_progress *progress)
{
    if (!progress) return;
    pthread_mutex_destroy(&progress->lock);
    free(progress);
}

void sb_progress_begin(sb_context *ctx, const char *stage, double total)
{
    sb_progress *p = ctx->progress;
    if (!p) return;
    pthread_mutex_lock(&p->lock);
    p->stage = stage;
    p->total = total;
    p->done = 0.0;
    p->started = now();
    p->drawn = 0.0;
    pthread_mutex_unlock(&p->lock);
}

static void draw(sb_progress *p, double time)
{
    enum { WIDTH = 30 };
    char bar[WIDTH + 1];
    const double share = p->total > 0.0 && p->done < p->total ? p->done / p->total : 1.0;
    const double spent = time - p->started, left = share > 0.0 ? spent * (1.0 - share) / share : 0.0;
    const int full = (int)(share * WIDTH);
    for (int i = 0; i < WIDTH; i++) bar[i] = i < full ? '#' : '.';
    bar[WIDTH] = '\0';
    fprintf(stderr, "\r%-24s [%s] %3.0f %%  ", p->stage, bar, 100.0 * share);
    if (share <= 0.0) fprintf(stderr, "                 ");
    else if (left >= 60.0)
        fprintf(stderr, "%3.0f min %02.0f s left ", (double)(long)(left / 60.0), left - 60.0 * (double)(long)(left / 60.0));
    else fprintf(stderr, "%7.0f s left    ", left);
    p->drawn = time;
}

void sb_progress_add(sb_context *ctx, double units)
{
    sb_progress *p = ctx->progress;
    if (!p) return;
    pthread_mutex_lock(&p->lock);
    p->done += units;
    const double time = now();
    if (time - p->drawn >= 0.1) draw(p, time);
    pthread_mutex_unlock(&p->lock);
}

void sb_progress_end(sb_context *ctx)
{
    sb_progress *p = ctx->progress;
    if (!p) return;
    pthread_mutex_lock(&p->lock);
    fprintf(stderr, "\r\033[K");
    pthread_mutex_unlock(&p->lock);
}
