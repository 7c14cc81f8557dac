/* images.h: the products of images, compiled once for each level of the x86-64 instruction sets, as those of layers.h: the levels
 * differ in speed and in no bit. */
#ifndef SB_KERNELS_CPU_IMAGES_H
#define SB_KERNELS_CPU_IMAGES_H

#include "kernels/cpu/cpu.h"
#include "kernels/cpu/layers.h"

#define sb_cpu_images SB_REAL_NAME(sb_cpu_images)
#define sb_cpu_images_best SB_REAL_NAME(sb_cpu_images_best)
#define sb_cpu_images_plain SB_REAL_NAME(sb_cpu_images_plain)
#define sb_cpu_images_v3 SB_REAL_NAME(sb_cpu_images_v3)
#define sb_cpu_images_v4 SB_REAL_NAME(sb_cpu_images_v4)

/* As in sb_backend, for a crew of one. Sums of apply and back are chains over the channels that enter, then the kernel's rows and
 * columns (in `back` of the kernel turned round), without those outside the image. A sum of the gradient is SB_CPU_LANES partial sums
 * over pixels and lanes, lane b in b mod SB_CPU_LANES, added as a tree. */
typedef struct {
    void (*apply)(const sb_crew *c, const sb_conv *m, const real *theta, const real *h, int keep, real *out);
    void (*back)(const sb_crew *c, const sb_conv *m, const real *theta, const real *dz, int keep, real *g);
    void (*gradient)(const sb_crew *c, const sb_conv *m, const real *dz, const real *h, int keep, int bias, real *grad);
    void (*products)(const sb_crew *c, int I, int J, int K, int trans_a, int trans_b, double alpha, const real *a, const real *b,
                     int keep, real *out);
} sb_cpu_images;

extern const sb_cpu_images sb_cpu_images_plain;
#ifdef SB_CPU_LEVELS
extern const sb_cpu_images sb_cpu_images_v3, sb_cpu_images_v4;
#endif

/* The fastest one that this machine has. */
static inline const sb_cpu_images *sb_cpu_images_best(void)
{
#ifdef SB_CPU_LEVELS
    if (__builtin_cpu_supports("x86-64-v4")) return &sb_cpu_images_v4;
    if (__builtin_cpu_supports("x86-64-v3")) return &sb_cpu_images_v3;
#endif
    return &sb_cpu_images_plain;
}

#endif
