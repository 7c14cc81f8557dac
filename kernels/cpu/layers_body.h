/* layers_body.h: the operations of layers.h over the vectors of one level. Sums of SPAN lanes and of a few rows are made on the
 * stack and finished there by each operation, while they are in the nearest cache. */
#include "kernels/cpu/product.h"
#include "kernels/point/silu.h"

enum {
    SPAN = 64,        /* lanes gone through at a time */
    WIDE = 4 * SPAN,  /* lanes that meet a part of W while it is near */
    BLOCK = 8 * ROWS, /* columns of W that are packed at a time, */
    DEPTH = 128,      /* and its rows, */
    NEAR = 1024,      /* where rows are further apart than these bytes */
    GROUP = 64,       /* rows of a gradient whose sums are under way */
    LONG = 256,       /* samples of a gradient that are turned at a time */
    FAR = 32768       /* numbers in a gradient that is no longer near by */
};

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Where the lanes of one block of rows stand. */
typedef struct {
    int rows, n;
    size_t at, ld;
} block;

/* What follows the product of layer_forward. Arrays that are not asked for are written to a place that nobody reads. */
static void activate(block k, const sb_layer *m, const real *bias, const real *sum, double rho, double shift, const real *residual,
                     real *z, real *out, real *slope)
{
    const real alpha = (real)m->alpha, beta = (real)m->beta, scale = (real)rho, level = (real)shift;
    real unread[SPAN], nothing[SPAN];
    for (int b = 0; b < SPAN; b++) nothing[b] = -(real)0; /* adding it leaves every number as it was, also -0 */
    for (int r = 0; r < k.rows; r++, k.at += k.ld, sum += SPAN) {
        const real *add = residual ? residual + k.at : nothing, b_r = bias[r];
        real *to_z = z ? z + k.at : unread, *to_slope = slope ? slope + k.at : unread, *to = out + k.at;
#pragma omp simd
        for (int b = 0; b < k.n; b++) {
            real derivative;
            const real a = sb_fma(beta, b_r, alpha * sum[b]);
            const real value = SB_REAL_NAME(sb_point_silu)(a, level, &derivative);
            to[b] = sb_fma(scale, value, add[b]);
            to_z[b] = a;
            to_slope[b] = scale * derivative;
        }
    }
}

static void layer_forward(const sb_crew *c, const sb_layer *m, const real *theta, const real *h, double rho, double shift,
                          const real *residual, real *z, real *out, real *slope)
{
    const size_t ld = (size_t)c->ld;
    _Alignas(64) real sum[ROWS * SPAN];
    for (int o = 0; o < m->out; o += ROWS) /* a few rows of W meet all lanes while they are near */
        for (size_t b0 = 0; b0 < ld; b0 += SPAN) {
            const block k = {least(ROWS, m->out - o), least(SPAN, (int)(ld - b0)), o * ld + b0, ld};
            product(k.rows, k.n, m->in, (factor){theta + m->W + (size_t)o * m->in, (size_t)m->in, 1}, h + b0, ld, (result){.held = sum, .row = SPAN});
            activate(k, m, theta + m->b + o, sum, rho, shift, residual, z, out, slope);
        }
}

static void layer_apply(const sb_crew *c, const sb_layer *m, const real *theta, const real *h, int keep, real *out)
{
    const size_t ld = (size_t)c->ld;
    const real alpha = (real)m->alpha, beta = (real)m->beta;
    _Alignas(64) real sum[ROWS * SPAN];
    for (int o = 0; o < m->out; o += ROWS) {
        const int rows = least(ROWS, m->out - o);
        for (size_t b0 = 0; b0 < ld; b0 += SPAN) {
            const int n = least(SPAN, (int)(ld - b0));
            product(rows, n, m->in, (factor){theta + m->W + (size_t)o * m->in, (size_t)m->in, 1}, h + b0, ld, (result){.held = sum, .row = SPAN});
            for (int r = 0; r < rows; r++) {
                const real bias = theta[m->b + o + r], *from = sum + r * SPAN;
                real *to = out + (size_t)(o + r) * ld + b0;
#pragma omp simd
                for (int b = 0; b < n; b++) {
                    const real a = sb_fma(beta, bias, alpha * from[b]);
                    to[b] = keep ? to[b] + a : a;
                }
            }
        }
    }
}

/* packed (K,BLOCK) = n neighbouring columns of W, whose rows lie `row` numbers apart. */
INLINE void pack(int n, int K, const real *W, size_t row, real *packed)
{
    for (int k = 0; k < K; k++, W += row, packed += BLOCK) {
        if (n == BLOCK) memcpy(packed, W, BLOCK * sizeof *W);
        else memcpy(packed, W, (size_t)n * sizeof *W);
    }
}

/* sum (n,WIDE) = W' dz for n neighbouring columns of W (m->out, m->in), of which the first is W, and some lanes of dz. Rows that are
 * far apart share few lines of the cache, so they are brought together before every tile reads them. */
static void transposed_product(const sb_layer *m, int n, const real *W, int lanes, const real *dz, size_t ld, real *sum)
{
    const size_t in = (size_t)m->in;
    const int together = in * sizeof *W <= NEAR || m->out == 0 ? m->out : DEPTH;
    _Alignas(64) real packed[DEPTH * BLOCK];
    for (int o = 0; o == 0 || o < m->out; o += together) {
        const int K = least(together, m->out - o), near = together == m->out;
        if (!near) pack(n, K, W + o * in, in, packed);
        const factor columns = near ? (factor){W, 1, in} : (factor){packed, 1, BLOCK};
        for (int b = 0; b < lanes; b += SPAN)
            product(n, least(SPAN, lanes - b), K, columns, dz + o * ld + b, ld, (result){.held = sum + b, .row = WIDE, .begun = o > 0});
        if (near) break;
    }
}

static void layer_back(const sb_crew *c, const sb_layer *m, const real *theta, const real *dz, const real *above, real *g,
                       const real *slope, real *below)
{
    const size_t ld = (size_t)c->ld;
    const real alpha = (real)m->alpha;
    _Alignas(64) real sum[BLOCK * WIDE];
    for (size_t b0 = 0; b0 < ld; b0 += WIDE)
        for (int i = 0; i < m->in; i += BLOCK) {
            const int rows = least(BLOCK, m->in - i), n = least(WIDE, (int)(ld - b0));
            transposed_product(m, rows, theta + m->W + i, n, dz + b0, ld, sum);
            for (int r = 0; r < rows; r++) {
                const size_t at = (size_t)(i + r) * ld + b0;
                const real *from = sum + r * WIDE;
                real *to = g + at;
                if (above) {
#pragma omp simd
                    for (int b = 0; b < n; b++) to[b] = sb_fma(alpha, from[b], above[at + b]);
                } else {
#pragma omp simd
                    for (int b = 0; b < n; b++) to[b] = alpha * from[b];
                }
                if (slope) {
#pragma omp simd
                    for (int b = 0; b < n; b++) below[at + b] = to[b] * slope[at + b];
                }
            }
        }
}

/* to = alpha*sum + keep*to for n numbers, `step` apart in `to` */
INLINE void put(int n, real alpha, const real *sum, int keep, real *to, size_t step)
{
    if (keep) {
#pragma omp simd
        for (int i = 0; i < n; i++) to[i * step] = sb_fma(alpha, sum[i], to[i * step]);
    } else {
#pragma omp simd
        for (int i = 0; i < n; i++) to[i * step] = alpha * sum[i];
    }
}

/* to = alpha left right' + keep*to over B samples, left (m,B) and right (n,ld); element (r,j) stands at to[r*row + j*step]. Samples are
 * the terms of the sums and features of `right` the lanes, so these have to be laid side by side. */
static void contract(int B, int m, factor left, int n, const real *right, size_t ld, double alpha, int keep, real *to, size_t row,
                     size_t step)
{
    _Alignas(64) real lanes[LONG * PANEL], sum[GROUP * PANEL];
    if (B == 0) memset(sum, 0, sizeof sum);
    for (int j = 0; j < n; j += PANEL, right += PANEL * ld, to += PANEL * step) {
        const int columns = least(PANEL, n - j), whole = columns == PANEL && step == 1;
        const int distant = whole && (size_t)m * n > FAR;
        for (int r0 = 0; r0 < m; r0 += GROUP) {
            const int end = least(m, r0 + GROUP);
            for (int b = 0; b == 0 || b < B; b += LONG) {
                const int K = least(LONG, B - b), done = b + K == B;
                if (r0 == 0 || B > LONG) transpose(columns, K, right + b, ld, lanes);
                for (int r = r0; r < end; r += ROWS) {
                    const int rows = least(ROWS, end - r);
                    real *s = sum + (r - r0) * PANEL, *place = to + r * row;
                    const factor a = {left.at + r * left.row + b * left.step, left.row, left.step};
                    for (int i = 0; distant && done && i < rows; i++)
                        for (int l = 0; l < PANEL + LANES; l += LANES) __builtin_prefetch(place + i * row + l, 1);
                    product(rows, columns > LANES ? PANEL : LANES, K, a, lanes, PANEL,
                            (result){s, PANEL, b > 0, whole && done ? place : NULL, row, (real)alpha, keep});
                    for (int i = 0; !whole && done && i < rows; i++)
                        put(columns, (real)alpha, s + i * PANEL, keep, place + i * row, step);
                }
            }
        }
    }
}

static void layer_gradient(const sb_crew *c, const sb_layer *m, const real *dz, const real *h, int keep, int bias, real *grad)
{
    const size_t ld = (size_t)c->ld, in = (size_t)m->in;
    real *W = grad + m->W;
    if (m->in < PANEL && m->in < m->out) contract(c->B, m->in, (factor){h, ld, 1}, m->out, dz, ld, m->alpha, keep, W, 1, in);
    else contract(c->B, m->out, (factor){dz, ld, 1}, m->in, h, ld, m->alpha, keep, W, in, 1);
    for (int o = 0; bias && o < m->out; o += PANEL) {
        real sum[PANEL];
        const int n = least(PANEL, m->out - o);
        row_sums(n, c->B, dz + o * ld, ld, sum);
        put(n, (real)m->beta, sum, keep, grad + m->b + o, 1);
    }
}

#define LAYERS {layer_forward, layer_apply, layer_back, layer_gradient}
