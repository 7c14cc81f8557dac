#include "kernels/cpu/cpu.h"
#include "kernels/point/normal.h"
#include "kernels/point/philox.h"

/* The first of n running sums above v, at most `last`. */
static int find(const double *sums, int n, int last, double v)
{
    int low = 0, high = n;
    while (low < high) {
        const int middle = low + (high - low) / 2;
        if (sums[middle] > v) high = middle;
        else low = middle + 1;
    }
    return low < n ? low : last;
}

static double uniform_at(const sb_place *place, uint64_t block)
{
    uint32_t word[4];
    sb_point_philox(place->seed, place->subsequence, place->block + block, word);
    return sb_point_uniform(word[0], word[1]);
}

static void normals_at(const sb_place *place, uint64_t block, int d, real *z)
{
    for (int i = 0; i < d; i += 2) {
        uint32_t word[4];
        real both[2];
        sb_point_philox(place->seed, place->subsequence, place->block + block + (uint64_t)(i / 2), word);
        SB_REAL_NAME(sb_point_normals)(word, both);
        z[i] = both[0];
        if (i + 1 < d) z[i + 1] = both[1];
    }
}

/* One sample owns 2 + 2*ceil(d/2) blocks: for the time, the component, the normals of x_0, those of z. */
void CPU(draw)(const sb_backend *op, const sb_crew *c, const sb_source *source, const int *law, const sb_place *place, uint64_t skip,
               const sb_draw *how, real *y, real *target, real *weight, int *k)
{
    const int d = source->d, K = source->K, J = source->J;
    const uint64_t half = ((uint64_t)d + 1) / 2, blocks = 2 + 2 * half;
    (void)op;
    for (int w = 0; w < c->W; w++)
        for (int b = 0; b < c->B; b++, y += d, target += d, weight++, k++) {
            const uint64_t i = (uint64_t)how->first + (uint64_t)b, own = skip + i * blocks;
            real t[d];
            if (how->times == SB_TIMES_RANDOM) {
                *k = find(source->time, K, K - 1, uniform_at(&place[w], own));
                const double pi_k = source->time[*k] - (*k ? source->time[*k - 1] : 0.0);
                *weight = (real)(source->gamma[*k] / (c->B * pi_k));
            } else if (how->times == SB_TIMES_STRATIFIED) {
                *k = (int)(i % (uint64_t)K);
                *weight = (real)(source->gamma[*k] / (how->total / K + (*k < how->total % K)));
            } else {
                *k = how->k;
                *weight = 1;
            }
            const int j = find(source->cumulative + (size_t)law[w] * J, J, source->last[law[w]], uniform_at(&place[w], own + 1));
            const real *m = source->mean + (size_t)j * d, *deviation = source->deviation + (size_t)j * d;
            normals_at(&place[w], own + 2, d, t);
            normals_at(&place[w], own + 2 + half, d, target);
            for (int a = 0; a < d; a++) t[a] *= deviation[a];
            for (int a = 0; a < d; a++) {
                real x0 = m[a];
                if (source->Q)
                    for (int e = 0; e < d; e++) x0 = sb_fma(source->Q[((size_t)j * d + a) * d + e], t[e], x0);
                else x0 += t[a];
                y[a] = sb_fma(source->sigma[*k], target[a], source->shrink[*k] * x0);
            }
            for (int a = 0; a < d; a++) target[a] = -target[a] / source->sigma[*k];
        }
}

SB_CPU_CLONES void CPU(residual)(const sb_backend *op, int m, int d, const real *s, const real *target, const real *weight, real *ds,
                                 real *squared)
{
    (void)op;
    for (int i = 0; i < m; i++) {
        const size_t row = (size_t)i * d;
        const real w2 = 2 * weight[i];
        real sum = 0;
        for (int j = 0; j < d; j++) {
            const real e = target ? s[row + j] - target[row + j] : s[row + j];
            ds[row + j] = w2 * e;
            sum = sb_fma(e, e, sum);
        }
        if (squared) squared[i] = sum;
    }
}

void CPU(weighted_sums)(const sb_backend *op, int W, int B, const real *weight, const real *squared, double *sum)
{
    (void)op;
    for (int w = 0; w < W; w++)
        for (int b = 0; b < B; b++, weight++, squared++) sum[w] = sb_fma((double)*weight, (double)*squared, sum[w]);
}
