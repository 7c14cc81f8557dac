#include "data/components.h"

#include <math.h>
#include <string.h>

int sb_partition_row_count(const sb_config *config)
{
    return config->data.partition == SB_PARTITION_IID ? 1 : config->data.workers;
}

static void normalise(int J, double *row)
{
    double total = 0.0;
    for (int j = 0; j < J; j++) total += row[j];
    for (int j = 0; j < J; j++) row[j] /= total;
}

/* Dirichlet(alpha J p): gamma variates by their logarithms, so that tiny alpha gives one weight near 1 and no 0/0. */
static void dirichlet(sb_stream stream, double alpha, int J, const double *p, double *row)
{
    double most = -INFINITY;
    for (int j = 0; j < J; j++) {
        row[j] = p[j] > 0.0 ? sb_stream_log_gamma_variate(&stream, alpha * J * p[j]) : -INFINITY;
        most = fmax(most, row[j]);
    }
    for (int j = 0; j < J; j++) row[j] = exp(row[j] - most);
    normalise(J, row);
}

/* Components are dealt out in turn; with more workers than components, workers in turn. */
static void by_component(int n, int N, int J, const double *p, double *row)
{
    for (int j = 0; j < J; j++) row[j] = (J >= N ? j % N == n : j == n % J) ? p[j] : 0.0;
    normalise(J, row);
}

static sb_status given(sb_context *ctx, int n, int J, const double *weights, double *row)
{
    sb_status st = SB_OK;
    double total = 0.0;
    SB_REQUIRE(weights, SB_EUSER, "partition explicit needs the workers' weights");
    memcpy(row, weights + (size_t)n * (size_t)J, (size_t)J * sizeof *row);
    for (int j = 0; j < J; j++) {
        SB_REQUIRE(isfinite(row[j]) && row[j] >= 0.0, SB_EUSER, "worker %d: %g is no weight", n + 1, row[j]);
        total += row[j];
    }
    SB_REQUIRE(fabs(total - 1.0) <= 1e-9, SB_EUSER, "the weights of worker %d sum to %.12g, not 1", n + 1, total);
    normalise(J, row);
done:
    return st;
}

sb_status sb_partition_rows(sb_context *ctx, const sb_config *config, int J, const double *p, double *rows)
{
    sb_status st = SB_OK;
    const int N = config->data.workers;
    const double alpha = config->data.alpha;
    switch (config->data.partition) {
    case SB_PARTITION_IID: memcpy(rows, p, (size_t)J * sizeof *rows); break;
    case SB_PARTITION_DIRICHLET:
        SB_REQUIRE(isfinite(alpha) && alpha >= 1e-100, SB_EUSER,
                   "the Dirichlet concentration alpha must be at least 1e-100, not %g", alpha);
        for (int n = 0; n < N; n++)
            dirichlet(sb_stream_at(config->seed, SB_DRAW_PARTITION, 0, (uint32_t)n, 0, 0), alpha, J, p,
                      rows + (size_t)n * (size_t)J);
        break;
    case SB_PARTITION_BY_COMPONENT:
        for (int n = 0; n < N; n++) by_component(n, N, J, p, rows + (size_t)n * (size_t)J);
        break;
    case SB_PARTITION_EXPLICIT:
        for (int n = 0; n < N; n++) SB_TRY(given(ctx, n, J, config->data.weights, rows + (size_t)n * (size_t)J));
        break;
    default: SB_FAIL(SB_EINVAL, "no partition has the number %d", (int)config->data.partition);
    }
done:
    return st;
}
