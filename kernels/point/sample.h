/* sample.h: the pieces of one noised sample y = e^-u x_0 + sigma_u z, wherever it is drawn: on the CPU, by CUDA or by the host's
 * own code in src/. Sample i of a stream owns the blocks [i*n, (i+1)*n), n = sb_point_sample_blocks(d); of these
 *   block 0                      the time's uniform (words 0 and 1), unused where times are not random
 *   block 1                      the component's uniform (words 0 and 1)
 *   blocks 2, 3, ...             the ceil(d/2) blocks of the normals t of x_0 = m + Q (deviation .* t), two to a block
 *   blocks 2 + ceil(d/2), ...    those of the noise z. */
#ifndef SB_KERNELS_POINT_SAMPLE_H
#define SB_KERNELS_POINT_SAMPLE_H

#include "kernels/point/affine.h"

/* Blocks of d normals. */
SB_POINT uint64_t sb_point_normal_blocks(int d)
{
    return ((uint64_t)d + 1) / 2;
}

SB_POINT uint64_t sb_point_sample_blocks(int d)
{
    return 2 + 2 * sb_point_normal_blocks(d);
}

/* The first of n running sums above v, that is, how many are not; `last` where rounding has left all of them at or below v. It lies
 * in [low, low + left]: low = 0, left = n at first; then a step of width = ceil(left/2) moves low, and left becomes left - width.
 * The number of steps depends on n alone and no step branches: neither a processor's guesses nor a GPU's warps are led astray. */
SB_POINT int sb_point_find_step(const double *sums, int low, int width, double v)
{
    return sums[low + width - 1] <= v ? low + width : low;
}

SB_POINT int sb_point_find(const double *sums, int n, int last, double v)
{
    int low = 0;
    for (int left = n; left > 0; left /= 2) low = sb_point_find_step(sums, low, left - left / 2, v);
    return low < n ? low : last;
}

/* The weight of one of B samples whose time k was found in the running sums `time`, and of a stratified sample of `total`:
 * pi_k is what k is in fact drawn with. */
SB_POINT double sb_point_weight_random(const double *time, int k, double gamma_k, int B)
{
    const double pi_k = time[k] - (k > 0 ? time[k - 1] : 0.0);
    return gamma_k / ((double)B * pi_k);
}

SB_POINT double sb_point_weight_stratified(int K, int total, int k, double gamma_k)
{
    return gamma_k / (double)(total / K + (k < total % K));
}

/* x_0 along an axis of a component, m + deviation*t. With all eigenvectors: sb_point_affine of Q, deviation .* t and m. */
SB_POINT real sb_point_on_axis(real mean, real deviation, real t)
{
    return sb_fma(deviation, t, mean);
}

/* With some eigenvectors, Q (d,rank), 0 < rank < d, and the deviation s = deviation[rank] in all directions outside of them:
 * x_0 = m + s t + Q h with h_k = (deviation_k - s) q_k't. The sum in h_k runs from the first coordinate to the last, that in a coordinate
 * of x_0 from the first eigenvector to the last: one by one, */
SB_POINT real sb_point_along(int d, int rank, const real *Q, int k, const real *t)
{
    real sum = 0;
    for (int i = 0; i < d; i++) sum = sb_fma(Q[(size_t)i * rank + k], t[i], sum);
    return sum;
}

SB_POINT real sb_point_lengthened(real deviation, real rest, real along)
{
    return (deviation - rest) * along;
}

SB_POINT real sb_point_spread(int rank, const real *row, const real *h, real mean, real rest, real t)
{
    real sum = sb_point_on_axis(mean, rest, t);
    for (int k = 0; k < rank; k++) sum = sb_fma(row[k], h[k], sum);
    return sum;
}

/* or all of them: h (rank) = Q't, and x (d) = m + s t + Q h in the place of t. */
SB_POINT void sb_point_along_all(int d, int rank, const real *Q, const real *t, real *h)
{
    for (int k = 0; k < rank; k++) h[k] = 0;
    for (int i = 0; i < d; i++)
        for (int k = 0; k < rank; k++) h[k] = sb_fma(Q[(size_t)i * rank + k], t[i], h[k]);
}

SB_POINT void sb_point_spread_all(int d, int rank, const real *Q, const real *h, const real *m, real rest, real *x)
{
    for (int i = 0; i < d; i++) x[i] = sb_point_spread(rank, Q + (size_t)i * rank, h, m[i], rest, x[i]);
}

SB_POINT real sb_point_noised(real shrink, real x0, real sigma, real z)
{
    return sb_fma(sigma, z, shrink * x0);
}

/* The conditional score -z/sigma_u. */
SB_POINT real sb_point_target(real sigma, real z)
{
    return -z / sigma;
}

/* One step of the reverse process. */
SB_POINT real sb_point_advanced(real a, real y, real b, real s, real c, real z)
{
    return sb_fma(c, z, sb_fma(b, s, a * y));
}

#endif
