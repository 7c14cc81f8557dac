/* conv_sums.h: convolutions and their adjoints over the vectors of one level. With samples in lanes, a tap of the kernel meets a run of
 * the image that lies as the output does: a convolution is a product of matrices whose right factor need not be written out. A few
 * pixels with their neighbours are brought together for some channels, since channels of an image lie far apart, and register tiles
 * are told where each tap's numbers stand there. */
#ifndef SB_KERNELS_CPU_CONV_SUMS_H
#define SB_KERNELS_CPU_CONV_SUMS_H

#include "kernels/point/point.h"

enum {
    PANEL = 2 * LANES,  /* lanes gone through at a time */
    SIDE = 4,           /* pixels of a square, whose sums are under way together; where the kernel has one pixel, of a run */
    NEAR = SIDE + 2,    /* and with their neighbours */
    DEPTH = 16,         /* channels brought together */
    TAPS = 9 * DEPTH,   /* of so many channels; as many channels where the kernel has one pixel */
    GROUP = 64          /* rows of outputs under way together; four times as many where there are four times fewer pixels */
};

/* Where the numbers of one term stand: in Wt and among the packed ones. */
typedef struct {
    int w, h;
} tap;

/* Wt or its adjoint: element (row,channel,t) is W[row*of_row + channel*of_channel + first + t*step]. */
typedef struct {
    const real *W;
    size_t of_row, of_channel;
    int rows, channels, first, step;
} kernel;

/* Some pixels from (y,x) on, and n lanes from b on. */
typedef struct {
    int y, x, height, width;
    size_t b;
    int n;
} patch;

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int most(int a, int b)
{
    return a > b ? a : b;
}

/* Without neighbours one row of pixels is as good as several. */
static sb_conv flattened(const sb_conv *m)
{
    sb_conv flat = *m;
    if (m->kernel == 1) flat.height = 1, flat.width = m->height * m->width;
    return flat;
}

/* sum (rows,step) = or += the terms over K taps, of `vectors` vectors of lanes. */
INLINE void tap_tile(int rows, int vectors, int K, const tap *t, const real *W, size_t of_row, const real *h, int begun, real *sum,
                     size_t step)
{
    vec s[2 * ROWS][2];
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++) s[r][v] = begun ? vec_load(sum + r * step + v * LANES) : vec_all(0);
#pragma GCC unroll 2
    for (int k = 0; k < K; k++) {
        const real *from = h + t[k].h, *w = W + t[k].w;
        vec x[2];
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++) x[v] = vec_load(from + v * LANES);
#pragma GCC unroll 16
        for (int r = 0; r < rows; r++) {
            const vec y = vec_all(w[r * of_row]);
#pragma GCC unroll 2
            for (int v = 0; v < vectors; v++) s[r][v] = vec_fma(y, x[v], s[r][v]);
        }
    }
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++) vec_store(sum + r * step + v * LANES, s[r][v]);
}

/* The same for any number of rows: by as many as fill the registers, then by halves of what may remain. */
INLINE void tap_tiles(int rows, int vectors, int K, const tap *t, const real *W, size_t of_row, const real *h, int begun, real *sum,
                      size_t step)
{
    const int full = vectors == 1 ? 2 * ROWS : ROWS;
    for (int done; rows > 0; rows -= done, W += done * of_row, sum += done * step) {
        done = rows >= full ? full : rows >= ROWS ? ROWS : rows >= 4 ? 4 : rows >= 2 ? 2 : 1;
        if (done == full) tap_tile(full, vectors, K, t, W, of_row, h, begun, sum, step);
        else if (done == ROWS) tap_tile(ROWS, vectors, K, t, W, of_row, h, begun, sum, step);
        else if (done == 4) tap_tile(4, vectors, K, t, W, of_row, h, begun, sum, step);
        else if (done == 2) tap_tile(2, vectors, K, t, W, of_row, h, begun, sum, step);
        else tap_tile(1, vectors, K, t, W, of_row, h, begun, sum, step);
    }
}

/* packed (channels, height + 2 half, width + 2 half, n) = the patch and its neighbours, as far as the image goes. */
INLINE void gather(const sb_conv *m, int channels, const real *h, size_t ld, const patch *at, real *packed)
{
    const int half = m->kernel / 2, width = at->width + 2 * half, height = at->height + 2 * half;
    const int y0 = most(0, half - at->y), y1 = least(height, m->height - at->y + half);
    const int x0 = most(0, half - at->x), x1 = least(width, m->width - at->x + half);
    for (int i = 0; i < channels; i++)
        for (int y = y0; y < y1; y++) {
            const size_t pixel = ((size_t)i * m->height + (size_t)(at->y - half + y)) * m->width + (size_t)(at->x - half + x0);
            const real *from = h + pixel * ld + at->b;
            real *to = packed + ((i * height + y) * width + x0) * at->n;
            for (int x = x0; x < x1; x++, from += ld, to += at->n)
                for (int l = 0; l < at->n; l += LANES) vec_store(to + l, vec_load(from + l));
        }
}

/* Which taps of the kernel lie in the image. */
typedef struct {
    int y0, y1, x0, x1;
} window;

static window window_of(const sb_conv *m, int y, int x)
{
    const int half = m->kernel / 2;
    return (window){most(0, half - y), least(m->kernel, m->height - y + half), most(0, half - x), least(m->kernel, m->width - x + half)};
}

/* The taps of a window, relative to its corner; returns their number. */
static int list_taps(const sb_conv *m, const kernel *k, int channels, const patch *at, window s, tap *t)
{
    const int half = m->kernel / 2, width = at->width + 2 * half, height = at->height + 2 * half;
    int n = 0;
    for (int i = 0; i < channels; i++)
        for (int y = s.y0; y < s.y1; y++)
            for (int x = s.x0; x < s.x1; x++)
                t[n++] = (tap){(int)(i * k->of_channel) + k->first + (y * m->kernel + x) * k->step, ((i * height + y) * width + x) * at->n};
    return n;
}

/* sum (rows,SIDE*SIDE,PANEL) of a patch. */
static void patch_sums(const sb_conv *m, const kernel *k, int first, int rows, const real *h, size_t ld, const patch *at, real *sum,
                       int of_row)
{
    _Alignas(64) real packed[DEPTH * NEAR * NEAR * PANEL];
    tap t[TAPS];
    const size_t plane = (size_t)m->height * m->width * ld;
    const int depth = m->kernel == 1 ? TAPS : DEPTH, width = at->width + 2 * (m->kernel / 2);
    for (int i = 0; i == 0 || i < k->channels; i += depth) {
        const int channels = least(depth, k->channels - i);
        const real *W = k->W + first * k->of_row + i * k->of_channel;
        window listed = {0};
        int K = 0;
        gather(m, channels, h + i * plane, ld, at, packed);
        for (int p = 0; p < at->height * at->width; p++) {
            const int y = p / at->width, x = p % at->width;
            const window s = window_of(m, at->y + y, at->x + x);
            const real *corner = packed + (y * width + x) * at->n;
            if (p == 0 || memcmp(&s, &listed, sizeof s)) K = list_taps(m, k, channels, at, s, t);
            listed = s;
            if (at->n == PANEL) tap_tiles(rows, 2, K, t, W, k->of_row, corner, i > 0, sum + p * PANEL, (size_t)of_row);
            else tap_tiles(rows, 1, K, t, W, k->of_row, corner, i > 0, sum + p * PANEL, (size_t)of_row);
        }
    }
}

/* out = alpha sum + beta bias + keep*out for the rows of a patch; bias NULL: without. */
static void finish(const sb_conv *m, int rows, const real *sum, int of_row, const patch *at, size_t ld, const real *bias, int keep,
                   real *out)
{
    const real alpha = (real)m->alpha, beta = (real)m->beta;
    for (int r = 0; r < rows; r++, sum += of_row)
        for (int p = 0; p < at->height * at->width; p++) {
            const size_t pixel = (size_t)(r * m->height + at->y + p / at->width) * m->width + (size_t)(at->x + p % at->width);
            const real *from = sum + p * PANEL;
            real *to = out + pixel * ld + at->b;
            if (bias) {
#pragma omp simd
                for (int l = 0; l < at->n; l++) {
                    const real a = sb_fma(beta, bias[r], alpha * from[l]);
                    to[l] = keep ? to[l] + a : a;
                }
            } else {
#pragma omp simd
                for (int l = 0; l < at->n; l++) to[l] = keep ? sb_fma(alpha, from[l], to[l]) : alpha * from[l];
            }
        }
}

/* Patch by patch; the rows of outputs in groups whose sums stay near. */
static void convolve(const sb_crew *c, const sb_conv *given, const kernel *k, const real *h, const real *bias, int keep, real *out)
{
    const sb_conv image = flattened(given), *m = &image;
    _Alignas(64) real sum[GROUP * SIDE * SIDE * PANEL];
    const size_t ld = (size_t)c->ld, plane = (size_t)m->height * m->width * ld;
    const int single = m->kernel == 1, tall = single ? 1 : SIDE, group = single ? SIDE * GROUP : GROUP, of_row = tall * SIDE * PANEL;
    for (int y = 0; y < m->height; y += tall)
        for (int x = 0; x < m->width; x += SIDE)
            for (size_t b = 0; b < ld; b += PANEL) {
                const int lanes = least(PANEL, (int)(ld - b));
                const patch at = {y, x, least(tall, m->height - y), least(SIDE, m->width - x), b, lanes};
                for (int r = 0; r < k->rows; r += group) {
                    const int rows = least(group, k->rows - r);
                    patch_sums(m, k, r, rows, h, ld, &at, sum, of_row);
                    finish(m, rows, sum, of_row, &at, ld, bias ? bias + r : NULL, keep, out + r * plane);
                }
            }
}

static void conv_apply(const sb_crew *c, const sb_conv *m, const real *theta, const real *h, int keep, real *out)
{
    const size_t taps = (size_t)(m->kernel * m->kernel);
    const kernel k = {theta + m->W, m->in * taps, taps, m->out, m->in, 0, 1};
    convolve(c, m, &k, h, theta + m->b, keep, out);
}

static void conv_back(const sb_crew *c, const sb_conv *m, const real *theta, const real *dz, int keep, real *g)
{
    const size_t taps = (size_t)(m->kernel * m->kernel);
    const kernel k = {theta + m->W, taps, m->in * taps, m->in, m->out, (int)taps - 1, -1};
    convolve(c, m, &k, dz, NULL, keep, g);
}

#endif
