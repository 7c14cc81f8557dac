/* choice_case.h: a small configuration, as a user would write it, for tests of what src/choose does with configurations. */
#ifndef SB_TESTS_CHOICE_CASE_H
#define SB_TESTS_CHOICE_CASE_H

#include "config/config.h"

/* sb_choice_config: one Gaussian N(0,1), one worker of one law, affine scores, 6 rounds of 3 steps, T = 1.9, delta = 0.05, 7 steps;
 * then the overrides. Returns 0 and fails the test if that is no configuration. */
int sb_choice_config(sb_context *ctx, size_t count, const sb_override *overrides, sb_config *config);

#endif
