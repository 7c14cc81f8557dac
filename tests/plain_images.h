/* plain_images.h: the products of images of kernels/backend.h as plain loops, for a crew of one: what the fast ones must give to the
 * last bit. */
#ifndef SB_TESTS_PLAIN_IMAGES_H
#define SB_TESTS_PLAIN_IMAGES_H

#include "kernels/backend.h"

void plain_conv_apply(const sb_crew *c, const sb_conv *m, const real *theta, const real *h, int keep, real *out);
void plain_conv_back(const sb_crew *c, const sb_conv *m, const real *theta, const real *dz, int keep, real *g);
void plain_conv_gradient(const sb_crew *c, const sb_conv *m, const real *dz, const real *h, int keep, int bias, real *grad);
void plain_lane_products(const sb_crew *c, int I, int J, int K, int trans_a, int trans_b, double alpha, const real *a, const real *b,
                         int keep, real *out);

#endif
