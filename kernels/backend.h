/* backend.h: the operations that training, measurement and sampling are written against. The CPU and CUDA implementations are two
 * tables of these functions in one binary, each in single and in double precision (real.h). Pointers are device pointers of the
 * backend (host pointers on the CPU) unless said otherwise; shapes are row-major, dimensions last. This header and kernels/ need a
 * C compiler and a BLAS (optionally nvcc and cuBLAS), nothing else of the package.
 *
 * A backend is one queue of work on one device: operations run in the order in which they are given, each by one host thread at a
 * time; several queues on a device run side by side. What an operation returns to the host (dot, accumulate, ...) it waits for.
 *
 * Outputs are written whether or not they held NaN before. Arrays do not overlap, except where an operation says "in place". Every
 * sum has a fixed order and every formula of one element is the same on all machines: on the CPU, only gemm's last bits depend on
 * the BLAS and on the machine. Sizes may be 0. */
#ifndef SB_KERNELS_BACKEND_H
#define SB_KERNELS_BACKEND_H

#include "kernels/real.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A crew: W workers that step side by side, each with B samples and its own parameters.
 * Arrays of features are (W,features,ld): the samples lie in lanes, feature i of sample b of worker w at (w*features + i)*ld + b.
 * Lanes B..ld-1 hold finite numbers that reach no result. */
typedef struct {
    int W, B;
    int ld;         /* sb_lanes(B) */
    size_t stride;  /* from one worker's theta to the next one's; 0: all have the same theta */
} sb_crew;

/* sb_lanes: B rounded up to whole vectors. */
static inline int sb_lanes(int B)
{
    return (B + 15) / 16 * 16;
}

/* The affine map a = alpha W h + beta b, with W (out,in) and b (out) at these places of theta. */
typedef struct {
    int in, out;
    size_t W, b;
    double alpha, beta;
} sb_layer;

/* Images: a feature array of a crew may be channels of a grid of pixels, (W,channels,P,ld) with P = height*width pixels row by row.
 * A convolution: a = alpha Wt * h + beta b, stride 1, zeros around the image, with Wt (out,in,kernel,kernel) and b (out) at these
 * places of theta; kernel is 1 or 3. The sum of a pixel runs over in, then the kernel's rows, then its columns. */
typedef struct {
    int in, out, height, width, kernel;
    size_t W, b;
    double alpha, beta;
} sb_conv;

/* Group normalisation over the pixels of channels/groups successive channels, of each sample by itself:
 *     xhat = (x - mean) r,  r = 1/sqrt(variance + epsilon),  z = (1 + alpha theta_gain) xhat + beta theta_shift
 * with gain (channels) and shift (channels) at these places of theta. */
typedef struct {
    int channels, groups, pixels;
    size_t gain, shift;
    double alpha, beta, epsilon;
} sb_norm;

/* A place in the stream of random numbers: Philox4x32-10 with key = seed and counter = (block, subsequence); see base/random.h. */
typedef struct {
    uint64_t seed, subsequence, block;
} sb_place;

/* What samples are drawn from: mixtures over shared components, and the times of a grid. Arrays on the device. */
typedef struct {
    int d, J, K;
    const real *mean;         /* (J,d) */
    const real *deviation;    /* (J,d) square roots of the eigenvalues */
    int rank;                 /* eigenvectors in Q; deviation rank..d-1 are all the same then. d: all of them; 0: the axes */
    const real *Q;            /* (J,d,rank) columns are eigenvectors; NULL: the axes */
    const double *cumulative; /* (laws,J) running sums of each law's weights */
    const int *last;          /* (laws) the last component of positive weight */
    const double *time;       /* (K) running sums of the times' probabilities pi_k */
    const double *gamma;      /* (K) step lengths */
    const real *shrink;       /* (K) e^-u_k */
    const real *sigma;        /* (K) sigma_{u_k} */
} sb_source;

/* How times are given to samples; sample i of a stream always uses its own blocks, whatever part of the stream is drawn.
 *   random      k from `time`, weight gamma_k/(total pi_k)
 *   stratified  sample i has k = i mod K, weight gamma_k/#{i < total: i mod K = k}
 *   fixed       all at time k, weight 1 */
typedef enum { SB_TIMES_RANDOM, SB_TIMES_STRATIFIED, SB_TIMES_FIXED } sb_times;
typedef struct {
    sb_times times;
    int first;      /* samples first..first+B-1 of the stream */
    int total, k;
} sb_draw;

/* Constants of Adam; SB_ADAM_USUAL: those of Kingma, Ba 2015. */
typedef struct {
    double b1, b2, epsilon;
} sb_adam;
#define SB_ADAM_USUAL {0.9, 0.999, 1e-8}

typedef struct sb_backend sb_backend;
struct sb_backend {
    const char *name;   /* "cpu", "cuda" */
    const char *device; /* what it is called by its maker; "" on the CPU */
    int tile;           /* how many samples of one worker are best gone through at a time; 0: all */
    void *state;

    /* Memory of the device. alloc: NULL when there is none left. upload from and download to the host; download waits.
     * clear: all bytes 0.   finish: waits for the queue; NULL, or what went wrong first since the queue began. */
    void *(*alloc)(const sb_backend *op, size_t bytes);
    void (*release)(const sb_backend *op, void *memory);
    void (*upload)(const sb_backend *op, void *device, const void *host, size_t bytes);
    void (*download)(const sb_backend *op, void *host, const void *device, size_t bytes);
    void (*copy)(const sb_backend *op, void *to, const void *from, size_t bytes);
    void (*clear)(const sb_backend *op, void *memory, size_t bytes);
    const char *(*finish)(const sb_backend *op);

    /* What is queued between record and recorded is not run but kept, to be replayed as a whole. NULL on the CPU. */
    void (*record)(const sb_backend *op);
    void *(*recorded)(const sb_backend *op);
    void (*replay)(const sb_backend *op, void *recording);
    void (*forget)(const sb_backend *op, void *recording);

    /* C (m,n) = alpha op(A) op(B) + beta C; op is the transpose where trans is nonzero; ld* are row strides.
     * gemm_batch: the same for W triples, each a stride further. */
    void (*gemm)(const sb_backend *op, int trans_a, int trans_b, int m, int n, int k, double alpha, const real *A, int lda,
                 const real *B, int ldb, double beta, real *C, int ldc);
    void (*gemm_batch)(const sb_backend *op, int W, int trans_a, int trans_b, int m, int n, int k, double alpha, const real *A,
                       int lda, size_t stride_a, const real *B, int ldb, size_t stride_b, double beta, real *C, int ldc,
                       size_t stride_c);

    /* The network, for a crew c. Feature arrays (W,.,ld); rows of samples (W,B,.); k (W,B) time indices; tables over k.
     * embed:   x (W,d+E,ld) = [in_k y; emb_k], from y (W,B,d), in (K), emb (K,E)
     * layer_forward: a = alpha W h + beta b;  out = residual + rho*(silu(a) - shift);  slope = rho*silu'(a);  z = a.
     *                residual, z, slope NULL for none; out in place of residual allowed, not of h
     * layer_apply:   out = alpha W h + beta b + keep*out, keep 0 or 1
     * layer_back:    g = above + alpha W' dz (above NULL: without; in place of above allowed);
     *                below = g .* slope (slope NULL: not asked for; in place of slope allowed). dz (W,out,ld); above, g, slope, below (W,in,ld)
     * layer_gradient: in grad (W,D), at the layer's places: W = alpha dz h' + keep*W, b = beta * row sums of dz + keep*b
     *                (bias 0: b is left alone), keep 0 or 1; strides as of theta
     * emit:    s (W,B,d) = c_k e' + base_k y   (y NULL: without)        e (W,d,ld)
     * absorb:  e (W,d,ld) = c_k ds', 0 in the lanes from B on           ds (W,B,d)
     * silu_curvature: out = rho*silu''(z), n elements */
    void (*embed)(const sb_backend *op, const sb_crew *c, int d, int E, const int *k, const real *in, const real *emb, const real *y,
                  real *x);
    void (*layer_forward)(const sb_backend *op, const sb_crew *c, const sb_layer *m, const real *theta, const real *h, double rho,
                          double shift, const real *residual, real *z, real *out, real *slope);
    void (*layer_apply)(const sb_backend *op, const sb_crew *c, const sb_layer *m, const real *theta, const real *h, int keep,
                        real *out);
    void (*layer_back)(const sb_backend *op, const sb_crew *c, const sb_layer *m, const real *theta, const real *dz,
                       const real *above, real *g, const real *slope, real *below);
    void (*layer_gradient)(const sb_backend *op, const sb_crew *c, const sb_layer *m, const real *dz, const real *h, int keep,
                           int bias, real *grad);
    void (*emit)(const sb_backend *op, const sb_crew *c, int d, const int *k, const real *factor, const real *e, const real *base,
                 const real *y, real *s);
    void (*absorb)(const sb_backend *op, const sb_crew *c, int d, const int *k, const real *factor, const real *ds, real *e);
    void (*silu_curvature)(const sb_backend *op, size_t n, double rho, const real *z, real *out);

    /* Images. keep, where there is one, is 0 or 1: what stands in the output is overwritten, or added to. Derivatives that go back (dz,
     * dp, ...) are 0 in the lanes from B on. Every operation below is linear in what it is named for, so that the derivative of each along
     * a direction v of theta is made of the same ones; only norm and softmax need their own.
     * conv_apply:    out (W,out,P,ld) = alpha Wt*h + beta b + keep*out                                h (W,in,P,ld)
     * conv_back:     g (W,in,P,ld) = its adjoint at dz (W,out,P,ld), without bias, + keep*g
     * conv_gradient: in grad (W,D), at the places: Wt = alpha * (sums over samples and pixels of dz h') + keep*Wt, b = beta * sums of dz
     *                + keep*b (bias 0: b is left alone)
     * norm_forward:  xhat, z (W,channels,P,ld), r (W,groups,ld) from x; z NULL: not asked for; xhat in place of x allowed
     * norm_back:     dx = r Pi(ghat) + keep*dx, ghat = (1 + alpha gain) dz, Pi(g) = g - mean(g) - xhat mean(g xhat) over a group;
     *                grad (W,D) NULL: without; else at the places: gain = alpha sums of dz xhat, shift = beta sums of dz, each + keep_grad*
     * norm_rforward: Rxhat = r Pi(Rx), Rz = (1 + alpha gain) Rxhat + alpha v_gain xhat + beta v_shift; Rx NULL: 0
     * norm_rback:    the derivative along (v, Rx) of norm_back with dz, whose own derivative is Rdz: Rdx (+ keep*Rdx) and Hv as grad.
     *                dx_alone = r Pi(ghat) is formed anew
     * silu:          out = rho*(silu(z) - shift), slope = rho*silu'(z) (NULL: not asked for), n elements; out or slope in place of z
     * pool, spread:  of `planes` planes for each worker: pool (.,H/2,V/2,ld) = factor * sums of 2x2 pixels + keep*out; spread is its adjoint,
     *                out (.,H,V,ld) = factor * the pixel it lies in + keep*out.   height, width are H, V of the larger image, even
     * everywhere:    out (W,channels,P,ld) += e (W,channels,ld);   pixel_sums: its adjoint, e = sums over pixels + keep*e
     * copy_part:     to[w*stride_to + i] = from[w*stride_from + i] + keep*to[...] for i < n, w < W
     * lane_products: for each sample out (W,I,J,ld) = alpha sum_k a(i,k) b(k,j) + keep*out; a is (W,I,K,ld), or (W,K,I,ld) where trans_a,
     *                b is (W,K,J,ld), or (W,J,K,ld) where trans_b; strides of samples as these shapes say
     * softmax:       p (W,I,J,ld) = exp(x)/sum over j of it;   softmax_back: dx = p (dp - sum_j p dp), in place of dp allowed
     * softmax_rback: Rdx, the derivative of softmax_back along (Rp, Rdp) */
    void (*conv_apply)(const sb_backend *op, const sb_crew *c, const sb_conv *m, const real *theta, const real *h, int keep, real *out);
    void (*conv_back)(const sb_backend *op, const sb_crew *c, const sb_conv *m, const real *theta, const real *dz, int keep, real *g);
    void (*conv_gradient)(const sb_backend *op, const sb_crew *c, const sb_conv *m, const real *dz, const real *h, int keep, int bias,
                          real *grad);
    void (*norm_forward)(const sb_backend *op, const sb_crew *c, const sb_norm *m, const real *theta, const real *x, real *xhat, real *r,
                         real *z);
    void (*norm_back)(const sb_backend *op, const sb_crew *c, const sb_norm *m, const real *theta, const real *dz, const real *xhat,
                      const real *r, int keep, real *dx, int keep_grad, real *grad);
    void (*norm_rforward)(const sb_backend *op, const sb_crew *c, const sb_norm *m, const real *theta, const real *v, const real *Rx,
                          const real *xhat, const real *r, real *Rxhat, real *Rz);
    void (*norm_rback)(const sb_backend *op, const sb_crew *c, const sb_norm *m, const real *theta, const real *v, const real *dz,
                       const real *Rdz, const real *Rx, const real *xhat, const real *r, int keep, real *Rdx, int keep_grad, real *Hv);
    void (*silu)(const sb_backend *op, size_t n, double rho, double shift, const real *z, real *out, real *slope);
    void (*pool)(const sb_backend *op, const sb_crew *c, int planes, int height, int width, double factor, const real *x, int keep,
                 real *out);
    void (*spread)(const sb_backend *op, const sb_crew *c, int planes, int height, int width, double factor, const real *x, int keep,
                   real *out);
    void (*everywhere)(const sb_backend *op, const sb_crew *c, int channels, int pixels, const real *e, real *out);
    void (*pixel_sums)(const sb_backend *op, const sb_crew *c, int channels, int pixels, const real *x, int keep, real *e);
    void (*copy_part)(const sb_backend *op, int W, size_t n, const real *from, size_t stride_from, int keep, real *to, size_t stride_to);
    void (*lane_products)(const sb_backend *op, const sb_crew *c, int I, int J, int K, int trans_a, int trans_b, double alpha,
                          const real *a, const real *b, int keep, real *out);
    void (*softmax)(const sb_backend *op, const sb_crew *c, int I, int J, const real *x, real *p);
    void (*softmax_back)(const sb_backend *op, const sb_crew *c, int I, int J, const real *p, const real *dp, real *dx);
    void (*softmax_rback)(const sb_backend *op, const sb_crew *c, int I, int J, const real *p, const real *dp, const real *Rp,
                          const real *Rdp, real *Rdx);

    /* Vectors and matrices without structure. */
    void (*multiply)(const sb_backend *op, size_t n, const real *x, const real *y, real *out);     /* out = x.*y, in place or not */
    void (*multiply_add)(const sb_backend *op, size_t n, const real *x, const real *y, real *out); /* out += x.*y */
    void (*axpy)(const sb_backend *op, size_t n, double a, const real *x, real *y);                /* y += a x */
    double (*dot)(const sb_backend *op, size_t n, const real *x, const real *y);                   /* summed in double */
    void (*cosine)(const sb_backend *op, int m, int n, double scale, const real *Z, real *out, int ldo); /* scale*cos, stride ldo */

    /* Rows that depend on a sample's time index k (m).
     * rows_gather:  out (m,n), stride ldo = rows k of table (.,n); k NULL: rows 0, 1, ..., m-1
     * rows_combine: out (m,n) = c[k] X + a[k] Y for tables c, a of one number per time; Y NULL: without it; in place of X
     * rows_affine:  s (W,B,d) = A_k y + b_k, theta = blocks [A_k, b_k] with A_k (d,d), or (d) its diagonal
     * rows_affine_gradient: grad (W,D), blocks as theta, = sum over the worker's rows of (ds y', ds) in the row's block, + keep*grad */
    void (*rows_gather)(const sb_backend *op, int m, int n, const real *table, const int *k, real *out, int ldo);
    void (*rows_combine)(const sb_backend *op, int m, int n, const int *k, const real *c, const real *X, const real *a,
                         const real *Y, real *out);
    void (*rows_affine)(const sb_backend *op, const sb_crew *c, int d, int diagonal, const real *theta, const int *k, const real *y,
                        real *s);
    void (*rows_affine_gradient)(const sb_backend *op, const sb_crew *c, int d, int diagonal, size_t D, const int *k, const real *y,
                                 const real *ds, int keep, real *grad);

    /* Samples.
     * draw: for worker w, of law law[w] (W), from the stream at place[w] (W), `skip` blocks further: y (W,B,d) = e^-u x_0 + sigma_u z,
     *       target (W,B,d) = -z/sigma_u, weight (W,B), k (W,B).
     * advance: y (m,d) = a y + b s + c z, one step of the reverse process; the normals z of row i are in the ceil(d/2) blocks of the stream
     *       at place (host) from number (first + i)*ceil(d/2) on. s NULL: without.
     * residual: e = s - target (target NULL: e = s), ds = 2*weight*e, squared (m) = |e|^2 unweighted (NULL to skip); m rows of d.
     * weighted_sums: sum (W) += sum_b weight (W,B) * squared (W,B). */
    void (*draw)(const sb_backend *op, const sb_crew *c, const sb_source *source, const int *law, const sb_place *place,
                 uint64_t skip, const sb_draw *how, real *y, real *target, real *weight, int *k);
    void (*advance)(const sb_backend *op, int m, int d, double a, double b, double c, const sb_place *place, uint64_t first,
                    const real *s, real *y);
    void (*residual)(const sb_backend *op, int m, int d, const real *s, const real *target, const real *weight, real *ds,
                     real *squared);
    void (*weighted_sums)(const sb_backend *op, int W, int B, const real *weight, const real *squared, double *sum);

    /* Masks of 0/1 bytes (W,D), and equations (6), (7). theta_r (P,D) are the server's parameters, in double whatever `real` is; worker
     * w starts from row replica[w].
     * mask_random: coordinate i is kept where word i of the worker's stream is below keep[w] (keep up to 2^32: all)
     * mask_top_k:  kept where |theta_r| > cut[w], or where it equals cut[w] and i <= last[w]
     * prune: local (W,D) = theta_r .* mask in `real`; pruned2 (W) = |theta_r - theta_r .* mask|^2.   mask NULL: all ones
     * gather, scatter: to (W,n) = from (W,D) at index (W,n), and back: what index does not name stays
     * sgd_masked: theta -= eta * grad .* mask, n elements; mask NULL: all ones. What is masked stays, whatever grad.
     * adam_masked: step t = 1, 2, ... of Adam with the moments m, s (n), 0 before the first step (t = 1 does not read them):
     *              m = b1 m + (1-b1) grad, s = b2 s + (1-b2) grad^2, theta -= eta * (m/(1-b1^t)) / (sqrt(s/(1-b2^t)) + epsilon):
     *              m and s of all, theta only where mask is 1. What is masked stays, whatever grad. */
    void (*mask_random)(const sb_backend *op, int W, size_t D, const uint64_t *keep, const sb_place *place, unsigned char *mask);
    void (*mask_top_k)(const sb_backend *op, int W, size_t D, const double *theta_r, const int *replica, const double *cut,
                       const uint64_t *last, unsigned char *mask);
    void (*prune)(const sb_backend *op, int W, size_t D, const double *theta_r, const int *replica, const unsigned char *mask,
                  real *local, double *pruned2);
    void (*gather)(const sb_backend *op, int W, size_t n, size_t D, const uint32_t *index, const real *from, real *to);
    void (*scatter)(const sb_backend *op, int W, size_t n, size_t D, const uint32_t *index, const real *from, real *to);
    void (*sgd_masked)(const sb_backend *op, size_t n, double eta, const real *grad, const unsigned char *mask, real *theta);
    void (*adam_masked)(const sb_backend *op, size_t n, double eta, const sb_adam *adam, int t, const real *grad,
                        const unsigned char *mask, real *m, real *s, real *theta);

    /* Equation (8), order-free: each kept coordinate's change local - theta_r enters a 64-bit integer sum in units of `quantum` (a
     * power of two), so that the result does not depend on the order of workers, threads, ranks or devices.
     * accumulate: for row p = replica[w] of sum and count (P,D): sum += round((local - theta_r rounded to `real`)/quantum),
     *             count += mask; lost (W) = number of coordinates whose change is not finite, exceeds `limit` in size or does not
     *             fit the sum (then the sum is not to be used). The caller keeps workers*limit/quantum < 2^63. mask NULL: all ones.
     * aggregate:  one row: theta_r (D) += quantum*sum/count where count > 0; elsewhere theta_r stays (zero_uncovered: becomes 0).
     *             Returns the number of uncovered coordinates; *least (host, may be NULL) receives min count. */
    void (*accumulate)(const sb_backend *op, int W, size_t D, const double *theta_r, const int *replica, const real *local,
                       const unsigned char *mask, double quantum, double limit, int64_t *sum, int32_t *count, uint64_t *lost);
    size_t (*aggregate)(const sb_backend *op, size_t D, double quantum, const int64_t *sum, const int32_t *count,
                        int zero_uncovered, double *theta_r, int32_t *least);
};

/* sb_backend_is_host: nonzero if the backend's arrays are the host's. */
static inline int sb_backend_is_host(const sb_backend *op)
{
    return op->record == NULL;
}

/* The CPU's table. W is 1 in every crew. Also sets the BLAS to one thread, process-wide: with more, gemm's bits depend on the number
 * of threads, and the library's parallelism is above the BLAS. */
const sb_backend *sb_backend_cpu(void);

/* sb_backend_cuda: a queue on GPU `device` (0: the first), or NULL with the reason in why (size bytes): no GPU, no driver, or a
 * program built without CUDA.   sb_backend_close: finishes and releases it (NULL and the CPU's table allowed). */
const sb_backend *sb_backend_cuda(int device, char *why, size_t size);
void sb_backend_close(const sb_backend *op);

#ifdef __cplusplus
}
#endif

#endif
