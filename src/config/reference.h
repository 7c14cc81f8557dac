/* reference.h: what is said of each key, piece by piece, for the two that say it: Markdown (reference.c) and the manual page of the
 * configuration (doc/manual). Texts have `code` in them. */
#ifndef SB_CONFIG_REFERENCE_H
#define SB_CONFIG_REFERENCE_H

#include "config/parameters.h"

/* sb_reference_section: length of the section's name at the start of the key; 0: none. sb_reference_opens: nonzero for its first key. */
size_t sb_reference_section(const sb_parameter *p);
int sb_reference_opens(const sb_parameter *p);

/* Type with range; default; with which other keys it goes, as sentences that begin with a blank. */
void sb_reference_type(FILE *out, const sb_parameter *p);
void sb_reference_default(FILE *out, const sb_parameter *p);
void sb_reference_conditions(FILE *out, const sb_parameter *p);

/* The section `sweep`, which is no part of a run's configuration; the table ends with an empty row. */
typedef struct {
    const char *key, *type, *fallback, *meaning;
} sb_sweep_key;

extern const sb_sweep_key sb_sweep_keys[];
extern const char sb_reference_introduction[], sb_reference_sweep[];

#endif
