/* blas.h: which BLAS kernels this process got. OpenBLAS picks them before main from a table of CPU models; on models that it does
 * not know it falls back to an older core, a factor 2 to 4 slower. Only the environment variable OPENBLAS_CORETYPE overrides it. */
#ifndef SB_KERNELS_BLAS_H
#define SB_KERNELS_BLAS_H

/* sb_blas_core: the core's name, e.g. "Haswell". */
const char *sb_blas_core(void);

/* sb_blas_core_wanted: the value of OPENBLAS_CORETYPE that suits this CPU's instructions better, or NULL if the core is fine or
 * the variable is set already (the user's choice stands, and a program that sets it and starts anew does so once). */
const char *sb_blas_core_wanted(void);

/* sb_blas_core_better: the same as a function of its inputs: the core's name, and whether the CPU is Intel's with AVX-512
 * (F, DQ, CD, BW, VL) and whether it has AVX2 with FMA. */
const char *sb_blas_core_better(const char *core, int intel_avx512, int avx2_fma);

/* sb_blas_single_thread: one BLAS thread, process-wide. */
void sb_blas_single_thread(void);

#endif
