/* page.h: the pieces of an HTML page that needs nothing outside of itself: its style and its pictures are within it. It is well-formed XML,
 * too, whatever the texts are. For src/report alone. */
#ifndef SB_REPORT_PAGE_H
#define SB_REPORT_PAGE_H

#include "base/number.h"

#include <stdio.h>

/* sb_page_text: `text` as it is to be read: marks of HTML escaped, a tab as a blank at which no line breaks, what is no UTF-8 or no
 * character as U+FFFD. sb_page_words: the same of sentences and cells of tables, in which "<=", ">=" and "<~" become the signs that formulas
 * have, unless letters or digits touch them. sb_page_element: <name>text</name>. */
void sb_page_text(FILE *out, const char *text);
void sb_page_words(FILE *out, const char *text);
void sb_page_element(FILE *out, const char *name, const char *text);

/* sb_page_number: a number of some digits with its own value to 17 digits behind it, for whoever computes with the page; "-" for NaN. */
void sb_page_number(FILE *out, double x, int digits);

/* sb_page_title: a heading that can be linked to. */
void sb_page_title(FILE *out, const char *title);

/* sb_page_svg, sb_page_file: a picture with a caption (NULL: none) as a text of SVG, or from a file that ends in .svg or .png (SB_EUSER
 * where it cannot be read); `name` says what it shows to whom cannot see it. `kind` is one of the style's classes for figures: "wide" (scrolls
 * on a narrow screen), "plain", "small" (stands beside others), "pixels" (magnified without smoothing). */
void sb_page_svg(FILE *out, const char *kind, const char *svg, const char *name, const char *caption);
sb_status sb_page_file(sb_context *ctx, FILE *out, const char *kind, const char *path, const char *name, const char *caption);

/* A page as it grows. sb_page_begin opens it; write its body to page->body. sb_page_end: the whole page with title, style and, where
 * it has more than two titles, a list of them, as a text (caller frees with free()); the page is closed whatever comes of it.
 * sb_page_drop: closes a page that nobody wants any more; after sb_page_end it is harmless. */
typedef struct {
    FILE *body;
    char *text;
    size_t length;
} sb_page;

sb_status sb_page_begin(sb_context *ctx, sb_page *page);
sb_status sb_page_end(sb_context *ctx, sb_page *page, const char *title, char **html);
void sb_page_drop(sb_page *page);

#endif
