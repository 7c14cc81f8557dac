/* The ledger on measurements made up by hand: the worst worker, intervals of right sides, verdicts, missing constants. */
#include "harness.h"

#include "ledger/ledger.h"

#include <string.h>

static sb_context context;

static sb_number near(double value, double half)
{
    return (sb_number){value, value - half, value + half, 0.95, 4.0, SB_SAMPLED};
}

/* Two workers; every number is plausible and distinct. */
static void fill(sb_measured *m, sb_measured_worker worker[2])
{
    *m = (sb_measured){.N = 10,
                       .S = 5,
                       .R = 200,
                       .D = 77,
                       .d = 2,
                       .T = 3,
                       .K = 60,
                       .kappa = 0.11,
                       .delta = 0.01,
                       .eta = 6e-4,
                       .replicas = 4,
                       .confidence = 0.95,
                       .L = near(11.0, 0.1),
                       .w2 = sb_number_exact(1.3),
                       .sigma1 = near(9.5, 0.2),
                       .sigma2 = near(2.385, 0.1),
                       .Gamma = sb_number_exact(8),
                       .uncovered = sb_number_exact(0),
                       .F0 = near(9.7, 0.05),
                       .FR = near(4.5, 0.05),
                       .dtheta = near(1.7, 0.02),
                       .squared_gradient = near(3.25, 0.3),
                       .worker_count = 2,
                       .worker = worker};
    for (int i = 0; i < 2; i++) {
        worker[i] = (sb_measured_worker){.n = 3 + 4 * i,
                                         .M2 = sb_number_exact(4.7 + i),
                                         .C1 = sb_number_exact(-4.0),
                                         .D_sum = sb_number_certified(0.15, 1e-9),
                                         .B_sum = sb_number_certified(0.03, 1e-9),
                                         .U = sb_number_exact(0.2),
                                         .B_bound = sb_number_exact(0.06),
                                         .kl_init = sb_number_exact(1e-4),
                                         .kl_prior = sb_number_exact(1.5),
                                         .F_before = near(9.8 + 0.1 * i, 0.05),
                                         .F_after = near(4.6 + i, 0.05),
                                         .score_loss_after = near(0.6 + i, 0.05),
                                         .path_kl_after = near(0.8 + i, 0.05),
                                         .chain_score_after = near(0.55 + i, 0.05),
                                         .chain_after = near(0.7 + i, 0.05),
                                         .grid_after = near(0.4 + 0.9 * i, 0.05)};
        worker[i].closed_after.value = NAN;
    }
}

static const sb_ledger_row *row_of(const sb_ledger *ledger, const char *name, sb_form form)
{
    for (int i = 0; i < ledger->row_count; i++)
        if (strcmp(ledger->row[i].statement->name, name) == 0 && ledger->row[i].form == form) return &ledger->row[i];
    CU_FAIL("row is missing");
    return &ledger->row[0];
}

static void test_rows(void)
{
    sb_context *ctx = &context;
    sb_measured m;
    sb_measured_worker worker[2];
    sb_ledger ledger;
    int offered = 0;
    fill(&m, worker);
    CHECK_OK(ctx, sb_ledger_from_run(ctx, &m, &ledger));
    for (unsigned i = 0; i < sb_statement_count; i++)
        for (int form = 0; form < SB_FORM_COUNT; form++) offered += sb_statement_table[i]->needs[form] != 0;
    CHECK(ledger.row_count == offered && offered >= 25);

    const sb_ledger_row *theorem = row_of(&ledger, "theorem_4_11", SB_FORM_SHARP);
    CHECK(theorem->instance_count == 2 && theorem->worst.worker == 7); /* 1.3/1.7 against 0.4/0.7 */
    CHECK_CLOSE(theorem->worst.rhs.value, 1e-4 + 0.15 + 1.55, 1e-12);
    CHECK(theorem->worst.verdict == SB_VACUOUS && theorem->instances[0].verdict == SB_HOLDS);
    CHECK_CLOSE(theorem->vacuous_at, 1.5, 1e-15);

    const sb_ledger_row *dynamics = row_of(&ledger, "lemma_4_6", SB_FORM_PRINTED);
    CHECK(dynamics->instance_count == 1 && dynamics->worst.worker == -1 && dynamics->worst.verdict == SB_HOLDS);

    const sb_ledger_row *equality = row_of(&ledger, "lemma_4_8", SB_FORM_EXACT);
    CHECK(equality->worst.verdict == SB_HOLDS);
    CHECK(sb_ledger_violations(&ledger) == (row_of(&ledger, "assumption_4_2", SB_FORM_PRINTED)->worst.verdict == SB_VIOLATED));
    sb_ledger_free(&ledger);
}

/* Theorem 4.11 sharp = kl_init + D_sum + chain_score: its interval is the sum's. 4.6 printed depends on L, sigma, F0, FR. */
static void test_intervals(void)
{
    sb_context *ctx = &context;
    sb_measured m;
    sb_measured_worker worker[2];
    sb_ledger ledger;
    fill(&m, worker);
    CHECK_OK(ctx, sb_ledger_from_run(ctx, &m, &ledger));
    const sb_number sharp = row_of(&ledger, "theorem_4_11", SB_FORM_SHARP)->worst.rhs;
    CHECK_CLOSE(sharp.hi - sharp.value, 0.05, 1e-9);
    CHECK(sharp.status == SB_SAMPLED);
    const sb_number printed = row_of(&ledger, "lemma_4_6", SB_FORM_PRINTED)->worst.rhs;
    const double S = 5, R = 200, nu = 10.0 / 8, eta = 6e-4;
    const double by_F0 = 8.0 / (eta * S * R) * 0.05, by_L = (160.0 * 1.3 * nu + 16.0 * eta * 10.0 / 64.0 * 9.5 * 9.5) * 0.1;
    const double up1 = (1.0 + 16.0 * eta * 11.0 * 10.0 / 64.0) * (9.7 * 9.7 - 9.5 * 9.5),
                 up2 = (1.0 + 40.0 * nu) * (2.485 * 2.485 - 2.385 * 2.385);
    CHECK_CLOSE(printed.hi - printed.value, sqrt(2.0 * by_F0 * by_F0 + by_L * by_L + up1 * up1 + up2 * up2), 1e-9);
    CHECK(printed.status == SB_LOWER_ESTIMATE || printed.status == SB_SAMPLED);
    sb_ledger_free(&ledger);
}

/* A left side that cannot be true is called violated, in the worker where it is, and counted. */
static void test_violation(void)
{
    sb_context *ctx = &context;
    sb_measured m;
    sb_measured_worker worker[2];
    sb_ledger ledger;
    fill(&m, worker);
    worker[0].grid_after = near(7.0, 0.1); /* above its own chain bound 0.7 */
    m.w2 = sb_number_exact(0.5);
    CHECK_OK(ctx, sb_ledger_from_run(ctx, &m, &ledger));
    const sb_ledger_row *row = row_of(&ledger, "theorem_4_11", SB_FORM_SHARP);
    CHECK(row->worst.verdict == SB_VIOLATED && row->worst.worker == 3);
    CHECK(sb_ledger_violations(&ledger) >= 1);
    sb_ledger_free(&ledger);
    m.eta = 0.5; /* breaks Lemma 4.6's condition */
    CHECK_OK(ctx, sb_ledger_from_run(ctx, &m, &ledger));
    CHECK(row_of(&ledger, "lemma_4_6", SB_FORM_CORRECTED)->worst.verdict == SB_NOT_APPLICABLE);
    sb_ledger_free(&ledger);
    m.eta = 6e-4;
    m.squared_gradient = (sb_number){NAN, NAN, NAN, 1.0, 0.0, SB_EXACT};
    CHECK_OK(ctx, sb_ledger_from_run(ctx, &m, &ledger));
    CHECK(row_of(&ledger, "lemma_4_6", SB_FORM_CORRECTED)->worst.verdict == SB_UNKNOWN);
    sb_ledger_free(&ledger);
}

static void test_calculator(void)
{
    sb_context *ctx = &context;
    sb_constants c;
    sb_ledger ledger;
    sb_constants_clear(&c);
    c.N = 10, c.S = 5, c.R = 200, c.eta = 6e-4, c.L = 11.0, c.w2 = 1.3, c.sigma1 = 9.5, c.sigma2 = 2.385, c.Gamma = 8, c.F0 = 9.7;
    CHECK_OK(ctx, sb_ledger_from_constants(ctx, &c, &ledger));
    const sb_ledger_row *row = row_of(&ledger, "lemma_4_6", SB_FORM_PRINTED);
    CHECK(row->missing_count == 1 && strcmp(row->missing[0]->name, "FR") == 0);
    CHECK(isnan(row->worst.rhs.value) && isnan(row->worst.lhs.value));
    sb_ledger_free(&ledger);
    c.FR = 4.5;
    CHECK_OK(ctx, sb_ledger_from_constants(ctx, &c, &ledger));
    row = row_of(&ledger, "lemma_4_6", SB_FORM_PRINTED);
    CHECK(row->missing_count == 0 && row->worst.rhs.status == SB_ASSUMED && row->worst.terms.term_count >= 4);
    CHECK(row->worst.verdict == SB_UNKNOWN); /* there is no left side */
    sb_ledger_free(&ledger);
}

/* Only the chain identity speaks of samples that Euler's steps made. */
static void test_sampler(void)
{
    sb_context *ctx = &context;
    sb_measured m;
    sb_measured_worker worker[2];
    sb_ledger ledger;
    fill(&m, worker);
    for (int euler = 0; euler < 2; euler++) {
        m.sampler_bias = euler ? sb_number_unknown() : sb_number_exact(0.0);
        CHECK_OK(ctx, sb_ledger_from_run(ctx, &m, &ledger));
        for (int i = 0; i < ledger.row_count; i++) {
            const sb_ledger_row *row = &ledger.row[i];
            const sb_lhs lhs = row->statement->lhs;
            const int of_samples = lhs == SB_LHS_PATH_KL || lhs == SB_LHS_KL || lhs == SB_LHS_TV;
            const int chain = strcmp(row->statement->name, "theorem_4_11") == 0 && row->form == SB_FORM_SHARP;
            int refused = 0;
            for (int j = 0; j < row->worst.terms.condition_count; j++)
                refused |= strcmp(row->worst.terms.condition[j].name, "sampler is exponential or ddpm") == 0;
            CHECK(refused == (euler && of_samples && !chain));
            if (refused) CHECK(row->worst.verdict == SB_NOT_APPLICABLE || row->worst.verdict == SB_UNKNOWN);
        }
        sb_ledger_free(&ledger);
    }
}

/* With Adam the statements about the steps (7), all training terms, are beside the point; the others are judged as before. */
static void test_adam(void)
{
    static const struct {
        const char *name;
        sb_form form;
        int of_steps;
    } known[] = {
        {"lemma_4_6", SB_FORM_SHARP, 1},   {"lemma_4_7", SB_FORM_PRINTED, 1},      {"theorem_4_11", SB_FORM_CORRECTED, 1},
        {"theorem_4_11", SB_FORM_PL, 1},   {"remark_4_12", SB_FORM_PRINTED, 1},    {"a_priori", SB_FORM_SHARP, 1},
        {"zhou_2024", SB_FORM_PRINTED, 1}, {"iid_case", SB_FORM_PRINTED, 1},       {"theorem_4_11", SB_FORM_SHARP, 0},
        {"lemma_4_5", SB_FORM_EXACT, 0},   {"lemma_4_8", SB_FORM_EXACT, 0},        {"lemma_4_9", SB_FORM_PRINTED, 0},
        {"lemma_4_10", SB_FORM_SHARP, 0},  {"assumption_4_3", SB_FORM_PRINTED, 0}, {"benton_2024", SB_FORM_PRINTED, 0},
    };
    sb_context *ctx = &context;
    sb_measured m;
    sb_measured_worker worker[2];
    sb_ledger plain, adam;
    int outside = 0;
    fill(&m, worker);
    CHECK_OK(ctx, sb_ledger_from_run(ctx, &m, &plain));
    m.adam = 1;
    CHECK_OK(ctx, sb_ledger_from_run(ctx, &m, &adam));
    for (int i = 0; i < adam.row_count; i++) {
        const sb_terms *terms = &adam.row[i].worst.terms;
        int refused = 0;
        for (int j = 0; j < terms->condition_count; j++)
            refused |= strstr(terms->condition[j].name, "outside the theorem: Adam") != NULL;
        CHECK(adam.row[i].worst.verdict == (refused ? SB_NOT_APPLICABLE : plain.row[i].worst.verdict));
        outside += refused;
        for (size_t k = 0; k < sizeof known / sizeof *known; k++)
            if (strcmp(known[k].name, adam.row[i].statement->name) == 0 && known[k].form == adam.row[i].form)
                CHECK(refused == known[k].of_steps);
    }
    CHECK(outside >= 15 && outside < adam.row_count);
    sb_ledger_free(&plain);
    sb_ledger_free(&adam);
}

int main(void)
{
    static const sb_test tests[] = {
        {"samplers", test_sampler},
        {"Adam", test_adam},
        {"one row for each form, the worst worker first", test_rows},
        {"intervals of right sides", test_intervals},
        {"violations, failed conditions, missing left sides", test_violation},
        {"the calculator", test_calculator},
    };
    sb_context_init(&context, 2);
    return sb_test_main("ledger", tests, sizeof tests / sizeof *tests);
}
