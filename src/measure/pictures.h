/* pictures.h: what a report shows of a trained run beside its numbers, taken while the run is measured: densities of the data and of what
 * the model generates, how many workers kept each parameter, images. Plain data; written to and read from pictures.json.
 *
 * A worker's own, pruned model is theta_R with the mask that round R would have begun with: what that worker would use by itself. All of
 * it is of replica 0. */
#ifndef SB_MEASURE_PICTURES_H
#define SB_MEASURE_PICTURES_H

#include "train/train.h"

/* Where a pruned model comes from, if anything was pruned. */
typedef struct {
    int    worker;          /* who keeps least, the first of them; -1: nothing is pruned */
    double kept;            /* share of the parameters that it keeps */
} sb_pruned_model;

/* The density of the pooled data at time delta and those of what is generated, on one regular grid. */
typedef struct {
    int     d;              /* 1 or 2; 0: the data have more dimensions, and there is none of these */
    int     n[2];           /* points along each axis; n[1] = 1 for d = 1 */
    double  origin[2], step[2];
    double *data;           /* (n[0],n[1]) */
    double *learned;        /* (n[0],n[1]) by theta_R; NULL: no grid resolves it (the score has diverged) */
    double *pruned;         /* (n[0],n[1]) by the pruned model; NULL likewise, or nothing is pruned */
} sb_density_pictures;

/* How the workers of a round covered the parameters: share[k] of them were kept by exactly k workers, on average over some rounds. */
typedef struct {
    int     N, rounds;      /* rounds looked at; 0: none */
    double *share;          /* (N+1) */
} sb_coverage;

/* A sheet of images: rows of data, of theta_R's and, where something is pruned, of the pruned model's. */
typedef struct {
    int            rows, columns;     /* 0: the data are no images */
    sb_image_shape shape;
    double        *image;             /* (rows,columns,d); NULL once it was written and read again */
} sb_image_sheet;

typedef struct {
    uint64_t            identity;     /* hash of the configuration and version */
    sb_pruned_model     pruned_model;
    sb_density_pictures density;
    sb_coverage         coverage;
    sb_image_sheet      sheet;
} sb_pictures;

enum { SB_PICTURE_POINTS_1 = 401, SB_PICTURE_POINTS_2 = 101, SB_PICTURE_IMAGES = 12, SB_PICTURE_ROUNDS = 6 };

/* sb_pictures_take: all that the data allow: densities on SB_PICTURE_POINTS_d points per axis, coverage over up to SB_PICTURE_ROUNDS of
 * the measured rounds, SB_PICTURE_IMAGES images a row, not chosen. SB_EINTR. sb_pictures_free(&empty) is harmless. */
sb_status sb_pictures_take(sb_context *ctx, const sb_system *system, const sb_training *training, sb_pictures *pictures);
void      sb_pictures_free(sb_pictures *pictures);

/* sb_pictures_write, sb_pictures_read: JSON, densities to six digits; without the images themselves. sb_pictures_read: SB_EUSER with the
 * file for what is no such thing. */
sb_status sb_pictures_write(sb_context *ctx, const sb_pictures *pictures, const char *path);
sb_status sb_pictures_read(sb_context *ctx, const char *path, sb_pictures *pictures);

#endif
