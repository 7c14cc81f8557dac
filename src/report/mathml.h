/* mathml.h: formulas for a page: a small part of TeX's language as MathML, which browsers set. For src/report alone.
 *
 * Letters and digits; + - * / = < > ( ) [ ] , ; | ! and \{ \}; groups {...}; scripts x_i, x^2, x_i^2; \frac{a}{b}, \sqrt{a}, \bar{x};
 * \mathrm{KL}, \text{if so}; the names listed in mathml.c (\alpha, \sum, \le, \log, ...). Blanks part names and are not shown. */
#ifndef SB_REPORT_MATHML_H
#define SB_REPORT_MATHML_H

#include <stdio.h>

/* sb_mathml: <math>...</math>. Returns 0, and what was written is not to be used, where `tex` is nothing of the above. */
int sb_mathml(FILE *out, const char *tex);

#endif
