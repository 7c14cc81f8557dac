/* clones.h: loops over formulas of point/ are compiled once for each level of the x86-64 instruction sets, and the level is chosen
 * when the program is loaded. Their formulas use explicit fma and their sums a fixed order, so the choice changes the speed and no
 * bit of a result. */
#ifndef SB_KERNELS_POINT_CLONES_H
#define SB_KERNELS_POINT_CLONES_H

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define SB_CPU_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define SB_CPU_CLONES
#endif

#endif
