#include "affine_training.h"
#include "harness.h"
#include "statement.h"

#include <stdio.h>

static const sb_statement *a_priori(void)
{
    return sb_statement_find("a_priori");
}

/* The sharp Lemma 4.6 at N = 7, Gamma = 3, S = 3, where every coordinate may lack more workers than keep it. */
static double psi_by_hand(double *alpha)
{
    const double eL = 0.00217 * 1.731, feed = 1.0 + 6.0 * eL, p = feed * 7.0 / (3.0 - 36.0 * eL * eL), Q = eL * eL * p * 20.0 / 3.0;
    *alpha = (1.0 - 12.0 * eL - 2.0 * Q) / 2.0;
    return 1.731 * 1.731 * p * 0.4417 + 0.377 * 0.377 * (Q + feed * 7.0 / 3.0) + 4.0 * eL * eL * p * 0.613 * 0.613 +
           14.0 * eL * 0.613 * 0.613 / 9.0;
}

/* What Lemma 4.10 and the grid add, with M2 = 41.9, d = 5, T = 2.385. */
static double start_and_grid(void)
{
    const double y = exp(-4.77);
    return (41.9 * y - 5.0 * (log1p(-y) + y)) / 2.0 + 0.1117;
}

static void formulas(void)
{
    sb_constants c = statement_constants();
    double alpha;
    const double psi = psi_by_hand(&alpha), A = 0.75 * 0.00911;
    const double sharp = 1.153 + 0.377 * 0.271 + 33.0 * 0.00217 * psi - 0.387;
    CHECK_CLOSE(statement_value(a_priori(), SB_FORM_SHARP, &c), start_and_grid() + pow(sqrt(sharp) + sqrt(A), 2), 1e-13);
    /* the recursion F - F* <- (1-q)(F - F*) + eta S Psi, eleven times */
    const double q = 2.0 * 0.293 * 0.00217 * 3.0 * alpha;
    double above = 0.528;
    for (int r = 0; r < 11; r++) above += 0.00217 * 3.0 * psi - q * above;
    const double distance = (sqrt(0.528) + sqrt(above)) * sqrt(2.0 / 0.293);
    const double pl = 0.206 + 0.377 * distance + 0.419 + above - 0.387, known = pl - 0.377 * (distance - 0.271);
    CHECK_CLOSE(statement_value(a_priori(), SB_FORM_PL, &c), start_and_grid() + pow(sqrt(known) + sqrt(A), 2), 1e-11);
    CHECK(statement_value(a_priori(), SB_FORM_PL, &c) < statement_value(a_priori(), SB_FORM_SHARP, &c));
    c.sampler_bias = 0.0;
    CHECK_CLOSE(statement_value(a_priori(), SB_FORM_SHARP, &c), start_and_grid() + sharp, 1e-13);
    c.dtheta = NAN;
    CHECK_CLOSE(statement_value(a_priori(), SB_FORM_PL, &c), start_and_grid() + pl, 1e-11);
    c.dtheta = 99.0; /* more than it can be */
    CHECK_CLOSE(statement_value(a_priori(), SB_FORM_PL, &c), start_and_grid() + pl, 1e-11);
}

static void every_list_of_needs_is_exact(void)
{
    statement_check_needs(a_priori(), 0);
    statement_check_increasing(a_priori(), SB_FORM_SHARP, "N R d L w2 sigma1 sigma2 dtheta F0 M2 C1 U B_bound");
    statement_check_increasing(a_priori(), SB_FORM_PL, "N d w2 sigma1 sigma2 M2 C1 U B_bound");
}

static void conditions(void)
{
    const sb_constants c = statement_constants();
    for (int form = SB_FORM_SHARP; form <= SB_FORM_PL; form++) {
        statement_check_condition(a_priori(), (sb_form)form, &c, "eta", 0.05, "alpha > 0");
        statement_check_condition(a_priori(), (sb_form)form, &c, "eta", 0.0, "0 < eta");
        statement_check_condition(a_priori(), (sb_form)form, &c, "Gamma", 0.9, "Gamma >= 1");
        statement_check_condition(a_priori(), (sb_form)form, &c, "Gamma", 7.1, "Gamma <= N");
    }
    statement_check_condition(a_priori(), SB_FORM_PL, &c, "mu", 0.0, "mu > 0");
    statement_check_condition(a_priori(), SB_FORM_PL, &c, "mu", 200.0, "2 mu eta S alpha <= 1");
    sb_constants many = c;
    many.S = 300.0, many.eta = 0.00137, many.L = 1.73; /* local steps that feed back on themselves: then alpha means nothing */
    for (int form = SB_FORM_SHARP; form <= SB_FORM_PL; form++) {
        sb_terms rhs;
        CHECK(sb_statement_evaluate(a_priori(), (sb_form)form, &many, &rhs, NULL) == 0);
        CHECK(!rhs.condition[0].holds && rhs.condition[0].value > 1.0);
    }
}

/* The one inequality behind the term `sampler` that is not Minkowski's: its derivative is (1-y)^2 {1/(1+y)^2 - 1/4}, y = e^-g. */
static void sampler_against_decay(void)
{
    double largest = 0.0;
    for (double g = 1e-3; g <= 100.0; g *= 1.01) {
        const double shrink = -expm1(-g), weighted = 0.5 * tanh(0.5 * g) * shrink * shrink;
        const double beta = g + 2.0 * expm1(-g) - 0.5 * expm1(-2.0 * g);
        CHECK(weighted <= 0.75 * beta);
        largest = fmax(largest, weighted / beta);
    }
    CHECK(largest > 0.7495); /* 0.70 is too small, and 3/4 the best constant */
}

/* Two quadratic losses whose curvatures do not commute, (M + E) and (M - E), flat along the last coordinates. */
enum { CURVED = 4, ALL = 6 };
typedef struct {
    double A[2][CURVED][CURVED], a[2][CURVED], minimum[CURVED], mu;
} flat_pair;

static void draw_flat_pair(sb_stream *stream, flat_pair *f)
{
    double M[CURVED];
    f->mu = INFINITY;
    for (int i = 0; i < CURVED; i++) {
        M[i] = pow(10.0, 2.0 * sb_stream_uniform(stream) - 1.0);
        f->mu = fmin(f->mu, M[i]);
    }
    for (int i = 0; i < CURVED; i++)
        for (int j = 0; j <= i; j++) {
            const double E = f->mu * (2.0 * sb_stream_uniform(stream) - 1.0) / CURVED;
            for (int n = 0; n < 2; n++) f->A[n][i][j] = f->A[n][j][i] = (i == j ? M[i] : 0.0) + (n ? -E : E);
        }
    sb_stream_normals(stream, CURVED, f->a[0]);
    sb_stream_normals(stream, CURVED, f->a[1]);
    for (int i = 0; i < CURVED; i++) {
        double pull = 0.0;
        for (int n = 0; n < 2; n++)
            for (int j = 0; j < CURVED; j++) pull += 0.5 * f->A[n][i][j] * f->a[n][j];
        f->minimum[i] = pull / M[i];
    }
}

static double flat_loss(const flat_pair *f, int n, const double *theta)
{
    double sum = 0.0;
    for (int i = 0; i < CURVED; i++)
        for (int j = 0; j < CURVED; j++) sum += 0.5 * f->A[n][i][j] * (theta[i] - f->a[n][i]) * (theta[j] - f->a[n][j]);
    return sum;
}

/* F_0 - F = (F_0 - F_1)/2, and its gradient. */
static double flat_gap(const flat_pair *f, const double *theta, double *gradient_norm)
{
    double square = 0.0;
    for (int i = 0; i < CURVED; i++) {
        double slope = 0.0;
        for (int n = 0; n < 2; n++)
            for (int j = 0; j < CURVED; j++) slope += (n ? -0.5 : 0.5) * f->A[n][i][j] * (theta[j] - f->a[n][j]);
        square += slope * slope;
    }
    *gradient_norm = sqrt(square);
    return 0.5 * (flat_loss(f, 0, theta) - flat_loss(f, 1, theta));
}

static void distance_where_the_loss_is_flat(void)
{
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 0, 13, 0, 0);
    double tightest = 0.0, drift = 0.0;
    int longer = 0;
    for (int trial = 0; trial < 4000; trial++) {
        flat_pair f;
        double theta[2][ALL], gap[2], sigma[2], above[2], curved = 0.0, whole = 0.0;
        draw_flat_pair(&stream, &f);
        sb_stream_normals(&stream, ALL, theta[0]);
        sb_stream_normals(&stream, ALL, theta[1]);
        for (int e = 0; e < 2; e++) {
            gap[e] = flat_gap(&f, theta[e], &sigma[e]);
            above[e] = 0.0;
            for (int n = 0; n < 2; n++) above[e] += 0.5 * (flat_loss(&f, n, theta[e]) - flat_loss(&f, n, f.minimum));
        }
        for (int i = 0; i < ALL; i++) {
            const double moved = theta[1][i] - theta[0][i];
            whole += moved * moved;
            if (i < CURVED) curved += moved * moved;
        }
        const double distance = sqrt(2.0 / f.mu) * (sqrt(above[0]) + sqrt(above[1]));
        CHECK(sqrt(curved) <= distance * (1.0 + 1e-12));
        CHECK(fabs(gap[1] - gap[0]) <= fmax(sigma[0], sigma[1]) * distance);
        tightest = fmax(tightest, sqrt(curved) / distance);
        drift = fmax(drift, fabs(gap[1] - gap[0]) / (fmax(sigma[0], sigma[1]) * distance));
        longer += sqrt(whole) > distance;
    }
    printf("# tightest %.3g, of the drift %.3g; farther along flat directions %d times\n", tightest, drift, longer);
    CHECK(tightest > sqrt(0.5)); /* so sqrt(1/mu) would not do */
    CHECK(drift > 0.2 && longer > 0);
}

/* KL(q_delta||p) of one sampler, and what the constants say of it. */
static double sample(reverse_sampler sampler, const reverse_law *law, const reverse_grid *grid, const reverse_score *score,
                     sb_constants *c)
{
    const double delta = grid->u[grid->K];
    double kl = 0.0;
    for (int i = 0; i < law->d; i++) {
        double mean, variance;
        reverse_output(sampler, grid, score, i, &mean, &variance);
        kl += reverse_kl_normal(reverse_mean(law, i, delta), reverse_variance(law, i, delta), mean, variance);
    }
    c->sampler_bias = 0.0;
    for (int k = 0; k < grid->K && sampler == REVERSE_EXPONENTIAL; k++) {
        const double g = grid->u[k] - grid->u[k + 1];
        c->sampler_bias += 0.5 * tanh(0.5 * g) * expm1(-g) * expm1(-g);
    }
    return kl;
}

/* From data through pruned training among unlike workers to samples. */
static void holds_on_trained_affine_scores(void)
{
    static affine_system system;
    static affine_outcome out;
    static reverse_score score;
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 1, 13, 0, 0);
    double tightest[SB_FORM_COUNT] = {0};
    int caught[SB_FORM_COUNT] = {0};
    for (int trial = 0; trial < 200; trial++) {
        quadratic_outcome trained;
        affine_draw(&stream, trial % 4 == 0, 1.0 + 2.0 * sb_stream_uniform(&stream), &system);
        affine_run(&system, &out);
        quadratic_train(&system.q, &trained);
        for (int k = 0; k < system.grid.K; k++) {
            score.slope[k][0] = -trained.mean[2 * k];
            score.shift[k][0] = trained.mean[2 * k + 1];
        }
        for (int n = 0; n < system.q.N; n++)
            for (int form = SB_FORM_SHARP; form <= SB_FORM_PL; form++)
                for (int which = 0; which < 2; which++) {
                    sb_constants c = out.c[n];
                    const double kl = sample(which ? REVERSE_DDPM : REVERSE_EXPONENTIAL, &system.law[n], &system.grid, &score, &c);
                    CHECK(statement_verdict(a_priori(), (sb_form)form, &c, kl) == SB_HOLDS);
                    tightest[form] = fmax(tightest[form], kl / statement_value(a_priori(), (sb_form)form, &c));
                    c.F0 /= 20.0, c.Fn0 /= 20.0, c.Fstar /= 20.0, c.w2 /= 1e6, c.sigma2 /= 1e3, c.sampler_bias = 0.0;
                    caught[form] += statement_verdict(a_priori(), (sb_form)form, &c, kl) == SB_VIOLATED;
                }
    }
    printf("# tightest: sharp %.3g, pl %.3g; caught %d, %d\n", tightest[SB_FORM_SHARP], tightest[SB_FORM_PL], caught[SB_FORM_SHARP],
           caught[SB_FORM_PL]);
    CHECK(tightest[SB_FORM_SHARP] > 0.1 && tightest[SB_FORM_PL] > 0.1);
    CHECK(caught[SB_FORM_SHARP] > 50 && caught[SB_FORM_PL] > 50);
}

/* One worker that does not train: the score part is L_n itself, so nothing but grid, start and sampler is lost. Data at one point,
 * steps uniform in log snr: D_sum = U. A score too large by a few per cent is what the exponential sampler takes worst. */
static void every_part_is_needed(void)
{
    static reverse_grid grid;
    static reverse_score score;
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 2, 13, 0, 0);
    int without_sampler = 0, without_grid = 0, without_start = 0;
    double tightest = 0.0;
    for (int trial = 0; trial < 1200; trial++) {
        const reverse_sampler sampler = trial % 2 ? REVERSE_DDPM : REVERSE_EXPONENTIAL;
        const reverse_law law = {.d = 1, .mean = {trial % 3 ? 0.0 : 2.385}, .variance = {1e-9}};
        sb_constants c;
        reverse_grid_log_snr(1 + trial % 5, 0.021 * pow(100.0, sb_stream_uniform(&stream)), 0.02, &grid);
        reverse_score_perfect(&law, &grid, &score);
        const double excess = 1.0 + fmax(0.0, 0.5 * sb_stream_uniform(&stream) - 0.2); /* two of five scores are true */
        for (int k = 0; k < grid.K; k++) score.slope[k][0] *= excess, score.shift[k][0] *= excess;
        reverse_constants(&law, &grid, &score, &c);
        c.N = c.S = c.Gamma = 1.0, c.R = 0.0, c.L = c.w2 = c.sigma1 = c.sigma2 = c.dtheta = 0.0, c.eta = 0.1;
        c.F0 = c.Fn0 = c.FnR;
        const double kl = sample(sampler, &law, &grid, &score, &c), value = statement_value(a_priori(), SB_FORM_SHARP, &c);
        CHECK(statement_verdict(a_priori(), SB_FORM_SHARP, &c, kl) == SB_HOLDS);
        tightest = fmax(tightest, kl / value);
        sb_constants less = c;
        less.sampler_bias = 0.0;
        without_sampler += statement_verdict(a_priori(), SB_FORM_SHARP, &less, kl) == SB_VIOLATED;
        less = c, less.U /= 2.0;
        without_grid += statement_verdict(a_priori(), SB_FORM_SHARP, &less, kl) == SB_VIOLATED;
        less = c, less.T += 1.0;
        without_start += statement_verdict(a_priori(), SB_FORM_SHARP, &less, kl) == SB_VIOLATED;
    }
    printf("# tightest %.3g; violated without sampler %d, with half of U %d, with a later start %d\n", tightest, without_sampler,
           without_grid, without_start);
    CHECK(tightest > 0.9 && without_sampler > 20 && without_grid > 20 && without_start > 20);
}

static const sb_test tests[] = {
    {"formulas", formulas},
    {"every list of needs is exact", every_list_of_needs_is_exact},
    {"conditions", conditions},
    {"the sampler's bias against the score's decay", sampler_against_decay},
    {"the distance where the loss is flat", distance_where_the_loss_is_flat},
    {"holds on trained affine scores", holds_on_trained_affine_scores},
    {"every part is needed", every_part_is_needed},
};

int main(void)
{
    return sb_test_main("a_priori", tests, sizeof tests / sizeof *tests);
}
