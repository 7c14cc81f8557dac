/* plan.h: which configurations a sweep runs: a base configuration and, for some of its keys, lists of values; every combination
 * (cartesian), or the first values together, the second ones together, ... (paired).
 *
 * In a file the plan is the section `sweep` of the configuration, which the other commands overlook:
 *     sweep:
 *       title: Does the bound fall with R?
 *       vary: {train.rounds: [10, 100, 1000], train.local_steps: [1, 5]}
 *       paired: false
 *       against: train.rounds       # what stands on the x axis: a varied key, or a measured constant such as Gamma
 *       show: [kl, theorem_4_11.printed, theorem_4_11.sharp]      # what the picture shows; names as in sweep.csv
 *       cases: {F: {pruning.kind: none}, R-S: {pruning.kind: random, pruning.level: S}}    # named settings: the axis `case`
 *       beside: ../reference/table.json                           # what others report of the same cases; relative to this file
 *       quick: {train.rounds: 20}                                 # a small version, for --quick */
#ifndef SB_SWEEP_PLAN_H
#define SB_SWEEP_PLAN_H

#include "config/config.h"

enum { SB_MAX_SWEEP_RUNS = 10000 };

extern const char sb_sweep_case_key[]; /* "case" */

/* Keys that are set together. */
typedef struct {
    int          count;
    sb_override *override;      /* (count) owns its texts */
} sb_sweep_settings;

typedef struct {
    char  *key;                 /* "train.rounds"; "case" for the named cases */
    int    count;
    char **value;               /* (count) each as YAML text: "100", "[1, 2]", "log-snr"; of cases the names */
    int    given;               /* nonzero: by the command line */
    sb_sweep_settings *means;   /* (count) what each case sets; NULL: the key itself takes the value */
} sb_sweep_axis;

typedef struct {
    char          *title;       /* NULL: none */
    int            paired;
    int            axis_count;
    sb_sweep_axis *axis;        /* (axis_count) */
    char          *against;     /* NULL until sb_sweep_plan_check has set it: the first varied key with more than one number, seed aside */
    int            show_count;
    char         **show;        /* (show_count) */
    char          *beside;      /* path of a table of others; NULL: none */
    sb_sweep_settings quick;    /* of the file's quick version */
    int            is_quick;    /* nonzero: this is the quick version */
    int            run_count;   /* set by sb_sweep_plan_check */
} sb_sweep_plan;

/* sb_sweep_plan_read: the section `sweep` of a configuration file; an empty plan where there is none (path NULL: the default run).
 *   SB_EUSER with file:line:column for unknown keys in it, keys of the configuration that there are not (did you mean), wrong types.
 * sb_sweep_plan_vary: KEY=A,B,C of the command line; commas within brackets, braces and quotes do not separate. Replaces the file's
 *   values of the same key; SB_EUSER (`--vary KEY=...: error:`) for unknown keys, no value, or a key varied twice on the command line.
 * sb_sweep_plan_quick: makes it the file's quick version; SB_EUSER where the file has none.
 * sb_sweep_plan_overrides: SB_EUSER (`--KEY=VALUE: error:`) where an override is of a key that varies, or of one that it replaces: it would
 *   be in vain.
 * sb_sweep_plan_check: what relates the parts: something varies; paired lists are equally long; no value of a key twice (cartesian); at
 *   most SB_MAX_SWEEP_RUNS runs; sets run_count and against.
 * sb_sweep_plan_free(&empty) is harmless.
 * sb_sweep_is_label: nonzero for a key whose numbers are names and no amounts, so that nothing grows along it: seed, case. */
sb_status sb_sweep_plan_read(sb_context *ctx, const char *path, sb_sweep_plan *plan);
sb_status sb_sweep_plan_vary(sb_context *ctx, sb_sweep_plan *plan, const char *text);
sb_status sb_sweep_plan_quick(sb_context *ctx, sb_sweep_plan *plan);
sb_status sb_sweep_plan_overrides(sb_context *ctx, const sb_sweep_plan *plan, size_t count, const sb_override *overrides);
sb_status sb_sweep_plan_check(sb_context *ctx, sb_sweep_plan *plan);
void      sb_sweep_plan_free(sb_sweep_plan *plan);
int       sb_sweep_is_label(const char *key);

/* sb_sweep_value: text of axis `a` in run i of [0,run_count); the last axis varies fastest.
 * sb_sweep_config: configuration of run i: the file, then its quick version if that is asked for, then overrides, then the run's values. Errors as sb_config_load. */
const char *sb_sweep_value(const sb_sweep_plan *plan, int run, int axis);
sb_status   sb_sweep_config(sb_context *ctx, const sb_sweep_plan *plan, int run, const char *path, size_t override_count,
                            const sb_override *overrides, sb_config *config);

#endif
