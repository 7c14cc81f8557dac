#include "choose/explicit.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

sb_selection sb_explicit_begin(const sb_situation *situation, sb_selection_kind kind)
{
    const sb_constants *base = &situation->base[0];
    return (sb_selection){
        .kind = kind,
        .at = {.T = NAN,
               .delta = base->delta,
               .K = NAN,
               .kappa = NAN,
               .eta = NAN,
               .R = floor(situation->steps_budget / base->S),
               .S = base->S,
               .grid = SB_GRID_LOG_SNR,
               .sampler = SB_SAMPLER_DDPM},
        .worker = -1,
        .promise = {.sum = NAN},
        .remark = {.sum = NAN},
        .yardstick = {.sum = NAN},
        .certificate = {NAN, NAN, NAN, NAN, NAN},
        .reach = {NAN, NAN, NAN, NAN, NAN, NAN, NAN},
        .chain = NAN,
    };
}

sb_horizon sb_explicit_horizon(const sb_situation *situation)
{
    return (sb_horizon){.d = situation->base[0].d, .M2 = situation->M2_largest, .delta = situation->base[0].delta};
}

void sb_explicit_say(sb_selection *selection, int i, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(selection->reason[i], sizeof selection->reason[i], format, arguments);
    va_end(arguments);
}

/* KL_chain of the worker for whom it is largest. */
static double worst_chain(int count, const sb_constants *c)
{
    const sb_statement *theorem = sb_statement_find("theorem_4_11");
    double worst = -INFINITY;
    for (int i = 0; i < count; i++) {
        sb_terms rhs;
        sb_statement_evaluate(theorem, SB_FORM_SHARP, &c[i], &rhs, NULL);
        if (!(rhs.sum <= worst)) worst = rhs.sum;
        if (isnan(worst)) break;
    }
    return worst;
}

void sb_explicit_conclude(const sb_situation *situation, const sb_constants *c, sb_selection *selection)
{
    selection->at.kappa = c[0].kappa;
    sb_selection_evaluate(situation, c, selection);
    if (!situation->config) return;
    selection->piloted = 2;
    selection->chain = worst_chain(situation->count, c);
    selection->reach.F0 = c[0].F0;
    selection->reach.FR = c[0].FR;
    selection->reach.dtheta = c[0].dtheta;
}
