/* kl_closed.c: for an affine score the sampler's chain is Y_{k+1} = F_k Y_k + g_k + c_k eps, so Y_k ~ N(mean, covariance) with
 * mean' = F mean + g and covariance' = F covariance F' + c^2 I, from N(0,I). The map is evaluated at 0, which gives g, and at the
 * unit vectors, which give the columns of F. */
#include "measure/kl_closed.h"

#include "base/memory.h"
#include "measure/sampler_map.h"

#include <lapacke.h>
#include <math.h>

enum { BLOCK = 256, LARGEST = 2000 /* dimension of matrices */ };

/* Does the model's score have the form A_k y + b_k? */
static int score_is_affine(const sb_system *system)
{
    const sb_mixture pooled = sb_data_pooled(&system->data);
    switch (system->config->model.kind) {
    case SB_MODEL_AFFINE: return 1;
    case SB_MODEL_EXACT: return sb_mixture_is_gaussian(&pooled) >= 0;
    default: return 0;
    }
}

/* Do all coordinates evolve by themselves, in the data as in the score? */
static int coordinates_decouple(const sb_system *system)
{
    const sb_config *config = system->config;
    return system->data.components.rank == 0 && (config->model.kind == SB_MODEL_EXACT || config->model.form == SB_AFFINE_DIAGONAL);
}

int sb_kl_closed_applies(const sb_system *system, const sb_mixture *q)
{
    return sb_mixture_is_gaussian(q) >= 0 && score_is_affine(system) &&
           (coordinates_decouple(system) || q->components->d <= LARGEST);
}

/* (lambda - 1 - log lambda)/2 for the ratio lambda of a variance of q to one of p: each direction's share in KL. */
static double share_of_ratio(double ratio)
{
    const double x = ratio - 1.0;
    return 0.5 * (x - log1p(x));
}

/* Coordinate by coordinate: evaluating at 0 and at the all-ones vector gives g and the diagonal of F. */
static sb_status kl_by_coordinate(sb_context *ctx, const sb_system *system, const double *theta, const sb_mixture *q, int j,
                                  double *kl)
{
    sb_status st = SB_OK;
    const sb_grid *grid = &system->grid;
    const size_t d = (size_t)system->data.d;
    const double a_q = exp(-grid->delta), v_q = grid->sigma2[grid->K];
    sb_sampler_map map = {0};
    double *room = NULL;
    SB_TRY(sb_sampler_map_create(ctx, system, theta, 2, &map));
    SB_ALLOC(room, 6 * d);
    double *mean = room, *variance = room + d, *y = room + 2 * d, *image = room + 4 * d; /* (d) (d) (2,d) (2,d) */
    for (size_t i = 0; i < d; i++) mean[i] = 0.0, variance[i] = 1.0, y[i] = 0.0, y[d + i] = 1.0;
    for (int k = 0; k < grid->K; k++) {
        const double c = sb_sampler_map_step(system, k).c;
        SB_TRY(sb_sampler_map_eval(ctx, &map, k, 2, y, image));
        for (size_t i = 0; i < d; i++) {
            const double f = image[d + i] - image[i];
            mean[i] = f * mean[i] + image[i];
            variance[i] = f * f * variance[i] + c * c;
        }
    }
    *kl = 0.0;
    for (size_t i = 0; i < d; i++) {
        const double off = mean[i] - a_q * q->components->mean[(size_t)j * d + i];
        SB_REQUIRE(isfinite(off) && isfinite(variance[i]), SB_ERANGE, "the generated Gaussian diverges in coordinate %zu", i + 1);
        *kl += share_of_ratio((a_q * a_q * sb_components_variance(q->components, j, (int)i) + v_q) / variance[i]) +
               0.5 * off * off / variance[i];
    }
done:
    sb_sampler_map_free(&map);
    sb_free(room);
    return st;
}

/* The map of step k: Ft (d,d) = F', g (d). y (BLOCK,d) is zero on entry and exit. */
static sb_status read_map(sb_context *ctx, sb_sampler_map *map, int k, double *y, double *Ft, double *g)
{
    sb_status st = SB_OK;
    const size_t d = (size_t)map->system->data.d;
    SB_TRY(sb_sampler_map_eval(ctx, map, k, 1, y, g));
    for (size_t first = 0; first < d; first += BLOCK) {
        const size_t B = d - first < BLOCK ? d - first : BLOCK;
        for (size_t i = 0; i < B; i++) y[i * d + first + i] = 1.0;
        SB_TRY(sb_sampler_map_eval(ctx, map, k, (int)B, y, Ft + first * d));
        for (size_t i = 0; i < B; i++) y[i * d + first + i] = 0.0;
    }
    for (size_t i = 0; i < d; i++)
        for (size_t l = 0; l < d; l++) Ft[i * d + l] -= g[l];
done:
    return st;
}

/* One step of the chain's moments: mean (d), covariance (d,d) in and out; work (d,d). */
static void step_moments(const sb_backend *backend, size_t d, double c, const double *Ft, const double *g, double *work,
                         double *mean, double *covariance)
{
    const int n = (int)d;
    backend->gemm(backend, 0, 0, 1, n, n, 1.0, mean, n, Ft, n, 0.0, work, n);
    for (size_t i = 0; i < d; i++) mean[i] = work[i] + g[i];
    backend->gemm(backend, 0, 0, n, n, n, 1.0, covariance, n, Ft, n, 0.0, work, n);
    backend->gemm(backend, 1, 0, n, n, n, 1.0, Ft, n, work, n, 0.0, covariance, n);
    for (size_t i = 0; i < d; i++) {
        for (size_t l = 0; l < i; l++)
            covariance[i * d + l] = covariance[l * d + i] = 0.5 * (covariance[i * d + l] + covariance[l * d + i]);
        covariance[i * d + i] += c * c;
    }
}

/* Covariance (d,d) of component j at time delta: e^-2delta Q diag(lambda) Q' + sigma_delta^2 I. */
static void covariance_of_data(const sb_system *system, const sb_mixture *q, int j, double *covariance)
{
    const sb_components *c = q->components;
    const size_t d = (size_t)c->d;
    sb_components_covariance(c, j, covariance);
    for (size_t i = 0; i < d * d; i++) covariance[i] *= exp(-2.0 * system->grid.delta);
    for (size_t i = 0; i < d; i++) covariance[i * d + i] += system->grid.sigma2[system->grid.K];
}

/* KL(N(m_q, C_q) || N(m_p, C_p)) from off (d) = m_p - m_q and the generalised eigenvalues C_q v = lambda C_p v. Its arguments are
 * overwritten. */
static sb_status kl_of_gaussians(sb_context *ctx, int d, double *off, double *C_q, double *C_p, double *lambda, double *kl)
{
    sb_status st = SB_OK;
    const lapack_int info = LAPACKE_dsygvd(LAPACK_ROW_MAJOR, 1, 'N', 'L', d, C_q, d, C_p, d, lambda);
    SB_REQUIRE(info >= 0, SB_EINVAL, "LAPACK refuses argument %d", (int)-info);
    SB_REQUIRE(info == 0, SB_ERANGE, "the generated covariance is not positive definite to rounding");
    LAPACKE_dtrtrs(LAPACK_ROW_MAJOR, 'L', 'N', 'N', d, 1, C_p, d, off, 1); /* C_p is now its Cholesky factor */
    *kl = 0.0;
    for (int i = 0; i < d; i++) *kl += share_of_ratio(lambda[i]) + 0.5 * off[i] * off[i];
done:
    return st;
}

static sb_status kl_by_moments(sb_context *ctx, const sb_system *system, const double *theta, const sb_mixture *q, int j,
                               double *kl)
{
    sb_status st = SB_OK;
    const sb_grid *grid = &system->grid;
    const size_t d = (size_t)system->data.d;
    sb_sampler_map map = {0};
    double *room = NULL, *y = NULL;
    SB_TRY(sb_sampler_map_create(ctx, system, theta, BLOCK, &map));
    SB_ALLOC(room, 3 * d * d + 2 * d);
    SB_CALLOC(y, BLOCK * d);
    double *covariance = room, *Ft = room + d * d, *work = room + 2 * d * d; /* (d,d) each */
    double *mean = room + 3 * d * d, *g = mean + d;                          /* (d) each */
    for (size_t i = 0; i < d * d; i++) covariance[i] = i % (d + 1) == 0 ? 1.0 : 0.0;
    for (size_t i = 0; i < d; i++) mean[i] = 0.0;
    for (int k = 0; k < grid->K; k++) {
        SB_REQUIRE(!sb_context_stopped(ctx), SB_EINTR, "stopped while following the generated Gaussian");
        SB_TRY(read_map(ctx, &map, k, y, Ft, g));
        step_moments(system->backend, d, sb_sampler_map_step(system, k).c, Ft, g, work, mean, covariance);
    }
    for (size_t i = 0; i < d * d; i++)
        SB_REQUIRE(isfinite(covariance[i]), SB_ERANGE, "the covariance of the generated Gaussian diverges");
    for (size_t i = 0; i < d; i++) {
        mean[i] -= exp(-grid->delta) * q->components->mean[(size_t)j * d + i];
        SB_REQUIRE(isfinite(mean[i]), SB_ERANGE, "the mean of the generated Gaussian diverges");
    }
    covariance_of_data(system, q, j, Ft);
    SB_TRY(kl_of_gaussians(ctx, (int)d, mean, Ft, covariance, work, kl));
done:
    sb_sampler_map_free(&map);
    sb_free(room);
    sb_free(y);
    return st;
}

sb_status sb_kl_closed(sb_context *ctx, const sb_system *system, const double *theta, const sb_mixture *q, sb_number *kl)
{
    sb_status st = SB_OK;
    const int j = sb_mixture_is_gaussian(q);
    double value = 0.0;
    SB_REQUIRE(j >= 0, SB_EDOM, "the closed form needs data of one Gaussian");
    SB_REQUIRE(score_is_affine(system), SB_EDOM, "the closed form needs a score that is affine in y");
    SB_REQUIRE(sb_kl_closed_applies(system, q), SB_EDOM,
               "the closed form needs coordinates that evolve by themselves, or at most %d", LARGEST);
    if (coordinates_decouple(system)) SB_TRY(kl_by_coordinate(ctx, system, theta, q, j, &value));
    else SB_TRY(kl_by_moments(ctx, system, theta, q, j, &value));
    SB_REQUIRE(isfinite(value), SB_ERANGE, "KL is not finite");
    *kl = sb_number_exact(value);
done:
    return st;
}
