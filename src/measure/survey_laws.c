#include "measure/survey.h"

#include "base/memory.h"
#include "base/progress.h"
#include "measure/chain.h"
#include "measure/law_constants.h"

/* Constants of law i that the bounds of others ask for. */
static sb_status law_constants(sb_context *ctx, const sb_survey *v, int i, const sb_mixture *q, sb_measured_worker *w)
{
    sb_status st = SB_OK;
    const sb_config *config = v->system->config;
    const sb_grid *grid = &v->system->grid;
    const sb_mixture pooled = sb_data_pooled(&v->system->data);
    int active = 0;
    for (int j = 0; j < q->components->J; j++) active += q->weight[j] > 0.0;
    const int points = active > 1000 ? 2 : 4; /* data points are many components */
    w->fisher = sb_law_fisher(&v->exact[i], grid);
    SB_TRY(sb_law_covariance_gap(ctx, q, &w->cov_gap));
    SB_TRY(sb_law_score_lipschitz(ctx, q, grid, points, config->seed, i, &w->L_score));
    w->residual = sb_number_exact(0.0); /* of the pooled law against itself */
    if (i < v->panel.count && !v->panel.identical)
        SB_TRY(sb_heterogeneity_residual(ctx, q, &pooled, grid->T, grid->delta, config->measure.chain_samples,
                                         config->measure.confidence, config->seed, i, &w->residual));
done:
    return st;
}

/* Exact quantities of every law measured. */
sb_status sb_survey_laws(sb_context *ctx, sb_survey *v)
{
    sb_status st = SB_OK;
    const sb_config *config = v->system->config;
    SB_CALLOC(v->exact, v->panel.count + 1);
    sb_progress_begin(ctx, "exact quantities", v->panel.count + 1.0);
    for (int i = 0; i <= v->panel.count; i++) {
        const sb_mixture q = sb_survey_law(v, i);
        sb_exact *x = &v->exact[i];
        sb_measured_worker *w = sb_survey_entry(v, i);
        if (i == v->panel.count && v->panel.identical) { /* the pooled law is every worker's */
            *w = v->out->worker[0];
            w->n = -1;
            break;
        }
        SB_TRY(sb_exact_compute(ctx, &q, &v->system->grid, config->measure.chain_samples, config->measure.confidence, config->seed,
                                i, x));
        *w = (sb_measured_worker){.n = i < v->panel.count ? v->panel.n[i] : -1,
                                  .M2 = x->M2,
                                  .C1 = x->C1,
                                  .D_sum = x->D_sum,
                                  .B_sum = x->B_sum,
                                  .U = sb_number_exact(x->U),
                                  .B_bound = sb_number_exact(x->B_bound),
                                  .kl_init = x->kl_init,
                                  .kl_init_bound = x->kl_init_bound,
                                  .kl_prior = x->kl_prior,
                                  .H_delta = x->H_delta,
                                  .H_T = x->H_T,
                                  .grid_before = sb_number_unknown(),
                                  .grid_after = sb_number_unknown(),
                                  .closed_before = sb_number_unknown(),
                                  .closed_after = sb_number_unknown(),
                                  .importance_after = sb_number_unknown(),
                                  .knn_after = sb_number_unknown(),
                                  .dv_after = sb_number_unknown(),
                                  .tv_after = sb_number_unknown(),
                                  .sigma2 = sb_number_exact(0.0)};
        SB_TRY(law_constants(ctx, v, i, &q, w));
        sb_progress_add(ctx, 1.0);
    }
done:
    sb_progress_end(ctx);
    return st;
}

/* Losses and divergences of every law from the chain's samples, before and after training. */
sb_status sb_survey_chains(sb_context *ctx, sb_survey *v)
{
    sb_status st = SB_OK;
    const sb_training *t = v->training;
    const sb_config *config = v->system->config;
    const int P = t->replicas;
    sb_chain first;
    sb_number *of = NULL; /* (6,P) */
    SB_ALLOC(of, 6 * (size_t)P);
    sb_progress_begin(ctx, "losses and chain", (v->panel.count + 1.0) * (P + 1.0));
    for (int i = 0; i <= v->panel.count; i++) {
        const sb_mixture q = sb_survey_law(v, i);
        sb_measured_worker *w = sb_survey_entry(v, i);
        const int n = i < v->panel.count ? v->panel.n[i] : v->system->data.N;
        if (i == v->panel.count && v->panel.identical) { /* the pooled law is every worker's: one estimate for both */
            *w = v->out->worker[0];
            w->n = -1;
            break;
        }
        SB_TRY(
            sb_chain_at(ctx, v->system, &v->scratch, &q, &v->exact[i], t->theta0, config->measure.chain_samples, 0, n, 0, &first));
        sb_progress_add(ctx, 1.0);
        for (int p = 0; p < P; p++) {
            sb_chain chain;
            SB_REQUIRE(!sb_context_stopped(ctx), SB_EINTR, "stopped while measuring");
            SB_TRY(sb_chain_at(ctx, v->system, &v->scratch, &q, &v->exact[i], t->theta + (size_t)p * t->D,
                               config->measure.chain_samples, p, n, t->rounds, &chain));
            const sb_number values[6] = {chain.F,           chain.score_loss, chain.path_kl,
                                         chain.chain_score, chain.chain,      chain.chain_free};
            for (int j = 0; j < 6; j++) of[j * P + p] = values[j];
            sb_progress_add(ctx, 1.0);
        }
        w->F_before = first.F;
        w->score_loss_before = first.score_loss;
        w->path_kl_before = first.path_kl;
        w->chain_score_before = first.chain_score;
        w->chain_before = first.chain;
        w->F_after = sb_over_replicas(of, P, v->out->confidence);
        w->score_loss_after = sb_over_replicas(of + P, P, v->out->confidence);
        w->path_kl_after = sb_over_replicas(of + 2 * P, P, v->out->confidence);
        w->chain_score_after = sb_over_replicas(of + 3 * P, P, v->out->confidence);
        w->chain_after = sb_over_replicas(of + 4 * P, P, v->out->confidence);
        w->chain_free_after = sb_over_replicas(of + 5 * P, P, v->out->confidence);
    }
    v->out->F0 = v->out->pooled.F_before;
    v->out->FR = v->out->pooled.F_after;
done:
    sb_progress_end(ctx);
    sb_free(of);
    return st;
}
