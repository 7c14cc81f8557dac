/* bench: `make bench` runs it. A table on stdout; with -o FILE the same figures as JSON in that file; with names, only these parts
 * (make bench BENCH="training growth"). It measures and never fails for being slow: machines differ, and a goal missed is a line
 * that says so. */
#include "bench/bench.h"

#include "kernels/blas.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    const char *name;
    sb_status (*run)(sb_context *ctx, bench_results *results);
} part;

/* memory first: it forks, which must come before the first parallel region. */
static const part parts[] = {
    {"memory", bench_memory}, {"statements", bench_statements}, {"laws", bench_laws},
    {"chain", bench_chain},   {"training", bench_training},     {"cuda", bench_training_device},
    {"width", bench_width},   {"unet", bench_unet},             {"sampling", bench_sampling},
    {"growth", bench_growth},
};
enum { PARTS = sizeof parts / sizeof *parts };

/* As src/main.c has it: OpenBLAS chooses its kernels before main, sometimes badly. What is set stays, but is told. */
static void choose_core(char **argv)
{
    const char *set = getenv("OPENBLAS_CORETYPE"), *better = sb_blas_core_wanted();
    if (better) {
        setenv("OPENBLAS_CORETYPE", better, 1);
        execv("/proc/self/exe", argv); /* without /proc: slower, not wrong */
    }
    printf("BLAS core %s", sb_blas_core());
    if (set) printf(", as OPENBLAS_CORETYPE=%s says", set);
    unsetenv("OPENBLAS_CORETYPE");
    better = sb_blas_core_wanted();
    if (set) setenv("OPENBLAS_CORETYPE", set, 1);
    printf(better ? "; %s would suit this processor better\n" : "\n", better);
    sb_blas_single_thread();
}

static int asked_for(const char *name, int count, char **names)
{
    for (int i = 0; i < count; i++)
        if (!strcmp(names[i], name)) return 1;
    return count == 0;
}

static sb_status check_names(sb_context *ctx, int count, char **names)
{
    sb_status st = SB_OK;
    for (int i = 0; i < count; i++) {
        int known = 0;
        for (int j = 0; j < PARTS; j++) known |= !strcmp(names[i], parts[j].name);
        SB_REQUIRE(known, SB_EUSER,
                   "there is no benchmark '%s': memory, statements, laws, chain, training, cuda, width, unet, sampling, growth",
                   names[i]);
    }
done:
    return st;
}

int main(int argc, char **argv)
{
    sb_context context, *ctx = &context;
    sb_status st = SB_OK;
    bench_results results = {0};
    const char *file = argc > 2 && !strcmp(argv[1], "-o") ? argv[2] : NULL;
    const int first = file ? 3 : 1;
    choose_core(argv);
    signal(SIGPIPE, SIG_IGN);
    sb_context_init(ctx, 1);
    SB_TRY(check_names(ctx, argc - first, argv + first));
    for (int i = 0; i < PARTS; i++) {
        if (!asked_for(parts[i].name, argc - first, argv + first)) continue;
        SB_TRY(parts[i].run(ctx, &results));
    }
    bench_print_absent(&results);
    if (file) SB_TRY(bench_write(ctx, &results, file));
done:
    if (st != SB_OK) fprintf(stderr, "%s\n", context.error.message);
    bench_results_free(&results);
    return st != SB_OK;
}
