#include "doc/manual/roff.h"

#include "version.h"

#include <ctype.h>
#include <string.h>

/* One byte. A hyphen stays one between letters; in code, and where it begins a word, it is the minus that can be copied. */
static void put(FILE *out, const char *text, size_t i, int code)
{
    const int begins = i == 0 || !isalpha((unsigned char)text[i - 1]);
    switch (text[i]) {
    case '\\': fputs("\\e", out); break;
    case '-': fputs(code || begins ? "\\-" : "-", out); break;
    case '\'': fputs("\\(aq", out); break;
    case '~': fputs("\\(ti", out); break;
    case '^': fputs("\\(ha", out); break;
    case '"': fputs("\\(dq", out); break;
    default: fputc(text[i], out);
    }
}

static void put_all(FILE *out, const char *text, size_t length, int code)
{
    if (length > 0 && *text == '.') fputs("\\&", out);
    for (size_t i = 0; i < length; i++) put(out, text, i, code);
}

static void upper(FILE *out, const char *text)
{
    for (size_t i = 0; text[i]; i++)
        if (text[i] == '-') fputs("\\-", out);
        else fputc(toupper((unsigned char)text[i]), out);
}

void sb_roff_head(FILE *out, const char *page, int section, const char *summary)
{
    fputs(".TH ", out);
    upper(out, page);
    fprintf(out, " %d \"\" \"scorebound %s\" \"%s\"\n", section, sb_version(), section == 5 ? "File Formats" : "User Commands");
    sb_roff_section(out, "NAME");
    put_all(out, page, strlen(page), 1);
    fputs(" \\- ", out);
    sb_roff_text(out, summary, strlen(summary));
}

void sb_roff_section(FILE *out, const char *heading)
{
    fprintf(out, ".SH %s\n", heading);
}

void sb_roff_subsection(FILE *out, const char *heading)
{
    fprintf(out, ".SS %s\n", heading);
}

void sb_roff_text(FILE *out, const char *text, size_t length)
{
    int code = 0;
    if (length > 0 && *text == '.') fputs("\\&", out);
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '`') {
            code = !code;
            fputs(code ? "\\fB" : "\\fR", out);
        } else if (text[i] == '\n') {
            fputs(i + 1 < length && text[i + 1] == '.' ? "\n\\&" : "\n", out);
        } else {
            put(out, text, i, code);
        }
    }
    fputc('\n', out);
}

static size_t line_length(const char *text, size_t length)
{
    const char *end = memchr(text, '\n', length);
    return end ? (size_t)(end - text) : length;
}

void sb_roff_code(FILE *out, const char *text, size_t length, int indent)
{
    fputs(".PP\n.RS 4\n.EX\n", out);
    while (length > 0) {
        const size_t line = line_length(text, length);
        size_t skip = 0;
        while (skip < line && skip < (size_t)indent && text[skip] == ' ') skip++;
        put_all(out, text + skip, line - skip, 1);
        fputc('\n', out);
        const size_t taken = line < length ? line + 1 : line;
        text += taken;
        length -= taken;
    }
    fputs(".EE\n.RE\n", out);
}

/* Length of the lines from `text` on that are code, or that are not; an empty line ends them. */
static size_t run_length(const char *text, size_t length, int code)
{
    size_t n = 0;
    while (n < length && text[n] != '\n' && (strncmp(text + n, "  ", 2) == 0) == code) {
        n += line_length(text + n, length - n);
        if (n < length) n++;
    }
    return n;
}

void sb_roff_passage(FILE *out, const char *text, size_t length)
{
    while (length > 0) {
        const int empty = *text == '\n', code = strncmp(text, "  ", 2) == 0;
        const size_t n = empty ? 1 : run_length(text, length, code), shown = text[n - 1] == '\n' ? n - 1 : n;
        if (empty) fputs(".PP\n", out);
        else if (code) sb_roff_code(out, text, shown, 2);
        else sb_roff_text(out, text, shown);
        text += n;
        length -= n;
    }
}

void sb_roff_tag(FILE *out, const char *name, const char *argument)
{
    fputs(".TP\n\\fB", out);
    put_all(out, name, strlen(name), 1);
    fputs("\\fR", out);
    if (argument) {
        fputs("\\fI", out);
        put_all(out, argument, strlen(argument), 1);
        fputs("\\fR", out);
    }
    fputc('\n', out);
}

void sb_roff_entry(FILE *out, const char *name, const char *text)
{
    sb_roff_tag(out, name, NULL);
    sb_roff_text(out, text, strlen(text));
}

void sb_roff_reference(FILE *out, const char *page, int section, int first)
{
    fputs(first ? "\\%\\fB" : ",\n\\%\\fB", out);
    put_all(out, page, strlen(page), 1);
    fprintf(out, "\\fR(%d)", section);
}
