/* simd_v3.h: vectors of 32 bytes, with 16 registers of them. The names are those of simd_v4.h. */
#ifndef SB_KERNELS_CPU_SIMD_H
#define SB_KERNELS_CPU_SIMD_H

#define INLINE static inline __attribute__((always_inline))

enum { ROWS = 6 };

#ifdef SB_FLOAT

enum { LANES = 8, QUAD = 4 };
typedef __m256 vec;

INLINE vec vec_all(float x) { return _mm256_set1_ps(x); }
INLINE vec vec_load(const float *x) { return _mm256_loadu_ps(x); }
INLINE void vec_store(float *to, vec x) { _mm256_storeu_ps(to, x); }
INLINE vec vec_fma(vec a, vec b, vec c) { return _mm256_fmadd_ps(a, b, c); }

INLINE vec vec_stack(const float *x, size_t ld)
{
    return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(x)), _mm_loadu_ps(x + 4 * ld), 1);
}

INLINE void vec_turn(vec x[QUAD])
{
    const __m256d a = _mm256_castps_pd(_mm256_unpacklo_ps(x[0], x[1])), b = _mm256_castps_pd(_mm256_unpacklo_ps(x[2], x[3]));
    const __m256d c = _mm256_castps_pd(_mm256_unpackhi_ps(x[0], x[1])), d = _mm256_castps_pd(_mm256_unpackhi_ps(x[2], x[3]));
    x[0] = _mm256_castpd_ps(_mm256_unpacklo_pd(a, b));
    x[1] = _mm256_castpd_ps(_mm256_unpackhi_pd(a, b));
    x[2] = _mm256_castpd_ps(_mm256_unpacklo_pd(c, d));
    x[3] = _mm256_castpd_ps(_mm256_unpackhi_pd(c, d));
}

#else

enum { LANES = 4, QUAD = 2 };
typedef __m256d vec;

INLINE vec vec_all(double x) { return _mm256_set1_pd(x); }
INLINE vec vec_load(const double *x) { return _mm256_loadu_pd(x); }
INLINE void vec_store(double *to, vec x) { _mm256_storeu_pd(to, x); }
INLINE vec vec_fma(vec a, vec b, vec c) { return _mm256_fmadd_pd(a, b, c); }

INLINE vec vec_stack(const double *x, size_t ld)
{
    return _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_loadu_pd(x)), _mm_loadu_pd(x + 2 * ld), 1);
}

INLINE void vec_turn(vec x[QUAD])
{
    const vec low = _mm256_unpacklo_pd(x[0], x[1]);
    x[1] = _mm256_unpackhi_pd(x[0], x[1]);
    x[0] = low;
}

#endif

/* x, loaded once: compilers would read memory anew for each use as an operand. */
INLINE vec vec_once(vec x)
{
    __asm__("" : "+x"(x));
    return x;
}

#endif
