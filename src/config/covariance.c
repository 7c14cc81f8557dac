#include "config/covariance.h"

#include "base/memory.h"

#include <gsl/gsl_eigen.h>
#include <math.h>
#include <string.h>

sb_covariance_kind sb_covariance_shape(const sb_node *node)
{
    if (node->kind != SB_NODE_SEQUENCE) return SB_COVARIANCE_ISOTROPIC;
    return node->child && node->child->kind == SB_NODE_SEQUENCE ? SB_COVARIANCE_FULL : SB_COVARIANCE_DIAGONAL;
}

int sb_covariance_factor(int d, double *a)
{
    for (int i = 0; i < d; i++) {
        double *ai = a + (size_t)i * d;
        for (int j = 0; j <= i; j++) {
            const double *aj = a + (size_t)j * d;
            double rest = ai[j];
            for (int k = 0; k < j; k++) rest -= ai[k] * aj[k];
            if (i == j && !(rest > 0.0 && isfinite(rest))) return 0;
            ai[j] = i == j ? sqrt(rest) : rest / aj[j];
        }
    }
    return 1;
}

sb_status sb_smallest_eigenvalue(sb_context *ctx, int d, double *a, double *smallest)
{
    sb_status st = SB_OK;
    gsl_eigen_symm_workspace *work = gsl_eigen_symm_alloc((size_t)d);
    gsl_vector *eigenvalues = gsl_vector_alloc((size_t)d);
    gsl_matrix_view matrix = gsl_matrix_view_array(a, (size_t)d, (size_t)d);
    SB_REQUIRE(work && eigenvalues, SB_ENOMEM, "out of memory for the eigenvalues of a %d x %d matrix", d, d);
    SB_REQUIRE(gsl_eigen_symm(&matrix.matrix, eigenvalues, work) == 0, SB_ECONV, "no eigenvalues of a %d x %d matrix", d, d);
    *smallest = gsl_vector_min(eigenvalues);
done:
    if (work) gsl_eigen_symm_free(work);
    if (eigenvalues) gsl_vector_free(eigenvalues);
    return st;
}

/* Entries that differ only by rounding are replaced by their mean. */
static sb_status symmetrise(sb_context *ctx, const sb_document *document, const sb_node *node, int number, int d, double *a)
{
    sb_status st = SB_OK;
    const sb_node *row = node->child;
    for (int i = 0; i < d; i++, row = row->next) {
        const sb_node *item = row->child;
        for (int j = 0; j < i; j++, item = item->next) {
            double *p = &a[(size_t)i * d + j], *q = &a[(size_t)j * d + i];
            const double scale = sqrt(fabs(a[(size_t)i * d + i])) * sqrt(fabs(a[(size_t)j * d + j]));
            if (!(fabs(*p - *q) <= 1e-9 * fmax(scale, fmin(fabs(*p), fabs(*q)))))
                SB_FAIL_AT(sb_node_place(document, item),
                           "the covariance of component %d is not symmetric: entry (%d,%d) is %.10g, entry (%d,%d) is %.10g",
                           number, i + 1, j + 1, *p, j + 1, i + 1, *q);
            if (*p != *q) *p = *q = 0.5 * *p + 0.5 * *q;
        }
    }
done:
    return st;
}

static sb_status check_definite(sb_context *ctx, const sb_document *document, const sb_node *node, int number, int d,
                                const double *a)
{
    enum { CHEAP = 200 };
    sb_status st = SB_OK;
    const sb_config_place place = sb_node_place(document, node);
    double *copy = NULL, smallest = 0.0;
    SB_ALLOC(copy, (size_t)d * d);
    memcpy(copy, a, (size_t)d * d * sizeof *a);
    if (sb_covariance_factor(d, copy)) goto done;
    if (d > CHEAP) SB_FAIL_AT(place, "the covariance of component %d is not positive definite", number);
    memcpy(copy, a, (size_t)d * d * sizeof *a);
    SB_TRY(sb_smallest_eigenvalue(ctx, d, copy, &smallest));
    SB_FAIL_AT(place, "the covariance of component %d is not positive definite: its smallest eigenvalue is %.6g", number, smallest);
done:
    sb_free(copy);
    return st;
}

static sb_status read_full(sb_context *ctx, const sb_document *document, const sb_node *node, const char *what, int number, int d,
                           double *a)
{
    sb_status st = SB_OK;
    if (node->count != d)
        SB_FAIL_AT(sb_node_place(document, node), "%s has %d row%s, but the dimension is %d", what, node->count,
                   node->count == 1 ? "" : "s", d);
    const sb_node *row = node->child;
    for (int i = 0; i < d; i++, row = row->next) {
        char row_what[96];
        snprintf(row_what, sizeof row_what, "row %d of %s", i + 1, what);
        SB_TRY(sb_vector_read(ctx, document, row, row_what, d, a + (size_t)i * d));
    }
    SB_TRY(symmetrise(ctx, document, node, number, d, a));
    SB_TRY(check_definite(ctx, document, node, number, d, a));
done:
    return st;
}

sb_status sb_covariance_read(sb_context *ctx, const sb_document *document, const sb_node *node, int number, int d,
                             double *covariance)
{
    sb_status st = SB_OK;
    char what[64];
    const sb_covariance_kind kind = sb_covariance_shape(node);
    snprintf(what, sizeof what, "the covariance of component %d", number);
    if (kind == SB_COVARIANCE_FULL) {
        SB_TRY(read_full(ctx, document, node, what, number, d, covariance));
        goto done;
    }
    const int is_list = kind == SB_COVARIANCE_DIAGONAL, count = is_list ? d : 1;
    SB_TRY(sb_vector_read(ctx, document, node, what, is_list ? d : 1, covariance));
    const sb_node *item = is_list ? node->child : node;
    for (int i = 0; i < count; i++, item = item->next)
        if (!(covariance[i] > 0.0))
            SB_FAIL_AT(sb_node_place(document, item), "%s must have variances > 0, not %.10g", what, covariance[i]);
done:
    return st;
}
