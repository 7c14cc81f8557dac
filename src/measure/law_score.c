/* The Lipschitz constant of the scores grad log q_u. The Hessian is H = Cov_r(g_j) - sum_j r_j A_j with r_j the probability of
 * component j given X_u = y, g_j its score and A_j its precision. With A_j = A for all j, g_j - g_l = A a (m_j - m_l): so H <= the
 * largest |A a (m_j - c)|^2 for any c, less the least eigenvalue of A, and far out, where one component is alone, H = -A. */
#include "measure/law_constants.h"

#include "base/memory.h"
#include "measure/score_search.h"

#include <math.h>

enum { PATIENCE = 32 }; /* times as many points at the steepest time */

static int same_covariances(const sb_mixture *q)
{
    int first = -1, same = 1;
    for (int j = 0; j < q->components->J && same; j++) {
        if (!(q->weight[j] > 0.0)) continue;
        if (first < 0) first = j;
        else same = sb_components_same_covariance(q->components, first, j);
    }
    return same;
}

/* square (d) out: of x along the axes of component j. What low rank leaves outside of its eigenvectors has one variance and so goes
 * into one number. x (d) is overwritten. */
static void squares_along_axes(const sb_components *c, size_t j, double *x, double *square)
{
    const size_t d = (size_t)c->d, rank = (size_t)c->rank;
    double outside = 0.0;
    for (size_t i = 0; i < d; i++) square[i] = rank ? 0.0 : x[i] * x[i];
    for (size_t l = 0; l < rank; l++) {
        const double *q = c->Q + j * d * rank + l;
        double z = 0.0;
        for (size_t i = 0; i < d; i++) z += q[i * rank] * x[i];
        for (size_t i = 0; i < d && rank < d; i++) x[i] -= q[i * rank] * z;
        square[l] = z * z;
    }
    for (size_t i = 0; i < d; i++) outside += x[i] * x[i];
    if (rank && rank < d) square[rank] = outside;
}

/* Squares of the centres' offsets from their mean along the common axes: offset (active,d) out, in the order of the components.
 * centre, x: (d) scratch. */
static void offsets_along_axes(const sb_mixture *q, double *centre, double *x, double *offset)
{
    const sb_components *c = q->components;
    const size_t d = (size_t)c->d;
    double active = 0.0;
    for (size_t i = 0; i < d; i++) centre[i] = 0.0;
    for (size_t j = 0; j < (size_t)c->J; j++) {
        if (!(q->weight[j] > 0.0)) continue;
        active += 1.0;
        for (size_t i = 0; i < d; i++) centre[i] += (c->mean[j * d + i] - centre[i]) / active;
    }
    for (size_t j = 0; j < (size_t)c->J; j++) {
        if (!(q->weight[j] > 0.0)) continue;
        for (size_t i = 0; i < d; i++) x[i] = c->mean[j * d + i] - centre[i];
        squares_along_axes(c, j, x, offset);
        offset += d;
    }
}

/* |A| and the upper bound at time u for components that all have the covariance of component j. */
static void common_bounds(const sb_components *c, int j, int active, const double *offset, double u, double sigma2, double *least,
                          double *most)
{
    const size_t d = (size_t)c->d;
    const double shrink = exp(-2.0 * u);
    double widest = 0.0, apart = 0.0;
    *least = 0.0;
    for (int i = 0; i < c->d; i++) {
        const double variance = shrink * sb_components_variance(c, j, i) + sigma2;
        widest = fmax(widest, variance);
        *least = fmax(*least, 1.0 / variance);
    }
    for (size_t row = 0; row < (size_t)active; row++) {
        double sum = 0.0;
        for (size_t i = 0; i < d; i++) {
            const double variance = shrink * sb_components_variance(c, j, (int)i) + sigma2;
            sum += shrink * offset[row * d + i] / (variance * variance);
        }
        apart = fmax(apart, sum);
    }
    *most = fmax(*least, apart - 1.0 / widest);
}

/* From below and from above over all times, for components of one covariance. */
static sb_status bounds_over_times(sb_context *ctx, const sb_mixture *q, const sb_grid *grid, double *lower, double *upper)
{
    sb_status st = SB_OK;
    const sb_components *c = q->components;
    double *offset = NULL, *centre = NULL;
    int active = 0, first = 0;
    for (int j = c->J - 1; j >= 0; j--)
        if (q->weight[j] > 0.0) active++, first = j;
    SB_ALLOC(offset, (size_t)active * (size_t)c->d);
    SB_ALLOC(centre, 2 * (size_t)c->d);
    offsets_along_axes(q, centre, centre + c->d, offset);
    *lower = *upper = 0.0;
    for (int k = 0; k <= grid->K; k++) {
        double least, most;
        common_bounds(c, first, active, offset, grid->u[k], grid->sigma2[k], &least, &most);
        *lower = fmax(*lower, least);
        *upper = fmax(*upper, most);
    }
done:
    sb_free(offset);
    sb_free(centre);
    return st;
}

/* The largest secant ratio over all times: each is searched, and the steepest one again with more patience. */
static sb_status search_times(sb_context *ctx, const sb_mixture *q, const sb_grid *grid, int points, uint64_t seed, int index,
                              double *steepest)
{
    sb_status st = SB_OK;
    double *found = NULL, again;
    int best = 0;
    SB_ALLOC(found, grid->K + 1);
#pragma omp parallel for num_threads(ctx->threads) schedule(dynamic, 1)
    for (int k = 0; k <= grid->K; k++) {
        if (sb_context_stopped(ctx)) continue;
        const sb_stream stream = sb_stream_at(seed, SB_DRAW_EXACT, 0, (uint32_t)index, (uint32_t)k, 3);
        const sb_status now = sb_score_search(ctx, q, grid->u[k], grid->sigma2[k], points, stream, &found[k]);
        if (now != SB_OK) {
#pragma omp atomic write
            st = now;
        }
    }
    if (st != SB_OK) SB_TRY(st);
    SB_REQUIRE(!sb_context_stopped(ctx), SB_EINTR, "stopped while measuring the law");
    for (int k = 1; k <= grid->K; k++)
        if (found[k] > found[best]) best = k;
    SB_TRY(sb_score_search(ctx, q, grid->u[best], grid->sigma2[best], PATIENCE * points,
                           sb_stream_at(seed, SB_DRAW_EXACT, 0, (uint32_t)index, (uint32_t)best, 4), &again));
    *steepest = fmax(found[best], again);
done:
    sb_free(found);
    return st;
}

sb_status sb_law_score_lipschitz(sb_context *ctx, const sb_mixture *q, const sb_grid *grid, int points, uint64_t seed, int index,
                                 sb_number *L)
{
    sb_status st = SB_OK;
    double lower = 0.0, upper = INFINITY, steepest = 0.0;
    SB_REQUIRE(points >= 2, SB_EINVAL, "the scores' Lipschitz constant needs at least 2 points, not %d", points);
    if (same_covariances(q)) SB_TRY(bounds_over_times(ctx, q, grid, &lower, &upper));
    if (lower < upper) SB_TRY(search_times(ctx, q, grid, points, seed, index, &steepest));
    lower = fmin(fmax(lower, steepest), upper); /* a secant's rounding must not pass the bound */
    *L = (sb_number){lower, lower, upper, 1.0, 0.0, lower < upper ? SB_LOWER_ESTIMATE : SB_EXACT};
done:
    return st;
}
