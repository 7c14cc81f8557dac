/* page.h: a notebook as one HTML file, by pandoc. */
#ifndef WEAVE_PAGE_H
#define WEAVE_PAGE_H

#include "weave/cells.h"

/* weave_page_write: pictures, style and formulas (MathML) are in the file, so that it needs no other. SB_EUSER where pandoc is not
 * installed, SB_EIO where it fails. */
sb_status weave_page_write(sb_context *ctx, const weave_lesson *lesson, const char *notebook, const char *style, const char *path);

#endif
