#include "base/context.h"

#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void sb_context_init(sb_context *ctx, int threads)
{
    *ctx = (sb_context){.threads = threads, .error = {.status = SB_OK, .lock = ATOMIC_FLAG_INIT}};
    if (threads <= 0) {
        cpu_set_t set;
        ctx->threads = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    }
}

int sb_context_stopped(const sb_context *ctx)
{
    return ctx->stop && *ctx->stop;
}

static void lock(sb_error *error)
{
    while (atomic_flag_test_and_set_explicit(&error->lock, memory_order_acquire)) sched_yield();
}

static void unlock(sb_error *error)
{
    atomic_flag_clear_explicit(&error->lock, memory_order_release);
}

sb_status sb_fail(sb_context *ctx, sb_status status, const char *function, int line, const char *format, ...)
{
    sb_error *error = &ctx->error;
    lock(error);
    if (error->status == SB_OK) {
        va_list args;
        error->status = status;
        va_start(args, format);
        vsnprintf(error->message, sizeof error->message, format, args);
        va_end(args);
        snprintf(error->trace, sizeof error->trace, "%s:%d", function, line);
    }
    unlock(error);
    return status;
}

void sb_forgive(sb_context *ctx)
{
    sb_error *error = &ctx->error;
    lock(error);
    error->status = SB_OK;
    error->message[0] = error->trace[0] = '\0';
    unlock(error);
}

void sb_trace(sb_context *ctx, const char *function, int line)
{
    sb_error *error = &ctx->error;
    lock(error);
    const size_t used = strlen(error->trace);
    snprintf(error->trace + used, sizeof error->trace - used, " < %s:%d", function, line);
    unlock(error);
}

const char *sb_status_name(sb_status status)
{
    static const char *const names[] = {"OK", "ENOMEM", "EINVAL", "EDOM", "EDIM", "ERANGE", "EIO", "EUSER", "ECONV", "EINTR"};
    return (size_t)status < sizeof names / sizeof *names ? names[status] : "unknown";
}
