#include "choose/search.h"

#include "choose/root.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_min.h>

#include <float.h>
#include <math.h>

enum { MOST_ITERATIONS = 300, SCAN = 48, MOST_SCANS = 12 };

/* VALLEY_WIDTH: a minimum is flat to rounding within the square root of it. WORST: products of two still fit. */
static const double ROOT_WIDTH = 1e-14, VALLEY_WIDTH = 1e-7, WORST = 1e150;

typedef struct {
    sb_curve curve;
    const void *data;
} curve_of_log;

static double at_log(double log_x, void *parameters)
{
    const curve_of_log *f = parameters;
    const double y = f->curve(exp(log_x), f->data);
    return y < WORST ? fmax(y, -WORST) : WORST; /* NaN becomes WORST, too */
}

static sb_status root_at_log(sb_context *ctx, void *state, double log_x, double *y)
{
    (void)ctx;
    *y = at_log(log_x, state);
    return SB_OK;
}

sb_status sb_search_crossing(sb_context *ctx, sb_curve curve, const void *data, double lo, double hi, double *x)
{
    sb_status st = SB_OK;
    curve_of_log f = {curve, data};
    double log_x;
    SB_REQUIRE(0.0 < lo && lo < hi && curve(lo, data) > 0.0 && curve(hi, data) <= 0.0, SB_EDOM,
               "no change of sign between %g and %g to search for a root", lo, hi);
    SB_TRY(sb_root_find(ctx, root_at_log, &f, log(lo), log(hi), 0.0, ROOT_WIDTH, &log_x, NULL));
    *x = exp(log_x);
    for (double nudge = DBL_EPSILON; curve(*x, data) > 0.0; nudge *= 2.0) *x *= 1.0 + nudge; /* to the safe side */
done:
    return st;
}

/* Minimum between a and b around m, where the curve is lower than at both. */
static sb_status descend(sb_context *ctx, gsl_function *f, const double at[3], const double value[3], double *log_x)
{
    sb_status st = SB_OK;
    int code = GSL_CONTINUE;
    gsl_min_fminimizer *solver = gsl_min_fminimizer_alloc(gsl_min_fminimizer_brent);
    SB_REQUIRE(solver, SB_ENOMEM, "out of memory for a minimiser");
    SB_REQUIRE(gsl_min_fminimizer_set_with_values(solver, f, at[1], value[1], at[0], value[0], at[2], value[2]) == GSL_SUCCESS,
               SB_ECONV, "minimiser refuses its bracket");
    for (int i = 0; i < MOST_ITERATIONS && code == GSL_CONTINUE; i++) {
        SB_REQUIRE(gsl_min_fminimizer_iterate(solver) == GSL_SUCCESS, SB_ECONV, "minimiser failed near %g", exp(at[1]));
        code = gsl_min_test_interval(gsl_min_fminimizer_x_lower(solver), gsl_min_fminimizer_x_upper(solver), VALLEY_WIDTH,
                                     VALLEY_WIDTH);
    }
    SB_REQUIRE(code == GSL_SUCCESS, SB_ECONV, "no minimum found near %g in %d iterations", exp(at[1]), MOST_ITERATIONS);
    if (gsl_min_fminimizer_f_minimum(solver) < value[1]) *log_x = gsl_min_fminimizer_x_minimum(solver);
    else *log_x = at[1];
done:
    if (solver) gsl_min_fminimizer_free(solver);
    return st;
}

sb_status sb_search_least(sb_context *ctx, sb_curve curve, const void *data, double lo, double hi, double *x)
{
    sb_status st = SB_OK;
    curve_of_log f = {curve, data};
    gsl_function function = {at_log, &f};
    gsl_error_handler_t *handler = gsl_set_error_handler_off();
    double from = log(lo), to = log(hi), value[SCAN + 1], place[SCAN + 1];
    SB_REQUIRE(0.0 < lo && lo <= hi && isfinite(hi), SB_EDOM, "nothing to minimise over between %g and %g", lo, hi);
    *x = lo;
    for (int scan = 0, best = 0; scan < MOST_SCANS && to > from; scan++) {
        for (int i = 0; i <= SCAN; i++) {
            place[i] = i < SCAN ? from + (to - from) * i / SCAN : to;
            value[i] = at_log(place[i], &f);
            if (i == 0 || value[i] < value[best]) best = i;
        }
        double log_x = place[best];
        if (best > 0 && best < SCAN) {
            if (value[best] < value[best + 1] && value[best] < value[best - 1])
                SB_TRY(descend(ctx, &function, place + best - 1, value + best - 1, &log_x));
            *x = exp(log_x);
            break;
        }
        *x = exp(log_x);
        /* at an end: the minimum may still lie just inside */
        if (best == 0) to = place[1];
        else from = place[SCAN - 1];
    }
    *x = fmin(fmax(*x, lo), hi); /* exp(log(x)) rounds */
done:
    gsl_set_error_handler(handler);
    return st;
}
