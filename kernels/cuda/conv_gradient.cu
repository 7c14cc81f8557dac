/* The gradient of a convolution's parameters is a product too: rows of dz with, for each entry of a row of Wt, the image that this
 * entry sees, summed over the pixels' lanes. These are many and the entries few, so the sum is cut into chunks that different blocks
 * form; then the chunks are added. How it is cut depends on the shape alone. */
#include "kernels/cuda/images.h"
#include "kernels/cuda/sum.h"
#include "kernels/cuda/tile.h"

static constexpr int COLUMNS = 4, WIDE = COLUMNS * TILE_SIDE;
static constexpr size_t MOST_CHUNKS = 32, LEAST_CHUNK = 1024;

namespace
{

struct shape {
    int in, out, height, width, ld;
    unsigned chunks, chunk;       /* how many; terms of each */
    unsigned down, across, first; /* tiles of a worker; the first tile of this launch, over all workers */
};

/* Past the samples dz is 0: these terms count for nothing. */
template <int ROWS> struct derivatives {
    typedef sb_along<ROWS * TILE_SIDE> Way;
    const real *dz;
    const shape &s;
    int first; /* row of the tile */

    __device__ inline void start(unsigned)
    {
    }
    __device__ inline real at(int i, unsigned term) const
    {
        const int row = first + Way::line(i);
        return row < s.out ? dz[(size_t)row * s.height * s.width * s.ld + term] : 0;
    }
};

/* Terms come in 16s of one pixel, as lanes do: a fetch's terms are all of the pixel (y,x). */
template <int KERNEL> struct seen {
    typedef sb_along<WIDE> Way;
    enum { TAPS = KERNEL * KERNEL, REACH = KERNEL / 2 };
    const real *h;
    const shape &s;
    int column;
    int y, x;

    __device__ inline void start(unsigned term)
    {
        const unsigned pixel = term / 16 / ((unsigned)s.ld / 16);
        y = (int)(pixel / (unsigned)s.width);
        x = (int)(pixel % (unsigned)s.width);
    }
    __device__ inline real at(int i, unsigned term) const
    {
        const unsigned entry = (unsigned)(column + Way::line(i)), channel = entry / TAPS;
        const int tap = (int)(entry % TAPS), dy = tap / KERNEL - REACH, dx = tap % KERNEL - REACH;
        const bool inside = y + dy >= 0 && y + dy < s.height && x + dx >= 0 && x + dx < s.width;
        if (!inside || channel >= (unsigned)s.in) return 0;
        return h[((size_t)channel * s.height * s.width + dy * s.width + dx) * s.ld + term];
    }
};

} // namespace

/* part (tiles,chunks,rows,WIDE) */
template <int KERNEL, int ROWS> TILE_KERNEL multiply_chunk(shape s, const real *dz, const real *h, real *part)
{
    const unsigned tile = s.first + blockIdx.x / s.chunks, chunk = blockIdx.x % s.chunks, w = tile / (s.down * s.across);
    const size_t plane = (size_t)s.height * s.width * s.ld;
    const unsigned begin = chunk * s.chunk, terms = (unsigned)plane, left_over = begin < terms ? terms - begin : 0;
    derivatives<ROWS> left = {dz + w * plane * s.out, s, (int)(tile / s.across % s.down) * ROWS * TILE_SIDE};
    seen<KERNEL> right = {h + w * plane * s.in, s, (int)(tile % s.across) * WIDE, 0, 0};
    real sum[ROWS][COLUMNS];
    sb_tile_product(begin, begin + (left_over < s.chunk ? left_over : s.chunk), left, right, sum);
    real *to = part + (size_t)blockIdx.x * (ROWS * TILE_SIDE * WIDE);
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLUMNS; j++) to[sb_tile_row<ROWS>(i) * WIDE + sb_tile_column(j)] = sum[i][j];
}

/* A thread for each element of the tiles, of which some lie outside of Wt. */
static __global__ void add_chunks(size_t items, shape s, int rows, int entries, size_t stride, const real *part, real alpha,
                                  int keep, real *Wt)
{
    const size_t item = sb_item(), size = (size_t)rows * WIDE;
    if (item >= items) return;
    const unsigned tile = s.first + (unsigned)(item / size), w = tile / (s.down * s.across), at = (unsigned)(item % size);
    const int row = (int)(tile / s.across % s.down) * rows + (int)(at / WIDE), entry = (int)(tile % s.across * WIDE + at % WIDE);
    if (row >= s.out || entry >= entries) return;
    const real *from = part + item / size * s.chunks * size + at;
    real sum = 0, *to = Wt + w * stride + (size_t)row * entries + entry;
    for (unsigned i = 0; i < s.chunks; i++) sum += from[i * size];
    *to = keep ? sb_fma(alpha, sum, *to) : alpha * sum;
}

/* One block for each channel of dz (W,out,plane). */
static __global__ void bias_gradient(size_t plane, int out, size_t stride, const real *dz, real beta, int keep, real *b)
{
    const unsigned w = blockIdx.x / (unsigned)out, o = blockIdx.x % (unsigned)out;
    const real *row = dz + blockIdx.x * plane;
    real sum = 0, *to = b + w * stride + o;
    for (size_t i = threadIdx.x; i < plane; i += SB_CUDA_BLOCK) sum += row[i];
    sum = sb_block_join(sum);
    if (threadIdx.x == 0) *to = keep ? sb_fma(beta, sum, *to) : beta * sum;
}

/* As many tiles at a time as the queue's room holds with all their chunks. */
static void weights_gradient(const sb_backend *op, const sb_crew *c, const sb_conv *m, const real *dz, const real *h, int keep,
                             real *Wt)
{
    static decltype(&multiply_chunk<1, 1>) const all[2][4] = {
        {multiply_chunk<1, 1>, multiply_chunk<1, 2>, multiply_chunk<1, 4>, multiply_chunk<1, 8>},
        {multiply_chunk<3, 1>, multiply_chunk<3, 2>, multiply_chunk<3, 4>, multiply_chunk<3, 8>},
    };
    sb_queue *q = queue_of(op);
    real *part = (real *)q->room;
    const size_t terms = (size_t)m->height * m->width * c->ld;
    const int entries = m->in * m->kernel * m->kernel;
    int size = 0;
    while (size < 3 && m->out > TILE_SIDE << size) size++;
    const int rows = TILE_SIDE << size;
    size_t chunks = (terms + LEAST_CHUNK - 1) / LEAST_CHUNK;
    chunks = chunks < 1 ? 1 : chunks < MOST_CHUNKS ? chunks : MOST_CHUNKS;
    const size_t chunk = ((terms + chunks - 1) / chunks + 15) / 16 * 16;
    const unsigned down = (unsigned)((m->out + rows - 1) / rows), across = (unsigned)((entries + WIDE - 1) / WIDE);
    const size_t tiles = (size_t)c->W * down * across, most = q->room_bytes / (chunks * rows * WIDE * sizeof(real));
    if (tiles && !most) CUDA(note)(q, cudaErrorMemoryAllocation, "conv_gradient");
    const auto product = all[m->kernel == 3][size];
    for (size_t first = 0; most && first < tiles; first += most) {
        const size_t some = first + most < tiles ? most : tiles - first;
        const shape s = {m->in,           m->out, m->height, m->width,       c->ld, (unsigned)chunks,
                         (unsigned)chunk, down,   across,    (unsigned)first};
        SB_LAUNCH_BLOCKS(op, product, some * chunks, s, dz, h, part);
        SB_LAUNCH(op, add_chunks, some * rows * WIDE, s, rows, entries, c->stride, part, (real)m->alpha, keep, Wt);
    }
}

void CUDA(conv_gradient)(const sb_backend *op, const sb_crew *c, const sb_conv *m, const real *dz, const real *h, int keep,
                         int bias, real *grad)
{
    const size_t plane = (size_t)m->height * m->width * c->ld;
    weights_gradient(op, c, m, dz, h, keep, grad + m->W);
    if (bias)
        SB_LAUNCH_BLOCKS(op, bias_gradient, (size_t)c->W * m->out, plane, m->out, c->stride, dz, (real)m->beta, keep, grad + m->b);
}
