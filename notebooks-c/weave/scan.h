/* scan.h: just enough of C to know, at the beginning of each line, whether it stands in a comment or a text and how deep in braces. */
#ifndef WEAVE_SCAN_H
#define WEAVE_SCAN_H

#include <stddef.h>

typedef struct {
    char inside;  /* 0: code; '*': a comment that may span lines; '/': one that ends with the line; '"' or '\'': a literal */
    char last;    /* the last character of code, blanks and directives of the preprocessor aside */
    int  depth;   /* of braces */
} weave_scan;

/* weave_scan_line: `scan` as it is after the line of `length` characters, its LF not among them. */
void weave_scan_line(weave_scan *scan, const char *line, size_t length);

#endif
