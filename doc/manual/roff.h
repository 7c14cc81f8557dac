/* roff.h: the few shapes of text that manual pages are made of, in the macros of man(7). `code` in a text is set bold. */
#ifndef SB_MANUAL_ROFF_H
#define SB_MANUAL_ROFF_H

#include <stdio.h>

/* The head of a page: "scorebound-check", section 1, and what it is in a line. */
void sb_roff_head(FILE *out, const char *page, int section, const char *summary);

/* A heading; one below another. */
void sb_roff_section(FILE *out, const char *heading);
void sb_roff_subsection(FILE *out, const char *heading);

/* sb_roff_text: `length` bytes of running text, on lines of their own. sb_roff_code: lines as they stand, less `indent` blanks each. */
void sb_roff_text(FILE *out, const char *text, size_t length);
void sb_roff_code(FILE *out, const char *text, size_t length, int indent);

/* sb_roff_passage: paragraphs, an empty line between them; lines that begin with two blanks are code. */
void sb_roff_passage(FILE *out, const char *text, size_t length);

/* An entry of a list: the name, bold, and what is said of it. sb_roff_tag: its beginning alone, `argument` (NULL: none) after the name. */
void sb_roff_tag(FILE *out, const char *name, const char *argument);
void sb_roff_entry(FILE *out, const char *name, const char *text);

/* "name(section)", with a comma before it unless it is the first. */
void sb_roff_reference(FILE *out, const char *page, int section, int first);

#endif
