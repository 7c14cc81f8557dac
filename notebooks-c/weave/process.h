/* process.h: another program, run and waited for. */
#ifndef WEAVE_PROCESS_H
#define WEAVE_PROCESS_H

#include "base/context.h"

typedef struct {
    const char *const *argv;  /* ends with NULL; argv[0] is looked for in PATH */
    const char *directory;    /* where it runs; NULL: here */
    const char *output;       /* file of its standard output; NULL: ours */
    const char *variable;     /* set to 1 in its environment; NULL: none */
    unsigned    limit;        /* seconds after which it is killed, as it is for writing more than 64 MiB into a file; 0: no limits */
} weave_process;

/* weave_process_run: as in system(), a Ctrl-C at the terminal is for the other program alone. *how (200) says how it ended: empty if with exit status 0, else in words. SB_EUSER where there is no such program,
 * SB_EIO where it cannot be started. */
sb_status weave_process_run(sb_context *ctx, const weave_process *process, char how[200]);

#endif
