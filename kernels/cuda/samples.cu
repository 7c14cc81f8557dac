#include "kernels/cuda/philox.h"
#include "kernels/cuda/sum.h"
#include "kernels/point/normal.h"
#include "kernels/point/sample.h"

/* The arguments that all kernels of a draw share. */
typedef struct {
    sb_crew crew;
    sb_source source;
    sb_draw how;
    const int *law;
    const sb_place *place;
    uint64_t skip;
} draw_args;

/* A thread's pair of coordinates of one sample; `at` counts the samples of all workers. */
typedef struct {
    size_t at;
    uint64_t stream_sample; /* its number in the worker's stream */
    uint64_t block;         /* its first block, from the worker's place */
    sb_place place;
    int w, pair, first; /* first: coordinate; the second one, first + 1, is not there where d is odd */
} draw_spot;

static __device__ inline draw_spot own_spot(const draw_args *g, size_t item)
{
    const unsigned pairs = (unsigned)sb_point_normal_blocks(g->source.d);
    draw_spot spot;
    spot.at = item / pairs;
    spot.pair = (int)(item - spot.at * pairs);
    spot.first = 2 * spot.pair;
    spot.w = (int)(spot.at / (unsigned)g->crew.B);
    spot.stream_sample = (uint64_t)g->how.first + (spot.at - (size_t)spot.w * g->crew.B);
    spot.block = g->skip + spot.stream_sample * sb_point_sample_blocks(g->source.d);
    spot.place = g->place[spot.w];
    return spot;
}

static __device__ inline double uniform_of(const draw_spot *spot, uint64_t block)
{
    uint32_t word[4];
    sb_words(spot->place, spot->block + block, word);
    return sb_point_uniform(word[0], word[1]);
}

static __device__ inline void normals_of(const draw_spot *spot, uint64_t block, real z[2])
{
    uint32_t word[4];
    sb_words(spot->place, spot->block + block + (uint64_t)spot->pair, word);
    SB_REAL_NAME(sb_point_normals)(word, z);
}

/* The sample's component: the same for all threads of the sample. */
static __device__ inline int component_of(const draw_args *g, const draw_spot *spot)
{
    const sb_source *source = &g->source;
    if (source->J == 1) return 0;
    const int law = g->law[spot->w];
    return sb_point_find(source->cumulative + (size_t)law * source->J, source->J, source->last[law], uniform_of(spot, 1));
}

/* The sample's time and weight: the same for all threads of the sample. */
static __device__ inline int time_of(const draw_args *g, const draw_spot *spot, real *weight)
{
    const sb_source *source = &g->source;
    const int K = source->K;
    int k = g->how.k;
    *weight = 1;
    if (g->how.times == SB_TIMES_RANDOM) {
        k = sb_point_find(source->time, K, K - 1, uniform_of(spot, 0));
        *weight = (real)sb_point_weight_random(source->time, k, source->gamma[k], g->crew.B);
    } else if (g->how.times == SB_TIMES_STRATIFIED) {
        k = (int)(spot->stream_sample % (uint64_t)K);
        *weight = (real)sb_point_weight_stratified(K, g->how.total, k, source->gamma[k]);
    }
    return k;
}

/* From a pair of x_0 to all outputs; a sample's first thread writes its time and weight. */
static __device__ inline void add_noise(const draw_args *g, const draw_spot *spot, const real x0[2], real *y, real *target,
                                        real *weight, int *k)
{
    const int d = g->source.d;
    const size_t row = spot->at * d;
    real own_weight, z[2];
    const int own_k = time_of(g, spot, &own_weight);
    const real shrink = g->source.shrink[own_k], sigma = g->source.sigma[own_k];
    normals_of(spot, 2 + sb_point_normal_blocks(d), z);
    for (int i = 0; i < 2 && spot->first + i < d; i++) {
        y[row + spot->first + i] = sb_point_noised(shrink, x0[i], sigma, z[i]);
        target[row + spot->first + i] = sb_point_target(sigma, z[i]);
    }
    if (spot->pair == 0) {
        k[spot->at] = own_k;
        weight[spot->at] = own_weight;
    }
}

static __global__ void draw_on_axes(size_t items, draw_args g, real *y, real *target, real *weight, int *k)
{
    const size_t item = sb_item();
    if (item >= items) return;
    const draw_spot spot = own_spot(&g, item);
    const int d = g.source.d;
    const size_t j = (size_t)component_of(&g, &spot) * d;
    real x0[2];
    normals_of(&spot, 2, x0);
    for (int i = 0; i < 2 && spot.first + i < d; i++)
        x0[i] = sb_point_on_axis(g.source.mean[j + spot.first + i], g.source.deviation[j + spot.first + i], x0[i]);
    add_noise(&g, &spot, x0, y, target, weight, k);
}

/* With eigenvectors a coordinate of x_0 needs all of the sample's normals, so kernels follow each other:
 *   all eigenvectors   y = deviation .* t and k = component;  target = x_0 = m + Q y;  then the noise, as above, from target
 *   some of them       y = t and k = component;  target = h;  y = x_0 = m + s t + Q h;  then the noise, from y */
static __global__ void draw_normals(size_t items, draw_args g, real *y, int *k)
{
    const size_t item = sb_item();
    if (item >= items) return;
    const draw_spot spot = own_spot(&g, item);
    const int d = g.source.d, j = component_of(&g, &spot);
    const int all = g.source.rank == d;
    real t[2];
    normals_of(&spot, 2, t);
    for (int i = 0; i < 2 && spot.first + i < d; i++)
        y[spot.at * d + spot.first + i] = all ? t[i] * g.source.deviation[(size_t)j * d + spot.first + i] : t[i];
    if (spot.pair == 0) k[spot.at] = j;
}

static __global__ void rotate(size_t items, sb_source source, const real *t, const int *component, real *x0)
{
    const size_t item = sb_item(), d = (size_t)source.d, at = item / d, a = item - at * d;
    if (item >= items) return;
    const size_t row = (size_t)component[at] * d + a;
    real sum = source.mean[row];
    for (size_t e = 0; e < d; e++) sum = sb_fma(source.Q[row * d + e], t[at * d + e], sum);
    x0[item] = sum;
}

static __global__ void project(size_t items, sb_source source, const real *t, const int *component, real *h)
{
    const size_t item = sb_item(), d = (size_t)source.d, rank = (size_t)source.rank, at = item / rank, e = item - at * rank;
    if (item >= items) return;
    const size_t j = (size_t)component[at];
    const real *deviation = source.deviation + j * d;
    const real along = sb_point_along(source.d, source.rank, source.Q + j * d * rank, (int)e, t + at * d);
    h[at * d + e] = sb_point_lengthened(deviation[e], deviation[rank], along);
}

/* x (samples,d) in place of t. */
static __global__ void spread(size_t items, sb_source source, const real *h, const int *component, real *x)
{
    const size_t item = sb_item(), d = (size_t)source.d, rank = (size_t)source.rank, at = item / d, a = item - at * d;
    if (item >= items) return;
    const size_t j = (size_t)component[at], row = j * d + a;
    x[item] =
        sb_point_spread(source.rank, source.Q + row * rank, h + at * d, source.mean[row], source.deviation[j * d + rank], x[item]);
}

/* x_0 is read from y or target: each thread reads its own pair before it writes it. */
static __global__ void draw_noise(size_t items, draw_args g, const real *from, real *y, real *target, real *weight, int *k)
{
    const size_t item = sb_item();
    if (item >= items) return;
    const draw_spot spot = own_spot(&g, item);
    const int d = g.source.d;
    real x0[2];
    for (int i = 0; i < 2 && spot.first + i < d; i++) x0[i] = from[spot.at * d + spot.first + i];
    add_noise(&g, &spot, x0, y, target, weight, k);
}

void CUDA(draw)(const sb_backend *op, const sb_crew *c, const sb_source *source, const int *law, const sb_place *place,
                uint64_t skip, const sb_draw *how, real *y, real *target, real *weight, int *k)
{
    const draw_args g = {*c, *source, *how, law, place, skip};
    const size_t samples = (size_t)c->W * c->B, pairs = samples * sb_point_normal_blocks(source->d);
    const int all = source->rank == source->d;
    if (source->rank == 0) {
        SB_LAUNCH(op, draw_on_axes, pairs, g, y, target, weight, k);
        return;
    }
    SB_LAUNCH(op, draw_normals, pairs, g, y, k);
    if (all) {
        SB_LAUNCH(op, rotate, samples * source->d, *source, y, k, target);
    } else {
        SB_LAUNCH(op, project, samples * source->rank, *source, y, k, target);
        SB_LAUNCH(op, spread, samples * source->d, *source, target, k, y);
    }
    SB_LAUNCH(op, draw_noise, pairs, g, all ? target : y, y, target, weight, k);
}

/* One thread a row, so that squared is the CPU's to the last bit. */
static __global__ void residual(size_t m, int d, const real *s, const real *target, const real *weight, real *ds, real *squared)
{
    const size_t i = sb_item(), row = i * d;
    if (i >= m) return;
    const real w2 = 2 * weight[i];
    real sum = 0;
    for (int j = 0; j < d; j++) {
        const real e = target ? s[row + j] - target[row + j] : s[row + j];
        ds[row + j] = w2 * e;
        sum = sb_fma(e, e, sum);
    }
    if (squared) squared[i] = sum;
}

void CUDA(residual)(const sb_backend *op, int m, int d, const real *s, const real *target, const real *weight, real *ds,
                    real *squared)
{
    SB_LAUNCH(op, residual, m, d, s, target, weight, ds, squared);
}

static __global__ void weighted_pieces(sb_cut cut, const real *weight, const real *squared, int keep, double *part)
{
    const sb_piece own = sb_own_piece(cut);
    const size_t row = own.row * cut.n;
    double sum = 0.0;
    for (size_t i = own.begin + threadIdx.x; i < own.end; i += SB_CUDA_BLOCK)
        sum = sb_fma((double)weight[row + i], (double)squared[row + i], sum);
    sum = sb_block_join(sum);
    if (threadIdx.x == 0) part[blockIdx.x] = keep ? part[blockIdx.x] + sum : sum;
}

/* The order is sum.h's, so the last bits differ from the CPU's. */
void CUDA(weighted_sums)(const sb_backend *op, int W, int B, const real *weight, const real *squared, double *sum)
{
    const sb_cut cut = sb_cut_row((size_t)B);
    if (cut.pieces == 1) {
        SB_LAUNCH_BLOCKS(op, weighted_pieces, W, cut, weight, squared, 1, sum);
        return;
    }
    double *part = (double *)queue_of(op)->room;
    const size_t most = sb_cut_rows(queue_of(op), cut);
    for (size_t first = 0; first < (size_t)W; first += most) {
        const size_t rows = (size_t)W - first < most ? (size_t)W - first : most;
        SB_LAUNCH_BLOCKS(op, weighted_pieces, rows * cut.pieces, cut, weight + first * B, squared + first * B, 0, part);
        SB_LAUNCH_BLOCKS(op, sb_add_rows<double>, rows, cut.pieces, part, 1, sum + first);
    }
}
