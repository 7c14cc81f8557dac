#include "measure/exact_rule.h"

#include <math.h>

static const double least_log = -38.0; /* bells lower than e^this times the highest are left out of a row */

/* Gauss-Kronrod rule of 15 points on [-1,1], the odd-numbered ones those of the 7-point Gauss rule, and an idle point that makes
 * the rows a whole number of vector registers. */
const double sb_rule_node[SB_RULE_POINTS] = {-0.991455371120812639206854697526329, -0.949107912342758524526189684047851,
                                             -0.864864423359769072789712788640926, -0.741531185599394439863864773280788,
                                             -0.586087235467691130294144691693013, -0.405845151377397166906606412076961,
                                             -0.207784955007898467600689403773245, 0.0,
                                             0.207784955007898467600689403773245,  0.405845151377397166906606412076961,
                                             0.586087235467691130294144691693013,  0.741531185599394439863864773280788,
                                             0.864864423359769072789712788640926,  0.949107912342758524526189684047851,
                                             0.991455371120812639206854697526329,  0.0};
const double sb_rule_weight[SB_RULE_POINTS] = {0.022935322010529224963732008058970, 0.063092092629978553290700663189204,
                                               0.104790010322250183839876322541518, 0.140653259715525918745189590510238,
                                               0.169004726639267902826583426598550, 0.190350578064785409913256402421014,
                                               0.204432940075298892414161999234649, 0.209482141084727828012999174891714,
                                               0.204432940075298892414161999234649, 0.190350578064785409913256402421014,
                                               0.169004726639267902826583426598550, 0.140653259715525918745189590510238,
                                               0.104790010322250183839876322541518, 0.063092092629978553290700663189204,
                                               0.022935322010529224963732008058970, 0.0};
static const double coarse_weight[SB_RULE_POINTS] = {
    0.0, 0.129484966168869693270611432679082, 0.0, 0.279705391489276667901467771423780,
    0.0, 0.381830050505118944950369775488975, 0.0, 0.417959183673469387755102040816327,
    0.0, 0.381830050505118944950369775488975, 0.0, 0.279705391489276667901467771423780,
    0.0, 0.129484966168869693270611432679082, 0.0, 0.0};

/* Sums over bells at the points of one row of the cell, each bell weighted by e = exp(log density - largest log density). h is its
 * score less that of the bell `ref`, so that nothing cancels where ref dominates; P its precision matrix. */
typedef struct {
    double most[SB_RULE_POINTS]; /* largest log density */
    double e[SB_RULE_POINTS], e_log_e[SB_RULE_POINTS];
    double h0[SB_RULE_POINTS], h1[SB_RULE_POINTS];
    double m00[SB_RULE_POINTS], m01[SB_RULE_POINTS], m11[SB_RULE_POINTS]; /* h h' - P */
    double square[SB_RULE_POINTS], norm[SB_RULE_POINTS];                  /* |h|^2, |P|_F^2 */
    double ratio[SB_RULE_POINTS], ratio_log[SB_RULE_POINTS];
} row_sums;

/* Log density of a bell along the row y, at x = centre + half*node. */
static void log_density(const sb_bell *b, double centre, double half, double y, double *restrict out)
{
    const double v = y - b->mean[1], linear = 2.0 * b->P[1] * v, constant = b->constant - 0.5 * b->P[2] * v * v;
    for (int p = 0; p < SB_RULE_POINTS; p++) {
        const double u = centre + half * sb_rule_node[p] - b->mean[0];
        out[p] = constant - 0.5 * u * (b->P[0] * u + linear);
    }
}

/* Adds one bell; log_q holds its log density. */
static void add_bell(const sb_bell *b, const sb_bell *ref, double centre, double half, double y, const double *restrict log_q,
                     row_sums *restrict s)
{
    const double P00 = b->P[0], P01 = b->P[1], P11 = b->P[2], norm = P00 * P00 + 2.0 * P01 * P01 + P11 * P11;
    const double v = y - b->mean[1], rv = y - ref->mean[1];
    double e[SB_RULE_POINTS], highest = -INFINITY;
    for (int p = 0; p < SB_RULE_POINTS; p++) {
        e[p] = log_q[p] - s->most[p];
        highest = e[p] > highest ? e[p] : highest;
    }
    if (highest < least_log) return;
    for (int p = 0; p < SB_RULE_POINTS; p++) {
        const double below = e[p];
        e[p] = exp(below);
        s->e[p] += e[p];
        s->e_log_e[p] += e[p] * below;
    }
    for (int p = 0; p < SB_RULE_POINTS; p++) {
        const double x = centre + half * sb_rule_node[p], u = x - b->mean[0], ru = x - ref->mean[0];
        const double h0 = (ref->P[0] * ru + ref->P[1] * rv) - (P00 * u + P01 * v);
        const double h1 = (ref->P[1] * ru + ref->P[2] * rv) - (P01 * u + P11 * v);
        s->h0[p] += e[p] * h0;
        s->h1[p] += e[p] * h1;
        s->m00[p] += e[p] * (h0 * h0 - P00);
        s->m01[p] += e[p] * (h0 * h1 - P01);
        s->m11[p] += e[p] * (h1 * h1 - P11);
        s->square[p] += e[p] * (h0 * h0 + h1 * h1);
        s->norm[p] += e[p] * norm;
    }
    if (!(b->ratio > 0.0)) return;
    const double ratio_log = b->ratio * log(b->ratio);
    for (int p = 0; p < SB_RULE_POINTS; p++) {
        s->ratio[p] += e[p] * b->ratio;
        s->ratio_log[p] += e[p] * ratio_log;
    }
}

/* The integrands along the row, times the density. */
static void finish(const row_sums *restrict s, double integrand[restrict SB_OVERLAP_COUNT][SB_RULE_POINTS])
{
    double log_sum[SB_RULE_POINTS], q[SB_RULE_POINTS];
    for (int p = 0; p < SB_RULE_POINTS; p++) {
        log_sum[p] = log(s->e[p]);
        q[p] = exp(s->most[p] + log_sum[p]);
    }
    for (int p = 0; p < SB_RULE_POINTS; p++) {
        const double unit = 1.0 / s->e[p], g0 = s->h0[p] * unit, g1 = s->h1[p] * unit;
        const double m00 = s->m00[p] * unit - g0 * g0, m01 = s->m01[p] * unit - g0 * g1, m11 = s->m11[p] * unit - g1 * g1;
        integrand[SB_OVERLAP_ENTROPY][p] = q[p] * (log_sum[p] - s->e_log_e[p] * unit);
        integrand[SB_OVERLAP_SCORE][p] = q[p] * (s->square[p] * unit - g0 * g0 - g1 * g1);
        integrand[SB_OVERLAP_CURVATURE][p] = q[p] * (m00 * m00 + 2.0 * m01 * m01 + m11 * m11 - s->norm[p] * unit);
    }
    for (int p = 0; p < SB_RULE_POINTS; p++) {
        const double ratio = s->ratio[p] / s->e[p];
        integrand[SB_OVERLAP_RATIO][p] = ratio > 0.0 ? q[p] * (s->ratio_log[p] / s->e[p] - ratio * log(ratio)) : 0.0;
    }
}

/* Adds one row to the cell's integrals. row_weight: the row's weight in its own direction; row_off: less the coarse rule's. */
static void weigh(const row_sums *s, double row_weight, double row_off, sb_cell_integral *out)
{
    double integrand[SB_OVERLAP_COUNT][SB_RULE_POINTS];
    finish(s, integrand);
    for (int f = 0; f < SB_OVERLAP_COUNT; f++) {
        double value = 0.0, coarse = 0.0, size = 0.0;
        for (int p = 0; p < SB_RULE_POINTS; p++) {
            value += sb_rule_weight[p] * integrand[f][p];
            coarse += coarse_weight[p] * integrand[f][p];
            size += sb_rule_weight[p] * fabs(integrand[f][p]);
        }
        out->value[f] += row_weight * value;
        out->size[f] += row_weight * size;
        out->off[0][f] += row_weight * (value - coarse);
        out->off[1][f] += row_off * value;
    }
}

/* The bell that is highest at the cell's centre. */
static const sb_bell *dominant(const sb_bell *bell, int count, const int *list, const sb_cell *cell)
{
    const sb_bell *best = NULL;
    double most = -INFINITY;
    for (int j = 0; j < count; j++) {
        const sb_bell *b = &bell[list[j]];
        const double u = cell->centre[0] - b->mean[0], v = cell->centre[1] - b->mean[1];
        const double at = b->constant - 0.5 * (u * (b->P[0] * u + 2.0 * b->P[1] * v) + b->P[2] * v * v);
        if (!best || at > most) best = b, most = at;
    }
    return best;
}

void sb_cell_integrate(int d, const sb_bell *bell, int count, const int *list, const sb_cell *cell, double *log_q,
                       sb_cell_integral *out)
{
    const double centre = cell->centre[0], half = cell->half[0];
    const sb_bell *ref = dominant(bell, count, list, cell);
    *out = (sb_cell_integral){0};
    for (int k = 0; k < (d == 2 ? SB_RULE_POINTS : 1); k++) {
        if (d == 2 && sb_rule_weight[k] == 0.0) continue;
        const double y = d == 2 ? cell->centre[1] + cell->half[1] * sb_rule_node[k] : 0.0;
        const double side = half * (d == 2 ? cell->half[1] : 1.0);
        row_sums s = {.e = {0.0}};
        for (int p = 0; p < SB_RULE_POINTS; p++) s.most[p] = -INFINITY;
        for (int j = 0; j < count; j++) {
            double *own = log_q + j * SB_RULE_POINTS;
            log_density(&bell[list[j]], centre, half, y, own);
            for (int p = 0; p < SB_RULE_POINTS; p++) s.most[p] = own[p] > s.most[p] ? own[p] : s.most[p];
        }
        for (int j = 0; j < count; j++) add_bell(&bell[list[j]], ref, centre, half, y, log_q + j * SB_RULE_POINTS, &s);
        weigh(&s, side * (d == 2 ? sb_rule_weight[k] : 1.0), d == 2 ? side * (sb_rule_weight[k] - coarse_weight[k]) : 0.0, out);
    }
}
