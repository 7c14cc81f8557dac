#include "measure/jackknife.h"

#include <math.h>

sb_number sb_jackknife(int n, double all, const double *without, double confidence)
{
    double pseudo[SB_JACKKNIFE_GROUPS], mean = 0.0, square = 0.0;
    for (int g = 0; g < SB_JACKKNIFE_GROUPS; g++) {
        const double h = (double)n / sb_jackknife_size(n, g);
        pseudo[g] = h * all - (h - 1.0) * without[g];
        mean += pseudo[g] / h;
    }
    for (int g = 0; g < SB_JACKKNIFE_GROUPS; g++)
        square += (pseudo[g] - mean) * (pseudo[g] - mean) / ((double)n / sb_jackknife_size(n, g) - 1.0);
    return sb_number_sampled(mean, square, SB_JACKKNIFE_GROUPS, confidence);
}

sb_number sb_jackknife_around(double all, sb_number limit)
{
    const double half = 0.5 * (limit.hi - limit.lo);
    limit.value = all;
    limit.lo = all - half;
    limit.hi = all + half;
    return limit;
}

sb_number sb_number_within(sb_number x, double least, double most)
{
    x.value = fmin(fmax(x.value, least), most);
    x.lo = fmin(fmax(x.lo, least), most);
    x.hi = fmin(fmax(x.hi, least), most);
    return x;
}
