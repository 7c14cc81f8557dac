#include "bounds/bounds.h"
#include "harness.h"
#include "reverse_gaussian.h"
#include "statement.h"

static const sb_statement *lemma(void)
{
    return sb_statement_find("lemma_4_8");
}

static void formulas(void)
{
    const sb_constants c = statement_constants();
    CHECK_CLOSE(statement_value(lemma(), SB_FORM_PRINTED, &c), 0.829 - 0.387, 1e-15);
    CHECK_CLOSE(statement_value(lemma(), SB_FORM_EXACT, &c), 0.829 - 0.387, 1e-15);
    CHECK(lemma()->kind[SB_FORM_PRINTED] == SB_UPPER && lemma()->kind[SB_FORM_EXACT] == SB_EQUALITY);
}

static void every_list_of_needs_is_exact(void)
{
    statement_check_needs(lemma(), 0);
    statement_check_increasing(lemma(), SB_FORM_EXACT, "FnR C1");
}

static void equality_for_gaussians(void)
{
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 0, 48, 0, 0);
    static reverse_grid grid;
    static reverse_score score;
    for (int trial = 0; trial < 100; trial++) {
        reverse_law law;
        sb_constants c;
        reverse_law_draw(&stream, &law);
        reverse_grid_draw(&stream, REVERSE_RANDOM, 0.3, 2.0, 0.01, &grid);
        reverse_score_perfect(&law, &grid, &score);
        reverse_score_spoil(&stream, 0.5, &grid, law.d, &score);
        reverse_constants(&law, &grid, &score, &c);
        sb_terms rhs;
        CHECK(c.C1 <= 0.0 && sb_statement_evaluate(lemma(), SB_FORM_EXACT, &c, &rhs, NULL) == 0);
        CHECK(sb_judge(lemma(), SB_FORM_EXACT, &rhs, c.score_loss, c.score_loss, rhs.sum, rhs.sum, 1e-9, NAN) == SB_HOLDS);
        CHECK(sb_judge(lemma(), SB_FORM_PRINTED, &rhs, c.score_loss, c.score_loss, rhs.sum, rhs.sum, 1e-9, NAN) == SB_HOLDS);
    }
}

/* A mixture of two normals on the line, a nonlinear score, everything by the trapezoidal rule (spectrally accurate here). */
enum { NODES = 161 };
static const double REACH = 8.0, WEIGHT[2] = {0.3, 0.7}, MEAN[2] = {-1.1, 0.6}, VARIANCE[2] = {0.05, 0.2};

static double normal_density(double x)
{
    return exp(-0.5 * x * x) / sqrt(2.0 * M_PI);
}

static double node(int i)
{
    return REACH * (2.0 * i / (NODES - 1) - 1.0);
}

/* Density, score and posterior variance of X_0 at y, time u. */
static void mixture_at(double y, double u, double *score, double *posterior)
{
    const double decay = exp(-u), s2 = -expm1(-2.0 * u);
    double density = 0.0, slope = 0.0, first = 0.0, second = 0.0;
    for (int j = 0; j < 2; j++) {
        const double v = decay * decay * VARIANCE[j] + s2, z = (y - decay * MEAN[j]) / sqrt(v),
                     p = WEIGHT[j] * normal_density(z) / sqrt(v);
        const double mean = MEAN[j] + VARIANCE[j] * decay * z / sqrt(v), var = VARIANCE[j] * s2 / v;
        density += p, slope -= p * z / sqrt(v), first += p * mean, second += p * (var + mean * mean);
    }
    *score = slope / density;
    *posterior = second / density - pow(first / density, 2.0);
}

static double model(double y, double u)
{
    return -1.2 * y + 0.8 * tanh(1.7 * y + 0.1) / (1.0 + u);
}

static void equality_for_a_mixture_and_a_nonlinear_score(void)
{
    const double u[] = {1.7, 0.9, 0.4, 0.15, 0.06};
    sb_constants c = statement_constants();
    double score_loss = 0.0, by_definition = 0.0;
    c.FnR = c.C1 = 0.0;
    for (int k = 0; k < 4; k++) {
        const double gamma = u[k] - u[k + 1], decay = exp(-u[k]), s2 = -expm1(-2.0 * u[k]), s = 1.0 / expm1(2.0 * u[k]);
        const double h = 2.0 * REACH / (NODES - 1);
        double J = 0.0, V = 0.0;
        for (int j = 0; j < 2; j++) {
            const double v = decay * decay * VARIANCE[j] + s2;
            for (int i = 0; i < NODES; i++) { /* Y given the component */
                const double y = decay * MEAN[j] + sqrt(v) * node(i), weight = WEIGHT[j] * h * normal_density(node(i));
                double S, posterior;
                mixture_at(y, u[k], &S, &posterior);
                J += weight * S * S, V += weight * posterior;
                score_loss += gamma * weight * pow(model(y, u[k]) - S, 2.0);
                for (int l = 0; l < NODES; l++) { /* X_0 and the noise apart: Z = -noise/sigma */
                    const double yy = decay * (MEAN[j] + sqrt(VARIANCE[j]) * node(i)) + sqrt(s2) * node(l);
                    c.FnR += gamma * weight * h * normal_density(node(l)) * pow(model(yy, u[k]) + node(l) / sqrt(s2), 2.0);
                }
            }
        }
        c.C1 -= gamma * s * (1.0 + s) * V;
        by_definition += gamma * (J - 1.0 / s2);
    }
    CHECK_CLOSE(c.C1, by_definition, 1e-9);
    CHECK_CLOSE(statement_value(lemma(), SB_FORM_EXACT, &c), score_loss, 1e-9);
    c.C1 *= 0.999;
    CHECK(statement_verdict(lemma(), SB_FORM_EXACT, &c, score_loss) == SB_VIOLATED);
    c.FnR *= 0.9;
    CHECK(statement_verdict(lemma(), SB_FORM_PRINTED, &c, score_loss) == SB_VIOLATED);
}

static const sb_test tests[] = {
    {"formulas", formulas},
    {"every list of needs is exact", every_list_of_needs_is_exact},
    {"equality for Gaussians", equality_for_gaussians},
    {"equality for a mixture and a nonlinear score", equality_for_a_mixture_and_a_nonlinear_score},
};

int main(void)
{
    return sb_test_main("lemma_4_8", tests, sizeof tests / sizeof *tests);
}
