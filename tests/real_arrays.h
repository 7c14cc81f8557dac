/* real_arrays.h: arrays of `real` for tests of kernels. */
#ifndef SB_TESTS_REAL_ARRAYS_H
#define SB_TESTS_REAL_ARRAYS_H

#include "base/random.h"
#include "kernels/real.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#ifdef SB_FLOAT
#define EPSILON 0x1p-24
#else
#define EPSILON 0x1p-53
#endif

/* n normals in memory of their own size, rounded up to a vector: what reads beyond is found by the sanitizers. */
static inline real *real_normals(sb_stream *stream, size_t n)
{
    real *x = aligned_alloc(64, n ? (n * sizeof *x + 63) / 64 * 64 : 64);
    for (size_t i = 0; i < n; i += 2) {
        double z[2];
        sb_stream_normals(stream, 2, z);
        x[i] = (real)z[0];
        if (i + 1 < n) x[i + 1] = (real)z[1];
    }
    return x;
}

/* (rows,ld) normals, 0 from lane B on, as derivatives that go back are. */
static inline real *real_lanes(sb_stream *stream, size_t rows, int B, int ld)
{
    real *x = real_normals(stream, rows * (size_t)ld);
    for (size_t i = 0; i < rows * (size_t)ld; i++)
        if (i % (size_t)ld >= (size_t)B) x[i] = 0;
    return x;
}

static inline void real_poison(real *x, size_t n)
{
    for (size_t i = 0; i < n; i++) x[i] = (real)NAN;
}

static inline int real_differ(const real *x, const real *y, size_t n)
{
    return n && memcmp(x, y, n * sizeof *x) != 0;
}

/* |got - want| within the rounding of a sum of so many terms of this total size */
static inline int real_far(real got, long double want, long double size, int terms)
{
    return !(fabsl((long double)got - want) <= EPSILON * (terms + 16) * size);
}

static inline long double real_dot(const real *x, const real *y, size_t n, long double *size)
{
    long double sum = 0.0L;
    for (size_t i = 0; i < n; i++) {
        const long double term = (long double)x[i] * y[i];
        sum += term, *size += fabsl(term);
    }
    return sum;
}

#endif
