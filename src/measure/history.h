/* history.h: what every finished round of a training reported, and its courses as figures. */
#ifndef SB_MEASURE_HISTORY_H
#define SB_MEASURE_HISTORY_H

#include "base/figure.h"
#include "measure/measured.h"

/* Quantities in the order of rounds.jsonl. */
typedef enum { SB_HISTORY_LOSS, SB_HISTORY_DTHETA, SB_HISTORY_W2, SB_HISTORY_GAMMA, SB_HISTORY_UNCOVERED, SB_HISTORY_COUNT } sb_history_quantity;

typedef struct {
    int     rounds, replicas;
    double *of[SB_HISTORY_COUNT];   /* (rounds,replicas); NaN where a value was not finite. One allocation, of[0] */
} sb_history;

sb_status sb_history_create(sb_context *ctx, int rounds, int replicas, sb_history *history);
void      sb_history_free(sb_history *history);

/* A figure and what it shows, in a sentence. */
typedef struct {
    sb_figure   figure;
    const char *words;
} sb_course;

/* sb_history_courses: the course over the rounds of every measured constant: what each round reported, with Student-t intervals over the
 * replicas (none for one replica), and what was measured at some rounds, with its own. Where there are more rounds than
 * SB_COURSE_POINTS each point stands for a stretch of rounds: by the mean of losses, the largest w2, the last |theta_r - theta_0|, the
 * smallest Gamma, the sum of uncovered parameters. Nothing is drawn of what is 0 all the time or was not measured; *count tells how many
 * there are. history->rounds may be 0. Free each with sb_figure_free. */
enum { SB_COURSE_POINTS = 120, SB_MOST_COURSES = 10 };
sb_status sb_history_courses(sb_context *ctx, const sb_history *history, const sb_measured *measured, sb_course course[SB_MOST_COURSES],
                             int *count);

/* sb_history_losses: the training losses of several runs as curves with these names, means over replicas, stretches as above. A run
 * without rounds has none. */
sb_status sb_history_losses(sb_context *ctx, int count, const sb_history *const *history, const char *const *name, double confidence,
                            sb_figure *figure);

#endif
