#include "weave/cells.h"

#include "base/file.h"
#include "config/utf8.h"
#include "weave/scan.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARKER "// %%"
#define SAID "// %%%%" /* the marker, in a format */

static size_t line_length(const char *line)
{
    return strcspn(line, "\n");
}

static const char *next_line(const char *line)
{
    line += line_length(line);
    return *line ? line + 1 : line;
}

static int blanks(const char *line)
{
    return (int)strspn(line, " \t");
}

static int is_blank(const char *line)
{
    return blanks(line) + 0U == line_length(line);
}

static int is_marker(const char *line)
{
    return strncmp(line + blanks(line), MARKER, sizeof MARKER - 1) == 0;
}

/* CR LF becomes LF. What is no text is refused by its line. */
static sb_status clean(sb_context *ctx, const char *name, char *text, size_t count)
{
    sb_status st = SB_OK;
    size_t kept = 0;
    int line = 1;
    for (size_t i = 0, n; i < count; i += n) {
        uint32_t code;
        n = sb_utf8_next(text + i, count - i, &code);
        SB_REQUIRE(n > 0 && (code >= ' ' || strchr("\t\n\r", (int)code)) && code, SB_EUSER, "%s:%d: a byte that is no text", name,
                   line);
        line += code == '\n';
        if (code == '\r' && text[i + 1] == '\n') continue;
        memmove(text + kept, text + i, n);
        kept += n;
    }
    text[kept] = '\0';
done:
    return st;
}

/* The lines of [line,end) without `indent` blanks each and, of prose, without comment signs. */
static void put_lines(FILE *out, const weave_cell *cell, const char *line, const char *end)
{
    for (; line < end; line = next_line(line)) {
        const char *from = line;
        for (int i = 0; i < cell->indent && (*from == ' ' || *from == '\t'); i++) from++;
        if (cell->prose) {
            from = line + blanks(line);
            if (!is_blank(line)) from += strncmp(from, "// ", 3) == 0 ? 3 : 2;
        }
        fprintf(out, "%.*s\n", (int)line_length(from), from);
    }
}

/* Empty lines at both ends go, the last line's end, too. */
static void trim(char *text)
{
    const char *begin = text;
    size_t length = strlen(text);
    while (is_blank(begin) && *begin) begin = next_line(begin);
    while (length > 0 && isspace((unsigned char)text[length - 1])) length--;
    length = text + length > begin ? (size_t)(text + length - begin) : 0;
    memmove(text, begin, length);
    text[length] = '\0';
}

static sb_status cell_text(sb_context *ctx, const char *name, weave_cell *cell, const char *line, const char *end)
{
    sb_status st = SB_OK;
    size_t length;
    int number = cell->line + 1;
    for (const char *each = line; cell->prose && each < end; each = next_line(each), number++)
        SB_REQUIRE(is_blank(each) || strncmp(each + blanks(each), "//", 2) == 0, SB_EUSER,
                   "%s:%d: this line of a prose cell is no comment; code begins with a line '" SAID "'", name, number);
    FILE *out = open_memstream(&cell->text, &length);
    SB_REQUIRE(out, SB_ENOMEM, "out of memory for a cell");
    put_lines(out, cell, line, end);
    SB_REQUIRE(fclose(out) == 0, SB_ENOMEM, "out of memory for a cell");
    trim(cell->text);
    SB_REQUIRE(cell->text[0], SB_EUSER, "%s:%d: this cell is empty", name, cell->line);
done:
    return st;
}

/* What a marker says of its cell, and whether it may stand where it stands. */
static sb_status begin_cell(sb_context *ctx, const weave_lesson *lesson, const char *line, int number, weave_scan scan,
                            weave_cell *cell)
{
    sb_status st = SB_OK;
    const char *kind = line + blanks(line) + sizeof MARKER - 1;
    const int rest = (int)line_length(kind);
    *cell = (weave_cell){.line = number, .indent = blanks(line), .marker = (size_t)(line + blanks(line) - lesson->source)};
    SB_REQUIRE(!scan.inside, SB_EUSER, "%s:%d: a cell begins within a comment", lesson->name, number);
    cell->prose = strncmp(kind, " [markdown]", 11) == 0 && is_blank(kind + 11);
    SB_REQUIRE(cell->prose || is_blank(kind), SB_EUSER,
               "%s:%d: '" SAID "%.*s': a cell begins with '" SAID "' or '" SAID " [markdown]'", lesson->name, number,
               rest > 40 ? 40 : rest, kind);
    SB_REQUIRE(cell->indent > 0 || scan.depth == 0, SB_EUSER, "%s:%d: a marker in column 0 inside a function: indent it",
               lesson->name, number);
    SB_REQUIRE(cell->indent == 0 || scan.depth == 1, SB_EUSER, "%s:%d: an indented marker stands directly inside main, not %s",
               lesson->name, number, scan.depth < 1 ? "at file scope" : "in a block of it");
    SB_REQUIRE(cell->indent == 0 || strchr(";{}:", scan.last), SB_EUSER, "%s:%d: a cell begins within a statement", lesson->name,
               number);
done:
    return st;
}

/* Fills lesson->cells, of which there are enough, without their texts. */
static sb_status find_cells(sb_context *ctx, weave_lesson *lesson)
{
    sb_status st = SB_OK;
    weave_scan scan = {0};
    int number = 1;
    for (const char *line = lesson->source; *line; line = next_line(line), number++) {
        const int literal = scan.inside == '"' || scan.inside == '\'';
        if (is_marker(line) && !literal) {
            SB_TRY(begin_cell(ctx, lesson, line, number, scan, &lesson->cells[lesson->count]));
            lesson->count++;
        } else
            SB_REQUIRE(lesson->count > 0 || is_blank(line), SB_EUSER,
                       "%s:%d: text before the first cell; begin with a line '" SAID "'", lesson->name, number);
        weave_scan_line(&scan, line, line_length(line));
    }
    SB_REQUIRE(lesson->count > 0, SB_EUSER, "%s:1: no cells; one begins with a line '" SAID "' or '" SAID " [markdown]'",
               lesson->name);
done:
    return st;
}

/* The code cell before the first marker inside main. */
static int find_opening(const weave_lesson *lesson)
{
    int opening = -1;
    for (int i = 0; i < lesson->count; i++) {
        if (lesson->cells[i].indent > 0) return opening;
        if (!lesson->cells[i].prose) opening = i;
    }
    return -1;
}

sb_status weave_lesson_read(sb_context *ctx, const char *path, weave_lesson *lesson)
{
    sb_status st = SB_OK;
    const char *slash = strrchr(path, '/');
    size_t count, lines = 1;
    *lesson = (weave_lesson){0};
    SB_TRY(sb_file_read(ctx, path, &lesson->source, &count));
    lesson->name = strdup(slash ? slash + 1 : path);
    SB_REQUIRE(lesson->name, SB_ENOMEM, "out of memory");
    SB_TRY(clean(ctx, lesson->name, lesson->source, count));
    for (const char *line = lesson->source; *line; line = next_line(line)) lines++;
    lesson->cells = calloc(lines, sizeof *lesson->cells);
    SB_REQUIRE(lesson->cells, SB_ENOMEM, "out of memory");
    SB_TRY(find_cells(ctx, lesson));
    for (int i = 0; i < lesson->count; i++) {
        const char *end = lesson->source + strlen(lesson->source);
        if (i + 1 < lesson->count) end = lesson->source + lesson->cells[i + 1].marker - lesson->cells[i + 1].indent;
        SB_TRY(cell_text(ctx, lesson->name, &lesson->cells[i], next_line(lesson->source + lesson->cells[i].marker), end));
    }
    lesson->opening = find_opening(lesson);
done:
    if (st != SB_OK) weave_lesson_free(lesson);
    return st;
}

void weave_lesson_free(weave_lesson *lesson)
{
    for (int i = 0; i < lesson->count; i++) free(lesson->cells[i].text);
    free(lesson->cells);
    free(lesson->source);
    free(lesson->name);
    *lesson = (weave_lesson){0};
}

sb_status weave_lesson_marked(sb_context *ctx, const weave_lesson *lesson, char **marked)
{
    sb_status st = SB_OK;
    size_t length, at = 0;
    FILE *out = open_memstream(marked, &length);
    SB_REQUIRE(out, SB_ENOMEM, "out of memory");
    fprintf(out, "#line 1 \"%s\"\n", lesson->name);
    for (int i = 0; i < lesson->count; i++) {
        const weave_cell *cell = &lesson->cells[i];
        if (cell->prose || cell->indent == 0) continue;
        fprintf(out, "%.*slesson_cell(&it, %d); ", (int)(cell->marker - at), lesson->source + at, cell->line);
        at = cell->marker;
    }
    fputs(lesson->source + at, out);
    SB_REQUIRE(fclose(out) == 0, SB_ENOMEM, "out of memory");
done:
    return st;
}
