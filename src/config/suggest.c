#include "config/suggest.h"

#include <ctype.h>
#include <string.h>

enum { LONGEST = 48, STEP = 2 };

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int fold(char c)
{
    return c == '-' ? '_' : tolower((unsigned char)c);
}

static int substitution(char a, char b)
{
    return a == b ? 0 : fold(a) == fold(b) ? 1 : STEP;
}

int sb_edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    if (a_length > LONGEST || b_length > LONGEST) return -1;
    int rows[3][LONGEST + 1]; /* of the table of distances between prefixes: the current row and the two above */
    int *above2 = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_length; j++) above[j] = STEP * (int)j;
    for (size_t i = 1; i <= a_length; i++) {
        row[0] = STEP * (int)i;
        for (size_t j = 1; j <= b_length; j++) {
            row[j] = least(least(above[j], row[j - 1]) + STEP, above[j - 1] + substitution(a[i - 1], b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = least(row[j], above2[j - 2] + STEP);
        }
        int *free_row = above2;
        above2 = above;
        above = row;
        row = free_row;
    }
    return above[b_length];
}

sb_suggestion sb_suggest(const char *given)
{
    return (sb_suggestion){.given = given};
}

/* Nonzero for words that differ in case, or in - for _, alone. */
static int same_folded(const char *a, const char *b, size_t length)
{
    size_t i = 0;
    while (i < length && fold(a[i]) == fold(b[i])) i++;
    return i == length;
}

void sb_suggest_offer(sb_suggestion *suggestion, const char *candidate, size_t length)
{
    const size_t given = strlen(suggestion->given);
    const int folded = given == length && same_folded(suggestion->given, candidate, length);
    const int distance = folded ? 1 : sb_edit_distance(suggestion->given, given, candidate, length);
    const int near = given < 3 ? 1 : STEP * (int)((given + 1) / 3); /* one letter in three; of very short words only the case */
    if (distance < 0 || distance > near || (suggestion->best && distance >= suggestion->distance)) return;
    suggestion->best = candidate;
    suggestion->length = (int)length;
    suggestion->distance = distance;
}
