#include "harness.h"

#include <stdio.h>
#include <string.h>

static struct {
    int ran, failed, skipped;
    const char *skip_reason;
} tally; /* CUnit's handlers take no argument, so a test program keeps its tally here */

static void complete(const CU_pTest test, const CU_pSuite suite, const CU_pFailureRecord failure)
{
    (void)suite;
    tally.ran++;
    if (tally.skip_reason) {
        tally.skipped++;
        printf("ok %d - %s # SKIP %s\n", tally.ran, test->pName, tally.skip_reason);
    } else if (!failure) {
        printf("ok %d - %s\n", tally.ran, test->pName);
    } else {
        tally.failed++;
        printf("not ok %d - %s\n", tally.ran, test->pName);
        for (const CU_FailureRecord *f = failure; f; f = f->pNext)
            printf("#   %s:%u: %s\n", f->strFileName ? f->strFileName : "?", f->uiLineNumber,
                   f->strCondition ? f->strCondition : "?");
    }
    fflush(stdout);
    tally.skip_reason = NULL;
}

int sb_test_main(const char *suite, const sb_test *tests, size_t count)
{
    if (CU_initialize_registry() != CUE_SUCCESS) return 99;
    CU_pSuite s = CU_add_suite(suite, NULL, NULL);
    for (size_t i = 0; s && i < count; i++)
        if (!CU_add_test(s, tests[i].name, tests[i].run)) return 99;
    if (!s) return 99;
    CU_set_test_complete_handler(complete);
    printf("1..%zu\n", count);
    CU_run_all_tests();
    CU_cleanup_registry();
    if (tally.failed || (size_t)tally.ran != count) return 1;
    return tally.skipped == tally.ran ? 77 : 0;
}

void sb_test_skip(const char *reason)
{
    tally.skip_reason = reason;
}

int sb_check_close(double a, double b, double tol, double floor, const char *what, const char *file, int line)
{
    const double scale = fmax(fmax(fabs(a), fabs(b)), floor);
    const int ok = fabs(a - b) <= tol * scale;
    char text[512];
    snprintf(text, sizeof text, "%s: %.17g, %.17g, relative difference %.3g > %.3g", what, a, b, fabs(a - b) / scale, tol);
    CU_assertImplementation(ok, (unsigned)line, text, file, "", CU_FALSE);
    return ok;
}

static void clear(sb_context *ctx)
{
    sb_context fresh;
    sb_context_init(&fresh, ctx->threads);
    ctx->error = fresh.error;
}

int sb_check_ok(sb_context *ctx, sb_status status, const char *what, const char *file, int line)
{
    char text[2300];
    snprintf(text, sizeof text, "%s: %s: %s (%s)", what, sb_status_name(status), ctx->error.message, ctx->error.trace);
    CU_assertImplementation(status == SB_OK, (unsigned)line, text, file, "", CU_FALSE);
    clear(ctx);
    return status == SB_OK;
}

int sb_check_fails(sb_context *ctx, sb_status status, sb_status want, const char *part, const char *what, const char *file,
                   int line)
{
    char text[2300];
    const int ok = status == want && strstr(ctx->error.message, part) != NULL;
    snprintf(text, sizeof text, "%s: got %s \"%s\", want %s with \"%s\"", what, sb_status_name(status), ctx->error.message,
             sb_status_name(want), part);
    CU_assertImplementation(ok, (unsigned)line, text, file, "", CU_FALSE);
    clear(ctx);
    return ok;
}
