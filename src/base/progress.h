/* progress.h: one line on stderr for long work: what is done, how much, how long still. Silent unless stderr is a terminal. */
#ifndef SB_BASE_PROGRESS_H
#define SB_BASE_PROGRESS_H

#include "base/context.h"

typedef struct sb_progress sb_progress;

/* sb_progress_create: for stderr; returns NULL (which every function accepts) when it is not a terminal or memory is short. */
sb_progress *sb_progress_create(void);
void         sb_progress_free(sb_progress *progress);

/* sb_progress_begin: a new stage of `total` units of equal cost. sb_progress_add: `units` more are done (any thread).
 * sb_progress_end: clears the line. The line is redrawn at most ten times a second. */
void sb_progress_begin(sb_context *ctx, const char *stage, double total);
void sb_progress_add(sb_context *ctx, double units);
void sb_progress_end(sb_context *ctx);

#endif
