#include "report/output.h"

#include "report/page.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { NARROWEST = 80, WIDEST = 120 };

static int window_width(void)
{
    struct winsize window;
    const char *columns = getenv("COLUMNS");
    if (columns && atoi(columns) > 0) return atoi(columns);
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0 ? window.ws_col : WIDEST;
}

sb_output sb_output_stdout(sb_format format)
{
    const char *no_color = getenv("NO_COLOR");
    const int width = window_width();
    return (sb_output){
        .stream = stdout,
        .format = format,
        .color = isatty(STDOUT_FILENO) && !(no_color && *no_color),
        .width = width < NARROWEST ? NARROWEST
                 : width > WIDEST  ? WIDEST
                                   : width,
    };
}

sb_output sb_output_page(FILE *body)
{
    return (sb_output){.stream = body, .format = SB_FORMAT_TABLE, .width = WIDEST, .page = 1};
}

void sb_output_title(const sb_output *out, const char *title)
{
    if (out->page) {
        sb_page_title(out->stream, title);
        return;
    }
    fprintf(out->stream, out->color ? "\n\033[1m%s\033[0m\n" : "\n%s\n", title);
}

/* What stands behind a bullet is a point of a list, or a warning. */
static void put_element(const sb_output *out, const char *bullet, const char *text)
{
    fprintf(out->stream, "<p class=\"%s\">", strchr(bullet, '!') ? "alert" : *bullet ? "point" : "note");
    sb_page_words(out->stream, text);
    fputs("</p>\n", out->stream);
}

static void put_line(const sb_output *out, const char *line)
{
    for (const char *p = line; *p; p++) fputc(*p == '\t' ? ' ' : *p, out->stream);
    fputc('\n', out->stream);
}

void sb_output_paragraph(const sb_output *out, int indent, const char *bullet, const char *format, ...)
{
    char text[2000];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (out->page) {
        put_element(out, bullet, text);
        return;
    }

    const size_t room = (size_t)(out->width - indent);
    char *p = text;
    fprintf(out->stream, "%-*s", indent, bullet);
    while (strlen(p) > room) {
        size_t cut = room;
        while (cut > 0 && p[cut] != ' ') cut--;
        if (cut == 0) cut = strcspn(p, " "); /* a word wider than the line stays whole */
        if (!p[cut]) break;
        p[cut] = '\0';
        put_line(out, p);
        fprintf(out->stream, "%*s", indent, "");
        p += cut + 1;
    }
    put_line(out, p);
}
