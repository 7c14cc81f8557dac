/* The optimised choice against dense scans, the repaired one and itself under larger budgets. */
#include "hand_choice.h"
#include "harness.h"

#include "base/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static sb_context context;

static sb_constants given(void)
{
    sb_constants c = hand_choice_constants();
    c.K = 83.0;
    return c;
}

static int choose(const sb_constants *c, double target, sb_selection *repaired, sb_selection *optimised)
{
    sb_situation situation;
    if (!CHECK_OK(&context, sb_situation_by_hand(&context, c, &situation))) return 0;
    const int ok = CHECK_OK(&context, sb_choose_repaired(&context, &situation, target, repaired)) &&
                   CHECK_OK(&context, sb_choose_optimised(&context, &situation, repaired, optimised));
    sb_situation_free(&situation);
    return ok;
}

/* The score part of the a priori bound under mu, written anew; infinite where it does not hold. */
static double score_part(const sb_constants *c, double eta)
{
    const double nu = c->N / c->Gamma, x = eta * c->S * c->L, step2 = eta * eta * c->L * c->L,
                 spread = 2.0 * step2 * c->S * (c->S - 1.0);
    if (spread >= 1.0) return INFINITY;
    const double p = nu * (1.0 + 2.0 * x) / (1.0 - spread), Q = p * step2 * (c->S - 1.0) * (2.0 * c->S - 1.0) / 1.5;
    const double alpha = 0.5 - 2.0 * x - Q, q = 2.0 * c->mu * eta * c->S * alpha, missing = fmin(1.0, (c->N - c->Gamma) / c->Gamma);
    if (alpha <= 0.0 || q > 1.0) return INFINITY;
    const double psi = p * c->L * c->L * c->w2 + (Q + nu * missing * (1.0 + 2.0 * x)) * c->sigma2 * c->sigma2 +
                       2.0 * p * step2 * (c->S - 1.0) * c->sigma1 * c->sigma1 +
                       2.0 * eta * c->L * c->N * c->sigma1 * c->sigma1 / (c->Gamma * c->Gamma);
    const double gone = -expm1(c->R * log1p(-q)), above = (1.0 - gone) * (c->F0 - c->Fstar) + gone * psi / (2.0 * c->mu * alpha);
    const double farthest = sqrt(2.0 / c->mu) * (sqrt(c->F0 - c->Fstar) + sqrt(above));
    return fabs(c->Fn0 - c->F0) + c->sigma2 * fmin(c->dtheta, farthest) + c->Fstar + above + c->C1;
}

static sb_constants drawn(sb_stream *stream, int with_mu)
{
    double v[16];
    sb_constants c = given();
    sb_stream_uniforms(stream, 16, v);
    c.N = 1.0 + floor(20.0 * v[0]);
    c.Gamma = 1.0 + floor((c.N - 0.5) * v[1]);
    c.S = 1.0 + floor(10.0 * v[2] * v[2]);
    c.R = 1.0 + floor(pow(10.0, 5.0 * v[3]));
    c.d = 1.0 + floor(40.0 * v[4]);
    c.delta = pow(10.0, -4.0 + 3.5 * v[5]);
    c.L = pow(10.0, -1.0 + 3.0 * v[6]);
    c.mu = with_mu ? c.L * pow(10.0, -4.0 * v[7]) : NAN;
    c.w2 = v[8] < 0.3 ? 0.0 : pow(10.0, -6.0 + 5.0 * v[8]);
    c.sigma1 = v[9] < 0.2 ? 0.0 : pow(10.0, -2.0 + 3.0 * v[9]);
    c.sigma2 = v[10] < 0.2 ? 0.0 : pow(10.0, -3.0 + 3.0 * v[10]);
    c.Fstar = with_mu ? 3.0 * v[11] : NAN;
    c.F0 = 3.0 * v[11] + pow(10.0, -3.0 + 5.0 * v[12]);
    c.Fn0 = c.F0 * (0.7 + v[13]);
    c.C1 = -2.0 * v[11];
    c.M2 = pow(10.0, -1.0 + 4.0 * v[14]);
    c.K = v[15] < 0.3 ? NAN : floor(pow(10.0, 3.0 * v[15]));
    return c;
}

static void dense_scans_find_nothing_better(void)
{
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 0, 621, 0, 0);
    for (int trial = 0; trial < 12; trial++) {
        sb_selection repaired, s;
        sb_constants c = drawn(&stream, 1);
        c.K = 1.0 + floor(pow(10.0, 0.2 * trial));
        if (!choose(&c, 0.1 * c.d, &repaired, &s)) return;
        const double found = hand_choice_start(s.at.T, c.d, c.M2) + hand_choice_U(s.at.T, c.delta, c.K, c.d, c.M2),
                     score = score_part(&c, s.at.eta);
        double least_T = INFINITY, least_eta = INFINITY;
        for (double T = 2.0 * c.delta; T < 20.0; T *= 1.003)
            least_T = fmin(least_T, hand_choice_start(T, c.d, c.M2) + hand_choice_U(T, c.delta, c.K, c.d, c.M2));
        for (double x = 1e-12; x < 0.26; x *= 1.001) least_eta = fmin(least_eta, score_part(&c, x / (c.S * c.L)));
        CHECK(s.at.K == c.K);
        CHECK(found <= least_T * (1.0 + 1e-6) && found >= least_T * 0.999);
        CHECK(score - c.C1 <= (least_eta - c.C1) * (1.0 + 1e-6) && score - c.C1 >= (least_eta - c.C1) * 0.999);
        CHECK_CLOSE(s.promise.sum, found + score, 1e-10);
    }
}

static void never_worse_than_repaired(void)
{
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 0, 622, 0, 0);
    int better = 0;
    for (int trial = 0; trial < 400; trial++) {
        sb_selection repaired, s;
        const sb_constants c = drawn(&stream, trial % 2);
        if (!choose(&c, 0.1 * c.d, &repaired, &s)) return;
        CHECK(repaired.feasible && s.feasible && s.kind == SB_SELECTION_OPTIMISED);
        CHECK(s.promise.sum <= repaired.promise.sum);
        CHECK(isnan(c.K) ? s.at.K == repaired.at.K : s.at.K == c.K && repaired.at.K <= c.K);
        better += s.promise.sum < 0.99 * repaired.promise.sum;
        for (int i = 0; i < SB_SELECTION_REASONS; i++) CHECK(strlen(s.reason[i]) > 10 && strlen(s.reason[i]) < HAND_CHOICE_LONGEST);
    }
    CHECK(better > 150);
    printf("# more than 1 %% better: %d of 400\n", better);
}

/* Lemma 4.6 sharp with all of F0 gone. */
static double stationarity(const sb_constants *c, double eta)
{
    const double nu = c->N / c->Gamma, x = eta * c->S * c->L, step2 = eta * eta * c->L * c->L,
                 spread = 2.0 * step2 * c->S * (c->S - 1.0);
    const double p = nu * (1.0 + 2.0 * x) / (1.0 - spread), Q = p * step2 * (c->S - 1.0) * (2.0 * c->S - 1.0) / 1.5;
    const double alpha = 0.5 - 2.0 * x - Q, missing = fmin(1.0, (c->N - c->Gamma) / c->Gamma), sigma1_2 = c->sigma1 * c->sigma1;
    const double psi = p * c->L * c->L * c->w2 + (Q + nu * missing * (1.0 + 2.0 * x)) * c->sigma2 * c->sigma2 +
                       2.0 * p * step2 * (c->S - 1.0) * sigma1_2 + 2.0 * eta * c->L * c->N * sigma1_2 / (c->Gamma * c->Gamma);
    return (c->F0 / (eta * c->S * c->R) + psi) / alpha;
}

static void without_mu_eta_stays(void)
{
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 0, 623, 0, 0);
    int inside = 0;
    for (int trial = 0; trial < 100; trial++) {
        sb_selection repaired, s;
        const sb_constants c = drawn(&stream, 0);
        if (!choose(&c, 0.1 * c.d, &repaired, &s)) return;
        CHECK(s.at.eta == repaired.at.eta && s.promise.sum <= repaired.promise.sum);
        CHECK(
            hand_choice_says(s.reason[2], "eta = %.4g as repaired: without mu no known bound of KL falls with training", s.at.eta));
        const char *told = strstr(s.reason[2], "least at eta = ");
        CHECK(told != NULL);
        if (!told) return;
        double least = INFINITY;
        for (double share = 1.0; share > 1e-10; share *= 0.997) least = fmin(least, stationarity(&c, share * s.at.eta));
        const double eta = strtod(told + strlen("least at eta = "), NULL);
        CHECK(eta <= s.at.eta * 1.001);
        CHECK_CLOSE(stationarity(&c, fmin(eta, s.at.eta)), least, 1e-3); /* told to four digits */
        inside += eta < 0.99 * s.at.eta;
    }
    CHECK(inside > 10 && inside < 90);
}

static void larger_budgets_are_never_worse(void)
{
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 0, 624, 0, 0);
    for (int trial = 0; trial < 25; trial++) {
        sb_selection repaired, s;
        sb_constants c = drawn(&stream, 1);
        double before = INFINITY;
        c.R = 3.0;
        for (c.K = 7.0; c.K < 700.0; c.K = floor(1.7 * c.K)) {
            if (!choose(&c, 0.1 * c.d, &repaired, &s)) return;
            CHECK(s.promise.sum <= before * (1.0 + 1e-7)); /* where no training is best, eta = 0 is not reached */
            before = s.promise.sum;
        }
        for (c.K = 57.0, before = INFINITY; c.R < 1e6; c.R = floor(1.9 * c.R)) {
            if (!choose(&c, 0.1 * c.d, &repaired, &s)) return;
            CHECK(s.promise.sum <= before * (1.0 + 1e-7)); /* where no training is best, eta = 0 is not reached */
            before = s.promise.sum;
        }
    }
}

static void reasons_have_the_figures(void)
{
    sb_selection repaired, s;
    sb_constants c = given();
    if (!choose(&c, 0.5, &repaired, &s)) return;
    const double start = hand_choice_start(s.at.T, 5.0, 41.9), U = hand_choice_U(s.at.T, 0.0371, 83.0, 5.0, 41.9);
    CHECK(hand_choice_says(s.reason[0], "T = %.4g", s.at.T) && hand_choice_says(s.reason[0], "%.4g + ", start) &&
          hand_choice_says(s.reason[0], " + %.4g", U));
    CHECK(hand_choice_says(s.reason[0], "repaired, T = %.4g", repaired.at.T));
    CHECK(hand_choice_says(s.reason[1], "K = %.8g: all of the budget", 83.0));
    CHECK(hand_choice_says(s.reason[2], "eta = %.4g", s.at.eta) && hand_choice_says(s.reason[2], "F0 - F* = %.4g", 6.54));
    CHECK_CLOSE(hand_choice_term(&s, "initialisation"), start, 1e-12);
    CHECK_CLOSE(hand_choice_term(&s, "score fluctuation"), U, 1e-9);
    c.K = NAN;
    if (choose(&c, 0.5, &repaired, &s)) CHECK(hand_choice_says(s.reason[1], "no budget: K = %.8g as repaired", repaired.at.K));
    c.F0 = c.Fstar; /* nothing to learn: every training adds noise */
    if (choose(&c, 0.5, &repaired, &s)) CHECK(strstr(s.reason[2], "training raises the a priori bound") && s.at.eta < 1e-6);
    c = given(); /* the longest of all, with three digits in every exponent */
    c.mu = c.Fstar = NAN;
    c.L = 1.7311e105, c.S = 1234567.0, c.R = 1.2345e111, c.sigma1 = 1e110, c.sigma2 = 1e109;
    if (choose(&c, 0.5, &repaired, &s)) {
        printf("# %s\n", s.reason[2]);
        CHECK(strlen(s.reason[2]) > 230 && strlen(s.reason[2]) < HAND_CHOICE_LONGEST && strstr(s.reason[2], "the bound would be"));
    }
}

/* S = 1 with as many steps: the note is the promise that would be found there. */
static void communication_in_every_step(void)
{
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 0, 625, 0, 0);
    int noted = 0;
    for (int trial = 0; trial < 100; trial++) {
        sb_selection repaired, s, one;
        sb_constants c = drawn(&stream, 1);
        c.S = 2.0 + trial % 9;
        c.K = 57.0;
        if (!choose(&c, 0.1 * c.d, &repaired, &s)) return;
        c.R *= c.S;
        c.S = 1.0;
        if (!choose(&c, 0.1 * c.d, &repaired, &one)) return;
        CHECK(one.promise.sum <= s.promise.sum * (1.0 + 1e-9));
        const int note = strstr(s.reason[2], "with S = 1") != NULL;
        CHECK(note == (one.promise.sum < 0.99 * s.promise.sum) && strstr(one.reason[2], "with S = 1") == NULL);
        if (!note) continue;
        CHECK(hand_choice_says(s.reason[2], "R = %.8g rounds of communication", c.R) &&
              hand_choice_says(s.reason[2], "the bound would be %.4g", one.promise.sum));
        noted++;
    }
    CHECK(noted > 10 && noted < 95);
}

static void all_four_at_once(void)
{
    sb_situation situation;
    sb_selections all;
    sb_constants c = given();
    const clock_t start = clock();
    if (!CHECK_OK(&context, sb_situation_by_hand(&context, &c, &situation))) return;
    if (!CHECK_OK(&context, sb_choose(&context, &situation, NAN, &all))) return;
    const double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    printf("# all four by hand: %.4f s\n", seconds);
    CHECK(seconds < 0.5);
    CHECK_CLOSE(all.target, 0.5, 1e-15);
    CHECK(!all.target_given);
    for (int kind = 0; kind < SB_SELECTION_COUNT; kind++) CHECK(all.selection[kind].kind == (sb_selection_kind)kind);
    /* K_needed: with it some T does, with one less none */
    double with = INFINITY, without = INFINITY;
    for (double T = 1.0; T < 5.0; T *= 1.001) {
        const double first = hand_choice_start(T, 5.0, 41.9);
        with = fmin(with, first + hand_choice_U(T, 0.0371, all.K_needed, 5.0, 41.9));
        if (first < 0.25) without = fmin(without, first + hand_choice_U(T, 0.0371, all.K_needed - 1.0, 5.0, 41.9));
    }
    CHECK(with <= 0.25 * (1.0 + 1e-5) && without > 0.25);
    CHECK(CHECK_OK(&context, sb_choose(&context, &situation, 1e-6, &all)) && isnan(all.K_needed) && all.target_given);
    CHECK_FAILS(&context, sb_choose(&context, &situation, -1.0, &all), SB_EDOM, "target");
    sb_situation_free(&situation);
}

static void no_training_gets_below_score_least(void)
{
    sb_stream stream = sb_stream_at(2385, SB_DRAW_TEST, 0, 626, 0, 0);
    for (int trial = 0; trial < 60; trial++) {
        sb_situation situation;
        sb_selections all;
        sb_constants c = drawn(&stream, 1);
        c.K = 20.0;
        c.mu = c.L * (0.1 + 0.01 * trial);
        if (!CHECK_OK(&context, sb_situation_by_hand(&context, &c, &situation))) return;
        CHECK_OK(&context, sb_choose(&context, &situation, 0.1 * c.d, &all));
        sb_situation_free(&situation);
        for (c.R = 1.0; c.R < 1e12; c.R *= 31.0)
            for (double x = 1e-9; x < 0.2; x *= 1.9) CHECK(score_part(&c, x / (c.S * c.L)) >= all.score_least - 1e-9);
        c.R = 1e12;
        const double long_trained = score_part(&c, 1e-9 / (c.S * c.L));
        c.R = 1.0;
        const double untrained = score_part(&c, 1e-15 / (c.S * c.L));
        CHECK_CLOSE(fmin(long_trained, untrained) - c.C1, all.score_least - c.C1, 1e-4);
    }
    sb_situation situation;
    sb_selections all;
    sb_constants c = given();
    c.mu = c.Fstar = NAN;
    if (!CHECK_OK(&context, sb_situation_by_hand(&context, &c, &situation))) return;
    CHECK(CHECK_OK(&context, sb_choose(&context, &situation, 0.5, &all)) && isnan(all.score_least));
    sb_situation_free(&situation);
}

static void unknown_constants_change_no_choice(void)
{
    sb_selection repaired, known, s;
    sb_constants c = given();
    if (!choose(&c, 0.5, &repaired, &known)) return;
    c.C1 = c.Fn0 = NAN;
    if (!choose(&c, 0.5, &repaired, &s)) return;
    CHECK(s.at.T == known.at.T && s.at.K == known.at.K && s.missing_count == 2 && !s.feasible && isnan(s.promise.sum));
    CHECK_CLOSE(s.at.eta, known.at.eta, 1e-5);
}

static const sb_test tests[] = {
    {"dense scans find nothing better", dense_scans_find_nothing_better},
    {"never worse than repaired", never_worse_than_repaired},
    {"without mu eta stays that of repaired", without_mu_eta_stays},
    {"larger budgets are never worse", larger_budgets_are_never_worse},
    {"reasons have the figures", reasons_have_the_figures},
    {"communication in every step", communication_in_every_step},
    {"all four at once", all_four_at_once},
    {"no training gets below score_least", no_training_gets_below_score_least},
    {"unknown constants change no choice", unknown_constants_change_no_choice},
};

int main(void)
{
    sb_context_init(&context, 1);
    return sb_test_main("optimised choice", tests, sizeof tests / sizeof *tests);
}
