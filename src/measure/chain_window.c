#include "measure/chain_window.h"

#include <math.h>

sb_window sb_window_of_law(const sb_mixture *q, double u, double deviations)
{
    const sb_components *c = q->components;
    const double a = exp(-u), sigma2 = -expm1(-2.0 * u);
    sb_window box = {{INFINITY, INFINITY}, {-INFINITY, -INFINITY}};
    for (int j = 0; j < c->J; j++) {
        if (!(q->weight[j] > 0.0)) continue;
        for (int i = 0; i < c->d; i++) {
            const double mean = a * c->mean[(size_t)j * (size_t)c->d + (size_t)i];
            const double half = deviations * sqrt(a * a * sb_components_axis_variance(c, j, i) + sigma2);
            box.lo[i] = fmin(box.lo[i], mean - half);
            box.hi[i] = fmax(box.hi[i], mean + half);
        }
    }
    return box;
}

double sb_window_least_deviation(const sb_mixture *q, double u)
{
    const sb_components *c = q->components;
    double least = INFINITY;
    for (int j = 0; j < c->J; j++)
        for (int i = 0; i < c->d && q->weight[j] > 0.0; i++) least = fmin(least, sb_components_variance(c, j, i));
    return sqrt(exp(-2.0 * u) * least - expm1(-2.0 * u));
}

/* Probes of the faces of `box` along one axis: half of them on the lower face, half on the upper. */
static void probe_faces(int d, const sb_window *box, int axis, int count, double *y)
{
    for (int p = 0; p < count; p++) {
        const int upper = p >= count / 2, across = 1 - axis;
        y[p * d + axis] = upper ? box->hi[axis] : box->lo[axis];
        if (d == 2) y[p * d + across] = box->lo[across] + (box->hi[across] - box->lo[across]) * (p % (count / 2)) / (count / 2 - 1);
    }
}

/* Not counting a margin for rounding. */
static int inside(int d, const sb_window *box, const double *y)
{
    for (int i = 0; i < d; i++) {
        const double margin = 1e-9 * (box->hi[i] - box->lo[i]);
        if (!(y[i] > box->lo[i] + margin && y[i] < box->hi[i] - margin)) return 0;
    }
    return 1;
}

/* A point that step k carries near the middle of `target`: fixed-point steps from where a score of zero would have it, as long as
 * they come closer. */
static sb_status centre_of_preimage(sb_context *ctx, sb_sampler_map *map, int k, const sb_window *target, double centre[2])
{
    sb_status st = SB_OK;
    const int d = map->system->data.d, rounds = 8;
    const double a = sb_sampler_map_step(map->system, k).a;
    double y[2], image[2], least = INFINITY;
    for (int i = 0; i < d; i++) y[i] = 0.5 * (target->lo[i] + target->hi[i]) / a;
    for (int round = 0; round < rounds; round++) {
        double miss = 0.0;
        SB_TRY(sb_sampler_map_eval(ctx, map, k, 1, y, image));
        for (int i = 0; i < d; i++) miss += fabs(image[i] - 0.5 * (target->lo[i] + target->hi[i]));
        if (!(miss < least)) break;
        least = miss;
        for (int i = 0; i < d; i++) {
            centre[i] = y[i];
            y[i] -= (image[i] - 0.5 * (target->lo[i] + target->hi[i])) / a;
        }
    }
    SB_REQUIRE(isfinite(least), SB_ERANGE, "the score at step %d is not finite", k);
done:
    return st;
}

/* Moves the faces of `box` outwards until what lies on them is carried out of `target`. */
static sb_status grow_to_preimage(sb_context *ctx, sb_sampler_map *map, int k, const sb_window *target, sb_window *box)
{
    sb_status st = SB_OK;
    const int d = map->system->data.d, count = d == 2 ? SB_WINDOW_BATCH : 2, rounds = 6;
    double y[SB_WINDOW_BATCH * 2], image[SB_WINDOW_BATCH * 2];
    for (int round = 0, moved = 1; moved && round < rounds; round++) {
        moved = 0;
        for (int axis = 0; axis < d; axis++) {
            const double middle = 0.5 * (target->lo[axis] + target->hi[axis]), half = target->hi[axis] - middle;
            const double centre = 0.5 * (box->lo[axis] + box->hi[axis]);
            double grow[2] = {1.0, 1.0}; /* of the lower and the upper half of the box */
            probe_faces(d, box, axis, count, y);
            SB_TRY(sb_sampler_map_eval(ctx, map, k, count, y, image));
            for (int p = 0; p < count; p++) {
                if (!inside(d, target, image + p * d)) continue;
                const int upper = p >= count / 2;
                grow[upper] = fmax(grow[upper], fmin(1.001 * half / fabs(image[p * d + axis] - middle), 2.0));
            }
            box->lo[axis] = centre - (centre - box->lo[axis]) * grow[0];
            box->hi[axis] = centre + (box->hi[axis] - centre) * grow[1];
            moved = moved || grow[0] > 1.0 || grow[1] > 1.0;
        }
    }
done:
    return st;
}

/* Cuts a box to what `most` holds, along each axis where they overlap. */
static void cut(int d, const sb_window *most, sb_window *box)
{
    for (int i = 0; i < d; i++) {
        const double lo = fmax(box->lo[i], most->lo[i]), hi = fmin(box->hi[i], most->hi[i]);
        if (lo < hi) box->lo[i] = lo, box->hi[i] = hi;
    }
}

/* Noise adds up in quadrature, so each box is kept as a core and the variance of the noise still to come, in the box's own scale. */
sb_status sb_window_sources(sb_context *ctx, sb_sampler_map *map, const double *variance, const sb_window *last, double deviations,
                            sb_window *window)
{
    sb_status st = SB_OK;
    const int d = map->system->data.d, K = map->system->grid.K;
    const double growth = 16.0;
    sb_window core = *last, most;
    double noise[2] = {0.0, 0.0};
    window[K] = *last;
    for (int i = 0; i < d; i++) {
        const double limit = growth * fmax(last->hi[i] - last->lo[i], 1.0);
        most.lo[i] = last->lo[i] - limit;
        most.hi[i] = last->hi[i] + limit;
    }
    for (int k = K - 1; k >= 0; k--) {
        const double a = sb_sampler_map_step(map->system, k).a;
        sb_window target, *box = &window[k];
        double centre[2];
        for (int i = 0; i < d; i++) {
            const double margin = deviations * sqrt(noise[i] + variance[k]);
            target.lo[i] = core.lo[i] - margin;
            target.hi[i] = core.hi[i] + margin;
        }
        SB_TRY(centre_of_preimage(ctx, map, k, &target, centre));
        for (int i = 0; i < d; i++) {
            const double half = 0.5 * (target.hi[i] - target.lo[i]) / a;
            box->lo[i] = centre[i] - half;
            box->hi[i] = centre[i] + half;
        }
        SB_TRY(grow_to_preimage(ctx, map, k, &target, box));
        cut(d, &most, box);
        for (int i = 0; i < d; i++) {
            const double scale = (box->hi[i] - box->lo[i]) / (target.hi[i] - target.lo[i]),
                         middle = 0.5 * (box->lo[i] + box->hi[i]);
            noise[i] = scale * scale * (noise[i] + variance[k]);
            const double half = fmax(box->hi[i] - middle - deviations * sqrt(noise[i]), 0.0);
            core.lo[i] = middle - half;
            core.hi[i] = middle + half;
        }
    }
done:
    return st;
}

sb_window sb_window_of_kernels(int d, size_t count, const double *mean, const double *weight, double variance, double deviations)
{
    sb_window box = {{INFINITY, INFINITY}, {-INFINITY, -INFINITY}};
    double least = 0.0;
    for (size_t p = 0; p < count; p++) least = fmax(least, weight[p]);
    least *= exp(-0.5 * deviations * deviations);
    for (size_t p = 0; p < count; p++) {
        if (!(weight[p] >= least && weight[p] > 0.0)) continue;
        const double margin = sqrt(2.0 * variance * log(weight[p] / least));
        for (int i = 0; i < d; i++) {
            const double x = mean[p * (size_t)d + (size_t)i];
            box.lo[i] = fmin(box.lo[i], x - margin);
            box.hi[i] = fmax(box.hi[i], x + margin);
        }
    }
    return box;
}

sb_window sb_window_join(int d, const sb_window *bulk, const sb_window *law, const sb_window *source)
{
    sb_window box;
    for (int i = 0; i < d; i++) {
        const double b = 0.5 * (bulk->hi[i] - bulk->lo[i]), s = 0.5 * (source->hi[i] - source->lo[i]), half = fmin(b, s);
        const double share = b * b / (b * b + s * s);
        const double middle = 0.5 * ((1.0 - share) * (bulk->lo[i] + bulk->hi[i]) + share * (source->lo[i] + source->hi[i]));
        const double lo = fmax(fmin(bulk->lo[i], law->lo[i]), source->lo[i]);
        const double hi = fmin(fmax(bulk->hi[i], law->hi[i]), source->hi[i]);
        box.lo[i] = lo < hi ? fmin(lo, middle - half) : middle - half;
        box.hi[i] = lo < hi ? fmax(hi, middle + half) : middle + half;
    }
    return box;
}
