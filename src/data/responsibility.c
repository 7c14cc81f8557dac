#include "data/marginal.h"

#include <math.h>

static const double least = -92.0; /* logarithm of a responsibility that counts as 0 */

/* r (J) out: log of weight times density of each component; returns the largest. Each is inlined once for each small d, so that its
 * loops unroll. */
static inline __attribute__((always_inline)) double isotropic_terms(const sb_marginal *marginal, size_t d, const double *y,
                                                                    double *r)
{
    const double a = marginal->a;
    double most = -INFINITY;
    for (int j = 0; j < marginal->J; j++) {
        const double *m = marginal->components->mean + (size_t)marginal->index[j] * d;
        double sum = 0.0;
#pragma omp simd reduction(+ : sum)
        for (size_t i = 0; i < d; i++) {
            const double x = y[i] - a * m[i];
            sum += x * x;
        }
        r[j] = marginal->constant[j] - 0.5 * sum * marginal->precision[j];
        if (r[j] > most) most = r[j];
    }
    return most;
}

static inline __attribute__((always_inline)) double diagonal_terms(const sb_marginal *marginal, size_t d, const double *y,
                                                                   double *r)
{
    const double a = marginal->a;
    double most = -INFINITY;
    for (int j = 0; j < marginal->J; j++) {
        const double *m = marginal->components->mean + (size_t)marginal->index[j] * d, *p = marginal->precision + (size_t)j * d;
        double sum = 0.0;
#pragma omp simd reduction(+ : sum)
        for (size_t i = 0; i < d; i++) {
            const double x = y[i] - a * m[i];
            sum += x * x * p[i];
        }
        r[j] = marginal->constant[j] - 0.5 * sum;
        if (r[j] > most) most = r[j];
    }
    return most;
}

/* z (J,d) out: Q_j'(y - a m_j). */
static inline __attribute__((always_inline)) double full_terms(const sb_marginal *marginal, size_t d, const double *y, double *r,
                                                               double *z)
{
    const double a = marginal->a, far = 1e300; /* so that no sum over d overflows */
    double most = -INFINITY;
    for (int j = 0; j < marginal->J; j++) {
        const size_t whole = (size_t)marginal->index[j];
        const double *m = marginal->components->mean + whole * d, *Q = marginal->components->Q + whole * d * d;
        const double *p = marginal->precision + (size_t)j * d;
        double *own = z + (size_t)j * d, sum = 0.0;
        for (size_t k = 0; k < d; k++) own[k] = 0.0;
        for (size_t i = 0; i < d; i++) {
            double x = y[i] - a * m[i];
            x = x > far ? far : x < -far ? -far : x;
#pragma omp simd
            for (size_t k = 0; k < d; k++) own[k] += Q[i * d + k] * x;
        }
#pragma omp simd reduction(+ : sum)
        for (size_t i = 0; i < d; i++) sum += own[i] * own[i] * p[i];
        r[j] = marginal->constant[j] - 0.5 * sum;
        if (r[j] > most) most = r[j];
    }
    return most;
}

static inline double offset(double y, double a, double m)
{
    const double far = 1e300, x = y - a * m; /* so that no sum over d overflows */
    return x > far ? far : x < -far ? -far : x;
}

/* z (width) = coordinates of x = y - a m along neighbouring columns of Q (d,rank), in two sums each, which the processor adds side by
 * side. */
static inline __attribute__((always_inline)) void columns_along(int width, size_t d, size_t rank, const double *Q, double a,
                                                                const double *m, const double *y, double *z)
{
    double even[4] = {0.0}, odd[4] = {0.0};
    for (size_t i = 0; i < d; i++) {
        const double x = offset(y[i], a, m[i]);
        for (int k = 0; k < width; k++) even[k] += Q[i * rank + (size_t)k] * x;
        if (++i == d) break;
        const double next = offset(y[i], a, m[i]);
        for (int k = 0; k < width; k++) odd[k] += Q[i * rank + (size_t)k] * next;
    }
    for (int k = 0; k < width; k++) z[k] = even[k] + odd[k];
}

/* The square of what of x = y - a m lies outside of the columns of Q, along which it has the coordinates z (rank). */
static double outside_square(size_t d, size_t rank, const double *Q, double a, const double *m, const double *y, const double *z)
{
    double whole = 0.0, inside = 0.0, left = 0.0;
#pragma omp simd reduction(+ : whole)
    for (size_t i = 0; i < d; i++) {
        const double x = offset(y[i], a, m[i]);
        whole += x * x;
    }
    for (size_t k = 0; k < rank; k++) inside += z[k] * z[k];
    if (whole - inside > 1e-2 * whole) return whole - inside;
    for (size_t i = 0; i < d; i++) { /* where the difference would cancel */
        double x = offset(y[i], a, m[i]);
        for (size_t k = 0; k < rank; k++) x -= Q[i * rank + k] * z[k];
        left += x * x;
    }
    return left;
}

/* z (J,rank) out: Q_j'(y - a m_j). */
static double low_rank_terms(const sb_marginal *marginal, const double *y, double *r, double *z)
{
    const double a = marginal->a;
    const size_t d = (size_t)marginal->d, rank = (size_t)marginal->components->rank;
    double most = -INFINITY;
    for (int j = 0; j < marginal->J; j++) {
        const double *m = sb_marginal_mean(marginal, j), *Q = sb_marginal_axes(marginal, j),
                     *p = sb_marginal_precision(marginal, j);
        double *own = z + (size_t)j * rank, sum = 0.0;
        size_t k = 0;
        for (; k + 4 <= rank; k += 4) columns_along(4, d, rank, Q + k, a, m, y, own + k);
        for (; k < rank; k++) columns_along(1, d, rank, Q + k, a, m, y, own + k);
        for (k = 0; k < rank; k++) sum += own[k] * own[k] * p[k];
        r[j] = marginal->constant[j] - 0.5 * (sum + outside_square(d, rank, Q, a, m, y, own) * p[rank]);
        if (r[j] > most) most = r[j];
    }
    return most;
}

static double terms(const sb_marginal *marginal, const double *y, double *r, double *z)
{
    const size_t d = (size_t)marginal->d;
    switch (marginal->components->kind) {
    case SB_COVARIANCE_ISOTROPIC:
        switch (d) {
        case 1: return isotropic_terms(marginal, 1, y, r);
        case 2: return isotropic_terms(marginal, 2, y, r);
        case 3: return isotropic_terms(marginal, 3, y, r);
        default: return isotropic_terms(marginal, d, y, r);
        }
    case SB_COVARIANCE_DIAGONAL:
        switch (d) {
        case 2: return diagonal_terms(marginal, 2, y, r);
        case 3: return diagonal_terms(marginal, 3, y, r);
        default: return diagonal_terms(marginal, d, y, r);
        }
    case SB_COVARIANCE_LOW_RANK: return low_rank_terms(marginal, y, r, z);
    default:
        switch (d) {
        case 2: return full_terms(marginal, 2, y, r, z);
        case 3: return full_terms(marginal, 3, y, r, z);
        default: return full_terms(marginal, d, y, r, z);
        }
    }
}

/* The square of (y - a m_j)/length in component j's own metric, in units of the least variance. */
static double scaled_distance(const sb_marginal *marginal, int j, const double *y, const double *z, double length)
{
    const int d = marginal->d, rank = marginal->components->rank, stride = marginal->stored > 1;
    const double *m = sb_marginal_mean(marginal, j), *p = sb_marginal_precision(marginal, j);
    const double rest = sb_marginal_rest(marginal, j);
    double distance = 0.0;
    for (int i = 0; i < d && (rank == 0 || rest > 0.0); i++) {
        double x = (y[i] - marginal->a * m[i]) / length;
        for (int k = 0; k < rank; k++) x -= sb_marginal_axes(marginal, j)[(size_t)i * (size_t)rank + (size_t)k] * (z[k] / length);
        distance += x * x * ((rank ? rest : p[i * stride]) * marginal->least);
    }
    for (int k = 0; k < rank; k++) {
        const double x = z[k] / length;
        distance += x * x * (p[k] * marginal->least);
    }
    return distance;
}

/* Where every square overflows the component nearest in its own metric takes all; lengths are scaled to the longest offset. */
static double far_responsibilities(const sb_marginal *marginal, const double *y, double *r, const double *z)
{
    const int d = marginal->d, J = marginal->J, rank = marginal->components->rank;
    double length = 1.0, nearest = INFINITY;
    int winner = 0;
    for (int j = 0; j < J; j++)
        for (int i = 0; i < d; i++) length = fmax(length, fabs(y[i] - marginal->a * sb_marginal_mean(marginal, j)[i]));
    for (int j = 0; j < J; j++) {
        const double distance = scaled_distance(marginal, j, y, z + (size_t)j * (size_t)rank, length);
        if (distance < nearest) nearest = distance, winner = j;
        r[j] = 0.0;
    }
    r[winner] = 1.0;
    return -INFINITY;
}

double sb_marginal_responsibilities(const sb_marginal *marginal, const double *y, double *r, double *z)
{
    const double most = terms(marginal, y, r, z);
    return most > -INFINITY ? sb_marginal_normalise(marginal->J, most, r) : far_responsibilities(marginal, y, r, z);
}

double sb_marginal_normalise(int J, double most, double *r)
{
    double sum = 0.0;
    for (int j = 0; j < J; j++) {
        const double below = r[j] - most;
        r[j] = below > least ? exp(below) : 0.0;
        sum += r[j];
    }
    const double unit = 1.0 / sum;
    for (int j = 0; j < J; j++) r[j] *= unit;
    return most + log(sum);
}
