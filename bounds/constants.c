/* constants.c: the table of constants. */
#include "bounds/bounds.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#define ROW(name, least, most, integer, meaning) {#name, meaning, offsetof(sb_constants, name), least, most, integer},

const sb_constant_info sb_constant_table[] = {SB_CONSTANTS(ROW)};

_Static_assert(sizeof(sb_constants) == SB_CONSTANT_COUNT * sizeof(double), "the struct is nothing but its rows");
_Static_assert(SB_CONSTANT_COUNT < SB_CONSTANT_nothing, "a set of constants has room for them all");

const unsigned sb_constant_count = sizeof sb_constant_table / sizeof *sb_constant_table;

void sb_constants_clear(sb_constants *c)
{
    for (unsigned i = 0; i < sb_constant_count; i++) sb_constant_set(c, &sb_constant_table[i], NAN);
}

double sb_constant_get(const sb_constants *c, const sb_constant_info *row)
{
    double value;
    memcpy(&value, (const char *)c + row->offset, sizeof value);
    return value;
}

void sb_constant_set(sb_constants *c, const sb_constant_info *row, double value)
{
    memcpy((char *)c + row->offset, &value, sizeof value);
}

const sb_constant_info *sb_constant_find(const char *name)
{
    for (unsigned i = 0; i < sb_constant_count; i++)
        if (strcmp(sb_constant_table[i].name, name) == 0) return &sb_constant_table[i];
    return 0;
}
