#include "config/utf8.h"

#include <string.h>

size_t sb_utf8_next(const char *text, size_t left, uint32_t *code)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *byte = (const unsigned char *)text;
    size_t length = byte[0] < 0x80 ? 1 : byte[0] < 0xc0 ? 0 : byte[0] < 0xe0 ? 2 : byte[0] < 0xf0 ? 3 : byte[0] < 0xf8 ? 4 : 0;
    if (length == 0 || length > left) return 0;
    uint32_t value = length == 1 ? byte[0] : byte[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((byte[i] & 0xc0) != 0x80) return 0;
        value = value << 6 | (byte[i] & 0x3f);
    }
    if (value < smallest[length] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) return 0;
    *code = value;
    return length;
}

int sb_utf8_visible(uint32_t code)
{
    const int control = code < 0x20 || (code >= 0x7f && code < 0xa0);
    const int separator = code == 0x2028 || code == 0x2029;
    return !control && !separator && code != 0xfeff && (code & 0xfffe) != 0xfffe;
}

char *sb_utf8_show(char *out, size_t size, const char *text, size_t length, size_t columns)
{
    static const char dots[] = "...";
    size_t used = 0, at = 0, shown = 0;
    while (at < length) {
        uint32_t code = 0;
        const size_t step = sb_utf8_next(text + at, length - at, &code);
        const int plain = step && sb_utf8_visible(code);
        const size_t bytes = plain ? step : 1;
        if (shown == columns || used + bytes + sizeof dots > size) {
            memcpy(out + used, dots, sizeof dots);
            return out;
        }
        if (plain) memcpy(out + used, text + at, step);
        else out[used] = code == '\t' ? ' ' : '?';
        used += bytes;
        at += step ? step : 1;
        shown++;
    }
    out[used] = '\0';
    return out;
}
