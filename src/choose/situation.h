/* situation.h: what is known where hyperparameters are to be chosen: constants given by hand, or a configuration whose constants
 * pilot runs find. One worker by hand, the measured workers of a configuration.
 *
 * T, K, kappa and the grid are what is being chosen, and F0, C_1, U, ... depend on them. By hand the constants of training (F0, C1,
 * L, sigma1, ...) are taken as they were given whatever is chosen; of a configuration they are found anew. */
#ifndef SB_CHOOSE_SITUATION_H
#define SB_CHOOSE_SITUATION_H

#include "base/number.h"
#include "bounds/bounds.h"
#include "config/config.h"

/* A point in the space of choices. NaN: not found. K may be larger than any grid: then there is nothing to evaluate. */
typedef struct {
    double          T, delta, K, kappa, eta, R, S;
    sb_grid_kind    grid;
    sb_sampler_kind sampler;
} sb_hyperparameters;

typedef struct {
    const sb_config *config;        /* NULL: by hand; else borrowed, must outlive the situation */
    int              count;         /* workers; 1 by hand */
    int             *n;             /* (count) which; -1 by hand */
    sb_constants    *base;          /* (count) by hand as given; else as met by a pilot run on the configuration's own grid, eta by
                                     * Lemma 4.6 whatever the configuration says */
    double           K_budget;      /* network evaluations allowed: K of the configuration or of --set; NaN by hand where K is not given */
    double           steps_budget;  /* R*S */
    double           M2_largest;    /* over the workers: one grid must serve all of them */
} sb_situation;

/* The longest grid that is looked at; sb_situation_laws and _pilot refuse longer ones (SB_ERANGE). */
#define SB_LONGEST_GRID 10000000.0

/* sb_situation_by_hand: SB_EUSER, with `--set: error:` and the names, where constants that every choice needs are missing (N S R d
 *   delta L w2 sigma1 sigma2 Gamma F0 M2), where T, kappa or eta is given (they are what is chosen), where two contradict each other
 *   (Gamma > N, Fstar > F0, mu > L, Fn0 + C1 < 0, an Fstar too small for C1, one of mu and Fstar without the other), or where there is
 *   nothing to choose for (delta = 0, R = 0, Gamma = 0, d above 2^31 - 1).
 * sb_situation_of_config: pilot trainings of one replica on the configuration as it stands, until eta meets Lemma 4.6; then all constants.
 *   SB_EUSER where Gamma* = 0 there, or where there is nothing to train: no parameters or no rounds.
 * sb_situation_free(&empty) is harmless; on failure *situation is empty. */
sb_status sb_situation_by_hand(sb_context *ctx, const sb_constants *given, sb_situation *situation);
sb_status sb_situation_of_config(sb_context *ctx, const sb_config *config, sb_situation *situation);
void      sb_situation_free(sb_situation *situation);

/* c (count): the constants of each worker at `at`, as far as they can be known without training: base, with T, K, kappa, delta, eta, R,
 * S, h, step2, sampler_bias, U and B_bound of the grid put in; of a configuration also D, M2, C1, D_sum, B_sum, kl_init, kl_prior, F0 and
 * Fn0 of its actual initial model, and of models linear in theta L, mu and Fstar. at->eta may be NaN. Of a configuration, what base says
 * of the network trained there (FR, chain_score, ...) is NaN; w2, sigma1, sigma2, Gamma, dtheta (and L elsewhere) are the base pilot's,
 * standing in for what only a pilot at `at` finds. at->kappa is not looked at.
 * SB_EDOM: not 0 < delta < T, or K, R, S no whole numbers >= 1; SB_ERANGE: K > SB_LONGEST_GRID. The same for those that follow. */
sb_status sb_situation_laws(sb_context *ctx, const sb_situation *situation, const sb_hyperparameters *at, sb_constants *c);

/* The same with the constants that one replica meets when it is trained at `at` (dtheta, FR, chain_score, ... among them). By hand the
 * same as sb_situation_laws. SB_EDOM also where at->eta is not > 0. */
sb_status sb_situation_pilot(sb_context *ctx, const sb_situation *situation, const sb_hyperparameters *at, sb_constants *c);

/* F(theta_0) at `at`; by hand the F0 that was given. Smooth in T and K: drawn with common random numbers, exact where the initial
 * score is 0 or the model is linear in theta. */
sb_status sb_situation_initial_loss(sb_context *ctx, const sb_situation *situation, const sb_hyperparameters *at, double *F0);

/* -C_1 of the pooled law at `at`: what F does not go below even for the perfect score; by hand NaN. */
sb_status sb_situation_irreducible_loss(sb_context *ctx, const sb_situation *situation, const sb_hyperparameters *at, double *loss);

/* sb_situation_config: the configuration with `at` in it, as `choose --apply` writes it: diffusion T, delta, grid, K, sampler and
 * train rounds, local_steps, learning_rate. `config` out is a copy to be freed with sb_config_free. SB_EINVAL by hand; SB_EDOM where at->eta
 * is not > 0. */
sb_status sb_situation_config(sb_context *ctx, const sb_situation *situation, const sb_hyperparameters *at, sb_config *config);

#endif
