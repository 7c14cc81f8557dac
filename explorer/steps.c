/* steps.c: the slack waterfall and the choice of Remark 4.12, for the page. */
#include "explorer/exports.h"

#include <math.h>
#include <string.h>

static const double ROUNDING = 1e-13; /* of a level, relative */
static const char REMARK[] = "remark_4_12";

unsigned sb_explorer_step_count(void)
{
    return sb_waterfall_count;
}

unsigned sb_explorer_step_proof(void)
{
    return sb_waterfall_proof;
}

const char *sb_explorer_step_name(unsigned i)
{
    return sb_waterfall_table[i].name;
}

const char *sb_explorer_step_meaning(unsigned i)
{
    return sb_waterfall_table[i].meaning;
}

double sb_explorer_step_level(unsigned i, const sb_constants *c)
{
    return sb_waterfall_table[i].level(c);
}

double sb_explorer_step_nats(unsigned i, const sb_constants *c, double start)
{
    const double to = sb_waterfall_table[i].level(c), from = i > 0 ? sb_waterfall_table[i - 1].level(c) : start;
    return fabs(to - from) <= ROUNDING * fmax(fabs(from), fabs(to)) ? 0.0 : to - from;
}

int sb_explorer_step_lacks(unsigned i, unsigned j, const sb_constants *c)
{
    sb_constants filled = *c;
    if (!isnan(sb_constant_get(c, &sb_constant_table[j]))) return 0;
    for (unsigned k = 0; k < sb_constant_count; k++)
        if (k != j && isnan(sb_constant_get(c, &sb_constant_table[k]))) sb_constant_set(&filled, &sb_constant_table[k], 1.0);
    if (!isnan(sb_waterfall_table[i].level(&filled))) return 0;
    sb_constant_set(&filled, &sb_constant_table[j], 1.0);
    return !isnan(sb_waterfall_table[i].level(&filled));
}

static int all_hold(const sb_terms *rhs)
{
    for (int i = 0; i < rhs->condition_count; i++)
        if (!rhs->condition[i].holds) return 0;
    return 1;
}

int sb_explorer_descends(const sb_constants *c)
{
    sb_terms rhs;
    return sb_statement_evaluate(sb_statement_find("lemma_4_7"), SB_FORM_SHARP, c, &rhs, 0) == 0 && all_hold(&rhs);
}

/* What the remark lacks besides T, K, kappa and eta, which it gives, and what only its terms need. */
static int lacking(int form, sb_constants c, sb_explorer_answer *answer)
{
    double *const free[] = {&c.T, &c.K, &c.kappa, &c.eta, &c.dtheta, &c.Fn0, &c.C1};
    for (size_t i = 0; i < sizeof free / sizeof *free; i++)
        if (isnan(*free[i])) *free[i] = 0.0;
    for (unsigned i = 0; i < sb_statement_count; i++)
        if (strcmp(sb_statement_table[i]->name, REMARK) == 0) return sb_explorer_evaluate(i, form, &c, answer);
    return -1;
}

/* Terms that lack a constant are NaN, and so is their sum then. */
static void remark_at(int form, const sb_constants *c, sb_terms *rhs)
{
    *rhs = (sb_terms){0};
    sb_statement_find(REMARK)->bound((sb_form)form, c, rhs);
}

/* The smallest limit among the conditions whose names begin so. */
static double least_limit(const sb_terms *rhs, const char *beginning)
{
    double limit = NAN;
    for (int i = 0; i < rhs->condition_count; i++)
        if (strncmp(rhs->condition[i].name, beginning, strlen(beginning)) == 0) limit = fmin(limit, rhs->condition[i].limit);
    return limit;
}

/* In the remark's own order, as each limit depends on what was chosen before it. */
int sb_explorer_remark(int form, const sb_constants *c, sb_constants *chosen, sb_explorer_answer *answer)
{
    sb_terms *const rhs = &answer->rhs;
    const int missing = lacking(form, *c, answer);
    *chosen = *c;
    if (missing != 0) return missing;
    remark_at(form, chosen, rhs);
    chosen->T = least_limit(rhs, "T >= (1/2)");
    remark_at(form, chosen, rhs);
    chosen->K = ceil(least_limit(rhs, "K >= (d+M2)"));
    remark_at(form, chosen, rhs);
    chosen->kappa = least_limit(rhs, "kappa <=");
    chosen->eta = least_limit(rhs, "eta");
    remark_at(form, chosen, rhs);
    return 0;
}
