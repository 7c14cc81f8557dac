#include "base/json.h"

#include "base/file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char NOT_AVAILABLE[] = "not available", INFINITE[] = "infinite", MINUS_INFINITE[] = "minus infinite",
                  UNBOUNDED[] = "the interval is unbounded";

json_t *sb_json_double(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

static const char *reason(sb_number x)
{
    if (isnan(x.value)) return NOT_AVAILABLE;
    if (isinf(x.value)) return x.value > 0.0 ? INFINITE : MINUS_INFINITE;
    if (!isfinite(x.lo) || !isfinite(x.hi)) return UNBOUNDED;
    return NULL;
}

json_t *sb_json_number(sb_number x)
{
    int failed = 0;
    json_t *object = json_object();
    sb_json_put(object, "value", sb_json_double(x.value), &failed);
    sb_json_put(object, "lo", sb_json_double(x.lo), &failed);
    sb_json_put(object, "hi", sb_json_double(x.hi), &failed);
    sb_json_put(object, "status", json_string(sb_number_status_name(x.status)), &failed);
    if (x.confidence != 1.0) sb_json_put(object, "confidence", sb_json_double(x.confidence), &failed);
    if (x.samples != 0.0) sb_json_put(object, "samples", sb_json_double(x.samples), &failed);
    if (reason(x)) sb_json_put(object, "reason", json_string(reason(x)), &failed);
    if (failed) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static int status_find(const char *name, sb_number_status *status)
{
    for (int i = SB_EXACT; name && i <= SB_ASSUMED; i++)
        if (strcmp(name, sb_number_status_name((sb_number_status)i)) == 0) {
            *status = (sb_number_status)i;
            return 1;
        }
    return 0;
}

/* A member that may be null: then it stands for `otherwise`. Returns 0 where it is missing or neither. */
static int get_double(const json_t *object, const char *key, double otherwise, double *x)
{
    const json_t *member = json_object_get(object, key);
    if (!json_is_number(member) && !json_is_null(member)) return 0;
    *x = json_is_number(member) ? json_number_value(member) : otherwise;
    return 1;
}

int sb_json_get_number(const json_t *object, sb_number *x)
{
    const char *why = json_string_value(json_object_get(object, "reason"));
    const json_t *confidence = json_object_get(object, "confidence"), *samples = json_object_get(object, "samples");
    const int unknown = why && strcmp(why, NOT_AVAILABLE) == 0;
    const double beyond = !why || unknown                    ? NAN
                          : strcmp(why, MINUS_INFINITE) == 0 ? -INFINITY
                          : strcmp(why, INFINITE) == 0       ? INFINITY
                                                             : NAN;
    sb_number read = {.confidence = 1.0, .samples = 0.0};
    if (!get_double(object, "value", beyond, &read.value)) return 0;
    if (!get_double(object, "lo", unknown ? NAN : beyond > 0.0 ? INFINITY : -INFINITY, &read.lo)) return 0;
    if (!get_double(object, "hi", unknown ? NAN : beyond < 0.0 ? -INFINITY : INFINITY, &read.hi)) return 0;
    if (!status_find(json_string_value(json_object_get(object, "status")), &read.status)) return 0;
    if (!why && !(isfinite(read.value) && isfinite(read.lo) && isfinite(read.hi))) return 0;
    if (confidence) read.confidence = json_number_value(confidence);
    if (samples) read.samples = json_number_value(samples);
    *x = read;
    return 1;
}

void sb_json_put(json_t *object, const char *key, json_t *value, int *failed)
{
    *failed |= json_object_set_new(object, key, value) != 0;
}

void sb_json_append(json_t *array, json_t *value, int *failed)
{
    *failed |= json_array_append_new(array, value) != 0;
}

sb_status sb_json_read(sb_context *ctx, const char *path, json_t **root)
{
    sb_status st = SB_OK;
    char *text = NULL;
    size_t bytes;
    json_error_t error;
    *root = NULL;
    SB_TRY(sb_file_read(ctx, path, &text, &bytes));
    *root = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, &error);
    SB_REQUIRE(*root, SB_EUSER, "%s:%d:%d: error: %s", path, error.line, error.column, error.text);
done:
    free(text);
    return st;
}

sb_status sb_json_write(sb_context *ctx, json_t *root, int failed, FILE *stream)
{
    sb_status st = SB_OK;
    SB_REQUIRE(root && !failed, SB_ENOMEM, "out of memory for JSON");
    const int incomplete = json_dumpf(root, stream, JSON_INDENT(2) | JSON_REAL_PRECISION(17)) != 0 && !ferror(stream);
    SB_REQUIRE(!incomplete, SB_ENOMEM, "out of memory for JSON");
    fputc('\n', stream);
done:
    json_decref(root);
    return st;
}
