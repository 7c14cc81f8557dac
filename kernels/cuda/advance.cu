#include "kernels/cuda/cuda.h"
#include "kernels/cuda/philox.h"
#include "kernels/point/normal.h"
#include "kernels/point/sample.h"

/* A thread for each pair of coordinates, which one block of the stream serves. */
static __global__ void advance(size_t items, int d, real a, real b, real c, sb_place place, uint64_t first, const real *s, real *y)
{
    const size_t item = sb_item(), pairs = (size_t)sb_point_normal_blocks(d), row = item / pairs, pair = item - row * pairs;
    if (item >= items) return;
    uint32_t word[4];
    real z[2];
    sb_words(place, first * pairs + item, word);
    SB_REAL_NAME(sb_point_normals)(word, z);
    for (size_t i = 2 * pair; i < 2 * pair + 2 && i < (size_t)d; i++) {
        const size_t at = row * d + i;
        y[at] = sb_point_advanced(a, y[at], b, s ? s[at] : 0, c, z[i - 2 * pair]);
    }
}

void CUDA(advance)(const sb_backend *op, int m, int d, double a, double b, double c, const sb_place *place, uint64_t first,
                   const real *s, real *y)
{
    SB_LAUNCH(op, advance, (size_t)m * sb_point_normal_blocks(d), d, (real)a, (real)b, (real)c, *place, first, s, y);
}
