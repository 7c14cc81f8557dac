#include "measure/exact_rule.h"

#include "base/memory.h"

#include <math.h>

/* Cells are halved until each is small against every bell active in it and the two rules agree. A bell is active in a cell unless
 * its density there is below e^-38 of another's, or its mass there negligible; a cell with one active bell contributes nothing. */
static const double least_ratio = -38.0; /* logarithms */
static const double least_mass = -40.0;
static const double widest = 2.25;          /* half-width of a cell over the narrowest active bell */
static const double steepest = 10.0;        /* change of a decisive log ratio over half a cell */
static const double tolerance = 1e-9;       /* per cell, of the integrand's scale; times e^-4u, as KL(q_u||N(0,I)) may fall */
static const double floor_relative = 1e-14; /* rounding of a cell's own integral */

struct sb_cubature {
    const sb_block *block;
    double budget;
    int d, J;
    int *active;   /* (J) components of positive weight */
    int *list;     /* (J) bells, partly reordered while cells are visited */
    sb_bell *bell; /* (J) */
    double *peak;  /* (J) largest log density in the cell under view */
    double *log_q; /* (J,SB_RULE_POINTS) */
    double scale[SB_OVERLAP_COUNT];
    double tolerance; /* per cell, of the scale */
    double smallest;  /* half-width below which cells are not halved */
    double work;      /* evaluations so far */
    sb_overlap sum;
};

sb_status sb_cubature_create(sb_context *ctx, const sb_block *block, double budget, sb_cubature **cubature)
{
    sb_status st = SB_OK;
    const sb_components *c = block->law.components;
    sb_cubature *w = NULL;
    *cubature = NULL;
    SB_REQUIRE(c->d <= 2, SB_EINVAL, "cubature is for one and two dimensions, not %d", c->d);
    SB_CALLOC(w, 1);
    w->block = block;
    w->budget = budget;
    w->d = c->d;
    for (int j = 0; j < c->J; j++) w->J += block->law.weight[j] > 0.0;
    SB_ALLOC(w->active, w->J);
    SB_ALLOC(w->list, w->J);
    SB_ALLOC(w->bell, w->J);
    SB_ALLOC(w->peak, w->J);
    SB_ALLOC(w->log_q, (size_t)w->J * SB_RULE_POINTS);
    for (int j = 0, k = 0; j < c->J; j++)
        if (block->law.weight[j] > 0.0) w->active[k++] = j;
    *cubature = w;
done:
    if (st != SB_OK) sb_cubature_free(w);
    return st;
}

void sb_cubature_free(sb_cubature *cubature)
{
    if (!cubature) return;
    sb_free(cubature->active);
    sb_free(cubature->list);
    sb_free(cubature->bell);
    sb_free(cubature->peak);
    sb_free(cubature->log_q);
    sb_free(cubature);
}

static sb_bell make_bell(const sb_block *block, int j, double u)
{
    const double log_two_pi = 1.837877066409345483560659;
    const sb_components *c = block->law.components;
    const double a = exp(-u);
    sb_bell b = {
        .axis = {{1.0, 0.0}, {0.0, 1.0}}, .constant = log(block->law.weight[j]), .ratio = block->ratio ? block->ratio[j] : 0.0};
    for (int i = 0; i < c->d; i++) {
        const double variance = a * a * sb_components_variance(c, j, i) + sb_ou_variance(u);
        b.mean[i] = a * c->mean[(size_t)j * (size_t)c->d + (size_t)i];
        b.precision[i] = 1.0 / variance;
        b.constant -= 0.5 * (log_two_pi + log(variance));
        for (int k = 0; k < c->d && c->kind == SB_COVARIANCE_FULL; k++)
            b.axis[i][k] = c->Q[((size_t)j * (size_t)c->d + (size_t)k) * (size_t)c->d + (size_t)i];
    }
    for (int i = 0; i < c->d; i++) {
        b.P[0] += b.precision[i] * b.axis[i][0] * b.axis[i][0];
        b.P[1] += b.precision[i] * b.axis[i][0] * b.axis[i][1];
        b.P[2] += b.precision[i] * b.axis[i][1] * b.axis[i][1];
    }
    return b;
}

/* Means over the bells at time u of what bounds each integral; for the score the lesser of E|g_j|^2 and E|g_j - g_0|^2, g_0 the
 * score of one Gaussian with mean precision and mean mean, because at late times the integral falls with the latter. */
static void set_scales(sb_cubature *w)
{
    double P[3] = {0.0}, mean[2] = {0.0}, own = 0.0, apart = 0.0;
    for (int f = 0; f < SB_OVERLAP_COUNT; f++) w->scale[f] = 0.0;
    for (int j = 0; j < w->J; j++) {
        const sb_bell *b = &w->bell[j];
        const double p = w->block->law.weight[w->active[j]];
        for (int i = 0; i < 3; i++) P[i] += p * b->P[i];
        for (int i = 0; i < 2; i++) mean[i] += p * b->mean[i];
        own += p * (b->P[0] + b->P[2]);
        w->scale[SB_OVERLAP_ENTROPY] -= p * log(p);
        w->scale[SB_OVERLAP_CURVATURE] += p * (b->P[0] * b->P[0] + 2.0 * b->P[1] * b->P[1] + b->P[2] * b->P[2]);
        if (b->ratio > 0.0) w->scale[SB_OVERLAP_RATIO] += p * b->ratio * fabs(log(b->ratio));
    }
    for (int j = 0; j < w->J; j++) {
        const sb_bell *b = &w->bell[j];
        const double p = w->block->law.weight[w->active[j]], x = b->mean[0] - mean[0], y = b->mean[1] - mean[1];
        const double u = P[0] * x + P[1] * y, v = P[1] * x + P[2] * y;
        apart += p * (u * u + v * v);
        for (int i = 0; i < w->d; i++) { /* |(P_j - P) q_i|^2 times the variance along q_i */
            const double *q = b->axis[i];
            const double r = (b->P[0] - P[0]) * q[0] + (b->P[1] - P[1]) * q[1],
                         t = (b->P[1] - P[1]) * q[0] + (b->P[2] - P[2]) * q[1];
            apart += p * (r * r + t * t) / b->precision[i];
        }
    }
    w->scale[SB_OVERLAP_SCORE] = fmin(own, apart);
}

/* Bells and scales at time u, and a cell that holds all mass but 1e-16. */
static sb_cell prepare(sb_cubature *w, double u)
{
    sb_cell cell = {{0.0, 0.0}, {0.0, 0.0}};
    double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY}, narrowest = INFINITY;
    w->sum = (sb_overlap){0};
    w->work = 0.0;
    for (int j = 0; j < w->J; j++) {
        sb_bell *b = &w->bell[j];
        w->list[j] = j;
        *b = make_bell(w->block, w->active[j], u);
        for (int i = 0; i < w->d; i++) {
            const double variance = b->axis[0][i] * b->axis[0][i] / b->precision[0] +
                                    (w->d == 2 ? b->axis[1][i] * b->axis[1][i] / b->precision[1] : 0.0);
            low[i] = fmin(low[i], b->mean[i] - 8.5 * sqrt(variance));
            high[i] = fmax(high[i], b->mean[i] + 8.5 * sqrt(variance));
            narrowest = fmin(narrowest, 1.0 / sqrt(b->precision[i]));
        }
    }
    for (int i = 0; i < w->d; i++) {
        cell.centre[i] = 0.5 * (low[i] + high[i]);
        cell.half[i] = 0.5 * (high[i] - low[i]);
    }
    set_scales(w);
    w->smallest = 1e-4 * narrowest;
    w->tolerance = fmax(1e-14, tolerance * exp(-4.0 * u));
    return cell;
}

/* Smallest and largest log density of a bell in a cell. */
static void bounds(int d, const sb_bell *b, const sb_cell *cell, double *least, double *most)
{
    const double x = cell->centre[0] - b->mean[0], y = cell->centre[1] - b->mean[1];
    *least = *most = b->constant;
    for (int i = 0; i < d; i++) {
        const double along = fabs(b->axis[i][0] * x + b->axis[i][1] * y);
        const double reach = fabs(b->axis[i][0]) * cell->half[0] + fabs(b->axis[i][1]) * cell->half[1];
        const double near = fmax(along - reach, 0.0), far = along + reach;
        *least -= 0.5 * b->precision[i] * far * far;
        *most -= 0.5 * b->precision[i] * near * near;
    }
}

/* Moves the active ones of the first `count` bells of the list to its front; returns how many. *decisive: log density that some
 * bell has everywhere in the cell. */
static int select_active(sb_cubature *w, const sb_cell *cell, int count, double *decisive)
{
    const double log_area = log(4.0) + log(cell->half[0]) + (w->d == 2 ? log(cell->half[1]) : 0.0);
    int kept = 0;
    *decisive = -INFINITY;
    for (int k = 0; k < count; k++) {
        double least;
        bounds(w->d, &w->bell[w->list[k]], cell, &least, &w->peak[k]);
        *decisive = fmax(*decisive, least);
    }
    for (int k = 0; k < count; k++) {
        if (w->peak[k] < *decisive + least_ratio || w->peak[k] + log_area < least_mass) continue;
        const int j = w->list[k];
        const double peak = w->peak[k];
        w->list[k] = w->list[kept];
        w->peak[k] = w->peak[kept];
        w->list[kept] = j;
        w->peak[kept++] = peak;
    }
    return kept;
}

/* By how much the cell is too wide in direction i: over the narrowest active bell, or over where a decisive ratio turns. */
static double excess(const sb_cubature *w, const sb_cell *cell, int count, double decisive, int i)
{
    double sharp = 0.0, low = INFINITY, high = -INFINITY;
    for (int k = 0; k < count; k++) {
        const sb_bell *b = &w->bell[w->list[k]];
        const double u = cell->centre[0] - b->mean[0], v = cell->centre[1] - b->mean[1];
        sharp = fmax(sharp, b->P[2 * i]);
        if (w->peak[k] < decisive - 3.0) continue;
        const double slope = i == 0 ? b->P[0] * u + b->P[1] * v : b->P[1] * u + b->P[2] * v;
        low = fmin(low, slope);
        high = fmax(high, slope);
    }
    return fmax(cell->half[i] * sqrt(sharp) / widest, high > low ? cell->half[i] * (high - low) / steepest : 0.0);
}

/* What is left of a difference between the rules once one believes the better one, for integrands analytic across the cell: cells
 * are first made small enough for the 15-point rule's error to fall well below this power of the 7-point rule's. */
static double trusted(double difference, double size)
{
    return size > 0.0 ? size * fmin(1.0, pow(50.0 * difference / size, 1.5)) : 0.0;
}

/* Accepts the cell's integrals (returns -1) or tells in which direction to halve it. */
static int judge(sb_cubature *w, const sb_cell *cell, const sb_cell_integral *in)
{
    double error[SB_OVERLAP_COUNT], worst = 1.0;
    int direction = -1;
    for (int f = 0; f < SB_OVERLAP_COUNT; f++) {
        error[f] = 0.0;
        for (int i = 0; i < w->d; i++) {
            const double off = trusted(fabs(in->off[i][f]), in->size[f]);
            const double excess_error = off / (w->tolerance * w->scale[f] + floor_relative * in->size[f] + 1e-300);
            if (excess_error > worst && cell->half[i] > w->smallest) worst = excess_error, direction = i;
            error[f] = fmax(error[f], off);
        }
    }
    if (direction >= 0) return direction;
    for (int f = 0; f < SB_OVERLAP_COUNT; f++) {
        w->sum.value[f] += in->value[f];
        w->sum.error[f] += error[f];
    }
    return -1;
}

static void visit(sb_cubature *w, const sb_cell *cell, int count)
{
    double decisive;
    const int active = select_active(w, cell, count, &decisive);
    int direction = -1;
    if (active <= 1 || w->work > w->budget) return;
    double worst = 1.0;
    for (int i = 0; i < w->d; i++) {
        const double e = excess(w, cell, active, decisive, i);
        if (e > worst && cell->half[i] > w->smallest) worst = e, direction = i;
    }
    if (direction < 0) {
        sb_cell_integral in;
        w->work += (double)active * SB_RULE_POINTS * (w->d == 2 ? SB_RULE_POINTS : 1);
        sb_cell_integrate(w->d, w->bell, active, w->list, cell, w->log_q, &in);
        direction = judge(w, cell, &in);
        if (direction < 0) return;
    }
    for (int side = -1; side <= 1; side += 2) {
        sb_cell half = *cell;
        half.half[direction] = 0.5 * cell->half[direction];
        half.centre[direction] += side * half.half[direction];
        visit(w, &half, active);
    }
}

int sb_cubature_run(sb_cubature *cubature, double u, sb_overlap *overlap)
{
    const sb_cell all = prepare(cubature, u);
    if (!isfinite(all.half[0]) || !isfinite(all.half[1])) return 0;
    visit(cubature, &all, cubature->J);
    *overlap = cubature->sum;
    for (int f = 0; f < SB_OVERLAP_COUNT; f++) overlap->error[f] += 1e-15 * cubature->scale[f]; /* rounding, tails, small bells */
    return cubature->work <= cubature->budget;
}
