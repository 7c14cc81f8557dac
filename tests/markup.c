#include "markup.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { DEEPEST = 64, NAMES = 40, MOST = 16 };

static int wrong(const char *what, const char *at)
{
    printf("# %s at: %.60s\n", what, at);
    return 0;
}

static size_t name_length(const char *p)
{
    size_t n = 0;
    while (isalnum((unsigned char)p[n]) || p[n] == '-' || p[n] == ':') n++;
    return n;
}

/* "&amp;", "&#160;", "&#xa0;": the only kinds that XML knows without a list. */
static size_t reference_length(const char *p)
{
    static const char *const named[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};
    for (int i = 0; i < 5; i++)
        if (strncmp(p, named[i], strlen(named[i])) == 0) return strlen(named[i]);
    if (p[1] != '#') return 0;
    const size_t digits = p[2] == 'x' ? strspn(p + 3, "0123456789abcdef") : strspn(p + 2, "0123456789");
    const size_t length = (p[2] == 'x' ? 3 : 2) + digits;
    return digits > 0 && p[length] == ';' ? length + 1 : 0;
}

/* Attributes up to the end of a tag; NULL where they are wrong. */
static const char *attributes(const char *p)
{
    struct {
        const char *at;
        size_t length;
    } seen[MOST];
    int count = 0;
    for (;;) {
        p += strspn(p, " \n");
        if (*p == '>' || strncmp(p, "/>", 2) == 0) return p;
        const size_t length = name_length(p);
        if (length == 0 || strncmp(p + length, "=\"", 2) != 0 || count == MOST) return NULL;
        for (int i = 0; i < count; i++)
            if (seen[i].length == length && strncmp(seen[i].at, p, length) == 0) return NULL;
        seen[count].at = p;
        seen[count++].length = length;
        p += length + 2;
        for (; *p != '"'; p++)
            if (!*p || *p == '<' || (*p == '&' && !reference_length(p))) return NULL;
        p++;
    }
}

int sb_markup_is_sound(const char *text)
{
    char open[DEEPEST][NAMES];
    int depth = 0;
    const char *p = text;
    if (strncmp(p, "<!DOCTYPE ", 10) == 0) p = strchr(p, '>') + 1;
    while (*p) {
        if (((unsigned char)*p < ' ' && *p != '\n') || *p == 127) return wrong("a character that XML does not know", p);
        if (*p == '&' && !reference_length(p)) return wrong("a bare &", p);
        if (*p != '<') {
            p++;
            continue;
        }
        const int closes = p[1] == '/';
        const char *name = p + 1 + closes;
        const size_t length = name_length(name);
        if (length == 0 || length >= NAMES) return wrong("no element", p);
        if (closes) {
            if (depth == 0 || strlen(open[depth - 1]) != length || strncmp(open[depth - 1], name, length) != 0 ||
                name[length] != '>')
                return wrong("closed out of order", p);
            depth--;
            p = name + length + 1;
            continue;
        }
        const char *end = attributes(name + length);
        if (!end) return wrong("attributes", p);
        if (*end == '>') {
            if (depth == DEEPEST) return wrong("too deep", p);
            snprintf(open[depth++], NAMES, "%.*s", (int)length, name);
        }
        p = end + (*end == '>' ? 1 : 2);
    }
    return depth == 0 ? 1 : wrong("never closed", open[depth - 1]);
}
