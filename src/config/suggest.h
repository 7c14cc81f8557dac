/* suggest.h: the known word nearest to a misspelt one. */
#ifndef SB_CONFIG_SUGGEST_H
#define SB_CONFIG_SUGGEST_H

#include <stddef.h>

/* Offer candidates one by one; `best` is then the nearest one, or NULL where none is near enough to be what was meant. */
typedef struct {
    const char *given;
    const char *best; /* (length) not NUL-terminated */
    int length;       /* as for %.*s */
    int distance;
} sb_suggestion;

sb_suggestion sb_suggest(const char *given);
void sb_suggest_offer(sb_suggestion *suggestion, const char *candidate, size_t length);

/* sb_edit_distance: least number of insertions, deletions, substitutions and swaps of neighbours that turn one word into the other,
 * where letters of the other case, and - and _, count as equal but for half a step; in half steps. -1 if a word is longer than 48.
 */
int sb_edit_distance(const char *a, size_t a_length, const char *b, size_t b_length);

#endif
