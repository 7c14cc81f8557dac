/* Constants near the ends of the range of double: what the right sides make of them. */
#include "base/random.h"
#include "bounds/bounds.h"
#include "harness.h"
#include "statement.h"

#include <float.h>
#include <stdio.h>
#include <string.h>

static const double reals[] = {0.0, DBL_TRUE_MIN, DBL_MIN, 1e-300, 1e-160, 1e-30, 0.01, 1.0, 2.385, 1e5, 1e30, 1e160, 1e300};
static const double wholes[] = {0.0, 1.0, 2.0, 3.0, 7.0, 1e15, 1e160, 1e300};

/* Any value of the table, or one of its middle. */
static double pick(sb_stream *stream, const sb_constant_info *row, int extreme)
{
    const int count = row->integer ? sizeof wholes / sizeof *wholes : sizeof reals / sizeof *reals;
    const double middle = row->integer ? 7.0 : 2.385;
    const double value = extreme ? (row->integer ? wholes : reals)[(int)(count * sb_stream_uniform(stream))] : middle;
    if (value > row->most) return -value;
    return fmax(value, row->least);
}

static int conditions_hold(const sb_terms *rhs)
{
    int all = 1;
    for (int i = 0; i < rhs->condition_count; i++) all &= rhs->condition[i].holds != 0;
    return all;
}

/* Of every statement and form, from all constants at the ends of the range to one in eight. */
static void no_number_only_where_a_condition_fails(void)
{
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 0, 308, 0, 0);
    int undefined = 0, refused = 0, finite = 0;
    for (int trial = 0; trial < 10000; trial++) {
        sb_constants c;
        const double share = trial % 8 / 7.0;
        for (unsigned i = 0; i < sb_constant_count; i++)
            sb_constant_set(&c, &sb_constant_table[i],
                            pick(&stream, &sb_constant_table[i], sb_stream_uniform(&stream) < fmax(share, 0.125)));
        if (trial % 3) c.Gamma = fmin(c.N, 3.0), c.eta *= 1e-10, c.R = fmax(c.R, 1.0);
        for (unsigned i = 0; i < sb_statement_count; i++)
            for (int form = 0; form < SB_FORM_COUNT; form++) {
                const sb_statement *s = sb_statement_table[i];
                sb_terms rhs;
                if (!s->needs[form]) continue;
                CHECK(sb_statement_evaluate(s, (sb_form)form, &c, &rhs, NULL) == 0);
                const int holds = conditions_hold(&rhs);
                if (isnan(rhs.sum) && holds) printf("# %s %s is no number\n", s->name, sb_form_name((sb_form)form));
                CHECK(!isnan(rhs.sum) || !holds);
                undefined += isnan(rhs.sum) != 0;
                finite += isfinite(rhs.sum) && holds;
                refused += rhs.condition_count > 0 && isnan(rhs.condition[rhs.condition_count - 1].value);
            }
    }
    printf("# %d no numbers, %d of them refused for that alone, %d finite and applicable\n", undefined, refused, finite);
    CHECK(undefined > 0 && finite > 100000);
}

static sb_constants in_units_of_theta(sb_constants c, int k)
{
    c.L = ldexp(c.L, 2 * k), c.mu = ldexp(c.mu, 2 * k), c.eta = ldexp(c.eta, -2 * k);
    c.sigma1 = ldexp(c.sigma1, k), c.sigma2 = ldexp(c.sigma2, k), c.G = ldexp(c.G, k);
    c.w2 = ldexp(c.w2, -2 * k), c.theta2 = ldexp(c.theta2, -2 * k), c.dtheta = ldexp(c.dtheta, -k);
    return c;
}

/* theta in units of 2^-k: L, mu, sigma, w, |dtheta| and eta follow, training and samples stay what they are. Printed statements with w^2 L change: that is what is wrong with them. */
static void the_unit_of_theta_does_not_matter(void)
{
    static const struct {
        const char *name;
        sb_form form;
        int squared; /* |grad F|^2 grows as 2^2k */
    } rows[] = {{"lemma_4_7", SB_FORM_CORRECTED, 0},    {"lemma_4_7", SB_FORM_SHARP, 0},    {"lemma_4_7", SB_FORM_PL, 0},
                {"theorem_4_11", SB_FORM_CORRECTED, 0}, {"theorem_4_11", SB_FORM_PL, 0},    {"iid_case", SB_FORM_CORRECTED, 0},
                {"a_priori", SB_FORM_SHARP, 0},         {"a_priori", SB_FORM_PL, 0},        {"lemma_4_6", SB_FORM_CORRECTED, 1},
                {"lemma_4_6", SB_FORM_SHARP, 1},        {"zhou_2024", SB_FORM_CORRECTED, 1}};
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int k = -120; k <= 120; k += 30) {
            const sb_statement *s = sb_statement_find(rows[i].name);
            const sb_constants c = statement_constants();
            const sb_constants moved = in_units_of_theta(c, k);
            const double value = statement_value(s, rows[i].form, &c);
            CHECK_CLOSE(statement_value(s, rows[i].form, &moved), rows[i].squared ? ldexp(value, 2 * k) : value, 1e-13);
        }
}

/* 0 rounds at an infinite price: a right side that is no number says so by a condition, and is not used. */
static void zero_times_infinity(void)
{
    const sb_statement *lemma = sb_statement_find("lemma_4_7");
    sb_constants c = statement_constants();
    sb_terms rhs;
    c.R = 0.0, c.L = 1e-150, c.w2 = 1e300, c.sigma1 = 1e200;
    CHECK(sb_statement_evaluate(lemma, SB_FORM_SHARP, &c, &rhs, NULL) == 0);
    CHECK(isnan(rhs.sum) && !rhs.condition[rhs.condition_count - 1].holds);
    CHECK(strcmp(rhs.condition[rhs.condition_count - 1].name, "products within the range of double") == 0);
    for (int i = 0; i + 1 < rhs.condition_count; i++) CHECK(rhs.condition[i].holds);
    CHECK(sb_judge(lemma, SB_FORM_SHARP, &rhs, 1.0, 1.0, rhs.sum, rhs.sum, 0.0, NAN) == SB_NOT_APPLICABLE);
}

static const sb_test tests[] = {
    {"no number only where a condition fails", no_number_only_where_a_condition_fails},
    {"the unit of theta does not matter", the_unit_of_theta_does_not_matter},
    {"zero times infinity", zero_times_infinity},
};

int main(void)
{
    return sb_test_main("bounds_extremes", tests, sizeof tests / sizeof *tests);
}
