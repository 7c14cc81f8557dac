/* passes.h: the passes of each kind of model, for a crew of workers on a backend, in the precision of the file that includes this
 * (model/precision.h). Only for the files of this room. */
#ifndef SB_MODEL_PASSES_H
#define SB_MODEL_PASSES_H

#include "model/precision.h"

#include "model/kind.h"

struct sb_workspace {
    const sb_model *model;
    const sb_backend *op;
    int W, B_max;
    int first_order; /* no r-passes */
    int tile;        /* samples of one worker that go through at a time; 0: all */
    int lanes;       /* of the sub-network that the passes are those of */
    size_t D;        /* its parameters; theta, v, grad, Hv are (W,D) */
    real *tables;    /* on the device: what the kind has put there */
    real *scratch;   /* on the device */
    sb_crew crew;    /* of the last forward */
    unsigned done;   /* passes since then */
};

/* They are called with arguments already checked, in the order that model.h asks for, and cannot fail. keep: 1 adds to what grad or Hv
 * holds, 0 overwrites it. */
typedef struct {
    size_t (*tables)(const sb_model *model, double *out); /* how many numbers; out (host) NULL: only count. NULL: none */
    size_t (*scratch)(const sb_workspace *ws, const sb_crew *c);
    void (*forward)(const sb_workspace *ws, const real *theta, const sb_batch *batch, real *s);
    void (*evaluate)(const sb_workspace *ws, const real *theta, const sb_batch *batch, real *s); /* keeps nothing; NULL: forward */

    /* NULL when D = 0 */
    void (*backward)(const sb_workspace *ws, const real *theta, const sb_batch *batch, const real *ds, int keep, real *grad);
    void (*rforward)(const sb_workspace *ws, const real *theta, const real *v, const sb_batch *batch, real *Rs);
    void (*rbackward)(const sb_workspace *ws, const real *theta, const real *v, const sb_batch *batch, const real *ds,
                      const real *Rds, int keep, real *Hv);

    size_t (*parameters)(const sb_model *model, int lanes); /* D of the sub-network; NULL: it has none that is dense */
} sb_passes;

extern const sb_passes sb_affine_passes, sb_fourier_passes, sb_mlp_passes, sb_unet_passes;
#ifndef SB_FLOAT
extern const sb_passes sb_exact_passes; /* in double and on the host only */
#endif

/* sb_workspace_tile: how many of B samples go through at a time. */
static inline int sb_workspace_tile(const sb_workspace *ws, int B)
{
    return ws->tile > 0 && ws->W == 1 ? ws->tile : B;
}

/* sb_scratch_take: the next n numbers of a workspace of which *used are taken, aligned to 64 bytes; base NULL: only count. */
static inline real *sb_scratch_take(real *base, size_t *used, size_t n)
{
    real *array = base ? base + *used : NULL;
    *used += (n + 15) / 16 * 16;
    return array;
}

/* Rows of a crew: W*B. */
static inline int sb_crew_rows(const sb_crew *c)
{
    return c->W * c->B;
}

#endif
