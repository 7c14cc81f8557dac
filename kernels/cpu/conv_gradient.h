/* conv_gradient.h: gradients of convolutions over the vectors of one level. A weight's gradient is the scalar product of an image of dz
 * with an image of h, moved by a tap; tiles of some rows of dz by three taps are summed in registers, piece by piece of the images, and
 * held in between. Products of lanes that hold no sample are 0, since dz is. */
#ifndef SB_KERNELS_CPU_CONV_GRADIENT_H
#define SB_KERNELS_CPU_CONV_GRADIENT_H

enum {
    SUMS = SB_CPU_LANES,                               /* partial sums of a weight */
    DOTS = ROWS == 8 ? 8 : 4,                          /* rows of a tile */
    MOVED = 3,                                         /* and its columns: a row of the kernel, or channels */
    HELD = DOTS * 48 * MOVED,                          /* weights whose sums are held at a time */
    PIECE = 32768 / (8 * SUMS * (int)sizeof(real))     /* SUMS lanes of so many pixels are gone through at a time */
};

/* Pixels of a piece: rows y0..y1-1, columns x0..x1-1. */
typedef struct {
    int y0, y1, x0, x1;
} piece;

/* s += left (rows,n) against columns first..last-1 of right, at every SUMS-th place. */
INLINE void dots(int rows, int first, int last, size_t n, const real *left, size_t of_row, const real *const right[MOVED],
                 vec s[DOTS][MOVED])
{
    for (size_t e = 0; e < n; e += SUMS) {
        vec x[MOVED];
#pragma GCC unroll 3
        for (int j = first; j < last; j++) x[j] = vec_load(right[j] + e);
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++) {
            const vec y = vec_once(vec_load(left + r * of_row + e));
#pragma GCC unroll 3
            for (int j = first; j < last; j++) s[r][j] = vec_fma(y, x[j], s[r][j]);
        }
    }
}

/* held (rows,SUMS), rows of_held numbers apart, for each column += a piece of the rows of dz against `columns` columns: of three, where `moved`, the taps of the kernel's row
 * that looks `down` pixels down, without what lies outside the image; else successive channels. */
INLINE void dot_tile(int rows, int columns, int moved, const sb_conv *m, size_t ld, piece at, int down, const real *dz, const real *h,
                     real *held, size_t of_held)
{
    const size_t plane = (size_t)m->height * m->width * ld;
    vec s[DOTS][MOVED];
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 3
        for (int j = 0; j < columns; j++) s[r][j] = vec_load(held + r * of_held + j * SUMS);
    for (int y = at.y0; y < at.y1; y++) {
        const real *right[MOVED], *left = dz + (size_t)(y * m->width + at.x0) * ld;
        size_t pixels = (size_t)(at.x1 - at.x0);
        if (y + down < 0 || y + down >= m->height) continue;
#pragma GCC unroll 3
        for (int j = 0; j < columns; j++)
            right[j] = h + (size_t)((y + down) * m->width + at.x0) * ld + (moved ? 0 : j * plane);
        if (moved) {
            const int alone = m->width == 1, ends = !alone && at.x1 == m->width;
            if (at.x0 == 0) { /* nothing to the left */
                right[2] = right[1] + ld;
                if (alone) dots(rows, 1, 2, ld, left, plane, right, s);
                else dots(rows, 1, 3, ld, left, plane, right, s);
                pixels--, left += ld;
                right[1] += ld;
            }
            right[0] = right[1] - ld, right[2] = right[1] + ld;
            pixels -= (size_t)ends;
            dots(rows, 0, 3, pixels * ld, left, plane, right, s);
            if (ends) { /* nothing to the right */
                left += pixels * ld;
                right[0] += pixels * ld, right[1] += pixels * ld;
                dots(rows, 0, 2, ld, left, plane, right, s);
            }
        } else dots(rows, 0, columns, pixels * ld, left, plane, right, s);
    }
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 3
        for (int j = 0; j < columns; j++) vec_store(held + r * of_held + j * SUMS, s[r][j]);
}

/* The columns of some channels from a piece, one vector of the SUMS lanes after the other. */
INLINE void dot_tiles(int rows, const sb_conv *m, int channels, size_t ld, piece at, const real *dz, const real *h, real *held,
                      size_t of_held)
{
    const size_t plane = (size_t)m->height * m->width * ld;
    for (int l = 0; l < SUMS; l += LANES)
        if (m->kernel == 3)
            for (int j = 0; j < 3 * channels; j++)
                dot_tile(rows, 3, 1, m, ld, at, j % 3 - 1, dz + l, h + j / 3 * plane + l, held + 3 * j * SUMS + l, of_held);
        else {
            int i = 0;
            for (; i + MOVED <= channels; i += MOVED) dot_tile(rows, MOVED, 0, m, ld, at, 0, dz + l, h + i * plane + l, held + i * SUMS + l, of_held);
            for (; i < channels; i++) dot_tile(rows, 1, 0, m, ld, at, 0, dz + l, h + i * plane + l, held + i * SUMS + l, of_held);
        }
}

/* The partial sums of one number, as a tree. */
INLINE real tree(const real *s)
{
    real eight[SUMS / 2], four[SUMS / 4];
    for (int l = 0; l < SUMS / 2; l++) eight[l] = s[l] + s[l + SUMS / 2];
    for (int l = 0; l < SUMS / 4; l++) four[l] = eight[l] + eight[l + SUMS / 4];
    return (four[0] + four[2]) + (four[1] + four[3]);
}

INLINE real put(real factor, real sum, int keep, real before)
{
    return keep ? sb_fma(factor, sum, before) : factor * sum;
}

/* Gradients of the weights between some rows of dz and some channels of h. */
static void weight_gradient(const sb_conv *m, int rows, int channels, size_t ld, const real *dz, const real *h, int keep, real *to,
                            size_t of_row)
{
    _Alignas(64) real held[HELD * SUMS];
    const size_t columns = (size_t)(channels * m->kernel * m->kernel), of_held = columns * SUMS, plane = (size_t)m->height * m->width * ld;
    const int across = m->width * (int)(ld / SUMS), wide = across > PIECE ? 1 + PIECE * SUMS / (int)ld : m->width;
    const int tall = across && across < PIECE ? PIECE / across : 1;
    memset(held, 0, (size_t)rows * of_held * sizeof *held);
    for (int y = 0; y < m->height; y += tall)
        for (int x = 0; x < m->width && ld; x += wide) {
            const piece at = {y, least(y + tall, m->height), x, least(x + wide, m->width)};
            for (int r = 0, done; r < rows; r += done) {
                const real *left = dz + r * plane;
                real *sums = held + r * of_held;
                done = rows - r >= DOTS ? DOTS : rows - r >= 4 ? 4 : rows - r >= 2 ? 2 : 1;
                if (done == DOTS) dot_tiles(DOTS, m, channels, ld, at, left, h, sums, of_held);
                else if (done == 4) dot_tiles(4, m, channels, ld, at, left, h, sums, of_held);
                else if (done == 2) dot_tiles(2, m, channels, ld, at, left, h, sums, of_held);
                else dot_tiles(1, m, channels, ld, at, left, h, sums, of_held);
            }
        }
    for (int r = 0; r < rows; r++)
        for (size_t j = 0; j < columns; j++) {
            real *place = to + r * of_row + j;
            *place = put((real)m->alpha, tree(held + r * of_held + j * SUMS), keep, *place);
        }
}

static void bias_gradient(const sb_conv *m, size_t n, const real *dz, int keep, real *to)
{
    for (int o = 0; o < m->out; o++, dz += n) {
        real sum[SUMS] = {0};
        for (size_t e = 0; e < n; e += SUMS)
#pragma omp simd
            for (int l = 0; l < SUMS; l++) sum[l] += dz[e + l];
        to[o] = put((real)m->beta, tree(sum), keep, to[o]);
    }
}

static void conv_gradient(const sb_crew *c, const sb_conv *m, const real *dz, const real *h, int keep, int bias, real *grad)
{
    const size_t ld = (size_t)c->ld, plane = (size_t)m->height * m->width * ld;
    const int taps = m->kernel * m->kernel, tall = m->kernel == 1 ? 4 * DOTS : DOTS, together = HELD / tall / taps;
    const sb_conv image = flattened(m);
    for (int o = 0; o < m->out; o += tall)
        for (int i = 0; i < m->in; i += together)
            weight_gradient(&image, least(tall, m->out - o), least(together, m->in - i), ld, dz + o * plane, h + i * plane, keep,
                            grad + m->W + ((size_t)o * m->in + i) * taps, (size_t)m->in * taps);
    if (bias) bias_gradient(m, plane, dz, keep, grad + m->b);
}

#endif
