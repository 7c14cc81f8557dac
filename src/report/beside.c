#include "report/beside.h"

#include "base/json.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ROWS = 1000 };

static sb_status text_of(sb_context *ctx, const char *path, const json_t *object, const char *key, char **text)
{
    sb_status st = SB_OK;
    const char *value = json_string_value(json_object_get(object, key));
    SB_REQUIRE(value, SB_EUSER, "%s: error: '%s' is missing or no text", path, key);
    *text = strdup(value);
    SB_REQUIRE(*text, SB_ENOMEM, "out of memory for a text");
done:
    return st;
}

static int number_of(const json_t *value, double *x)
{
    *x = json_is_number(value) ? json_number_value(value) : NAN;
    return isfinite(*x);
}

static int reported_of(const json_t *cell, sb_reported *x)
{
    *x = (sb_reported){NAN, NAN};
    if (json_is_null(cell)) return 1; /* not reported */
    if (!json_is_array(cell)) return number_of(cell, &x->value);
    return json_array_size(cell) == 2 && number_of(json_array_get(cell, 0), &x->value) &&
           number_of(json_array_get(cell, 1), &x->deviation);
}

static sb_status columns_of(sb_context *ctx, const char *path, const json_t *root, sb_beside *beside)
{
    sb_status st = SB_OK;
    const json_t *columns = json_object_get(root, "columns");
    const size_t count = json_array_size(columns);
    SB_REQUIRE(count > 0 && count <= SB_MOST_REPORTED, SB_EUSER, "%s: error: 'columns' is no list of up to %d columns", path,
               SB_MOST_REPORTED);
    SB_CALLOC(beside->name, count);
    SB_CALLOC(beside->heading, count);
    beside->column_count = (int)count;
    for (size_t c = 0; c < count; c++) {
        SB_TRY(text_of(ctx, path, json_array_get(columns, c), "name", &beside->name[c]));
        SB_TRY(text_of(ctx, path, json_array_get(columns, c), "title", &beside->heading[c]));
        for (size_t b = 0; b < c; b++)
            SB_REQUIRE(strcmp(beside->name[b], beside->name[c]) != 0, SB_EUSER, "%s: error: two columns have the name '%.60s'",
                       path, beside->name[c]);
    }
done:
    return st;
}

static sb_status rows_of(sb_context *ctx, const char *path, json_t *root, sb_beside *beside)
{
    sb_status st = SB_OK;
    json_t *rows = json_object_get(root, "rows"), *cells;
    const char *setting;
    const size_t count = json_object_size(rows), columns = (size_t)beside->column_count;
    SB_REQUIRE(count > 0 && count <= MOST_ROWS, SB_EUSER, "%s: error: 'rows' is no mapping of up to %d settings", path, MOST_ROWS);
    SB_CALLOC(beside->row, count);
    SB_CALLOC(beside->number, count * columns);
    json_object_foreach(rows, setting, cells)
    {
        sb_reported *number = beside->number + (size_t)beside->row_count * columns;
        SB_REQUIRE(json_array_size(cells) == columns, SB_EUSER, "%s: error: the row '%.60s' is no list of %zu numbers", path,
                   setting, columns);
        for (size_t c = 0; c < columns; c++) {
            SB_REQUIRE(reported_of(json_array_get(cells, c), &number[c]), SB_EUSER,
                       "%s: error: number %zu of the row '%.60s' is neither a number nor [number, deviation]", path, c + 1,
                       setting);
            SB_REQUIRE(!(number[c].deviation < 0.0), SB_EUSER, "%s: error: number %zu of the row '%.60s' has a negative deviation",
                       path, c + 1, setting);
        }
        beside->row[beside->row_count] = strdup(setting);
        SB_REQUIRE(beside->row[beside->row_count], SB_ENOMEM, "out of memory for the name of a setting");
        beside->row_count++;
    }
done:
    return st;
}

sb_status sb_beside_read(sb_context *ctx, const char *path, sb_beside *beside)
{
    sb_status st = SB_OK;
    json_t *root = NULL;
    *beside = (sb_beside){0};
    SB_TRY(sb_json_read(ctx, path, &root));
    SB_TRY(text_of(ctx, path, root, "title", &beside->title));
    SB_TRY(text_of(ctx, path, root, "source", &beside->source));
    SB_TRY(text_of(ctx, path, root, "note", &beside->note));
    SB_TRY(columns_of(ctx, path, root, beside));
    SB_TRY(rows_of(ctx, path, root, beside));
done:
    json_decref(root);
    if (st != SB_OK) sb_beside_free(beside);
    return st;
}

void sb_beside_free(sb_beside *beside)
{
    for (int c = 0; c < beside->column_count; c++) {
        free(beside->name[c]);
        free(beside->heading[c]);
    }
    for (int r = 0; r < beside->row_count; r++) free(beside->row[r]);
    sb_free(beside->name);
    sb_free(beside->heading);
    sb_free(beside->row);
    sb_free(beside->number);
    free(beside->title);
    free(beside->source);
    free(beside->note);
    *beside = (sb_beside){0};
}

const sb_reported *sb_beside_row(const sb_beside *beside, const char *setting)
{
    for (int r = 0; r < beside->row_count; r++)
        if (strcmp(beside->row[r], setting) == 0) return beside->number + (size_t)r * (size_t)beside->column_count;
    return NULL;
}
