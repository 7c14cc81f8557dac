#include "kernels/cpu/cpu.h"
#include "kernels/point/normal.h"
#include "kernels/point/sample.h"
#include "kernels/point/words.h"

/* Samples follow each other in the stream, so several are drawn at once, of at most WINDOW blocks: words, normals, times and components
 * are each formed for all of them. (The two blocks that hold uniforms are transformed to normals as well, which are not used.) A
 * sample of more blocks is drawn in pieces, with the same bits: a thread's stack must hold what is in work. */
enum { WINDOW = 256, MOST = WINDOW / 2 };

/* z (2*blocks), two normals of each block's words (blocks,4) */
SB_CPU_CLONES static void transform(size_t blocks, const uint32_t *restrict word, real *restrict z)
{
    for (size_t i = 0; i < blocks; i++) SB_REAL_NAME(sb_point_normals)(word + 4 * i, z + 2 * i);
}

/* found (count): where in n running sums the uniforms of the words 0 and 1 of word (count,stride) fall. */
SB_CPU_CLONES static void find(const double *restrict sums, int n, int last, int count, const uint32_t *word, size_t stride,
                               int *restrict found)
{
    double v[MOST];
    for (int b = 0; b < count; b++) {
        v[b] = sb_point_uniform(word[b * stride], word[b * stride + 1]);
        found[b] = 0;
    }
    for (int left = n; left > 0; left /= 2)
#pragma omp simd
        for (int b = 0; b < count; b++) found[b] = sb_point_find_step(sums, found[b], left - left / 2, v[b]);
    for (int b = 0; b < count; b++) found[b] = found[b] < n ? found[b] : last;
}

/* Time indices k (count) and weights of samples first, first + 1, ... of a worker's B. */
SB_CPU_CLONES static void give_times(const sb_source *source, const sb_draw *how, uint64_t first, int B, int count,
                                     const uint32_t *word, size_t stride, real *restrict weight, int *restrict k)
{
    const int K = source->K;
    if (how->times == SB_TIMES_RANDOM) {
        find(source->time, K, K - 1, count, word, stride, k);
        for (int b = 0; b < count; b++) weight[b] = (real)sb_point_weight_random(source->time, k[b], source->gamma[k[b]], B);
    } else if (how->times == SB_TIMES_STRATIFIED) {
        for (int b = 0; b < count; b++) {
            k[b] = (int)((first + (uint64_t)b) % (uint64_t)K);
            weight[b] = (real)sb_point_weight_stratified(K, how->total, k[b], source->gamma[k[b]]);
        }
    } else {
        for (int b = 0; b < count; b++) k[b] = how->k, weight[b] = 1;
    }
}

/* y and target (d) of component j at time k, along the axes, from the normals t and z (d). */
static inline __attribute__((always_inline)) void place(const sb_source *source, int d, int j, int k, const real *t, const real *z,
                                                        real *y, real *target)
{
    const real *m = source->mean + (size_t)j * d, *deviation = source->deviation + (size_t)j * d;
    const real shrink = source->shrink[k], sigma = source->sigma[k];
#pragma omp simd
    for (int a = 0; a < d; a++) {
        y[a] = sb_point_noised(shrink, sb_point_on_axis(m[a], deviation[a], t[a]), sigma, z[a]);
        target[a] = sb_point_target(sigma, z[a]);
    }
}

/* The same along the component's eigenvectors; t is overwritten. */
static inline __attribute__((always_inline)) void place_rotated(const sb_source *source, int d, int j, int k, real *t,
                                                                const real *z, real *y, real *target)
{
    const real *m = source->mean + (size_t)j * d, *deviation = source->deviation + (size_t)j * d;
    const real shrink = source->shrink[k], sigma = source->sigma[k];
    for (int a = 0; a < d; a++) t[a] *= deviation[a];
    sb_point_affine(d, source->Q + (size_t)j * d * d, t, m, y);
#pragma omp simd
    for (int a = 0; a < d; a++) {
        y[a] = sb_point_noised(shrink, y[a], sigma, z[a]);
        target[a] = sb_point_target(sigma, z[a]);
    }
}

/* t (d) becomes x_0 of component j, whose eigenvectors are some; h (rank) scratch. */
static inline __attribute__((always_inline)) void spread_low_rank(const sb_source *source, int d, int j, real *t, real *h)
{
    const int rank = source->rank;
    const real *Q = source->Q + (size_t)j * d * rank, *deviation = source->deviation + (size_t)j * d;
    sb_point_along_all(d, rank, Q, t, h);
    for (int e = 0; e < rank; e++) h[e] = sb_point_lengthened(deviation[e], deviation[rank], h[e]);
    sb_point_spread_all(d, rank, Q, h, source->mean + (size_t)j * d, deviation[rank], t);
}

/* y and target (d) from t and z (d) along some eigenvectors; t is overwritten, y is h's place for a while. */
static inline __attribute__((always_inline)) void place_low_rank(const sb_source *source, int d, int j, int k, real *t,
                                                                 const real *z, real *y, real *target)
{
    const real shrink = source->shrink[k], sigma = source->sigma[k];
    spread_low_rank(source, d, j, t, y);
#pragma omp simd
    for (int a = 0; a < d; a++) {
        y[a] = sb_point_noised(shrink, t[a], sigma, z[a]);
        target[a] = sb_point_target(sigma, z[a]);
    }
}

/* y and target (count,d) from z (count,stride), each sample's t and z one after the other. Short rows go several at once. */
SB_CPU_CLONES static void place_all(const sb_source *source, int count, const int *j, const int *k, real *z, size_t stride, real *y,
                                    real *target)
{
    const int d = source->d, rank = source->rank;
    const size_t noise = 2 * sb_point_normal_blocks(d);
    if (rank > 0 && rank < d)
        for (int b = 0; b < count; b++, z += stride, y += d, target += d)
            place_low_rank(source, d, j[b], k[b], z, z + noise, y, target);
    else if (rank == d)
        for (int b = 0; b < count; b++, z += stride, y += d, target += d)
            place_rotated(source, d, j[b], k[b], z, z + noise, y, target);
    else if (d == 2)
#pragma omp simd
        for (int b = 0; b < count; b++) place(source, 2, j[b], k[b], z + b * stride, z + b * stride + 2, y + 2 * b, target + 2 * b);
    else
        for (int b = 0; b < count; b++, z += stride, y += d, target += d) place(source, d, j[b], k[b], z, z + noise, y, target);
}

/* Samples b of B, `first` in the stream, from `block` on; count of them, of `blocks` blocks each. */
static void draw_several(const sb_source *source, const sb_draw *how, int law, const sb_place *from, uint64_t block, size_t blocks,
                         uint64_t first, int B, int count, real *y, real *target, real *weight, int *k)
{
    uint32_t word[4 * WINDOW];
    real z[2 * WINDOW];
    int j[MOST];
    sb_point_words(from->seed, from->subsequence, block, blocks * (size_t)count, word);
    transform(blocks * (size_t)count, word, z);
    give_times(source, how, first, B, count, word, 4 * blocks, weight, k);
    find(source->cumulative + (size_t)law * source->J, source->J, source->last[law], count, word + 4, 4 * blocks, j);
    place_all(source, count, j, k, z + 4, 2 * blocks, y, target);
}

/* The n normals from `block` on, n <= 2*WINDOW. */
static void normals(const sb_place *from, uint64_t block, int n, real *z)
{
    uint32_t word[4 * WINDOW];
    const size_t blocks = sb_point_normal_blocks(n);
    sb_point_words(from->seed, from->subsequence, block, blocks, word);
    transform(blocks, word, z);
}

/* x_0 (n) along n axes, or where it is to be rotated, its deviations from the mean. */
SB_CPU_CLONES static void spread(int n, const real *restrict m, const real *restrict deviation, const real *restrict t,
                                 real *restrict x)
{
    if (m)
#pragma omp simd
        for (int a = 0; a < n; a++) x[a] = sb_point_on_axis(m[a], deviation[a], t[a]);
    else
#pragma omp simd
        for (int a = 0; a < n; a++) x[a] = t[a] * deviation[a];
}

SB_CPU_CLONES static void rotate(int d, const real *Q, const real *deviations, const real *m, real *x)
{
    sb_point_affine(d, Q, deviations, m, x);
}

SB_CPU_CLONES static void turn(const sb_source *source, int j, real *t, real *x)
{
    spread_low_rank(source, source->d, j, t, x);
    memcpy(x, t, (size_t)source->d * sizeof *x);
}

SB_CPU_CLONES static void noise(int n, real shrink, real sigma, const real *restrict z, real *restrict y, real *restrict target)
{
#pragma omp simd
    for (int a = 0; a < n; a++) {
        y[a] = sb_point_noised(shrink, y[a], sigma, z[a]);
        target[a] = sb_point_target(sigma, z[a]);
    }
}

/* One sample too long for a window, in pieces; until the noise is drawn, target holds what is to be rotated. */
static void draw_long(const sb_source *source, const sb_draw *how, int law, const sb_place *from, uint64_t block, uint64_t first,
                      int B, real *y, real *target, real *weight, int *k)
{
    const int d = source->d, all = source->rank == d, some = source->rank > 0 && !all; /* eigenvectors */
    const size_t half = sb_point_normal_blocks(d);
    uint32_t word[8];
    real z[2 * WINDOW];
    int j;
    sb_point_words(from->seed, from->subsequence, block, 2, word);
    give_times(source, how, first, B, 1, word, 8, weight, k);
    find(source->cumulative + (size_t)law * source->J, source->J, source->last[law], 1, word + 4, 8, &j);
    const real *m = source->mean + (size_t)j * d, *deviation = source->deviation + (size_t)j * d;
    for (int a = 0; a < d; a += 2 * WINDOW) {
        const int n = d - a < 2 * WINDOW ? d - a : 2 * WINDOW;
        normals(from, block + 2 + (uint64_t)a / 2, n, z);
        if (some) memcpy(target + a, z, (size_t)n * sizeof *z);
        else spread(n, all ? NULL : m + a, deviation + a, z, (all ? target : y) + a);
    }
    if (all) rotate(d, source->Q + (size_t)j * d * d, target, m, y);
    if (some) turn(source, j, target, y);
    for (int a = 0; a < d; a += 2 * WINDOW) {
        const int n = d - a < 2 * WINDOW ? d - a : 2 * WINDOW;
        normals(from, block + 2 + half + (uint64_t)a / 2, n, z);
        noise(n, source->shrink[*k], source->sigma[*k], z, y + a, target + a);
    }
}

void CPU(draw)(const sb_backend *op, const sb_crew *c, const sb_source *source, const int *law, const sb_place *from, uint64_t skip,
               const sb_draw *how, real *y, real *target, real *weight, int *k)
{
    const int d = source->d, B = c->B;
    const size_t blocks = sb_point_sample_blocks(d);
    const int most = blocks <= WINDOW ? (int)(WINDOW / blocks) : 1; /* samples at once */
    (void)op;
    for (int w = 0; w < c->W; w++)
        for (int b = 0; b < B; b += most) {
            const int count = B - b < most ? B - b : most;
            const size_t row = (size_t)w * B + b;
            const uint64_t first = (uint64_t)how->first + (uint64_t)b, block = from[w].block + skip + first * blocks;
            if (blocks <= WINDOW)
                draw_several(source, how, law[w], &from[w], block, blocks, first, B, count, y + row * d, target + row * d,
                             weight + row, k + row);
            else draw_long(source, how, law[w], &from[w], block, first, B, y + row * d, target + row * d, weight + row, k + row);
        }
}
