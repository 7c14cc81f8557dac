/* unet_float.h: the loss of a model in single precision, for tests in double. */
#ifndef SB_TESTS_UNET_FLOAT_H
#define SB_TESTS_UNET_FLOAT_H

#include "base/context.h"

struct sb_model;

/* Samples of B rows of d, as in sb_noised of model/loss.h. */
typedef struct {
    int B, d;
    const double *y, *target, *weight;
    const int *k;
} rows_in_double;

/* unet_in_float: everything rounded to single precision first; loss (1), gradient and Hv (D) out. */
sb_status unet_in_float(sb_context *ctx, const struct sb_model *model, size_t D, const double *theta, const double *v,
                        const rows_in_double *rows, double *loss, double *gradient, double *Hv);

#endif
