/* weights.h: weights that sum to 1, and the workers' weights over components. */
#ifndef SB_CONFIG_WEIGHTS_H
#define SB_CONFIG_WEIGHTS_H

#include "config/types.h"

#include <stddef.h>

extern const sb_type sb_type_rows; /* data.partition.weights: N rows of J, each summing to 1 */

/* sb_weights_normalise: nonzero if the sum of w (n) is 1 within 1e-9; then they are divided by it, unless it is 1 to rounding:
 * weights that were normalised once stay as they are. The sum goes to *sum. */
int sb_weights_normalise(size_t n, double *w, double *sum);

#endif
