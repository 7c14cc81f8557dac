/* moving_situation.h: a situation whose constants move with the choice by known laws, as those of a configuration do by training. It brings
 * its own sb_situation_laws and sb_situation_pilot. What the choices do not look at carries the laws: a pilot at (T, eta) meets
 *     L = base.L + base.G eta + base.theta2/eta,   Gamma = base.prune2,   Fn0 = base.Fn0 + base.fisher T
 * and FR = 0.7 F0, dtheta = 0.3, D_sum = 0.9 U, kl_init = 0.05, chain_score = 0.2 for the first worker and 0.1 more for each next one. */
#ifndef SB_TESTS_MOVING_SITUATION_H
#define SB_TESTS_MOVING_SITUATION_H

#include "choose/situation.h"

enum { MOVING_WORKERS = 2 };

typedef struct {
    sb_config config; /* empty: only its address counts */
    int n[MOVING_WORKERS];
    sb_constants base[MOVING_WORKERS];
    sb_situation situation; /* points into the rest: do not copy */
} moving_situation;

/* moving_situation_fill: workers 3 and 8 that differ in F_n(theta_0) only; nothing moves until G, theta2, fisher are given values. */
void moving_situation_fill(moving_situation *moving, int with_mu);

#endif
