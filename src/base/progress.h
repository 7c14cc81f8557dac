/* progress.h: one line on stderr for long work: what is done, how much, how long still. Silent unless stderr is a terminal. */
#ifndef SB_BASE_PROGRESS_H
#define SB_BASE_PROGRESS_H

#include "base/context.h"

#include <stdio.h>

typedef struct sb_progress sb_progress;

/* sb_progress_create: for stderr; returns NULL (which every function accepts) when it is not a terminal or memory is short.
 * sb_progress_on: the same for any stream. */
sb_progress *sb_progress_create(void);
sb_progress *sb_progress_on(FILE *stream);
void         sb_progress_free(sb_progress *progress);

/* sb_progress_begin: a new stage of `total` units of equal cost. sb_progress_add: `units` more are done (any thread).
 * sb_progress_end: clears the line. The line is redrawn at most ten times a second. */
void sb_progress_begin(sb_context *ctx, const char *stage, double total);
void sb_progress_add(sb_context *ctx, double units);
void sb_progress_end(sb_context *ctx);

/* Several jobs that report into one line. Each has a context of its own, whose progress is a part of the whole:
 *     sb_progress_begin_parts(ctx, "sweep", "runs", 3, 20);       3 of 20 runs were done before
 *     part = sb_progress_part(ctx->progress, 0.07, 2, expected);  of one run, which is 7 % of what is left to do
 *     ...                                                         the run, in a context with progress = part
 *     sb_progress_part_end(part);                                 the whole share is done, one more run is
 *     sb_progress_end(ctx); */

/* A stage that a part expects: its share of the part's work (they add up to 1) and how often it is begun; each time takes an equal
 * share. A stage that is begun less often leaves the rest to the end of the part; beyond its times, or where it was not expected,
 * a stage moves nothing. So the line never goes back and ends at 100 %, however wrong the expectation. */
typedef struct {
    const char *stage;
    double      share;
    int         times;
} sb_progress_stage;

/* sb_progress_begin_parts: begins a stage of `count` parts, `finished` of which are not to be done again.
 * sb_progress_part: a part that is `share` of that stage; the shares of all parts add up to 1. NULL where parent is NULL or memory is
 * short; `parent` outlives it. Parts may be made, used and ended by different threads at once.
 * sb_progress_part_end: ends and frees the part; the line shows one part more.
 * sb_progress_share: what is done of the present stage of a whole, or of a part, in [0,1]. */
void         sb_progress_begin_parts(sb_context *ctx, const char *stage, const char *noun, int finished, int count);
sb_progress *sb_progress_part(sb_progress *parent, double share, int count, const sb_progress_stage *expected);
void         sb_progress_part_end(sb_progress *part);
double       sb_progress_share(const sb_progress *progress);

#endif
