/* Formulas on pages: one for every form of every statement, each with the value that bounds/ computes; and the language they are in. */
#include "harness.h"

#include "formula_value.h"
#include "markup.h"
#include "report/mathml.h"
#include "report/parts.h"
#include "report/run_sections.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static sb_context context;

/* What a formula becomes, to be freed; *good what the writer says of it. */
static char *written(const char *tex, int *good)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    *good = sb_mathml(out, tex);
    fclose(out);
    return text;
}

static int becomes(const char *tex, const char *part)
{
    int good;
    char *text = written(tex, &good);
    const int is = good && sb_markup_is_sound(text) && strstr(text, part);
    if (!is) printf("# %s became %s\n", tex, text);
    free(text);
    return is;
}

static void test_language(void)
{
    CHECK(becomes("x_i^2", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>"));
    CHECK(becomes("x^2_i", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>"));
    CHECK(becomes("2.385 - \\sigma_1", "<mn>2.385</mn><mo>&#x2212;</mo><msub><mi>&#x3c3;</mi><mn>1</mn></msub>"));
    CHECK(becomes("\\frac{a}{1 + b}", "<mfrac><mrow><mi>a</mi></mrow><mrow><mn>1</mn><mo>+</mo><mi>b</mi></mrow></mfrac>"));
    CHECK(becomes("\\sqrt{x}", "<msqrt><mrow><mi>x</mi></mrow></msqrt>"));
    CHECK(becomes("(a)^2",
                  "<msup><mrow><mo stretchy=\"false\">(</mo><mi>a</mi><mo stretchy=\"false\">)</mo></mrow><mn>2</mn></msup>"));
    CHECK(becomes("(\\frac{a}{b})", "<mo stretchy=\"true\">(</mo>"));
    CHECK(becomes("\\min \\{ a, b \\}", "<mo stretchy=\"false\">}</mo>"));
    CHECK(becomes("\\sum_{r < R} x", "<munder><mo>&#x2211;</mo><mrow><mi>r</mi><mo>&lt;</mo><mi>R</mi></mrow></munder>"));
    CHECK(becomes("\\text{a < b & c}", "<mtext>a&#160;&lt;&#160;b&#160;&amp;&#160;c</mtext>"));
    CHECK(becomes("\\bar{q}_\\delta", "<mover accent=\"true\">"));
    CHECK(becomes("", "<math"));
}

static void test_mistakes(void)
{
    static const char *const wrong[] = {"{a", "a}",    "\\frac{a}", "\\nonsense", "x_", "x^",  "x_1_2",    "x^1^2",    "(a",
                                        "a)", "\\{ a", "a \\}",     "\\",         "_a", "a#b", "\\sqrt a", "\\text{a", "\xce\xb1"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        int good;
        free(written(wrong[i], &good));
        if (good) printf("# taken: %s\n", wrong[i]);
        CHECK(!good);
    }
    FILE *sink = fopen("/dev/null", "w");
    CHECK_FAILS(&context, sb_put_formula(&context, sink, "a +\n\\nonsense"), SB_EINVAL, "\\nonsense");
    fclose(sink);
}

static int offered(const sb_formula *formula)
{
    const sb_statement *s = sb_statement_find(formula->statement);
    return s && s->needs[formula->form] != 0;
}

static void test_each_has_one(void)
{
    int forms = 0;
    for (unsigned i = 0; i < sb_statement_count; i++)
        for (int form = 0; form < SB_FORM_COUNT; form++) {
            if (!sb_statement_table[i]->needs[form]) continue;
            const sb_formula *formula = sb_formula_find(sb_statement_table[i]->name, (sb_form)form);
            if (!formula) printf("# no formula of %s %s\n", sb_statement_table[i]->name, sb_form_name((sb_form)form));
            CHECK(formula != NULL);
            forms++;
        }
    CHECK(forms == sb_formula_count);
    for (int i = 0; i < sb_formula_count; i++) CHECK(offered(&sb_formula_table[i]));
    CHECK(sb_formula_find("lemma_4_5", SB_FORM_PL) == NULL && sb_formula_find("nothing", SB_FORM_PRINTED) == NULL);
}

/* Every line of every formula, as the page writes it. */
static void test_all_are_sound(void)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    for (int i = 0; i < sb_formula_count; i++) {
        const sb_formula *f = &sb_formula_table[i];
        const sb_statement *s = sb_statement_find(f->statement);
        CHECK_OK(&context, sb_put_formula(&context, out, f->rhs));
        if (f->where) CHECK_OK(&context, sb_put_formula(&context, out, f->where));
        CHECK_OK(&context, sb_put_formula(&context, out, sb_formula_left(s->lhs)));
        CHECK_OK(&context, sb_put_formula(&context, out, sb_formula_relation(s, f->form)));
    }
    for (int i = 0; i < sb_notation_count; i++) CHECK_OK(&context, sb_put_formula(&context, out, sb_notation_table[i].formula));
    fclose(out);
    CHECK(sb_markup_is_sound(text));
    free(text);
}

/* Values at which no two terms are alike, and alpha > 0. */
static sb_constants somewhere(int k)
{
    sb_constants c;
    sb_constants_clear(&c);
    c = (sb_constants){.N = 10,
                       .S = 5 + k,
                       .R = 37,
                       .D = 50,
                       .d = 3,
                       .T = 2.385,
                       .K = 23,
                       .kappa = 0.21,
                       .delta = 0.013,
                       .eta = 3.1e-3,
                       .L = 1.7 + 0.1 * k,
                       .w2 = 0.43,
                       .sigma1 = 0.9,
                       .sigma2 = 0.37,
                       .Gamma = 6,
                       .F0 = 5.3,
                       .FR = 2.1,
                       .Fn0 = 5.9 - k,
                       .dtheta = 1.31 + 9 * k,
                       .M2 = 2.7 + k,
                       .C1 = -0.61,
                       .mu = 0.23,
                       .Fstar = 0.71,
                       .FnR = 2.2,
                       .D_sum = 0.53,
                       .B_sum = 0.29,
                       .U = 0.77,
                       .B_bound = 0.41,
                       .score_loss = 1.19,
                       .path_kl = 1.53,
                       .chain_score = 0.83,
                       .kl_init = 0.019,
                       .kl_prior = 0.67,
                       .squared_gradient = 0.3,
                       .L_score = 0.8 + k,
                       .fisher = 4.1,
                       .cov_gap = 0.2,
                       .theta2 = 7.3,
                       .prune2 = 0.17,
                       .G = 2.9,
                       .h = 0.31,
                       .step2 = 0.47,
                       .sampler_bias = 0.057};
    return c;
}

static void test_values(void)
{
    int compared = 0;
    for (int k = 0; k < 2; k++) {
        const sb_constants c = somewhere(k);
        for (int i = 0; i < sb_formula_count; i++) {
            const sb_formula *f = &sb_formula_table[i];
            const sb_statement *s = sb_statement_find(f->statement);
            sb_terms rhs;
            if (s->kind[f->form] == SB_CONDITION) continue;
            CHECK(sb_statement_evaluate(s, f->form, &c, &rhs, NULL) == 0);
            if (!CHECK_CLOSE(sb_formula_value(f, &c), rhs.sum, 1e-12)) printf("# %s %s\n", f->statement, sb_form_name(f->form));
            compared++;
        }
    }
    CHECK(compared == 2 * (sb_formula_count - 5)); /* five forms of assumptions */
}

static double symbol_value(const char *symbol, const sb_constants *c)
{
    return sb_formula_value(&(sb_formula){"", SB_FORM_SHARP, symbol, NULL}, c);
}

/* The symbols that follow from others by a definition on the page; test_values reads them, too, where formulas use them. */
static void test_notation(void)
{
    for (int k = 0; k < 2; k++) {
        const sb_constants c = somewhere(k);
        double alpha;
        const double psi = sb_psi(&c, &alpha);
        CHECK_CLOSE(symbol_value("\\nu", &c), c.N / c.Gamma, 1e-12);
        CHECK_CLOSE(symbol_value("x", &c), c.eta * c.S * c.L, 1e-12);
        CHECK_CLOSE(symbol_value("\\alpha", &c), alpha, 1e-12);
        CHECK_CLOSE(symbol_value("\\Psi", &c), psi, 1e-12);
        CHECK_CLOSE(symbol_value("q", &c), sb_contraction(&c), 1e-12);
        CHECK_CLOSE(symbol_value("\\bar{A}", &c), 0.75 * c.B_bound, 1e-12);
    }
}

static int defines(const char *formula)
{
    for (int i = 0; i < sb_notation_count; i++)
        if (strncmp(sb_notation_table[i].formula, formula, strlen(formula)) == 0) return 1;
    return 0;
}

/* What is measured as a whole cannot be evaluated: it is compared with the paper's by its letters. */
static void test_measured_symbols(void)
{
    CHECK(defines("L_n = \\sum_k \\gamma_k \\E |s_k - S_k|^2"));
    CHECK(defines("C_1 = L_n - F_n(\\theta_R)"));
    CHECK(defines("A = \\sum_k w_k (1 - b_k)^2, "));
}

/* An assumption's limit is the one that it is judged by; without one it asks for a finite left side. */
static void test_limits(void)
{
    const sb_constants c = somewhere(0);
    int seen = 0;
    for (int i = 0; i < sb_formula_count; i++) {
        const sb_formula *f = &sb_formula_table[i];
        const sb_statement *s = sb_statement_find(f->statement);
        sb_terms rhs;
        if (s->kind[f->form] != SB_CONDITION) continue;
        CHECK(sb_statement_evaluate(s, f->form, &c, &rhs, NULL) == 0);
        if (s->limited[f->form]) CHECK_CLOSE(sb_formula_value(f, &c), rhs.sum, 1e-12);
        else CHECK(strcmp(f->rhs, "\\infty") == 0);
        seen++;
    }
    CHECK(seen == 5);
}

/* Left sides are measured; here they are compared with the paper's by their letters. */
static void test_left_sides(void)
{
    static const struct {
        const char *statement, *left;
    } wanted[] = {
        {"assumption_4_1", "L"},
        {"assumption_4_2", "w^2"},
        {"assumption_4_3", "\\max \\{ \\sigma_1, \\sigma_2 \\}"},
        {"assumption_4_4", "M_2"},
        {"lemma_4_5", "\\sum_k \\int_{t_k}^{t_{k+1}} \\E |A_1 - A_2|^2 d t"},
        {"lemma_4_6", "\\frac{1}{R} \\sum_{r < R} \\E |\\nabla F(\\theta_r)|^2"},
        {"lemma_4_7", "\\E F_n(\\theta_R)"},
        {"lemma_4_8", "\\sum_k \\gamma_k \\E |s_k - S_k|^2"},
        {"lemma_4_9", "\\mathrm{KL}(Q \\| P^{q_T})"},
        {"lemma_4_10", "\\mathrm{KL}(q_{n,\\delta} \\| p)"},
        {"theorem_4_11", "\\mathrm{KL}(q_{n,\\delta} \\| p)"},
        {"remark_4_12", "\\mathrm{KL}(q_{n,\\delta} \\| p)"},
        {"iid_case", "\\mathrm{KL}(q_{n,\\delta} \\| p)"},
        {"heterogeneity", "\\mathrm{KL}(q_{n,\\delta} \\| \\bar{q}_\\delta) - \\mathrm{KL}(q_{n,T} \\| \\bar{q}_T)"},
        {"a_priori", "\\mathrm{KL}(q_{n,\\delta} \\| p)"},
        {"lipschitz_score", "\\mathrm{KL}(q_{n,\\delta} \\| p)"},
        {"benton_2024", "\\mathrm{KL}(q_{n,\\delta} \\| p)"},
        {"chen_lee_lu_2023", "\\mathrm{KL}(q_{n,\\delta} \\| p)"},
        {"chen_chewi_2023", "\\frac{1}{2} \\int |q_{n,\\delta} - p|"},
        {"conforti_2023", "\\mathrm{KL}(q_{n,\\delta} \\| p)"},
        {"zhou_2024", "\\frac{1}{R} \\sum_{r < R} \\E |\\nabla F(\\theta_r)|^2"},
    };
    CHECK(sizeof wanted / sizeof *wanted == sb_statement_count);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        const sb_statement *s = sb_statement_find(wanted[i].statement);
        const int same = s && strcmp(sb_formula_left(s->lhs), wanted[i].left) == 0;
        if (!same) printf("# left side of %s\n", wanted[i].statement);
        CHECK(same);
    }
}

static void test_relations(void)
{
    static const struct {
        const char *sign, *relation;
    } same[] = {{"<=", "\\le"}, {"=", "="}, {"<~", "\\lesssim"}};
    for (int i = 0; i < sb_formula_count; i++) {
        const sb_form form = sb_formula_table[i].form;
        const sb_statement *s = sb_statement_find(sb_formula_table[i].statement);
        const char *relation = sb_formula_relation(s, form);
        int found = s->kind[form] == SB_CONDITION && strcmp(relation, "<") == 0;
        for (int k = 0; k < 3 && s->kind[form] != SB_CONDITION; k++)
            found |= strcmp(sb_relation_sign(s, form), same[k].sign) == 0 && strcmp(relation, same[k].relation) == 0;
        CHECK(found);
    }
}

static const sb_test tests[] = {
    {"the language", test_language},
    {"what is not of it", test_mistakes},
    {"each form has a formula", test_each_has_one},
    {"all are well-formed", test_all_are_sound},
    {"each has the value that is computed", test_values},
    {"the symbols", test_notation},
    {"symbols that are measured", test_measured_symbols},
    {"what assumptions ask for", test_limits},
    {"left sides", test_left_sides},
    {"relations", test_relations},
};

int main(void)
{
    sb_context_init(&context, 1);
    return sb_test_main("formulas", tests, sizeof tests / sizeof *tests);
}
