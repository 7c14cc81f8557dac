#include "measure/scores.h"

sb_status sb_scores_create(sb_context *ctx, const sb_system *system, int B_max, sb_scores *scores)
{
    sb_status st = SB_OK;
    const size_t size = (size_t)B_max * (size_t)system->data.d;
    *scores = (sb_scores){.system = system, .B_max = B_max};
    SB_TRY(sb_device_open(ctx, system, &scores->op));
    SB_TRY(sb_workspace_create_on(ctx, system->model, scores->op, 1, B_max, 0, &scores->ws));
    if (!sb_backend_is_host(scores->op)) {
        SB_TAKE(scores->op, scores->theta_there, sb_model_parameters(system->model));
        SB_TAKE(scores->op, scores->y, size);
        SB_TAKE(scores->op, scores->s, size);
        SB_TAKE(scores->op, scores->k, B_max);
    }
done:
    if (st != SB_OK) sb_scores_free(scores);
    return st;
}

void sb_scores_free(sb_scores *scores)
{
    const sb_backend *op = scores->op;
    sb_workspace_free(scores->ws);
    if (op) {
        op->release(op, scores->theta_there);
        op->release(op, scores->y);
        op->release(op, scores->s);
        op->release(op, scores->k);
        sb_backend_close(op);
    }
    *scores = (sb_scores){0};
}

void sb_scores_theta(sb_scores *scores, const double *theta)
{
    const sb_backend *op = scores->op;
    scores->theta = theta;
    if (sb_backend_is_host(op)) return;
    op->upload(op, scores->theta_there, theta, sb_model_parameters(scores->system->model) * sizeof *theta);
    scores->theta = scores->theta_there;
}

sb_status sb_scores_at(sb_context *ctx, sb_scores *scores, int B, const double *y, const int *k, double *s)
{
    sb_status st = SB_OK;
    const sb_backend *op = scores->op;
    const sb_model *model = scores->system->model;
    const size_t bytes = (size_t)B * (size_t)scores->system->data.d * sizeof *y;
    if (sb_backend_is_host(op)) {
        SB_TRY(sb_model_evaluate(ctx, model, scores->theta, &(sb_batch){B, y, k}, scores->ws, s));
    } else {
        op->upload(op, scores->y, y, bytes);
        op->upload(op, scores->k, k, (size_t)B * sizeof *k);
        SB_TRY(sb_model_evaluate(ctx, model, scores->theta, &(sb_batch){B, scores->y, scores->k}, scores->ws, scores->s));
        op->download(op, s, scores->s, bytes);
        SB_SETTLE(op);
    }
done:
    return st;
}
