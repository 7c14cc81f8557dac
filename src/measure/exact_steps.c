#include "measure/exact_parts.h"
#include "measure/exact_rule.h"

#include "measure/exact.h"

#include <math.h>

double sb_beta(double g)
{
    const double e = -expm1(-g); /* beta = sum_{n>=3} e^n/n */
    if (e > 0.2) return g - e - 0.5 * e * e;
    double power = e * e, sum = 0.0;
    for (int n = 3; n < 24; n++) sum += (power *= e) / n;
    return sum;
}

/* w_k = 1 - s_k/s_{k+1} and its complement, without cancellation. */
static double snr_drop(const sb_grid *grid, int k, double *rest)
{
    *rest = exp(-2.0 * grid->gamma[k]) * grid->sigma2[k + 1] / grid->sigma2[k];
    return -expm1(-2.0 * grid->gamma[k]) / grid->sigma2[k];
}

double sb_discretisation_U(const sb_grid *grid, int d, double M2)
{
    double before = 0.0, U = 0.0;
    for (int k = 0; k < grid->K; k++) {
        double rest;
        const double w = snr_drop(grid, k, &rest);
        U += 0.5 * d * sb_log_rest(w, rest);
        U += k == 0 ? 0.5 * w * fmin(d, sb_snr(grid->T) * M2) : 0.5 * d * fmax(w - before, 0.0);
        before = w;
    }
    return U;
}

double sb_discretisation_B_bound(const sb_grid *grid, int d)
{
    double sum = 0.0;
    for (int k = 0; k < grid->K; k++) sum += sb_beta(grid->gamma[k]) * d / grid->sigma2[k];
    return sum;
}

/* Polynomial through (x_i, y_i), i < n, at x (Lagrange). */
static double interpolate(int n, const double *x_i, const double *y_i, double x)
{
    double sum = 0.0;
    for (int i = 0; i < n; i++) {
        double factor = y_i[i];
        for (int j = 0; j < n; j++)
            if (j != i) factor *= (x - x_i[j]) / (x_i[i] - x_i[j]);
        sum += factor;
    }
    return sum;
}

/* (1/2) int_0^L (1-e^-x) p(x) dx for the polynomial p through n points. */
static double weighted_integral(double L, int n, const double *x_i, const double *y_i)
{
    double sum = 0.0;
    for (int p = 0; p < SB_RULE_POINTS; p++) {
        const double x = 0.5 * L * (1.0 + sb_rule_node[p]);
        sum += 0.5 * L * sb_rule_weight[p] * -0.5 * expm1(-x) * interpolate(n, x_i, y_i, x);
    }
    return sum;
}

sb_number sb_step_by_curvature(const sb_grid *grid, int k, const sb_number *R)
{
    const int first = k > 0 ? k - 1 : k, last = k + 2 <= grid->K ? k + 2 : k + 1;
    double x[4], y[4], error = 0.0, L = 0.0;
    for (int i = first; i <= last; i++) {
        double rest;
        const double w = i < last ? snr_drop(grid, i, &rest) : 0.0, s = sb_snr(grid->u[i]);
        x[i - first] = i < last ? (w < 0.5 ? -log1p(-w) : -log(rest)) : 0.0; /* for now: log(s_{i+1}/s_i) */
        y[i - first] = R[i].value / ((1.0 + s) * (1.0 + s));
        error = fmax(error, (R[i].hi - R[i].lo) / ((1.0 + s) * (1.0 + s)));
    }
    for (int i = last - 1; i >= first; i--) x[i - first] += x[i - first + 1]; /* now: log(s_last/s_i) */
    const double origin = x[k + 1 - first];
    for (int i = 0; i <= last - first; i++) x[i] -= origin; /* now: log(s_{k+1}/s_i) */
    L = x[k - first];
    if (last - first < 2 || L > 0.25) return sb_number_certified(0.0, INFINITY);
    const double fine = weighted_integral(L, last - first + 1, x, y),
                 coarse = weighted_integral(L, 2, x + (k - first), y + (k - first));
    return sb_number_certified(fine, fabs(fine - coarse) + 0.25 * error * L * L + 1e-15 * fabs(fine));
}
