#include "kernels/cpu/cpu.h"
#include "kernels/point/philox.h"

#include <math.h>
#include <string.h>

SB_CPU_CLONES void CPU(mask_random)(const sb_backend *op, int W, size_t D, const uint64_t *keep, const sb_place *place,
                                    unsigned char *mask)
{
    (void)op;
    for (int w = 0; w < W; w++, mask += D)
        for (size_t i = 0; i < D; i += 4) {
            uint32_t word[4];
            sb_point_philox(place[w].seed, place[w].subsequence, place[w].block + i / 4, word);
            for (size_t j = i; j < i + 4 && j < D; j++) mask[j] = word[j - i] < keep[w];
        }
}

SB_CPU_CLONES void CPU(mask_top_k)(const sb_backend *op, int W, size_t D, const double *theta_r, const int *replica,
                                   const double *cut, const uint64_t *last, unsigned char *mask)
{
    (void)op;
    for (int w = 0; w < W; w++, mask += D) {
        const double *theta = theta_r + (size_t)replica[w] * D;
        for (size_t i = 0; i < D; i++) {
            const double size = fabs(theta[i]);
            mask[i] = size > cut[w] || (size == cut[w] && i <= last[w]);
        }
    }
}

SB_CPU_CLONES void CPU(prune)(const sb_backend *op, int W, size_t D, const double *theta_r, const int *replica,
                              const unsigned char *mask, real *local, double *pruned2)
{
    (void)op;
    for (int w = 0; w < W; w++, local += D) {
        const double *theta = theta_r + (size_t)replica[w] * D;
        double sum = 0.0;
        for (size_t i = 0; i < D; i++) {
            const int kept = !mask || mask[w * D + i];
            local[i] = kept ? (real)theta[i] : 0;
            if (!kept) sum = fma(theta[i], theta[i], sum);
        }
        pruned2[w] = sum;
    }
}

void CPU(gather)(const sb_backend *op, int W, size_t n, size_t D, const uint32_t *index, const real *from, real *to)
{
    (void)op;
    for (int w = 0; w < W; w++, index += n, from += D, to += n)
        for (size_t i = 0; i < n; i++) to[i] = from[index[i]];
}

void CPU(scatter)(const sb_backend *op, int W, size_t n, size_t D, const uint32_t *index, const real *from, real *to)
{
    (void)op;
    for (int w = 0; w < W; w++, index += n, from += n, to += D)
        for (size_t i = 0; i < n; i++) to[index[i]] = from[i];
}

SB_CPU_CLONES void CPU(sgd_masked)(const sb_backend *op, size_t n, double eta, const real *grad, const unsigned char *mask,
                                   real *theta)
{
    const real step = (real)-eta;
    (void)op;
    if (mask)
#pragma omp simd
        for (size_t i = 0; i < n; i++) theta[i] = mask[i] ? sb_fma(step, grad[i], theta[i]) : theta[i];
    else
#pragma omp simd
        for (size_t i = 0; i < n; i++) theta[i] = sb_fma(step, grad[i], theta[i]);
}

/* Above 2^62 units llrint might not fit; a sum of many may still overflow, and the builtin tells. */
static int add_rounded(double units, int64_t *sum)
{
    return !(fabs(units) < 0x1p62) || __builtin_add_overflow(*sum, (int64_t)llrint(units), sum);
}

void CPU(accumulate)(const sb_backend *op, int W, size_t D, const double *theta_r, const int *replica, const real *local,
                     const unsigned char *mask, double quantum, double limit, int64_t *sum, int32_t *count, uint64_t *lost)
{
    const double per_quantum = 1.0 / quantum; /* exact: a power of two */
    (void)op;
    for (int w = 0; w < W; w++) {
        const size_t own = (size_t)w * D, row = (size_t)replica[w] * D;
        lost[w] = 0;
        for (size_t i = 0; i < D; i++) {
            if (mask && !mask[own + i]) continue;
            const double change = (double)local[own + i] - (double)(real)theta_r[row + i];
            count[row + i]++;
            if (!(fabs(change) <= limit) || add_rounded(change * per_quantum, &sum[row + i])) lost[w]++;
        }
    }
}

size_t CPU(aggregate)(const sb_backend *op, size_t D, double quantum, const int64_t *sum, const int32_t *count, int zero_uncovered,
                      double *theta_r, int32_t *least)
{
    size_t uncovered = 0;
    int32_t smallest = D ? count[0] : 0;
    (void)op;
    for (size_t i = 0; i < D; i++) {
        if (count[i] > 0) theta_r[i] += quantum * (double)sum[i] / count[i];
        else if (zero_uncovered) theta_r[i] = 0.0;
        uncovered += count[i] == 0;
        if (count[i] < smallest) smallest = count[i];
    }
    if (least) *least = smallest;
    return uncovered;
}
