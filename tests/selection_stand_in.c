/* The promise in as few words as the remark's tests need it: theorem_4_11 printed or corrected for the first worker. */
#include "choose/selection.h"

#include <math.h>

void sb_selection_evaluate(const sb_situation *situation, const sb_constants *c, sb_selection *selection)
{
    const sb_constant_info *missing[64];
    selection->statement = sb_statement_find("theorem_4_11");
    selection->form = selection->kind == SB_SELECTION_PRINTED ? SB_FORM_PRINTED : SB_FORM_CORRECTED;
    selection->worker = situation->n[0];
    selection->missing_count = sb_statement_evaluate(selection->statement, selection->form, c, &selection->promise, missing);
    selection->feasible = isfinite(selection->promise.sum);
    selection->reach = (sb_reach){.F0 = NAN, .FR = NAN, .dtheta = NAN};
}
