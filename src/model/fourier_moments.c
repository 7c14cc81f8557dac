/* The closed form of the loss of random features (model/moments.h). For Y ~ N(mu, S) and t_a = omega_a . mu + nu_a tau_k + phase_a
 *     E cos_a       = e^(-S_aa/2) cos t_a,          S_ab = omega_a' S omega_b, the sine alike,
 *     E cos_a cos_b = e^(-(S_aa+S_bb)/2) (cosh S_ab cos t_a cos t_b + sinh S_ab sin t_a sin t_b),
 *     E y cos_a     = e^(-S_aa/2) (mu cos t_a - S omega_a sin t_a),
 *     E cos_a Z     = e^(-S_aa/2) omega_a sin t_a.
 * Components of equal covariance share S and all exponentials: only products of cosines are summed over them. */
#include "model/fourier.h"
#include "model/passes.h"

#include "base/memory.h"

#include <math.h>
#include <string.h>

enum { EXTRA = SB_FOURIER_EXTRA, ROWS = 64 /* components taken together */ };

typedef struct {
    double *G;                 /* (m,m) omega_a . omega_b */
    double *P;                 /* (m,m) omega_a' C omega_b for the covariance C of the group */
    double *Comega;            /* (m,d) C omega_a */
    double *x;                 /* (ROWS,d+2) e^-u mean, tau_k, 1 of a component */
    double *cosine, *sine;     /* (ROWS,m) of t_a, times the square root of the component's weight */
    double *centre, *root;     /* (ROWS,d), (ROWS) e^-u mean and 1, times the same */
    double *cos_cos, *sin_sin; /* (m,m) their sums over the group */
    double *y_cos, *one_cos;   /* (d,m), (m) */
    double *one_sin;           /* (m) */
    double *damping;           /* (m) e^(-S_aa/2) */
    double *mean, *second;     /* (d), (d,d) E x_0 and E x_0 x_0' */
} arrays;

static size_t carve(int m, int d, double *base, arrays *a)
{
    const size_t M = (size_t)m, D = (size_t)d;
    size_t used = 0;
    a->G = sb_scratch_take(base, &used, M * M);
    a->P = sb_scratch_take(base, &used, M * M);
    a->Comega = sb_scratch_take(base, &used, M * D);
    a->x = sb_scratch_take(base, &used, ROWS * (D + EXTRA));
    a->cosine = sb_scratch_take(base, &used, ROWS * M);
    a->sine = sb_scratch_take(base, &used, ROWS * M);
    a->centre = sb_scratch_take(base, &used, ROWS * D);
    a->root = sb_scratch_take(base, &used, ROWS);
    a->cos_cos = sb_scratch_take(base, &used, M * M);
    a->sin_sin = sb_scratch_take(base, &used, M * M);
    a->y_cos = sb_scratch_take(base, &used, D * M);
    a->one_cos = sb_scratch_take(base, &used, M);
    a->one_sin = sb_scratch_take(base, &used, M);
    a->damping = sb_scratch_take(base, &used, M);
    a->mean = sb_scratch_take(base, &used, D);
    a->second = sb_scratch_take(base, &used, D * D);
    return used;
}

static void prepare_group(const sb_model *model, const sb_components *c, int leader, arrays *a)
{
    const sb_fourier *fourier = model->impl;
    const sb_backend *op = sb_backend_cpu();
    const int m = fourier->m, d = model->d, inputs = d + EXTRA;
    for (size_t j = 0; j < (size_t)m; j++)
        sb_components_apply(c, leader, fourier->frequency + j * (size_t)inputs, a->Comega + j * (size_t)d);
    op->gemm(op, 0, 1, m, m, d, 1.0, fourier->frequency, inputs, a->Comega, d, 0.0, a->P, m);
}

/* Adds `count` components, whose rows of x and root are filled, to the sums over the group. */
static void add_rows(const sb_model *model, int count, arrays *a)
{
    const sb_fourier *fourier = model->impl;
    const sb_backend *op = sb_backend_cpu();
    const int m = fourier->m, d = model->d, inputs = d + EXTRA;
    op->gemm(op, 0, 1, count, m, inputs, 1.0, a->x, inputs, fourier->frequency, inputs, 0.0, a->cosine, m);
    for (size_t r = 0; r < (size_t)count; r++) {
        for (size_t j = r * (size_t)m; j < (r + 1) * (size_t)m; j++) {
            const double t = a->cosine[j];
            a->cosine[j] = a->root[r] * cos(t);
            a->sine[j] = a->root[r] * sin(t);
        }
        for (size_t i = 0; i < (size_t)d; i++) a->centre[r * (size_t)d + i] = a->root[r] * a->x[r * (size_t)inputs + i];
    }
    op->gemm(op, 1, 0, m, m, count, 1.0, a->cosine, m, a->cosine, m, 1.0, a->cos_cos, m);
    op->gemm(op, 1, 0, m, m, count, 1.0, a->sine, m, a->sine, m, 1.0, a->sin_sin, m);
    op->gemm(op, 1, 0, d, m, count, 1.0, a->centre, d, a->cosine, m, 1.0, a->y_cos, m);
    op->gemm(op, 1, 0, 1, m, count, 1.0, a->root, 1, a->cosine, m, 1.0, a->one_cos, m);
    op->gemm(op, 1, 0, 1, m, count, 1.0, a->root, 1, a->sine, m, 1.0, a->one_sin, m);
}

/* The sums over the group of `leader` at time k; group (J) holds the leader of each component, -1 without weight. */
static void sum_group(const sb_model *model, const sb_mixture *q, const int *group, int leader, int k, arrays *a)
{
    const sb_fourier *fourier = model->impl;
    const size_t m = (size_t)fourier->m, d = (size_t)model->d;
    const double decay = exp(-model->grid->u[k]);
    int count = 0;
    memset(a->cos_cos, 0, m * m * sizeof(double));
    memset(a->sin_sin, 0, m * m * sizeof(double));
    memset(a->y_cos, 0, d * m * sizeof(double));
    memset(a->one_cos, 0, m * sizeof(double));
    memset(a->one_sin, 0, m * sizeof(double));
    for (int j = leader; j < q->components->J; j++) {
        if (group[j] != leader) continue;
        double *x = a->x + (size_t)count * (d + EXTRA);
        for (size_t i = 0; i < d; i++) x[i] = decay * q->components->mean[(size_t)j * d + i];
        memcpy(x + d, fourier->time + EXTRA * k, EXTRA * sizeof(double));
        a->root[count++] = sqrt(q->weight[j]);
        if (count == ROWS) {
            add_rows(model, count, a);
            count = 0;
        }
    }
    if (count) add_rows(model, count, a);
}

/* Adds the group at time k to the rows of M and b that belong to random features. */
static void add_group(const sb_model *model, int k, arrays *a, sb_moments *moments)
{
    const sb_fourier *fourier = model->impl;
    const size_t m = (size_t)fourier->m, d = (size_t)model->d, p = (size_t)fourier->p;
    const double scale = sqrt(2.0 / fourier->m), c = fourier->c[k], gamma = model->grid->gamma[k];
    const double shrink = exp(-2.0 * model->grid->u[k]), sigma2 = model->grid->sigma2[k];
    const double weight = gamma * c * c * scale;
    for (size_t i = 0; i < m; i++) a->damping[i] = 0.5 * (shrink * a->P[i * m + i] + sigma2 * a->G[i * m + i]);
    for (size_t i = 0; i < m; i++) {
        double *row = moments->M + i * p;
        for (size_t j = i; j < m; j++) {
            const size_t ij = i * m + j;
            const double both = a->damping[i] + a->damping[j], cross = shrink * a->P[ij] + sigma2 * a->G[ij];
            const double less = exp(cross - both), more = exp(-cross - both); /* neither overflows: |cross| <= both */
            row[j] += 0.5 * weight * scale * ((less + more) * a->cos_cos[ij] + (less - more) * a->sin_sin[ij]);
        }
    }
    for (size_t i = 0; i < m; i++) {
        const double e = exp(-a->damping[i]), *omega = fourier->frequency + i * (d + EXTRA);
        double *row = moments->M + i * p + m;
        for (size_t l = 0; l < d; l++) {
            const double S_omega = shrink * a->Comega[i * d + l] + sigma2 * omega[l];
            row[l] += weight * e * (a->y_cos[l * m + i] - S_omega * a->one_sin[i]);
            moments->b[l * p + i] += gamma * c * scale * e * omega[l] * a->one_sin[i];
        }
        row[d] += weight * e * a->one_cos[i];
    }
}

/* The rows of M and b that belong to y and 1. */
static void add_affine(const sb_model *model, int k, const arrays *a, sb_moments *moments)
{
    const sb_fourier *fourier = model->impl;
    const size_t m = (size_t)fourier->m, d = (size_t)model->d, p = (size_t)fourier->p;
    const double decay = exp(-model->grid->u[k]), gamma = model->grid->gamma[k], c = fourier->c[k], weight = gamma * c * c;
    for (size_t i = 0; i < d; i++) {
        double *row = moments->M + (m + i) * p + m;
        for (size_t l = i; l < d; l++) row[l] += weight * decay * decay * a->second[i * d + l];
        row[i] += weight * model->grid->sigma2[k];
        row[d] += weight * decay * a->mean[i];
        moments->b[i * p + m + i] -= gamma * c;
    }
    moments->M[p * p - 1] += weight;
}

/* group (J) out: the first component of positive weight that has the same covariance, or -1 for components without weight. */
static void form_groups(const sb_mixture *q, int *group)
{
    int first = -1;
    for (int j = 0; j < q->components->J; j++) {
        group[j] = q->weight[j] > 0.0 ? j : -1;
        if (group[j] < 0) continue;
        if (first < 0) first = j;
        for (int i = first; i < j && group[j] == j; i++)
            if (group[i] == i && sb_components_same_covariance(q->components, i, j)) group[j] = i;
    }
}

static void second_moments(const sb_mixture *q, arrays *a)
{
    const size_t d = (size_t)q->components->d;
    sb_mixture_moments(q, a->mean, a->second);
    for (size_t i = 0; i < d; i++)
        for (size_t l = 0; l < d; l++) a->second[i * d + l] += a->mean[i] * a->mean[l];
}

void sb_fourier_moment_shape(const sb_model *model, sb_moments *moments)
{
    const sb_fourier *fourier = model->impl;
    moments->blocks = 1;
    moments->rows = model->d;
    moments->p = fourier->p;
}

size_t sb_fourier_moment_place(const sb_model *model, int block, int row, int j)
{
    const sb_fourier *fourier = model->impl;
    (void)block;
    return (size_t)row * (size_t)fourier->p + (size_t)j;
}

sb_status sb_fourier_moments(sb_context *ctx, const sb_model *model, const sb_mixture *q, sb_moments *moments)
{
    sb_status st = SB_OK;
    const sb_fourier *fourier = model->impl;
    const int m = fourier->m, d = model->d, J = q->components->J, inputs = d + EXTRA;
    const size_t p = (size_t)fourier->p;
    double *base = NULL;
    int *group = NULL;
    arrays a;
    SB_ALLOC(base, carve(m, d, NULL, &a));
    SB_ALLOC(group, J);
    carve(m, d, base, &a);
    form_groups(q, group);
    second_moments(q, &a);
    sb_backend_cpu()->gemm(sb_backend_cpu(), 0, 1, m, m, d, 1.0, fourier->frequency, inputs, fourier->frequency, inputs, 0.0, a.G,
                           m);
    for (int leader = 0; leader < J; leader++) {
        if (group[leader] != leader) continue;
        prepare_group(model, q->components, leader, &a);
        for (int k = 0; k < model->grid->K; k++) {
            sum_group(model, q, group, leader, k, &a);
            add_group(model, k, &a, moments);
        }
    }
    for (int k = 0; k < model->grid->K; k++) add_affine(model, k, &a, moments);
    for (size_t i = 0; i < p; i++)
        for (size_t j = 0; j < i; j++) moments->M[i * p + j] = moments->M[j * p + i];
done:
    sb_free(base);
    sb_free(group);
    return st;
}
