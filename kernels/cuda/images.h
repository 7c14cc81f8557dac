/* images.h: the operations on images (backend.h). */
#ifndef SB_KERNELS_CUDA_IMAGES_H
#define SB_KERNELS_CUDA_IMAGES_H

#include "kernels/cuda/cuda.h"

#ifdef __cplusplus
extern "C" {
#endif

/* conv.cu, conv_gradient.cu */
void CUDA(conv_apply)(const sb_backend *op, const sb_crew *c, const sb_conv *m, const real *theta, const real *h, int keep, real *out);
void CUDA(conv_back)(const sb_backend *op, const sb_crew *c, const sb_conv *m, const real *theta, const real *dz, int keep, real *g);
void CUDA(conv_gradient)(const sb_backend *op, const sb_crew *c, const sb_conv *m, const real *dz, const real *h, int keep, int bias,
                         real *grad);

/* norm.cu, norm_curvature.cu */
void CUDA(norm_forward)(const sb_backend *op, const sb_crew *c, const sb_norm *m, const real *theta, const real *x, real *xhat, real *r,
                        real *z);
void CUDA(norm_back)(const sb_backend *op, const sb_crew *c, const sb_norm *m, const real *theta, const real *dz, const real *xhat,
                     const real *r, int keep, real *dx, int keep_grad, real *grad);
void CUDA(norm_rforward)(const sb_backend *op, const sb_crew *c, const sb_norm *m, const real *theta, const real *v, const real *Rx,
                         const real *xhat, const real *r, real *Rxhat, real *Rz);
void CUDA(norm_rback)(const sb_backend *op, const sb_crew *c, const sb_norm *m, const real *theta, const real *v, const real *dz,
                      const real *Rdz, const real *Rx, const real *xhat, const real *r, int keep, real *Rdx, int keep_grad, real *Hv);

/* grid.cu */
void CUDA(silu)(const sb_backend *op, size_t n, double rho, double shift, const real *z, real *out, real *slope);
void CUDA(pool)(const sb_backend *op, const sb_crew *c, int planes, int height, int width, double factor, const real *x, int keep,
                real *out);
void CUDA(spread)(const sb_backend *op, const sb_crew *c, int planes, int height, int width, double factor, const real *x, int keep,
                  real *out);
void CUDA(everywhere)(const sb_backend *op, const sb_crew *c, int channels, int pixels, const real *e, real *out);
void CUDA(pixel_sums)(const sb_backend *op, const sb_crew *c, int channels, int pixels, const real *x, int keep, real *e);
void CUDA(copy_part)(const sb_backend *op, int W, size_t n, const real *from, size_t stride_from, int keep, real *to, size_t stride_to);

/* attention.cu */
void CUDA(lane_products)(const sb_backend *op, const sb_crew *c, int I, int J, int K, int trans_a, int trans_b, double alpha,
                         const real *a, const real *b, int keep, real *out);
void CUDA(softmax)(const sb_backend *op, const sb_crew *c, int I, int J, const real *x, real *p);
void CUDA(softmax_back)(const sb_backend *op, const sb_crew *c, int I, int J, const real *p, const real *dp, real *dx);
void CUDA(softmax_rback)(const sb_backend *op, const sb_crew *c, int I, int J, const real *p, const real *dp, const real *Rp,
                         const real *Rdp, real *Rdx);

#ifdef __cplusplus
}
#endif

#endif
