#include "measure/kernel_sum.h"

#include "base/memory.h"

#include <math.h>
#include <omp.h>
#include <string.h>

/* Grid rows that a thread fills at a time. Every row gathers from all sources in reach in the order of `order`, so that neither
 * the tiles nor the threads show in the result. */
enum { TILE = 32 };

/* The inner loop is compiled for each level of the x86-64 instruction sets; explicit fma keeps the bits equal on all of them. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

/* A Gaussian kernel of this sum on the grid. */
typedef struct {
    double half_precision; /* 1/(2 variance) */
    double norm;           /* scale (2 pi variance)^(-d/2) */
    int reach[2];          /* in grid steps; 0 along a missing axis */
} kernel;

static kernel kernel_on(const sb_grid_density *grid, double scale, double variance, double reach)
{
    kernel out = {.half_precision = 0.5 / variance, .norm = scale * pow(2.0 * M_PI * variance, -0.5 * grid->d)};
    for (int i = 0; i < grid->d; i++) out.reach[i] = (int)fmin(ceil(reach * sqrt(variance) / grid->step[i]), 1 << 24);
    return out;
}

/* Nearest grid index of coordinate x, or INT32_MIN if the kernel does not reach the grid from there. */
static int32_t nearest(const sb_grid_density *grid, int axis, int reach, double x)
{
    const double index = (x - grid->origin[axis]) / grid->step[axis];
    if (!(index > -0.5 - reach && index < grid->n[axis] - 0.5 + reach)) return INT32_MIN;
    return (int32_t)lrint(index);
}

static sb_status reserve(sb_context *ctx, sb_kernel_work *work, size_t sources, size_t bins, size_t line)
{
    sb_status st = SB_OK;
    if (work->sources < sources) {
        sb_free(work->bin);
        sb_free(work->order);
        work->bin = work->order = NULL;
        work->sources = 0;
        SB_ALLOC(work->bin, sources);
        SB_ALLOC(work->order, sources);
        work->sources = sources;
    }
    if (work->bins < bins) {
        sb_free(work->start);
        work->bins = 0;
        SB_ALLOC(work->start, bins);
        work->bins = bins;
    }
    if (work->line < line) {
        sb_free(work->factor);
        work->line = 0;
        SB_ALLOC(work->factor, line);
        work->line = line;
    }
done:
    return st;
}

/* Counting sort of the sources by their nearest row; bin 0 stands for row -reach. */
static void sort_sources(sb_kernel_work *work, const sb_grid_density *grid, const kernel *k, int bins, size_t count,
                         const double *mean, const double *weight)
{
    const size_t d = (size_t)grid->d;
    memset(work->start, 0, ((size_t)bins + 1) * sizeof *work->start);
    for (size_t i = 0; i < count; i++) {
        int32_t row = INT32_MIN;
        if (weight[i] > 0.0) row = nearest(grid, 0, k->reach[0], mean[i * d]);
        if (d == 2 && row != INT32_MIN && nearest(grid, 1, k->reach[1], mean[i * d + 1]) == INT32_MIN) row = INT32_MIN;
        work->bin[i] = row == INT32_MIN ? -1 : row + k->reach[0];
        if (work->bin[i] >= 0) work->start[work->bin[i] + 1]++;
    }
    for (int b = 0; b < bins; b++) work->start[b + 1] += work->start[b];
    for (size_t i = 0; i < count; i++)
        if (work->bin[i] >= 0) work->order[work->start[work->bin[i]]++] = (int32_t)i;
    memmove(work->start + 1, work->start, (size_t)bins * sizeof *work->start); /* each start had moved on to the next one's */
    work->start[0] = 0;
}

/* out[j] = exp(-(x + j h)^2 half_precision) for j < count, by two multiplications each. */
static void gaussian_line(double x, double h, double half_precision, int count, double *out)
{
    const double curvature = exp(-2.0 * h * h * half_precision);
    double value = exp(-x * x * half_precision);
    double ratio = exp(-(2.0 * x + h) * h * half_precision);
    for (int j = 0; j < count; j++) {
        out[j] = value;
        value *= ratio;
        ratio *= curvature;
    }
}

/* out (rows,stride) += along (rows) x across (columns). */
CLONES static void add_outer(int rows, int columns, const double *along, const double *across, double *out, size_t stride)
{
    for (int r = 0; r < rows; r++) {
        double *line = out + (size_t)r * stride;
        const double height = along[r];
#pragma omp simd
        for (int c = 0; c < columns; c++) line[c] = fma(height, across[c], line[c]);
    }
}

static void fill_tile(const sb_kernel_work *work, const kernel *k, const double *mean, const double *weight, int first, int last,
                      double *factor, sb_grid_density *target)
{
    const size_t d = (size_t)target->d, columns = (size_t)target->n[1];
    double along[TILE];
    memset(target->density + (size_t)first * columns, 0, (size_t)(last - first) * columns * sizeof *target->density);
    for (int32_t s = work->start[first]; s < work->start[last + 2 * k->reach[0]]; s++) {
        const size_t i = (size_t)work->order[s];
        const double *m = mean + i * d;
        const int row = work->bin[i] - k->reach[0];
        const int r0 = row - k->reach[0] > first ? row - k->reach[0] : first;
        const int r1 = row + k->reach[0] < last - 1 ? row + k->reach[0] : last - 1;
        int c0 = 0, c1 = 0;
        factor[0] = 1.0;
        if (d == 2) {
            const int column = nearest(target, 1, k->reach[1], m[1]);
            c0 = column > k->reach[1] ? column - k->reach[1] : 0;
            c1 = column + k->reach[1] < target->n[1] - 1 ? column + k->reach[1] : target->n[1] - 1;
            gaussian_line(target->origin[1] + c0 * target->step[1] - m[1], target->step[1], k->half_precision, c1 - c0 + 1, factor);
        }
        gaussian_line(target->origin[0] + r0 * target->step[0] - m[0], target->step[0], k->half_precision, r1 - r0 + 1, along);
        for (int r = 0; r <= r1 - r0; r++) along[r] *= k->norm * weight[i];
        add_outer(r1 - r0 + 1, c1 - c0 + 1, along, factor, target->density + (size_t)r0 * columns + c0, columns);
    }
}

sb_status sb_kernel_sum(sb_context *ctx, sb_kernel_work *work, size_t count, const double *mean, const double *weight, double scale,
                        double variance, double reach, sb_grid_density *target)
{
    sb_status st = SB_OK;
    const kernel k = kernel_on(target, scale, variance, reach);
    const int rows = target->n[0], bins = rows + 2 * k.reach[0];
    const size_t line = ((size_t)target->n[1] + 7) / 8 * 8; /* whole cache lines for each thread */
    SB_REQUIRE(count < INT32_MAX, SB_EDIM, "%zu kernels are too many", count);
    SB_TRY(reserve(ctx, work, count, (size_t)bins + 1, line * (size_t)ctx->threads));
    sort_sources(work, target, &k, bins, count, mean, weight);
#pragma omp parallel for num_threads(ctx->threads) schedule(dynamic, 1)
    for (int first = 0; first < rows; first += TILE) {
        const int last = first + TILE < rows ? first + TILE : rows;
        fill_tile(work, &k, mean, weight, first, last, work->factor + (size_t)omp_get_thread_num() * line, target);
    }
    target->variance = variance;
    target->mass = 0.0;
    for (size_t i = 0; i < sb_grid_density_points(target); i++) target->mass += target->density[i];
    target->mass *= sb_grid_density_cell(target);
done:
    return st;
}

void sb_kernel_work_free(sb_kernel_work *work)
{
    sb_free(work->bin);
    sb_free(work->order);
    sb_free(work->start);
    sb_free(work->factor);
    *work = (sb_kernel_work){0};
}
