/* What the bound explorer's page calls (explorer/), compiled for this machine: it must hand on what bounds/ says, bit by bit. */
#include "explorer/exports.h"
#include "harness.h"
#include "statement.h"

#include <string.h>

static int same(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static void constants_are_the_tables(void)
{
    CHECK(sb_explorer_constant_count() == sb_constant_count);
    for (unsigned i = 0; i < sb_constant_count; i++) {
        const sb_constant_info *row = &sb_constant_table[i];
        CHECK(strcmp(sb_explorer_constant_name(i), row->name) == 0 && strcmp(sb_explorer_constant_meaning(i), row->meaning) == 0);
        CHECK(same(sb_explorer_constant_least(i), row->least) && same(sb_explorer_constant_most(i), row->most));
        CHECK(sb_explorer_constant_whole(i) == row->integer);
    }
}

static void statements_are_the_tables(void)
{
    CHECK(sb_explorer_statement_count() == sb_statement_count && sb_explorer_form_count() == SB_FORM_COUNT);
    for (unsigned i = 0; i < sb_statement_count; i++) {
        const sb_statement *s = sb_statement_table[i];
        CHECK(strcmp(sb_explorer_statement_name(i), s->name) == 0 && strcmp(sb_explorer_statement_title(i), s->title) == 0);
        CHECK(strcmp(sb_explorer_statement_source(i), s->source) == 0 && sb_explorer_statement_generation(i) == s->generation);
        CHECK(sb_explorer_statement_lhs(i) == (int)s->lhs && sb_explorer_statement_lhs(i) <= SB_LHS_RESIDUAL);
        for (int form = 0; form < SB_FORM_COUNT; form++) {
            const char *hidden = sb_explorer_statement_hidden(i, form);
            CHECK(sb_explorer_statement_kind(i, form) == (s->needs[form] ? (int)s->kind[form] : -1));
            CHECK(s->hidden[form] ? strcmp(hidden, s->hidden[form]) == 0 : hidden[0] == '\0');
            CHECK(strcmp(sb_explorer_form_name(form), sb_form_name((sb_form)form)) == 0);
        }
    }
}

/* The page lays constants out as doubles in the order of the table. */
static sb_constants as_the_page_does(const sb_constants *c)
{
    double room[SB_CONSTANT_COUNT];
    sb_constants laid;
    for (unsigned i = 0; i < sb_constant_count; i++) room[i] = sb_constant_get(c, &sb_constant_table[i]);
    memcpy(&laid, room, sizeof laid);
    return laid;
}

static void compare(unsigned i, int form, const sb_constants *c)
{
    sb_explorer_answer answer;
    sb_terms want;
    const sb_constant_info *missing[SB_CONSTANT_COUNT];
    const int count = sb_statement_evaluate(sb_statement_table[i], (sb_form)form, c, &want, missing);
    CHECK(sb_explorer_evaluate(i, form, c, &answer) == count && answer.missing_count == (count > 0 ? count : 0));
    for (int j = 0; j < count; j++)
        CHECK(strcmp(sb_explorer_constant_name(sb_explorer_missing(&answer, j)), missing[j]->name) == 0);
    CHECK(same(sb_explorer_sum(&answer), want.sum));
    CHECK(sb_explorer_term_count(&answer) == want.term_count && sb_explorer_condition_count(&answer) == want.condition_count);
    for (int j = 0; j < want.term_count; j++) {
        CHECK(strcmp(sb_explorer_term_name(&answer, j), want.term[j].name) == 0);
        CHECK(same(sb_explorer_term_value(&answer, j), want.term[j].value));
    }
    for (int j = 0; j < want.condition_count; j++) {
        CHECK(strcmp(sb_explorer_condition_name(&answer, j), want.condition[j].name) == 0);
        CHECK(same(sb_explorer_condition_limit(&answer, j), want.condition[j].limit));
        CHECK(same(sb_explorer_condition_value(&answer, j), want.condition[j].value));
        CHECK(sb_explorer_condition_holds(&answer, j) == want.condition[j].holds);
    }
}

/* All constants, each of them missing, and a rate that breaks conditions. */
static void right_sides_are_the_librarys(void)
{
    const sb_constants given = statement_constants(), c = as_the_page_does(&given);
    CHECK(sb_explorer_answer_size() == sizeof(sb_explorer_answer));
    for (unsigned i = 0; i < sb_statement_count; i++) {
        CHECK(same(sb_explorer_useless(i, &c), sb_statement_useless(sb_statement_table[i], c.kl_prior)));
        for (int form = 0; form < SB_FORM_COUNT; form++) {
            sb_constants steep = c;
            steep.eta = 2.385;
            compare(i, form, &c);
            compare(i, form, &steep);
            for (unsigned j = 0; j < sb_constant_count; j++) {
                sb_constants lacking = c;
                sb_constant_set(&lacking, &sb_constant_table[j], NAN);
                compare(i, form, &lacking);
            }
        }
    }
}

static void levels_are_the_waterfalls(void)
{
    const sb_constants c = statement_constants();
    double before = 0.2385;
    CHECK(sb_explorer_step_count() == sb_waterfall_count && sb_explorer_step_proof() == sb_waterfall_proof);
    for (unsigned i = 0; i < sb_waterfall_count; i++) {
        const double level = sb_waterfall_table[i].level(&c), nats = sb_explorer_step_nats(i, &c, 0.2385);
        CHECK(strcmp(sb_explorer_step_name(i), sb_waterfall_table[i].name) == 0);
        CHECK(strcmp(sb_explorer_step_meaning(i), sb_waterfall_table[i].meaning) == 0);
        CHECK(same(sb_explorer_step_level(i, &c), level));
        CHECK(nats == 0.0 ? fabs(level - before) <= 1e-13 * fabs(level) : nats == level - before);
        before = level;
    }
}

/* |F_n0 - F0| - (F_n0 - F0), twice. One that is only rounding is none at all. */
static void a_step_of_rounding_is_none(void)
{
    sb_constants c = statement_constants();
    unsigned gap = 0;
    while (strcmp(sb_explorer_step_name(gap), "initial gap") != 0) gap++;
    c.Fn0 = c.F0 - 0.2385;
    CHECK_CLOSE(sb_explorer_step_nats(gap, &c, NAN), 4.0 * 0.2385, 1e-10);
    c.Fn0 = c.F0;
    CHECK(sb_explorer_step_nats(gap, &c, NAN) == 0.0);
}

/* The constants named are those, and only those, whose absence alone leaves the level unknown. */
static void what_a_level_lacks(void)
{
    const sb_constants full = statement_constants();
    sb_constants none;
    sb_constants_clear(&none);
    for (unsigned i = 0; i < sb_waterfall_count; i++) {
        int named = 0;
        for (unsigned j = 0; j < sb_constant_count; j++) {
            sb_constants lacking = full;
            sb_constant_set(&lacking, &sb_constant_table[j], NAN);
            const int needed = isnan(sb_waterfall_table[i].level(&lacking));
            CHECK(sb_explorer_step_lacks(i, j, &lacking) == needed && sb_explorer_step_lacks(i, j, &none) == needed);
            CHECK(!sb_explorer_step_lacks(i, j, &full));
            named += needed;
        }
        CHECK(named >= 2);
    }
}

static void the_descent_lemma_applies_or_not(void)
{
    sb_constants c = statement_constants();
    CHECK(sb_explorer_descends(&c));
    c.eta = 0.6 / (c.S * c.L); /* alpha < 1/2 - 2 eta S L < 0 */
    CHECK(!sb_explorer_descends(&c));
    c.eta = NAN;
    CHECK(!sb_explorer_descends(&c));
}

static const sb_condition *condition_of(const sb_explorer_answer *answer, const char *name)
{
    for (int j = 0; j < answer->rhs.condition_count; j++)
        if (strcmp(answer->rhs.condition[j].name, name) == 0) return &answer->rhs.condition[j];
    return NULL;
}

/* Small F0: the remark's choice exists, by its own formulas written out once more. */
static void a_choice_that_exists(void)
{
    const sb_constants c = {.N = 4.0,
                            .S = 2.0,
                            .R = 300.0,
                            .d = 3.0,
                            .delta = 0.02,
                            .L = 5.1,
                            .w2 = 0.013,
                            .sigma1 = 0.4,
                            .sigma2 = 0.1,
                            .Gamma = 3.0,
                            .F0 = 0.2385,
                            .Fn0 = 0.3,
                            .dtheta = 0.8,
                            .M2 = 2.7,
                            .C1 = -0.1,
                            .T = NAN,
                            .K = NAN,
                            .kappa = NAN,
                            .eta = NAN};
    for (int form = SB_FORM_PRINTED; form <= SB_FORM_CORRECTED; form++) {
        sb_constants chosen;
        sb_explorer_answer answer;
        const double pruning = c.w2 * (form == SB_FORM_PRINTED ? c.L : c.L * c.L), SRN = c.S * c.R * c.N;
        CHECK(sb_explorer_remark(form, &c, &chosen, &answer) == 0);
        const double T = 0.5 * log(5.7 / 0.2385), span = T - log(0.02);
        CHECK_CLOSE(chosen.T, T, 1e-14);
        CHECK(chosen.K == ceil(5.7 * span * span / 0.2385));
        CHECK_CLOSE(chosen.kappa, span / chosen.K, 1e-14);
        const double variance = c.F0 * c.Gamma / (SRN * (0.16 + 0.01)), noise = sqrt(c.F0 * c.Gamma * c.Gamma / (SRN * c.L * 0.16));
        const double lemma = sqrt(c.Gamma / (640.0 * c.N)) / (c.S * c.L);
        CHECK_CLOSE(chosen.eta, fmin(fmin(variance, noise), fmin(lemma, c.F0 * c.Gamma / (SRN * pruning))), 1e-13);
        CHECK(chosen.F0 == c.F0 && chosen.dtheta == c.dtheta && chosen.R == c.R);
        CHECK(answer.missing_count == 0 && answer.rhs.condition_count > 8);
        for (int j = 0; j < answer.rhs.condition_count; j++) CHECK(answer.rhs.condition[j].holds);
        CHECK_CLOSE(answer.rhs.sum,
                    (form == SB_FORM_PRINTED ? 1.0 : 2.0) * (0.0615 + 0.08 + 0.2385 - 0.1) +
                        (form == SB_FORM_PRINTED ? 0.0 : 17.0 * 0.2385),
                    1e-13);
    }
}

static void a_choice_that_does_not(void)
{
    sb_constants c = statement_constants(), chosen;
    sb_explorer_answer answer;
    c.F0 = c.d + c.M2; /* T = 0 */
    CHECK(sb_explorer_remark(SB_FORM_CORRECTED, &c, &chosen, &answer) == 0 && chosen.T == 0.0);
    CHECK(!condition_of(&answer, "T >= 1")->holds && !condition_of(&answer, "F0 <= (d+M2) e^-2")->holds);
    CHECK(condition_of(&answer, "K >= (d+M2)(T+log(1/delta))^2/F0")->holds);
}

static void what_the_remark_lacks(void)
{
    sb_constants c = statement_constants(), chosen;
    sb_explorer_answer answer;
    c.dtheta = NAN; /* its terms lack that, its conditions do not */
    CHECK(sb_explorer_remark(SB_FORM_PRINTED, &c, &chosen, &answer) == 0 && isnan(answer.rhs.sum) &&
          answer.rhs.condition_count > 8);
    c.delta = c.F0 = NAN;
    CHECK(sb_explorer_remark(SB_FORM_PRINTED, &c, &chosen, &answer) == 2 && answer.missing_count == 2);
    CHECK(strcmp(sb_explorer_constant_name(answer.missing[0]), "delta") == 0 &&
          strcmp(sb_explorer_constant_name(answer.missing[1]), "F0") == 0);
    CHECK(memcmp(&chosen, &c, sizeof c) == 0);
    CHECK(sb_explorer_remark(SB_FORM_SHARP, &c, &chosen, &answer) == -1);
}

int main(void)
{
    static const sb_test tests[] = {
        {"constants are the table's", constants_are_the_tables},
        {"statements are the table's", statements_are_the_tables},
        {"right sides are the library's", right_sides_are_the_librarys},
        {"levels are the waterfall's", levels_are_the_waterfalls},
        {"a step of rounding is none", a_step_of_rounding_is_none},
        {"what a level lacks", what_a_level_lacks},
        {"the descent lemma applies or not", the_descent_lemma_applies_or_not},
        {"a choice that exists", a_choice_that_exists},
        {"a choice that does not", a_choice_that_does_not},
        {"what the remark lacks", what_the_remark_lacks},
    };
    return sb_test_main("explorer", tests, sizeof tests / sizeof *tests);
}
