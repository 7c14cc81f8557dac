/* root.h: where a function that may fail changes its sign. Private to the room. */
#ifndef SB_CHOOSE_ROOT_H
#define SB_CHOOSE_ROOT_H

#include "base/context.h"

typedef sb_status (*sb_root_function)(sb_context *ctx, void *state, double x, double *f);

/* sb_root_find: f has opposite signs at low and high (SB_EINVAL otherwise). Ends once |f| <= small or the bracket is narrower than
 * `width` relative to its ends; *x is then the last point looked at, and, if `upper` is not NULL, *upper the bracket's upper end. SB_ECONV
 * after 200 steps. (GSL's Brent-Dekker.) */
sb_status sb_root_find(sb_context *ctx, sb_root_function f, void *state, double low, double high, double small, double width, double *x,
                       double *upper);

#endif
