#include "choose/rate.h"
#include "choose/selection.h"

#include <math.h>

const char *sb_selection_name(sb_selection_kind kind)
{
    static const char *const names[SB_SELECTION_COUNT] = {"printed", "corrected", "repaired", "optimised"};
    return (unsigned)kind < SB_SELECTION_COUNT ? names[kind] : "unknown";
}

int sb_selection_is_remark(sb_selection_kind kind)
{
    return kind == SB_SELECTION_PRINTED || kind == SB_SELECTION_CORRECTED;
}

double sb_selection_target(const sb_situation *situation)
{
    return 0.1 * situation->base[0].d;
}

/* A right side for the worker for whom it is worst: the largest; one that is not known is worse than all. */
typedef struct {
    sb_terms rhs;
    int place, holds; /* holds: the conditions do, for all workers */
    int missing_count;
    const sb_constant_info *missing[SB_CONSTANT_COUNT];
} worst_case;

static int all_hold(const sb_terms *t)
{
    int all = 1;
    for (int i = 0; i < t->condition_count; i++) all &= t->condition[i].holds != 0;
    return all;
}

/* What theorem_4_11 asks of data and grid, by what is known from the grid alone. */
static sb_constants with_bounds_of_the_grid(sb_constants c)
{
    if (isnan(c.D_sum)) c.D_sum = c.U;
    if (isnan(c.B_sum)) c.B_sum = c.B_bound;
    return c;
}

static worst_case worst_of(const sb_statement *statement, sb_form form, int count, const sb_constants *c)
{
    worst_case worst = {.place = -1};
    int holds = 1;
    for (int i = 0; i < count; i++) {
        const sb_constants known = with_bounds_of_the_grid(c[i]);
        worst_case here = {.place = i};
        here.missing_count = sb_statement_evaluate(statement, form, &known, &here.rhs, here.missing);
        holds &= here.missing_count == 0 && all_hold(&here.rhs);
        if (i == 0 || (!isnan(worst.rhs.sum) && !(here.rhs.sum <= worst.rhs.sum))) worst = here;
    }
    worst.holds = holds;
    return worst;
}

static sb_form a_priori_form(const sb_constants *c)
{
    return sb_rate_contracts(c) ? SB_FORM_PL : SB_FORM_SHARP;
}

void sb_selection_evaluate(const sb_situation *situation, const sb_constants *c, sb_selection *selection)
{
    const sb_statement *a_priori = sb_statement_find("a_priori"), *theorem = sb_statement_find("theorem_4_11");
    const int of_remark = sb_selection_is_remark(selection->kind);
    const sb_form own = selection->kind == SB_SELECTION_PRINTED ? SB_FORM_PRINTED : SB_FORM_CORRECTED;
    selection->yardstick_form = a_priori_form(c);
    selection->yardstick = worst_of(a_priori, selection->yardstick_form, situation->count, c).rhs;
    selection->statement = of_remark ? theorem : a_priori;
    selection->form = of_remark ? own : selection->yardstick_form;
    const worst_case worst = worst_of(selection->statement, selection->form, situation->count, c);
    selection->promise = worst.rhs;
    selection->worker = situation->n[worst.place];
    selection->prior = c[worst.place].kl_prior;
    selection->missing_count = worst.missing_count;
    for (int i = 0; i < worst.missing_count; i++) selection->missing[i] = worst.missing[i];
    /* the remark's own conditions, which are the theorem's and more, can be told without the theorem's constants */
    selection->feasible = of_remark && worst.missing_count > 0 ? 1 : worst.holds && isfinite(worst.rhs.sum);
    if (of_remark) selection->feasible &= selection->remark.condition_count > 0 && all_hold(&selection->remark);
    selection->reach = sb_reach_at(&c[worst.place]);
}
