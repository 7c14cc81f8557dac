/* affine.h: out (d) = b + A x for A (d,d), each sum from the first term to the last: out_i = b_i, then for j = 0, 1, ..., d-1
 * out_i = sb_fma(A[i,j], x_j, out_i). On the CPU several rows go at once, as one sum alone waits for its own additions. */
#ifndef SB_KERNELS_POINT_AFFINE_H
#define SB_KERNELS_POINT_AFFINE_H

#include "kernels/point/point.h"
#include "kernels/real.h"

SB_POINT real sb_point_affine_row(int d, const real *row, const real *x, real b)
{
    real sum = b;
    for (int j = 0; j < d; j++) sum = sb_fma(row[j], x[j], sum);
    return sum;
}

SB_POINT void sb_point_affine(int d, const real *A, const real *x, const real *b, real *out)
{
    enum { ROWS = 8 };
    int i = 0;
    for (; i + ROWS <= d; i += ROWS) {
        real sum[ROWS];
        for (int r = 0; r < ROWS; r++) sum[r] = b[i + r];
        for (int j = 0; j < d; j++)
            for (int r = 0; r < ROWS; r++) sum[r] = sb_fma(A[(size_t)(i + r) * d + j], x[j], sum[r]);
        for (int r = 0; r < ROWS; r++) out[i + r] = sum[r];
    }
    for (; i < d; i++) out[i] = sb_point_affine_row(d, A + (size_t)i * d, x, b[i]);
}

#endif
