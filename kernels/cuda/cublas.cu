#include "kernels/cuda/cublas.h"

#include <dlfcn.h>
#include <stdio.h>

/* The toolkit's folder of libraries, from the build; empty: only where the loader looks by itself. */
#ifndef SB_CUDA_LIBRARIES
#define SB_CUDA_LIBRARIES ""
#endif

/* The functions in use have been the same since version 11. The library stays in memory: it cannot be unloaded safely. */
static void *open_library(void)
{
    static const char *const names[] = {"libcublas.so.13", "libcublas.so.12", "libcublas.so"};
    static const char *const folders[] = {"", SB_CUDA_LIBRARIES};
    for (int folder = 0; folder < 2; folder++)
        for (int name = 0; name < 3; name++) {
            char path[1024];
            const int length = snprintf(path, sizeof path, "%s%s%s", folders[folder], *folders[folder] ? "/" : "", names[name]);
            void *library = length < (int)sizeof path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
            if (library) return library;
        }
    return NULL;
}

#define SB_STRING(text) #text
#define SB_FIND(member, function)                                                                                                  \
    table->member = (decltype(table->member))dlsym(library, SB_STRING(function));                                                  \
    if (!table->member) missing = SB_STRING(function);

int SB_REAL_NAME(sb_cuda_cublas)(sb_cublas *table, char *why, size_t size)
{
    const char *missing = NULL;
    void *library = open_library();
    if (!library) {
        snprintf(why, size,
                 "cuBLAS is missing: libcublas.so.13 of the CUDA toolkit must be where the loader finds it "
                 "(LD_LIBRARY_PATH)");
        return 0;
    }
    SB_CUBLAS_FUNCTIONS(SB_FIND)
    if (missing) snprintf(why, size, "the cuBLAS that is installed lacks %s", missing);
    return !missing;
}
