#include "measure/surrogate_parts.h"

#include "base/memory.h"
#include "measure/law_points.h"

#include <math.h>
#include <string.h>

enum { LEAST_POINTS = 16, MOST_COMPONENTS = 32, POINTS_PER_COMPONENT = 16, MOST_CORRELATED = 64, FIRST = 30, MORE = 4 };

sb_mixture sb_surrogate_law(const sb_surrogate *surrogate)
{
    return (sb_mixture){.components = &surrogate->components, .weight = surrogate->weight};
}

void sb_surrogate_free(sb_surrogate *surrogate)
{
    sb_components_free(&surrogate->components);
    sb_free(surrogate->weight);
    *surrogate = (sb_surrogate){0};
}

/* Components as general as those of c whose variances can be fitted one by one; low rank stays what it is. */
static sb_status alloc_alike(sb_context *ctx, const sb_components *c, int J, sb_components *alike)
{
    if (c->kind == SB_COVARIANCE_LOW_RANK) return sb_components_alloc_low_rank(ctx, c->d, J, c->rank, alike);
    return sb_components_alloc(ctx, c->d, J, c->rank ? SB_COVARIANCE_FULL : SB_COVARIANCE_DIAGONAL, alike);
}

/* The marginal of q at time u as a mixture of its own. Where correlations are tried, low rank becomes full. */
static sb_status start_at_law(sb_context *ctx, const sb_mixture *q, double u, int active, sb_surrogate *start)
{
    sb_status st = SB_OK;
    const sb_components *c = q->components;
    const size_t d = (size_t)c->d;
    const double decay = exp(-u), sigma2 = -expm1(-2.0 * u);
    sb_components expanded = {0};
    size_t to = 0;
    if (c->kind == SB_COVARIANCE_LOW_RANK && c->d <= MOST_CORRELATED) {
        SB_TRY(sb_components_expand(ctx, c, &expanded));
        c = &expanded;
    }
    SB_TRY(alloc_alike(ctx, c, active, &start->components));
    SB_ALLOC(start->weight, active);
    const size_t stored = (size_t)sb_components_stored(&start->components), size = d * (size_t)c->rank;
    for (int j = 0; j < c->J; j++) {
        if (!(q->weight[j] > 0.0)) continue;
        start->weight[to] = q->weight[j];
        for (size_t i = 0; i < d; i++) start->components.mean[to * d + i] = decay * c->mean[(size_t)j * d + i];
        for (size_t i = 0; i < stored; i++)
            start->components.lambda[to * stored + i] = decay * decay * sb_components_variance(c, j, (int)i) + sigma2;
        if (size) memcpy(start->components.Q + to * size, c->Q + (size_t)j * size, size * sizeof(double));
        to++;
    }
done:
    sb_components_free(&expanded);
    return st;
}

/* J components of equal weight around points spread evenly over the sample, as wide as they must be to fill its volume together. */
static sb_status start_at_points(sb_context *ctx, int d, int J, int count, const double *y, sb_surrogate *start)
{
    sb_status st = SB_OK;
    SB_TRY(sb_components_alloc(ctx, d, J, SB_COVARIANCE_DIAGONAL, &start->components));
    SB_ALLOC(start->weight, J);
    const size_t D = (size_t)d;
    for (size_t i = 0; i < D; i++) {
        double mean = 0.0, square = 0.0;
        for (size_t b = 0; b < (size_t)count; b++) mean += y[b * D + i] / count;
        for (size_t b = 0; b < (size_t)count; b++) square += (y[b * D + i] - mean) * (y[b * D + i] - mean) / count;
        for (size_t j = 0; j < (size_t)J; j++) start->components.lambda[j * D + i] = square * pow(J, -2.0 / d);
    }
    for (size_t j = 0; j < (size_t)J; j++) {
        start->weight[j] = 1.0 / J;
        memcpy(start->components.mean + j * D, y + j * (size_t)count / (size_t)J * D, D * sizeof *y);
    }
done:
    return st;
}

sb_status sb_surrogate_start(sb_context *ctx, const sb_mixture *q, double u, int count, const double *y, sb_surrogate *start)
{
    sb_status st = SB_OK;
    int active = 0, most = count / POINTS_PER_COMPONENT;
    if (most > MOST_COMPONENTS) most = MOST_COMPONENTS;
    for (int j = 0; j < q->components->J; j++) active += q->weight[j] > 0.0;
    *start = (sb_surrogate){0};
    if (active <= most) SB_TRY(start_at_law(ctx, q, u, active, start));
    else SB_TRY(start_at_points(ctx, q->components->d, most, count, y, start));
done:
    if (st != SB_OK) sb_surrogate_free(start);
    return st;
}

sb_status sb_surrogate_copy(sb_context *ctx, const sb_surrogate *from, int full, sb_surrogate *to)
{
    sb_status st = SB_OK;
    const sb_components *c = &from->components;
    const size_t d = (size_t)c->d, J = (size_t)c->J;
    *to = (sb_surrogate){0};
    if (full) SB_TRY(sb_components_alloc(ctx, c->d, c->J, SB_COVARIANCE_FULL, &to->components));
    else SB_TRY(alloc_alike(ctx, c, c->J, &to->components));
    SB_ALLOC(to->weight, J);
    memcpy(to->weight, from->weight, J * sizeof *to->weight);
    memcpy(to->components.mean, c->mean, J * d * sizeof(double));
    memcpy(to->components.lambda, c->lambda, J * (size_t)sb_components_stored(c) * sizeof(double));
    if (c->Q) memcpy(to->components.Q, c->Q, J * d * (size_t)c->rank * sizeof(double));
    else if (full)
        for (size_t i = 0; i < J * d * d; i++) to->components.Q[i] = i % (d * d) % (d + 1) == 0 ? 1.0 : 0.0;
done:
    if (st != SB_OK) sb_surrogate_free(to);
    return st;
}

/* Mean log-density at y (count,d). */
static sb_status mean_log_density(sb_context *ctx, const sb_surrogate *s, int count, const double *y, double *log_density,
                                  double *mean)
{
    sb_status st = SB_OK;
    const sb_mixture law = sb_surrogate_law(s);
    double sum = 0.0;
    SB_TRY(sb_law_log_density(ctx, &law, 0.0, count, y, log_density));
    for (int i = 0; i < count; i++) sum += log_density[i];
    *mean = sum / count;
done:
    return st;
}

/* Fitted along the axes first, then, if asked for, with correlations. */
static sb_status fit(sb_context *ctx, const sb_surrogate *start, sb_surrogate_form form, int count, const double *y,
                     sb_surrogate *fitted)
{
    sb_status st = SB_OK;
    const sb_surrogate_form plain = {0};
    sb_surrogate along = {0};
    *fitted = (sb_surrogate){0};
    SB_TRY(sb_surrogate_copy(ctx, start, 0, &along));
    SB_TRY(sb_surrogate_improve(ctx, start, plain, FIRST, count, y, &along));
    SB_TRY(sb_surrogate_copy(ctx, &along, form.correlated, fitted));
    if (form.correlated) SB_TRY(sb_surrogate_improve(ctx, start, form, MORE, count, y, fitted));
done:
    sb_surrogate_free(&along);
    if (st != SB_OK) sb_surrogate_free(fitted);
    return st;
}

/* Fitted to every other point, judged on the rest. */
static sb_status choose(sb_context *ctx, const sb_surrogate *start, int count, const double *y, sb_surrogate_form *best)
{
    static const sb_surrogate_form forms[] = {{0, 0.0}, {1, 2.0}, {1, 0.4}, {1, 0.08}, {1, 0.004}};
    sb_status st = SB_OK;
    const size_t d = (size_t)start->components.d;
    const int half = count / 2, tried = d > 1 && d <= MOST_CORRELATED ? (int)(sizeof forms / sizeof *forms) : 1;
    double *room = NULL, most = -INFINITY;
    sb_surrogate one = {0};
    *best = forms[0];
    if (tried == 1) return SB_OK;
    SB_ALLOC(room, 2 * (size_t)half * d + (size_t)half);
    double *own = room, *other = room + (size_t)half * d, *log_density = room + 2 * (size_t)half * d;
    for (size_t i = 0; i < (size_t)half; i++) {
        memcpy(own + i * d, y + 2 * i * d, d * sizeof *y);
        memcpy(other + i * d, y + (2 * i + 1) * d, d * sizeof *y);
    }
    for (int f = 0; f < tried; f++) {
        double mean;
        SB_TRY(fit(ctx, start, forms[f], half, own, &one));
        SB_TRY(mean_log_density(ctx, &one, half, other, log_density, &mean));
        sb_surrogate_free(&one);
        if (mean > most) most = mean, *best = forms[f];
    }
done:
    sb_surrogate_free(&one);
    sb_free(room);
    return st;
}

sb_status sb_surrogate_fit(sb_context *ctx, const sb_mixture *q, double u, int count, const double *y, sb_surrogate *surrogate)
{
    sb_status st = SB_OK;
    sb_surrogate start = {0};
    sb_surrogate_form form;
    *surrogate = (sb_surrogate){0};
    SB_REQUIRE(count >= LEAST_POINTS, SB_EINVAL, "a surrogate needs at least %d points, not %d", LEAST_POINTS, count);
    SB_TRY(sb_surrogate_start(ctx, q, u, count, y, &start));
    SB_TRY(choose(ctx, &start, count, y, &form));
    SB_TRY(fit(ctx, &start, form, count, y, surrogate));
done:
    sb_surrogate_free(&start);
    return st;
}
