#include "kernels/cpu/cpu.h"
#include "kernels/point/adam.h"

#define INLINE static inline __attribute__((always_inline))

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

INLINE void adam(size_t n, const sb_point_adam_step *a, int first, const real *grad, const unsigned char *mask, real *m, real *s,
                 real *theta)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        const real mean = sb_point_adam_mean(a, grad[i], first ? 0 : m[i]),
                   square = sb_point_adam_square(a, grad[i], first ? 0 : s[i]);
        const real moved = theta[i] - sb_point_adam_change(a, mean, square);
        m[i] = mean;
        s[i] = square;
        theta[i] = !mask || mask[i] ? moved : theta[i];
    }
}

SB_CPU_CLONES void CPU(adam_masked)(const sb_backend *op, size_t n, double eta, const sb_adam *constants, int t, const real *grad,
                                    const unsigned char *mask, real *m, real *s, real *theta)
{
    const sb_point_adam_step a = sb_point_adam_at(eta, constants->b1, constants->b2, constants->epsilon, t);
    (void)op;
    if (t == 1 && mask) adam(n, &a, 1, grad, mask, m, s, theta);
    else if (t == 1) adam(n, &a, 1, grad, NULL, m, s, theta);
    else if (mask) adam(n, &a, 0, grad, mask, m, s, theta);
    else adam(n, &a, 0, grad, NULL, m, s, theta);
}

/* x rounded to an integer, halves to even, |x| < 2^62, as the bits of an int64_t (anything for other x): llrint for vectors.
 * x = high 2^32 + low with parts of at most 2^31, which stand in the low bits of what they are added to. */
INLINE uint64_t rounded(double x)
{
    const double high = fma(x, 0x1p-32, SB_POINT_ROUNDER), low = fma(SB_POINT_ROUNDER - high, 0x1p32, x) + SB_POINT_ROUNDER;
    const uint64_t zero = sb_point_bits(SB_POINT_ROUNDER);
    return ((sb_point_bits(high) - zero) << 32) + (sb_point_bits(low) - zero);
}

/* One worker's changes into one row's sums. Returns how many do not count: not finite, above the limit, 2^62 units or more (no integer
 * for certain), or sums that overflow. No branches, so that the loop vectorises. */
INLINE uint64_t accumulate_one(size_t D, const double *restrict theta, const real *restrict local,
                               const unsigned char *restrict mask, double per_quantum, double limit, int64_t *restrict sum,
                               int32_t *restrict count)
{
    uint64_t lost = 0;
#pragma omp simd reduction(+ : lost)
    for (size_t i = 0; i < D; i++) {
        const double change = (double)local[i] - (double)(real)theta[i], units = change * per_quantum;
        const uint64_t kept = mask ? mask[i] : 1, fits = (uint64_t)(fabs(change) <= limit) & (uint64_t)(fabs(units) < 0x1p62);
        const uint64_t old = (uint64_t)sum[i], more = rounded(units) & -(kept & fits), now = old + more;
        const uint64_t overflow = ((old ^ now) & (more ^ now)) >> 63;
        sum[i] = (int64_t)now;
        count[i] += (int32_t)kept;
        lost += overflow | (kept & ~fits);
    }
    return lost;
}

SB_CPU_CLONES void CPU(accumulate)(const sb_backend *op, int W, size_t D, const double *theta_r, const int *replica,
                                   const real *local, const unsigned char *mask, double quantum, double limit, int64_t *sum,
                                   int32_t *count, uint64_t *lost)
{
    const double per_quantum = 1.0 / quantum; /* exact: a power of two */
    (void)op;
    for (int w = 0; w < W; w++) {
        const size_t own = (size_t)w * D, row = (size_t)replica[w] * D;
        lost[w] = mask ? accumulate_one(D, theta_r + row, local + own, mask + own, per_quantum, limit, sum + row, count + row)
                       : accumulate_one(D, theta_r + row, local + own, NULL, per_quantum, limit, sum + row, count + row);
    }
}

SB_CPU_CLONES size_t CPU(aggregate)(const sb_backend *op, size_t D, double quantum, const int64_t *sum, const int32_t *count,
                                    int zero_uncovered, double *theta_r, int32_t *least)
{
    size_t uncovered = 0;
    int32_t smallest = D ? count[0] : 0;
    (void)op;
#pragma omp simd reduction(+ : uncovered) reduction(min : smallest)
    for (size_t i = 0; i < D; i++) {
        const double theta = theta_r[i], mean = quantum * (double)sum[i] / (count[i] > 0 ? count[i] : 1);
        theta_r[i] = count[i] > 0 ? theta + mean : zero_uncovered ? 0.0 : theta;
        uncovered += count[i] == 0;
        smallest = count[i] < smallest ? count[i] : smallest;
    }
    if (least) *least = smallest;
    return uncovered;
}
