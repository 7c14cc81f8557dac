/* learning_rate.h: eta where the configuration names a rule instead of a number.
 *   lemma-4.6     the largest eta of Lemma 4.6's condition for the L and Gamma* met on the run itself: found by pilot runs of one
 *                 replica (train, measure L, lower eta by 8 % below the limit until a pilot leaves 3 % to spare)
 *   remark-4.12   the smallest of the remark's three limits (and Lemma 4.6's) for the constants a pilot run meets */
#ifndef SB_CHOOSE_LEARNING_RATE_H
#define SB_CHOOSE_LEARNING_RATE_H

#include "train/system.h"

/* sb_learning_rate: eta out, > 0. Deterministic. `pilots` (may be NULL) receives the number of pilot runs.
 * SB_ECONV if no eta was found after 8 pilots (names the last L). */
sb_status sb_learning_rate(sb_context *ctx, const sb_system *system, double *eta, int *pilots);

#endif
