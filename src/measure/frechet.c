#include "measure/frechet.h"

#include "base/memory.h"
#include "kernels/backend.h"
#include "measure/jackknife.h"
#include "measure/symmetric.h"

#include <float.h>
#include <math.h>
#include <omp.h>
#include <string.h>

void sb_feature_law_free(sb_feature_law *law)
{
    sb_free(law->mean);
    *law = (sb_feature_law){0};
}

static sb_status alloc_law(sb_context *ctx, int F, sb_feature_law *law)
{
    sb_status st = SB_OK;
    *law = (sb_feature_law){.F = F};
    SB_ALLOC(law->mean, (size_t)F * ((size_t)F + 1));
    law->covariance = law->mean + F;
done:
    return st;
}

/* S = sums of products of the rows of y, `count` of them and each `stride` rows after the one before. */
static void products(int F, int count, int stride, const double *y, double *S)
{
    const sb_backend *op = sb_backend_cpu();
    op->gemm(op, 1, 0, F, F, count, 1.0, y, stride * F, y, stride * F, 0.0, S, F);
}

/* The mean (F) of x (n,F), which it is taken from. */
static sb_status centre(sb_context *ctx, int n, size_t F, double *x, const double *weight, double *mean)
{
    sb_status st = SB_OK;
    for (size_t j = 0; j < F; j++) mean[j] = 0.0;
    for (size_t i = 0; i < (size_t)n; i++)
        for (size_t j = 0; j < F; j++) mean[j] += (weight ? weight[i] : 1.0) * x[i * F + j];
    for (size_t j = 0; j < F; j++) {
        if (!weight) mean[j] /= n;
        SB_REQUIRE(isfinite(mean[j]), SB_ERANGE, "feature %zu is not finite in all points, or too large", j);
    }
    for (size_t i = 0; i < (size_t)n; i++)
        for (size_t j = 0; j < F; j++) x[i * F + j] -= mean[j];
done:
    return st;
}

sb_status sb_feature_law_fit(sb_context *ctx, int n, int F, double *x, const double *weight, sb_feature_law *law)
{
    sb_status st = SB_OK;
    const size_t size = (size_t)F * (size_t)F;
    double below = n - 1.0;
    *law = (sb_feature_law){0};
    SB_REQUIRE(n >= 2, SB_EDIM, "%d points have no covariance", n);
    SB_TRY(alloc_law(ctx, F, law));
    SB_TRY(centre(ctx, n, (size_t)F, x, weight, law->mean));
    if (weight) {
        below = 1.0;
        for (size_t i = 0; i < (size_t)n; i++) {
            below -= weight[i] * weight[i];
            for (size_t j = 0; j < (size_t)F; j++) x[i * (size_t)F + j] *= sqrt(weight[i]);
        }
        SB_REQUIRE(below > n * DBL_EPSILON, SB_EDIM, "all weight lies on one point, which has no covariance");
    }
    products(F, n, 1, x, law->covariance);
    for (size_t i = 0; i < size; i++) law->covariance[i] /= below;
done:
    if (st != SB_OK) sb_feature_law_free(law);
    return st;
}

static double trace(int F, const double *S)
{
    double sum = 0.0;
    for (size_t i = 0; i < (size_t)F; i++) sum += S[i * (size_t)F + i];
    return sum;
}

/* The square root of x, an eigenvalue of a positive semidefinite matrix of size F whose largest one is given. */
static double root(int F, double x, double largest)
{
    return x > F * DBL_EPSILON * largest ? sqrt(x) : 0.0;
}

/* root (F,F) = S^1/2. work (F,F+1) scratch. */
static sb_status square_root(sb_context *ctx, int F, const double *S, double *out, double *work)
{
    sb_status st = SB_OK;
    const sb_backend *op = sb_backend_cpu();
    const size_t size = (size_t)F * (size_t)F;
    double *V = work, *lambda = work + size;
    memcpy(V, S, size * sizeof *V);
    SB_TRY(sb_symmetric_eigen(ctx, 1, 1, F, V, lambda));
    for (size_t e = 0; e < (size_t)F; e++)
        for (size_t j = 0; j < (size_t)F; j++) V[e * (size_t)F + j] *= sqrt(root(F, lambda[e], lambda[F - 1]));
    op->gemm(op, 1, 0, F, F, F, 1.0, V, F, V, F, 0.0, out, F);
done:
    return st;
}

/* The distance from N(mean, S) to the reference, whose covariance has this square root; 0 where it is no more than rounding. work
 * (2F+1,F) scratch. */
static sb_status distance_to(sb_context *ctx, const sb_feature_law *reference, const double *reference_root, const double *mean,
                             const double *S, double *work, double *distance)
{
    sb_status st = SB_OK;
    const sb_backend *op = sb_backend_cpu();
    const int F = reference->F;
    double *half = work, *M = half + (size_t)F * (size_t)F, *lambda = M + (size_t)F * (size_t)F;
    const double traces = trace(F, reference->covariance) + trace(F, S);
    double sum = traces, roots = 0.0;
    op->gemm(op, 0, 0, F, F, F, 1.0, reference_root, F, S, F, 0.0, half, F);
    op->gemm(op, 0, 0, F, F, F, 1.0, half, F, reference_root, F, 0.0, M, F);
    SB_TRY(sb_symmetric_eigen(ctx, 0, 1, F, M, lambda));
    for (int i = 0; i < F; i++) roots += root(F, lambda[i], lambda[F - 1]);
    for (int i = 0; i < F; i++) sum += (mean[i] - reference->mean[i]) * (mean[i] - reference->mean[i]);
    sum -= 2.0 * roots;
    *distance = sum > 4.0 * F * DBL_EPSILON * traces ? sum : 0.0;
done:
    return st;
}

sb_status sb_frechet_distance(sb_context *ctx, const sb_feature_law *a, const sb_feature_law *b, double *distance)
{
    sb_status st = SB_OK;
    const size_t F = (size_t)a->F;
    double *room = NULL;
    SB_REQUIRE(a->F == b->F, SB_EDIM, "%d and %d features have no distance", a->F, b->F);
    SB_ALLOC(room, F * (3 * F + 1));
    SB_TRY(square_root(ctx, a->F, a->covariance, room, room + F * F));
    SB_TRY(distance_to(ctx, a, room, b->mean, b->covariance, room + F * F, distance));
done:
    sb_free(room);
    return st;
}

/* Points with their mean taken off, and their law. */
typedef struct {
    int n;
    const double *y; /* (n,F) */
    const sb_feature_law *law, *reference;
    const double *reference_root; /* (F,F) */
} centred;

/* The distance of all points but those of group g. work (3F+3,F) scratch. */
static sb_status without_group(sb_context *ctx, const centred *c, int g, double *work, double *distance)
{
    const size_t F = (size_t)c->law->F;
    const int gone = sb_jackknife_size(c->n, g), left = c->n - gone;
    double *S = work, *mean = S + F * F, *shift = mean + F;
    products(c->law->F, gone, SB_JACKKNIFE_GROUPS, c->y + (size_t)g * F, S);
    for (size_t j = 0; j < F; j++) shift[j] = 0.0;
    for (size_t i = (size_t)g; i < (size_t)c->n; i += SB_JACKKNIFE_GROUPS)
        for (size_t j = 0; j < F; j++) shift[j] -= c->y[i * F + j] / left;
    for (size_t j = 0; j < F; j++) mean[j] = c->law->mean[j] + shift[j];
    for (size_t i = 0; i < F; i++)
        for (size_t j = 0; j < F; j++)
            S[i * F + j] = ((c->n - 1.0) * c->law->covariance[i * F + j] - S[i * F + j] - left * shift[i] * shift[j]) / (left - 1.0);
    return distance_to(ctx, c->reference, c->reference_root, mean, S, shift + F, distance);
}

static sb_status without_groups(sb_context *ctx, const centred *c, double *without)
{
    sb_status st = SB_OK;
    const size_t F = (size_t)c->law->F, each = F * (3 * F + 3);
    double *room = NULL;
    SB_ALLOC(room, (size_t)ctx->threads * each);
#pragma omp parallel for num_threads(ctx->threads) schedule(dynamic, 1)
    for (int g = 0; g < SB_JACKKNIFE_GROUPS; g++) {
        sb_status mine = SB_OK;
        if (sb_context_stopped(ctx)) mine = sb_fail(ctx, SB_EINTR, __func__, __LINE__, "stopped while measuring");
        else mine = without_group(ctx, c, g, room + (size_t)omp_get_thread_num() * each, &without[g]);
        if (mine != SB_OK) {
#pragma omp atomic write
            st = mine;
        }
    }
done:
    sb_free(room);
    return st;
}

sb_status sb_frechet_measure(sb_context *ctx, const sb_feature_law *reference, int n, double *x, double confidence, sb_frechet *result)
{
    sb_status st = SB_OK;
    const int F = reference->F;
    const size_t size = (size_t)F * (size_t)F;
    sb_feature_law law = {0};
    double *room = NULL, all, without[SB_JACKKNIFE_GROUPS];
    SB_REQUIRE(n >= 2 * SB_JACKKNIFE_GROUPS, SB_EDIM, "%d points are too few for an interval; it takes %d", n,
               2 * SB_JACKKNIFE_GROUPS);
    SB_ALLOC(room, 3 * size + (size_t)F);
    SB_TRY(sb_feature_law_fit(ctx, n, F, x, NULL, &law));
    SB_TRY(square_root(ctx, F, reference->covariance, room, room + size));
    SB_TRY(distance_to(ctx, reference, room, law.mean, law.covariance, room + size, &all));
    SB_TRY(without_groups(ctx, &(centred){n, x, &law, reference, room}, without));
    const sb_number limit = sb_jackknife(n, all, without, confidence);
    result->features = F;
    result->generated = n;
    result->at_n = sb_number_within(sb_jackknife_around(all, limit), 0.0, INFINITY);
    result->limit = n >= (long)SB_FRECHET_LEAST * F ? sb_number_within(limit, 0.0, INFINITY) : sb_number_unknown();
done:
    sb_feature_law_free(&law);
    sb_free(room);
    return st;
}
