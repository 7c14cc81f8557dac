/* formula_value.h: the number that a formula of src/report/formulas.c stands for, read as a person reads it. */
#ifndef SB_TESTS_FORMULA_VALUE_H
#define SB_TESTS_FORMULA_VALUE_H

#include "bounds/bounds.h"
#include "report/formulas.h"

/* sb_formula_value: of the right side, with what sb_notation_table defines and what stands under `where`; NaN, and a word why, for what cannot be read. */
double sb_formula_value(const sb_formula *formula, const sb_constants *c);

#endif
