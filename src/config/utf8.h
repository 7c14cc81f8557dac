/* utf8.h: text that came from outside: is it UTF-8, and how is it shown safely in a message? */
#ifndef SB_CONFIG_UTF8_H
#define SB_CONFIG_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* sb_utf8_next: bytes of the character at the start of text (left >= 1 bytes), its code point in *code; 0 where the bytes are not
 * UTF-8 (overlong forms, surrogates and code points above U+10FFFF are not). */
size_t sb_utf8_next(const char *text, size_t left, uint32_t *code);

/* sb_utf8_visible: nonzero unless the code point is a control character, a line separator, a byte order mark or a noncharacter. */
int sb_utf8_visible(uint32_t code);

/* sb_utf8_show: at most `columns` characters of text into out (size bytes, NUL-terminated), with `?` for bytes that are not UTF-8
 * and for what is not visible, a blank for tabs, and `...` where the text was cut. Returns out. */
char *sb_utf8_show(char *out, size_t size, const char *text, size_t length, size_t columns);

#endif
