/* covariance.h: a component's covariance from the config: one variance, d variances, or a matrix. */
#ifndef SB_CONFIG_COVARIANCE_H
#define SB_CONFIG_COVARIANCE_H

#include "config/types.h"

/* sb_covariance_shape: which of the three a node is, by its form alone. */
sb_covariance_kind sb_covariance_shape(const sb_node *node);

/* sb_covariance_read: covariance (1), (d) or (d,d) out, by the shape of the node; symmetric to the last bit. SB_EUSER with the
 * place where it does not fit the dimension, is not symmetric to 1e-9 of the standard deviations, or not positive definite.
 * `number` is the component's. */
sb_status sb_covariance_read(sb_context *ctx, const sb_document *document, const sb_node *node, int number, int d,
                             double *covariance);

/* sb_covariance_factor: nonzero if the symmetric matrix a (d,d) is positive definite; a is overwritten by its Cholesky factor. */
int sb_covariance_factor(int d, double *a);

/* sb_smallest_eigenvalue: of the symmetric matrix a (d,d), which is overwritten. */
sb_status sb_smallest_eigenvalue(sb_context *ctx, int d, double *a, double *smallest);

#endif
