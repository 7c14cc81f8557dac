/* team.h: who does the rounds of training, on one backend and in one precision. A server holds theta_r and the sums of equation (8); a
 * team is some workers that take their local steps side by side. On the CPU there is a team of one worker for each thread, or one for all
 * threads, on a GPU one team of as many as its memory holds. In both precisions; rounds.c chooses one of the two tables. Only for this room. */
#ifndef SB_TRAIN_TEAM_H
#define SB_TRAIN_TEAM_H

#include "train/precision.h"

#include "train/comm.h"
#include "train/masks.h"
#include "train/train.h"

typedef struct sb_server sb_server;
typedef struct sb_team sb_team;

/* A worker may change no coordinate by more than this in one round; beyond it training counts as diverged. It also sets the
 * quantum of the order-free sum: 62 bits hold N changes of this size (for N = 10 the quantum is 2^-44). */
#define SB_CHANGE_LIMIT 0x1p14

/* One worker of one replica in a round, and what came of it. */
typedef struct {
    int p, n;
    double loss;     /* mean over its steps of the minibatch losses seen */
    double pruned2;  /* |theta_r - theta_r .* m|^2 */
    uint64_t lost;   /* coordinates whose change is beyond the limit */
} sb_task;

typedef struct {
    /* server_create: for a training of `system`, whose theta the server reads and averages. The last three must outlive it.
     * begin: a round starts: theta_r is training->theta, the sums are 0.
     * average: equation (8) for replica p, into training->theta; what it says of the round.
     * side_by_side: how many workers a team should have at most.
     * parts: how many threads can share the work of a team. */
    sb_status (*server_create)(sb_context *ctx, const sb_system *system, const sb_masks *masks, const sb_comm *comm,
                               sb_training *training, sb_server **server);
    void (*server_free)(sb_server *server);
    sb_status (*begin)(sb_context *ctx, sb_server *server);
    sb_status (*average)(sb_context *ctx, sb_server *server, int p, size_t *uncovered, int32_t *least);
    int (*side_by_side)(const sb_server *server);
    int (*parts)(const sb_server *server);

    /* team_create: of at most W workers, with so many threads; SB_ENOMEM where the backend has no room for them.
     * round: prune, S steps of (7), and the shares in the sums of (8), for `count` tasks of the same number of lanes. mask_round (P). */
    sb_status (*team_create)(sb_context *ctx, sb_server *server, int W, int threads, sb_team **team);
    void (*team_free)(sb_team *team);
    sb_status (*round)(sb_context *ctx, sb_team *team, int r, const sb_mask_round *mask_round, sb_task *tasks, int count);
} sb_team_kind;

extern const sb_team_kind sb_teams;
#ifndef SB_FLOAT
extern const sb_team_kind sb_teams_float;
#endif

#endif
