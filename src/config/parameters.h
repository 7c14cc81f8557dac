/* parameters.h: the one table of all keys. Parser, overrides, dump, reference and choice names loop over it. */
#ifndef SB_CONFIG_PARAMETERS_H
#define SB_CONFIG_PARAMETERS_H

#include "config/types.h"

enum { SB_OPEN_MIN = 1, SB_OPEN_MAX = 2 };

struct sb_parameter {
    const char *key;     /* path from the root: "diffusion.T" */
    const char *meaning; /* one sentence */
    const sb_type *type;
    size_t offset, extra; /* of the field in sb_config; of a second field where the type has one */
    double min, max;      /* of a number; max may be infinite */
    int open;             /* or of SB_OPEN_MIN, SB_OPEN_MAX: bounds that do not belong to the range */
    const sb_choice *choices;
    const char *fallback; /* the default, as YAML; NULL: none */

    const char *with; /* the key applies with the values `when` (or of SB_WHEN(value)) of this earlier one */
    unsigned when;
    int strict;           /* given elsewhere it is an error (otherwise it is ignored) */
    int required;         /* must be given where it applies, */
    const char *unless;   /* unless this one is */
    const char *excludes; /* must not be given together: the later of the two replaces the other */

    /* check: what relates this key to earlier ones; called once the field has its value. */
    sb_status (*check)(sb_context *ctx, const sb_settings *settings, sb_config *config);
};

#define SB_WHEN(value) (1u << (value))

extern const sb_parameter sb_parameters[];
extern const size_t sb_parameter_count;

/* sb_parameter_find: by its path (length bytes), or NULL. */
const sb_parameter *sb_parameter_find(const char *key, size_t length);

/* sb_parameter_applies: nonzero if the key has a meaning with the values of the earlier ones. */
int sb_parameter_applies(const sb_parameter *parameter, const sb_config *config);

/* sb_parameter_choice: the name of the choice that a parameter of that type stands at, or NULL. */
const char *sb_parameter_choice(const sb_parameter *parameter, const sb_config *config);

/* sb_choice_name, sb_choice_find: an entry of a table of choices by value or by name, or NULL. */
const char *sb_choice_name(const sb_choice *choices, int value);
const sb_choice *sb_choice_find(const sb_choice *choices, const char *name);

#endif
