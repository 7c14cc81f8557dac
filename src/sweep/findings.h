/* findings.h: what the runs of a sweep came to, as columns over runs, and how each column grows along each varied key.
 *
 * Columns, in this order, by name:
 *   kl, kl_pooled, kl_before            KL(q_delta||p) (the ladder's bracket) of the worst measured worker, of the pooled law; of the latter before
 *                                       training
 *   frechet_feature_distance, classifier_score      of generated images (measure/quality.h)
 *   N S R D d T K ... sampler_bias      every constant of bounds.h that a run measures, of the worker with the largest KL
 *   lemma_4_6.printed, ...              right side of each statement in each form, worst instance, as in the ledger
 *   lemma_4_6.lhs, ...                  left side of each statement, of the same instance as its first form */
#ifndef SB_SWEEP_FINDINGS_H
#define SB_SWEEP_FINDINGS_H

#include "base/figure.h"
#include "ledger/ledger.h"
#include "sweep/plan.h"

typedef struct {
    const char             *name;        /* points into `names` of the findings */
    const char             *kind;        /* "divergence", "quality", "constant", "lhs", "rhs" */
    const sb_statement     *statement;   /* lhs, rhs; else NULL */
    sb_form                 form;        /* rhs */
    const sb_constant_info *constant;    /* constant; else NULL */
    sb_number              *value;       /* (run_count) value NaN: run not finished, or unknown there */
    sb_verdict             *verdict;     /* (run_count) of a right side; else NULL */
} sb_sweep_column;

/* How one column grows along one axis while all other axes stand still. */
typedef struct {
    int         column;                  /* index */
    const char *along;                   /* key or constant on the x axis */
    int         curve;                   /* which of the curves along it; two may have the same `where` if it was cut short */
    char        where[160];              /* the other axes' values: "pruning.level=S", "" where there are none */
    int         points, left_out;        /* fitted; left out because not positive or unknown */
    sb_number   slope;                   /* of log y against log x, least squares; NaN for fewer than two points. The interval is the wider of
                                          * what y's own intervals leave and what the points' scatter about the line leaves (Student, points - 2) */
    double      predicted;               /* slope of the same fit through what the statement's formula says at these x, with the other constants as
                                          * in the middle run and those that follow x by their nature scaled along (see sb_sweep_scaling), also along the
                                          * other keys of a paired plan, and eta as each run has it where x is a key (a rule may have derived it); NaN
                                          * where the column is no right side, x is no constant of the formulas, or none of the constants that this
                                          * formula needs follows x: then it is itself measured, and does not say what x does to it */
} sb_sweep_slope;

typedef struct {
    const sb_sweep_plan *plan;           /* borrowed */
    int              finished;           /* runs */
    double          *x;                  /* (run_count) what stands on the x axis; NaN where it is no number */
    int              x_log;              /* nonzero: all x > 0 and there are at least two different ones */
    int              column_count;
    sb_sweep_column *column;             /* (column_count) */
    char           **names;              /* (column_count) */
    int              slope_count;
    sb_sweep_slope  *slope;              /* (slope_count) of divergences, left and right sides, and constants that vary */
    sb_figure        figure;             /* the columns of plan->show against x, a curve for each combination of the other axes */
} sb_sweep_findings;

/* sb_sweep_names_check: SB_EUSER where plan->against or an entry of plan->show names nothing (did you mean); nothing need have run.
 * sb_sweep_findings_of: from the measurements of the runs: measured (run_count), NULL where a run is not finished; at least one is.
 * SB_EUSER as sb_sweep_names_check.
 * sb_sweep_findings_free(&empty) is harmless. */
sb_status sb_sweep_names_check(sb_context *ctx, const sb_sweep_plan *plan);
sb_status sb_sweep_findings_of(sb_context *ctx, const sb_sweep_plan *plan, const sb_measured *const *measured, sb_sweep_findings *findings);
void      sb_sweep_findings_free(sb_sweep_findings *findings);

/* sb_sweep_scaling: the constants that a key of the configuration moves by its nature, and how: c at `x` from `c0` at x0. Returns 0 where
 * the key is none of: data.dimension (d, and with it everything that adds up over coordinates), data.workers, train.rounds,
 * train.local_steps, train.learning_rate, diffusion.T, diffusion.delta, diffusion.K (kappa, U, ... follow by their leading power in K), pruning.keep
 * (w2 as 1 - keep, Gamma as keep), or the name of a constant itself. */
int sb_sweep_scaling(const char *along, double x0, double x, const sb_constants *c0, sb_constants *c);

#endif
