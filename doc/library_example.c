/* library_example.c: a program on libscorebound: one right side, a law of your own, a run from configuration to ledger.
 * doc/library.md explains it piece by piece. */
#include <scorebound.h>

#include <signal.h>
#include <stdio.h>

/* The calculator: one statement in one form, from constants by hand. */
static sb_status calculate(sb_context *ctx)
{
    sb_status st = SB_OK;
    const sb_statement *lemma = sb_statement_find("lemma_4_6");
    sb_constants c;
    sb_terms rhs;
    sb_constants_clear(&c);
    c.N = 2, c.S = 1, c.R = 1, c.eta = 2e-6, c.L = 1000, c.w2 = 0.0361;
    c.sigma1 = 0, c.sigma2 = 0, c.Gamma = 1, c.F0 = 17.1, c.FR = 17.1;
    const int lacking = sb_statement_evaluate(lemma, SB_FORM_PRINTED, &c, &rhs, NULL);
    SB_REQUIRE(lacking == 0, SB_EINVAL, "%s lacks %d constants", lemma->name, lacking);
    printf("%s, printed: %.6g\n", lemma->title, rhs.sum);
    for (int i = 0; i < rhs.term_count; i++) printf("  %-20s %.6g\n", rhs.term[i].name, rhs.term[i].value);
    for (int i = 0; i < rhs.condition_count; i++)
        printf("  %s: %s\n", rhs.condition[i].name, rhs.condition[i].holds ? "met" : "not met");
done:
    return st;
}

/* Exact quantities of a law that no configuration names: two Gaussians on the line, on a grid of twelve steps. */
static sb_status inspect(sb_context *ctx)
{
    sb_status st = SB_OK;
    const double weight[2] = {0.3, 0.7};
    const sb_config config = {.diffusion = {.T = 2, .delta = 0.05, .grid = SB_GRID_LOG_SNR, .K = 12}};
    sb_components components = {0};
    sb_grid grid = {0};
    sb_exact exact = {0};
    SB_TRY(sb_components_alloc(ctx, 1, 2, SB_COVARIANCE_ISOTROPIC, &components));
    components.mean[0] = -1.1, components.lambda[0] = 0.13;
    components.mean[1] = 0.9, components.lambda[1] = 0.31;
    const sb_mixture law = {.components = &components, .weight = weight};
    SB_TRY(sb_grid_create(ctx, &config, &grid));
    SB_TRY(sb_exact_compute(ctx, &law, &grid, 64, 0.95, 1, 0, &exact));
    printf("E|X|^2 = %.6f, entropy at delta = %.6f nats, C_1 = %.6f\n", exact.M2.value, exact.H_delta.value, exact.C1.value);
    printf("discretisation error %.6f (%s), at most %.6f\n", exact.discretisation.value,
           sb_number_status_name(exact.discretisation.status), exact.U + exact.B_bound);
done:
    sb_exact_free(&exact);
    sb_grid_free(&grid);
    sb_components_free(&components);
    return st;
}

/* Your data, as a configuration in the program. */
static const char configuration[] = "seed: 3\n"
                                    "data:\n"
                                    "  kind: gaussian-mixture\n"
                                    "  workers: 3\n"
                                    "  partition: {kind: by-component}\n"
                                    "  components:\n"
                                    "    - {weight: 0.4, mean: [-1.1], covariance: 0.13}\n"
                                    "    - {weight: 0.6, mean: [0.9], covariance: 0.31}\n"
                                    "diffusion: {T: 2.1, delta: 0.05, grid: log-snr, K: 7}\n"
                                    "model: {kind: mlp, width: 8, depth: 1}\n"
                                    "train: {rounds: 40, local_steps: 2, batch: 16, learning_rate: 0.02}\n"
                                    "pruning: {kind: random, keep: 0.8}\n"
                                    "measure: {every: 10, replicas: 2, samples: 256, chain_samples: 1000}\n";

/* What training calls after each round. */
static sb_status told(sb_context *ctx, void *user, const sb_training *training, const sb_round_report *report)
{
    (void)ctx;
    const int *stretch = user;
    if (training->done % *stretch == 0) printf("round %d of %d: loss %.4f\n", training->done, training->rounds, report->loss[0]);
    return SB_OK;
}

/* A run: each step takes what those before it made, as const, and fills one struct of its own. */
static sb_status run(sb_context *ctx)
{
    sb_status st = SB_OK;
    const sb_override override = {"measure.kl", "[grid, chain]"};
    int stretch = 10;
    sb_config config = {0};
    sb_system system = {0};
    sb_training training = {0};
    sb_measured measured = {0};
    sb_ledger ledger = {0};
    SB_TRY(sb_config_parse(ctx, "configuration", configuration, sizeof configuration - 1, 1, &override, &config));
    SB_TRY(sb_system_create(ctx, &config, &system));
    SB_TRY(sb_training_create(ctx, &system, config.measure.replicas, config.train.learning_rate, &training));
    SB_TRY(sb_training_run(ctx, &system, &training, config.train.rounds, told, &stretch));
    SB_TRY(sb_measure(ctx, &system, &training, &measured));
    SB_TRY(sb_ledger_from_run(ctx, &measured, &ledger));
    printf("KL of the pooled law: %.4f before, %.4f after\n", measured.pooled.grid_before.value, measured.pooled.grid_after.value);
    for (int i = 0; i < ledger.row_count; i++) {
        const sb_ledger_row *row = &ledger.row[i];
        if (row->statement != sb_statement_find("theorem_4_11")) continue;
        printf("%s %s: %s", row->statement->title, sb_form_name(row->form), sb_verdict_name(row->worst.verdict));
        for (int m = 0; m < row->missing_count; m++) printf("%s%s", m ? ", " : ", lacks ", row->missing[m]->name);
        printf("\n");
    }
done:
    sb_ledger_free(&ledger);
    sb_measured_free(&measured);
    sb_training_free(&training);
    sb_system_free(&system);
    sb_config_free(&config);
    return st;
}

static volatile sig_atomic_t stop;

static void on_interrupt(int number)
{
    (void)number;
    stop = 1;
}

/* What a program decides: how many threads, who is told, when to stop, and what to do with an error. */
int main(void)
{
    sb_context ctx;
    sb_context_init(&ctx, 0);
    ctx.progress = sb_progress_create();
    ctx.stop = &stop;
    signal(SIGINT, on_interrupt);
    sb_blas_single_thread();

    sb_status status = calculate(&ctx);
    if (status == SB_OK) status = inspect(&ctx);
    if (status == SB_OK) status = run(&ctx);
    if (status != SB_OK) fprintf(stderr, "%s: %s\n", sb_status_name(status), ctx.error.message);
    sb_progress_free(ctx.progress);
    return status == SB_OK ? 0 : 1;
}
