#include "kernels/cpu/cpu.h"
#include "kernels/point/point.h"

/* One row: ds (d), and |e|^2 summed from the first term to the last. */
static inline __attribute__((always_inline)) real residual_row(int d, const real *s, const real *target, real w2, real *ds)
{
    real sum = 0;
    for (int j = 0; j < d; j++) {
        const real e = target ? s[j] - target[j] : s[j];
        ds[j] = w2 * e;
        sum = sb_fma(e, e, sum);
    }
    return sum;
}

SB_CPU_CLONES void CPU(residual)(const sb_backend *op, int m, int d, const real *s, const real *target, const real *weight, real *ds,
                                 real *squared)
{
    (void)op;
    if (d == 2 && target && squared) /* short rows: several at once */
#pragma omp simd
        for (int i = 0; i < m; i++) squared[i] = residual_row(2, s + 2 * i, target + 2 * i, 2 * weight[i], ds + 2 * i);
    else
        for (int i = 0; i < m; i++) {
            const size_t row = (size_t)i * d;
            const real sum = residual_row(d, s + row, target ? target + row : NULL, 2 * weight[i], ds + row);
            if (squared) squared[i] = sum;
        }
}

void CPU(weighted_sums)(const sb_backend *op, int W, int B, const real *weight, const real *squared, double *sum)
{
    for (int w = 0; w < W; w++) sum[w] += CPU(dot)(op, (size_t)B, weight + (size_t)w * B, squared + (size_t)w * B);
}
