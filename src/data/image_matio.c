#include "config.h"

#include "data/image_matio.h"

#include <dlfcn.h>
#include <string.h>

/* dlsym gives a pointer to data, which C does not turn into one to a function. */
static sb_status find(sb_context *ctx, void *library, const char *name, size_t size, void *function)
{
    sb_status st = SB_OK;
    void *found = dlsym(library, name);
    SB_REQUIRE(found, SB_EIO, "%s has no function %s", SB_MATIO, name);
    memcpy(function, &found, size);
done:
    return st;
}

#define FIND(name, member) SB_TRY(find(ctx, matio->library, name, sizeof matio->member, &matio->member))

sb_status sb_matio_load(sb_context *ctx, sb_matio *matio)
{
    sb_status st = SB_OK;
    *matio =
        (sb_matio){.library = dlopen(SB_MATIO, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE)}; /* HDF5 does not survive being unloaded */
    SB_REQUIRE(matio->library, SB_EIO, "MAT-files need libmatio: %s", dlerror());
    FIND("Mat_Open", open);
    FIND("Mat_Close", close);
    FIND("Mat_SizeOfClass", size_of_class);
    FIND("Mat_VarRead", read);
    FIND("Mat_VarReadInfo", read_info);
    FIND("Mat_VarReadDataLinear", read_linear);
    FIND("Mat_VarFree", free);
done:
    if (st != SB_OK) sb_matio_unload(matio);
    return st;
}

void sb_matio_unload(sb_matio *matio)
{
    if (matio->library) dlclose(matio->library);
    *matio = (sb_matio){.library = NULL};
}
