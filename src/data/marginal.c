#include "data/marginal.h"

#include "base/memory.h"

#include <math.h>
#include <string.h>

static const double log_two_pi = 1.837877066409345483560659;
static const double huge = 1e308;

static double bounded(double x)
{
    return x > huge ? huge : x < -huge ? -huge : x;
}

/* As many points as keep what they need in the cache: blocks pay from a few rows and coordinates on. */
static int block_rows(const sb_marginal *m)
{
    enum { NUMBERS = 1 << 16, MOST = SB_MARGINAL_ROWS, LEAST = 8, DIMENSION = 8 };
    const size_t d = (size_t)m->d, rank = (size_t)m->components->rank, room = (size_t)m->J * rank + (rank < d ? 2 * d : 0);
    const size_t rows = NUMBERS / room;
    if (rank == 0 || d < DIMENSION || rows < LEAST) return 0;
    for (size_t i = 0; i < (size_t)m->components->J * (size_t)m->d; i++)
        if (!(fabs(m->components->mean[i]) <= SB_MARGINAL_TAME)) return 0;
    return rows < MOST ? (int)rows : MOST;
}

sb_status sb_marginal_create(sb_context *ctx, const sb_mixture *q, double u, sb_marginal **marginal)
{
    sb_status st = SB_OK;
    *marginal = NULL;
    SB_REQUIRE(u >= 0.0, SB_EDOM, "a marginal needs a time u >= 0, not %g", u);
    SB_TRY(sb_marginal_create_channel(ctx, q, exp(-u), -expm1(-2.0 * u), marginal));
done:
    return st;
}

sb_status sb_marginal_create_channel(sb_context *ctx, const sb_mixture *q, double a, double sigma2, sb_marginal **marginal)
{
    sb_status st = SB_OK;
    const sb_components *c = q->components;
    const int stored = sb_components_stored(c);
    sb_marginal *m = NULL;
    *marginal = NULL;
    SB_REQUIRE(a >= 0.0 && sigma2 >= 0.0, SB_EDOM, "a channel needs a >= 0 and sigma2 >= 0, not %g and %g", a, sigma2);
    SB_CALLOC(m, 1);
    *m = (sb_marginal){.components = c, .d = c->d, .a = a, .sigma2 = sigma2, .least = INFINITY, .stored = stored};
    for (int j = 0; j < c->J; j++) m->J += q->weight[j] > 0.0;
    SB_REQUIRE(m->J > 0, SB_EDOM, "a mixture needs a component of positive weight");
    SB_ALLOC(m->index, m->J);
    SB_ALLOC(m->constant, m->J);
    SB_ALLOC(m->precision, (size_t)m->J * (size_t)stored);
    for (int j = 0, k = 0; j < c->J; j++) {
        if (!(q->weight[j] > 0.0)) continue;
        double log_det = 0.0;
        for (int i = 0; i < stored; i++) {
            const double variance = m->a * m->a * sb_components_variance(c, j, i) + m->sigma2;
            SB_REQUIRE(variance > 0.0, SB_EDOM, "component %d has zero variance: it has no density at time 0", j + 1);
            m->precision[(size_t)k * (size_t)stored + (size_t)i] = 1.0 / variance;
            log_det += sb_components_multiplicity(c, i) * log(variance);
            m->least = fmin(m->least, variance);
        }
        m->index[k] = j;
        m->constant[k++] = log(q->weight[j]) - 0.5 * (c->d * log_two_pi + log_det);
    }
    m->rows = block_rows(m);
    m->points = sb_marginal_points_suit(m);
    *marginal = m;
done:
    if (st != SB_OK) sb_marginal_free(m);
    return st;
}

void sb_marginal_free(sb_marginal *marginal)
{
    if (!marginal) return;
    sb_free(marginal->index);
    sb_free(marginal->constant);
    sb_free(marginal->precision);
    sb_free(marginal);
}

size_t sb_marginal_work(const sb_marginal *marginal)
{
    const size_t J = (size_t)marginal->J, d = (size_t)marginal->d;
    return J + 3 * d + J * (size_t)marginal->components->rank + sb_marginal_block_work(marginal) +
           sb_marginal_points_work(marginal);
}

sb_marginal_scratch sb_marginal_divide(const sb_marginal *marginal, double *work)
{
    const size_t d = (size_t)marginal->d;
    sb_marginal_scratch s = {.r = work, .own = work + marginal->J};
    s.centre = s.own + d;
    s.t = s.centre + d;
    s.z = s.t + d;
    return s;
}

void sb_marginal_from_axes(const sb_marginal *marginal, int j, const double *t, double *x)
{
    const size_t d = (size_t)marginal->d, rank = (size_t)marginal->components->rank;
    const double *Q = sb_marginal_axes(marginal, j);
    for (size_t i = 0; i < d; i++) {
        double sum = 0.0;
#pragma omp simd reduction(+ : sum)
        for (size_t k = 0; k < rank; k++) sum += Q[i * rank + k] * t[k];
        x[i] += sum;
    }
}

void sb_marginal_component_score(const sb_marginal *marginal, int j, const double *y, sb_marginal_scratch *s)
{
    const int d = marginal->d, rank = marginal->components->rank;
    const double *m = sb_marginal_mean(marginal, j), *p = sb_marginal_precision(marginal, j), *z = s->z + (size_t)j * (size_t)rank;
    const double a = marginal->a, rest = sb_marginal_rest(marginal, j), shares = rank + (rest > 0.0); /* of what may be huge */
    switch (marginal->components->kind) {
    case SB_COVARIANCE_ISOTROPIC:
        for (int i = 0; i < d; i++) s->own[i] = bounded(p[0] * (a * m[i] - y[i]));
        break;
    case SB_COVARIANCE_DIAGONAL:
        for (int i = 0; i < d; i++) s->own[i] = bounded(p[i] * (a * m[i] - y[i]));
        break;
    default:
        for (int i = 0; i < d; i++) s->own[i] = rest > 0.0 ? bounded(rest * (a * m[i] - y[i])) / shares : 0.0;
        for (int k = 0; k < rank; k++) s->t[k] = -bounded((p[k] - rest) * z[k]) / shares;
        sb_marginal_from_axes(marginal, j, s->t, s->own);
        for (int i = 0; i < d; i++) s->own[i] = bounded(s->own[i] * shares);
    }
}

/* Isotropic components in one pass over each mean. Inlined once for each small d, so that its loops unroll. */
static inline __attribute__((always_inline)) void add_isotropic(const sb_marginal *marginal, size_t d, const double *y,
                                                                const double *r, double *score)
{
    const double a = marginal->a;
    for (size_t i = 0; i < d; i++) score[i] = 0.0;
    for (int j = 0; j < marginal->J; j++) {
        const double w = r[j] * marginal->precision[j];
        const double *m = marginal->components->mean + (size_t)marginal->index[j] * d;
        if (w == 0.0) continue;
#pragma omp simd
        for (size_t i = 0; i < d; i++) score[i] += w * (a * m[i] - y[i]);
    }
}

/* Returns 0 where something overflowed. */
static int isotropic_score(const sb_marginal *marginal, const double *y, const double *r, double *score)
{
    const size_t d = (size_t)marginal->d;
    double check = 0.0;
    switch (d) {
    case 1: add_isotropic(marginal, 1, y, r, score); break;
    case 2: add_isotropic(marginal, 2, y, r, score); break;
    case 3: add_isotropic(marginal, 3, y, r, score); break;
    default: add_isotropic(marginal, d, y, r, score);
    }
    for (size_t i = 0; i < d; i++) check += 0.0 * score[i]; /* NaN once an entry is not finite */
    return check == 0.0;
}

static void score_at(const sb_marginal *marginal, const double *y, sb_marginal_scratch *s, double *score)
{
    const int d = marginal->d;
    if (marginal->components->kind == SB_COVARIANCE_ISOTROPIC && isotropic_score(marginal, y, s->r, score)) return;
    memset(score, 0, (size_t)d * sizeof *score);
    for (int j = 0; j < marginal->J; j++) {
        if (s->r[j] == 0.0) continue;
        sb_marginal_component_score(marginal, j, y, s);
        for (int i = 0; i < d; i++) score[i] += s->r[j] * s->own[i];
    }
}

/* One point at a time. */
static void eval_rows(const sb_marginal *marginal, int B, const double *y, double *log_density, double *score, double *work)
{
    const size_t d = (size_t)marginal->d;
    sb_marginal_scratch s = sb_marginal_divide(marginal, work);
    for (size_t b = 0; b < (size_t)B; b++) {
        const double log_q = sb_marginal_responsibilities(marginal, y + b * d, s.r, s.z);
        if (log_density) log_density[b] = log_q;
        if (score) score_at(marginal, y + b * d, &s, score + b * d);
    }
}

/* Side by side; what is not tame, one by one. */
static void eval_points(const sb_marginal *marginal, int B, const double *y, double *log_density, double *score, double *work)
{
    const size_t d = (size_t)marginal->d;
    for (int first = 0; first < B; first += SB_MARGINAL_LANES) {
        const int count = B - first < SB_MARGINAL_LANES ? B - first : SB_MARGINAL_LANES;
        const double *own = y + (size_t)first * d;
        double *log_q = log_density ? log_density + first : NULL, *s = score ? score + (size_t)first * d : NULL;
        unsigned char tame[SB_MARGINAL_LANES];
        sb_marginal_points(marginal, count, own, log_q, s, tame, work);
        for (int b = 0; b < count; b++)
            if (!tame[b]) eval_rows(marginal, 1, own + (size_t)b * d, log_q ? log_q + b : NULL, s ? s + (size_t)b * d : NULL, work);
    }
}

void sb_marginal_eval(const sb_marginal *marginal, int B, const double *y, double *log_density, double *score, double *work)
{
    const size_t d = (size_t)marginal->d;
    const int rows = score && B >= SB_MARGINAL_ROWS / 4 ? marginal->rows : 0;
    if (marginal->points && B >= SB_MARGINAL_LANES / 4) eval_points(marginal, B, y, log_density, score, work);
    else if (!rows) eval_rows(marginal, B, y, log_density, score, work);
    for (int first = 0; first < B && rows; first += rows) {
        const int count = B - first < rows ? B - first : rows;
        double *log_q = log_density ? log_density + first : NULL;
        unsigned char tame[SB_MARGINAL_ROWS];
        sb_marginal_block(marginal, count, y + (size_t)first * d, log_q, score + (size_t)first * d, tame, work);
        for (int b = 0; b < count; b++) {
            const size_t at = (size_t)(first + b) * d;
            if (!tame[b]) eval_rows(marginal, 1, y + at, log_q ? log_q + b : NULL, score + at, work);
        }
    }
}
