#include "measure/quality.h"

#include "measure/jackknife.h"

#include <math.h>

/* x log x, and its limit at 0. */
static double entropy_term(double x)
{
    return x > 0.0 ? x * log(x) : 0.0;
}

static double minus_entropy(int classes, const double *p)
{
    double sum = 0.0;
    for (int c = 0; c < classes; c++) sum += entropy_term(p[c]);
    return sum;
}

/* E KL(p(class|y) || p(class)) = E[-H(p(class|y))] + H(p(class)), never below 0. */
static double score_of(int classes, double negative, const double *mean)
{
    return exp(fmax(0.0, negative - minus_entropy(classes, mean)));
}

double sb_classifier_score_weighted(int n, int classes, const double *p, const double *weight)
{
    double mean[SB_MAX_CLASSES] = {0.0}, negative = 0.0;
    for (size_t i = 0; i < (size_t)n; i++) {
        negative += weight[i] * minus_entropy(classes, p + i * (size_t)classes);
        for (size_t c = 0; c < (size_t)classes; c++) mean[c] += weight[i] * p[i * (size_t)classes + c];
    }
    return score_of(classes, negative, mean);
}

/* Of all points but those of group g; g < 0: of all. */
static double score_without(int n, int classes, const double *p, int g)
{
    double mean[SB_MAX_CLASSES] = {0.0}, negative = 0.0;
    const double left = g < 0 ? n : n - sb_jackknife_size(n, g);
    for (int i = 0; i < n; i++) {
        const double *at = p + (size_t)i * (size_t)classes;
        if (i % SB_JACKKNIFE_GROUPS == g) continue;
        negative += minus_entropy(classes, at) / left;
        for (int c = 0; c < classes; c++) mean[c] += at[c] / left;
    }
    return score_of(classes, negative, mean);
}

sb_number sb_classifier_score(int n, int classes, const double *p, double confidence)
{
    double without[SB_JACKKNIFE_GROUPS];
    const double all = score_without(n, classes, p, -1);
    for (int g = 0; g < SB_JACKKNIFE_GROUPS; g++) without[g] = score_without(n, classes, p, g);
    const sb_number score = sb_jackknife_around(all, sb_jackknife(n, all, without, confidence));
    return sb_number_within(score, 1.0, classes);
}
