#include "measure/exact_parts.h"

#include <math.h>

double sb_log_rest(double x, double rest)
{
    if (fabs(x) > 0.2) return -log(rest) - x;
    double power = x, sum = 0.0;
    for (int n = 2; n < 24; n++) sum += (power *= x) / n;
    return sum;
}

double sb_weight_entropy(const sb_mixture *q)
{
    double sum = 0.0;
    for (int j = 0; j < q->components->J; j++)
        if (q->weight[j] > 0.0) sum -= q->weight[j] * log(q->weight[j]);
    return sum;
}

/* One Gaussian direction of variance lambda at time u, of weight p: c = e^-2u lambda + sigma^2. */
static void add_direction(double p, double lambda, double u, double s, sb_within *w)
{
    const double log_2pie = 2.837877066409345483560659;
    const double x = exp(-2.0 * u) * (1.0 - lambda); /* 1 - c */
    const double c = exp(-2.0 * u) * lambda + sb_ou_variance(u);
    w->H += p * 0.5 * (log_2pie + log(c));
    w->J += p / c;
    w->V += p * lambda / (1.0 + s * lambda);
    w->R += p / (c * c);
    w->kl += p * 0.5 * sb_log_rest(x, c);
    w->mi += p * 0.5 * log1p(s * lambda);
}

sb_within sb_within_at(const sb_mixture *q, double u)
{
    const sb_components *k = q->components;
    const int stored = sb_components_stored(k);
    const double s = sb_snr(u), labels = sb_weight_entropy(q), a2 = exp(-2.0 * u);
    sb_within w = {.H = labels};
    for (int j = 0; j < k->J; j++) {
        const double p = q->weight[j];
        if (!(p > 0.0)) continue;
        for (int i = 0; i < stored; i++)
            add_direction(p * sb_components_multiplicity(k, i), sb_components_variance(k, j, i), u, s, &w);
        double square = 0.0;
        for (int i = 0; i < k->d; i++) {
            const double m = k->mean[(size_t)j * (size_t)k->d + (size_t)i];
            square += m * m;
        }
        w.kl += p * 0.5 * a2 * square;
    }
    return w;
}

/* For one Gaussian D = (1/2)(-log(1-x) - x) in each direction with x = (1-e^-2g)/c_b, 1-x = e^-2g c_a/c_b. */
double sb_within_step(const sb_mixture *q, double a, double b)
{
    const sb_components *k = q->components;
    const int stored = sb_components_stored(k);
    const double g = b - a;
    double D = 0.0;
    for (int j = 0; j < k->J; j++) {
        if (!(q->weight[j] > 0.0)) continue;
        for (int i = 0; i < stored; i++) {
            const double lambda = sb_components_variance(k, j, i);
            const double c_a = exp(-2.0 * a) * lambda + sb_ou_variance(a), c_b = exp(-2.0 * b) * lambda + sb_ou_variance(b);
            D += q->weight[j] * sb_components_multiplicity(k, i) * 0.5 *
                 sb_log_rest(-expm1(-2.0 * g) / c_b, exp(-2.0 * g) * c_a / c_b);
        }
    }
    return D;
}
