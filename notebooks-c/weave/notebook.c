#include "weave/notebook.h"

#include "base/file.h"
#include "base/json.h"

#include <resolv.h>
#include <stdlib.h>
#include <string.h>

/* A text as nbformat likes it: a list of lines, each with its end. */
static json_t *lines(const char *text, int *failed)
{
    json_t *list = json_array();
    while (*text) {
        const size_t length = strcspn(text, "\n"), all = length + (text[length] == '\n');
        sb_json_append(list, json_stringn(text, all), failed);
        text += all;
    }
    return list;
}

static json_t *text_output(const weave_output *output, int *failed)
{
    json_t *object = json_pack("{s:s, s:s}", "output_type", "stream", "name", "stdout");
    sb_json_put(object, "text", lines(output->bytes, failed), failed);
    return object;
}

static json_t *picture_output(const weave_output *output, int *failed)
{
    const size_t size = (output->count + 2) / 3 * 4 + 1;
    char *base64 = malloc(size);
    const int length = base64 ? b64_ntop((const unsigned char *)output->bytes, output->count, base64, size) : -1;
    json_t *object = NULL;
    if (length >= 0)
        object = json_pack("{s:s, s:{s:s#, s:s}, s:{s:{s:s}}}", "output_type", "display_data", "data", "image/png", base64, length,
                           "text/plain", "a picture", "metadata", "image/png", "alt", output->name);
    *failed |= !object;
    free(base64);
    return object;
}

static json_t *outputs_of(const weave_outputs *outputs, int cell, int *failed)
{
    json_t *list = json_array();
    for (int i = 0; outputs && i < outputs->count; i++) {
        const weave_output *item = &outputs->item[i];
        if (item->cell == cell)
            sb_json_append(list, item->picture ? picture_output(item, failed) : text_output(item, failed), failed);
    }
    return list;
}

static json_t *notebook_cell(const weave_lesson *lesson, const weave_outputs *outputs, int i, int executed, int *failed)
{
    const weave_cell *cell = &lesson->cells[i];
    json_t *object = json_pack("{s:s, s:{}}", "cell_type", cell->prose ? "markdown" : "code", "metadata");
    sb_json_put(object, "id", json_sprintf("cell-%03d", i + 1), failed);
    sb_json_put(object, "source", lines(cell->text, failed), failed);
    if (cell->prose) return object;
    sb_json_put(object, "execution_count", outputs ? json_integer(executed) : json_null(), failed);
    sb_json_put(object, "outputs", outputs_of(outputs, i, failed), failed);
    return object;
}

/* The kernel in notebooks-c/kernel, by its name. */
static json_t *about(int *failed)
{
    json_t *object =
        json_pack("{s:{s:s, s:s, s:s}, s:{s:s, s:s, s:s}}", "kernelspec", "name", "scorebound", "display_name", "C (scorebound)",
                  "language", "c", "language_info", "name", "c", "file_extension", ".c", "mimetype", "text/x-csrc");
    *failed |= !object;
    return object;
}

sb_status weave_notebook_write(sb_context *ctx, const weave_lesson *lesson, const weave_outputs *outputs, const char *path)
{
    sb_status st = SB_OK;
    int failed = 0, executed = 0;
    char *text = NULL;
    json_t *cells = json_array(), *notebook = json_pack("{s:i, s:i}", "nbformat", 4, "nbformat_minor", 5);
    for (int i = 0; i < lesson->count; i++) {
        executed += !lesson->cells[i].prose;
        sb_json_append(cells, notebook_cell(lesson, outputs, i, executed, &failed), &failed);
    }
    sb_json_put(notebook, "cells", cells, &failed);
    sb_json_put(notebook, "metadata", about(&failed), &failed);
    if (!failed) text = json_dumps(notebook, JSON_INDENT(1) | JSON_SORT_KEYS);
    SB_REQUIRE(text, SB_ENOMEM, "out of memory for the notebook");
    const sb_file_piece pieces[] = {{text, strlen(text)}, {"\n", 1}};
    SB_TRY(sb_file_replace_pieces(ctx, path, 2, pieces));
done:
    free(text);
    json_decref(notebook);
    return st;
}
