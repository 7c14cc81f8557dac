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
    DEPTH = 16,         /* channels brought together; where the kernel has one pixel, nine times as many */
    GROUP = 64          /* rows of outputs under way together; four times as many where there are four times fewer pixels */
};

/* Where the numbers of one term stand: in Wt and among the packed ones, from where those of the first tap are. */
typedef struct {
    ptrdiff_t w, h;
} tap;

/* The terms of a pixel's sums: some taps of each of some channels. */
typedef struct {
    int channels, taps;
    tap t[9];
    size_t w_step, h_step; /* from channel to channel */
} terms;

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

/* sum (rows,step) = or += the terms, for `vectors` vectors of lanes. */
INLINE void tap_tile(int rows, int vectors, const terms *k, const real *W, size_t of_row, const real *h, int begun, real *sum,
                     size_t step)
{
    vec s[2 * ROWS][2];
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++) s[r][v] = begun ? vec_load(sum + r * step + v * LANES) : vec_all(0);
    for (int i = 0; i < k->channels; i++, W += k->w_step, h += k->h_step)
        for (int t = 0; t < k->taps; t++) {
            const real *from = h + k->t[t].h, *w = W + k->t[t].w;
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

/* The same for any number of rows: by as many as fill the registers, then by what remains in few steps; an image has 3 colours. */
INLINE void tap_tiles(int rows, int vectors, const terms *k, const real *W, size_t of_row, const real *h, int begun, real *sum,
                      size_t step)
{
    const int full = vectors == 1 ? 2 * ROWS : ROWS;
    for (int done; rows > 0; rows -= done, W += done * of_row, sum += done * step) {
        done = rows >= full ? full : rows >= ROWS ? ROWS : rows >= 4 ? 4 : rows;
        if (done == full) tap_tile(full, vectors, k, W, of_row, h, begun, sum, step);
        else if (done == ROWS) tap_tile(ROWS, vectors, k, W, of_row, h, begun, sum, step);
        else if (done == 4) tap_tile(4, vectors, k, W, of_row, h, begun, sum, step);
        else if (done == 3) tap_tile(3, vectors, k, W, of_row, h, begun, sum, step);
        else if (done == 2) tap_tile(2, vectors, k, W, of_row, h, begun, sum, step);
        else tap_tile(1, vectors, k, W, of_row, h, begun, sum, step);
    }
}

/* packed (channels, height + 2 half, width + 2 half, vectors*LANES) = the patch and its neighbours, as far as the image goes. */
INLINE void gather(int vectors, const sb_conv *m, int channels, const real *h, size_t ld, const patch *at, real *packed)
{
    const int half = m->kernel / 2, width = at->width + 2 * half, height = at->height + 2 * half;
    const int y0 = most(0, half - at->y), y1 = least(height, m->height - at->y + half);
    const int x0 = most(0, half - at->x), x1 = least(width, m->width - at->x + half);
    for (int i = 0; i < channels; i++)
        for (int y = y0; y < y1; y++) {
            const size_t pixel = ((size_t)i * m->height + (size_t)(at->y - half + y)) * m->width + (size_t)(at->x - half + x0);
            const real *from = h + pixel * ld + at->b;
            real *to = packed + ((i * height + y) * width + x0) * vectors * LANES;
            for (int x = x0; x < x1; x++, from += ld, to += vectors * LANES)
#pragma GCC unroll 2
                for (int v = 0; v < vectors; v++) vec_store(to + v * LANES, vec_load(from + v * LANES));
        }
}

/* The taps of the kernel that lie in the image at a pixel of a patch, for some channels. */
static terms terms_at(const sb_conv *m, const kernel *k, int channels, const patch *at, int y, int x)
{
    const int half = m->kernel / 2, width = at->width + 2 * half, height = at->height + 2 * half;
    const int y0 = most(0, half - at->y - y), y1 = least(m->kernel, m->height - at->y - y + half);
    const int x0 = most(0, half - at->x - x), x1 = least(m->kernel, m->width - at->x - x + half);
    terms s = {.channels = channels, .w_step = k->of_channel, .h_step = (size_t)(height * width * at->n)};
    for (int v = y0; v < y1; v++)
        for (int u = x0; u < x1; u++)
            s.t[s.taps++] = (tap){k->first + (v * m->kernel + u) * k->step, ((y + v) * width + x + u) * at->n};
    return s;
}

/* Whether all taps of the kernel's rows lie in the image at column x. */
static int inner(const sb_conv *m, int x)
{
    return m->kernel == 1 || (x > 0 && x < m->width - 1);
}

/* sum (rows,SIDE*SIDE,n) of a patch. Where a pixel has one vector of lanes, two neighbours with the same taps go together. */
static void patch_sums(const sb_conv *m, const kernel *k, int first, int rows, const real *h, size_t ld, const patch *at, real *sum,
                       size_t of_row)
{
    _Alignas(64) real packed[DEPTH * NEAR * NEAR * PANEL];
    const size_t plane = (size_t)m->height * m->width * ld;
    const int depth = m->kernel == 1 ? 9 * DEPTH : DEPTH, single = at->n < PANEL;
    for (int i = 0; i == 0 || i < k->channels; i += depth) {
        const int channels = least(depth, k->channels - i);
        const real *W = k->W + first * k->of_row + i * k->of_channel;
        if (single) gather(1, m, channels, h + i * plane, ld, at, packed);
        else gather(2, m, channels, h + i * plane, ld, at, packed);
        for (int y = 0; y < at->height; y++)
            for (int x = 0, done; x < at->width; x += done) {
                const terms s = terms_at(m, k, channels, at, y, x);
                real *to = sum + (y * SIDE + x) * at->n;
                done = single && x + 1 < at->width && inner(m, at->x + x) && inner(m, at->x + x + 1) ? 2 : 1;
                if (single && done == 1) tap_tiles(rows, 1, &s, W, k->of_row, packed, i > 0, to, of_row);
                else tap_tiles(rows, 2, &s, W, k->of_row, packed, i > 0, to, of_row);
            }
    }
}

/* out = alpha sum + beta bias + keep*out for the rows of a patch; bias NULL: without. Products are fma with -0, which leaves every number
 * as it is. */
static void finish(const sb_conv *m, int rows, const real *sum, size_t of_row, const patch *at, size_t ld, const real *bias, int keep,
                   real *out)
{
    const vec alpha = vec_all((real)m->alpha), beta = vec_all((real)m->beta), one = vec_all(1), nothing = vec_all(-(real)0);
    for (int r = 0; r < rows; r++, sum += of_row) {
        const vec bias_r = bias ? vec_all(bias[r]) : nothing;
        for (int y = 0; y < at->height; y++) {
            const real *from = sum + y * SIDE * at->n;
            real *to = out + ((size_t)(r * m->height + at->y + y) * m->width + (size_t)at->x) * ld + at->b;
            for (int x = 0; x < at->width; x++, from += at->n, to += ld)
                for (int l = 0; l < at->n; l += LANES) {
                    const vec before = keep ? vec_load(to + l) : nothing, s = vec_load(from + l);
                    if (bias) vec_store(to + l, vec_fma(one, before, vec_fma(beta, bias_r, vec_fma(alpha, s, nothing))));
                    else vec_store(to + l, vec_fma(alpha, s, before));
                }
        }
    }
}

/* Patch by patch; the rows of outputs in groups whose sums stay near. */
static void convolve(const sb_crew *c, const sb_conv *given, const kernel *k, const real *h, const real *bias, int keep, real *out)
{
    const sb_conv image = flattened(given), *m = &image;
    _Alignas(64) real sum[GROUP * SIDE * SIDE * PANEL];
    const size_t ld = (size_t)c->ld, plane = (size_t)m->height * m->width * ld;
    const int single = m->kernel == 1, tall = single ? 1 : SIDE, group = single ? SIDE * GROUP : GROUP;
    const size_t of_row = (size_t)(tall * SIDE * PANEL);
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
