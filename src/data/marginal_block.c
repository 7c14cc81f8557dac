#include "data/marginal.h"

#include <cblas.h>
#include <math.h>
#include <string.h>

/* Work of a block: coordinates z along all components' axes, probabilities r, two sets of rows. */
typedef struct {
    double *z;       /* (J,rows,rank) */
    double *r;       /* (rows,J) */
    double *x, *out; /* (rows,d) */
} block;

size_t sb_marginal_block_work(const sb_marginal *marginal)
{
    const size_t rows = (size_t)marginal->rows, J = (size_t)marginal->J, d = (size_t)marginal->d;
    return rows * (J * (size_t)marginal->components->rank + J + 2 * d);
}

static block divide(const sb_marginal *marginal, double *work)
{
    const size_t rows = (size_t)marginal->rows, J = (size_t)marginal->J, d = (size_t)marginal->d;
    block k = {.z = work, .r = work + rows * J * (size_t)marginal->components->rank};
    k.x = k.r + rows * J;
    k.out = k.x + rows * d;
    return k;
}

static double *axes_coordinates(const sb_marginal *marginal, const block *k, int j)
{
    return k->z + (size_t)j * (size_t)marginal->rows * (size_t)marginal->components->rank;
}

/* Column j of r: log of weight times density of component j at each point; a low-rank component's is formed from what its axes hold and,
 * apart, from what they leave of the offset. */
static void component_terms(const sb_marginal *marginal, int B, const double *y, int j, block *k)
{
    const int d = marginal->d, rank = marginal->components->rank;
    const size_t J = (size_t)marginal->J, n = (size_t)d, axes = (size_t)rank;
    const double a = marginal->a, *m = sb_marginal_mean(marginal, j), *p = sb_marginal_precision(marginal, j);
    const double *Q = sb_marginal_axes(marginal, j), rest = sb_marginal_rest(marginal, j);
    double *z = axes_coordinates(marginal, k, j);
    for (size_t b = 0; b < (size_t)B; b++)
        for (size_t i = 0; i < n; i++) k->x[b * n + i] = y[b * n + i] - a * m[i];
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, B, rank, d, 1.0, k->x, d, Q, rank, 0.0, z, rank);
    if (rest > 0.0) cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, B, d, rank, -1.0, z, rank, Q, rank, 1.0, k->x, d);
    for (size_t b = 0; b < (size_t)B; b++) {
        double sum = 0.0, outside = 0.0;
#pragma omp simd reduction(+ : sum)
        for (size_t i = 0; i < axes; i++) sum += z[b * axes + i] * z[b * axes + i] * p[i];
        if (rest > 0.0)
#pragma omp simd reduction(+ : outside)
            for (size_t i = 0; i < n; i++) outside += k->x[b * n + i] * k->x[b * n + i];
        k->r[b * J + (size_t)j] = marginal->constant[j] - 0.5 * (sum + outside * rest);
    }
}

/* Adds component j's share of the score, -r (rest x + Q_j ((p - rest) z)), at the points where it has one. */
static void add_component(const sb_marginal *marginal, int B, const double *y, int j, const unsigned char *tame, block *k,
                          double *score)
{
    const int d = marginal->d, rank = marginal->components->rank;
    const size_t J = (size_t)marginal->J, n = (size_t)d, axes = (size_t)rank;
    const double a = marginal->a, *m = sb_marginal_mean(marginal, j), *p = sb_marginal_precision(marginal, j);
    const double *z = axes_coordinates(marginal, k, j), rest = sb_marginal_rest(marginal, j);
    int count = 0, row[SB_MARGINAL_ROWS];
    for (int b = 0; b < B; b++) {
        const double r = k->r[(size_t)b * J + (size_t)j];
        if (!tame[b] || r == 0.0) continue;
        for (size_t i = 0; i < axes; i++) k->x[(size_t)count * axes + i] = -r * (p[i] - rest) * z[(size_t)b * axes + i];
        row[count++] = b;
    }
    if (count == 0) return;
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, count, d, rank, 1.0, k->x, rank, sb_marginal_axes(marginal, j), rank, 0.0,
                k->out, d);
    for (int c = 0; c < count; c++) {
        const size_t at = (size_t)row[c] * n;
        const double share = k->r[(size_t)row[c] * J + (size_t)j] * rest;
        for (size_t i = 0; i < n; i++) score[at + i] += k->out[(size_t)c * n + i];
        for (size_t i = 0; i < n && share > 0.0; i++) score[at + i] += share * (a * m[i] - y[at + i]);
    }
}

void sb_marginal_block(const sb_marginal *marginal, int B, const double *y, double *log_density, double *score, unsigned char *tame,
                       double *work)
{
    const size_t J = (size_t)marginal->J, d = (size_t)marginal->d;
    block k = divide(marginal, work);
    for (size_t j = 0; j < J; j++) component_terms(marginal, B, y, (int)j, &k);
    for (size_t b = 0; b < (size_t)B; b++) {
        double *r = k.r + b * J, most = -INFINITY;
        tame[b] = 1;
        for (size_t i = 0; i < d; i++) tame[b] &= fabs(y[b * d + i]) <= SB_MARGINAL_TAME;
        for (size_t j = 0; j < J; j++) most = r[j] > most ? r[j] : most;
        tame[b] &= most > -INFINITY;
        if (!tame[b]) continue;
        const double log_q = sb_marginal_normalise((int)J, most, r);
        if (log_density) log_density[b] = log_q;
    }
    memset(score, 0, (size_t)B * d * sizeof *score);
    for (size_t j = 0; j < J; j++) add_component(marginal, B, y, (int)j, tame, &k, score);
}
