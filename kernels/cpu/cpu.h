/* cpu.h: the CPU's operations, for the table in backend.c. What they do stands in kernels/backend.h. */
#ifndef SB_KERNELS_CPU_H
#define SB_KERNELS_CPU_H

#include "kernels/backend.h"
#include "kernels/point/clones.h"

/* The name of an operation in the precision of this file. */
#define CPU(name) SB_REAL_NAME(sb_cpu_##name)

/* Long sums are formed as so many partial sums, term i in sum i mod SB_CPU_LANES, which are then added as a tree: an order that does not
 * depend on the width of the machine's vectors. */
enum { SB_CPU_LANES = 16 };

static inline __attribute__((always_inline)) double sb_cpu_tree_sum(double sum[SB_CPU_LANES])
{
    for (int half = SB_CPU_LANES / 2; half > 0; half /= 2)
        for (int l = 0; l < half; l++) sum[l] += sum[l + half];
    return sum[0];
}

/* network.c: layers of the network */
void CPU(embed)(const sb_backend *op, const sb_crew *c, int d, int E, const int *k, const real *in, const real *emb, const real *y,
                real *x);
void CPU(layer_forward)(const sb_backend *op, const sb_crew *c, const sb_layer *m, const real *theta, const real *h, double rho,
                        double shift, const real *residual, real *z, real *out, real *slope);
void CPU(layer_apply)(const sb_backend *op, const sb_crew *c, const sb_layer *m, const real *theta, const real *h, int keep, real *out);
void CPU(layer_back)(const sb_backend *op, const sb_crew *c, const sb_layer *m, const real *theta, const real *dz, const real *above,
                     real *g, const real *slope, real *below);
void CPU(layer_gradient)(const sb_backend *op, const sb_crew *c, const sb_layer *m, const real *dz, const real *h, int keep, int bias,
                         real *grad);
void CPU(emit)(const sb_backend *op, const sb_crew *c, int d, const int *k, const real *factor, const real *e, const real *base,
               const real *y, real *s);
void CPU(absorb)(const sb_backend *op, const sb_crew *c, int d, const int *k, const real *factor, const real *ds, real *e);
void CPU(silu_curvature)(const sb_backend *op, size_t n, double rho, const real *z, real *out);
void CPU(silu)(const sb_backend *op, size_t n, double rho, double shift, const real *z, real *out, real *slope);

/* images.c, norm.c, grid.c, attention.c: images */
void CPU(conv_apply)(const sb_backend *op, const sb_crew *c, const sb_conv *m, const real *theta, const real *h, int keep, real *out);
void CPU(conv_back)(const sb_backend *op, const sb_crew *c, const sb_conv *m, const real *theta, const real *dz, int keep, real *g);
void CPU(conv_gradient)(const sb_backend *op, const sb_crew *c, const sb_conv *m, const real *dz, const real *h, int keep, int bias, real
                        *grad);
void CPU(norm_forward)(const sb_backend *op, const sb_crew *c, const sb_norm *m, const real *theta, const real *x, real *xhat, real *r,
                       real *z);
void CPU(norm_back)(const sb_backend *op, const sb_crew *c, const sb_norm *m, const real *theta, const real *dz, const real *xhat, const
                    real *r, int keep, real *dx, int keep_grad, real *grad);
void CPU(norm_rforward)(const sb_backend *op, const sb_crew *c, const sb_norm *m, const real *theta, const real *v, const real *Rx, const
                        real *xhat, const real *r, real *Rxhat, real *Rz);
void CPU(norm_rback)(const sb_backend *op, const sb_crew *c, const sb_norm *m, const real *theta, const real *v, const real *dz, const
                     real *Rdz, const real *Rx, const real *xhat, const real *r, int keep, real *Rdx, int keep_grad, real *Hv);
void CPU(pool)(const sb_backend *op, const sb_crew *c, int planes, int height, int width, double factor, const real *x, int keep, real
               *out);
void CPU(spread)(const sb_backend *op, const sb_crew *c, int planes, int height, int width, double factor, const real *x, int keep, real
                 *out);
void CPU(everywhere)(const sb_backend *op, const sb_crew *c, int channels, int pixels, const real *e, real *out);
void CPU(pixel_sums)(const sb_backend *op, const sb_crew *c, int channels, int pixels, const real *x, int keep, real *e);
void CPU(copy_part)(const sb_backend *op, int W, size_t n, const real *from, size_t stride_from, int keep, real *to, size_t stride_to);
void CPU(lane_products)(const sb_backend *op, const sb_crew *c, int I, int J, int K, int trans_a, int trans_b, double alpha, const real
                        *a, const real *b, int keep, real *out);
void CPU(softmax)(const sb_backend *op, const sb_crew *c, int I, int J, const real *x, real *p);
void CPU(softmax_back)(const sb_backend *op, const sb_crew *c, int I, int J, const real *p, const real *dp, real *dx);
void CPU(softmax_rback)(const sb_backend *op, const sb_crew *c, int I, int J, const real *p, const real *dp, const real *Rp, const real
                        *Rdp, real *Rdx);

/* vector.c */
void   CPU(multiply)(const sb_backend *op, size_t n, const real *x, const real *y, real *out);
void   CPU(multiply_add)(const sb_backend *op, size_t n, const real *x, const real *y, real *out);
void   CPU(axpy)(const sb_backend *op, size_t n, double a, const real *x, real *y);
double CPU(dot)(const sb_backend *op, size_t n, const real *x, const real *y);
void   CPU(cosine)(const sb_backend *op, int m, int n, double scale, const real *Z, real *out, int ldo);

/* rows.c */
void CPU(rows_gather)(const sb_backend *op, int m, int n, const real *table, const int *k, real *out, int ldo);
void CPU(rows_combine)(const sb_backend *op, int m, int n, const int *k, const real *c, const real *X, const real *a, const real *Y,
                       real *out);
void CPU(rows_affine)(const sb_backend *op, const sb_crew *c, int d, int diagonal, const real *theta, const int *k, const real *y,
                      real *s);
void CPU(rows_affine_gradient)(const sb_backend *op, const sb_crew *c, int d, int diagonal, size_t D, const int *k, const real *y,
                               const real *ds, int keep, real *grad);

/* advance.c */
void CPU(advance)(const sb_backend *op, int m, int d, double a, double b, double c, const sb_place *place, uint64_t first, const real *s,
                  real *y);

/* samples.c, loss_rows.c */
void CPU(draw)(const sb_backend *op, const sb_crew *c, const sb_source *source, const int *law, const sb_place *place, uint64_t skip,
               const sb_draw *how, real *y, real *target, real *weight, int *k);
void CPU(residual)(const sb_backend *op, int m, int d, const real *s, const real *target, const real *weight, real *ds, real *squared);
void CPU(weighted_sums)(const sb_backend *op, int W, int B, const real *weight, const real *squared, double *sum);

/* masks.c, update.c: masks and the steps of training */
void   CPU(mask_random)(const sb_backend *op, int W, size_t D, const uint64_t *keep, const sb_place *place, unsigned char *mask);
void   CPU(mask_top_k)(const sb_backend *op, int W, size_t D, const double *theta_r, const int *replica, const double *cut,
                       const uint64_t *last, unsigned char *mask);
void   CPU(prune)(const sb_backend *op, int W, size_t D, const double *theta_r, const int *replica, const unsigned char *mask,
                  real *local, double *pruned2);
void   CPU(gather)(const sb_backend *op, int W, size_t n, size_t D, const uint32_t *index, const real *from, real *to);
void   CPU(scatter)(const sb_backend *op, int W, size_t n, size_t D, const uint32_t *index, const real *from, real *to);
void   CPU(sgd_masked)(const sb_backend *op, size_t n, double eta, const real *grad, const unsigned char *mask, real *theta);
void   CPU(adam_masked)(const sb_backend *op, size_t n, double eta, const sb_adam *adam, int t, const real *grad, const unsigned char *mask,
                      real *m, real *s, real *theta);
void   CPU(accumulate)(const sb_backend *op, int W, size_t D, const double *theta_r, const int *replica, const real *local,
                       const unsigned char *mask, double quantum, double limit, int64_t *sum, int32_t *count, uint64_t *lost);
size_t CPU(aggregate)(const sb_backend *op, size_t D, double quantum, const int64_t *sum, const int32_t *count, int zero_uncovered,
                      double *theta_r, int32_t *least);

#endif
