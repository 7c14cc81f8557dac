/* explicit.h: what the two explicit choices, repaired and optimised, share. */
#ifndef SB_CHOOSE_EXPLICIT_H
#define SB_CHOOSE_EXPLICIT_H

#include "choose/horizon.h"
#include "choose/selection.h"

/* sb_explicit_begin: no figures yet; delta and S as they are, R from the budget, the log-snr grid (no grid of as many steps has a smaller
 * U) and ddpm (whose bound has no term for the sampler).
 * sb_explicit_horizon: data and delta of the situation.
 * sb_explicit_conclude: everything that follows from the constants c (count) met with this choice; where a pilot was trained also what
 * it found, and reach. */
sb_selection sb_explicit_begin(const sb_situation *situation, sb_selection_kind kind);
sb_horizon   sb_explicit_horizon(const sb_situation *situation);
void         sb_explicit_conclude(const sb_situation *situation, const sb_constants *c, sb_selection *selection);

/* sb_explicit_say: writes reason i in the manner of printf. */
void sb_explicit_say(sb_selection *selection, int i, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
