/* tap.h: tests printed as TAP, for programs that need nothing but a compiler. */
#ifndef SB_KERNELS_TESTS_TAP_H
#define SB_KERNELS_TESTS_TAP_H

#include <stddef.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    const char *name;
    void (*run)(void);
} tap_test;

/* Runs the tests and returns the program's exit status: 0, or 1 if a check failed. */
int tap_main(const tap_test *tests, size_t count);

/* tap_skip: says that the program cannot test here, and why; returns 77. */
int tap_skip(const char *reason);

/* tap_fail: the running test failed; prints the first few reasons of each test.   tap_failures: of the running test so far. */
void     tap_fail(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));
unsigned tap_failures(void);

#define TAP_CHECK(condition)                                              \
    do {                                                                  \
        if (!(condition)) tap_fail(__FILE__, __LINE__, "%s", #condition); \
    } while (0)

#ifdef __cplusplus
}
#endif

#endif
