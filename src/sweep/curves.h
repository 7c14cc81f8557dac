/* curves.h: the runs of a sweep cut into curves: along one of them a single key (or measured constant) moves, and the other keys stand
 * still. Two exceptions: in a paired plan all keys whose values are numbers or lists move together, and what moves a measured constant
 * are the keys whose values are numbers or lists, or, where those leave no curve with two different x, all keys. */
#ifndef SB_SWEEP_CURVES_H
#define SB_SWEEP_CURVES_H

#include "sweep/findings.h"

typedef struct {
    const char *along;
    int         axis;      /* of the plan; -1: a constant */
    double     *x;         /* (run_count) NaN: no number */
    int         count;     /* of curves */
    int        *start;     /* (count+1) the runs of curve j are member[start[j]], ..., member[start[j+1]-1], by growing x, NaN last */
    int        *member;    /* (run_count) */
    int        *moves;     /* (axis_count) nonzero: that axis moves along the curves */
} sb_sweep_curves;

/* sb_sweep_axis_find: index of a varied key, -1 if it is none. sb_sweep_axis_numeric: nonzero if all its values are numbers and
 * the key is no label (sb_sweep_is_label). sb_sweep_number: of axis `axis` in run `run`; NaN where its value is none. */
int    sb_sweep_axis_find(const sb_sweep_plan *plan, const char *key);
int    sb_sweep_axis_numeric(const sb_sweep_axis *axis);
double sb_sweep_number(const sb_sweep_plan *plan, int run, int axis);

/* sb_sweep_curves_along: `along` is a varied key, or the name of a constant column of findings, which has been filled.
 * sb_sweep_curves_free(&empty) is harmless.
 * sb_sweep_curve_where: what stands still on curve j, "pruning.level=S, seed=2"; "" where nothing does; cut short where it must be.
 * sb_sweep_where_brief: the same without the keys' sections, "level=S, seed=2". */
sb_status sb_sweep_curves_along(sb_context *ctx, const sb_sweep_findings *findings, const char *along, sb_sweep_curves *curves);
void      sb_sweep_curves_free(sb_sweep_curves *curves);
void      sb_sweep_curve_where(const sb_sweep_plan *plan, const sb_sweep_curves *curves, int j, size_t size, char *text);
void      sb_sweep_where_brief(const sb_sweep_plan *plan, const char *where, size_t size, char *text);

#endif
