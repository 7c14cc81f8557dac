/* output.h: where a report goes and how it looks: table for people, JSON and CSV for programs. */
#ifndef SB_REPORT_OUTPUT_H
#define SB_REPORT_OUTPUT_H

#include "base/context.h"

#include <stdio.h>

typedef enum { SB_FORMAT_TABLE, SB_FORMAT_JSON, SB_FORMAT_CSV } sb_format;

typedef struct {
    FILE *stream;
    sb_format format;
    int color; /* nonzero: escape sequences allowed */
    int width; /* columns of text, 80 to 120 */
    int page;  /* nonzero: titles, paragraphs and tables become elements of an HTML page (page.h) */
} sb_output;

/* sb_output_stdout: standard output; colour and the window's width where it is a terminal (no colour where NO_COLOR is set),
 * 120 columns elsewhere. */
sb_output sb_output_stdout(sb_format format);

/* sb_output_page: into the body of an HTML page; tables have all their columns.
 * sb_output_title: a heading with an empty line above it. sb_output_paragraph: printf text broken between words at the width, each
 * line indented by `indent`, the first one starting with `bullet` ("" for none; no wider than the indent). A tab is
 * printed as a blank at which the line does not break. Texts up to 2000 bytes. */
sb_output sb_output_page(FILE *body);
void sb_output_title(const sb_output *out, const char *title);
void sb_output_paragraph(const sb_output *out, int indent, const char *bullet, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
