#include "model/times.h"

#include "base/memory.h"

#include <math.h>
#include <string.h>

/* Of a law that is one Gaussian the multiple of y leaves nothing, or only what is not isotropic. */
static const double LEAST = 0.01;

/* Mean variance within a component and mean square of the pooled law, per coordinate. */
static void spread(const sb_data *data, double *within, double *total)
{
    const sb_mixture pooled = sb_data_pooled(data);
    const sb_components *components = pooled.components;
    *within = 0.0;
    for (int j = 0; j < components->J; j++) {
        double trace = 0.0;
        for (int i = 0; i < components->d; i++) trace += sb_components_variance(components, j, i);
        *within += pooled.weight[j] * trace / components->d;
    }
    *total = sb_mixture_second_moment(&pooled) / components->d;
}

/* log(e^2u - 1): minus the logarithm of the signal-to-noise ratio at u_k. */
static double minus_log_snr(const sb_grid *grid, int k)
{
    return 2.0 * grid->u[k] + log(grid->sigma2[k]);
}

sb_status sb_time_factors_create(sb_context *ctx, const sb_data *data, const sb_grid *grid, sb_time_factors *factors)
{
    sb_status st = SB_OK;
    const size_t K = (size_t)grid->K;
    double within, total;
    spread(data, &within, &total);
    *factors = (sb_time_factors){0};
    SB_ALLOC(factors->tau, 5 * K);
    factors->in = factors->tau + K;
    factors->c = factors->in + K;
    factors->linear = factors->c + K;
    factors->rest = factors->linear + K;
    const double low = minus_log_snr(grid, grid->K), high = minus_log_snr(grid, 0);
    for (int k = 0; k < grid->K; k++) {
        const double shrink = exp(-2.0 * grid->u[k]);
        factors->tau[k] = sqrt(3.0) * (2.0 * (minus_log_snr(grid, k) - low) / (high - low) - 1.0);
        factors->in[k] = 1.0 / sqrt(grid->sigma2[k] + shrink * total);
        factors->c[k] = 1.0 / sqrt(grid->sigma2[k] + shrink * within);
        factors->linear[k] = -factors->in[k] * factors->in[k];
        factors->rest[k] = sqrt(fmax(factors->c[k] * factors->c[k] + factors->linear[k], LEAST * factors->c[k] * factors->c[k]));
    }
done:
    return st;
}

void sb_time_factors_free(sb_time_factors *factors)
{
    sb_free(factors->tau);
    *factors = (sb_time_factors){0};
}

size_t sb_time_tables(int K, int E, const double *emb, const double *in, const double *c, const double *base, double *out)
{
    const size_t times = (size_t)K, numbers = times * (size_t)E;
    if (out) {
        memcpy(out, emb, numbers * sizeof *out);
        memcpy(out + numbers, in, times * sizeof *out);
        memcpy(out + numbers + times, c, times * sizeof *out);
        memcpy(out + numbers + 2 * times, base, times * sizeof *out);
    }
    return numbers + 3 * times;
}
