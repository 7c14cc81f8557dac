#include "kernels/cpu/cpu.h"
#include "kernels/point/normal.h"
#include "kernels/point/sample.h"
#include "kernels/point/words.h"

/* Blocks of the stream that are read at once. */
enum { WINDOW = 256 };

/* z (2*blocks), two normals of each block's words (blocks,4) */
SB_CPU_CLONES static void transform(size_t blocks, const uint32_t *restrict word, real *restrict z)
{
    for (size_t i = 0; i < blocks; i++) SB_REAL_NAME(sb_point_normals)(word + 4 * i, z + 2 * i);
}

SB_CPU_CLONES static void step(size_t n, real a, real b, real c, const real *restrict z, const real *restrict s, real *restrict y)
{
    if (s)
#pragma omp simd
        for (size_t i = 0; i < n; i++) y[i] = sb_point_advanced(a, y[i], b, s[i], c, z[i]);
    else
#pragma omp simd
        for (size_t i = 0; i < n; i++) y[i] = sb_point_advanced(a, y[i], b, 0, c, z[i]);
}

/* A row is gone through in pieces of whole blocks; with d even, rows follow each other in the stream without a gap. */
void CPU(advance)(const sb_backend *op, int m, int d, double a, double b, double c, const sb_place *place, uint64_t first,
                  const real *s, real *y)
{
    const int rows = d % 2 == 0 ? 1 : m;
    const size_t n = d % 2 == 0 ? (size_t)m * (size_t)d : (size_t)d; /* numbers without a gap */
    const uint64_t start = place->block + first * sb_point_normal_blocks(d);
    (void)op;
    for (int i = 0; i < rows; i++)
        for (size_t j = 0; j < n; j += 2 * WINDOW) {
            uint32_t word[4 * WINDOW];
            real z[2 * WINDOW];
            const size_t count = n - j < 2 * WINDOW ? n - j : 2 * WINDOW, blocks = (count + 1) / 2, at = (size_t)i * n + j;
            sb_point_words(place->seed, place->subsequence, start + (uint64_t)i * sb_point_normal_blocks(d) + j / 2, blocks, word);
            transform(blocks, word, z);
            step(count, (real)a, (real)b, (real)c, z, s ? s + at : NULL, y + at);
        }
}
