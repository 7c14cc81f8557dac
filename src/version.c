#include "config.h"

#include "version.h"

const char *sb_version(void)
{
    return PACKAGE_VERSION;
}
