/* bench: one training step of each benchmark network, for W workers, and convolutions, on the CPU (one thread) or a GPU. Tables on
 * stdout; the same figures as JSON in a file.     bench [cpu|cuda] [FILE.json]
 * It shows how much of the step is products: their rate alone, at the same shapes (cuBLAS's on a GPU, the BLAS's on the CPU), is
 * what the step could reach if all else were free. On a GPU also what replaying a recording saves. */
#include "kernels/blas.h"
#include "kernels/tests/bench_conv.h"
#include "kernels/tests/bench_step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { WORKERS = 10, REPETITIONS = 7 };

static const bench_shape shapes[] = {
    {2, 64, 2, 128}, {2, 128, 3, 256}, {16, 256, 3, 512}, {64, 512, 4, 1024}, {64, 2048, 4, 8192},
};

static const bench_conv_shape convolutions[] = {{16, 8, 128}, {32, 16, 128}, {128, 32, 32}, {128, 16, 128}, {256, 8, 128}};

/* A CPU takes minutes for more than this. */
static const double most_on_cpu = 2e11;

typedef struct {
    const sb_backend *op;
    bench_step *step;
    void *recording;
    const bench_conv *conv;
    int way;
} job;

static void launch(const job *j)
{
    bench_step_run(j->step);
}

static void replay(const job *j)
{
    j->op->replay(j->op, j->recording);
}

static void products(const job *j)
{
    bench_step_products(j->step);
}

static void convolve(const job *j)
{
    bench_conv_run(j->conv, j->way);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Seconds of one piece of work: the median of some repetitions, each of as many as fill a twentieth of a second. */
static double time_of(const job *j, void (*work)(const job *j))
{
    const sb_backend *op = j->op;
    double taken[REPETITIONS], start = now();
    int times = 1;
    work(j);
    op->finish(op);
    start = now();
    work(j);
    op->finish(op);
    const double once = now() - start;
    if (once < 0.05) times = (int)(0.05 / (once + 1e-6)) + 1;
    for (int r = 0; r < REPETITIONS; r++) {
        start = now();
        for (int i = 0; i < times; i++) work(j);
        op->finish(op);
        taken[r] = (now() - start) / times;
    }
    qsort(taken, REPETITIONS, sizeof *taken, ascending);
    return taken[REPETITIONS / 2];
}

typedef struct {
    double launched, replayed, products, flops; /* seconds of a step; 0 where there is no recording */
} figures;

static int measure(const sb_backend *op, const bench_shape *shape, figures *to)
{
    bench_step step;
    job j = {.op = op, .step = &step};
    const int ready = bench_step_open(&step, op, WORKERS, shape);
    if (ready) {
        to->flops = bench_step_flops(&step);
        to->launched = time_of(&j, launch);
        to->products = time_of(&j, products);
        to->replayed = 0;
        if (op->record) {
            op->record(op);
            bench_step_run(&step);
            j.recording = op->recorded(op);
            to->replayed = time_of(&j, replay);
            op->forget(op, j.recording);
        }
    }
    bench_step_close(&step);
    return ready;
}

static void print_row(const bench_shape *s, const figures *f)
{
    const double best = f->replayed > 0 ? f->replayed : f->launched;
    printf("%4d %6d %6d %6d %12.1f", s->d, s->width, s->depth, s->batch, 1e6 * f->launched);
    if (f->replayed > 0) printf(" %12.1f %7.2f", 1e6 * f->replayed, f->launched / f->replayed);
    else printf(" %12s %7s", "-", "-");
    printf(" %12.1f %9.1f %9.1f %6.1f%%\n", 1e6 * best / WORKERS, 1e-9 * f->flops / best, 1e-9 * f->flops / f->products,
           100 * f->products / best);
}

static void write_row(FILE *out, int first, const bench_shape *s, const figures *f)
{
    const double best = f->replayed > 0 ? f->replayed : f->launched;
    fprintf(out, "%s\n  {\"d\": %d, \"width\": %d, \"depth\": %d, \"batch\": %d, \"launched_us\": %.3f", first ? "" : ",", s->d,
            s->width, s->depth, s->batch, 1e6 * f->launched);
    if (f->replayed > 0) fprintf(out, ", \"replayed_us\": %.3f", 1e6 * f->replayed);
    fprintf(out, ", \"gflops\": %.3f, \"products_gflops\": %.3f, \"share\": %.4f}", 1e-9 * f->flops / best,
            1e-9 * f->flops / f->products, f->products / best);
}

/* Rates of the convolutions, each of its three ways for itself; on the CPU of one worker. */
static void measure_convolutions(const sb_backend *op, FILE *out)
{
    printf("%8s %6s %6s %12s %9s %9s %9s\n", "channels", "side", "batch", "apply us", "apply", "back", "gradient");
    for (size_t i = 0, written = 0; i < sizeof convolutions / sizeof *convolutions; i++) {
        const bench_conv_shape *s = &convolutions[i];
        bench_conv conv;
        double taken[BENCH_CONV_WAYS], rate[BENCH_CONV_WAYS];
        job j = {.op = op, .conv = &conv};
        const int ready = bench_conv_open(&conv, op, WORKERS, s);
        for (j.way = 0; ready && j.way < BENCH_CONV_WAYS; j.way++) {
            taken[j.way] = time_of(&j, convolve);
            rate[j.way] = 1e-9 * bench_conv_flops(&conv) / taken[j.way];
        }
        bench_conv_close(&conv);
        printf("%8d %6d %6d ", s->channels, s->side, s->batch);
        if (!ready) {
            printf("  left out: the device has not the memory\n");
            continue;
        }
        printf("%12.1f %9.1f %9.1f %9.1f\n", 1e6 * taken[0], rate[0], rate[1], rate[2]);
        fflush(stdout);
        if (!out) continue;
        fprintf(out, "%s\n  {\"channels\": %d, \"side\": %d, \"batch\": %d, \"apply_gflops\": %.3f, \"back_gflops\": %.3f, ",
                written++ ? "," : "", s->channels, s->side, s->batch, rate[0], rate[1]);
        fprintf(out, "\"gradient_gflops\": %.3f}", rate[2]);
    }
}

static const sb_backend *device_of(const char *name)
{
    char why[256];
    const sb_backend *op = strcmp(name, "cuda") ? sb_backend_cpu() : sb_backend_cuda(0, why, sizeof why);
    if (!op) printf("SKIP %s\n", why);
    return op;
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "cpu", *path = argc > 2 ? argv[2] : NULL;
    const int precision = 8 * (int)sizeof(real);
    if (sb_blas_core_wanted()) { /* the BLAS took the CPU for an older one: anew, with the right one named */
        setenv("OPENBLAS_CORETYPE", sb_blas_core_wanted(), 1);
        execv("/proc/self/exe", argv);
    }
    const sb_backend *op = device_of(name);
    FILE *out = NULL;
    if (!op) return 77;
    if (path && !(out = fopen(path, "w"))) {
        fprintf(stderr, "cannot write %s\n", path);
        return 1;
    }
    printf("%s, %d bits, %d workers, times in us; GF/s of the step, and of its matrix products alone\n", op->name, precision,
           WORKERS);
    printf("%4s %6s %6s %6s %12s %12s %7s %12s %9s %9s %7s\n", "d", "width", "depth", "batch", "launched", "replayed", "ratio",
           "worker-step", "GF/s", "products", "share");
    if (out)
        fprintf(out, "{\"device\": \"%s\", \"bits\": %d, \"workers\": %d, \"core\": \"%s\", \"steps\": [", op->name, precision,
                WORKERS, sb_blas_core());
    for (size_t i = 0, written = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const bench_shape *s = &shapes[i];
        figures f;
        if (sb_backend_is_host(op) && bench_shape_flops(s, WORKERS) > most_on_cpu)
            printf("%4d %6d %6d %6d   left out: it takes a CPU minutes\n", s->d, s->width, s->depth, s->batch);
        else if (!measure(op, s, &f))
            printf("%4d %6d %6d %6d   left out: the device has not the memory\n", s->d, s->width, s->depth, s->batch);
        else {
            print_row(s, &f);
            if (out) write_row(out, !written++, s, &f);
        }
        fflush(stdout);
    }
    if (out) fprintf(out, "\n], \"convolutions\": [");
    measure_convolutions(op, out);
    if (out) fprintf(out, "\n]}\n"), fclose(out);
    const char *failure = op->finish(op);
    if (failure) fprintf(stderr, "%s\n", failure);
    sb_backend_close(op);
    return failure != NULL;
}
