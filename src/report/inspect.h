/* inspect.h: the formats of an inspection. For src/report alone. */
#ifndef SB_REPORT_INSPECT_H
#define SB_REPORT_INSPECT_H

#include "report/parts.h"

sb_status sb_inspection_json(sb_context *ctx, const sb_output *out, const sb_inspection *inspection);
sb_status sb_inspection_table(sb_context *ctx, const sb_output *out, const sb_inspection *inspection);

/* What images the laws hold, by class: nothing where data are no images. In JSON, what is added to the root and to a law. */
sb_status sb_inspection_images_table(sb_context *ctx, const sb_output *out, const sb_inspection *inspection);
void sb_inspection_images_put(json_t *root, const sb_inspection *inspection, int *failed);
void sb_inspected_images_put(json_t *object, const sb_inspected_law *law, int classes, int *failed);

/* sb_inspected_name: "pooled", "worker 3", "each worker". */
sb_text sb_inspected_name(const sb_inspection *inspection, int i);

/* One line a law and grid time. */
void sb_inspection_csv(FILE *stream, const sb_inspection *inspection);

#endif
