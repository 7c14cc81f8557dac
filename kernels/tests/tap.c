#include "kernels/tests/tap.h"

#include <stdarg.h>

enum { MOST_PRINTED = 8 };

static unsigned failures; /* of the running test */

unsigned tap_failures(void)
{
    return failures;
}

void tap_fail(const char *file, int line, const char *format, ...)
{
    va_list arguments;
    if (failures++ >= MOST_PRINTED) return;
    printf("# %s:%d: ", file, line);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
}

int tap_main(const tap_test *tests, size_t count)
{
    int failed = 0;
    printf("1..%zu\n", count);
    for (size_t i = 0; i < count; i++) {
        failures = 0;
        tests[i].run();
        printf("%sok %zu - %s\n", failures ? "not " : "", i + 1, tests[i].name);
        fflush(stdout);
        failed |= failures != 0;
    }
    return failed;
}

int tap_skip(const char *reason)
{
    printf("1..0 # SKIP %s\n", reason);
    return 77;
}
