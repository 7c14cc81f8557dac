#include "kernels/cpu/cpu.h"

#include <math.h>

SB_CPU_CLONES void sb_cpu_sgd_masked(size_t D, double eta, const double *grad, const unsigned char *mask, double *theta)
{
    if (mask)
#pragma omp simd
        for (size_t i = 0; i < D; i++) theta[i] = mask[i] ? fma(-eta, grad[i], theta[i]) : theta[i];
    else
#pragma omp simd
        for (size_t i = 0; i < D; i++) theta[i] = fma(-eta, grad[i], theta[i]);
}

void sb_cpu_mask_apply(size_t D, const double *theta, const unsigned char *mask, double *out)
{
    for (size_t i = 0; i < D; i++) out[i] = !mask || mask[i] ? theta[i] : 0.0;
}

/* Above 2^62 units llrint might not fit; a sum of many may still overflow, and the builtin tells. */
static int add_rounded(double units, int64_t *sum)
{
    return !(fabs(units) < 0x1p62) || __builtin_add_overflow(*sum, (int64_t)llrint(units), sum);
}

size_t sb_cpu_accumulate(size_t D, const double *local, const double *start, const unsigned char *mask, double quantum,
                         double limit, int64_t *sum, int32_t *count)
{
    const double per_quantum = 1.0 / quantum; /* exact: a power of two */
    size_t bad = 0;
    for (size_t i = 0; i < D; i++) {
        if (mask && !mask[i]) continue;
        const double change = local[i] - start[i];
        count[i]++;
        if (!(fabs(change) <= limit) || add_rounded(change * per_quantum, &sum[i])) bad++;
    }
    return bad;
}

size_t sb_cpu_aggregate(size_t D, double quantum, const int64_t *sum, const int32_t *count, int zero_uncovered, double *theta,
                        int32_t *least)
{
    size_t uncovered = 0;
    int32_t smallest = D ? count[0] : 0;
    for (size_t i = 0; i < D; i++) {
        if (count[i] > 0) theta[i] += quantum * (double)sum[i] / count[i];
        else if (zero_uncovered) theta[i] = 0.0;
        uncovered += count[i] == 0;
        if (count[i] < smallest) smallest = count[i];
    }
    if (least) *least = smallest;
    return uncovered;
}
