#include "measure/quadratic.h"

#include "base/memory.h"
#include "measure/symmetric.h"
#include "model/moments.h"

#include <float.h>
#include <math.h>

static const double most_work = 4e9; /* sum of p^3 over blocks: some ten seconds */
static const double flat = 1e-12;    /* eigenvalues below this part of the largest count as 0 */
static const double small = 1e-9;    /* relative error up to which a number is called exact */

int sb_quadratic_applies(const sb_system *system)
{
    sb_moments shape;
    return sb_moments_shape(system->model, &shape) && shape.blocks * pow(shape.p, 3.0) <= most_work;
}

/* M and b, and the eigenvalues of each M (blocks,p); with `vectors` M is overwritten by its eigenvectors. */
typedef struct {
    sb_moments moments;
    double *lambda, top; /* (blocks,p); the largest */
} spectrum;

static void spectrum_free(spectrum *s)
{
    sb_moments_free(&s->moments);
    sb_free(s->lambda);
}

static sb_status moments_of(sb_context *ctx, const sb_system *system, const sb_mixture *q, sb_moments *moments)
{
    sb_status st = SB_OK;
    *moments = (sb_moments){0};
    SB_REQUIRE(sb_quadratic_applies(system), SB_EDOM, "no closed form of the loss for the model %s", sb_model_title(system->model));
    SB_TRY(sb_moments_create(ctx, system->model, q, moments));
done:
    return st;
}

static sb_status spectrum_of(sb_context *ctx, const sb_system *system, const sb_mixture *q, int vectors, spectrum *s)
{
    sb_status st = SB_OK;
    *s = (spectrum){0};
    SB_TRY(moments_of(ctx, system, q, &s->moments));
    const size_t count = (size_t)s->moments.blocks * (size_t)s->moments.p;
    SB_ALLOC(s->lambda, count);
    SB_TRY(sb_symmetric_eigen(ctx, vectors, s->moments.blocks, s->moments.p, s->moments.M, s->lambda));
    for (size_t e = 0; e < count; e++) s->top = fmax(s->top, s->lambda[e]);
done:
    return st;
}

sb_status sb_quadratic_lipschitz(sb_context *ctx, const sb_system *system, const sb_mixture *q, sb_number *L)
{
    sb_status st = SB_OK;
    spectrum s;
    SB_TRY(spectrum_of(ctx, system, q, 0, &s));
    *L = sb_number_exact(2.0 * s.top);
done:
    spectrum_free(&s);
    return st;
}

/* sum_k gamma_k (d/sigma^2 - mean over components of their Fisher informations) <= min F: the irreducible loss is that with the
 * mixture's own Fisher information, which is convex in the law. */
static double least_loss(const sb_mixture *q, const sb_grid *grid)
{
    const sb_components *c = q->components;
    double sum = 0.0;
    for (int k = 0; k < grid->K; k++) {
        const double shrink = exp(-2.0 * grid->u[k]), sigma2 = grid->sigma2[k];
        for (int j = 0; j < c->J; j++)
            for (int i = 0; i < c->d && q->weight[j] > 0.0; i++) {
                const double signal = shrink * sb_components_variance(c, j, i);
                sum += grid->gamma[k] * q->weight[j] * signal / (sigma2 * (signal + sigma2));
            }
    }
    return sum;
}

/* What the minimiser of one block takes off F(0), its squared length, and the block's smallest eigenvalue that counts. */
typedef struct {
    double gain, length2, least;
    int dropped; /* eigenvalues that count as 0 */
} minimum;

static minimum minimise_block(const sb_backend *op, const sb_moments *m, size_t block, const double *lambda, double threshold)
{
    const size_t p = (size_t)m->p, rows = (size_t)m->rows;
    minimum found = {.least = INFINITY};
    for (size_t e = 0; e < p; e++) {
        if (!(lambda[e] > threshold)) {
            found.dropped++;
            continue;
        }
        found.least = fmin(found.least, lambda[e]);
        for (size_t i = 0; i < rows; i++) {
            const double x = op->dot(op, p, m->M + (block * p + e) * p, m->b + (block * rows + i) * p);
            found.gain += x * x / lambda[e];
            found.length2 += (x / lambda[e]) * (x / lambda[e]);
        }
    }
    return found;
}

static sb_number with_error(double value, double error)
{
    return error <= small * fabs(value) ? sb_number_exact(value) : sb_number_certified(value, error);
}

sb_status sb_quadratic_polyak(sb_context *ctx, const sb_system *system, const sb_mixture *q, sb_number *mu, sb_number *Fstar)
{
    sb_status st = SB_OK;
    spectrum s;
    double least = INFINITY, value, error;
    int dropped = 0;
    SB_TRY(spectrum_of(ctx, system, q, 1, &s));
    const sb_moments *m = &s.moments;
    const size_t p = (size_t)m->p;
    value = m->constant;
    error = DBL_EPSILON * m->constant;
    for (size_t block = 0; block < (size_t)m->blocks; block++) {
        const double *lambda = s.lambda + block * p;
        const minimum found = minimise_block(system->backend, m, block, lambda, flat * s.top);
        value -= found.gain;
        error += DBL_EPSILON * m->p * lambda[p - 1] * found.length2; /* the computed spectrum is that of a matrix so near */
        least = fmin(least, found.least);
        dropped += found.dropped;
    }
    *mu = with_error(2.0 * least, 2.0 * DBL_EPSILON * m->p * s.top);
    *Fstar = with_error(value, error);
    if (dropped) {
        mu->lo = 0.0;
        Fstar->lo = fmin(Fstar->lo, least_loss(q, &system->grid));
        mu->status = Fstar->status = SB_CERTIFIED;
    }
done:
    spectrum_free(&s);
    return st;
}

sb_status sb_quadratic_loss(sb_context *ctx, const sb_system *system, const sb_mixture *q, const double *theta, double *F,
                            double *grad)
{
    sb_status st = SB_OK;
    sb_moments m;
    double *w = NULL, *Mw;
    SB_TRY(moments_of(ctx, system, q, &m));
    const size_t size = (size_t)m.rows * (size_t)m.p;
    SB_ALLOC(w, 2 * size);
    Mw = w + size;
    *F = m.constant;
    for (int block = 0; block < m.blocks; block++) {
        const double *M = m.M + (size_t)block * (size_t)m.p * (size_t)m.p, *b = m.b + (size_t)block * size;
        for (size_t i = 0; i < size; i++)
            w[i] = theta[sb_moments_place(system->model, block, (int)(i / (size_t)m.p), (int)(i % (size_t)m.p))];
        system->backend->gemm(system->backend, 0, 0, m.rows, m.p, m.p, 1.0, w, m.p, M, m.p, 0.0, Mw, m.p);
        *F += system->backend->dot(system->backend, size, w, Mw) - 2.0 * system->backend->dot(system->backend, size, w, b);
        for (size_t i = 0; grad && i < size; i++)
            grad[sb_moments_place(system->model, block, (int)(i / (size_t)m.p), (int)(i % (size_t)m.p))] = 2.0 * (Mw[i] - b[i]);
    }
done:
    sb_moments_free(&m);
    sb_free(w);
    return st;
}
