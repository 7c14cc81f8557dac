/* plain_network.h: the network's operations of kernels/backend.h as plain loops, for a crew of one: what the fast ones must give to
 * the last bit. */
#ifndef SB_TESTS_PLAIN_NETWORK_H
#define SB_TESTS_PLAIN_NETWORK_H

#include "kernels/backend.h"

void plain_embed(const sb_crew *c, int d, int E, const int *k, const real *in, const real *emb, const real *y, real *x);
void plain_layer_forward(const sb_crew *c, const sb_layer *m, const real *theta, const real *h, double rho, double shift,
                         const real *residual, real *z, real *out, real *slope);
void plain_layer_apply(const sb_crew *c, const sb_layer *m, const real *theta, const real *h, int keep, real *out);
void plain_layer_back(const sb_crew *c, const sb_layer *m, const real *theta, const real *dz, const real *above, real *g,
                      const real *slope, real *below);
void plain_layer_gradient(const sb_crew *c, const sb_layer *m, const real *dz, const real *h, int keep, int bias, real *grad);
void plain_emit(const sb_crew *c, int d, const int *k, const real *factor, const real *e, const real *base, const real *y, real *s);
void plain_absorb(const sb_crew *c, int d, const int *k, const real *factor, const real *ds, real *e);
void plain_silu_curvature(size_t n, double rho, const real *z, real *out);

#endif
