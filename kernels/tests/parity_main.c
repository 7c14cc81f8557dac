#include "kernels/tests/parity.h"
#include "kernels/tests/tap.h"

#include <stdio.h>
#include <string.h>

#ifdef __SANITIZE_ADDRESS__
enum { SANITIZED = 1 };

/* What is too much to allocate is asked for on purpose. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}
#else
enum { SANITIZED = 0 };
#endif

/* A queue that failed says what failed first, does nothing more, and leaves other queues alone. */
static void failing(parity *p, const sb_backend *(*open)(int device, char *why, size_t size))
{
    char why[256] = "";
    const sb_backend *op = open(0, why, sizeof why);
    PARITY_CHECK(p, op != NULL);
    if (!op) return;
    real *x = op->alloc(op, sizeof *x), value = 2, back = 5;
    PARITY_CHECK(p, op->finish(op) == NULL);
    op->upload(op, x, &value, sizeof value);
    op->clear(op, NULL, 8);
    op->multiply(op, 1, x, x, x);
    op->download(op, &back, x, sizeof back);
    const char *error = op->finish(op);
    PARITY_CHECK(p, error && strstr(error, "cudaMemset") && strstr(error, "invalid argument"));
    PARITY_CHECK(p, back == 5);
    op->record(op);
    op->multiply(op, 1, x, x, x);
    op->replay(op, op->recorded(op));
    error = op->finish(op);
    PARITY_CHECK(p, error && strstr(error, "cudaMemset"));
    op->release(op, x);
    sb_backend_close(op);
    sb_backend_close(NULL);
    sb_backend_close(p->cpu);
    PARITY_CHECK(p, p->gpu->finish(p->gpu) == NULL);
    op = open(1 << 20, why, sizeof why);
    PARITY_CHECK(p, op == NULL && strlen(why) > 10);
}

static int report(unsigned *number, unsigned failures, const char *name)
{
    printf("%sok %u - %s\n", failures ? "not " : "", ++*number, name);
    fflush(stdout);
    return failures != 0;
}

static int run_all(parity *p, unsigned *number, const parity_case *cases, size_t count, void (*again)(void))
{
    int failed = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned failures;
        uint64_t digest;
        SB_REAL_NAME(parity_run)(p, &cases[i]);
        failures = p->failures;
        digest = p->digest;
        if (again) again();
        SB_REAL_NAME(parity_run)(p, &cases[i]);
        if (again) again();
        if (p->digest != digest) SB_REAL_NAME(parity_fail)(p, __FILE__, __LINE__, "the second run gave other bits");
        failed |= report(number, failures + p->failures, cases[i].name);
    }
    return failed;
}

int parity_main(const sb_backend *(*open)(int device, char *why, size_t size), void (*again)(void))
{
    char why[256] = "";
    unsigned number = 0;
    int failed = 0;
    parity p = {.cpu = sb_backend_cpu(), .gpu = open(0, why, sizeof why)};
    if (!p.gpu) return tap_skip(why);
#define COUNT(cases) (sizeof SB_REAL_NAME(cases) / sizeof *SB_REAL_NAME(cases))
#define RUN_ALL(cases) failed |= run_all(&p, &number, SB_REAL_NAME(cases), COUNT(cases), again);
    printf("1..%zu\n", COUNT(parity_queue) + COUNT(parity_vectors) + COUNT(parity_rows) + COUNT(parity_network) +
                           COUNT(parity_samples) + COUNT(parity_updates) + COUNT(parity_conv) + COUNT(parity_norm) +
                           COUNT(parity_pixels) + 2);
    RUN_ALL(parity_queue)
    RUN_ALL(parity_vectors)
    RUN_ALL(parity_rows)
    RUN_ALL(parity_network)
    RUN_ALL(parity_samples)
    RUN_ALL(parity_updates)
    RUN_ALL(parity_conv)
    RUN_ALL(parity_norm)
    RUN_ALL(parity_pixels)
    p.failures = 0;
    if (!sb_backend_is_host(p.gpu)) failing(&p, open);
    failed |= report(&number, p.failures, "a queue that failed");
    if (SANITIZED) { /* they run every case four times more, and try the comparisons alone */
        printf("ok %u - mutants are found out # SKIP they take minutes under a sanitizer\n", ++number);
    } else {
        SB_REAL_NAME(parity_mutants)(&p);
        failed |= report(&number, p.failures, "mutants are found out");
    }
    sb_backend_close(p.gpu);
    return failed;
}
