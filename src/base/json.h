/* json.h: JSON files, and numbers in them: 17 significant digits, and null with a reason where a value is not finite. */
#ifndef SB_BASE_JSON_H
#define SB_BASE_JSON_H

#include "base/number.h"

#include <jansson.h>
#include <stdio.h>

/* sb_json_number: {"value","lo","hi","status"}, with "confidence" unless it is 1 and "samples" unless there are none. A value or end
 * that is not finite becomes null, and "reason" says why. sb_json_double: a plain number, null where it is not finite. */
json_t *sb_json_number(sb_number x);
json_t *sb_json_double(double x);

/* sb_json_get_number: reads back what sb_json_number wrote. Returns 0, and leaves *x alone, where `object` is no such thing. */
int sb_json_get_number(const json_t *object, sb_number *x);

/* sb_json_put, sb_json_append: add `value` (stolen, also on failure; NULL is a failure). A failure makes *failed nonzero, which
 * sb_json_write reports, so that builders need no check at each line. */
void sb_json_put(json_t *object, const char *key, json_t *value, int *failed);
void sb_json_append(json_t *array, json_t *value, int *failed);

/* sb_json_read: the document in the file `path`, for json_decref. SB_EUSER for what is no JSON or has a key twice, with line and column, and
 * where sb_file_read says so; *root is then NULL. */
sb_status sb_json_read(sb_context *ctx, const char *path, json_t **root);

/* sb_json_write: the document as indented text with a final newline; root is released in any case. SB_ENOMEM if `failed` or memory
 * is short; a stream that cannot be written keeps that to itself (ferror). */
sb_status sb_json_write(sb_context *ctx, json_t *root, int failed, FILE *stream);

#endif
