#include "diffusion/grid.h"

#include "base/memory.h"

#include <math.h>

static const double most_steps = 1e7;

double sb_snr(double u)
{
    return 1.0 / expm1(2.0 * u);
}

double sb_ou_variance(double u)
{
    return -expm1(-2.0 * u);
}

/* Remaining time after k of the longest allowed steps from u = T: each goes from u to max(u - kappa, u/(1+kappa)), the first of
 * the two while u >= 1 + kappa, so that both parts have a closed form and no error accumulates. */
static double greedy_time(double T, double kappa, double k)
{
    const double straight = T > 1.0 ? floor((T - 1.0) / kappa) : 0.0;
    if (k <= straight) return T - k * kappa;
    return (T - straight * kappa) * exp(-(k - straight) * log1p(kappa));
}

/* Smallest number of such steps that reaches delta; a last step of relative length 1e-12 is not made. */
static double greedy_count(double T, double delta, double kappa)
{
    const double straight = T > 1.0 ? floor((T - 1.0) / kappa) : 0.0;
    const double knee = T - straight * kappa;
    const double count = knee <= delta ? (T - delta) / kappa : straight + log(knee / delta) / log1p(kappa);
    return fmax(1.0, ceil(count * (1.0 - 1e-12)));
}

/* Smallest kappa that reaches delta in K steps: bisection down to neighbouring doubles. */
static double least_kappa(double T, double delta, int K)
{
    double low = (T - delta) / K * (1.0 - 1e-12), high = (T - delta) / fmin(1.0, delta);
    for (;;) {
        const double middle = low + 0.5 * (high - low);
        if (!(middle > low && middle < high)) return high;
        if (greedy_time(T, middle, K) > delta) low = middle;
        else high = middle;
    }
}

/* log s(u) and its inverse, for all u > 0. */
static double log_snr(double u)
{
    return -2.0 * u - log(sb_ou_variance(u));
}

static double time_of_log_snr(double l)
{
    return l < -600.0 ? -0.5 * l : 0.5 * log1p(exp(-l));
}

static double inner_time(sb_grid_kind kind, double T, double delta, double kappa, int k, int K)
{
    switch (kind) {
    case SB_GRID_KAPPA: return greedy_time(T, kappa, k);
    case SB_GRID_LOG_SNR: {
        const double first = log_snr(T), last = log_snr(delta);
        return time_of_log_snr(first + (last - first) * k / K);
    }
    default: return delta + (T - delta) * (K - k) / K;
    }
}

static sb_status fill(sb_context *ctx, sb_grid_kind kind, double kappa, sb_grid *grid)
{
    sb_status st = SB_OK;
    const int K = grid->K;
    for (int k = 0; k <= K; k++) {
        grid->u[k] = k == 0 ? grid->T : k == K ? grid->delta : inner_time(kind, grid->T, grid->delta, kappa, k, K);
        grid->t[k] = grid->T - grid->u[k];
        grid->sigma2[k] = sb_ou_variance(grid->u[k]);
    }
    for (int k = 0; k < K; k++) {
        grid->gamma[k] = grid->u[k] - grid->u[k + 1];
        SB_REQUIRE(grid->gamma[k] > 0.0 && grid->u[k + 1] >= grid->delta, SB_EUSER,
                   "%d steps from T = %g to delta = %g are finer than double precision", K, grid->T, grid->delta);
        grid->kappa = fmax(grid->kappa, grid->gamma[k] / fmin(1.0, grid->u[k + 1]));
    }
done:
    return st;
}

sb_status sb_grid_create(sb_context *ctx, const sb_config *config, sb_grid *grid)
{
    sb_status st = SB_OK;
    const double T = config->diffusion.T, delta = config->diffusion.delta;
    double kappa = config->diffusion.kappa, K = config->diffusion.K;
    *grid = (sb_grid){.T = T, .delta = delta};
    SB_REQUIRE(isfinite(T) && delta > 0.0 && delta < T, SB_EUSER, "a grid needs 0 < delta < T, not delta = %g and T = %g", delta,
               T);
    SB_REQUIRE(K >= 0.0 && isfinite(kappa) && kappa >= 0.0, SB_EUSER, "diffusion.K and diffusion.kappa must not be negative");
    SB_REQUIRE(config->diffusion.grid == SB_GRID_KAPPA || K >= 1.0, SB_EUSER, "this kind of grid needs diffusion.K >= 1");
    SB_REQUIRE((kappa > 0.0) != (K > 0.0) || config->diffusion.grid != SB_GRID_KAPPA, SB_EUSER,
               "grid kappa needs exactly one of diffusion.K and diffusion.kappa");
    if (K == 0.0) K = greedy_count(T, delta, kappa);
    SB_REQUIRE(K <= most_steps, SB_EUSER, "%g steps are too many: at most 1e7", K);
    grid->K = (int)K;
    if (config->diffusion.grid == SB_GRID_KAPPA && kappa == 0.0) kappa = least_kappa(T, delta, grid->K);
    SB_ALLOC(grid->t, grid->K + 1);
    SB_ALLOC(grid->u, grid->K + 1);
    SB_ALLOC(grid->gamma, grid->K);
    SB_ALLOC(grid->sigma2, grid->K + 1);
    SB_TRY(fill(ctx, config->diffusion.grid, kappa, grid));
done:
    if (st != SB_OK) sb_grid_free(grid);
    return st;
}

void sb_grid_free(sb_grid *grid)
{
    sb_free(grid->t);
    sb_free(grid->u);
    sb_free(grid->gamma);
    sb_free(grid->sigma2);
    *grid = (sb_grid){0};
}
