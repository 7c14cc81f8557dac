#include "base/number.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

sb_number sb_number_exact(double value)
{
    return (sb_number){value, value, value, 1.0, 0.0, SB_EXACT};
}

sb_number sb_number_certified(double value, double error)
{
    return (sb_number){value, value - error, value + error, 1.0, 0.0, SB_CERTIFIED};
}

sb_number sb_number_assumed(double value)
{
    return (sb_number){value, value, value, 1.0, 0.0, SB_ASSUMED};
}

sb_number sb_number_unknown(void)
{
    return (sb_number){NAN, NAN, NAN, 1.0, 0.0, SB_EXACT};
}

double sb_student_t(double confidence, double dof)
{
    return gsl_cdf_tdist_Pinv(0.5 + 0.5 * confidence, dof);
}

sb_number sb_number_sampled(double mean, double variance, size_t n, double confidence)
{
    const double half = n < 2 ? INFINITY : sb_student_t(confidence, (double)n - 1.0) * sqrt(variance / (double)n);
    return (sb_number){mean, mean - half, mean + half, confidence, (double)n, SB_SAMPLED};
}

sb_number sb_number_from_values(const double *values, size_t n, double confidence)
{
    double mean = 0.0, m2 = 0.0;
    for (size_t i = 0; i < n; i++) { /* Welford's update */
        const double delta = values[i] - mean;
        mean += delta / (double)(i + 1);
        m2 += delta * (values[i] - mean);
    }
    return sb_number_sampled(mean, n < 2 ? 0.0 : m2 / (double)(n - 1), n, confidence);
}

sb_number sb_number_scale(sb_number x, double a, double b)
{
    const double p = a * x.lo + b, q = a * x.hi + b;
    x.value = a * x.value + b;
    x.lo = fmin(p, q);
    x.hi = fmax(p, q);
    return x;
}

sb_number sb_number_at(sb_number x, double confidence)
{
    if (x.confidence >= 1.0 || x.samples < 2.0) return x;
    const double factor = sb_student_t(confidence, x.samples - 1.0) / sb_student_t(x.confidence, x.samples - 1.0);
    x.lo = x.value - factor * (x.value - x.lo);
    x.hi = x.value + factor * (x.hi - x.value);
    x.confidence = confidence;
    return x;
}

static int weakness(sb_number_status status)
{
    switch (status) {
    case SB_EXACT: return 0;
    case SB_ASSUMED: return 1;
    case SB_CERTIFIED: return 2;
    case SB_SAMPLED: return 3;
    default: return 4;
    }
}

sb_number sb_number_add(sb_number x, sb_number y)
{
    const int quadrature = x.status == SB_SAMPLED && y.status == SB_SAMPLED;
    const double below = quadrature ? hypot(x.value - x.lo, y.value - y.lo) : (x.value - x.lo) + (y.value - y.lo);
    const double above = quadrature ? hypot(x.hi - x.value, y.hi - y.value) : (x.hi - x.value) + (y.hi - y.value);
    sb_number sum = weakness(x.status) >= weakness(y.status) ? x : y;
    sum.value = x.value + y.value;
    sum.lo = sum.value - below;
    sum.hi = sum.value + above;
    sum.confidence = fmin(x.confidence, y.confidence);
    return sum;
}

sb_number sb_number_max(sb_number x, sb_number y)
{
    return x.value >= y.value ? x : y;
}

const char *sb_number_status_name(sb_number_status status)
{
    static const char *const names[] = {"exact", "certified", "sampled", "lower-estimate", "assumed"};
    return (size_t)status < sizeof names / sizeof *names ? names[status] : "unknown";
}
