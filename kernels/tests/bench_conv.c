#include "kernels/tests/bench_conv.h"
#include "kernels/tests/bench_time.h"

#include <stdlib.h>

enum { WORKERS = 10 }; /* together on a GPU; the CPU takes one */

/* channels in and out, height and width, kernel, samples */
static const int shapes[][5] = {{32, 32, 8, 3, 16},    {32, 32, 8, 3, 64},    {64, 64, 16, 3, 32},
                                {128, 128, 32, 3, 16}, {128, 128, 32, 3, 64}, {128, 128, 8, 1, 64}};

typedef struct {
    const sb_backend *op;
    sb_crew c, wide;
    sb_conv m;
    sb_layer product; /* of as many terms as a pixel has, for some pixels' lanes */
    int times;
    real *theta, *h, *dz, *grad, *panel;
} job;

static void apply(const void *of)
{
    const job *j = of;
    j->op->conv_apply(j->op, &j->c, &j->m, j->theta, j->h, 0, j->dz);
}

static void back(const void *of)
{
    const job *j = of;
    j->op->conv_back(j->op, &j->c, &j->m, j->theta, j->dz, 0, j->h);
}

static void gradient(const void *of)
{
    const job *j = of;
    j->op->conv_gradient(j->op, &j->c, &j->m, j->dz, j->h, 0, 1, j->grad);
}

static void products(const void *of)
{
    const job *j = of;
    for (int i = 0; i < j->times; i++) j->op->layer_apply(j->op, &j->wide, &j->product, j->theta, j->panel, 0, j->dz);
}

static real *numbers(const sb_backend *op, size_t n, int *missing)
{
    real *host = malloc(n * sizeof *host), *x = op->alloc(op, n * sizeof *x);
    for (size_t i = 0; host && i < n; i++) host[i] = (real)((double)(i * 2654435761u % 4096) / 4096 - 0.5);
    if (host && x) op->upload(op, x, host, n * sizeof *x);
    else *missing = 1;
    free(host);
    return x;
}

/* Multiplications and additions of a convolution, and of the products beside it: what lies outside the image does not count. */
static double flops(const sb_conv *m, int samples)
{
    const double reach = m->kernel - 1, along = m->kernel * m->height - reach / 2 * (reach / 2 + 1);
    return 2.0 * m->in * m->out * along * along * samples;
}

static void measure(const sb_backend *op, int workers, const int *s, double rate[4], int *missing)
{
    const int taps = s[3] * s[3], terms = s[0] * taps;
    const size_t ld = (size_t)sb_lanes(s[4]), pixels = (size_t)s[2] * s[2], weights = (size_t)s[1] * terms;
    const size_t D = weights + (size_t)s[1], W = (size_t)workers;
    job j = {.op = op, .c = {workers, s[4], (int)ld, D}, .m = {s[0], s[1], s[2], s[2], s[3], 0, weights, 1.0, 1.0}};
    j.wide = (sb_crew){workers, 64, 64, D};
    j.product = (sb_layer){terms, s[1], 0, weights, 1.0, 1.0};
    j.times = (int)(pixels * ld / 64) + 1;
    j.theta = numbers(op, W * D, missing);
    j.h = numbers(op, W * s[0] * pixels * ld, missing);
    j.dz = numbers(op, W * s[1] * (pixels * ld + 64), missing);
    j.grad = numbers(op, W * D, missing);
    j.panel = numbers(op, W * terms * 64, missing);
    if (!*missing) {
        const double work = 1e-9 * workers * flops(&j.m, (int)ld);
        rate[0] = work / bench_time(op, apply, &j);
        rate[1] = work / bench_time(op, back, &j);
        rate[2] = work / bench_time(op, gradient, &j);
        rate[3] = 2e-9 * workers * (double)weights * 64 * j.times / bench_time(op, products, &j);
    }
    real *const all[] = {j.theta, j.h, j.dz, j.grad, j.panel};
    for (unsigned i = 0; i < sizeof all / sizeof *all; i++) op->release(op, all[i]);
}

void bench_conv(const sb_backend *op, FILE *out)
{
    const int workers = sb_backend_is_host(op) ? 1 : WORKERS;
    printf("\nconvolutions of %d worker%s, GF/s; beside them plain products of as many terms\n", workers, workers > 1 ? "s" : "");
    printf("%8s %6s %6s %8s %9s %9s %9s %9s\n", "channels", "pixels", "kernel", "samples", "apply", "back", "gradient", "products");
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const int *s = shapes[i];
        double rate[4] = {0};
        int missing = 0;
        measure(op, workers, s, rate, &missing);
        printf("%8d %3dx%-2d %6d %8d", s[0], s[2], s[2], s[3], s[4]);
        if (missing) printf("   left out: the device has not the memory\n");
        else printf(" %9.1f %9.1f %9.1f %9.1f\n", rate[0], rate[1], rate[2], rate[3]);
        if (out)
            fprintf(out,
                    "%s\n  {\"channels\": %d, \"height\": %d, \"kernel\": %d, \"samples\": %d, \"apply_gflops\": %.3f, "
                    "\"back_gflops\": %.3f, \"gradient_gflops\": %.3f, \"products_gflops\": %.3f}",
                    i ? "," : "", s[0], s[2], s[3], s[4], rate[0], rate[1], rate[2], rate[3]);
        fflush(stdout);
    }
}
