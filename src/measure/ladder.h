/* ladder.h: all that is known of KL(q_delta||p_{t_K}) of one worker, rung by rung, and the bracket that it leaves.       (THEORY 3)
 * Rungs that contradict one another beyond their intervals are never averaged: they are reported. */
#ifndef SB_MEASURE_LADDER_H
#define SB_MEASURE_LADDER_H

#include "measure/measured.h"

typedef enum { SB_RUNG_EXACT, SB_RUNG_ESTIMATE, SB_RUNG_UPPER, SB_RUNG_LOWER } sb_rung_kind;

/* The rungs in the order of trust. */
typedef struct {
    const char  *name;      /* as in measure.kl: "closed", "grid", "importance", ... */
    const char  *meaning;
    sb_rung_kind kind;
    unsigned     route;     /* sb_kl_route that asks for it */
    size_t       offset;    /* in sb_measured_worker, of the number after training */
} sb_rung;

extern const sb_rung sb_rung_table[];
extern const int     sb_rung_count;

const char *sb_rung_kind_name(sb_rung_kind kind);      /* "exact", "estimate", "upper", "lower" */
sb_number   sb_rung_number(const sb_measured_worker *worker, const sb_rung *rung);   /* after training; unknown where it was not taken */

/* sb_ladder_bracket: [lo,hi] from what bounds KL: closed form or grid, if there is one; else from the largest lower end of lower rungs
 * (and 0) to the smallest upper end of upper rungs. Estimates do not enter. value: the exact rung's, else the tightest upper rung's. */
sb_number sb_ladder_bracket(const sb_measured_worker *worker);

/* Two rungs that cannot both be right at a confidence raised for the number of pairs in the whole run (Bonferroni). */
typedef struct {
    int            n;       /* worker; -1: the pooled law */
    const sb_rung *a, *b;
    sb_number      of_a, of_b;
} sb_disagreement;

enum { SB_MAX_DISAGREEMENTS = 64 };

/* sb_ladder_disagreements: fills at most SB_MAX_DISAGREEMENTS, returns how many there are. chain and its score-free form count as one
 * more pair, which must agree from both sides. */
int sb_ladder_disagreements(const sb_measured *measured, sb_disagreement *found);

/* sb_ladder_check: SB_ECONV, with the first of them in the message, where there are any. */
sb_status sb_ladder_check(sb_context *ctx, const sb_measured *measured);

#endif
