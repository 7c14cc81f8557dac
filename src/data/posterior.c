#include "data/marginal.h"

#include <math.h>
#include <string.h>

/* Given X_u = y and component j, X_0 is Gaussian: along an axis with variance lambda its mean is m + (a lambda/c)(y - a m) and its
 * variance lambda sigma2/c. */
static void component_posterior_mean(const sb_marginal *marginal, int j, const double *y, sb_marginal_scratch *s)
{
    const int d = marginal->d;
    const sb_components *c = marginal->components;
    const double *m = sb_marginal_mean(marginal, j), *p = sb_marginal_precision(marginal, j);
    const double a = marginal->a;
    const int whole = marginal->index[j];
    if (c->rank) {
        const int rank = c->rank, last = marginal->stored - 1;
        const double *z = s->z + (size_t)j * (size_t)rank;
        const double rest = rank < d ? a * sb_components_variance(c, whole, last) * p[last] : 0.0;
        for (int i = 0; i < d; i++) s->own[i] = rank < d ? rest * (y[i] - a * m[i]) : 0.0;
        for (int k = 0; k < rank; k++) s->t[k] = (a * sb_components_variance(c, whole, k) * p[k] - rest) * z[k];
        sb_marginal_from_axes(marginal, j, s->t, s->own);
        for (int i = 0; i < d; i++) s->own[i] += m[i];
        return;
    }
    const int stride = c->kind == SB_COVARIANCE_DIAGONAL;
    for (int i = 0; i < d; i++) s->own[i] = m[i] + a * sb_components_variance(c, whole, i) * p[i * stride] * (y[i] - a * m[i]);
}

static double component_posterior_trace(const sb_marginal *marginal, int j)
{
    const sb_components *c = marginal->components;
    const double *p = sb_marginal_precision(marginal, j);
    const int whole = marginal->index[j];
    double trace = 0.0;
    for (int i = 0; i < marginal->stored; i++)
        trace += sb_components_multiplicity(c, i) * sb_components_variance(c, whole, i) * marginal->sigma2 * p[i];
    return trace;
}

void sb_marginal_posterior(const sb_marginal *marginal, int B, const double *y, double *mean, double *trace, double *work)
{
    const size_t d = (size_t)marginal->d;
    sb_marginal_scratch s = sb_marginal_divide(marginal, work);
    for (size_t b = 0; b < (size_t)B; b++) {
        double *x = mean ? mean + b * d : s.centre;
        sb_marginal_responsibilities(marginal, y + b * d, s.r, s.z);
        memset(x, 0, d * sizeof *x);
        for (int j = 0; j < marginal->J; j++) {
            if (s.r[j] == 0.0) continue;
            component_posterior_mean(marginal, j, y + b * d, &s);
            for (size_t i = 0; i < d; i++) x[i] += s.r[j] * s.own[i];
        }
        if (!trace) continue;
        trace[b] = 0.0;
        for (int j = 0; j < marginal->J; j++) {
            if (s.r[j] == 0.0) continue;
            double apart = 0.0;
            component_posterior_mean(marginal, j, y + b * d, &s);
            for (size_t i = 0; i < d; i++) apart += (s.own[i] - x[i]) * (s.own[i] - x[i]);
            trace[b] += s.r[j] * (component_posterior_trace(marginal, j) + apart);
        }
    }
}

static int several(int J, const double *r)
{
    int count = 0;
    for (int j = 0; j < J; j++) count += r[j] != 0.0;
    return count > 1;
}

/* One point at a time. Where one component takes all, nothing overlaps. */
static void overlap_rows(const sb_marginal *marginal, int B, const double *y, double *entropy, double *spread, double *work)
{
    const size_t d = (size_t)marginal->d;
    sb_marginal_scratch s = sb_marginal_divide(marginal, work);
    for (size_t b = 0; b < (size_t)B; b++) {
        entropy[b] = spread[b] = 0.0;
        sb_marginal_responsibilities(marginal, y + b * d, s.r, s.z);
        if (!several(marginal->J, s.r)) continue;
        memset(s.centre, 0, d * sizeof *s.centre);
        for (int j = 0; j < marginal->J; j++) {
            if (s.r[j] == 0.0) continue;
            entropy[b] -= s.r[j] * log(s.r[j]);
            sb_marginal_component_score(marginal, j, y + b * d, &s);
            for (size_t i = 0; i < d; i++) s.centre[i] += s.r[j] * s.own[i];
        }
        for (int j = 0; j < marginal->J; j++) {
            if (s.r[j] == 0.0) continue;
            double apart = 0.0;
            sb_marginal_component_score(marginal, j, y + b * d, &s);
            for (size_t i = 0; i < d; i++) apart += (s.own[i] - s.centre[i]) * (s.own[i] - s.centre[i]);
            spread[b] += s.r[j] * apart;
        }
    }
}

void sb_marginal_overlap(const sb_marginal *marginal, int B, const double *y, double *entropy, double *spread, double *work)
{
    const size_t d = (size_t)marginal->d;
    const int side_by_side = marginal->points && B >= SB_MARGINAL_LANES / 4;
    if (!side_by_side) overlap_rows(marginal, B, y, entropy, spread, work);
    for (int first = 0; first < B && side_by_side; first += SB_MARGINAL_LANES) {
        const int count = B - first < SB_MARGINAL_LANES ? B - first : SB_MARGINAL_LANES;
        const double *own = y + (size_t)first * d;
        unsigned char tame[SB_MARGINAL_LANES];
        sb_marginal_points_overlap(marginal, count, own, entropy + first, spread + first, tame, work);
        for (int b = 0; b < count; b++)
            if (!tame[b]) overlap_rows(marginal, 1, own + (size_t)b * d, entropy + first + b, spread + first + b, work);
    }
}
