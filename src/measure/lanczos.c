#include "measure/lipschitz.h"

#include "base/memory.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

/* Ritz value of largest magnitude of the tridiagonal (alpha, beta) of size m, and the last entry of its vector. */
static sb_status ritz(sb_context *ctx, int m, const double *alpha, const double *beta, double *diagonal, double *off,
                      double *vectors, double *value, double *last)
{
    sb_status st = SB_OK;
    memcpy(diagonal, alpha, (size_t)m * sizeof *alpha);
    memcpy(off, beta, (size_t)m * sizeof *beta);
    const lapack_int info = LAPACKE_dstev(LAPACK_ROW_MAJOR, 'V', m, diagonal, off, vectors, m);
    SB_REQUIRE(info == 0, SB_ECONV, "LAPACK dstev returned %d for a tridiagonal of size %d", (int)info, m);
    const int top = fabs(diagonal[0]) > fabs(diagonal[m - 1]) ? 0 : m - 1;
    *value = diagonal[top];
    *last = fabs(vectors[(size_t)(m - 1) * (size_t)m + (size_t)top]);
done:
    return st;
}

sb_status sb_lanczos(sb_context *ctx, const sb_backend *backend, size_t n, int iterations, sb_operator A, void *state,
                     const double *start, double *basis, double *value, double *bound)
{
    sb_status st = SB_OK;
    const int most = (size_t)iterations < n ? iterations : (int)n;
    double *alpha = NULL, *beta, *diagonal, *off, *vectors, last = 0.0;
    SB_ALLOC(alpha, (size_t)most * (size_t)(most + 4));
    beta = alpha + most;
    diagonal = beta + most;
    off = diagonal + most;
    vectors = off + most;
    double norm = sqrt(backend->dot(backend, n, start, start));
    SB_REQUIRE(norm > 0.0, SB_EDOM, "Lanczos needs a nonzero start vector");
    for (size_t i = 0; i < n; i++) basis[i] = start[i] / norm;
    *value = *bound = 0.0;
    for (int m = 0; m < most; m++) {
        double *v = basis + (size_t)m * n, *next = v + n;
        SB_TRY(A(ctx, state, v, next));
        alpha[m] = backend->dot(backend, n, v, next);
        for (int pass = 0; pass < 2; pass++) /* twice is enough */
            for (int j = 0; j <= m; j++)
                backend->axpy(backend, n, -backend->dot(backend, n, basis + (size_t)j * n, next), basis + (size_t)j * n, next);
        beta[m] = sqrt(backend->dot(backend, n, next, next));
        SB_REQUIRE(isfinite(alpha[m]) && isfinite(beta[m]), SB_ERANGE, "a Hessian-vector product is not finite");
        SB_TRY(ritz(ctx, m + 1, alpha, beta, diagonal, off, vectors, value, &last));
        *bound = beta[m] * last;
        if (*bound <= 1e-10 * fabs(*value) || beta[m] <= 1e-14 * fabs(*value)) break;
        for (size_t i = 0; i < n; i++) next[i] /= beta[m];
    }
done:
    sb_free(alpha);
    return st;
}
