/* Peak memory of training ten thousand workers with a hundred thousand parameters: in a process of its own, because a peak never
 * falls again. */
#include "bench/bench.h"
#include "bench/federation.h"

#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORKERS = 10000 };

static const bench_shape shape = {.d = 2,
                                  .width = 222,
                                  .depth = 3,
                                  .batch = 16,
                                  .workers = WORKERS,
                                  .local_steps = 1,
                                  .K = 60,
                                  .pruning = "kind: random, keep: [0.75]",
                                  .device = "cpu",
                                  .rounds = 1};

typedef struct {
    int threads;
    double D, MiB, seconds;
} peak;

static sb_status measure(peak *found)
{
    sb_status st = SB_OK;
    sb_context context, *ctx = &context;
    bench_federation f = {.loss = 0.0};
    struct rusage usage;
    sb_context_init(ctx, 0);
    const double start = bench_clock();
    SB_TRY(bench_federation_create(ctx, &shape, &f));
    SB_TRY(bench_federation_run(ctx, &f, 1));
    getrusage(RUSAGE_SELF, &usage);
    *found = (peak){ctx->threads, (double)f.training.D, (double)usage.ru_maxrss / 1024.0, bench_clock() - start};
done:
    bench_federation_free(&f);
    return st;
}

sb_status bench_memory(sb_context *ctx, bench_results *results)
{
    sb_status st = SB_OK;
    int end[2], status = -1;
    peak found;
    char name[BENCH_NAME];
    SB_REQUIRE(pipe(end) == 0, SB_EIO, "cannot open a pipe");
    const pid_t child = fork();
    if (child == 0) {
        const int written = measure(&found) == SB_OK && write(end[1], &found, sizeof found) == sizeof found;
        _exit(!written);
    }
    close(end[1]);
    const int complete = child > 0 && read(end[0], &found, sizeof found) == sizeof found;
    close(end[0]);
    if (child > 0) waitpid(child, &status, 0);
    SB_REQUIRE(complete && status == 0, SB_EIO, "the process that trains %d workers failed", WORKERS);
    snprintf(name, sizeof name, "peak memory of training, N = %d, D = %.0f, %d thread%s", WORKERS, found.D, found.threads,
             found.threads > 1 ? "s" : "");
    bench_note(results, name, "MiB", found.MiB);
    bench_note(results, "  all workers' parameters at once would be", "MiB", 4.0 * found.D * WORKERS / 0x1p20);
    bench_note(results, "  one round of one step", "s", found.seconds);
done:
    return st;
}
