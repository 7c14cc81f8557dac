#include "base/slope.h"

#include <math.h>

/* What least squares needs of the places: their centre and the sum of their squared distances from it. */
typedef struct {
    int semi;
    double centre, square;
} abscissae;

static double place(const abscissae *a, double x)
{
    return a->semi ? x : log(x);
}

static abscissae abscissae_of(int count, const double *x, int semi)
{
    abscissae a = {.semi = semi};
    for (int i = 0; i < count; i++) a.centre += place(&a, x[i]) / count;
    for (int i = 0; i < count; i++) a.square += pow(place(&a, x[i]) - a.centre, 2.0);
    return a;
}

/* slope = sum_i weight_i log y_i */
static double weight_of(const abscissae *a, double x)
{
    return (place(a, x) - a->centre) / a->square;
}

sb_number sb_slope_in_quadrature(int count, const double *x, const sb_number *y)
{
    const abscissae a = abscissae_of(count, x, 0);
    double slope = 0.0, half = 0.0, confidence = 1.0;
    int sampled = 0;
    for (int i = 0; i < count; i++) {
        const double weight = weight_of(&a, x[i]);
        slope += weight * log(y[i].value);
        half = hypot(half, weight * 0.5 * (y[i].hi - y[i].lo) / y[i].value);
        confidence = fmin(confidence, y[i].confidence);
        sampled |= y[i].status == SB_SAMPLED;
    }
    return (sb_number){slope, slope - half, slope + half, confidence, sampled ? count : 0.0, sampled ? SB_SAMPLED : SB_EXACT};
}

sb_number sb_slope_at_ends(int count, const double *x, const sb_number *y, int semi)
{
    const abscissae a = abscissae_of(count, x, semi);
    sb_number slope = sb_number_exact(0.0);
    for (int i = 0; i < count; i++) {
        const double weight = weight_of(&a, x[i]);
        slope.value += weight * log(y[i].value);
        slope.lo += weight * log(weight > 0.0 ? y[i].lo : y[i].hi);
        slope.hi += weight * log(weight > 0.0 ? y[i].hi : y[i].lo);
    }
    if (slope.hi > slope.lo) slope.status = SB_CERTIFIED;
    return slope;
}

/* How far log y's own intervals move the slope down and up. */
typedef struct {
    double certain_below, certain_above; /* certified: added up */
    double likely_below, likely_above;   /* sampled: in quadrature */
} reach;

static void reach_add(reach *r, double weight, sb_number y)
{
    if (weight == 0.0) return; /* an unbounded interval at the centre moves nothing */
    const double down = y.lo > 0.0 ? fmax(log(y.value / y.lo), 0.0) : INFINITY,
                 up = y.hi > 0.0 ? fmax(log(y.hi / y.value), 0.0) : INFINITY;
    const double below = fabs(weight) * (weight > 0.0 ? down : up), above = fabs(weight) * (weight > 0.0 ? up : down);
    if (y.confidence < 1.0) {
        r->likely_below = hypot(r->likely_below, below);
        r->likely_above = hypot(r->likely_above, above);
    } else {
        r->certain_below += below;
        r->certain_above += above;
    }
}

static int all_the_same(int count, const double *x)
{
    int i = 1;
    while (i < count && x[i] == x[0]) i++;
    return i >= count;
}

/* Half the interval that the scatter about the line leaves; 0 where there is none to see. */
static double scatter(int count, const double *x, const sb_number *y, const abscissae *a, double slope, double confidence)
{
    double mean = 0.0, rest = 0.0;
    if (count < 3) return 0.0;
    for (int i = 0; i < count; i++) mean += log(y[i].value) / count;
    for (int i = 0; i < count; i++) rest += pow(log(y[i].value) - mean - slope * (log(x[i]) - a->centre), 2.0);
    return sb_student_t(confidence, count - 2.0) * sqrt(rest / ((count - 2.0) * a->square));
}

sb_number sb_slope_fitted(int count, const double *x, const sb_number *y)
{
    if (count < 2 || all_the_same(count, x)) return sb_number_unknown();
    const abscissae a = abscissae_of(count, x, 0);
    double slope = 0.0, confidence = 1.0;
    reach own = {0};
    for (int i = 0; i < count; i++) {
        const double weight = weight_of(&a, x[i]);
        slope += weight * log(y[i].value / y[0].value); /* exactly 0 where all y are the same */
        reach_add(&own, weight, y[i]);
        confidence = fmin(confidence, y[i].confidence);
    }
    const double certain = own.certain_below + own.certain_above;
    const int random = count > 2 || confidence < 1.0;
    if (confidence == 1.0 && random) confidence = 0.95;
    const double half = scatter(count, x, y, &a, slope, confidence);
    return (sb_number){slope,
                       slope - fmax(own.certain_below + own.likely_below, half),
                       slope + fmax(own.certain_above + own.likely_above, half),
                       confidence,
                       count > 2 ? count - 1.0 : 0.0,
                       random          ? SB_SAMPLED
                       : certain > 0.0 ? SB_CERTIFIED
                                       : SB_EXACT};
}
