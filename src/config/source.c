#include "config/source.h"

#include "config/utf8.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

sb_status sb_source_read(sb_context *ctx, const char *path, char **text, size_t *length)
{
    sb_status st = SB_OK;
    const sb_config_place start = {&(sb_config_text){.name = path, .text = "", .length = 0}, 1, 1};
    char *bytes = NULL;
    size_t used = 0, size = 1 << 14;
    FILE *file = fopen(path, "rb");
    if (!file) SB_FAIL_AT(start, "cannot open the file: %s", strerror(errno));
    for (;;) {
        char *larger = realloc(bytes, size);
        SB_REQUIRE(larger, SB_ENOMEM, "out of memory: %zu bytes for the file %s", size, path);
        bytes = larger;
        used += fread(bytes + used, 1, size - used, file);
        if (ferror(file)) SB_FAIL_AT(start, "cannot read the file: %s", strerror(errno));
        if (used < size) break;
        if (used > SB_MAX_CONFIG_BYTES) break;
        size *= 2;
    }
    if (used > SB_MAX_CONFIG_BYTES) SB_FAIL_AT(start, "the file is longer than %d MiB", SB_MAX_CONFIG_BYTES >> 20);
    *text = bytes;
    *length = used;
    bytes = NULL;
done:
    free(bytes);
    if (file) fclose(file);
    return st;
}

sb_config_text sb_config_text_of(const char *name, const char *text, size_t length)
{
    const size_t mark = length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    return (sb_config_text){name, text + mark, length - mark, 0};
}

static int is_break(char c)
{
    return c == '\n' || c == '\r';
}

static int is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* What the check knows about the character it stands at. */
typedef struct {
    int line, column, depth;
    size_t start; /* of the line */
    int blank;    /* only blanks stand before it on its line */
    int comment;
} scan;

static sb_status check_character(sb_context *ctx, const sb_config_text *source, scan *s, size_t at)
{
    sb_status st = SB_OK;
    const char c = source->text[at];
    const sb_config_place place = {source, s->line, s->column};
    if (c == '#' && (s->blank || is_blank(source->text[at - 1]))) s->comment = 1;
    if (at - s->start >= SB_MAX_LINE_BYTES) SB_FAIL_AT(place, "the line is longer than %d MiB; break it", SB_MAX_LINE_BYTES >> 20);
    if (s->comment) goto done;
    if (c == '[' || c == '{') s->depth++;
    if ((c == ']' || c == '}') && s->depth > 0) s->depth--;
    if (s->depth > SB_MAX_DEPTH) SB_FAIL_AT(place, "brackets are nested more than %d deep", SB_MAX_DEPTH);
    if (s->blank && (c == '&' || c == '*' || c == '!')) SB_FAIL_AT(place, "anchors, aliases and tags are not used here");
    if (s->column == 1 && c == '%') SB_FAIL_AT(place, "directives are not used here");
done:
    return st;
}

sb_status sb_config_text_check(sb_context *ctx, const sb_config_text *source)
{
    sb_status st = SB_OK;
    scan s = {.line = 1, .column = 1, .blank = 1};
    size_t at = 0;
    while (at < source->length) {
        const char c = source->text[at];
        const sb_config_place place = {source, s.line, s.column};
        uint32_t code = 0;
        const size_t step = sb_utf8_next(source->text + at, source->length - at, &code);
        if (step == 0) SB_FAIL_AT(place, "not UTF-8 text: byte 0x%02x", (unsigned char)c);
        if (is_break(c)) {
            if (c == '\n' || at + 1 == source->length || source->text[at + 1] != '\n')
                s = (scan){.line = s.line + 1, .depth = s.depth, .start = at + 1, .blank = 1};
            else s.column--; /* the first half of a CR LF */
        } else {
            if (c != '\t' && !sb_utf8_visible(code)) SB_FAIL_AT(place, "a character that is not text: U+%04X", (unsigned)code);
            SB_TRY(check_character(ctx, source, &s, at));
            s.blank = s.blank && is_blank(c);
        }
        s.column++;
        at += step;
    }
done:
    return st;
}

/* The line of a place: its first byte and its length. A CR LF counts once, as does a CR alone. */
static const char *find_line(sb_config_place place, size_t *length)
{
    const char *text = place.source->text, *end = text + place.source->length;
    for (int line = 1; line < place.line && text < end; text++)
        if (*text == '\n' || (*text == '\r' && (text + 1 == end || text[1] != '\n'))) line++;
    const char *stop = text;
    while (stop < end && !is_break(*stop)) stop++;
    *length = (size_t)(stop - text);
    return text;
}

/* The part of a line around a column, and the caret below it; nothing for an empty line. */
static void show_line(sb_config_place place, char *out, size_t size)
{
    enum { WIDTH = 78, BEFORE = 40 };
    size_t left;
    const char *line = find_line(place, &left);
    out[0] = '\0';
    if (left == 0) return;
    int caret = place.column - 1;
    const int skip = caret > WIDTH - 10 ? caret - BEFORE : 0;
    for (int i = 0; i < skip && left > 0; i++) {
        uint32_t code;
        const size_t step = sb_utf8_next(line, left, &code);
        line += step ? step : 1;
        left -= step ? step : 1;
    }
    char shown[4 * WIDTH + 8];
    sb_utf8_show(shown, sizeof shown, line, left, WIDTH);
    caret -= skip;
    snprintf(out, size, "\n%s%s\n%*s^", skip ? "..." : "", shown, caret + (skip ? 3 : 0), "");
}

sb_status sb_config_fail(sb_context *ctx, sb_config_place place, const char *function, int line, const char *format, ...)
{
    char name[256], what[360], shown[480];
    const char *whole = place.source->name;
    const size_t length = strlen(whole), longest = 160;
    const int cut = !place.source->inlined && length > longest; /* of a long path the end tells more */
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    sb_utf8_show(name, sizeof name, cut ? whole + length - longest : whole, cut ? longest : length, longest);
    if (place.source->inlined) return sb_fail(ctx, SB_EUSER, function, line, "%s: error: %s", name, what);
    show_line(place, shown, sizeof shown);
    return sb_fail(ctx, SB_EUSER, function, line, "%s%s:%d:%d: error: %s%s", cut ? "..." : "", name, place.line, place.column, what,
                   shown);
}
