/* context.h: what every fallible function gets first: where errors are recorded, how many threads to use,
 * whom to tell about progress and whether to stop. There are no globals; a program makes one context and passes it on. */
#ifndef SB_BASE_CONTEXT_H
#define SB_BASE_CONTEXT_H

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

typedef enum {
    SB_OK = 0,
    SB_ENOMEM,   /* memory could not be allocated */
    SB_EINVAL,   /* an argument that no caller should pass: a programming error */
    SB_EDOM,     /* a value outside the domain of the function */
    SB_EDIM,     /* dimensions that do not fit together */
    SB_ERANGE,   /* a result that does not fit: overflow, divergence */
    SB_EIO,      /* reading or writing failed */
    SB_EUSER,    /* a mistake in what the user gave: config, file, command line (exit 2) */
    SB_ECONV,    /* a numerical method did not reach its tolerance */
    SB_EINTR     /* stopped on request */
} sb_status;

typedef struct {
    sb_status   status;          /* first failure; SB_OK while there is none */
    char        message[1024];   /* for people, one line unless it shows a place in a file */
    char        trace[1024];     /* function:line of each level that passed the failure on */
    atomic_flag lock;            /* parallel regions may fail on several threads: the first one wins */
} sb_error;

struct sb_progress;

typedef struct sb_context {
    int                          threads;    /* >= 1, for parallel regions of this library */
    struct sb_progress          *progress;   /* NULL: silent */
    const volatile sig_atomic_t *stop;       /* NULL, or nonzero once the user wants to stop */
    sb_error                     error;
} sb_context;

/* sb_context_init: a context with `threads` threads (0: as many as the process may use), silent, without error. */
void sb_context_init(sb_context *ctx, int threads);

/* sb_context_stopped: nonzero once the user asked to stop. */
int sb_context_stopped(const sb_context *ctx);

/* sb_fail: records the first failure (printf format) with its place and returns `status`. Safe inside parallel regions. */
sb_status sb_fail(sb_context *ctx, sb_status status, const char *function, int line, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* sb_forgive: forgets the recorded failure, for a caller that can go on without what failed. */
void sb_forgive(sb_context *ctx);

/* sb_trace: appends function:line to the record of the failure under way. */
void sb_trace(sb_context *ctx, const char *function, int line);

/* sb_status_name: the constant's name without prefix, for logs. */
const char *sb_status_name(sb_status status);

/* Inside a function with `sb_context *ctx`, `sb_status st = SB_OK` and one exit label `done`: */
#define SB_TRY(call)                                \
    do {                                            \
        if ((st = (call)) != SB_OK) {               \
            sb_trace(ctx, __func__, __LINE__);      \
            goto done;                              \
        }                                           \
    } while (0)
#define SB_FAIL(code, ...)                                            \
    do {                                                              \
        st = sb_fail(ctx, (code), __func__, __LINE__, __VA_ARGS__);   \
        goto done;                                                    \
    } while (0)
#define SB_REQUIRE(condition, code, ...)                 \
    do {                                                 \
        if (!(condition)) SB_FAIL((code), __VA_ARGS__);  \
    } while (0)

#endif
