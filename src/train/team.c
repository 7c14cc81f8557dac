/* team.c: the rounds of some workers side by side. Compiled in both precisions. */
#include "train/server.h"

#include "base/memory.h"
#include "train/minibatch.h"

#include <string.h>

static const sb_adam adam = SB_ADAM_USUAL;

enum { RECORDINGS = 8, MOST_SIDE_BY_SIDE = 65535 /* products in one call of a GPU's BLAS */ };

/* The local steps of `W` workers of `lanes` lanes, kept to be replayed. */
typedef struct {
    int W, lanes, masked;
    void *steps;
} recording;

struct sb_team {
    sb_server *server;
    int W; /* at most */
    sb_minibatch *minibatch;
    int lanes_now;       /* of the networks that it is set for */
    real *full;          /* (W,D) the workers' parameters */
    real *narrow;        /* (W,D) those of narrow workers, packed; NULL without width pruning */
    real *grad;          /* (W,D) */
    real *m, *s;         /* (W,D) moments of Adam; NULL for plain steps */
    unsigned char *mask; /* (W,D); NULL without pruning */
    int *law, *replica;  /* (W) */
    sb_place *place;     /* (W) minibatches of step 0, then masks */
    sb_place *mask_place;
    uint64_t *keep, *last; /* (W) masks */
    double *cut;           /* (W) */
    uint32_t *index;       /* (W,D') coordinates of narrow workers */
    double *loss;          /* (S,W) */
    double *pruned2;       /* (W) */
    uint64_t *lost;        /* (W) */
    recording recorded[RECORDINGS];
    int recordings;

    /* The same on the host. */
    unsigned char *host_mask, *lane; /* (W,D), (lanes); NULL where masks are made on the backend */
    uint32_t *host_index;            /* (W,D); NULL without narrow workers */
    int *host_law, *host_replica;
    sb_place *host_place, *host_mask_place;
    uint64_t *host_keep, *host_last, *host_lost;
    double *host_cut, *host_loss, *host_pruned2;
};

static void team_free(sb_team *t)
{
    if (!t) return;
    const sb_backend *op = t->server->op;
    for (int i = 0; i < t->recordings; i++) op->forget(op, t->recorded[i].steps);
    void *const there[] = {t->full,       t->narrow, t->grad, t->m,   t->s,     t->mask, t->law,     t->replica, t->place,
                           t->mask_place, t->keep,   t->last, t->cut, t->index, t->loss, t->pruned2, t->lost};
    void *const here[] = {t->host_mask,       t->lane,      t->host_index, t->host_law,  t->host_replica, t->host_place,
                          t->host_mask_place, t->host_keep, t->host_last,  t->host_lost, t->host_cut,     t->host_loss,
                          t->host_pruned2};
    for (size_t i = 0; i < sizeof there / sizeof *there; i++) op->release(op, there[i]);
    for (size_t i = 0; i < sizeof here / sizeof *here; i++) sb_free(here[i]);
    sb_minibatch_free(t->minibatch);
    sb_free(t);
}

/* Masks that are drawn or depend on theta_r are made where they are needed, others are uploaded. */
static int made_there(const sb_masks *masks)
{
    return masks->kind == SB_PRUNING_NONE || masks->kind == SB_PRUNING_RANDOM || masks->kind == SB_PRUNING_TOP_K;
}

static sb_status allocate(sb_context *ctx, sb_team *t, int threads)
{
    sb_status st = SB_OK;
    const sb_server *server = t->server;
    const sb_backend *op = server->op;
    const sb_config *config = server->system->config;
    const size_t W = (size_t)t->W, D = server->training->D, S = (size_t)config->train.local_steps;
    const int narrows = server->masks->kind == SB_PRUNING_WIDTH && sb_model_narrows(server->system->model);
    SB_TAKE(op, t->full, W * D);
    SB_TAKE(op, t->grad, W * D);
    if (config->train.optimiser == SB_OPTIMISER_ADAM) {
        SB_TAKE(op, t->m, W * D);
        SB_TAKE(op, t->s, W * D);
    }
    if (server->masks->kind != SB_PRUNING_NONE) SB_TAKE(op, t->mask, W * D);
    SB_TAKE(op, t->law, W);
    SB_TAKE(op, t->replica, W);
    SB_TAKE(op, t->place, W);
    SB_TAKE(op, t->mask_place, W);
    SB_TAKE(op, t->keep, W);
    SB_TAKE(op, t->last, W);
    SB_TAKE(op, t->cut, W);
    SB_TAKE(op, t->loss, S * W);
    SB_TAKE(op, t->pruned2, W);
    SB_TAKE(op, t->lost, W);
    if (narrows) {
        SB_TAKE(op, t->narrow, W * D);
        SB_TAKE(op, t->index, W * D);
        SB_ALLOC(t->host_index, W * D);
    }
    if (!made_there(server->masks)) {
        SB_ALLOC(t->host_mask, W * D);
        SB_ALLOC(t->lane, server->masks->lanes);
    }
    SB_ALLOC(t->host_law, W);
    SB_ALLOC(t->host_replica, W);
    SB_ALLOC(t->host_place, W);
    SB_ALLOC(t->host_mask_place, W);
    SB_ALLOC(t->host_keep, W);
    SB_ALLOC(t->host_last, W);
    SB_ALLOC(t->host_lost, W);
    SB_ALLOC(t->host_cut, W);
    SB_ALLOC(t->host_loss, S * W);
    SB_ALLOC(t->host_pruned2, W);
    SB_TRY(sb_minibatch_create(ctx, server, t->W, threads, &t->minibatch));
    t->lanes_now = sb_model_lanes(server->system->model);
done:
    return st;
}

static sb_status team_create(sb_context *ctx, sb_server *server, int W, int threads, sb_team **team)
{
    sb_status st = SB_OK;
    sb_team *t = NULL;
    *team = NULL;
    SB_CALLOC(t, 1);
    *t = (sb_team){.server = server, .W = W};
    SB_TRY(allocate(ctx, t, threads));
    *team = t;
    t = NULL;
done:
    team_free(t);
    return st;
}

static void put(const sb_backend *op, void *there, const void *here, size_t bytes)
{
    op->upload(op, there, here, bytes);
}

/* Which worker, law and streams each place of the team has in this round. */
static void seat(sb_team *t, int r, const sb_task *tasks, int count)
{
    const sb_server *server = t->server;
    const sb_backend *op = server->op;
    const size_t W = (size_t)count;
    for (int w = 0; w < count; w++) {
        const sb_stream xi =
            sb_stream_at(server->system->config->seed, SB_DRAW_TRAIN, (uint32_t)tasks[w].p, (uint32_t)tasks[w].n, (uint32_t)r, 0);
        t->host_place[w] = (sb_place){xi.seed, xi.subsequence, xi.block};
        t->host_law[w] = sb_source_law(&server->system->data, tasks[w].n);
        t->host_replica[w] = tasks[w].p;
    }
    put(op, t->place, t->host_place, W * sizeof *t->place);
    put(op, t->law, t->host_law, W * sizeof *t->law);
    put(op, t->replica, t->host_replica, W * sizeof *t->replica);
}

/* The masks of a round. */
static void make_masks(sb_team *t, int r, const sb_mask_round *mask_round, const sb_task *tasks, int count)
{
    const sb_server *server = t->server;
    const sb_masks *masks = server->masks;
    const sb_backend *op = server->op;
    const size_t W = (size_t)count, D = server->training->D;
    if (masks->kind == SB_PRUNING_RANDOM) {
        for (int w = 0; w < count; w++) {
            t->host_mask_place[w] = sb_mask_place(masks, tasks[w].p, r, tasks[w].n);
            t->host_keep[w] = sb_mask_threshold(masks, tasks[w].n);
        }
        put(op, t->mask_place, t->host_mask_place, W * sizeof *t->mask_place);
        put(op, t->keep, t->host_keep, W * sizeof *t->keep);
        op->mask_random(op, count, D, t->keep, t->mask_place, t->mask);
    } else if (masks->kind == SB_PRUNING_TOP_K) {
        for (int w = 0; w < count; w++) sb_mask_cut(masks, &mask_round[tasks[w].p], tasks[w].n, &t->host_cut[w], &t->host_last[w]);
        put(op, t->cut, t->host_cut, W * sizeof *t->cut);
        put(op, t->last, t->host_last, W * sizeof *t->last);
        op->mask_top_k(op, count, D, server->theta, t->replica, t->cut, t->last, t->mask);
    } else {
        for (int w = 0; w < count; w++)
            sb_mask_fill(masks, &mask_round[tasks[w].p], tasks[w].p, r, tasks[w].n,
                         server->training->theta + (size_t)tasks[w].p * D, t->host_mask + (size_t)w * D, t->lane);
        put(op, t->mask, t->host_mask, W * D);
    }
}

/* The coordinates of narrow workers, in their order. */
static void make_index(sb_team *t, int count, size_t narrow)
{
    const sb_backend *op = t->server->op;
    const size_t D = t->server->training->D;
    uint32_t *index = t->host_index;
    for (size_t i = 0; i < (size_t)count * D; i++)
        if (t->host_mask[i]) *index++ = (uint32_t)(i % D);
    put(op, t->index, t->host_index, (size_t)count * narrow * sizeof *index);
}

/* S local steps of parameters theta (count,D): (7), or those of Adam, whose moments are 0 before the first. */
static sb_status steps(sb_context *ctx, sb_team *t, int count, size_t D, const unsigned char *mask, real *theta)
{
    sb_status st = SB_OK;
    const sb_server *server = t->server;
    const sb_system *system = server->system;
    const sb_backend *op = server->op;
    const size_t n = (size_t)count * D;
    for (int s = 0; s < system->config->train.local_steps; s++) {
        const sb_stream xi = sb_stream_at(0, SB_DRAW_TRAIN, 0, 0, 0, (uint32_t)s); /* where step s stands behind step 0 */
        SB_TRY(sb_minibatch_gradient(ctx, t->minibatch, count, D, theta, t->law, t->place, xi.block, t->loss + (size_t)s * count,
                                     t->grad));
        if (t->m) op->adam_masked(op, n, server->training->eta, &adam, s + 1, t->grad, mask, t->m, t->s, theta);
        else op->sgd_masked(op, n, server->training->eta, t->grad, mask, theta);
    }
done:
    return st;
}

/* The same, recorded at first and replayed after that, where the backend can. */
static sb_status take_steps(sb_context *ctx, sb_team *t, int count, size_t D, const unsigned char *mask, real *theta)
{
    sb_status st = SB_OK;
    const sb_backend *op = t->server->op;
    recording *found = NULL;
    if (sb_backend_is_host(op)) return steps(ctx, t, count, D, mask, theta);
    for (int i = 0; i < t->recordings && !found; i++) {
        recording *one = &t->recorded[i];
        if (one->W == count && one->lanes == t->lanes_now && one->masked == (mask != NULL)) found = one;
    }
    if (!found) {
        if (t->recordings == RECORDINGS) op->forget(op, t->recorded[--t->recordings].steps);
        found = &t->recorded[t->recordings];
        *found = (recording){.W = count, .lanes = t->lanes_now, .masked = mask != NULL};
        op->record(op);
        st = steps(ctx, t, count, D, mask, theta);
        found->steps = op->recorded(op);
        t->recordings++;
        if (st != SB_OK) goto done;
    }
    op->replay(op, found->steps);
done:
    return st;
}

static void report(sb_team *t, sb_task *tasks, int count)
{
    const sb_backend *op = t->server->op;
    const int S = t->server->system->config->train.local_steps;
    const size_t W = (size_t)count;
    op->download(op, t->host_loss, t->loss, (size_t)S * W * sizeof *t->loss);
    op->download(op, t->host_pruned2, t->pruned2, W * sizeof *t->pruned2);
    op->download(op, t->host_lost, t->lost, W * sizeof *t->lost);
    for (int w = 0; w < count; w++) {
        double loss = 0.0;
        for (int s = 0; s < S; s++) loss += t->host_loss[(size_t)s * W + (size_t)w];
        tasks[w].loss = loss / S;
        tasks[w].pruned2 = t->host_pruned2[w];
        tasks[w].lost = t->host_lost[w];
    }
}

static void set_lock(const sb_server *server, int p, int on)
{
    if (!sb_backend_is_host(server->op)) return; /* one team does everything */
    if (on) omp_set_lock(&server->lock[p]);
    else omp_unset_lock(&server->lock[p]);
}

static sb_status team_round(sb_context *ctx, sb_team *t, int r, const sb_mask_round *mask_round, sb_task *tasks, int count)
{
    sb_status st = SB_OK;
    const sb_server *server = t->server;
    const sb_backend *op = server->op;
    const size_t D = server->training->D;
    const int lanes = sb_mask_lanes(server->masks, tasks[0].n), narrow = t->narrow && lanes < sb_model_lanes(server->system->model);
    const int masked = server->masks->kind != SB_PRUNING_NONE;
    size_t own = D;
    real *theta = t->full;
    sb_minibatch_workers(t->minibatch, count);
    if (t->narrow && lanes != t->lanes_now) sb_minibatch_narrow(t->minibatch, t->lanes_now = lanes);
    seat(t, r, tasks, count);
    if (masked) make_masks(t, r, mask_round, tasks, count);
    op->prune(op, count, D, server->theta, t->replica, masked ? t->mask : NULL, t->full, t->pruned2);
    if (narrow) {
        own = sb_minibatch_narrow(t->minibatch, lanes);
        theta = t->narrow;
        make_index(t, count, own);
        op->gather(op, count, own, D, t->index, t->full, theta);
    }
    SB_TRY(take_steps(ctx, t, count, own, masked && !narrow ? t->mask : NULL, theta));
    if (narrow) op->scatter(op, count, own, D, t->index, theta, t->full);
    set_lock(server, tasks[0].p, 1);
    op->accumulate(op, count, D, server->theta, t->replica, t->full, masked ? t->mask : NULL, server->quantum, SB_CHANGE_LIMIT,
                   server->sum, server->count, t->lost);
    set_lock(server, tasks[0].p, 0);
    report(t, tasks, count);
    SB_SETTLE(op);
done:
    return st;
}

static int side_by_side(const sb_server *server)
{
    const int64_t tasks = (int64_t)server->training->replicas * server->system->config->data.workers;
    const int batch = server->system->config->train.batch, tile = sb_model_tile(server->system->model, server->op, 1);
    if (sb_backend_is_host(server->op)) return 1;
    if (tile && tasks > tile / batch) return tile < batch ? 1 : tile / batch;
    return tasks < MOST_SIDE_BY_SIDE ? (int)tasks : MOST_SIDE_BY_SIDE;
}

const sb_team_kind sb_teams = {
    .server_create = sb_server_create,
    .server_free = sb_server_free,
    .begin = sb_server_begin,
    .average = sb_server_average,
    .side_by_side = side_by_side,
    .parts = sb_minibatch_parts,
    .team_create = team_create,
    .team_free = team_free,
    .round = team_round,
};
