/* components.h: data.components, the Gaussian components written out one by one. */
#ifndef SB_CONFIG_COMPONENTS_H
#define SB_CONFIG_COMPONENTS_H

#include "config/types.h"

extern const sb_type sb_type_components; /* sets data.dimension where it was not given */

#endif
