/* noised.c: noised samples of a law, on the host and in double. */
#include "model/loss.h"

#include "base/memory.h"
#include "kernels/point/sample.h"

#include <math.h>

sb_status sb_noised_alloc(sb_context *ctx, int B_max, int d, sb_noised *noised)
{
    sb_status st = SB_OK;
    const size_t rows = (size_t)B_max;
    *noised = (sb_noised){.B = B_max, .d = d};
    SB_ALLOC(noised->y, rows * d);
    SB_ALLOC(noised->target, rows * d);
    SB_ALLOC(noised->weight, rows);
    SB_ALLOC(noised->k, rows);
    SB_ALLOC(noised->scratch, 2 * (size_t)d);
done:
    if (st != SB_OK) sb_noised_free(noised);
    return st;
}

void sb_noised_free(sb_noised *noised)
{
    sb_free(noised->y);
    sb_free(noised->target);
    sb_free(noised->weight);
    sb_free(noised->k);
    sb_free(noised->scratch);
    *noised = (sb_noised){0};
}

void sb_time_law(const sb_grid *grid, double *cumulative)
{
    double sum = 0.0;
    for (int k = 0; k < grid->K; k++) cumulative[k] = sum += grid->gamma[k] / grid->sigma2[k];
    for (int k = 0; k < grid->K; k++) cumulative[k] /= sum; /* the last one is exactly 1 */
}

/* Row b of *out at time k: y and target, from the blocks after the first. */
static void noise_row(const sb_mixture *q, const sb_grid *grid, sb_stream stream, int k, int b, sb_noised *out)
{
    const int d = out->d;
    const double mean = exp(-grid->u[k]), sigma = sqrt(grid->sigma2[k]);
    double *x0 = out->scratch, *y = out->y + (size_t)b * d, *z = out->target + (size_t)b * d;
    stream = sb_stream_skip(stream, 1);
    sb_mixture_sample(q, stream, 1, x0, NULL, out->scratch + d);
    stream = sb_stream_skip(stream, sb_mixture_sample_blocks(q));
    sb_stream_normals(&stream, (size_t)d, z);
    for (int i = 0; i < d; i++) {
        y[i] = sb_point_noised(mean, x0[i], sigma, z[i]);
        z[i] = sb_point_target(sigma, z[i]);
    }
    out->k[b] = k;
}

void sb_noised_draw(const sb_mixture *q, const sb_grid *grid, const double *cumulative, sb_stream stream, int B, sb_noised *out)
{
    const uint64_t blocks = sb_point_sample_blocks(out->d);
    out->B = B;
    for (int b = 0; b < B; b++) {
        const sb_stream own = sb_stream_skip(stream, (uint64_t)b * blocks);
        sb_stream time = own;
        const int k = sb_point_find(cumulative, grid->K, grid->K - 1, sb_stream_uniform(&time));
        noise_row(q, grid, own, k, b, out);
        out->weight[b] = sb_point_weight_random(cumulative, k, grid->gamma[k], B);
    }
}

void sb_noised_stratified(const sb_mixture *q, const sb_grid *grid, sb_stream stream, int first, int B, int total, sb_noised *out)
{
    const uint64_t blocks = sb_point_sample_blocks(out->d);
    const int K = grid->K;
    out->B = B;
    for (int b = 0; b < B; b++) {
        const int i = first + b, k = i % K;
        noise_row(q, grid, sb_stream_skip(stream, (uint64_t)i * blocks), k, b, out);
        out->weight[b] = sb_point_weight_stratified(K, total, k, grid->gamma[k]);
    }
}

void sb_noised_at(const sb_mixture *q, const sb_grid *grid, sb_stream stream, int k, int first, int B, sb_noised *out)
{
    const uint64_t blocks = sb_point_sample_blocks(out->d);
    out->B = B;
    for (int b = 0; b < B; b++) {
        noise_row(q, grid, sb_stream_skip(stream, (uint64_t)(first + b) * blocks), k, b, out);
        out->weight[b] = 1.0;
    }
}
