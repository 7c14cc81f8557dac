#include "config/text.h"

#include <stdlib.h>

sb_status sb_locale_neutral(sb_context *ctx, sb_locale *locale)
{
    sb_status st = SB_OK;
    *locale = (sb_locale){.neutral = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0)};
    SB_REQUIRE(locale->neutral, SB_ENOMEM, "out of memory for a locale");
    locale->users = uselocale(locale->neutral);
done:
    return st;
}

void sb_locale_restore(sb_locale *locale)
{
    if (!locale->neutral) return;
    uselocale(locale->users);
    freelocale(locale->neutral);
    *locale = (sb_locale){0};
}

sb_status sb_text_write(sb_context *ctx, void (*write)(FILE *out, const sb_config *config), const sb_config *config, char **text)
{
    sb_status st = SB_OK;
    sb_locale locale = {0};
    size_t length = 0;
    *text = NULL;
    SB_TRY(sb_locale_neutral(ctx, &locale));
    FILE *out = open_memstream(text, &length);
    SB_REQUIRE(out, SB_ENOMEM, "out of memory for a text");
    write(out, config);
    const int failed = ferror(out) | fclose(out);
    SB_REQUIRE(!failed, SB_ENOMEM, "out of memory for a text");
done:
    sb_locale_restore(&locale);
    if (st != SB_OK) {
        free(*text);
        *text = NULL;
    }
    return st;
}
