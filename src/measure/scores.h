/* scores.h: scores of the model at points of the host, wherever the model is evaluated. Not shared between threads; a thread's work on
 * a GPU has a queue of its own. */
#ifndef SB_MEASURE_SCORES_H
#define SB_MEASURE_SCORES_H

#include "train/device.h"

/* Borrows system and, on the host, theta. Empty: {0}. */
typedef struct {
    const sb_system  *system;
    const sb_backend *op;
    sb_workspace     *ws;
    int               B_max;
    const double     *theta;    /* (D) where the model is evaluated */
    double           *theta_there, *y, *s;   /* (D), (B_max,d), (B_max,d) on a GPU; NULL on the host */
    int              *k;        /* (B_max) likewise */
} sb_scores;

sb_status sb_scores_create(sb_context *ctx, const sb_system *system, int B_max, sb_scores *scores);
void      sb_scores_free(sb_scores *scores);

/* sb_scores_theta: the parameters (D) of what follows. */
void sb_scores_theta(sb_scores *scores, const double *theta);

/* sb_scores_at: s (B,d) out = s_theta(y,u_k) for y (B,d), k (B), B <= B_max. */
sb_status sb_scores_at(sb_context *ctx, sb_scores *scores, int B, const double *y, const int *k, double *s);

#endif
