/* jackknife.h: a function of the law of n independent points, from its values on all of them and on all but each of some groups
 * (Quenouille 1949; with groups of unequal size: Busing, Meijer, van der Leeden 1999). */
#ifndef SB_MEASURE_JACKKNIFE_H
#define SB_MEASURE_JACKKNIFE_H

#include "base/number.h"

/* Point i of n belongs to group i mod SB_JACKKNIFE_GROUPS, a prime, so that the groups are alike also where points are sorted by class or
 * classes take turns. */
enum { SB_JACKKNIFE_GROUPS = 31 };

/* sb_jackknife_size: points in group g. */
static inline int sb_jackknife_size(int n, int g)
{
    return (n - g + SB_JACKKNIFE_GROUPS - 1) / SB_JACKKNIFE_GROUPS;
}

/* sb_jackknife: the function on infinitely many points, without the part of its bias that goes as 1/n, from `all` (on n points) and
 * without (SB_JACKKNIFE_GROUPS), with the Student-t interval of the pseudo-values. n >= SB_JACKKNIFE_GROUPS. Where the function's
 * derivative vanishes the interval is too wide; the variance behind it is on average never too small (Efron, Stein 1981). */
sb_number sb_jackknife(int n, double all, const double *without, double confidence);

/* sb_jackknife_around: the value on n points, with the half-width that sb_jackknife found. */
sb_number sb_jackknife_around(double all, sb_number limit);

/* sb_number_within: a number whose truth is known to lie in [least,most]: value and interval moved into it. */
sb_number sb_number_within(sb_number x, double least, double most);

#endif
