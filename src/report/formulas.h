/* formulas.h: the statements as formulas, for people: one row for each form of each statement that bounds/statements.c offers, in the
 * language of mathml.h. tests/test_formulas.c reads every right side as arithmetic, with the symbols that sb_notation_table defines by
 * others, and compares it with what bounds/ computes; of an assumption it compares the limit. Left sides and symbols that are measured
 * as a whole cannot be computed from constants: the test has them a second time, by their letters. For src/report alone. */
#ifndef SB_REPORT_FORMULAS_H
#define SB_REPORT_FORMULAS_H

#include "bounds/bounds.h"

typedef struct {
    const char *statement;
    sb_form     form;
    const char *rhs;      /* lines end where they may be broken; of a condition what the left side must stay below */
    const char *where;    /* what is used in it alone; NULL: nothing */
} sb_formula;

extern const sb_formula sb_formula_table[];
extern const int        sb_formula_count;

/* What several formulas use: `formula` defines it, or is the symbol that `words` explain. */
typedef struct {
    const char *formula, *words;
} sb_notation;

extern const sb_notation sb_notation_table[];
extern const int         sb_notation_count;

/* sb_formula_find: the row, or NULL. sb_formula_left: the left side.
 * sb_formula_relation: "<=", ... as the language has it; of a condition "<". */
const sb_formula *sb_formula_find(const char *statement, sb_form form);
const char       *sb_formula_left(sb_lhs lhs);
const char       *sb_formula_relation(const sb_statement *statement, sb_form form);

#endif
