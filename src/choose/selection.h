/* selection.h: T, K, kappa, eta and the grid, chosen in four ways, each with the bound it leads to and what binds it.
 *   printed     Remark 4.12 as printed, a fixed point, for F0 depends on T and K
 *   corrected   the same with L^2 in the limit on eta from pruning
 *   repaired    T from Lemma 4.10, K from U on the log-snr grid, eta from Lemma 4.6's condition or, with mu, from the rate of contraction
 *   optimised   K the budget, T where initialisation + U is then least, and with mu the eta at which the a priori bound is least. Without
 *               mu eta stays that of repaired, for the bound would ask not to train. Where repaired is feasible and has the smaller
 *               bound, it is kept
 * Printed and corrected may not exist; then a certificate says which condition fails, by how much, and what would mend it. */
#ifndef SB_CHOOSE_SELECTION_H
#define SB_CHOOSE_SELECTION_H

#include "choose/situation.h"

typedef enum { SB_SELECTION_PRINTED, SB_SELECTION_CORRECTED, SB_SELECTION_REPAIRED, SB_SELECTION_OPTIMISED, SB_SELECTION_COUNT } sb_selection_kind;

/* Why the remark's choice fails, and where it would not. NaN: unknown, or there is none. */
typedef struct {
    double F0;                 /* of the initial model at the fixed point */
    double F0_most;            /* (d + M2) e^-2: T >= 1 asks for F0 no larger */
    double F0_least;           /* -C_1 there, or at T = 1 where T is less: what F0 is at least, even for the perfect score; NaN by hand */
    double delta_model;        /* smallest delta in [delta,1) from which on the fixed point has T >= 1, with this initial model */
    double delta_perfect;      /* the same with the perfect score: F0 = -C_1 */
} sb_certificate;

/* How far training moves at this eta, in units of eta S R, against what it takes. A step of exact gradient descent on an L-smooth F
 * keeps at least the share 1 - 2 L eta - (L eta)^2 of F - min F; under the Polyak-Lojasiewicz inequality it keeps at most 1 - 2 mu eta alpha. */
typedef struct {
    double moved;              /* eta S R */
    double half_at_least;      /* the eta S R below which no exact gradient descent with this eta halves F0 - min F */
    double half_at_most;       /* with mu: the eta S R that certainly halves it, up to the floor; NaN without */
    double share_most;         /* of F0 - min F, the largest share that can be gone after eta S R */
    double F0, FR, dtheta;     /* as the pilot run that sb_selection.piloted names met them; NaN where none was run */
} sb_reach;

enum { SB_SELECTION_REASONS = 3 };

typedef struct {
    sb_selection_kind       kind;
    sb_hyperparameters      at;
    int                     feasible;              /* all conditions hold and the bound is finite */
    char                    reason[SB_SELECTION_REASONS][300];   /* of T, of K, of eta: which inequality or budget set it, with figures */
    const sb_statement     *statement;             /* whose right side is promised: theorem_4_11 or a_priori */
    sb_form                 form;
    int                     worker;                /* for whom the promise is worst; -1 by hand */
    double                  prior;                 /* KL(q_delta||N(0,I)) of that worker: what a promise must beat; NaN where unknown */
    sb_terms                promise;               /* terms and conditions; sum NaN where constants are missing */
    int                     missing_count;
    const sb_constant_info *missing[SB_CONSTANT_COUNT];   /* (missing_count) constants without which there is no promise */
    sb_terms                remark;                /* printed, corrected: remark_4_12 itself, with the conditions that decide feasibility */
    sb_terms                yardstick;             /* the a priori bound at this choice, pl with mu, else sharp: the same measure for all four */
    sb_form                 yardstick_form;
    sb_certificate          certificate;           /* printed, corrected */
    sb_reach                reach;
    int                     piloted;               /* 0: no pilot; 1: on the configuration's own grid, with the eta that the remark gives
                                                    * there; 2: at this very choice */
    double                  chain;                 /* KL_chain that the pilot at this very choice came to, worst worker; else NaN */
} sb_selection;

typedef struct {
    double       target;                           /* nats */
    int          target_given;                     /* 0: sb_selection_target */
    double       K_needed;                         /* K with which T and the log-snr grid can be chosen so that initialisation and U take
                                                    * half of the target; NaN beyond SB_LONGEST_GRID */
    double       score_least;                      /* with mu: what the score part of the a priori bound does not get below, whatever the
                                                    * budget: reached as R*S grows and eta falls, or without training; NaN without mu */
    sb_selection selection[SB_SELECTION_COUNT];
} sb_selections;

/* sb_selection_target: the target where none is given: a tenth of a nat for each dimension of the data. */
double sb_selection_target(const sb_situation *situation);

/* sb_choose: all four. target > 0; NaN: sb_selection_target. Deterministic. A choice that does not exist is a result, not an error. */
sb_status sb_choose(sb_context *ctx, const sb_situation *situation, double target, sb_selections *selections);

/* Its parts; target as above, but not NaN. sb_choose_optimised takes eta, and K where there is no budget, from `repaired`. SB_ECONV where no
 * eta was found in 8 pilot runs; SB_EUSER where in one of them some parameter was kept by no worker. */
sb_status sb_choose_remark(sb_context *ctx, const sb_situation *situation, sb_selection_kind kind, sb_selection *selection);
sb_status sb_choose_repaired(sb_context *ctx, const sb_situation *situation, double target, sb_selection *selection);
sb_status sb_choose_optimised(sb_context *ctx, const sb_situation *situation, const sb_selection *repaired, sb_selection *selection);

/* sb_selection_recommended: what a practitioner should take, of the feasible choices within the budget of evaluations: the last one whose
 * promise meets the target; else whose pilot came to a chain KL no more than a tenth above that of the one before; by hand, that can learn.
 * NULL where nothing is feasible.
 * sb_selection_affordable: nonzero unless it takes more evaluations than the budget allows.
 * sb_selection_learns: nonzero unless less than a tenth of F0 - min F can be gone in the end. */
const sb_selection *sb_selection_recommended(const sb_situation *situation, const sb_selections *selections);
int                 sb_selection_affordable(const sb_situation *situation, const sb_selection *selection);
int                 sb_selection_learns(const sb_selection *selection);

/* sb_reach_at: reach from constants alone; F0, FR, dtheta NaN. */
sb_reach sb_reach_at(const sb_constants *c);

/* sb_selection_evaluate: fills statement (by `kind`), form, worker, promise, missing, yardstick, feasible and reach from the constants c (count)
 * at selection->at. Where D_sum, B_sum are unknown (by hand) U and B_bound stand in for them. */
void sb_selection_evaluate(const sb_situation *situation, const sb_constants *c, sb_selection *selection);

/* sb_selection_is_remark: nonzero for printed and corrected. sb_selection_name: "printed", "corrected", "repaired", "optimised". */
int         sb_selection_is_remark(sb_selection_kind kind);
const char *sb_selection_name(sb_selection_kind kind);

#endif
