/* page_style.h: how pages look. Light and dark follow the reader's settings; in the dark, figures turn over their lightness and keep
 * their hues. Pictures made of pixels are data and stay as they are. */
#ifndef SB_REPORT_PAGE_STYLE_H
#define SB_REPORT_PAGE_STYLE_H

extern const char sb_page_style[];

/* Opens what is folded before the page is printed; without scripts the page reads the same on a screen. */
extern const char sb_page_script[];

#endif
