#include "kernels/blas.h"

#include <cblas.h>
#include <stdlib.h>
#include <string.h>

static int among(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (!strcmp(name, *names)) return 1;
    return 0;
}

const char *sb_blas_core(void)
{
    return openblas_get_corename();
}

const char *sb_blas_core_better(const char *core, int intel_avx512, int avx2_fma)
{
    static const char *const wide[] = {"SkylakeX", "Cooperlake", "SapphireRapids", NULL}; /* AVX-512 kernels */
    static const char *const fused[] = {"Haswell", "Zen", NULL};                          /* AVX2 and FMA kernels */

    if (among(core, wide)) return NULL;
    if (intel_avx512) return "SkylakeX";
    return avx2_fma && !among(core, fused) ? "Haswell" : NULL;
}

const char *sb_blas_core_wanted(void)
{
    if (getenv("OPENBLAS_CORETYPE")) return NULL;
#ifdef __x86_64__
    __builtin_cpu_init();
    const int avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                       __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512bw") &&
                       __builtin_cpu_supports("avx512vl");
    return sb_blas_core_better(sb_blas_core(), avx512 && __builtin_cpu_is("intel"),
                               __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"));
#else
    return NULL;
#endif
}

void sb_blas_single_thread(void)
{
    openblas_set_num_threads(1);
}
