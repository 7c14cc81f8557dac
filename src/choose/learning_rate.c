#include "choose/learning_rate.h"

#include "measure/survey.h"

#include <math.h>
#include <string.h>

enum { MOST_PILOTS = 8, FIRST_LOOK = 3 }; /* FIRST_LOOK: rounds of the run that only finds Gamma* */

/* A pilot's eta is accepted with ACCEPT to spare in its limit; a new one is proposed with PROPOSE to spare. */
static const double ACCEPT = 0.97, PROPOSE = 0.92;

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

/* One replica for `rounds` rounds at eta, and what the rule needs to know of it. */
static sb_status pilot(sb_context *ctx, const sb_system *system, sb_rate_rule rule, double eta, int rounds, sb_measured *measured)
{
    sb_status st = SB_OK;
    sb_training training = {0};
    sb_survey survey = {0};
    SB_TRY(sb_training_create(ctx, system, 1, eta, &training));
    SB_TRY(sb_training_run(ctx, system, &training, rounds, NULL, NULL));
    SB_TRY(sb_survey_open(ctx, system, &training, measured, &survey));
    SB_TRY(sb_survey_counts(ctx, &survey));
    SB_TRY(sb_survey_curvature(ctx, &survey));
    if (rule == SB_RATE_REMARK_4_12) {
        SB_TRY(sb_survey_laws(ctx, &survey));
        SB_TRY(sb_survey_chains(ctx, &survey));
        SB_TRY(sb_survey_gradients(ctx, &survey));
        measured->R = system->config->train.rounds;
    }
done:
    sb_survey_close(&survey);
    sb_training_free(&training);
    return st;
}

sb_status sb_learning_rate(sb_context *ctx, const sb_system *system, double *eta, int *pilots)
{
    sb_status st = SB_OK;
    const sb_config *config = system->config;
    const int R = config->train.rounds;
    sb_measured measured = {0};
    int count = 0;
    *eta = config->train.learning_rate;
    if (config->train.rule != SB_RATE_GIVEN) {
        double limit = 0.0;
        for (*eta = 1e-12; count <= MOST_PILOTS; count++) { /* so small that the first look stays at theta_0 */
            const int rounds = count == 0 && R > FIRST_LOOK ? FIRST_LOOK : R;
            sb_measured_free(&measured);
            SB_TRY(pilot(ctx, system, config->train.rule, *eta, rounds, &measured));
            SB_REQUIRE(measured.Gamma.value >= 1.0, SB_EUSER,
                       "train.learning_rate: error: the rule needs Gamma* >= 1, but in a pilot run some parameter was kept by no "
                       "worker; raise "
                       "pruning.keep or give a number");
            limit = limit_at(&measured, config->train.rule);
            SB_REQUIRE(limit > 0.0 && isfinite(limit), SB_ECONV, "the rule for train.learning_rate gives %g at L = %g, Gamma* = %g",
                       limit, measured.L.value, measured.Gamma.value);
            if (count > 0 && *eta <= ACCEPT * limit) break;
            *eta = PROPOSE * limit;
        }
        SB_REQUIRE(count <= MOST_PILOTS, SB_ECONV,
                   "no learning rate met its own rule in %d pilot runs (the last: eta = %g, limit %g at L = %g)", MOST_PILOTS, *eta,
                   limit, measured.L.value);
    }
done:
    if (pilots) *pilots = count;
    sb_measured_free(&measured);
    return st;
}
