#include "choose/root.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>
#include <math.h>

enum { MOST_STEPS = 300 };

/* f for GSL, which knows no failures: after the first one f is 0, which ends the search. */
typedef struct {
    sb_context *ctx;
    sb_root_function f;
    void *state;
    sb_status status;
    double value;
} caller;

static double call(double x, void *state)
{
    caller *c = state;
    if (c->status != SB_OK) return 0.0;
    c->value = 0.0;
    c->status = c->f(c->ctx, c->state, x, &c->value);
    if (c->status == SB_OK && !isfinite(c->value))
        c->status = sb_fail(c->ctx, SB_ECONV, __func__, __LINE__, "%g at %g where a root was looked for", c->value, x);
    return c->status == SB_OK ? c->value : 0.0;
}

sb_status sb_root_find(sb_context *ctx, sb_root_function f, void *state, double low, double high, double small, double width,
                       double *x, double *upper)
{
    sb_status st = SB_OK;
    caller c = {ctx, f, state, SB_OK, 0.0};
    gsl_function function = {call, &c};
    gsl_error_handler_t *handler = gsl_set_error_handler_off(); /* GSL's own ends the program */
    gsl_root_fsolver *solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    SB_REQUIRE(solver, SB_ENOMEM, "out of memory for a root finder");
    const int changes_sign = gsl_root_fsolver_set(solver, &function, low, high) == GSL_SUCCESS;
    SB_TRY(c.status);
    SB_REQUIRE(changes_sign, SB_EDOM, "no change of sign between %g and %g to search for a root", low, high);
    for (int step = 0;; step++) {
        SB_REQUIRE(step < MOST_STEPS, SB_ECONV, "no root found between %g and %g in %d steps", low, high, MOST_STEPS);
        const int code = gsl_root_fsolver_iterate(solver);
        SB_TRY(c.status);
        SB_REQUIRE(code == GSL_SUCCESS, SB_ECONV, "the root finder failed between %g and %g", low, high);
        const double a = gsl_root_fsolver_x_lower(solver), b = gsl_root_fsolver_x_upper(solver);
        if (fabs(c.value) <= small || gsl_root_test_interval(a, b, width, width) == GSL_SUCCESS) break;
    }
    *x = gsl_root_fsolver_root(solver);
    if (upper) *upper = gsl_root_fsolver_x_upper(solver);
done:
    if (solver) gsl_root_fsolver_free(solver);
    gsl_set_error_handler(handler);
    return st;
}
