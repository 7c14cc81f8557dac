/* Exponents: the slopes against other ways of computing them, and the fitted interval's coverage by repetition. */
#include "harness.h"

#include "base/random.h"
#include "base/slope.h"

#include <gsl/gsl_cdf.h>

enum { POINTS = 7, REPETITIONS = 400 };

static sb_number sampled(double value, double half)
{
    return (sb_number){value, value - half, value + half, 0.95, 30.0, SB_SAMPLED};
}

static void test_exact_power_law(void)
{
    const double x[] = {0.013, 0.4, 1.0, 2.385, 7.0, 77.0, 4100.0};
    sb_number y[POINTS];
    for (int i = 0; i < POINTS; i++) y[i] = sb_number_exact(0.31 * pow(x[i], -1.385));
    const sb_number slope = sb_slope_fitted(POINTS, x, y);
    CHECK_CLOSE(slope.value, -1.385, 1e-12);
    CHECK(slope.lo <= slope.value && slope.value <= slope.hi && slope.hi - slope.lo < 1e-12);
    CHECK(slope.status == SB_SAMPLED && slope.confidence == 0.95 && slope.samples == POINTS - 1);
    CHECK_CLOSE(sb_slope_in_quadrature(POINTS, x, y).value, -1.385, 1e-12);
    CHECK_CLOSE(sb_slope_at_ends(POINTS, x, y, 0).value, -1.385, 1e-12);
    y[2] = sb_number_exact(1.01 * y[2].value);
    CHECK(fabs(sb_slope_fitted(POINTS, x, y).value + 1.385) > 1e-6);
}

/* Equidistant log x = a + h i: slope = 12 sum (i - (n-1)/2) log y_i/(h n (n^2 - 1)). */
static void test_closed_form(void)
{
    const double h = 0.385;
    double x[POINTS], sum = 0.0;
    sb_number y[POINTS];
    sb_stream stream = sb_stream_at(5, SB_DRAW_CLAIM, 0, 0, 0, 0);
    for (int i = 0; i < POINTS; i++) {
        x[i] = 2.385 * exp(h * i);
        y[i] = sb_number_exact(exp(sb_stream_uniform(&stream)));
        sum += (i - 0.5 * (POINTS - 1)) * log(y[i].value);
    }
    const double expected = 12.0 * sum / (h * POINTS * (POINTS * POINTS - 1.0));
    CHECK_CLOSE(sb_slope_fitted(POINTS, x, y).value, expected, 1e-11);
    CHECK_CLOSE(sb_slope_in_quadrature(POINTS, x, y).value, expected, 1e-11);
    CHECK_CLOSE(sb_slope_at_ends(POINTS, x, y, 0).value, expected, 1e-11);
    for (int i = 0; i < POINTS; i++) x[i] = log(x[i]);
    CHECK_CLOSE(sb_slope_at_ends(POINTS, x, y, 1).value, expected, 1e-11);
}

/* The normal equations by Cramer's rule, and Student's interval from the correlation: slope^2/se^2 = (n-2) r^2/(1-r^2). */
static void test_normal_equations(void)
{
    const double x[] = {1.0, 1.7, 2.385, 9.0, 31.0, 33.0, 180.0}, noise[] = {0.3, -0.21, 0.08, -0.4, 0.02, 0.17, -0.1};
    double s1 = 0.0, sx = 0.0, sy = 0.0, sxx = 0.0, sxy = 0.0, syy = 0.0;
    sb_number y[POINTS];
    for (int i = 0; i < POINTS; i++) {
        const double lx = log(x[i]), ly = 0.7 * lx + noise[i];
        y[i] = sb_number_exact(exp(ly));
        s1 += 1.0, sx += lx, sy += ly, sxx += lx * lx, sxy += lx * ly, syy += ly * ly;
    }
    const double slope = (s1 * sxy - sx * sy) / (s1 * sxx - sx * sx);
    const double r2 = (s1 * sxy - sx * sy) * (s1 * sxy - sx * sy) / ((s1 * sxx - sx * sx) * (s1 * syy - sy * sy));
    const double error = fabs(slope) * sqrt((1.0 - r2) / (r2 * (POINTS - 2)));
    const sb_number found = sb_slope_fitted(POINTS, x, y);
    CHECK_CLOSE(found.value, slope, 1e-12);
    CHECK_CLOSE(found.hi - found.value, gsl_cdf_tdist_Pinv(0.975, POINTS - 2.0) * error, 1e-10);
    CHECK_CLOSE(found.value - found.lo, found.hi - found.value, 1e-10);
}

/* The two slopes of the claims, as they were written where they came from: the same bits. */
static void test_same_bits(void)
{
    const double x[] = {1.0, 2.385, 7.0, 40.0};
    sb_number y[4];
    double centre = 0.0, square = 0.0, slope = 0.0, half = 0.0, lo = 0.0, hi = 0.0;
    for (int i = 0; i < 4; i++) y[i] = sampled(3.1 * pow(x[i], 1.7) + i, 0.1 + 0.01 * i);
    for (int i = 0; i < 4; i++) centre += log(x[i]) / 4;
    for (int i = 0; i < 4; i++) square += pow(log(x[i]) - centre, 2.0);
    for (int i = 0; i < 4; i++) {
        const double weight = (log(x[i]) - centre) / square;
        slope += weight * log(y[i].value);
        half = hypot(half, weight * 0.5 * (y[i].hi - y[i].lo) / y[i].value);
        lo += weight * log(weight > 0.0 ? y[i].lo : y[i].hi);
        hi += weight * log(weight > 0.0 ? y[i].hi : y[i].lo);
    }
    const sb_number a = sb_slope_in_quadrature(4, x, y), b = sb_slope_at_ends(4, x, y, 0);
    CHECK(a.value == slope && a.lo == slope - half && a.hi == slope + half && a.samples == 4.0 && a.confidence == 0.95);
    CHECK(b.value == slope && b.lo == lo && b.hi == hi && b.status == SB_CERTIFIED);
}

/* What y's own intervals leave: certified ones as in sb_slope_at_ends, sampled ones in quadrature, an interval down to 0 without end. */
static void test_own_intervals(void)
{
    const double x[] = {2.0, 4.77};
    const double span = log(x[1] / x[0]);
    sb_number y[] = {sb_number_certified(3.0, 0.3), sb_number_certified(5.0, 0.2)};
    sb_number slope = sb_slope_fitted(2, x, y), worst = sb_slope_at_ends(2, x, y, 0);
    CHECK_CLOSE(slope.value, log(5.0 / 3.0) / span, 1e-13);
    CHECK_CLOSE(slope.lo, worst.lo, 1e-12);
    CHECK_CLOSE(slope.hi, worst.hi, 1e-12);
    CHECK(slope.status == SB_CERTIFIED && slope.confidence == 1.0 && slope.samples == 0.0);

    y[0] = sampled(3.0, 0.3), y[1] = sampled(5.0, 0.2);
    y[1].confidence = 0.9;
    slope = sb_slope_fitted(2, x, y);
    CHECK_CLOSE(slope.hi - slope.value, hypot(log(3.0 / 2.7), log(5.2 / 5.0)) / span, 1e-12);
    CHECK_CLOSE(slope.value - slope.lo, hypot(log(3.3 / 3.0), log(5.0 / 4.8)) / span, 1e-12);
    CHECK(slope.status == SB_SAMPLED && slope.confidence == 0.9);

    y[1].lo = 0.0;
    slope = sb_slope_fitted(2, x, y);
    CHECK(slope.lo == -INFINITY && isfinite(slope.hi));
    y[0].lo = -0.1;
    CHECK(sb_slope_fitted(2, x, y).hi == INFINITY);

    y[0] = sb_number_exact(3.0), y[1] = sb_number_exact(5.0);
    slope = sb_slope_fitted(2, x, y);
    CHECK(slope.status == SB_EXACT && slope.lo == slope.value && slope.hi == slope.value && slope.confidence == 1.0);
}

static void test_nothing_to_fit(void)
{
    const double x[] = {2.385, 2.385, 2.385};
    const sb_number y[] = {sb_number_exact(1.0), sb_number_exact(2.0), sb_number_exact(3.0)};
    CHECK(isnan(sb_slope_fitted(0, x, y).value));
    CHECK(isnan(sb_slope_fitted(1, x, y).value));
    CHECK(isnan(sb_slope_fitted(3, x, y).value)); /* no slope over a single place, whatever rounding makes of its variance */
}

/* Share of repetitions whose interval has the true exponent, where log y has errors `own` that its intervals tell of and errors `other`
 * that they do not. */
static double coverage(int count, double own, double other, uint32_t index)
{
    const double t = sb_student_t(0.95, 29.0), exponent = -0.613;
    int covered = 0;
    for (uint32_t i = 0; i < REPETITIONS; i++) {
        double x[12], z[24];
        sb_number y[12];
        sb_stream stream = sb_stream_at(2385, SB_DRAW_CLAIM, index, i, 0, 0);
        sb_stream_normals(&stream, 24, z);
        for (int k = 0; k < count; k++) {
            x[k] = 3.0 * exp(0.7 * k);
            y[k] = sb_number_exact(2.0 * pow(x[k], exponent) * exp(own * z[2 * k] + other * z[2 * k + 1]));
            if (own > 0.0) y[k] = sampled(y[k].value, t * own * y[k].value);
        }
        const sb_number slope = sb_slope_fitted(count, x, y);
        covered += slope.lo <= exponent && exponent <= slope.hi;
    }
    return (double)covered / REPETITIONS;
}

static void test_coverage(void)
{
    const double scatter = coverage(6, 0.0, 0.1, 0), own = coverage(6, 0.02, 0.0, 1), both = coverage(8, 0.02, 0.03, 2);
    const double three = coverage(3, 0.0, 0.2, 3);
    CHECK(scatter > 0.9 && scatter < 0.99);
    CHECK(own > 0.9 && own <= 0.995); /* the wider of two intervals covers more often than each */
    CHECK(both > 0.9 && both < 0.99);
    CHECK(three > 0.9 && three < 0.99);
}

int main(void)
{
    static const sb_test tests[] = {
        {"an exact power law gives its exponent", test_exact_power_law},
        {"equidistant places: the closed form", test_closed_form},
        {"the normal equations and the correlation agree", test_normal_equations},
        {"the claims' slopes are what they were, bit for bit", test_same_bits},
        {"what the values' own intervals leave", test_own_intervals},
        {"too few places give no slope", test_nothing_to_fit},
        {"the interval covers as often as it says", test_coverage},
    };
    return sb_test_main("slope", tests, sizeof tests / sizeof *tests);
}
