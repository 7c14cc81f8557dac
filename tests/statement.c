#include "statement.h"

#include "harness.h"

#include <stdio.h>
#include <string.h>

sb_constants statement_constants(void)
{
    return (sb_constants){
        .N = 7.0,
        .S = 3.0,
        .R = 11.0,
        .D = 13.0,
        .d = 5.0,
        .T = 2.385,
        .K = 6400.0,
        .kappa = 0.000813,
        .delta = 0.0371,
        .eta = 0.00217,
        .L = 1.731,
        .w2 = 0.4417,
        .sigma1 = 0.613,
        .sigma2 = 0.377,
        .Gamma = 3.0,
        .F0 = 0.947,
        .FR = 0.731,
        .Fn0 = 1.153,
        .dtheta = 0.271,
        .M2 = 41.9,
        .C1 = -0.387,
        .mu = 0.293,
        .Fstar = 0.419,
        .FnR = 0.829,
        .D_sum = 0.0873,
        .B_sum = 0.00619,
        .U = 0.1117,
        .B_bound = 0.00911,
        .score_loss = 0.4421,
        .path_kl = 0.353,
        .chain_score = 0.2393,
        .kl_init = 0.0677,
        .kl_prior = 3.137,
        .squared_gradient = 0.0719,
        .L_score = 23.9,
        .fisher = 17.37,
        .cov_gap = 0.0413,
        .theta2 = 3.719,
        .prune2 = 0.2371,
        .G = 1.319,
        .h = 0.000731,
        .step2 = 0.00137,
        .sampler_bias = 0.000317,
    };
}

double statement_value(const sb_statement *s, sb_form form, const sb_constants *c)
{
    sb_terms rhs;
    CHECK(sb_statement_evaluate(s, form, c, &rhs, NULL) == 0);
    return rhs.sum;
}

sb_verdict statement_verdict(const sb_statement *s, sb_form form, const sb_constants *c, double lhs)
{
    sb_terms rhs;
    CHECK(sb_statement_evaluate(s, form, c, &rhs, NULL) == 0);
    return sb_judge(s, form, &rhs, lhs, lhs, rhs.sum, rhs.sum, 1e-12, NAN);
}

/* Whether `name` is one of the blank-separated words of `list`. */
static int lists(const char *list, const char *name)
{
    char padded[512], word[64];
    snprintf(padded, sizeof padded, " %s ", list);
    snprintf(word, sizeof word, " %s ", name);
    return strstr(padded, word) != NULL;
}

static void say(const char *statement, sb_form form, const char *what)
{
    printf("# %s %s: %s\n", statement, sb_form_name(form), what);
}

static void check_terms(const sb_statement *s, sb_form form, const sb_terms *rhs, int combined)
{
    double sum = 0.0;
    CHECK(rhs->term_count > 0 && rhs->term_count <= SB_MAX_TERMS);
    CHECK(rhs->condition_count >= 0 && rhs->condition_count <= SB_MAX_CONDITIONS);
    for (int i = 0; i < rhs->term_count; i++) {
        sum += rhs->term[i].value;
        for (int j = 0; j < i; j++) CHECK(strcmp(rhs->term[i].name, rhs->term[j].name) != 0);
    }
    if (!combined && !CHECK_CLOSE(rhs->sum, sum, 1e-15)) say(s->name, form, "terms do not add up");
}

static int same(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static int same_bits(const sb_terms *a, const sb_terms *b)
{
    int equal = same(a->sum, b->sum) && a->term_count == b->term_count && a->condition_count == b->condition_count;
    for (int i = 0; equal && i < a->term_count; i++)
        equal = a->term[i].name == b->term[i].name && same(a->term[i].value, b->term[i].value);
    for (int i = 0; equal && i < a->condition_count; i++) {
        const sb_condition *x = &a->condition[i], *y = &b->condition[i];
        equal = x->name == y->name && same(x->limit, y->limit) && same(x->value, y->value) && x->holds == y->holds;
    }
    return equal;
}

/* Used where it is known, and not needed: under mu the a priori bound takes a smaller distance than it would know of itself. */
static int is_optional(const sb_statement *s, int form, const sb_constant_info *row)
{
    return strcmp(s->name, "a_priori") == 0 && form == SB_FORM_PL && strcmp(row->name, "dtheta") == 0;
}

void statement_check_needs(const sb_statement *s, int combined)
{
    for (int form = 0; form < SB_FORM_COUNT; form++) {
        const sb_constants full = statement_constants();
        const sb_constant_info *missing[64];
        sb_terms base, moved;
        if (!s->needs[form]) {
            CHECK(sb_statement_evaluate(s, (sb_form)form, &full, &base, NULL) == -1 && isnan(base.sum));
            continue;
        }
        CHECK(sb_statement_evaluate(s, (sb_form)form, &full, &base, missing) == 0);
        check_terms(s, (sb_form)form, &base, combined);
        for (unsigned i = 0; i < sb_constant_count; i++) {
            const sb_constant_info *row = &sb_constant_table[i];
            sb_constants c = full;
            sb_constant_set(&c, row, NAN);
            const int count = sb_statement_evaluate(s, (sb_form)form, &c, &moved, missing);
            int right = count == 0 && same_bits(&base, &moved) != is_optional(s, form, row);
            if (s->needs[form] >> i & 1) right = count == 1 && missing[0] == row && isnan(moved.sum) && moved.term_count == 0;
            if (!right) say(s->name, (sb_form)form, row->name);
            CHECK(right);
        }
    }
}

void statement_check_increasing(const sb_statement *s, sb_form form, const char *names)
{
    for (unsigned i = 0; i < sb_constant_count; i++) {
        const sb_constant_info *row = &sb_constant_table[i];
        if (!lists(names, row->name)) continue;
        sb_constants c = statement_constants();
        const double start = sb_constant_get(&c, row), first = statement_value(s, form, &c);
        double last = first;
        for (int step = 1; step <= 8; step++) {
            sb_constant_set(&c, row, start + 0.05 * step * fabs(start));
            const double value = statement_value(s, form, &c);
            if (!(value >= last)) say(s->name, form, row->name);
            CHECK(value >= last);
            last = value;
        }
        if (!(last > first)) say(s->name, form, row->name);
        CHECK(last > first);
    }
}

void statement_check_condition(const sb_statement *s, sb_form form, const sb_constants *c, const char *constant, double value,
                               const char *condition)
{
    sb_constants moved = *c;
    sb_terms rhs;
    int found = 0;
    sb_constant_set(&moved, sb_constant_find(constant), value);
    CHECK(sb_statement_evaluate(s, form, &moved, &rhs, NULL) == 0);
    for (int i = 0; i < rhs.condition_count; i++) {
        const int named = strcmp(rhs.condition[i].name, condition) == 0;
        found += named;
        if (rhs.condition[i].holds == named) say(s->name, form, rhs.condition[i].name);
        CHECK(rhs.condition[i].holds == !named);
    }
    CHECK(found == 1);
    CHECK(sb_judge(s, form, &rhs, 0.0, 0.0, 1e300, 1e300, 0.0, NAN) == SB_NOT_APPLICABLE);
}
