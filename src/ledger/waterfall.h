/* waterfall.h: from the measured KL up to the printed Theorem 4.11: how many nats each inequality of the proof gives away. */
#ifndef SB_LEDGER_WATERFALL_H
#define SB_LEDGER_WATERFALL_H

#include "bounds/bounds.h"
#include "measure/measured.h"

typedef struct {
    const sb_waterfall_step *step;
    sb_number                nats;    /* what the step adds; may be negative where print leaves out a constant */
    double                   level;   /* the right side after it */
} sb_waterfall_bar;

enum { SB_MAX_WATERFALL_NEEDS = 32 };

typedef struct {
    int              n;               /* worker */
    sb_number        kl;              /* where it starts: the measured KL */
    int              at_most;         /* nonzero: only an upper bound of KL is known and stands in its place */
    double           prior;           /* KL(q_delta||N(0,I)): above it a level says less than no network would */
    double           total;           /* where it ends: Theorem 4.11 as printed; NaN where there is none */
    int              descends;        /* nonzero: alpha > 0 and 2 eta^2 L^2 S(S-1) < 1, without which the descent lemma says nothing; 0 with Adam */
    int              count;           /* sb_waterfall_count; 0: something is missing, or a level is not finite */
    sb_waterfall_bar bar[SB_MAX_WATERFALL_STEPS];
    int              missing_count;
    const char      *missing[SB_MAX_WATERFALL_NEEDS];   /* names of the constants that are unknown or infinite; "KL" where that is it */
} sb_waterfall;

/* sb_waterfall_from_run: for measured worker i. Intervals by first-order propagation as in the ledger, each of a difference of two
 * levels, so that what both share does not count. The bars add up from kl.value to total up to rounding. */
void sb_waterfall_from_run(const sb_measured *measured, int i, sb_waterfall *waterfall);

/* sb_waterfall_worker: index of the measured worker whose ratio in Theorem 4.11 as printed is largest. */
int sb_waterfall_worker(const sb_measured *measured);

#endif
