/* markup.h: whether a text is well-formed markup, by a reader that knows nothing of how it was written. */
#ifndef SB_TESTS_MARKUP_H
#define SB_TESTS_MARKUP_H

/* sb_markup_is_sound: elements are closed in the order in which they were opened, attributes are quoted and each stands once, "<" and bare
 * "&" stand nowhere else, and no character is one that XML does not know. A leading <!DOCTYPE ...> is allowed. Prints what is wrong. */
int sb_markup_is_sound(const char *text);

#endif
