#include "kernels/tests/parity.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PRINTED = 6 };

/* Splitmix64. */
uint64_t parity_bits(parity *p)
{
    uint64_t z = p->seed += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

double parity_between(parity *p, double low, double high)
{
    return low + (high - low) * ((double)(parity_bits(p) >> 11) * 0x1p-53);
}

void SB_REAL_NAME(parity_fail)(parity *p, const char *file, int line, const char *format, ...)
{
    va_list arguments;
    if (p->failures++ >= MOST_PRINTED || p->quiet) return;
    printf("# %s:%d: ", file, line);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
}

static void need(int condition, const char *what)
{
    if (condition) return;
    printf("Bail out! %s\n", what);
    exit(1);
}

void *parity_host(parity *p, size_t size)
{
    void *memory = malloc(size ? size : 1);
    need(memory && p->hosts < PARITY_MOST_ARRAYS, "no memory left on the host");
    return p->host[p->hosts++] = memory;
}

void *SB_REAL_NAME(parity_twin)(parity *p, void **c, void **g, size_t size)
{
    *c = p->cpu->alloc(p->cpu, size);
    *g = p->gpu->alloc(p->gpu, size);
    need(*c && *g && p->arrays < PARITY_MOST_ARRAYS, "no memory left on the device");
    memset(*c, 0xFF, size);
    p->c[p->arrays] = *c;
    p->g[p->arrays++] = *g;
    return *c;
}

void SB_REAL_NAME(parity_blank)(parity *p, void **c, void **g, size_t size)
{
    SB_REAL_NAME(parity_twin)(p, c, g, size);
    p->gpu->upload(p->gpu, *g, *c, size);
}

/* What the other backend holds, falsified where that is asked for: the first element, in its lowest bit or by more than its size. */
static void *fetch(parity *p, const void *g, size_t n, size_t size, int is_number)
{
    unsigned char *got = parity_host(p, n * size);
    p->gpu->download(p->gpu, got, g, n * size);
    for (size_t i = 0; i < n * size; i++) p->digest = (p->digest ^ got[i]) * 0x100000001B3u;
    if (n && ++p->compared == p->spoilt) {
        if (!is_number) got[0] ^= 1;
        else if (size == sizeof(double)) *(double *)got += 1 + fabs(*(double *)got);
        else *(float *)got += 1 + fabsf(*(float *)got);
    }
    return got;
}

static unsigned long long bits_of(const unsigned char *at, size_t size)
{
    unsigned long long value = 0;
    memcpy(&value, at, size < sizeof value ? size : sizeof value);
    return value;
}

static void done_with_host(parity *p)
{
    free(p->host[--p->hosts]);
}

void SB_REAL_NAME(parity_same)(parity *p, const void *c, const void *g, size_t n, size_t size, const char *file, int line)
{
    const unsigned char *want = c, *got = fetch(p, g, n, size, 0);
    for (size_t i = 0; i < n; i++)
        if (memcmp(want + i * size, got + i * size, size))
            SB_REAL_NAME(parity_fail)(p, file, line, "element %zu of %zu has bits %llx on the CPU, %llx here", i, n,
                                      bits_of(want + i * size, size), bits_of(got + i * size, size));
    done_with_host(p);
}

void SB_REAL_NAME(parity_lanes)(parity *p, const real *c, const real *g, size_t rows, int B, int ld, const double *bound,
                                const char *file, int line)
{
    const real *got = fetch(p, g, rows * (size_t)ld, sizeof *got, 1);
    for (size_t at = 0; at < rows * (size_t)ld; at++) {
        const int inside = (int)(at % (size_t)ld) < B;
        const double apart = fabs((double)got[at] - (double)c[at]);
        const int same = !memcmp(&got[at], &c[at], sizeof *c); /* as garbage is that neither has written */
        const int right = inside ? same || (bound && apart <= bound[at]) : isfinite(got[at]) != 0;
        if (!right)
            SB_REAL_NAME(parity_fail)(p, file, line, "(%zu,%zu) of (%zu,%d) is %.17g on the CPU, %.17g here, allowed %.2g", at / (size_t)ld,
                                      at % (size_t)ld, rows, ld, (double)c[at], (double)got[at], bound ? bound[at] : 0.0);
    }
    done_with_host(p);
}

void SB_REAL_NAME(parity_near_doubles)(parity *p, const double *c, const double *g, size_t n, const double *bound, const char *file,
                                       int line)
{
    const double *got = fetch(p, g, n, sizeof *got, 1);
    for (size_t i = 0; i < n; i++)
        if (!(fabs(got[i] - c[i]) <= bound[i]))
            SB_REAL_NAME(parity_fail)(p, file, line, "element %zu of %zu is %.17g on the CPU, %.17g here, allowed %.2g", i, n, c[i], got[i],
                                      bound[i]);
    done_with_host(p);
}

void SB_REAL_NAME(parity_number)(parity *p, double c, double g, double bound, const char *file, int line)
{
    uint64_t bits;
    memcpy(&bits, &g, sizeof bits);
    p->digest = (p->digest ^ bits) * 0x100000001B3u;
    if (++p->compared == p->spoilt) g += 1 + fabs(g);
    if (!(fabs(g - c) <= bound)) SB_REAL_NAME(parity_fail)(p, file, line, "%.17g on the CPU, %.17g here, allowed %.2g", c, g, bound);
}

double parity_sums_double(double terms, double size)
{
    return 2 * (terms + 4) * 0x1p-53 * size;
}

double parity_sums(double terms, double size)
{
    return (sizeof(real) == sizeof(float) ? 0x1p29 : 1) * parity_sums_double(terms, size);
}

void parity_release(parity *p)
{
    while (p->arrays) {
        p->arrays--;
        p->cpu->release(p->cpu, p->c[p->arrays]);
        p->gpu->release(p->gpu, p->g[p->arrays]);
    }
    while (p->hosts) done_with_host(p);
}

void SB_REAL_NAME(parity_run)(parity *p, const parity_case *one)
{
    const char *error;
    p->seed = 2385;
    for (const char *letter = one->name; *letter; letter++) p->seed = 31 * p->seed + (unsigned char)*letter;
    p->failures = p->compared = 0;
    p->digest = 0xCBF29CE484222325u;
    one->run(p);
    error = p->gpu->finish(p->gpu);
    if (error && p->failures >= MOST_PRINTED) p->failures = MOST_PRINTED - 1; /* to be printed all the same */
    if (error) SB_REAL_NAME(parity_fail)(p, __FILE__, __LINE__, "the queue failed: %s", error);
    parity_release(p);
}
