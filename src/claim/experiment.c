#include "claim/experiment.h"

#include "base/memory.h"
#include "choose/learning_rate.h"
#include "ledger/ledger.h"
#include "measure/survey.h"

#include <math.h>

sb_status sb_experiment_open(sb_context *ctx, const sb_config *config, double share, sb_experiment *experiment)
{
    sb_status st = SB_OK;
    double eta;
    *experiment = (sb_experiment){0};
    SB_TRY(sb_system_create(ctx, config, &experiment->system));
    SB_TRY(sb_learning_rate(ctx, &experiment->system, &eta, NULL));
    SB_TRY(sb_training_create(ctx, &experiment->system, config->measure.replicas, share * eta, &experiment->training));
done:
    if (st != SB_OK) sb_experiment_close(experiment);
    return st;
}

/* The samples of a minibatch are independent, so sigma1^2 is that of a single sample over their number: one sample at a time gives as many
 * independent values as samples. */
static void minibatch_from_single(sb_measured *measured, int batch)
{
    const double share = 1.0 / sqrt(batch);
    measured->sigma1 = sb_number_scale(measured->sigma1, share, 0.0);
    for (int i = 0; i < measured->round_count; i++)
        measured->round[i].sigma1 = sb_number_scale(measured->round[i].sigma1, share, 0.0);
    measured->G = sb_number_unknown(); /* not a multiple of that of a single sample */
}

sb_status sb_experiment_advance(sb_context *ctx, sb_experiment *experiment, int until, unsigned parts)
{
    sb_status st = SB_OK;
    sb_survey survey = {0};
    sb_config config = *experiment->system.config;
    sb_system single = experiment->system;
    config.train.batch = 1;
    single.config = &config;
    sb_measured_free(&experiment->measured);
    SB_TRY(sb_training_run(ctx, &experiment->system, &experiment->training, until, NULL, NULL));
    SB_TRY(sb_survey_open(ctx, &single, &experiment->training, &experiment->measured, &survey));
    SB_TRY(sb_survey_counts(ctx, &survey));
    SB_TRY(sb_survey_laws(ctx, &survey));
    if (parts & SB_PART_CHAINS) SB_TRY(sb_survey_chains(ctx, &survey));
    if (parts & SB_PART_GRADIENTS) {
        SB_TRY(sb_survey_gradients(ctx, &survey));
        minibatch_from_single(&experiment->measured, experiment->system.config->train.batch);
    }
    if (parts & SB_PART_CURVATURE) SB_TRY(sb_survey_curvature(ctx, &survey));
    if (parts & SB_PART_DIVERGENCES) SB_TRY(sb_survey_divergences(ctx, &survey));
done:
    sb_survey_close(&survey);
    return st;
}

void sb_experiment_close(sb_experiment *experiment)
{
    sb_measured_free(&experiment->measured);
    sb_training_free(&experiment->training);
    sb_system_free(&experiment->system);
    *experiment = (sb_experiment){0};
}

sb_status sb_experiment_judge(sb_context *ctx, const sb_experiment *experiment, const char *statement, sb_form form, int i,
                              sb_finding *finding)
{
    sb_status st = SB_OK;
    sb_ledger ledger = {0};
    const sb_ledger_instance *found = NULL;
    SB_TRY(sb_ledger_from_run(ctx, &experiment->measured, &ledger));
    for (int j = 0; j < ledger.row_count; j++)
        if (ledger.row[j].statement == sb_statement_find(statement) && ledger.row[j].form == form)
            found = &ledger.row[j].instances[ledger.row[j].statement->per_worker ? i : 0];
    SB_REQUIRE(found, SB_EINVAL, "the ledger has no %s in the form %s", statement, sb_form_name(form));
    *finding = (sb_finding){found->lhs, found->rhs, found->terms, found->verdict};
done:
    sb_ledger_free(&ledger);
    return st;
}

sb_status sb_late_gradient(sb_context *ctx, const sb_measured *measured, int from, sb_number *mean)
{
    sb_status st = SB_OK;
    const int P = (int)measured->replicas;
    sb_number *of = NULL;
    SB_CALLOC(of, P);
    for (int p = 0; p < P; p++) {
        double value = 0.0, variance = 0.0, count = 0.0;
        for (int i = 1; i < measured->round_count; i++) { /* the first is theta_0 */
            const sb_measured_round *round = &measured->round[i];
            if (round->replica != p || round->round < from) continue;
            value += round->squared_gradient.value;
            variance += pow(0.5 * (round->squared_gradient.hi - round->squared_gradient.lo), 2.0);
            count += 1.0;
        }
        SB_REQUIRE(count > 0.0, SB_EINVAL, "no round from %d on was measured", from);
        value /= count;
        const double half = sqrt(variance) / count;
        of[p] = (sb_number){value, value - half, value + half, measured->confidence, count, SB_SAMPLED};
    }
    *mean = sb_over_replicas(of, P, measured->confidence);
done:
    sb_free(of);
    return st;
}
