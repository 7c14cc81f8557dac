#include "choose/learning_rate.h"

#include "choose/pilot.h"

#include <math.h>
#include <string.h>

enum { FIRST_LOOK = 3 }; /* rounds of the run that only finds Gamma* */

/* The largest eta that the rule's conditions allow at the constants met. */
static double limit_at(const sb_measured *m, sb_rate_rule rule)
{
    sb_constants c;
    sb_measured_constants(m, 0, &c);
    double limit = sb_rate_limit(&c);
    if (rule == SB_RATE_REMARK_4_12) {
        sb_terms rhs;
        sb_statement_evaluate(sb_statement_find("remark_4_12"), SB_FORM_PRINTED, &c, &rhs, NULL);
        for (int i = 0; i < rhs.condition_count; i++)
            if (strncmp(rhs.condition[i].name, "eta", 3) == 0) limit = fmin(limit, rhs.condition[i].limit);
    }
    return limit;
}

sb_status sb_pilot_at_rule(sb_context *ctx, const sb_system *system, double *eta, int *pilots, sb_pilot *pilot)
{
    sb_status st = SB_OK;
    const sb_rate_rule rule = system->config->train.rule;
    const int R = system->config->train.rounds;
    double limit = 0.0;
    int count = 0;
    *pilot = (sb_pilot){0};
    for (*eta = 1e-12; count <= SB_MOST_PILOTS; count++) { /* so small that the first look stays at theta_0 */
        sb_pilot_free(pilot);
        SB_TRY(sb_pilot_run(ctx, system, *eta, count == 0 && R > FIRST_LOOK ? FIRST_LOOK : R, pilot));
        if (rule == SB_RATE_REMARK_4_12) SB_TRY(sb_pilot_complete(ctx, pilot));
        pilot->measured.R = R; /* the conditions are those of the whole run */
        SB_REQUIRE(pilot->measured.Gamma.value >= 1.0, SB_EUSER,
                   "pruning: error: a rule for the learning rate needs Gamma* >= 1, but in a pilot run some parameter was kept by "
                   "no worker; raise pruning.keep, or for a single run give train.learning_rate as a number");
        limit = limit_at(&pilot->measured, rule);
        SB_REQUIRE(limit > 0.0 && isfinite(limit), SB_ECONV, "the rule for train.learning_rate gives %g at L = %g, Gamma* = %g",
                   limit, pilot->measured.L.value, pilot->measured.Gamma.value);
        if (count > 0 && sb_pilot_accepts(*eta, limit)) break;
        *eta = sb_pilot_proposal(limit);
    }
    SB_REQUIRE(count <= SB_MOST_PILOTS, SB_ECONV,
               "no learning rate met its own rule in %d pilot runs (the last: eta = %g, limit %g at L = %g)", SB_MOST_PILOTS, *eta,
               limit, pilot->measured.L.value);
done:
    if (pilots) *pilots = count;
    if (st != SB_OK) sb_pilot_free(pilot);
    return st;
}

sb_status sb_learning_rate(sb_context *ctx, const sb_system *system, double *eta, int *pilots)
{
    sb_status st = SB_OK;
    sb_pilot pilot = {0};
    *eta = system->config->train.learning_rate;
    if (pilots) *pilots = 0;
    if (system->config->train.rule != SB_RATE_GIVEN) SB_TRY(sb_pilot_at_rule(ctx, system, eta, pilots, &pilot));
done:
    sb_pilot_free(&pilot);
    return st;
}
