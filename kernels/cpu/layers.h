/* layers.h: the operations of the network's layers, compiled once for each level of the x86-64 instruction sets. Every number is a
 * chain of fma in a fixed order, whatever the width of the vectors, so the levels differ in speed and in no bit. */
#ifndef SB_KERNELS_CPU_LAYERS_H
#define SB_KERNELS_CPU_LAYERS_H

#include "kernels/backend.h"

#define sb_cpu_layers SB_REAL_NAME(sb_cpu_layers)
#define sb_cpu_layers_best SB_REAL_NAME(sb_cpu_layers_best)
#define sb_cpu_layers_plain SB_REAL_NAME(sb_cpu_layers_plain)
#define sb_cpu_layers_v3 SB_REAL_NAME(sb_cpu_layers_v3)
#define sb_cpu_layers_v4 SB_REAL_NAME(sb_cpu_layers_v4)

/* As in sb_backend, for a crew of one. */
typedef struct {
    void (*forward)(const sb_crew *c, const sb_layer *m, const real *theta, const real *h, double rho, double shift,
                    const real *residual, real *z, real *out, real *slope);
    void (*apply)(const sb_crew *c, const sb_layer *m, const real *theta, const real *h, int keep, real *out);
    void (*back)(const sb_crew *c, const sb_layer *m, const real *theta, const real *dz, const real *above, real *g,
                 const real *slope, real *below);
    void (*gradient)(const sb_crew *c, const sb_layer *m, const real *dz, const real *h, int keep, int bias, real *grad);
} sb_cpu_layers;

extern const sb_cpu_layers sb_cpu_layers_plain;
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define SB_CPU_LEVELS
extern const sb_cpu_layers sb_cpu_layers_v3, sb_cpu_layers_v4;
#endif

/* The fastest one that this machine has. */
static inline const sb_cpu_layers *sb_cpu_layers_best(void)
{
#ifdef SB_CPU_LEVELS
    if (__builtin_cpu_supports("x86-64-v4")) return &sb_cpu_layers_v4;
    if (__builtin_cpu_supports("x86-64-v3")) return &sb_cpu_layers_v3;
#endif
    return &sb_cpu_layers_plain;
}

#endif
