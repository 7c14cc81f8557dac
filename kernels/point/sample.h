/* sample.h: the pieces of one noised sample y = e^-u x_0 + sigma_u z, wherever it is drawn: on the CPU, by CUDA or by the host's own
 * code in src/. Sample i of a stream owns the blocks [i*n, (i+1)*n), n = sb_point_sample_blocks(d); of these
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
 * in [low, low + left]: low = 0 and left = n at first, then with half = ceil(left/2) a step moves low and left becomes left - half.
 * The number of steps depends on n alone and no step branches: neither a processor's guesses nor a GPU's warps are led astray. */
SB_POINT int sb_point_find_step(const double *sums, int low, int half, double v)
{
    return sums[low + half - 1] <= v ? low + half : low;
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

/* x_0 along an axis of a component, m + deviation*t. With eigenvectors: sb_point_affine of Q, deviation .* t and m. */
SB_POINT real sb_point_on_axis(real mean, real deviation, real t)
{
    return sb_fma(deviation, t, mean);
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

#endif
