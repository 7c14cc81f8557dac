/* root.h: where a function that may fail changes its sign. Private to the room. */
#ifndef SB_CHOOSE_ROOT_H
#define SB_CHOOSE_ROOT_H

#include "base/context.h"

typedef sb_status (*sb_root_function)(sb_context *ctx, void *state, double x, double *f);

/* sb_root_find: f has opposite signs at low and high, or is 0 at one of them (SB_EDOM otherwise). Ends once |f| <= small or the bracket
 * is narrower than width (1 + |x|); *x is then the last point looked at, and, if `upper` is not NULL, *upper the bracket's upper end.
 * SB_ECONV where f is not finite, or after 300 steps. (GSL's Brent-Dekker.) */
sb_status sb_root_find(sb_context *ctx, sb_root_function f, void *state, double low, double high, double small, double width, double *x,
                       double *upper);

#endif
