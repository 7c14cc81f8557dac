/* harness.h: CUnit tests printed as TAP. A test program is a table of named functions and
 *     int main(void) { return sb_test_main("room", tests, sizeof tests / sizeof *tests); }
 * It returns nonzero if any assertion failed, 77 if every test was skipped. */
#ifndef SB_TESTS_HARNESS_H
#define SB_TESTS_HARNESS_H

#include "base/context.h"

#include <CUnit/CUnit.h>
#include <math.h>
#include <stddef.h>

typedef struct {
    const char *name;
    void (*run)(void);
} sb_test;

int sb_test_main(const char *suite, const sb_test *tests, size_t count);

/* sb_test_skip: call and return from a test that cannot run here ("no CUDA device"). */
void sb_test_skip(const char *reason);

/* sb_check_close: |a-b| <= tol*max(|a|,|b|,floor); prints both values, expression and place when it fails. NaN fails. */
int sb_check_close(double a, double b, double tol, double floor, const char *what, const char *file, int line);

/* sb_check_ok: fails the test and prints the recorded error if status is not SB_OK; clears the error. */
int sb_check_ok(sb_context *ctx, sb_status status, const char *what, const char *file, int line);

/* sb_check_fails: the call must fail with `want`, and its message must contain `part`; clears the error. */
int sb_check_fails(sb_context *ctx, sb_status status, sb_status want, const char *part, const char *what, const char *file, int line);

#define CHECK(cond)              CU_ASSERT(cond)
#define CHECK_CLOSE(a, b, tol)   sb_check_close((a), (b), (tol), 0.0, #a " against " #b, __FILE__, __LINE__)
#define CHECK_NEAR(a, b, tol)    sb_check_close((a), (b), (tol), 1.0, #a " against " #b, __FILE__, __LINE__)
#define CHECK_OK(ctx, call)      sb_check_ok((ctx), (call), #call, __FILE__, __LINE__)
#define CHECK_FAILS(ctx, call, want, part) sb_check_fails((ctx), (call), (want), (part), #call, __FILE__, __LINE__)

#endif
