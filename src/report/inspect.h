/* inspect.h: the formats of an inspection. For src/report alone. */
#ifndef SB_REPORT_INSPECT_H
#define SB_REPORT_INSPECT_H

#include "report/parts.h"

sb_status sb_inspection_json(sb_context *ctx, const sb_output *out, const sb_inspection *inspection);
sb_status sb_inspection_table(sb_context *ctx, const sb_output *out, const sb_inspection *inspection);

/* One line a law and grid time. */
void sb_inspection_csv(FILE *stream, const sb_inspection *inspection);

#endif
