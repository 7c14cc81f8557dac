/* fleet.h: all runs of a sweep, several at a time, each in a directory of its own below the sweep's. A run that is finished is not
 * repeated; one that fails does not hold up the others. */
#ifndef SB_CLI_FLEET_H
#define SB_CLI_FLEET_H

#include "cli/options.h"
#include "measure/measured.h"
#include "report/rundir.h"
#include "sweep/cost.h"
#include "sweep/plan.h"

#include <stdint.h>

typedef struct {
    char name[SB_HASH_DIGITS + 1]; /* of its directory */
    uint64_t identity;             /* of configuration and version */
    int same;                      /* the first run of this configuration: this one, unless values resolve alike */
    int finished;
    sb_sweep_cost cost; /* of a run that is not finished */
    sb_status status;   /* of what went wrong; SB_OK: nothing, or it was stopped */
    char *message;      /* the same for people, or a doubt about what a finished run measured; NULL: nothing, or no memory for it */
} sb_fleet_run;

typedef struct {
    const sb_sweep_plan *plan; /* borrowed, as the next two */
    const sb_options *options; /* for the overrides */
    const char *source;        /* file of the configuration; NULL: the default run */
    sb_fleet_run *run;         /* (plan->run_count) */
} sb_fleet;

/* sb_fleet_load: every configuration of the plan, checked. SB_EUSER names the first run whose configuration is wrong.
 * sb_fleet_text: what the sweep as a whole is: keys, values and every run (caller frees with free()).
 * sb_fleet_look: which runs are finished in `directory`, which need not exist yet; the systems of the others are built as a trial and
 * their cost is estimated. None of the three writes anything. */
sb_status sb_fleet_load(sb_context *ctx, const sb_sweep_plan *plan, const sb_options *options, const char *source, sb_fleet *fleet);
sb_status sb_fleet_text(sb_context *ctx, const sb_fleet *fleet, char **text);
sb_status sb_fleet_look(sb_context *ctx, const char *directory, sb_fleet *fleet);

/* sb_fleet_complete: the runs that are not finished, the longest first, each by the steps of `check` but for the picture. ctx->threads are
 * shared out among runs and, where there are more threads than runs, within them; results do not depend on that. When the user
 * stops it, runs save themselves and are left unfinished. A run that fails keeps its status. Returns SB_OK also then.
 * sb_fleet_collect: measurements of the finished runs from their directories: measured (run_count) is empty for the others. A run
 * whose KL rungs contradict each other gets a message that says so. That is no failure: among many runs a few do by chance.
 * sb_fleet_finished, sb_fleet_failed: how many runs are; sb_fleet_left: how many were stopped or not begun. sb_fleet_free(&empty) is harmless. */
sb_status sb_fleet_complete(sb_context *ctx, const char *directory, sb_fleet *fleet);
sb_status sb_fleet_collect(sb_context *ctx, const char *directory, sb_fleet *fleet, sb_measured *measured);
int sb_fleet_finished(const sb_fleet *fleet);
int sb_fleet_left(const sb_fleet *fleet);
int sb_fleet_failed(const sb_fleet *fleet);
void sb_fleet_free(sb_fleet *fleet);

#endif
