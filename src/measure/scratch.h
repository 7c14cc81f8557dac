/* scratch.h: what each thread needs to evaluate the model on batches, allocated once for a whole measurement. */
#ifndef SB_MEASURE_SCRATCH_H
#define SB_MEASURE_SCRATCH_H

#include "measure/scores.h"
#include "model/loss.h"
#include "train/source.h"

typedef struct {
    sb_scores scores;         /* the model: its queue, workspace and parameters */

    /* On the host. */
    sb_noised noised;         /* up to B samples */
    double   *s, *S;          /* (B,d) the model's score and the true one */

    /* Where the model is. */
    sb_noised drawn;          /* up to B samples */
    double   *s_work;         /* (4,B,d) */
    double   *grad, *sum;     /* (D) */
    int      *law;            /* (1) what is drawn from, and from where in the stream */
    sb_place *place;
} sb_scratch_thread;

typedef struct {
    int                threads, B;
    sb_source          source;      /* the laws of all workers, where the model is */
    sb_scratch_thread *at;          /* (threads) */
} sb_scratch;

/* sb_scratch_create: for batches of at most B samples (more on a GPU, see scratch->B) on ctx->threads threads. */
sb_status sb_scratch_create(sb_context *ctx, const sb_system *system, int B, sb_scratch *scratch);
void      sb_scratch_free(sb_scratch *scratch);

/* sb_noised_take: room for B samples on a backend; sb_noised_release gives it back. */
sb_status sb_noised_take(sb_context *ctx, const sb_backend *op, int B, int d, sb_noised *noised);
void      sb_noised_release(const sb_backend *op, sb_noised *noised);

/* sb_scratch_draw: samples how->first, ... (out->B of them) of the law of worker n, or the pooled one for n = N, from a stream: the
 * ones that sb_noised_draw or sb_noised_stratified give, where the model is. */
void sb_scratch_draw(const sb_scratch *scratch, sb_scratch_thread *at, const sb_system *system, int n, sb_stream stream, sb_draw how,
                     sb_noised *out);

#endif
