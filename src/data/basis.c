#include "data/basis.h"

#include <math.h>

static double dot(size_t d, size_t r, const double *V, size_t k, size_t l)
{
    double sum = 0.0;
    for (size_t i = 0; i < d; i++) sum += V[i * r + k] * V[i * r + l];
    return sum;
}

/* Columns k, l become c k - s l, s k + c l. */
static void rotate(size_t d, size_t r, double *V, size_t k, size_t l, double c, double s)
{
    for (size_t i = 0; i < d; i++) {
        const double x = V[i * r + k], y = V[i * r + l];
        V[i * r + k] = c * x - s * y;
        V[i * r + l] = s * x + c * y;
    }
}

/* Makes columns k < l orthogonal, the longer one first; returns 0 if they were. A swap is a rotation by a right angle. */
static int settle(size_t d, size_t r, double *V, size_t k, size_t l)
{
    const double kk = dot(d, r, V, k, k), ll = dot(d, r, V, l, l), kl = dot(d, r, V, k, l);
    const int swapped = ll > kk;
    if (fabs(kl) > 1e-15 * sqrt(kk * ll)) {
        const double zeta = (ll - kk) / (2.0 * kl), t = copysign(1.0, zeta) / (fabs(zeta) + hypot(1.0, zeta));
        const double c = 1.0 / hypot(1.0, t);
        rotate(d, r, V, k, l, c, c * t);
    } else if (!swapped) {
        return 0;
    }
    if (swapped) rotate(d, r, V, k, l, 0.0, -1.0);
    return 1;
}

void sb_basis_principal(size_t d, size_t r, double *V, double *square)
{
    enum { SWEEPS = 40 };
    for (int sweep = 0, moved = 1; moved && sweep < SWEEPS; sweep++) {
        moved = 0;
        for (size_t k = 0; k + 1 < r; k++)
            for (size_t l = k + 1; l < r; l++) moved |= settle(d, r, V, k, l);
    }
    for (size_t k = 0; k < r; k++) square[k] = dot(d, r, V, k, k);
}

/* The unit vector farthest from the span of the first k columns. */
static size_t farthest_axis(size_t d, size_t r, size_t k, const double *Q)
{
    size_t best = 0;
    double least = INFINITY;
    for (size_t i = 0; i < d; i++) {
        double inside = 0.0;
        for (size_t l = 0; l < k; l++) inside += Q[i * r + l] * Q[i * r + l];
        if (inside < least) least = inside, best = i;
    }
    return best;
}

void sb_basis_complete(size_t d, size_t r, size_t rank, double *Q)
{
    for (size_t k = rank; k < r; k++) {
        const size_t axis = farthest_axis(d, r, k, Q);
        for (size_t i = 0; i < d; i++) Q[i * r + k] = i == axis ? 1.0 : 0.0;
        for (size_t pass = 0; pass < 2; pass++)
            for (size_t l = 0; l < k; l++) {
                const double x = dot(d, r, Q, l, k);
                for (size_t i = 0; i < d; i++) Q[i * r + k] -= x * Q[i * r + l];
            }
        const double length = sqrt(dot(d, r, Q, k, k));
        for (size_t i = 0; i < d; i++) Q[i * r + k] /= length;
    }
}
