#include "kernels/cuda/sum.h"
#include "kernels/point/silu.h"

/* A place in features (W,n,ld): feature i of lane b of worker w, where `row` counts the features of all workers. Lanes come in 16s;
 * counted in 16s, places fit 32 bits, whose divisions are several times faster than those of 64. */
typedef struct {
    size_t row;
    int w, i, b;
} feature;

static __device__ inline feature find(size_t item, int n, int ld)
{
    const unsigned chunk = (unsigned)(item / 16), row = chunk / ((unsigned)ld / 16), w = row / (unsigned)n;
    return {row, (int)w, (int)(row - w * (unsigned)n), (int)(item - (size_t)row * (size_t)ld)};
}

static size_t features(const sb_crew *c, int n)
{
    return (size_t)c->W * (size_t)n * (size_t)c->ld;
}

/* a (W,out,ld) = alpha W h + keep*a */
static void forward_product(const sb_backend *op, const sb_crew *c, const sb_layer *m, const real *theta, const real *h,
                            double alpha, int keep, real *a)
{
    const size_t ld = (size_t)c->ld;
    op->gemm_batch(op, c->W, 0, 0, m->out, c->ld, m->in, alpha, theta + m->W, m->in, c->stride, h, c->ld, m->in * ld, keep, a,
                   c->ld, m->out * ld);
}

static __global__ void embed(size_t items, int B, int ld, int d, int E, const int *k, const real *in, const real *emb,
                             const real *y, real *x)
{
    const size_t item = sb_item();
    if (item >= items) return;
    const feature f = find(item, d + E, ld);
    const size_t sample = (size_t)f.w * B + f.b;
    real value = 0;
    if (f.b < B) value = f.i < d ? in[k[sample]] * y[sample * d + f.i] : emb[(size_t)k[sample] * E + (f.i - d)];
    x[item] = value;
}

void CUDA(embed)(const sb_backend *op, const sb_crew *c, int d, int E, const int *k, const real *in, const real *emb, const real *y,
                 real *x)
{
    SB_LAUNCH(op, embed, features(c, d + E), c->B, c->ld, d, E, k, in, emb, y, x);
}

/* From the products (W,out,lanes) of lanes first..first+lanes-1; the other arrays are (W,out,ld). */
static __global__ void activate(size_t items, int lanes, int first, int ld, int out, size_t stride, const real *bias, real alpha,
                                real beta, real rho, real shift, const real *product, const real *residual, real *z, real *h,
                                real *slope)
{
    const size_t item = sb_item();
    if (item >= items) return;
    const feature f = find(item, out, lanes);
    const size_t at = f.row * (size_t)ld + first + f.b;
    const real a = sb_fma(beta, bias[f.w * stride + f.i], alpha * product[item]);
    real derivative;
    const real value = SB_REAL_NAME(sb_point_silu)(a, shift, &derivative);
    h[at] = residual ? sb_fma(rho, value, residual[at]) : rho * value;
    if (z) z[at] = a;
    if (slope) slope[at] = rho * derivative;
}

/* With `out` in place of the residual and nothing else asked for, no output can hold the products: they pass through the queue's
 * room, as many workers at a time as it holds, or as many lanes of one worker. */
static void forward_in_pieces(const sb_backend *op, const sb_crew *c, const sb_layer *m, const real *theta, const real *h,
                              double rho, double shift, real *out)
{
    sb_queue *q = queue_of(op);
    real *room = (real *)q->room;
    const size_t ld = (size_t)c->ld, held = q->room_bytes / sizeof(real), rows = (size_t)m->out;
    const size_t most = held / (rows * ld), workers = most ? most : 1, fit = held / rows / 16 * 16, lanes = most ? ld : fit;
    if (!lanes) SB_CUDA(q, cudaErrorMemoryAllocation);
    for (size_t w = 0; lanes && w < (size_t)c->W; w += workers) {
        const int W = (int)(w + workers < (size_t)c->W ? workers : c->W - w);
        for (size_t first = 0; first < ld; first += lanes) {
            const int n = (int)(first + lanes < ld ? lanes : ld - first);
            op->gemm_batch(op, W, 0, 0, m->out, n, m->in, 1.0, theta + w * c->stride + m->W, m->in, c->stride,
                           h + w * m->in * ld + first, c->ld, m->in * ld, 0.0, room, n, rows * n);
            real *to = out + w * rows * ld;
            SB_LAUNCH(op, activate, W * rows * n, n, (int)first, c->ld, m->out, c->stride, theta + w * c->stride + m->b,
                      (real)m->alpha, (real)m->beta, (real)rho, (real)shift, room, to, NULL, to, NULL);
        }
    }
}

void CUDA(layer_forward)(const sb_backend *op, const sb_crew *c, const sb_layer *m, const real *theta, const real *h, double rho,
                         double shift, const real *residual, real *z, real *out, real *slope)
{
    real *product = z ? z : slope ? slope : out != residual ? out : NULL;
    if (!features(c, m->out)) return;
    if (!product) {
        forward_in_pieces(op, c, m, theta, h, rho, shift, out);
        return;
    }
    forward_product(op, c, m, theta, h, 1.0, 0, product);
    SB_LAUNCH(op, activate, features(c, m->out), c->ld, 0, c->ld, m->out, c->stride, theta + m->b, (real)m->alpha, (real)m->beta,
              (real)rho, (real)shift, product, residual, z, out, slope);
}

static __global__ void add_bias(size_t items, int ld, int out, size_t stride, const real *bias, real beta, real *a)
{
    const size_t item = sb_item();
    if (item >= items) return;
    const feature f = find(item, out, ld);
    a[item] = sb_fma(beta, bias[f.w * stride + f.i], a[item]);
}

void CUDA(layer_apply)(const sb_backend *op, const sb_crew *c, const sb_layer *m, const real *theta, const real *h, int keep,
                       real *out)
{
    forward_product(op, c, m, theta, h, m->alpha, keep, out);
    SB_LAUNCH(op, add_bias, features(c, m->out), c->ld, m->out, c->stride, theta + m->b, (real)m->beta, out);
}

/* above NULL: it is in g already. */
static __global__ void descend(size_t items, const real *above, real *g, const real *slope, real *below)
{
    const size_t item = sb_item();
    if (item >= items) return;
    real value = g[item];
    if (above) g[item] = value += above[item];
    if (slope) below[item] = value * slope[item];
}

void CUDA(layer_back)(const sb_backend *op, const sb_crew *c, const sb_layer *m, const real *theta, const real *dz,
                      const real *above, real *g, const real *slope, real *below)
{
    const size_t ld = (size_t)c->ld;
    const int in_place = above == g;
    op->gemm_batch(op, c->W, 1, 0, m->in, c->ld, m->out, m->alpha, theta + m->W, m->in, c->stride, dz, c->ld, m->out * ld, in_place,
                   g, c->ld, m->in * ld);
    if (in_place) above = NULL;
    if (above || slope) SB_LAUNCH(op, descend, features(c, m->in), above, g, slope, below);
}

/* One block for each row of dz (W,out,ld): threads go through the lanes in steps of a block, then their sums meet in a tree. */
static __global__ void bias_gradient(int B, int ld, int out, size_t stride, const real *dz, real beta, int keep, real *grad)
{
    const unsigned w = blockIdx.x / (unsigned)out, o = blockIdx.x % (unsigned)out;
    const real *row = dz + (size_t)blockIdx.x * (size_t)ld;
    real sum = 0, *to = grad + w * stride + o;
    for (int b = (int)threadIdx.x; b < B; b += SB_CUDA_BLOCK) sum += row[b];
    sum = sb_block_join(sum);
    if (threadIdx.x == 0) *to = keep ? sb_fma(beta, sum, *to) : beta * sum;
}

/* Over the B samples and not the ld lanes: what the rest holds must not enter. */
void CUDA(layer_gradient)(const sb_backend *op, const sb_crew *c, const sb_layer *m, const real *dz, const real *h, int keep,
                          int bias, real *grad)
{
    const size_t ld = (size_t)c->ld;
    op->gemm_batch(op, c->W, 0, 1, m->out, m->in, c->B, m->alpha, dz, c->ld, m->out * ld, h, c->ld, m->in * ld, keep, grad + m->W,
                   m->in, c->stride);
    if (bias)
        SB_LAUNCH_BLOCKS(op, bias_gradient, (size_t)c->W * m->out, c->B, c->ld, m->out, c->stride, dz, (real)m->beta, keep,
                         grad + m->b);
}

static __global__ void emit(size_t items, int B, int ld, int d, const int *k, const real *factor, const real *e, const real *base,
                            const real *y, real *s)
{
    const size_t item = sb_item();
    if (item >= items) return;
    const feature f = find(item, d, ld);
    if (f.b >= B) return;
    const size_t sample = (size_t)f.w * B + f.b, at = sample * d + f.i;
    const real value = factor[k[sample]] * e[item];
    s[at] = y ? sb_fma(base[k[sample]], y[at], value) : value;
}

void CUDA(emit)(const sb_backend *op, const sb_crew *c, int d, const int *k, const real *factor, const real *e, const real *base,
                const real *y, real *s)
{
    SB_LAUNCH(op, emit, features(c, d), c->B, c->ld, d, k, factor, e, base, y, s);
}

static __global__ void absorb(size_t items, int B, int ld, int d, const int *k, const real *factor, const real *ds, real *e)
{
    const size_t item = sb_item();
    if (item >= items) return;
    const feature f = find(item, d, ld);
    const size_t sample = (size_t)f.w * B + f.b;
    e[item] = f.b < B ? factor[k[sample]] * ds[sample * d + f.i] : 0;
}

void CUDA(absorb)(const sb_backend *op, const sb_crew *c, int d, const int *k, const real *factor, const real *ds, real *e)
{
    SB_LAUNCH(op, absorb, features(c, d), c->B, c->ld, d, k, factor, ds, e);
}

static __global__ void curvature(size_t items, real rho, const real *z, real *out)
{
    const size_t item = sb_item();
    if (item < items) out[item] = rho * SB_REAL_NAME(sb_point_silu_curvature)(z[item]);
}

void CUDA(silu_curvature)(const sb_backend *op, size_t n, double rho, const real *z, real *out)
{
    SB_LAUNCH(op, curvature, n, (real)rho, z, out);
}
