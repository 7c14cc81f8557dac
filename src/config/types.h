/* types.h: the types of parameters: how a value is read from a node, written as YAML, described and released. */
#ifndef SB_CONFIG_TYPES_H
#define SB_CONFIG_TYPES_H

#include "config/config.h"
#include "config/document.h"

#include <stdio.h>

typedef struct sb_parameter sb_parameter;
typedef struct sb_settings sb_settings;

typedef struct {
    const char *name;
    int value;
    const char *meaning;
} sb_choice; /* a table of them ends with a NULL name */

typedef struct {
    const char *name; /* for the reference: name, range, more */
    const char *more;

    /* read: the value of `node` into its field; SB_EUSER with the place if it has the wrong type or is out of range. */
    sb_status (*read)(sb_context *ctx, const sb_parameter *parameter, const sb_document *document, const sb_node *node,
                      sb_config *config);

    /* present: nonzero unless the field says that no value was given. */
    int (*present)(const sb_parameter *parameter, const sb_config *config);

    /* write: the value as YAML flow text; lines after the first are indented by `indent` blanks or more. */
    void (*write)(const sb_parameter *parameter, const sb_config *config, FILE *out, int indent);

    /* release: memory that the field owns; NULL where there is none. */
    void (*release)(const sb_parameter *parameter, sb_config *config);
} sb_type;

extern const sb_type sb_type_seed;    /* uint64_t */
extern const sb_type sb_type_integer; /* int */
extern const sb_type sb_type_real;    /* double */
extern const sb_type sb_type_choice;  /* an enumeration */
extern const sb_type sb_type_choices; /* unsigned, or of the choices' values */
extern const sb_type sb_type_rule;    /* double at `offset`, or a choice at `extra` */
extern const sb_type sb_type_reals;   /* double * at `offset`, their number (int) at `extra`; one number or a list */
extern const sb_type sb_type_text;    /* char * */
extern const sb_type sb_type_name;    /* char *, one of the choices' names */

/* sb_choice_read: one of the parameter's choices. */
sb_status sb_choice_read(sb_context *ctx, const sb_parameter *parameter, const sb_document *document, const sb_node *node,
                         const sb_choice **choice);

/* sb_real_parse: the finite number that a text is; zero if it is none. With the decimal point of the locale (config/text.h). */
int sb_real_parse(const char *text, double *value);

/* sb_real_read: a finite number; `what` names it in errors ("the mean of component 2"). */
sb_status sb_real_read(sb_context *ctx, const sb_document *document, const sb_node *node, const char *what, double *value);

/* sb_vector_read: a list of d numbers into x (d); a single number stands for a list of one. */
sb_status sb_vector_read(sb_context *ctx, const sb_document *document, const sb_node *node, const char *what, int d, double *x);

/* sb_quoted_write: a text in double quotes, which reads back as it was; cut at the first byte that is not UTF-8. */
void sb_quoted_write(FILE *out, const char *text);

/* sb_real_write: the shortest of %.15g, %.16g, %.17g that reads back as the same number. */
void sb_real_write(FILE *out, double x);

/* sb_reals_write: [a, b, ...], a few to a line. */
void sb_reals_write(FILE *out, const double *x, size_t count, int indent);

/* sb_rows_write: x (rows,columns) as a list of lists, each row on a line of its own. */
void sb_rows_write(FILE *out, const double *x, size_t rows, size_t columns, int indent);

/* sb_range_show: the range of a number in words: "between 1 and 4096", "> 0". */
enum { SB_RANGE_SHOWN = 80 };
char *sb_range_show(const sb_parameter *parameter, char out[SB_RANGE_SHOWN]);

#endif
