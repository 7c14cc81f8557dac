#include "data/marginal.h"

#include "kernels/point/clones.h"
#include "kernels/point/exp.h"

#include <math.h>
#include <string.h>

/* Components of one isotropic variance, as data points are, seen from several points at once, which lie in the lanes of vectors. Every
 * sum is a chain in the order of its index, of each lane by itself: it depends neither on the width of vectors nor on other lanes. */

enum {
    LANES = SB_MARGINAL_LANES,
    TILE = 4,  /* sums that are carried side by side */
    NEAR = 64, /* components whose means stay in the cache */
};
static const double least = -92.0; /* logarithm of a responsibility that counts as 0 */

/* Rows of the components' means. */
typedef struct {
    const double *mean; /* (.,d) */
    const int *index;   /* of the components in it */
    size_t d;
} rows;

static inline const double *row(const rows *m, int j)
{
    return m->mean + (size_t)m->index[j] * m->d;
}

/* r (count,LANES) out: |y - a m_j|^2 for the components in `list` (NULL: 0..count-1), y (d,LANES). */
SB_CPU_CLONES static void squares(const rows *m, int count, const int *list, double a, const double *y, double *r)
{
    for (int first = 0; first < count; first += TILE) {
        const double *own[TILE];
        double sum[TILE][LANES] = {{0.0}};
        for (int c = 0; c < TILE; c++) {
            const int j = first + c < count ? first + c : count - 1;
            own[c] = row(m, list ? list[j] : j);
        }
        for (size_t i = 0; i < m->d; i++)
#pragma GCC unroll 4
            for (int c = 0; c < TILE; c++) {
                const double centre = a * own[c][i];
#pragma omp simd
                for (int l = 0; l < LANES; l++) {
                    const double x = y[i * LANES + (size_t)l] - centre;
                    sum[c][l] = fma(x, x, sum[c][l]);
                }
            }
        for (int c = 0; c < TILE && first + c < count; c++) memcpy(r + (size_t)(first + c) * LANES, sum[c], sizeof sum[c]);
    }
}

/* out (d,LANES): sums over the components of r times mean. */
SB_CPU_CLONES static void combine(const rows *m, int count, const int *list, const double *r, double *out)
{
    const size_t d = m->d;
    for (size_t i = 0; i < d * LANES; i++) out[i] = 0.0;
    for (int first = 0; first < count; first += NEAR) {
        const int end = first + NEAR < count ? first + NEAR : count;
        size_t i = 0;
        for (; i + TILE <= d; i += TILE) {
            double sum[TILE][LANES];
            memcpy(sum, out + i * LANES, sizeof sum);
            for (int j = first; j < end; j++) {
                const double *own = row(m, list[j]) + i, *share = r + (size_t)list[j] * LANES;
#pragma GCC unroll 4
                for (int c = 0; c < TILE; c++)
#pragma omp simd
                    for (int l = 0; l < LANES; l++) sum[c][l] = fma(share[l], own[c], sum[c][l]);
            }
            memcpy(out + i * LANES, sum, sizeof sum);
        }
        for (; i < d; i++)
            for (int j = first; j < end; j++) {
                const double own = row(m, list[j])[i], *share = r + (size_t)list[j] * LANES;
                for (int l = 0; l < LANES; l++) out[i * LANES + (size_t)l] = fma(share[l], own, out[i * LANES + (size_t)l]);
            }
    }
}

/* r (J,LANES) in: squared distances; out: probabilities. log_q (LANES) out; entropy (LANES) out: -sum of r log r. */
SB_CPU_CLONES static void weigh(int J, const double *constant, double precision, double *r, double *log_q, double *entropy)
{
    double most[LANES], sum[LANES], moment[LANES];
    for (int l = 0; l < LANES; l++) most[l] = -INFINITY, sum[l] = moment[l] = 0.0;
    for (size_t j = 0; j < (size_t)J; j++)
#pragma omp simd
        for (int l = 0; l < LANES; l++) {
            const double term = fma(-0.5 * precision, r[j * LANES + (size_t)l], constant[j]);
            r[j * LANES + (size_t)l] = term;
            most[l] = term > most[l] ? term : most[l];
        }
    for (size_t j = 0; j < (size_t)J; j++)
#pragma omp simd
        for (int l = 0; l < LANES; l++) {
            const double below = r[j * LANES + (size_t)l] - most[l], e = sb_point_exp_falling(below);
            const double share = below > least ? e : 0.0;
            r[j * LANES + (size_t)l] = share;
            sum[l] += share;
            moment[l] += share > 0.0 ? share * below : 0.0;
        }
    for (int l = 0; l < LANES; l++) {
        const double log_sum = log(sum[l]);
        log_q[l] = most[l] + log_sum;
        entropy[l] = log_sum - moment[l] / sum[l];
        sum[l] = 1.0 / sum[l];
    }
    for (size_t j = 0; j < (size_t)J; j++)
#pragma omp simd
        for (int l = 0; l < LANES; l++) r[j * LANES + (size_t)l] *= sum[l];
}

/* What a set of points needs. */
typedef struct {
    double *r;        /* (J,LANES), and again for distances from the mean */
    double *y, *mean; /* (d,LANES) */
    int *list;        /* (J) components that count for one of the points */
    int count;
    double log_q[LANES], entropy[LANES];
} view;

int sb_marginal_points_suit(const sb_marginal *marginal)
{
    enum { DIMENSION = 8, COMPONENTS = 8 };
    if (marginal->components->kind != SB_COVARIANCE_ISOTROPIC || marginal->d < DIMENSION || marginal->J < COMPONENTS) return 0;
    for (int j = 1; j < marginal->J; j++)
        if (marginal->precision[j] != marginal->precision[0]) return 0;
    return 1;
}

size_t sb_marginal_points_work(const sb_marginal *marginal)
{
    const size_t J = (size_t)marginal->J, d = (size_t)marginal->d;
    return marginal->points ? 2 * LANES * (J + d) + J : 0; /* the list has half as many bytes as it is given */
}

/* Probabilities of the components and mean of X_0 at B <= LANES points; lanes from B on repeat the first one. */
static rows look(const sb_marginal *marginal, int B, const double *y, double *work, view *v)
{
    const size_t J = (size_t)marginal->J, d = (size_t)marginal->d;
    const rows m = {marginal->components->mean, marginal->index, d};
    *v = (view){.r = work, .y = work + 2 * LANES * J};
    v->mean = v->y + LANES * d;
    v->list = (int *)(v->mean + LANES * d);
    for (size_t l = 0; l < LANES; l++)
        for (size_t i = 0; i < d; i++) v->y[i * LANES + l] = y[(l < (size_t)B ? l : 0) * d + i];
    squares(&m, marginal->J, NULL, marginal->a, v->y, v->r);
    weigh(marginal->J, marginal->constant, marginal->precision[0], v->r, v->log_q, v->entropy);
    for (int j = 0; j < marginal->J; j++) {
        double most = 0.0; /* a point where all squares overflow has NaN, which is never larger */
        for (size_t l = 0; l < LANES; l++) most = fmax(most, v->r[(size_t)j * LANES + l]);
        if (most > 0.0) v->list[v->count++] = j;
    }
    combine(&m, v->count, v->list, v->r, v->mean);
    return m;
}

void sb_marginal_points(const sb_marginal *marginal, int B, const double *y, double *log_density, double *score,
                        unsigned char *tame, double *work)
{
    const size_t d = (size_t)marginal->d;
    const double a = marginal->a, p = marginal->precision[0];
    view v;
    look(marginal, B, y, work, &v);
    for (size_t b = 0; b < (size_t)B; b++) {
        double check = 0.0 * v.log_q[b]; /* NaN once something is not finite */
        for (size_t i = 0; i < d && score; i++) {
            const double own = p * fma(a, v.mean[i * LANES + b], -v.y[i * LANES + b]);
            score[b * d + i] = own;
            check += 0.0 * own;
        }
        tame[b] = check == 0.0;
        if (log_density) log_density[b] = v.log_q[b];
    }
}

void sb_marginal_points_overlap(const sb_marginal *marginal, int B, const double *y, double *entropy, double *spread,
                                unsigned char *tame, double *work)
{
    const double factor = marginal->a * marginal->precision[0]; /* g_j - g = p a (m_j - mean) */
    double sum[LANES] = {0.0};
    view v;
    const rows m = look(marginal, B, y, work, &v);
    double *apart = v.r + LANES * (size_t)marginal->J;
    squares(&m, v.count, v.list, 1.0, v.mean, apart);
    for (size_t k = 0; k < (size_t)v.count; k++)
        for (size_t l = 0; l < LANES; l++) sum[l] = fma(v.r[(size_t)v.list[k] * LANES + l], apart[k * LANES + l], sum[l]);
    for (size_t b = 0; b < (size_t)B; b++) {
        entropy[b] = v.entropy[b];
        spread[b] = factor * factor * sum[b];
        tame[b] = 0.0 * v.log_q[b] == 0.0 && 0.0 * spread[b] == 0.0;
    }
}
