/* hand_choice.h: what tests of the explicit choices share: constants by hand, and parts of the a priori bound found without src/choose. */
#ifndef SB_TESTS_HAND_CHOICE_H
#define SB_TESTS_HAND_CHOICE_H

#include "choose/selection.h"

/* A reason that is longer was cut off. */
enum { HAND_CHOICE_LONGEST = sizeof((sb_selection *)0)->reason[0] - 1 };

/* hand_choice_constants: awkward values with mu; all that choices and the a priori bound need, but no K. */
sb_constants hand_choice_constants(void);

/* hand_choice_U: of a log-snr grid that is really built. hand_choice_start: KL(q_T||N(0,I)) by Lemma 4.10 corrected. */
double hand_choice_U(double T, double delta, double K, double d, double M2);
double hand_choice_start(double T, double d, double M2);

/* hand_choice_term: of the promise, by name; fails the test where there is none. */
double hand_choice_term(const sb_selection *selection, const char *name);

/* hand_choice_says: nonzero if the reason was not cut off and has this text with this number in it; else prints both. */
int hand_choice_says(const char *reason, const char *format, double value);

#endif
