/* simd_plain.h: short arrays in place of vectors, for any machine and compiler. The names are those of simd_v4.h. */
#ifndef SB_KERNELS_CPU_SIMD_H
#define SB_KERNELS_CPU_SIMD_H

#include "kernels/point/point.h"

#define INLINE static inline __attribute__((always_inline))

enum { ROWS = 4, LANES = 4, QUAD = 1 };
typedef struct {
    real x[LANES];
} vec;

INLINE vec vec_all(real x)
{
    return (vec){{x, x, x, x}};
}

INLINE vec vec_load(const real *x)
{
    return (vec){{x[0], x[1], x[2], x[3]}};
}

INLINE void vec_store(real *to, vec a)
{
    for (int l = 0; l < LANES; l++) to[l] = a.x[l];
}

INLINE vec vec_fma(vec a, vec b, vec c)
{
    for (int l = 0; l < LANES; l++) c.x[l] = sb_fma(a.x[l], b.x[l], c.x[l]);
    return c;
}

INLINE vec vec_stack(const real *x, size_t ld)
{
    return (vec){{x[0], x[ld], x[2 * ld], x[3 * ld]}};
}

INLINE void vec_turn(vec x[QUAD])
{
    (void)x;
}

INLINE vec vec_once(vec x)
{
    return x;
}

#endif
