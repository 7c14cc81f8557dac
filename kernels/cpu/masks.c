#include "kernels/cpu/cpu.h"
#include "kernels/point/words.h"

#include <math.h>

SB_CPU_CLONES static void keep_below(size_t n, uint64_t keep, const uint32_t *restrict word, unsigned char *restrict mask)
{
    const uint32_t most = (uint32_t)(keep - 1); /* keep reaches 2^32, a word does not */
    const unsigned char any = keep > 0;
    for (size_t i = 0; i < n; i++) mask[i] = (unsigned char)(word[i] <= most) & any;
}

void CPU(mask_random)(const sb_backend *op, int W, size_t D, const uint64_t *keep, const sb_place *place, unsigned char *mask)
{
    enum { BLOCKS = 256, WORDS = 4 * BLOCKS };
    uint32_t word[WORDS];
    (void)op;
    for (int w = 0; w < W; w++, mask += D)
        for (size_t i = 0; i < D; i += WORDS) {
            const size_t n = D - i < WORDS ? D - i : WORDS;
            sb_point_words(place[w].seed, place[w].subsequence, place[w].block + i / 4, (n + 3) / 4, word);
            keep_below(n, keep[w], word, mask + i);
        }
}

SB_CPU_CLONES void CPU(mask_top_k)(const sb_backend *op, int W, size_t D, const double *theta_r, const int *replica, const double *cut,
                                   const uint64_t *last, unsigned char *mask)
{
    (void)op;
    for (int w = 0; w < W; w++, mask += D) {
        const double *theta = theta_r + (size_t)replica[w] * D, c = cut[w];
        const uint64_t l = last[w];
#pragma omp simd
        for (size_t i = 0; i < D; i++) {
            const double size = fabs(theta[i]);
            mask[i] = (unsigned char)((size > c) | ((size == c) & (i <= l)));
        }
    }
}

/* x where kept is 1, else 0, whatever x. No choice in the source, so that no compiler makes a branch of it. */
static inline __attribute__((always_inline)) double masked(double x, uint64_t kept)
{
    return sb_point_from_bits(sb_point_bits(x) & -kept);
}

/* local = theta .* mask; returns the sum of the squares of what is masked. */
SB_CPU_CLONES static double prune_one(size_t D, const double *restrict theta, const unsigned char *restrict mask, real *restrict local)
{
    double sum[SB_CPU_LANES] = {0};
    const size_t whole = D - D % SB_CPU_LANES;
    for (size_t i = 0; i < whole; i += SB_CPU_LANES)
#pragma omp simd
        for (int l = 0; l < SB_CPU_LANES; l++) {
            const uint64_t kept = mask[i + l];
            const double x = theta[i + l], lost = masked(x, 1 - kept);
            local[i + l] = (real)masked(x, kept);
            sum[l] = fma(lost, lost, sum[l]);
        }
    for (size_t i = whole; i < D; i++) {
        const double lost = masked(theta[i], 1 - (uint64_t)mask[i]);
        local[i] = (real)masked(theta[i], mask[i]);
        sum[i - whole] = fma(lost, lost, sum[i - whole]);
    }
    return sb_cpu_tree_sum(sum);
}

void CPU(prune)(const sb_backend *op, int W, size_t D, const double *theta_r, const int *replica, const unsigned char *mask,
                real *local, double *pruned2)
{
    (void)op;
    for (int w = 0; w < W; w++, local += D) {
        const double *theta = theta_r + (size_t)replica[w] * D;
        pruned2[w] = 0.0;
        if (mask) pruned2[w] = prune_one(D, theta, mask + (size_t)w * D, local);
        else
            for (size_t i = 0; i < D; i++) local[i] = (real)theta[i];
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
