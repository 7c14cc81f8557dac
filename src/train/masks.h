/* masks.h: the masks m_{r,n} of distributed pruning.            (paper: Section 3; levels F, L, M, S: App. D.1)
 *   random   each coordinate kept independently with probability keep_n
 *   top-k    the ceil(keep_n D) coordinates of theta_r largest in magnitude; ties go to the lower index
 *   width    a random set of round(keep_n * lanes) neurons, the same lanes in every hidden layer
 *   split    coordinate i is kept by worker i mod N alone, in every round
 *   file     rows of a .npy file (N,D), uint8 or bool, the same in every round */
#ifndef SB_TRAIN_MASKS_H
#define SB_TRAIN_MASKS_H

#include "base/context.h"
#include "config/config.h"
#include "model/model.h"

typedef struct {
    sb_pruning_kind kind;
    int             N;
    size_t          D;
    int             lanes;
    uint64_t        seed;
    double         *keep;          /* (N) keep rates */
    unsigned char  *file;          /* (N,D) of kind file */
    const sb_model *model;
} sb_masks;

/* What a round's masks need to know of theta_r before any worker starts: for top-k, the cut of each distinct keep rate. */
typedef struct {
    int     count;                 /* distinct keep rates */
    double *keep, *cut;            /* (count) rate; magnitude of the smallest kept coordinate, -1 where all are kept */
    uint64_t *last;                /* (count) the last kept coordinate of exactly that magnitude */
    double *scratch;               /* (D) */
} sb_mask_round;

/* sb_masks_create: who keeps how much, and the masks of a file. sb_masks_free(&empty) is harmless. */
sb_status sb_masks_create(sb_context *ctx, const sb_config *config, const sb_model *model, sb_masks *masks);
void      sb_masks_free(sb_masks *masks);

/* sb_mask_round_create: room for any round. sb_mask_round_prepare: fills it from theta_r (D), before sb_mask_fill of that round. */
sb_status sb_mask_round_create(sb_context *ctx, const sb_masks *masks, sb_mask_round *round);
void      sb_mask_round_free(sb_mask_round *round);
void      sb_mask_round_prepare(const sb_masks *masks, const double *theta, sb_mask_round *round);

/* sb_mask_fill: mask (D) out of 0/1 bytes for (replica, round r, worker n); lane (lanes) scratch. Thread-safe. */
void sb_mask_fill(const sb_masks *masks, const sb_mask_round *round, int replica, int r, int n, const double *theta, unsigned char *mask,
                  unsigned char *lane);

/* What a backend needs to make the masks of its own workers (kernels/backend.h: mask_random, mask_top_k).
 * sb_mask_place: where worker n's random words are;  sb_mask_threshold: a word below it keeps its coordinate, 2^32 for all;
 * sb_mask_cut: the worker's cut and last index;  sb_mask_lanes: how many lanes a worker of width pruning keeps (others: all). */
sb_place sb_mask_place(const sb_masks *masks, int replica, int r, int n);
uint64_t sb_mask_threshold(const sb_masks *masks, int n);
void sb_mask_cut(const sb_masks *masks, const sb_mask_round *round, int n, double *cut, uint64_t *last);
int sb_mask_lanes(const sb_masks *masks, int n);

/* sb_keep_rates: keep_n (N) out, from config.pruning (level or keep list). */
void sb_keep_rates(const sb_config *config, double *keep);

#endif
