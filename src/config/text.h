/* text.h: text made by writing to a stream. */
#ifndef SB_CONFIG_TEXT_H
#define SB_CONFIG_TEXT_H

#include "config/config.h"

#include <locale.h>
#include <stdio.h>

/* sb_text_write: what `write` puts on its stream, as a string for free(). Numbers get a decimal point, whatever the user's
 * language. */
sb_status sb_text_write(sb_context *ctx, void (*write)(FILE *out, const sb_config *config), const sb_config *config, char **text);

/* sb_locale_neutral: numbers as in C for this thread, until sb_locale_restore (harmless on {0}). */
typedef struct {
    locale_t neutral, users;
} sb_locale;
sb_status sb_locale_neutral(sb_context *ctx, sb_locale *locale);
void sb_locale_restore(sb_locale *locale);

#endif
