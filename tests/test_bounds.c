#include "bounds/bounds.h"
#include "harness.h"
#include "statement.h"

#include <string.h>

static void constants_table_mirrors_the_struct(void)
{
    CHECK(sb_constant_count * sizeof(double) == sizeof(sb_constants));
    for (unsigned i = 0; i < sb_constant_count; i++) {
        const sb_constant_info *row = &sb_constant_table[i];
        CHECK(row->offset == i * sizeof(double));
        CHECK(sb_constant_find(row->name) == row);
        CHECK(strlen(row->meaning) > 3 && !isnan(row->least) && (row->integer == 0 || row->integer == 1));
        for (unsigned j = 0; j < i; j++) CHECK(strcmp(row->name, sb_constant_table[j].name) != 0);
    }
    CHECK(sb_constant_find("lambda") == NULL && sb_constant_find("") == NULL && sb_constant_find("n") == NULL);
}

static void constants_are_set_and_cleared(void)
{
    sb_constants c;
    sb_constants_clear(&c);
    for (unsigned i = 0; i < sb_constant_count; i++) CHECK(isnan(sb_constant_get(&c, &sb_constant_table[i])));
    sb_constant_set(&c, sb_constant_find("sigma1"), 2.385);
    sb_constant_set(&c, sb_constant_find("kl_prior"), -0.5);
    CHECK(c.sigma1 == 2.385 && c.kl_prior == -0.5 && isnan(c.sigma2) && isnan(c.w2));
    CHECK(sb_constant_get(&c, sb_constant_find("sigma1")) == 2.385);
}

static void sets_of_constants(void)
{
    const sb_needs all = (SB_NEED(nothing) - 1) >> (SB_CONSTANT_nothing - SB_CONSTANT_COUNT) | SB_NEED(nothing);
    CHECK(SB_NEED(N) == 1 && SB_NEED(S) == 2 && SB_CONSTANT_COUNT == sb_constant_count);
    for (unsigned i = 0; i < sb_statement_count; i++)
        for (int form = 0; form < SB_FORM_COUNT; form++) {
            const sb_needs needs = sb_statement_table[i]->needs[form];
            CHECK((needs & ~all) == 0 && (needs == 0 || (needs & SB_NEED(nothing))));
        }
    /* nothing needed is not the same as not offered */
    const sb_statement *s = sb_statement_find("assumption_4_2");
    sb_constants c;
    sb_terms rhs;
    sb_constants_clear(&c);
    CHECK(s->needs[SB_FORM_PRINTED] == SB_NEED(nothing) && s->needs[SB_FORM_SHARP] == 0);
    CHECK(sb_statement_evaluate(s, SB_FORM_PRINTED, &c, &rhs, NULL) == 0 && rhs.sum == 1.0);
    CHECK(sb_statement_evaluate(s, SB_FORM_SHARP, &c, &rhs, NULL) == -1 && isnan(rhs.sum));
}

static void statements_table(void)
{
    CHECK(sb_statement_count == 21);
    for (unsigned i = 0; i < sb_statement_count; i++) {
        const sb_statement *s = sb_statement_table[i];
        CHECK(sb_statement_find(s->name) == s);
        int forms = 0;
        CHECK(strlen(s->title) > 3 && strlen(s->source) > 8 && strcspn(s->source, ",") < 26); /* the label stands in a column */
        for (int form = 0; form < SB_FORM_COUNT; form++) {
            forms += s->needs[form] != 0;
            CHECK(!s->hidden[form] || s->needs[form]);
        }
        CHECK(forms > 0);
        if (s->generation) CHECK((s->lhs == SB_LHS_KL || s->lhs == SB_LHS_TV) && s->per_worker);
    }
    CHECK(sb_statement_table[0] == sb_statement_find("assumption_4_1") &&
          sb_statement_table[11] == sb_statement_find("remark_4_12"));
    CHECK(sb_statement_find("lemma_4_12") == NULL && sb_statement_find("") == NULL);
}

static void names(void)
{
    static const char *const forms[] = {"printed", "corrected", "sharp", "pl", "exact"};
    static const char *const verdicts[] = {"holds", "violated", "inconclusive", "vacuous", "not-applicable", "unknown"};
    for (int i = 0; i < SB_FORM_COUNT; i++) CHECK(strcmp(sb_form_name((sb_form)i), forms[i]) == 0);
    for (int i = 0; i <= SB_UNKNOWN; i++) CHECK(strcmp(sb_verdict_name((sb_verdict)i), verdicts[i]) == 0);
    CHECK(strcmp(sb_form_name(SB_FORM_COUNT), "unknown") == 0 && strcmp(sb_verdict_name((sb_verdict)17), "unknown") == 0);
}

static void missing_constants_are_listed_in_order(void)
{
    const sb_statement *s = sb_statement_find("lemma_4_5");
    const sb_constant_info *missing[64];
    sb_constants c = statement_constants();
    sb_terms rhs;
    c.kappa = c.d = c.M2 = c.sigma1 = NAN;
    CHECK(sb_statement_evaluate(s, SB_FORM_PRINTED, &c, &rhs, missing) == 3);
    CHECK(strcmp(missing[0]->name, "d") == 0 && strcmp(missing[1]->name, "kappa") == 0 && strcmp(missing[2]->name, "M2") == 0);
    CHECK(isnan(rhs.sum) && rhs.term_count == 0 && rhs.condition_count == 0);
    CHECK(sb_statement_evaluate(s, SB_FORM_PRINTED, &c, &rhs, NULL) == 3);
    CHECK(sb_statement_evaluate(s, SB_FORM_PL, &c, &rhs, missing) == -1 && isnan(rhs.sum));
    CHECK(sb_statement_evaluate(s, SB_FORM_EXACT, &c, &rhs, missing) == 0);
    CHECK(sb_judge(s, SB_FORM_EXACT, &rhs, NAN, NAN, rhs.sum, rhs.sum, 0.0, NAN) == SB_UNKNOWN);
}

static void terms_and_conditions_append(void)
{
    sb_terms t = {0};
    sb_term_add(&t, "progress", 2.385);
    sb_term_add(&t, "pruning", -0.5);
    sb_condition_add(&t, "T >= 1", 1.0, 0.7, 0);
    CHECK(t.term_count == 2 && t.condition_count == 1 && strcmp(t.term[1].name, "pruning") == 0 && t.term[1].value == -0.5);
    CHECK_CLOSE(t.sum, 1.885, 1e-15);
    CHECK(strcmp(t.condition[0].name, "T >= 1") == 0 && t.condition[0].limit == 1.0 && t.condition[0].value == 0.7 &&
          !t.condition[0].holds);
}

/* Judges without conditions. */
static sb_verdict judge(const sb_statement *s, double lhs_lo, double lhs_hi, double rhs_lo, double rhs_hi, double tolerance,
                        double prior)
{
    const sb_terms none = {0};
    return sb_judge(s, SB_FORM_PRINTED, &none, lhs_lo, lhs_hi, rhs_lo, rhs_hi, tolerance, prior);
}

static void verdicts_of_upper_bounds(void)
{
    const sb_statement upper = {.kind = {SB_UPPER}};
    CHECK(judge(&upper, 1.0, 2.0, 2.0, 3.0, 0.0, NAN) == SB_HOLDS);
    CHECK(judge(&upper, 1.0, 2.0, 1.99, 3.0, 0.0, NAN) == SB_INCONCLUSIVE);
    CHECK(judge(&upper, 1.0, 2.0, 0.5, 1.0, 0.0, NAN) == SB_INCONCLUSIVE);
    CHECK(judge(&upper, 1.0, 2.0, 0.5, 0.99, 0.0, NAN) == SB_VIOLATED);
    CHECK(judge(&upper, -3.0, -2.0, -2.0, -1.0, 0.0, NAN) == SB_HOLDS);
    CHECK(judge(&upper, -2.0, -2.0, -3.0, -3.0, 0.0, NAN) == SB_VIOLATED);
    CHECK(judge(&upper, 0.0, 0.0, 0.0, 0.0, 0.0, NAN) == SB_HOLDS);
    CHECK(judge(&upper, 0.0, 0.0, -1e-300, -1e-300, 1e-6, NAN) == SB_VIOLATED);
    CHECK(judge(&upper, -INFINITY, INFINITY, 1.0, 2.0, 1e-6, NAN) == SB_INCONCLUSIVE);
    CHECK(judge(&upper, INFINITY, INFINITY, 1.0, 2.0, 1e-6, NAN) == SB_VIOLATED);
    CHECK(judge(&upper, 1.0, 2.0, INFINITY, INFINITY, 1e-6, NAN) == SB_HOLDS);
    CHECK(judge(&upper, 1.0, 2.0, -INFINITY, -INFINITY, 1e-6, NAN) == SB_VIOLATED);
    CHECK(judge(&upper, 1.0, 2.0, -INFINITY, INFINITY, 1e-6, NAN) == SB_INCONCLUSIVE);
}

static void rounding_does_not_violate(void)
{
    const sb_statement upper = {.kind = {SB_UPPER}};
    const double x = 0.442;
    CHECK(judge(&upper, x, x, x * (1.0 - 1e-10), x * (1.0 - 1e-10), 1e-9, NAN) == SB_HOLDS);
    CHECK(judge(&upper, x, x, x * (1.0 - 1e-8), x * (1.0 - 1e-8), 1e-9, NAN) == SB_VIOLATED);
    CHECK(judge(&upper, -x, -x, -x * (1.0 + 1e-10), -x * (1.0 + 1e-10), 1e-9, NAN) == SB_HOLDS);
    CHECK(judge(&upper, -x, -x, -x * (1.0 + 1e-8), -x * (1.0 + 1e-8), 1e-9, NAN) == SB_VIOLATED);
}

static void verdicts_of_equalities(void)
{
    const sb_statement equality = {.kind = {SB_EQUALITY}, .generation = 1};
    CHECK(judge(&equality, 1.0, 2.0, 2.0, 3.0, 0.0, NAN) == SB_HOLDS);
    CHECK(judge(&equality, 2.0, 3.0, 1.0, 2.0, 0.0, NAN) == SB_HOLDS);
    CHECK(judge(&equality, 1.0, 2.0, 2.01, 3.0, 0.0, NAN) == SB_VIOLATED);
    CHECK(judge(&equality, 2.01, 3.0, 1.0, 2.0, 0.0, NAN) == SB_VIOLATED);
    CHECK(judge(&equality, 1.0, 2.0, 2.01, 3.0, 0.006, NAN) == SB_HOLDS);
    CHECK(judge(&equality, 2.01, 3.0, 1.0, 2.0, 0.006, NAN) == SB_HOLDS);
    CHECK(judge(&equality, -2.385, -2.385, -2.385, -2.385, 0.0, NAN) == SB_HOLDS);
    CHECK(judge(&equality, -2.385, -2.385, 2.385, 2.385, 1e-6, NAN) == SB_VIOLATED);
    CHECK(judge(&equality, -INFINITY, INFINITY, 1.0, 1.0, 1e-6, NAN) == SB_INCONCLUSIVE);
    CHECK(judge(&equality, INFINITY, INFINITY, 1.0, 1.0, 1e-6, NAN) == SB_VIOLATED);
    CHECK(judge(&equality, 5.0, 5.0, 5.0, 5.0, 0.0, 1.0) == SB_HOLDS); /* an equality is never vacuous */
}

static void verdicts_of_conditions(void)
{
    const sb_statement limited = {.kind = {SB_CONDITION}, .limited = {1}}, finite = {.kind = {SB_CONDITION}};
    CHECK(judge(&limited, 0.2, 0.999, 1.0, 1.0, 0.1, NAN) == SB_HOLDS);
    CHECK(judge(&limited, 0.2, 1.0, 1.0, 1.0, 0.1, NAN) == SB_INCONCLUSIVE);
    CHECK(judge(&limited, 1.0, 1.0, 1.0, 1.0, 0.1, NAN) == SB_VIOLATED);
    CHECK(judge(&limited, -5.0, -4.0, 1.0, 1.0, 0.1, NAN) == SB_HOLDS);
    CHECK(judge(&finite, 7.0, 8.0, 1.0, 1.0, 0.0, NAN) == SB_HOLDS);
    CHECK(judge(&finite, 7.0, INFINITY, 1.0, 1.0, 0.0, NAN) == SB_INCONCLUSIVE);
    CHECK(judge(&finite, INFINITY, INFINITY, 1.0, 1.0, 0.0, NAN) == SB_VIOLATED);
    CHECK(judge(&finite, NAN, NAN, 1.0, 1.0, 0.0, NAN) == SB_UNKNOWN);
}

static void verdicts_without_a_number(void)
{
    static const sb_kind kinds[] = {SB_UPPER, SB_EQUALITY, SB_CONDITION};
    for (unsigned k = 0; k < 3; k++) {
        const sb_statement s = {.kind = {kinds[k]}, .generation = 1};
        for (int i = 0; i < 4; i++) {
            double end[4] = {1.0, 2.0, 3.0, 4.0};
            end[i] = NAN;
            CHECK(judge(&s, end[0], end[1], end[2], end[3], 1e-6, 0.5) == SB_UNKNOWN);
        }
        CHECK(judge(&s, 2.0, 1.0, 3.0, 4.0, 1e-6, 0.5) == SB_UNKNOWN);
        CHECK(judge(&s, 1.0, 2.0, 4.0, 3.0, 1e-6, 0.5) == SB_UNKNOWN);
    }
}

static void vacuous_means_true_and_useless(void)
{
    const sb_statement generation = {.kind = {SB_UPPER}, .generation = 1}, other = {.kind = {SB_UPPER}};
    CHECK(judge(&generation, 1.0, 1.0, 5.0, 6.0, 0.0, 5.0) == SB_VACUOUS);
    CHECK(judge(&generation, 1.0, 1.0, 5.0, 6.0, 0.0, 5.1) == SB_HOLDS);
    CHECK(judge(&generation, 1.0, 1.0, 5.0, 6.0, 0.0, NAN) == SB_HOLDS);
    CHECK(judge(&generation, 1.0, 1.0, INFINITY, INFINITY, 0.0, 5.0) == SB_VACUOUS);
    CHECK(judge(&generation, 5.5, 5.5, 5.0, 6.0, 0.0, 2.0) == SB_INCONCLUSIVE);
    CHECK(judge(&generation, 7.0, 7.0, 5.0, 6.0, 0.0, 2.0) == SB_VIOLATED);
    CHECK(judge(&other, 1.0, 1.0, 5.0, 6.0, 0.0, 2.0) == SB_HOLDS);
}

/* On the scale of total variation: no more than Pinsker or Bretagnolle and Huber leave of the prior. */
static void vacuous_in_total_variation(void)
{
    const sb_statement variation = {.kind = {SB_UPPER}, .lhs = SB_LHS_TV, .generation = 1},
                       kl = {.lhs = SB_LHS_KL, .generation = 1}, other = {.lhs = SB_LHS_TV};
    CHECK_CLOSE(sb_statement_useless(&variation, 0.02), 0.1, 1e-15);
    CHECK_CLOSE(sb_statement_useless(&variation, 2.385), sqrt(1.0 - exp(-2.385)), 1e-15);
    CHECK(sb_statement_useless(&kl, 2.385) == 2.385 && isnan(sb_statement_useless(&other, 2.385)));
    CHECK(isnan(sb_statement_useless(&variation, NAN)) && isnan(sb_statement_useless(&kl, NAN)));
    CHECK(judge(&variation, 0.01, 0.01, 0.11, 0.12, 0.0, 0.02) == SB_VACUOUS);
    CHECK(judge(&variation, 0.01, 0.01, 0.09, 0.12, 0.0, 0.02) == SB_HOLDS);
}

static void a_failed_condition_comes_first(void)
{
    const sb_statement upper = {.kind = {SB_UPPER}};
    sb_terms t = {0};
    sb_condition_add(&t, "a", 1.0, 0.5, 1);
    CHECK(sb_judge(&upper, SB_FORM_PRINTED, &t, 9.0, 9.0, 1.0, 1.0, 0.0, NAN) == SB_VIOLATED);
    sb_condition_add(&t, "b", 1.0, 1.5, 0);
    CHECK(sb_judge(&upper, SB_FORM_PRINTED, &t, 9.0, 9.0, 1.0, 1.0, 0.0, NAN) == SB_NOT_APPLICABLE);
    CHECK(sb_judge(&upper, SB_FORM_PRINTED, &t, NAN, NAN, NAN, NAN, 0.0, NAN) == SB_NOT_APPLICABLE);
}

static const sb_test tests[] = {
    {"the table of constants mirrors the struct", constants_table_mirrors_the_struct},
    {"constants are set and cleared", constants_are_set_and_cleared},
    {"sets of constants", sets_of_constants},
    {"the table of statements", statements_table},
    {"names", names},
    {"missing constants are listed in order", missing_constants_are_listed_in_order},
    {"terms and conditions append", terms_and_conditions_append},
    {"verdicts of upper bounds", verdicts_of_upper_bounds},
    {"rounding does not violate", rounding_does_not_violate},
    {"verdicts of equalities", verdicts_of_equalities},
    {"verdicts of conditions", verdicts_of_conditions},
    {"verdicts without a number", verdicts_without_a_number},
    {"vacuous means true and useless", vacuous_means_true_and_useless},
    {"vacuous in total variation", vacuous_in_total_variation},
    {"a failed condition comes first", a_failed_condition_comes_first},
};

int main(void)
{
    return sb_test_main("bounds", tests, sizeof tests / sizeof *tests);
}
