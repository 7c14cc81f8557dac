/* model.h: score models s_theta(y, u_k) on the points of a time grid.
 *
 *   exact    the oracle score of the pooled mixture; D = 0
 *   affine   s = A_k y + b_k for each k (A_k full or diagonal); linear in theta
 *   fourier  random features of (y, u), linear in theta
 *   mlp      time embedding, SiLU, residual layers
 *   unet     convolutions at several resolutions of an image
 *
 * A model is immutable after creation and may be used from many threads, each with its own workspace. theta (D) is never
 * inside the model. Its passes are written against kernels/backend.h: they run where the workspace is. */
#ifndef SB_MODEL_MODEL_H
#define SB_MODEL_MODEL_H

#include "base/context.h"
#include "config/config.h"
#include "data/data.h"
#include "diffusion/grid.h"
#include "kernels/backend.h"
#include "model/precision.h"

typedef struct sb_model sb_model;
typedef struct sb_workspace sb_workspace;

/* A batch of noised points at grid times; of each worker, if the workspace is for several. */
typedef struct {
    int B;
    const real *y; /* (B,d) */
    const int *k;  /* (B) in [0,K): time index, u = grid->u[k] */
} sb_batch;

/* sb_model_create: keeps a pointer to grid (and, for exact, data); they must outlive it. Free with sb_model_free. */
sb_status sb_model_create(sb_context *ctx, const sb_config *config, const sb_data *data, const sb_grid *grid, sb_model **model);
void sb_model_free(sb_model *model);

size_t sb_model_parameters(const sb_model *model); /* D */
double sb_model_products(const sb_model *model);   /* multiplications that one s takes, about: D, or more where weights serve many pixels */
int sb_model_is_linear(const sb_model *model);     /* nonzero if s_theta is linear in theta (so F_n is quadratic) */
int sb_model_dimension(const sb_model *model);     /* d */
const char *sb_model_title(const sb_model *model); /* e.g. "mlp 2x64, D = 5506" */

/* sb_model_init: theta_0 (D) out, a function of the seed alone. */
void sb_model_init(const sb_model *model, uint64_t seed, double *theta);

/* sb_model_tile: how many samples of one worker are best gone through at a time, so that what the passes keep of them stays near and
 * finds room: those of a U-Net are many. sb_dsm_loss, sb_dsm_hvp and sb_model_evaluate cut larger batches of one worker into such
 * pieces; sb_model_forward of a U-Net takes no more. first_order: as of the workspace. 0: all. A multiple of 16. */
int sb_model_tile(const sb_model *model, const sb_backend *op, int first_order);

/* sb_workspace_create: scratch for batches of at most B_max on the CPU. Not shared between threads.
 * sb_workspace_create_on: for the batches of W workers, each with its own parameters, on a backend that must outlive it: all arrays of
 * the passes are then the backend's and have W in front: theta (W,D), y (W,B,d), s (W,B,d), ... W is 1 on the CPU. first_order:
 * nonzero if no r-pass will be asked for, which spares memory and time.
 * sb_workspace_workers: from now on for W workers, not more than it was made for.
 * sb_workspace_narrow: from now on the passes are those of the sub-network of so many lanes: theta (W,D') are the coordinates that
 * sb_model_width_mask leaves, in their order. Returns D'. Only where sb_model_narrows. */
sb_status sb_workspace_create(sb_context *ctx, const sb_model *model, int B_max, sb_workspace **ws);
sb_status sb_workspace_create_on(sb_context *ctx, const sb_model *model, const sb_backend *op, int W, int B_max, int first_order,
                                 sb_workspace **ws);
size_t sb_workspace_narrow(sb_workspace *ws, int lanes);
void sb_workspace_workers(sb_workspace *ws, int W);
void sb_workspace_free(sb_workspace *ws);

/* sb_model_forward:  s (B,d) out = s_theta(y,u_k). Keeps in ws what backward and the r-passes need.
 * sb_model_evaluate: the same s alone, faster: no pass may follow it.
 * sb_model_backward: grad (D) out = sum_b J_b' ds_b, for ds (B,d); after forward with the same theta, batch, ws: once after each
 *                    forward in a workspace for first derivatives. keep: 0 overwrites grad, 1 adds to it. grad NULL: only what
 *                    sb_model_rbackward needs of this pass.
 * sb_model_rforward: Rs (B,d) out = directional derivative of s along v (D); after forward.
 * sb_model_rbackward: Hv (D) out = derivative along v of [sum_b J_b' ds_b], where ds itself changes by Rds (B,d); after
 *                    forward, backward(ds) and rforward(v) on the same ws; keep as for grad. */
sb_status sb_model_forward(sb_context *ctx, const sb_model *model, const real *theta, const sb_batch *batch, sb_workspace *ws, real *s);
sb_status sb_model_evaluate(sb_context *ctx, const sb_model *model, const real *theta, const sb_batch *batch, sb_workspace *ws,
                            real *s);
sb_status sb_model_backward(sb_context *ctx, const sb_model *model, const real *theta, const sb_batch *batch, sb_workspace *ws,
                            const real *ds, int keep, real *grad);
sb_status sb_model_rforward(sb_context *ctx, const sb_model *model, const real *theta, const real *v, const sb_batch *batch,
                            sb_workspace *ws, real *Rs);
sb_status sb_model_rbackward(sb_context *ctx, const sb_model *model, const real *theta, const real *v, const sb_batch *batch,
                             sb_workspace *ws, const real *ds, const real *Rds, int keep, real *Hv);

/* Width pruning. sb_model_lanes: number of prunable neurons (0: the model has none; the same lanes run through all hidden layers).
 * sb_model_width_mask: mask (D) out, 1 where the coordinate is used by the sub-network of the lanes with lane[i] != 0. Output
 * biases and everything that touches no lane stays 1. */
int sb_model_lanes(const sb_model *model);
int sb_model_narrows(const sb_model *model); /* nonzero if that sub-network is itself a smaller dense model */
void sb_model_width_mask(const sb_model *model, const unsigned char *lane, unsigned char *mask);

#endif
