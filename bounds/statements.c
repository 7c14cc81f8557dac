/* statements.c: the one list of statements, first the paper's in its order, then ours and those of others; how one is evaluated. */
#include "bounds/parts.h"

#include <math.h>
#include <string.h>

const sb_statement *const sb_statement_table[] = {
    &sb_assumption_4_1,  &sb_assumption_4_2, &sb_assumption_4_3, &sb_assumption_4_4,  &sb_lemma_4_5,    &sb_lemma_4_6,
    &sb_lemma_4_7,       &sb_lemma_4_8,      &sb_lemma_4_9,      &sb_lemma_4_10,      &sb_theorem_4_11, &sb_remark_4_12,
    &sb_iid_case,        &sb_heterogeneity,  &sb_a_priori,       &sb_lipschitz_score, &sb_benton_2024,  &sb_chen_lee_lu_2023,
    &sb_chen_chewi_2023, &sb_conforti_2023,  &sb_zhou_2024,
};

const unsigned sb_statement_count = sizeof sb_statement_table / sizeof *sb_statement_table;

const sb_statement *sb_statement_find(const char *name)
{
    for (unsigned i = 0; i < sb_statement_count; i++)
        if (strcmp(sb_statement_table[i]->name, name) == 0) return sb_statement_table[i];
    return 0;
}

const char *sb_form_name(sb_form form)
{
    static const char *const names[SB_FORM_COUNT] = {"printed", "corrected", "sharp", "pl", "exact"};
    return (unsigned)form < SB_FORM_COUNT ? names[form] : "unknown";
}

/* The first constant of a set that is not empty; the set without it. */
static int first(sb_needs set)
{
    return __builtin_ctzll(set);
}

static sb_needs rest(sb_needs set)
{
    return set & (set - 1);
}

/* Those of `needs` that are NaN. Looks at no others: most right sides take less time than a look at all constants. */
static sb_needs lacking(const sb_constants *c, sb_needs needs)
{
    sb_needs set = 0;
    for (sb_needs left = needs & ~SB_NEED(nothing); left; left = rest(left)) {
        double value;
        memcpy(&value, (const char *)c + (size_t)first(left) * sizeof value, sizeof value);
        if (isnan(value)) set |= UINT64_C(1) << first(left);
    }
    return set;
}

static int conditions_hold(const sb_terms *rhs)
{
    for (int i = 0; i < rhs->condition_count; i++)
        if (!rhs->condition[i].holds) return 0;
    return 1;
}

int sb_statement_evaluate(const sb_statement *s, sb_form form, const sb_constants *c, sb_terms *rhs,
                          const sb_constant_info **missing)
{
    int count = 0;
    rhs->term_count = rhs->condition_count = 0;
    rhs->sum = NAN;
    if (!s->needs[form]) return -1;
    for (sb_needs left = lacking(c, s->needs[form]); left; left = rest(left)) {
        if (missing) missing[count] = &sb_constant_table[first(left)];
        count++;
    }
    if (count == 0) {
        rhs->sum = 0.0;
        s->bound(form, c, rhs);
        if (isnan(rhs->sum) && conditions_hold(rhs)) sb_condition_add(rhs, "products within the range of double", INFINITY, NAN, 0);
    }
    return count;
}

void sb_term_add(sb_terms *t, const char *name, double value)
{
    t->term[t->term_count++] = (sb_term){name, value};
    t->sum += value;
}

void sb_condition_add(sb_terms *t, const char *name, double limit, double value, int holds)
{
    if (t->condition_count < SB_MAX_CONDITIONS) t->condition[t->condition_count++] = (sb_condition){name, limit, value, holds};
    else t->sum = NAN; /* a right side without one of its conditions must not be used */
}
