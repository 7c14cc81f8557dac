#include "cli/set.h"

#include "config/suggest.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_PART = 100 };

/* strtod takes hexadecimal numbers, too; the bound explorer's page does not. */
static const char DECIMAL[] = "+-.0123456789eE";

static sb_status unknown(sb_context *ctx, const char *part, const char *name)
{
    sb_suggestion near = sb_suggest(name);
    for (unsigned i = 0; i < sb_constant_count; i++)
        sb_suggest_offer(&near, sb_constant_table[i].name, strlen(sb_constant_table[i].name));
    if (near.best)
        return sb_fail(ctx, SB_EUSER, __func__, __LINE__, "--set: error: in '%s': unknown constant '%s', did you mean '%.*s'?",
                       part, name, near.length, near.best);
    return sb_fail(ctx, SB_EUSER, __func__, __LINE__,
                   "--set: error: in '%s': unknown constant '%s'; scorebound list names them all", part, name);
}

/* One part, "NAME=VALUE", without blanks at its ends. */
static sb_status set_one(sb_context *ctx, const char *part, sb_constants *constants)
{
    sb_status st = SB_OK;
    const char *equals = strchr(part, '=');
    char name[LONGEST_PART + 1], *end;
    SB_REQUIRE(equals && equals > part && equals[1], SB_EUSER, "--set: error: '%s' is not NAME=VALUE", part);
    size_t length = (size_t)(equals - part);
    while (length > 0 && part[length - 1] == ' ') length--;
    memcpy(name, part, length);
    name[length] = '\0';

    const sb_constant_info *row = sb_constant_find(name);
    if (!row) SB_TRY(unknown(ctx, part, name));
    const char *text = equals + 1 + strspn(equals + 1, " ");
    errno = 0;
    const double value = strtod(text, &end);
    SB_REQUIRE(end != text && !*end && !text[strspn(text, DECIMAL)] && isfinite(value), SB_EUSER,
               "--set: error: in '%s': '%s' is not a finite number", part, text);
    SB_REQUIRE(value != 0.0 || errno != ERANGE, SB_EUSER, "--set: error: in '%s': '%s' is too small to be told from 0", part, text);
    SB_REQUIRE(value >= row->least, SB_EUSER, "--set: error: in '%s': %s must be at least %g", part, name, row->least);
    SB_REQUIRE(value <= row->most, SB_EUSER, "--set: error: in '%s': %s must be at most %g", part, name, row->most);
    SB_REQUIRE(!row->integer || value == rint(value), SB_EUSER, "--set: error: in '%s': %s must be a whole number", part, name);
    SB_REQUIRE(isnan(sb_constant_get(constants, row)), SB_EUSER, "--set: error: in '%s': %s is given twice", part, name);
    sb_constant_set(constants, row, value);
done:
    return st;
}

sb_status sb_set_parse(sb_context *ctx, const char *text, sb_constants *constants)
{
    sb_status st = SB_OK;
    const char *p = text;
    for (;;) {
        char part[LONGEST_PART + 1];
        size_t length = strcspn(p, ",");
        const char *next = p + length;
        while (length > 0 && p[0] == ' ') p++, length--;
        while (length > 0 && p[length - 1] == ' ') length--;
        SB_REQUIRE(length <= LONGEST_PART, SB_EUSER, "--set: error: '%.20s...' is too long for NAME=VALUE", p);
        memcpy(part, p, length);
        part[length] = '\0';
        SB_TRY(set_one(ctx, part, constants));
        if (!*next) break;
        p = next + 1;
    }
done:
    return st;
}
