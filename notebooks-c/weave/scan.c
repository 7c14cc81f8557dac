#include "weave/scan.h"

#include <ctype.h>
#include <string.h>

void weave_scan_line(weave_scan *scan, const char *line, size_t length)
{
    int continued = 0; /* by a backslash at the end */
    const int directive = !scan->inside && length > strspn(line, " \t") && line[strspn(line, " \t")] == '#';
    for (size_t i = 0; i < length; i++) {
        const char c = line[i], next = i + 1 < length ? line[i + 1] : '\n';
        continued = 0;
        switch (scan->inside) {
        case '*':
            if (c == '*' && next == '/') scan->inside = 0, i++;
            break;
        case '/': continued = c == '\\' && next == '\n'; break;
        case '"':
        case '\'':
            if (c == '\\') continued = next == '\n', i++;
            else if (c == scan->inside) scan->inside = 0;
            break;
        default:
            if (c == '/' && (next == '*' || next == '/')) scan->inside = next, i++;
            else if (c == '"' || c == '\'') scan->inside = c;
            else if (c == '{') scan->depth++;
            else if (c == '}') scan->depth--;
            if (scan->inside != '*' && scan->inside != '/' && !isspace((unsigned char)c) && !directive) scan->last = c;
        }
    }
    if (scan->inside != '*' && !continued) scan->inside = 0;
}
