/* rate.h: what decides eta once T, K and the grid are chosen. The constants that matter here (L, Gamma*, mu, F0, ...) belong to F and are
 * the same for all workers; where they are not, the worker with the smallest limit decides. */
#ifndef SB_CHOOSE_RATE_H
#define SB_CHOOSE_RATE_H

#include "choose/situation.h"

/* sb_rate_contracts: nonzero where |grad F|^2 >= 2 mu (F - F*) with known mu > 0 and F*: training has a rate.
 * sb_rate_tightest: the worker whose constants allow least. */
int                 sb_rate_contracts(const sb_constants *c);
const sb_constants *sb_rate_tightest(int count, const sb_constants *c);

/* sb_rate_largest: the eta that choices must not exceed: where training contracts, up to where alpha falls to 0 (sharp forms need no
 * more); else Lemma 4.6's condition. SB_ECONV, with the constants, where that is no positive number. */
sb_status sb_rate_largest(sb_context *ctx, const sb_constants *c, double *eta);

/* sb_rate_left: share of F0 - F* that is left after R rounds, (1 - 2 mu eta S alpha)^R, at c->eta.
 * sb_rate_steps: R*S after which no more than `share` is left, in whole rounds, at c->eta; infinite where nothing contracts.
 * sb_rate_reaching: the smallest eta that leaves no more than `share`, 0 < share < 1; the eta that contracts fastest where none does. */
double    sb_rate_left(const sb_constants *c);
double    sb_rate_steps(const sb_constants *c, double share);
sb_status sb_rate_reaching(sb_context *ctx, const sb_constants *c, double share, double *eta);

/* A rule proposes eta from constants, below `most`. */
typedef sb_status (*sb_rate_proposal)(sb_context *ctx, const sb_constants *c, double most, const void *data, double *eta);

/* sb_rate_settle: at->eta by the rule, and c (count) the constants met with it. By hand eta may be as large as sb_rate_largest. Of a
 * configuration a pilot is trained with it; as the constants move with eta, the rule is asked again, with some room to its limit,
 * until a pilot leaves 3 % to spare. SB_ECONV after 8 pilots; SB_EUSER where a pilot has Gamma* < 1. */
sb_status sb_rate_settle(sb_context *ctx, const sb_situation *situation, sb_rate_proposal rule, const void *data,
                         sb_hyperparameters *at, sb_constants *c);

#endif
