/* A convolution is a product of matrices: Wt's rows with what lies around each column, a lane of a pixel. So is its adjoint, with Wt read
 * along its other direction and its kernels turned around. What lies around is fetched from the image itself, never written out. */
#include "kernels/cuda/images.h"
#include "kernels/cuda/tile.h"

namespace
{

struct shape {
    int rows, channels; /* of the outcome; that are summed over */
    int height, width, ld;
    int row_step, channel_step; /* in Wt */
    int turned;
    size_t stride; /* of workers in Wt and bias */
};

template <int KERNEL, int ROWS> struct kernels_of_rows {
    typedef sb_along<ROWS * TILE_SIDE> Way;
    enum { TAPS = KERNEL * KERNEL };
    const real *Wt;
    const shape &s;
    int first; /* row of the tile */

    __device__ inline void start(unsigned)
    {
    }
    __device__ inline real at(int i, unsigned term) const
    {
        const int row = first + Way::line(i);
        const unsigned channel = term / TAPS, tap = s.turned ? TAPS - 1 - term % TAPS : term % TAPS;
        if (row >= s.rows || channel >= (unsigned)s.channels) return 0;
        return Wt[(size_t)row * s.row_step + (size_t)channel * s.channel_step + tap];
    }
};

/* A thread's column is the same in all its fetches. One outside of the image has y far away. */
template <int KERNEL> struct surroundings {
    typedef sb_across<TILE_MOST> Way;
    enum { TAPS = KERNEL * KERNEL, REACH = KERNEL / 2 };
    const real *h;
    const shape &s;
    size_t column, plane;
    int y, x;

    __device__ inline surroundings(const real *h_, const shape &s_, size_t first)
        : h(h_), s(s_), column(first + (size_t)Way::line(0)), plane((size_t)s_.height * s_.width * s_.ld)
    {
        const unsigned pixel = (unsigned)(column / 16) / ((unsigned)s.ld / 16);
        y = column < plane ? (int)(pixel / (unsigned)s.width) : -2 - REACH;
        x = (int)(pixel % (unsigned)s.width);
    }
    __device__ inline void start(unsigned)
    {
    }
    __device__ inline real at(int, unsigned term) const
    {
        const unsigned channel = term / TAPS;
        const int tap = (int)(term % TAPS), dy = tap / KERNEL - REACH, dx = tap % KERNEL - REACH;
        const bool inside = y + dy >= 0 && y + dy < s.height && x + dx >= 0 && x + dx < s.width;
        if (!inside || channel >= (unsigned)s.channels) return 0;
        return h[channel * plane + column + (ptrdiff_t)(dy * s.width + dx) * s.ld];
    }
};

} // namespace

/* One block for each tile; tiles of the same columns follow each other, so that the image is read once from far away. */
template <int KERNEL, int ROWS>
TILE_KERNEL convolve(shape s, const real *Wt, const real *bias, real alpha, real beta, const real *h, int keep, real *out)
{
    const size_t plane = (size_t)s.height * s.width * s.ld;
    const unsigned down = (unsigned)(s.rows + ROWS * TILE_SIDE - 1) / (ROWS * TILE_SIDE);
    const unsigned across = (unsigned)((plane + TILE_MOST - 1) / TILE_MOST), tile = blockIdx.x / down, w = tile / across;
    const int row = (int)(blockIdx.x % down) * ROWS * TILE_SIDE;
    const size_t column = (size_t)(tile % across) * TILE_MOST;
    kernels_of_rows<KERNEL, ROWS> left = {Wt + w * s.stride, s, row};
    surroundings<KERNEL> right(h + w * plane * s.channels, s, column);
    real sum[ROWS][8];
    sb_tile_product(0, (unsigned)s.channels * KERNEL * KERNEL, left, right, sum);
    for (int i = 0; i < ROWS && row + sb_tile_row<ROWS>(i) < s.rows; i++) {
        const int o = row + sb_tile_row<ROWS>(i);
        const real b = bias ? bias[w * s.stride + o] : 0;
        real *to = out + ((size_t)w * s.rows + o) * plane;
        for (int j = 0; j < 8; j++) {
            const size_t at = column + sb_tile_column(j);
            if (at >= plane) continue;
            if (bias) {
                const real value = sb_fma(beta, b, alpha * sum[i][j]);
                to[at] = keep ? to[at] + value : value;
            } else to[at] = keep ? sb_fma(alpha, sum[i][j], to[at]) : alpha * sum[i][j];
        }
    }
}

/* The tile is no higher than what it is to hold, roughly. */
static void launch(const sb_backend *op, int W, int kernel, const shape *s, const real *Wt, const real *bias, double alpha,
                   double beta, const real *h, int keep, real *out)
{
    static decltype(&convolve<1, 1>) const all[2][4] = {
        {convolve<1, 1>, convolve<1, 2>, convolve<1, 4>, convolve<1, 8>},
        {convolve<3, 1>, convolve<3, 2>, convolve<3, 4>, convolve<3, 8>},
    };
    const size_t plane = (size_t)s->height * s->width * s->ld;
    int size = 0;
    while (size < 3 && s->rows > TILE_SIDE << size) size++;
    const size_t high = (size_t)TILE_SIDE << size, tiles = (s->rows + high - 1) / high * ((plane + TILE_MOST - 1) / TILE_MOST);
    const auto convolution = all[kernel == 3][size];
    SB_LAUNCH_BLOCKS(op, convolution, W * tiles, *s, Wt, bias, (real)alpha, (real)beta, h, keep, out);
}

void CUDA(conv_apply)(const sb_backend *op, const sb_crew *c, const sb_conv *m, const real *theta, const real *h, int keep,
                      real *out)
{
    const int taps = m->kernel * m->kernel;
    const shape s = {m->out, m->in, m->height, m->width, c->ld, m->in * taps, taps, 0, c->stride};
    launch(op, c->W, m->kernel, &s, theta + m->W, theta + m->b, m->alpha, m->beta, h, keep, out);
}

void CUDA(conv_back)(const sb_backend *op, const sb_crew *c, const sb_conv *m, const real *theta, const real *dz, int keep, real *g)
{
    const int taps = m->kernel * m->kernel;
    const shape s = {m->in, m->out, m->height, m->width, c->ld, taps, m->in * taps, 1, c->stride};
    launch(op, c->W, m->kernel, &s, theta + m->W, NULL, m->alpha, 0, dz, keep, g);
}
