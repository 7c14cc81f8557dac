/* simd_v4.h: vectors of 64 bytes, with 32 registers of them. */
#ifndef SB_KERNELS_CPU_SIMD_H
#define SB_KERNELS_CPU_SIMD_H

#define INLINE static inline __attribute__((always_inline))

enum { ROWS = 8 }; /* of a register tile, which is two vectors wide: 16 sums are under way, enough to hide fma's latency */

#ifdef SB_FLOAT

enum { LANES = 16, QUAD = 4 };
typedef __m512 vec;

INLINE vec vec_all(float x) { return _mm512_set1_ps(x); }
INLINE vec vec_load(const float *x) { return _mm512_loadu_ps(x); }
INLINE void vec_store(float *to, vec x) { _mm512_storeu_ps(to, x); }
INLINE vec vec_fma(vec a, vec b, vec c) { return _mm512_fmadd_ps(a, b, c); }

/* QUAD numbers of each of the rows 0, QUAD, 2 QUAD, ... */
INLINE vec vec_stack(const float *x, size_t ld)
{
    const vec one = _mm512_castps128_ps512(_mm_loadu_ps(x)), two = _mm512_insertf32x4(one, _mm_loadu_ps(x + 4 * ld), 1);
    return _mm512_insertf32x4(_mm512_insertf32x4(two, _mm_loadu_ps(x + 8 * ld), 2), _mm_loadu_ps(x + 12 * ld), 3);
}

/* Transposes each square of QUAD x QUAD numbers. */
INLINE void vec_turn(vec x[QUAD])
{
    const __m512d a = _mm512_castps_pd(_mm512_unpacklo_ps(x[0], x[1])), b = _mm512_castps_pd(_mm512_unpacklo_ps(x[2], x[3]));
    const __m512d c = _mm512_castps_pd(_mm512_unpackhi_ps(x[0], x[1])), d = _mm512_castps_pd(_mm512_unpackhi_ps(x[2], x[3]));
    x[0] = _mm512_castpd_ps(_mm512_unpacklo_pd(a, b));
    x[1] = _mm512_castpd_ps(_mm512_unpackhi_pd(a, b));
    x[2] = _mm512_castpd_ps(_mm512_unpacklo_pd(c, d));
    x[3] = _mm512_castpd_ps(_mm512_unpackhi_pd(c, d));
}

#else

enum { LANES = 8, QUAD = 2 };
typedef __m512d vec;

INLINE vec vec_all(double x) { return _mm512_set1_pd(x); }
INLINE vec vec_load(const double *x) { return _mm512_loadu_pd(x); }
INLINE void vec_store(double *to, vec x) { _mm512_storeu_pd(to, x); }
INLINE vec vec_fma(vec a, vec b, vec c) { return _mm512_fmadd_pd(a, b, c); }

INLINE vec vec_stack(const double *x, size_t ld)
{
    const vec one = _mm512_castpd128_pd512(_mm_loadu_pd(x)), two = _mm512_insertf64x2(one, _mm_loadu_pd(x + 2 * ld), 1);
    return _mm512_insertf64x2(_mm512_insertf64x2(two, _mm_loadu_pd(x + 4 * ld), 2), _mm_loadu_pd(x + 6 * ld), 3);
}

INLINE void vec_turn(vec x[QUAD])
{
    const vec low = _mm512_unpacklo_pd(x[0], x[1]);
    x[1] = _mm512_unpackhi_pd(x[0], x[1]);
    x[0] = low;
}

#endif

/* x, loaded once: compilers would read memory anew for each use as an operand. */
INLINE vec vec_once(vec x)
{
    __asm__("" : "+v"(x));
    return x;
}

#endif
