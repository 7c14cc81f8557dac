/* pilot.h: one replica trained to learn something about the system, not for its result. Private to the room. */
#ifndef SB_CHOOSE_PILOT_H
#define SB_CHOOSE_PILOT_H

#include "measure/survey.h"

/* A training and what was measured on it so far. Points into itself: do not copy. Empty: {0}. */
typedef struct {
    sb_training training;
    sb_survey   survey;
    sb_measured measured;
} sb_pilot;

/* sb_pilot_run: one replica for `rounds` rounds at eta; its counts and curvature (w2, Gamma, L, mu, Fstar, dtheta). sb_pilot_complete: all
 * other constants of the bounds, too. sb_pilot_free(&empty) is harmless. */
sb_status sb_pilot_run(sb_context *ctx, const sb_system *system, double eta, int rounds, sb_pilot *pilot);
sb_status sb_pilot_complete(sb_context *ctx, sb_pilot *pilot);
void      sb_pilot_free(sb_pilot *pilot);

/* A search for eta: the limit on eta depends on what a pilot with eta meets. sb_pilot_proposal: the eta to try at this limit, 8 % below it.
 * sb_pilot_accepts: nonzero if that leaves 3 % to spare in the limit met. After SB_MOST_PILOTS pilots the search is given up. */
enum { SB_MOST_PILOTS = 8 };
double sb_pilot_proposal(double limit);
int    sb_pilot_accepts(double eta, double limit);

/* sb_pilot_at_rule: the pilot run by which sb_learning_rate accepts its eta (learning_rate.h); the configuration must name a rule. */
sb_status sb_pilot_at_rule(sb_context *ctx, const sb_system *system, double *eta, int *pilots, sb_pilot *pilot);

/* sb_pilot_movement: F(theta_0), F(theta_R) and |theta_R - theta_0| of one replica trained at eta for all of the configured rounds. */
sb_status sb_pilot_movement(sb_context *ctx, const sb_system *system, double eta, double *F0, double *FR, double *dtheta);

#endif
