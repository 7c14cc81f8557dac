#include "weave/outputs.h"

#include "base/file.h"
#include "config/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARK '\036' /* as in notebooks-c/lesson.c */

static sb_status add(sb_context *ctx, weave_outputs *outputs, weave_output item)
{
    sb_status st = SB_OK;
    weave_output *more = realloc(outputs->item, (size_t)(outputs->count + 1) * sizeof *more);
    SB_REQUIRE(more, SB_ENOMEM, "out of memory for the outputs");
    outputs->item = more;
    outputs->item[outputs->count++] = item;
    return st;
done:
    free(item.bytes);
    return st;
}

static sb_status add_text(sb_context *ctx, const weave_lesson *lesson, weave_outputs *outputs, const char *text, size_t count)
{
    sb_status st = SB_OK;
    weave_output item = {.cell = outputs->last, .count = count};
    uint32_t code;
    if (count == 0) return st;
    SB_REQUIRE(item.cell >= 0, SB_EIO, "%s: something was printed outside of all cells", lesson->name);
    for (size_t i = 0, n; i < count; i += n) {
        n = sb_utf8_next(text + i, count - i, &code);
        SB_REQUIRE(n > 0 && code, SB_EIO, "%s:%d: the cell that begins here printed what is no text", lesson->name,
                   lesson->cells[item.cell].line);
    }
    item.bytes = strndup(text, count);
    SB_REQUIRE(item.bytes, SB_ENOMEM, "out of memory for the outputs");
    SB_TRY(add(ctx, outputs, item));
done:
    return st;
}

static sb_status add_picture(sb_context *ctx, const weave_lesson *lesson, weave_outputs *outputs, const char *path)
{
    sb_status st = SB_OK;
    weave_output item = {.cell = outputs->last, .picture = 1};
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    SB_REQUIRE(item.cell >= 0, SB_EIO, "%s: a picture outside of all cells", lesson->name);
    if (sb_file_read(ctx, path, &item.bytes, &item.count) != SB_OK) {
        sb_forgive(ctx);
        SB_FAIL(SB_EIO, "%s:%d: the cell that begins here shows the picture %s, which is not there", lesson->name,
                lesson->cells[item.cell].line, name);
    }
    snprintf(item.name, sizeof item.name, "%.*s", (int)strcspn(name, "."), name);
    SB_TRY(add(ctx, outputs, item));
done:
    return st;
}

static int cell_at(const weave_lesson *lesson, int line)
{
    for (int i = 0; i < lesson->count; i++)
        if (lesson->cells[i].line == line) return i;
    return -1;
}

/* One mark, `text` being what stands between it and the end of its line. */
static sb_status obey(sb_context *ctx, const weave_lesson *lesson, weave_outputs *outputs, const char *text)
{
    sb_status st = SB_OK;
    int line;
    if (sscanf(text, "cell %d", &line) == 1) {
        outputs->last = cell_at(lesson, line);
    } else if (strncmp(text, "picture ", 8) == 0) {
        SB_TRY(add_picture(ctx, lesson, outputs, text + 8));
    } else SB_FAIL(SB_EIO, "%s: an unknown mark was printed", lesson->name);
done:
    return st;
}

sb_status weave_outputs_split(sb_context *ctx, const weave_lesson *lesson, const char *printed, size_t count,
                              weave_outputs *outputs)
{
    sb_status st = SB_OK;
    const char *at = printed, *end = printed + count;
    char *mark = NULL;
    *outputs = (weave_outputs){.last = lesson->opening};
    while (at < end) {
        const char *next = memchr(at, MARK, (size_t)(end - at));
        SB_TRY(add_text(ctx, lesson, outputs, at, (size_t)((next ? next : end) - at)));
        if (!next) break;
        mark = strndup(next + 1, strcspn(next + 1, "\n"));
        SB_REQUIRE(mark, SB_ENOMEM, "out of memory for the outputs");
        at = next + 1 + strlen(mark);
        at += at < end;
        SB_TRY(obey(ctx, lesson, outputs, mark));
        free(mark);
        mark = NULL;
    }
done:
    free(mark);
    if (st != SB_OK) weave_outputs_free(outputs);
    return st;
}

void weave_outputs_free(weave_outputs *outputs)
{
    for (int i = 0; i < outputs->count; i++) free(outputs->item[i].bytes);
    free(outputs->item);
    *outputs = (weave_outputs){.last = -1};
}
