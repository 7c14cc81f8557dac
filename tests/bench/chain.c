/* The chain KL in 64 dimensions: how much of its time the network's matrix products take, were they all, and what the rest is. */
#include "bench/bench.h"

#include "base/memory.h"
#include "measure/chain.h"

#include <stdio.h>
#include <string.h>

enum { SAMPLES = 100000, WIDTH = 256, DEPTH = 4, BATCH = 256 };

/* Two laws: components of random axes, and round ones. */
static const char *const rest = "diffusion: {T: 5, delta: 0.001, grid: log-snr, K: 50}\n"
                                "model: {kind: mlp, width: 256, depth: 4}\n"
                                "measure: {kl: [chain]}\n";
static const char *const slanted =
    "data: {kind: gaussian-mixture, dimension: 64, workers: 1, preset: random, modes: 8, radius: 8}\n";
static const char *const round_ones =
    "data: {kind: gaussian-mixture, dimension: 64, workers: 1, preset: ring, modes: 8, radius: 8}\n";

typedef struct {
    sb_config config;
    sb_system system;
    sb_scratch scratch;
    sb_exact exact;
    sb_mixture q;
    sb_marginal *marginal;
    double *theta, *work;
    double *A, *B, *C; /* (BATCH,WIDTH), (WIDTH,WIDTH), (BATCH,WIDTH) */
    int inputs;        /* of the first layer */
    sb_chain chain;
} chain_case;

static sb_status chain(sb_context *ctx, void *user)
{
    chain_case *c = user;
    return sb_chain_at(ctx, &c->system, &c->scratch, &c->q, &c->exact, c->theta, SAMPLES, 0, 0, 0, &c->chain);
}

/* The products of as many forward passes, on matrices that lie where they lay before. */
static sb_status products(sb_context *ctx, void *user)
{
    const chain_case *c = user;
    const sb_backend *op = c->system.backend;
    const int d = c->system.data.d;
    (void)ctx;
    for (int first = 0; first < SAMPLES; first += BATCH)
        for (int l = 0; l <= DEPTH; l++) {
            const int in = l == 0 ? c->inputs : WIDTH, out = l == DEPTH ? d : WIDTH;
            op->gemm(op, 0, 1, BATCH, out, in, 0.5, c->A, in, c->B, in, 0.0, c->C, out);
        }
    return SB_OK;
}

static sb_status draws(sb_context *ctx, void *user)
{
    chain_case *c = user;
    sb_scratch_thread *at = &c->scratch.at[0];
    (void)ctx;
    for (int first = 0; first < SAMPLES; first += BATCH)
        sb_noised_at(&c->q, &c->system.grid, sb_stream_at(1, SB_DRAW_CHAIN, 0, 0, 0, 0), 20, first, BATCH, &at->noised);
    return SB_OK;
}

static sb_status forward(sb_context *ctx, void *user)
{
    sb_status st = SB_OK;
    chain_case *c = user;
    sb_scratch_thread *at = &c->scratch.at[0];
    const sb_batch batch = {BATCH, at->noised.y, at->noised.k};
    for (int first = 0; first < SAMPLES; first += BATCH)
        SB_TRY(sb_model_evaluate(ctx, c->system.model, c->theta, &batch, at->ws, at->s));
done:
    return st;
}

static sb_status scores(sb_context *ctx, void *user)
{
    chain_case *c = user;
    sb_scratch_thread *at = &c->scratch.at[0];
    (void)ctx;
    for (int first = 0; first < SAMPLES; first += BATCH) sb_marginal_eval(c->marginal, BATCH, at->noised.y, NULL, at->S, c->work);
    return SB_OK;
}

static sb_status prepare(sb_context *ctx, const char *data, chain_case *c)
{
    sb_status st = SB_OK;
    char text[1024];
    size_t D;
    snprintf(text, sizeof text, "seed: 1\n%s%s", data, rest);
    SB_TRY(sb_config_parse(ctx, "bench", text, strlen(text), 0, NULL, &c->config));
    SB_TRY(sb_system_create(ctx, &c->config, &c->system));
    c->q = sb_data_pooled(&c->system.data);
    SB_TRY(sb_scratch_create(ctx, &c->system, BATCH, &c->scratch));
    SB_TRY(sb_exact_compute(ctx, &c->q, &c->system.grid, 64, 0.95, 1, 0, &c->exact));
    SB_TRY(sb_marginal_create(ctx, &c->q, c->system.grid.u[20], &c->marginal));
    D = sb_model_parameters(c->system.model);
    SB_ALLOC(c->theta, D);
    SB_ALLOC(c->work, sb_marginal_work(c->marginal));
    SB_CALLOC(c->A, BATCH * WIDTH);
    SB_CALLOC(c->B, WIDTH * WIDTH);
    SB_CALLOC(c->C, BATCH * WIDTH);
    sb_model_init(c->system.model, 1, c->theta);
    const size_t deep = (size_t)(DEPTH - 1) * (WIDTH * WIDTH + WIDTH), last = (size_t)c->system.data.d * (WIDTH + 1);
    c->inputs = (int)((D - deep - last) / WIDTH) - 1;
done:
    return st;
}

static sb_status one_law(sb_context *ctx, const char *data, const char *name, bench_results *results)
{
    sb_status st = SB_OK;
    chain_case c = {0};
    double whole, alone, part[3];
    SB_TRY(prepare(ctx, data, &c));
    SB_TRY(bench_cpu(ctx, 3, products, &c, &alone));
    SB_TRY(bench_ratio(ctx, 5, chain, products, &c, &whole));
    SB_TRY(bench_ratio(ctx, 3, draws, products, &c, &part[0]));
    SB_TRY(bench_ratio(ctx, 3, forward, products, &c, &part[1]));
    SB_TRY(bench_ratio(ctx, 3, scores, products, &c, &part[2]));
    const double flop = 2.0 * SAMPLES * WIDTH * (c.inputs + (DEPTH - 1.0) * WIDTH + c.system.data.d);
    bench_note(results, name, "s", whole * alone);
    bench_note(results, "  dgemm at the layers' shapes", "GFLOP/s", 1e-9 * flop / alone);
    bench_above(results, "  the network's dgemm, share of the time", "", 1.0 / whole, 0.6);
    bench_note(results, "  forward passes, over their dgemm", "", part[1]);
    bench_note(results, "  draws, over the dgemm", "", part[0]);
    bench_note(results, "  scores of the law, over the dgemm", "", part[2]);
done:
    sb_marginal_free(c.marginal);
    sb_free(c.theta);
    sb_free(c.work);
    sb_free(c.A);
    sb_free(c.B);
    sb_free(c.C);
    sb_exact_free(&c.exact);
    sb_scratch_free(&c.scratch);
    sb_system_free(&c.system);
    sb_config_free(&c.config);
    return st;
}

sb_status bench_chain(sb_context *ctx, bench_results *results)
{
    sb_status st = SB_OK;
    SB_TRY(one_law(ctx, round_ones, "chain KL, 1e5 samples, d = 64, mlp 4x256, round", results));
    SB_TRY(one_law(ctx, slanted, "the same, components of random axes", results));
done:
    return st;
}
