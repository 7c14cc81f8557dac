/* number.h: a number as it leaves the program: value, interval, confidence, samples and how it was obtained. */
#ifndef SB_BASE_NUMBER_H
#define SB_BASE_NUMBER_H

#include "base/context.h"

#include <stddef.h>

typedef enum {
    SB_EXACT,            /* closed form or quadrature to rounding / its stated tolerance */
    SB_CERTIFIED,        /* [lo,hi] encloses the truth up to the stated numerical error estimate */
    SB_SAMPLED,          /* [lo,hi] is a confidence interval */
    SB_LOWER_ESTIMATE,   /* a maximum over samples: the supremum may be larger */
    SB_ASSUMED           /* given by the user */
} sb_number_status;

typedef struct {
    double           value, lo, hi;
    double           confidence;   /* of [lo,hi] when sampled, in (0,1); 1 otherwise */
    double           samples;      /* number of independent samples behind it; 0 where none were drawn */
    sb_number_status status;
} sb_number;

/* A number without error; a number with a numerical error bar; a number the user gave. */
sb_number sb_number_exact(double value);
sb_number sb_number_certified(double value, double error);
sb_number sb_number_assumed(double value);

/* The fewest samples whose spread is trusted to say how far their mean is off, where laws may be far from normal. */
enum { SB_LEAST_SAMPLES = 64 };

/* Not known or not measured: NaN. */
sb_number sb_number_unknown(void);

/* sb_number_sampled: mean of n samples given as running moments, with the Student-t interval.
 *   mean, variance (unbiased, of one sample), n >= 2, confidence in (0,1).  For n < 2 the interval is [-inf, inf]. */
sb_number sb_number_sampled(double mean, double variance, size_t n, double confidence);

/* sb_number_from_values: the same from the n values themselves. */
sb_number sb_number_from_values(const double *values, size_t n, double confidence);

/* sb_number_batch_means: the mean of a serially correlated stationary series, with the Student-t interval of the means of `batches`
 * equal consecutive batches (batches - 1 degrees of freedom), which are nearly independent once a batch is much longer than the
 * correlation. The first n mod batches values are left out. Unknown for batches < 2 or n < batches. */
sb_number sb_number_batch_means(const double *values, size_t n, size_t batches, double confidence);

/* sb_number_strata: the mean over a sequence cut into n consecutive strata of size[i] >= 1 items, one item of each drawn at random
 * and measured: value[i], with an interval of its own at the same confidence. A stratum of one item adds only that interval. The
 * others are collapsed in neighbouring pairs (an odd one out with its neighbour), max(size)^2 difference^2 standing for the variance
 * of a pair's sum: on average never too small, and too large by what the true means of the two differ (Cochran 1977, 5A.12). Not less
 * than what the values' own intervals leave; `samples` is 1 + the degrees of freedom. Infinite for a single stratum of several items, unknown for n = 0. */
sb_number sb_number_strata(const sb_number *value, const double *size, size_t n, double confidence);

/* sb_number_scale: a*x + b with its interval. sb_number_add: x + y, half-widths added in quadrature where both are sampled,
 * linearly where one is certified; the status is the weaker of the two. */
sb_number sb_number_scale(sb_number x, double a, double b);
sb_number sb_number_add(sb_number x, sb_number y);

/* sb_number_at: the same number with its interval at another confidence: a sampled half-width is scaled by the ratio of Student-t
 * quantiles (samples - 1 degrees of freedom); other kinds stay as they are. */
sb_number sb_number_at(sb_number x, double confidence);

/* sb_number_max: the larger of two by value. */
sb_number sb_number_max(sb_number x, sb_number y);

/* "exact", "certified", "sampled", "lower-estimate", "assumed" */
const char *sb_number_status_name(sb_number_status status);

/* sb_student_t: two-sided quantile t with P(|T_dof| <= t) = confidence. */
double sb_student_t(double confidence, double dof);

#endif
