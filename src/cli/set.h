/* set.h: the constants of --set NAME=VALUE,NAME=VALUE,... */
#ifndef SB_CLI_SET_H
#define SB_CLI_SET_H

#include "base/context.h"
#include "bounds/bounds.h"

/* sb_set_parse: adds the constants of one text to *constants (NaN where not given yet). SB_EUSER with the offending part: unknown
 * names (with the nearest known one), constants given twice, values that are no finite decimal number, too small, or not whole where only
 * whole numbers make sense. */
sb_status sb_set_parse(sb_context *ctx, const char *text, sb_constants *constants);

#endif
