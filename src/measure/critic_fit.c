#include "measure/critic_fit.h"

#include "base/memory.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

enum { MOST_STEPS = 50, MOST_HALVINGS = 40 };
static const double ENOUGH = 1e-8;

void sb_critic_values(const sb_critic_points *points, const double *w, double *f)
{
    const size_t F = (size_t)points->F;
    for (size_t b = 0; b < (size_t)points->count; b++) {
        double sum = points->base[b];
#pragma omp simd reduction(+ : sum)
        for (size_t j = 0; j < F; j++) sum += w[j] * points->phi[b * F + j];
        f[b] = sum;
    }
}

typedef struct {
    const sb_backend *backend;
    const sb_critic_points *q, *p;
    double ridge;
    double *mean_q;   /* (F) E_q phi */
    double base_q;    /* E_q base */
    double *tilt;     /* (count of p) e^f/sum e^f */
    double *weighted; /* (count of p, F) sqrt(tilt) phi */
} problem;

/* The objective at w; leaves the tilted weights of p's points. */
static double objective(const problem *a, const double *w)
{
    const size_t F = (size_t)a->q->F, n = (size_t)a->p->count;
    double value = a->base_q, most = -INFINITY, sum = 0.0;
    for (size_t j = 0; j < F; j++) value += w[j] * a->mean_q[j] - 0.5 * a->ridge * w[j] * w[j];
    sb_critic_values(a->p, w, a->tilt);
    for (size_t b = 0; b < n; b++) most = fmax(most, a->tilt[b]);
    for (size_t b = 0; b < n; b++) sum += a->tilt[b] = exp(a->tilt[b] - most);
    for (size_t b = 0; b < n; b++) a->tilt[b] /= sum;
    return value - most - log(sum / (double)n);
}

/* gradient (F) and minus the Hessian (F,F), from the tilted weights at w. */
static void derivatives(const problem *a, const double *w, double *gradient, double *H)
{
    const size_t F = (size_t)a->q->F, n = (size_t)a->p->count;
    memset(gradient, 0, F * sizeof *gradient);
    for (size_t b = 0; b < n; b++) {
        const double t = a->tilt[b], root = sqrt(t), *phi = a->p->phi + b * F;
        for (size_t j = 0; j < F; j++) {
            gradient[j] += t * phi[j]; /* so far the tilted mean */
            a->weighted[b * F + j] = root * phi[j];
        }
    }
    a->backend->gemm(a->backend, 1, 0, (int)F, (int)F, (int)n, 1.0, a->weighted, (int)F, a->weighted, (int)F, 0.0, H, (int)F);
    for (size_t j = 0; j < F; j++) {
        for (size_t k = 0; k < F; k++) H[j * F + k] -= gradient[j] * gradient[k];
        H[j * F + j] += a->ridge;
    }
    for (size_t j = 0; j < F; j++) gradient[j] = a->mean_q[j] - gradient[j] - a->ridge * w[j];
}

static sb_status newton(sb_context *ctx, const problem *a, double *room, double *w)
{
    sb_status st = SB_OK;
    const size_t F = (size_t)a->q->F;
    double *gradient = room, *step = room + F, *next = room + 2 * F, *H = room + 3 * F;
    memset(w, 0, F * sizeof *w);
    double value = objective(a, w);
    for (int i = 0; i < MOST_STEPS; i++) {
        derivatives(a, w, gradient, H);
        memcpy(step, gradient, F * sizeof *step);
        const lapack_int info = LAPACKE_dposv(LAPACK_ROW_MAJOR, 'L', (lapack_int)F, 1, H, (lapack_int)F, step, 1);
        SB_REQUIRE(info == 0, SB_ECONV, "the critic's curvature is not positive (dposv: %d)", (int)info);
        double promise = 0.0, length = 1.0;
        for (size_t j = 0; j < F; j++) promise += gradient[j] * step[j];
        if (promise < ENOUGH) return SB_OK;
        double reached = -INFINITY;
        for (int halvings = 0; halvings < MOST_HALVINGS && !(reached >= value + 0.1 * length * promise);
             halvings++, length *= 0.5) {
            for (size_t j = 0; j < F; j++) next[j] = w[j] + length * step[j];
            reached = objective(a, next);
        }
        if (!(reached > value)) return SB_OK; /* rounding allows no more */
        value = reached;
        memcpy(w, next, F * sizeof *w);
    }
done:
    return st;
}

sb_status sb_critic_fit(sb_context *ctx, const sb_backend *backend, const sb_critic_points *q, const sb_critic_points *p,
                        double ridge, double *w)
{
    sb_status st = SB_OK;
    const size_t F = (size_t)q->F, n = (size_t)p->count;
    problem a = {.backend = backend, .q = q, .p = p, .ridge = ridge};
    double *room = NULL;
    SB_REQUIRE(ridge > 0.0, SB_EINVAL, "a critic's ridge must be positive, not %g", ridge);
    SB_ALLOC(room, F + n + n * F + 3 * F + F * F);
    a.mean_q = room;
    a.tilt = a.mean_q + F;
    a.weighted = a.tilt + n;
    for (size_t j = 0; j < F; j++) a.mean_q[j] = 0.0;
    for (size_t b = 0; b < (size_t)q->count; b++) {
        a.base_q += q->base[b] / q->count;
        for (size_t j = 0; j < F; j++) a.mean_q[j] += q->phi[b * F + j] / q->count;
    }
    SB_TRY(newton(ctx, &a, a.weighted + n * F, w));
done:
    sb_free(room);
    return st;
}
