#include "sweep/slopes.h"

#include "base/memory.h"
#include "base/slope.h"
#include "sweep/columns.h"
#include "sweep/curves.h"

#include <math.h>
#include <string.h>

/* One fit: the runs that enter it, by growing x, with what they enter it as. */
typedef struct {
    int count;
    int *run;     /* (run_count) */
    double *x;    /* (run_count) */
    sb_number *y; /* (run_count) */
} points;

static int is_shown(const sb_sweep_plan *plan, const char *name)
{
    int i = 0;
    while (i < plan->show_count && strcmp(plan->show[i], name) != 0) i++;
    return i < plan->show_count;
}

static int wanted(const sb_sweep_findings *f, int c)
{
    if (is_shown(f->plan, f->column[c].name)) return 1;
    return f->column[c].constant ? sb_sweep_column_varies(f, c) : sb_sweep_column_known(f, c);
}

static int two_numbers(const sb_sweep_axis *axis, const sb_sweep_plan *plan, int a)
{
    if (!sb_sweep_axis_numeric(axis)) return 0;
    for (int run = 1; run < plan->run_count; run++)
        if (sb_sweep_number(plan, run, a) != sb_sweep_number(plan, 0, a)) return 1;
    return 0;
}

/* Positive and finite: what has a logarithm. */
static int fits(double x)
{
    return x > 0.0 && isfinite(x);
}

static void collect(const sb_sweep_curves *curves, int j, const sb_sweep_column *column, points *p)
{
    p->count = 0;
    for (int i = curves->start[j]; i < curves->start[j + 1]; i++) {
        const int run = curves->member[i];
        if (!fits(curves->x[run]) || !fits(column->value[run].value)) continue;
        p->run[p->count] = run;
        p->x[p->count] = curves->x[run];
        p->y[p->count++] = column->value[run];
    }
}

/* The constants of run `to` as they follow from those of run `from`: each key that moves moves what it moves by nature, and eta is as the
 * run has it, for a rule may have derived it from the keys. Returns 0 where a key that moves is none of the formulas'. */
static int constants_at(const sb_sweep_findings *f, const sb_sweep_curves *curves, int from, int to, const sb_constants *c0,
                        sb_constants *c)
{
    const sb_sweep_plan *plan = f->plan;
    *c = *c0;
    if (curves->axis < 0) return sb_sweep_scaling(curves->along, curves->x[from], curves->x[to], c0, c);
    for (int a = 0; a < plan->axis_count; a++) {
        const sb_constants before = *c;
        if (!curves->moves[a] || sb_sweep_is_label(plan->axis[a].key)) continue; /* a label moves nothing */
        if (!sb_sweep_scaling(plan->axis[a].key, sb_sweep_number(plan, from, a), sb_sweep_number(plan, to, a), &before, c))
            return 0;
    }
    c->eta = f->column[sb_sweep_column_find(f, "eta")].value[to].value;
    return 1;
}

/* The constants that follow what moves along the curves, on the way from run `from` to run `to`. What is 0 stays 0 by any factor, though it
 * follows: 1 stands in for it. */
static sb_needs moved(const sb_sweep_findings *f, const sb_sweep_curves *curves, int from, int to, const sb_constants *c0)
{
    sb_constants probe = *c0, c;
    sb_needs set = 0;
    for (unsigned i = 0; i < sb_constant_count; i++)
        if (i != SB_CONSTANT_eta && sb_constant_get(c0, &sb_constant_table[i]) == 0.0)
            sb_constant_set(&probe, &sb_constant_table[i], 1.0);
    if (!constants_at(f, curves, from, to, &probe, &c)) return 0;
    for (unsigned i = 0; i < sb_constant_count; i++)
        if (sb_constant_get(&c, &sb_constant_table[i]) != sb_constant_get(&probe, &sb_constant_table[i])) set |= UINT64_C(1) << i;
    return set;
}

/* NaN where the formula does not contain x. Overwrites the y of the points. */
static double predicted(const sb_sweep_findings *f, const sb_sweep_curves *curves, const sb_sweep_column *column, points *p)
{
    sb_constants c0, c;
    const int middle = p->run[p->count / 2];
    sb_needs in_motion = 0;
    sb_sweep_constants(f, middle, &c0);
    for (int i = 0; i < p->count; i++) {
        sb_terms rhs;
        if (!constants_at(f, curves, middle, p->run[i], &c0, &c)) return NAN;
        if (sb_statement_evaluate(column->statement, column->form, &c, &rhs, NULL) != 0 || !fits(rhs.sum)) return NAN;
        p->y[i] = sb_number_exact(rhs.sum);
        in_motion |= moved(f, curves, middle, p->run[i], &c0);
    }
    if (!(in_motion & column->statement->needs[column->form])) return NAN;
    return sb_slope_fitted(p->count, p->x, p->y).value;
}

static void fit(const sb_sweep_findings *f, const sb_sweep_curves *curves, int j, int c, points *p, sb_sweep_slope *slope)
{
    const sb_sweep_column *column = &f->column[c];
    collect(curves, j, column, p);
    *slope = (sb_sweep_slope){
        .column = c,
        .along = curves->along,
        .curve = j,
        .points = p->count,
        .left_out = curves->start[j + 1] - curves->start[j] - p->count,
        .slope = sb_slope_fitted(p->count, p->x, p->y),
        .predicted = NAN,
    };
    sb_sweep_curve_where(f->plan, curves, j, sizeof slope->where, slope->where);
    if (column->verdict && p->count > 1) slope->predicted = predicted(f, curves, column, p);
}

static sb_status fit_all(sb_context *ctx, sb_sweep_findings *f, const sb_sweep_curves *curves, int ways)
{
    sb_status st = SB_OK;
    const int runs = f->plan->run_count;
    int columns = 0, slopes = 0, *column = NULL;
    points p = {0};
    SB_ALLOC(column, f->column_count);
    for (int c = 0; c < f->column_count; c++)
        if (wanted(f, c)) column[columns++] = c;
    for (int w = 0; w < ways; w++) slopes += columns * curves[w].count;
    if (slopes == 0) goto done;
    SB_ALLOC(p.run, runs);
    SB_ALLOC(p.x, runs);
    SB_ALLOC(p.y, runs);
    SB_CALLOC(f->slope, slopes);
    for (int w = 0; w < ways; w++)
        for (int i = 0; i < columns; i++)
            for (int j = 0; j < curves[w].count; j++) fit(f, &curves[w], j, column[i], &p, &f->slope[f->slope_count++]);
done:
    sb_free(column);
    sb_free(p.run);
    sb_free(p.x);
    sb_free(p.y);
    return st;
}

sb_status sb_sweep_slopes_find(sb_context *ctx, sb_sweep_findings *findings)
{
    sb_status st = SB_OK;
    const sb_sweep_plan *plan = findings->plan;
    const int against = plan->against ? sb_sweep_axis_find(plan, plan->against) : -1;
    const int first = plan->against && (against < 0 || sb_sweep_axis_numeric(&plan->axis[against]));
    sb_sweep_curves *curves = NULL;
    int ways = 0;
    SB_CALLOC(curves, plan->axis_count + 1);
    if (first) SB_TRY(sb_sweep_curves_along(ctx, findings, plan->against, &curves[ways++]));
    for (int a = 0; a < plan->axis_count; a++)
        if (!(first && a == against) && two_numbers(&plan->axis[a], plan, a))
            SB_TRY(sb_sweep_curves_along(ctx, findings, plan->axis[a].key, &curves[ways++]));
    SB_TRY(fit_all(ctx, findings, curves, ways));
done:
    for (int w = 0; w < ways; w++) sb_sweep_curves_free(&curves[w]);
    sb_free(curves);
    return st;
}

const sb_sweep_slope *sb_sweep_slope_of(const sb_sweep_findings *findings, int column, const char *along, int curve)
{
    for (int i = 0; i < findings->slope_count; i++) {
        const sb_sweep_slope *slope = &findings->slope[i];
        if (slope->column == column && slope->curve == curve && strcmp(slope->along, along) == 0) return slope;
    }
    return NULL;
}
