/* recommend.c: which of the four choices a practitioner should take. */
#include "choose/selection.h"

#include <math.h>

/* Of F0 - min F, the share that must be able to go before training is worth the word; and how much more than another's the chain KL that a
 * pilot run came to may be before a smaller promise is no reason any more. */
static const double LEARNING_SHARE = 0.1, CLOSE_CHAIN = 1.1;

int sb_selection_learns(const sb_selection *selection)
{
    return !(selection->reach.share_most < LEARNING_SHARE);
}

/* Nonzero if `s` serves at least as well as `other`. A promise that meets the target is a proof, and decides. One that does not may be
 * small only because nothing is learned; then what pilot runs came to decides, or, without them, who learns. */
static int serves_better(const sb_selection *s, const sb_selection *other, double target)
{
    if (s->promise.sum <= target) return 1;
    if (other->promise.sum <= target) return 0;
    if (isfinite(s->chain) && isfinite(other->chain)) return s->chain <= CLOSE_CHAIN * other->chain;
    return sb_selection_learns(s) || !sb_selection_learns(other);
}

int sb_selection_affordable(const sb_situation *situation, const sb_selection *selection)
{
    return !(selection->at.K > situation->K_budget);
}

const sb_selection *sb_selection_recommended(const sb_situation *situation, const sb_selections *selections)
{
    const sb_selection *best = NULL;
    for (int i = 0; i < SB_SELECTION_COUNT; i++) {
        const sb_selection *s = &selections->selection[i];
        if (s->feasible && sb_selection_affordable(situation, s) && (!best || serves_better(s, best, selections->target))) best = s;
    }
    return best;
}
