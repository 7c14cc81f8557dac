/* certificate.h: why Remark 4.12's choice fails, and for which delta it would not. Private to the room. */
#ifndef SB_CHOOSE_CERTIFICATE_H
#define SB_CHOOSE_CERTIFICATE_H

#include "choose/fixed_point.h"
#include "choose/selection.h"

/* sb_certificate_issue: of the fixed point `found`. With its own K(delta), the fixed point at delta has T >= 1 just if F0 at T = 1 and
 * K(delta) is at most (d+M2) e^-2, for F0 grows with T and K; so the smallest such delta is a root, and so it is with -C_1 for F0. Grids
 * of more than 1000 steps are cut to so many for -C_1, which comes out a little too small: on the safe side. By hand all but F0 and
 * F0_most is NaN. delta_model = delta where T >= 1 already. */
sb_status sb_certificate_issue(sb_context *ctx, const sb_situation *situation, const sb_fixed_point *found, sb_certificate *certificate);

#endif
