#include "train/train.h"

#include "base/memory.h"
#include "base/progress.h"
#include "train/comm.h"
#include "train/masks.h"
#include "train/team.h"

#include <inttypes.h>
#include <math.h>
#include <omp.h>
#include <string.h>

typedef struct {
    const sb_system *system;
    sb_training *training;
    const sb_team_kind *kind;
    sb_comm comm;
    sb_masks masks;
    sb_mask_round *mask_round; /* (replicas) */
    sb_server *server;
    int threads, side_by_side;
    sb_team **team;                        /* (threads) */
    sb_task *task;                         /* (replicas,N) */
    double *loss, *moved, *w2, *uncovered; /* (replicas) of the round, for the report */
    int32_t *least;                        /* (replicas) */
} engine;

static void engine_free(engine *e)
{
    for (int t = 0; e->team && t < e->threads; t++) e->kind->team_free(e->team[t]);
    if (e->server) e->kind->server_free(e->server);
    for (int p = 0; e->mask_round && p < e->training->replicas; p++) sb_mask_round_free(&e->mask_round[p]);
    sb_masks_free(&e->masks);
    sb_free(e->team);
    sb_free(e->mask_round);
    sb_free(e->task);
    sb_free(e->loss);
    sb_free(e->least);
}

/* A GPU takes as many workers side by side as it has memory for. Threads of the CPU share out the workers or, where there are fewer of
 * them than parts of a minibatch, the parts. */
static sb_status create_teams(sb_context *ctx, engine *e)
{
    sb_status st = SB_OK;
    const int64_t tasks = (int64_t)e->training->replicas * e->system->config->data.workers;
    e->side_by_side = e->kind->side_by_side(e->server);
    const int parts = e->kind->parts(e->server), within = parts < ctx->threads ? parts : ctx->threads;
    e->threads = tasks < ctx->threads ? (int)tasks : ctx->threads;
    if (e->side_by_side > 1 || e->threads < within) e->threads = 1;
    const int inside = e->threads > 1 ? 1 : within;
    SB_CALLOC(e->team, e->threads);
    while (e->side_by_side > 1 && e->kind->team_create(ctx, e->server, e->side_by_side, 1, &e->team[0]) == SB_ENOMEM) {
        sb_forgive(ctx);
        e->side_by_side /= 2;
    }
    if (e->side_by_side > 1) SB_REQUIRE(e->team[0], ctx->error.status, "no team of %d workers", e->side_by_side);
    for (int t = 0; t < e->threads && e->side_by_side == 1; t++)
        SB_TRY(e->kind->team_create(ctx, e->server, 1, inside, &e->team[t]));
done:
    return st;
}

static sb_status engine_create(sb_context *ctx, const sb_system *system, sb_training *training, engine *e)
{
    sb_status st = SB_OK;
    const sb_config *config = system->config;
    const int N = config->data.workers, P = training->replicas;
    const sb_team_kind *kind = sb_system_is_single(system) ? &sb_teams_float : &sb_teams;
    *e = (engine){.system = system, .training = training, .kind = kind, .comm = sb_comm_self()};
    SB_TRY(sb_masks_create(ctx, config, system->model, &e->masks));
    SB_CALLOC(e->mask_round, P);
    for (int p = 0; p < P; p++) SB_TRY(sb_mask_round_create(ctx, &e->masks, &e->mask_round[p]));
    SB_ALLOC(e->task, (size_t)P * (size_t)N);
    SB_ALLOC(e->loss, 4 * (size_t)P);
    e->moved = e->loss + P;
    e->w2 = e->moved + P;
    e->uncovered = e->w2 + P;
    SB_ALLOC(e->least, P);
    SB_TRY(e->kind->server_create(ctx, system, &e->masks, &e->comm, training, &e->server));
    SB_TRY(create_teams(ctx, e));
done:
    return st;
}

/* Tasks [first, first+count) in a team's hands. */
static sb_status some_workers(sb_context *ctx, engine *e, sb_team *team, int r, int64_t first, int count)
{
    sb_status st = SB_OK;
    sb_task *tasks = e->task + first;
    SB_REQUIRE(!sb_context_stopped(ctx), SB_EINTR, "stopped after %d of %d rounds", r, e->training->rounds);
    SB_TRY(e->kind->round(ctx, team, r, e->mask_round, tasks, count));
    for (int w = 0; w < count; w++)
        SB_REQUIRE(tasks[w].lost == 0, SB_ERANGE,
                   "training diverged: in round %d worker %d of replica %d changed %" PRIu64
                   " of %zu parameters by more than %g; lower "
                   "train.learning_rate (now %g)",
                   r, tasks[w].n, tasks[w].p, tasks[w].lost, e->training->D, SB_CHANGE_LIMIT, e->training->eta);
done:
    return st;
}

/* How many of the tasks from `first` on go together: as many as a team holds, all of the same number of lanes. */
static int go_together(const engine *e, int64_t first, int64_t tasks)
{
    int count = 1;
    while (count < e->side_by_side && first + count < tasks &&
           sb_mask_lanes(&e->masks, e->task[first + count].n) == sb_mask_lanes(&e->masks, e->task[first].n))
        count++;
    return count;
}

static sb_status all_workers(sb_context *ctx, engine *e, int r)
{
    sb_status st = SB_OK;
    const int N = e->system->config->data.workers;
    const int64_t tasks = (int64_t)e->training->replicas * N; /* up to 2^32 */
    for (int64_t task = 0; task < tasks; task++) e->task[task] = (sb_task){.p = (int)(task / N), .n = (int)(task % N)};
    SB_TRY(e->kind->begin(ctx, e->server));
    if (e->side_by_side > 1) {
        for (int64_t first = 0; first < tasks;) {
            const int count = go_together(e, first, tasks);
            SB_TRY(some_workers(ctx, e, e->team[0], r, first, count));
            first += count;
        }
        return SB_OK;
    }
#pragma omp parallel for num_threads(e->threads) schedule(dynamic, 1)
    for (int64_t task = 0; task < tasks; task++) {
        sb_status now;
#pragma omp atomic read
        now = st;
        if (now != SB_OK) continue;
        now = some_workers(ctx, e, e->team[omp_get_thread_num()], r, task, 1);
        if (now != SB_OK) {
#pragma omp atomic write
            st = now;
        }
    }
    if (st != SB_OK) sb_trace(ctx, __func__, __LINE__);
done:
    return st;
}

static void take_snapshots(sb_training *t, int r)
{
    for (int p = 0; p < t->replicas; p++)
        for (int i = 0; i < t->snapshots; i++)
            if (t->snapshot_round[(size_t)p * t->snapshots + i] == r)
                memcpy(t->snapshot + ((size_t)p * t->snapshots + i) * t->D, t->theta + (size_t)p * t->D, t->D * sizeof *t->theta);
}

/* Equation (8) for one replica, and what the round says of it. */
static sb_status finish_round(sb_context *ctx, engine *e, int p, int r)
{
    sb_status st = SB_OK;
    sb_training *t = e->training;
    const sb_config *config = e->system->config;
    const int N = config->data.workers;
    const size_t D = t->D;
    const double *theta = t->theta + (size_t)p * D;
    double loss = 0.0, w2 = 0.0, moved = 0.0, size2 = 0.0;
    size_t uncovered;
    int32_t least;
    for (size_t i = 0; i < D; i++) size2 += theta[i] * theta[i]; /* of theta_r, before it becomes theta_{r+1} */
    SB_TRY(e->kind->average(ctx, e->server, p, &uncovered, &least));
    SB_REQUIRE(
        uncovered == 0 || config->pruning.uncovered != SB_UNCOVERED_ABORT, SB_EUSER,
        "pruning.uncovered: error: in round %d no worker kept %zu of %zu parameters (replica %d), and the configuration says abort",
        r, uncovered, D, p);
    for (int n = 0; n < N; n++) {
        loss += e->task[(size_t)p * (size_t)N + (size_t)n].loss;
        w2 = fmax(w2, e->task[(size_t)p * (size_t)N + (size_t)n].pruned2);
    }
    for (size_t i = 0; i < D; i++) moved += (theta[i] - t->theta0[i]) * (theta[i] - t->theta0[i]);
    e->loss[p] = loss / N;
    e->moved[p] = sqrt(moved);
    e->w2[p] = w2;
    e->least[p] = least;
    e->uncovered[p] = (double)uncovered;
    t->w2[p] = fmax(t->w2[p], w2);
    t->theta2[p] += size2;
    if (size2 > 0.0) t->prune2[p] = fmax(t->prune2[p], w2 / size2);
    t->least[p] = least < t->least[p] ? least : t->least[p];
    t->uncovered[p] += (double)uncovered;
done:
    return st;
}

sb_status sb_training_run(sb_context *ctx, const sb_system *system, sb_training *training, int until, sb_round_sink sink,
                          void *user)
{
    sb_status st = SB_OK;
    engine e;
    SB_TRY(engine_create(ctx, system, training, &e));
    sb_progress_begin(ctx, "training", (double)(until - training->done));
    while (training->done < until && training->done < training->rounds) {
        const int r = training->done;
        for (int p = 0; p < training->replicas; p++)
            sb_mask_round_prepare(&e.masks, training->theta + (size_t)p * training->D, &e.mask_round[p]);
        SB_TRY(all_workers(ctx, &e, r)); /* up to here nothing of the training has changed */
        take_snapshots(training, r);
        for (int p = 0; p < training->replicas; p++) SB_TRY(finish_round(ctx, &e, p, r));
        training->done = r + 1;
        if (sink) {
            const sb_round_report report = {r, e.loss, e.moved, e.w2, e.least, e.uncovered};
            SB_TRY(sink(ctx, user, training, &report));
        }
        sb_progress_add(ctx, 1.0);
    }
done:
    sb_progress_end(ctx);
    engine_free(&e);
    return st;
}

void sb_training_stretch(const sb_config *config, int i, int *first, int *length)
{
    const int64_t every = config->measure.every, R = config->train.rounds;
    int64_t begin = 0, size = 1;
    int j = 0;
    for (; j < i && size < every; j++) {
        begin += size;
        if (j > 0) size = 2 * size < every ? 2 * size : every;
    }
    begin += (i - j) * size; /* from here on all have the same length */
    const int64_t left = begin < R ? R - begin : 0;
    *first = (int)(R - left);
    *length = (int)(left < size ? left : size);
}

/* One round in each stretch, uniformly: weighted by the stretches' lengths, a sum over these rounds is an unbiased estimate of the
 * sum over all. */
static void draw_schedule(const sb_config *config, sb_training *t)
{
    for (int p = 0; p < t->replicas; p++) {
        sb_stream stream = sb_stream_at(config->seed, SB_DRAW_SCHEDULE, (uint32_t)p, 0, 0, 0);
        for (int i = 0; i < t->snapshots; i++) {
            int first, length;
            sb_training_stretch(config, i, &first, &length);
            t->snapshot_round[(size_t)p * t->snapshots + i] = first + (int)(sb_stream_uniform(&stream) * length);
        }
    }
}

sb_status sb_training_create(sb_context *ctx, const sb_system *system, int replicas, double eta, sb_training *training)
{
    sb_status st = SB_OK;
    const sb_config *config = system->config;
    const size_t P = (size_t)replicas, D = sb_model_parameters(system->model);
    *training = (sb_training){.replicas = replicas, .rounds = config->train.rounds, .D = D, .eta = eta};
    SB_REQUIRE(eta > 0.0 && isfinite(eta), SB_EDOM, "the learning rate must be positive and finite, not %g", eta);
    for (int first, length = 1; length > 0; training->snapshots += length > 0)
        sb_training_stretch(config, training->snapshots, &first, &length);
    SB_ALLOC(training->theta0, D);
    SB_ALLOC(training->theta, P * D);
    SB_CALLOC(training->w2, P);
    SB_CALLOC(training->theta2, P);
    SB_CALLOC(training->prune2, P);
    SB_ALLOC(training->least, P);
    SB_CALLOC(training->uncovered, P);
    SB_ALLOC(training->snapshot_round, P * (size_t)training->snapshots);
    SB_CALLOC(training->snapshot, P * (size_t)training->snapshots * D);
    sb_model_init(system->model, config->seed, training->theta0);
    for (size_t p = 0; p < P; p++) {
        memcpy(training->theta + p * D, training->theta0, D * sizeof *training->theta0);
        training->least[p] = config->data.workers;
    }
    draw_schedule(config, training);
done:
    if (st != SB_OK) sb_training_free(training);
    return st;
}

void sb_training_free(sb_training *training)
{
    sb_free(training->theta0);
    sb_free(training->theta);
    sb_free(training->w2);
    sb_free(training->theta2);
    sb_free(training->prune2);
    sb_free(training->least);
    sb_free(training->uncovered);
    sb_free(training->snapshot_round);
    sb_free(training->snapshot);
    *training = (sb_training){0};
}
