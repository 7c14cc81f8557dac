/* surrogate_improve.c: expectation maximisation. Each component's sums are formed by one thread in the order of the points. */
#include "measure/surrogate_parts.h"

#include "base/memory.h"
#include "measure/shares.h"

#include <math.h>
#include <omp.h>
#include <string.h>

/* So many points are added to each component's own, of the shape and place that it had at the start. */
static const double PRIOR_SHAPE = 4.0, PRIOR_MEAN = 1.0, PRIOR_WEIGHT = 0.5;

/* Shares below this do not enter sums of squares. */
static const double NEGLIGIBLE = 1e-9;

static const double CONVERGED = 1e-5; /* nats a point */

typedef struct {
    const sb_surrogate *start;
    sb_surrogate_form form;
    int count, J;
    size_t d, stored; /* stored: variances of a component */
    const double *y;
    double *share;       /* (count,J) */
    double *log_density; /* (count) */
    double *held;        /* (J) points that each component holds */
    double *square;      /* (J,stored) their sums of squares along the axes, those of equal variance together */
    double *scatter;     /* (J,d,d) their sums of products, or NULL */
    double *bench;       /* (threads, bench_size) */
    size_t bench_size;
} fit_state;

static sb_status expectation(sb_context *ctx, const sb_surrogate *s, fit_state *f, double *mean_log)
{
    sb_status st = SB_OK;
    const sb_mixture law = sb_surrogate_law(s);
    sb_shares shares = {0};
    double sum = 0.0;
    SB_TRY(sb_shares_create(ctx, &law, 0.0, &shares));
#pragma omp parallel for num_threads(ctx->threads) schedule(static)
    for (int first = 0; first < f->count; first += SB_SHARES_BATCH) {
        const int now = f->count - first < SB_SHARES_BATCH ? f->count - first : SB_SHARES_BATCH;
        sb_shares_eval(&shares, now, f->y + (size_t)first * f->d, f->share + (size_t)first * (size_t)f->J, f->log_density + first,
                       f->bench + (size_t)omp_get_thread_num() * f->bench_size);
    }
    for (int i = 0; i < f->count; i++) sum += f->log_density[i];
    *mean_log = sum / f->count;
    SB_REQUIRE(isfinite(*mean_log), SB_ERANGE, "generated points lie too far out to fit a law to them");
done:
    sb_shares_free(&shares);
    return st;
}

/* Adds r times the squares of off (d) along the axes of the start's component j to square (stored); off is overwritten. */
static void add_squares(const sb_components *c, int j, double r, double *off, double *square)
{
    const size_t d = (size_t)c->d, rank = (size_t)c->rank;
    const double *Q = rank ? c->Q + (size_t)j * d * rank : NULL;
    double outside = 0.0;
    for (size_t i = 0; i < d && !Q; i++) square[i] += r * off[i] * off[i];
    for (size_t k = 0; k < rank; k++) {
        double t = 0.0;
        for (size_t i = 0; i < d; i++) t += Q[i * rank + k] * off[i];
        for (size_t i = 0; i < d && rank < d; i++) off[i] -= Q[i * rank + k] * t;
        square[k] += r * t * t;
    }
    if (!Q || rank == d) return;
    for (size_t i = 0; i < d; i++) outside += off[i] * off[i];
    square[rank] += r * outside;
}

/* Mean of component j, and its sums of squares about it along the axes of the start; scatter (d,d), lower triangle, if kept. */
static void sums_of(const fit_state *f, int j, double *mean, double *off)
{
    const sb_components *c = &f->start->components;
    const size_t d = f->d, J = (size_t)f->J;
    const double *at_start = c->mean + (size_t)j * d;
    double *square = f->square + (size_t)j * f->stored, *scatter = f->scatter ? f->scatter + (size_t)j * d * d : NULL, held = 0.0;
    for (size_t i = 0; i < d; i++) mean[i] = PRIOR_MEAN * at_start[i];
    for (size_t b = 0; b < (size_t)f->count; b++) {
        const double r = f->share[b * J + (size_t)j];
        held += r;
        for (size_t i = 0; i < d; i++) mean[i] += r * f->y[b * d + i];
    }
    for (size_t i = 0; i < d; i++) mean[i] /= held + PRIOR_MEAN;
    f->held[j] = held;
    memset(square, 0, f->stored * sizeof *square);
    if (scatter) memset(scatter, 0, d * d * sizeof *scatter);
    for (size_t b = 0; b < (size_t)f->count; b++) {
        const double r = f->share[b * J + (size_t)j];
        if (r < NEGLIGIBLE) continue;
        for (size_t i = 0; i < d; i++) off[i] = f->y[b * d + i] - mean[i];
        for (size_t i = 0; i < d && scatter; i++)
            for (size_t k = 0; k <= i; k++) scatter[i * d + k] += r * off[i] * off[k];
        add_squares(c, j, r, off, square);
    }
}

/* How much wider than the start all components are together. */
static double common_scale(const fit_state *f)
{
    const double *lambda = f->start->components.lambda;
    double ratio = 0.0, held = 0.0;
    for (size_t j = 0; j < (size_t)f->J; j++) {
        for (size_t i = 0; i < f->stored; i++) ratio += f->square[j * f->stored + i] / lambda[j * f->stored + i];
        held += f->held[j] * (double)f->d;
    }
    return ratio / held;
}

/* variance (stored) along the axes of the start. */
static void variances_of(const fit_state *f, int j, double scale, double *variance)
{
    const sb_components *c = &f->start->components;
    const double *lambda = c->lambda + (size_t)j * f->stored, *square = f->square + (size_t)j * f->stored;
    for (size_t i = 0; i < f->stored; i++)
        variance[i] =
            (square[i] / sb_components_multiplicity(c, (int)i) + PRIOR_SHAPE * scale * lambda[i]) / (f->held[j] + PRIOR_SHAPE);
}

/* The scatter, with so many points added that have these variances and no correlation. */
static sb_status correlate(sb_context *ctx, const fit_state *f, int j, const double *variance, double *C, sb_surrogate *s)
{
    sb_status st = SB_OK;
    const size_t d = f->d;
    const double *Q = f->start->components.Q ? f->start->components.Q + (size_t)j * d * d : NULL;
    const double added = f->form.shrinkage * f->count / f->J + PRIOR_SHAPE;
    for (size_t i = 0; i < d; i++)
        for (size_t k = 0; k <= i; k++) {
            double along = i == k && !Q ? variance[i] : 0.0;
            for (size_t m = 0; m < d && Q; m++) along += Q[i * d + m] * variance[m] * Q[k * d + m];
            C[i * d + k] = C[k * d + i] = (f->scatter[(size_t)j * d * d + i * d + k] + added * along) / (f->held[j] + added);
        }
    SB_TRY(sb_components_set_full(ctx, &s->components, j, C));
done:
    return st;
}

static sb_status maximisation(sb_context *ctx, fit_state *f, sb_surrogate *s)
{
    sb_status st = SB_OK;
    const size_t d = f->d;
#pragma omp parallel for num_threads(ctx->threads) schedule(dynamic, 1)
    for (int j = 0; j < f->J; j++)
        sums_of(f, j, s->components.mean + (size_t)j * d, f->bench + (size_t)omp_get_thread_num() * f->bench_size);
    const double scale = common_scale(f);
    for (int j = 0; j < f->J; j++) {
        double *lambda = s->components.lambda + (size_t)j * f->stored;
        s->weight[j] = (f->held[j] + PRIOR_WEIGHT) / (f->count + f->J * PRIOR_WEIGHT);
        variances_of(f, j, scale, f->form.correlated ? f->bench : lambda);
        if (f->form.correlated) SB_TRY(correlate(ctx, f, j, f->bench, f->bench + d, s));
    }
done:
    return st;
}

sb_status sb_surrogate_improve(sb_context *ctx, const sb_surrogate *start, sb_surrogate_form form, int iterations, int count,
                               const double *y, sb_surrogate *surrogate)
{
    sb_status st = SB_OK;
    const size_t d = (size_t)start->components.d, J = (size_t)start->components.J, n = (size_t)count;
    fit_state f = {.start = start,
                   .form = form,
                   .count = count,
                   .J = (int)J,
                   .d = d,
                   .stored = (size_t)sb_components_stored(&start->components),
                   .y = y};
    double before = -INFINITY, now;
    f.bench_size = SB_SHARES_BATCH + 4 * d + 1 + (form.correlated ? d * d : 0);
    SB_ALLOC(f.share, n * J);
    SB_ALLOC(f.log_density, n);
    SB_ALLOC(f.held, J);
    SB_ALLOC(f.square, J * f.stored);
    SB_ALLOC(f.bench, (size_t)ctx->threads * f.bench_size);
    if (form.correlated) SB_ALLOC(f.scatter, J * d * d);
    for (int i = 0; i < iterations; i++) {
        SB_REQUIRE(!sb_context_stopped(ctx), SB_EINTR, "stopped while fitting the generated law");
        SB_TRY(expectation(ctx, surrogate, &f, &now));
        if (fabs(now - before) < CONVERGED) break;
        before = now;
        SB_TRY(maximisation(ctx, &f, surrogate));
    }
done:
    sb_free(f.share);
    sb_free(f.log_density);
    sb_free(f.held);
    sb_free(f.square);
    sb_free(f.scatter);
    sb_free(f.bench);
    return st;
}
