/* scratch.h: what each thread needs to evaluate the model on batches, allocated once for a whole measurement. */
#ifndef SB_MEASURE_SCRATCH_H
#define SB_MEASURE_SCRATCH_H

#include "model/loss.h"
#include "train/system.h"

typedef struct {
    sb_workspace *ws;
    sb_noised     noised;     /* up to B samples */
    double       *s_work;     /* (4,B,d) */
    double       *s, *S;      /* (B,d) the model's score and the true one */
    double       *grad;       /* (D) */
} sb_scratch_thread;

typedef struct {
    int                threads, B;
    sb_scratch_thread *at;    /* (threads) */
} sb_scratch;

/* sb_scratch_create: for batches of at most B samples on ctx->threads threads. */
sb_status sb_scratch_create(sb_context *ctx, const sb_system *system, int B, sb_scratch *scratch);
void      sb_scratch_free(sb_scratch *scratch);

#endif
