/* fourier.h: private to the room: random features, shared by the model (fourier.c), its passes (fourier_passes.c)
 * and its moments (fourier_moments.c). */
#ifndef SB_MODEL_FOURIER_H
#define SB_MODEL_FOURIER_H

#include "model/kind.h"

enum { SB_FOURIER_EXTRA = 2 }; /* inputs beside y: tau_k and 1 */

typedef struct {
    int m, p;          /* random features; all features: m + d + 1 */
    double *frequency; /* (m,d+2) omega_j, nu_j, phase_j */
    double *time;      /* (K,2) tau_k, 1 */
    double *c;         /* (K) */
} sb_fourier;

void sb_fourier_moment_shape(const sb_model *model, sb_moments *moments);
sb_status sb_fourier_moments(sb_context *ctx, const sb_model *model, const sb_mixture *q, sb_moments *moments);
size_t sb_fourier_moment_place(const sb_model *model, int block, int row, int j);

#endif
