/* source.h: a text that holds configuration, and errors that name a place in it. */
#ifndef SB_CONFIG_SOURCE_H
#define SB_CONFIG_SOURCE_H

#include "base/context.h"

#include <stddef.h>

enum {
    SB_MAX_CONFIG_BYTES = 16 << 20, /* of a file */
    SB_MAX_LINE_BYTES = 1 << 20,    /* of a line: the scanner may look ahead over a whole one */
    SB_MAX_DEPTH = 64               /* of nesting */
};

typedef struct {
    const char *name; /* as messages show it: the path of a file, or --key=value of an override */
    const char *text; /* (length) bytes, owned by someone else */
    size_t length;
    int inlined; /* an override: its name already shows its text */
} sb_config_text;

/* A place in a source: line and column from 1, columns count characters. */
typedef struct {
    const sb_config_text *source;
    int line, column;
} sb_config_place;

/* sb_source_read: the whole of a file, to be released with free(). SB_EUSER if it cannot be read or is too long. */
sb_status sb_source_read(sb_context *ctx, const char *path, char **text, size_t *length);

/* sb_config_text_of: the text of a file as a source; a mark of the byte order at its start is no part of it. */
sb_config_text sb_config_text_of(const char *name, const char *text, size_t length);

/* sb_config_text_check: what must hold before the text is parsed, so that parsing takes bounded time and memory: it is UTF-8 without
 * control characters, and within the limits above; no line starts an anchor, an alias, a tag or a directive. SB_EUSER with the
 * place. */
sb_status sb_config_text_check(sb_context *ctx, const sb_config_text *source);

/* sb_config_fail: records `file:line:column: error: ...`, the line of the source and a caret below it (of an override
 * `--key=value: error: ...`) and returns SB_EUSER. */
sb_status sb_config_fail(sb_context *ctx, sb_config_place place, const char *function, int line, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#define SB_FAIL_AT(place, ...)                                                                                                     \
    do {                                                                                                                           \
        st = sb_config_fail(ctx, (place), __func__, __LINE__, __VA_ARGS__);                                                         \
        goto done;                                                                                                                 \
    } while (0)

#endif
