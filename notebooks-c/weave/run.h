/* run.h: compiles a lesson and runs it. */
#ifndef WEAVE_RUN_H
#define WEAVE_RUN_H

#include "weave/outputs.h"

typedef struct {
    const char *compiler;    /* with its flags, for the shell */
    const char *libraries;   /* what stands behind the source when it is compiled and linked, for the shell */
    unsigned    limit;       /* seconds that a lesson may take */
} weave_build;

/* weave_run: SB_EIO where the lesson does not compile (the compiler has said why on stderr) or fails; the message names the cell that
 * failed, or each that found what it did not predict. On failure *outputs is empty. */
sb_status weave_run(sb_context *ctx, const weave_lesson *lesson, const weave_build *build, weave_outputs *outputs);

#endif
