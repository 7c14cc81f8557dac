/* Memory, and recordings. */
#include "kernels/tests/parity.h"

#include <string.h>

static void memory(parity *p)
{
    const sb_backend *const sides[] = {p->cpu, p->gpu};
    PARITY_CHECK(p, !strcmp(p->cpu->device, "") && strlen(p->gpu->device) > 3);
    unsigned char host[1001], back[1001];
    for (size_t i = 0; i < sizeof host; i++) host[i] = (unsigned char)parity_bits(p);
    for (int s = 0; s < 2; s++) {
        const sb_backend *op = sides[s];
        unsigned char *a = op->alloc(op, sizeof host), *b = op->alloc(op, sizeof host), *none = op->alloc(op, 0);
        PARITY_CHECK(p, a && b && none);
        op->upload(op, a, host, sizeof host);
        op->upload(op, a, host, 0);
        op->copy(op, b, a, sizeof host);
        op->clear(op, b + 3, 500);
        op->clear(op, b, 0);
        op->copy(op, b + 700, a, 11);
        op->copy(op, b, none, 0);
        memset(back, 1, sizeof back);
        op->download(op, back, b, sizeof back - 1);
        op->download(op, back, b, 0);
        PARITY_CHECK(p, !memcmp(back, host, 3) && !memcmp(back + 503, host + 503, 197) && !memcmp(back + 700, host, 11));
        PARITY_CHECK(p, !memcmp(back + 711, host + 711, 289) && back[1000] == 1);
        for (int i = 3; i < 503; i++) PARITY_CHECK(p, back[i] == 0);

        /* What is too much is refused, and the queue goes on. */
        PARITY_CHECK(p, op->alloc(op, (size_t)1 << 60) == NULL && op->alloc(op, SIZE_MAX) == NULL &&
                            op->alloc(op, SIZE_MAX - 63) == NULL);
        PARITY_CHECK(p, op->finish(op) == NULL);
        op->download(op, back, a, sizeof back);
        PARITY_CHECK(p, !memcmp(back, host, sizeof host));
        op->release(op, a);
        op->release(op, b);
        op->release(op, none);
        op->release(op, NULL);
        PARITY_CHECK(p, op->finish(op) == NULL);
    }
    reals x;
    PARITY_REALS(p, x, 1); /* the source of an upload may change at once */
    real value = 2;
    p->gpu->upload(p->gpu, x.g, &value, sizeof value);
    value = 3;
    p->cpu->upload(p->cpu, x.c, &(real){2}, sizeof value);
    PARITY_SAME(p, x);
}

/* A step that changes what it starts from, so that each replay does something else. */
static void step(const sb_backend *op, real *x, real *y, real *C, double *sum, size_t n)
{
    op->multiply_add(op, n, x, y, x);
    op->copy(op, y, x, n / 2 * sizeof *x);
    op->gemm(op, 0, 1, 3, 3, 7, 0.01, x, 7, y, 7, 0.5, C, 3);
    op->clear(op, y + n - 1, sizeof *y);
    op->weighted_sums(op, 1, (int)n, x, y, sum);
}

static void replays(parity *p)
{
    enum { N = 37, TIMES = 3 };
    reals x, y, C;
    doubles sum;
    real before[N];
    double bound[9], sum_bound[1] = {1e-9}, loose[N];
    if (sb_backend_is_host(p->gpu)) return;
    PARITY_FILL(p, x, N, (real)parity_between(p, -0.5, 0.5));
    PARITY_FILL(p, y, N, (real)parity_between(p, -0.5, 0.5));
    PARITY_REALS(p, C, 9);
    PARITY_FILL(p, sum, 1, 2.385);
    p->gpu->record(p->gpu);
    step(p->gpu, x.g, y.g, C.g, sum.g, N);
    void *recording = p->gpu->recorded(p->gpu);
    PARITY_CHECK(p, recording != NULL);
    p->gpu->download(p->gpu, before, x.g, sizeof before);
    PARITY_CHECK(p, !memcmp(before, x.c, sizeof before)); /* recorded, not done */
    for (int i = 0; i < TIMES; i++) {
        p->gpu->replay(p->gpu, recording);
        step(p->cpu, x.c, y.c, C.c, sum.c, N);
    }
    for (int i = 0; i < 9; i++) bound[i] = parity_sums(TIMES * 8, 10);
    for (int i = 0; i < N; i++) loose[i] = 0;
    PARITY_NEAR(p, x, loose);
    PARITY_SAME(p, y);
    PARITY_NEAR(p, C, bound);
    PARITY_NEAR_DOUBLES(p, sum, sum_bound);

    /* An empty recording, and one that is replayed among other work. */
    p->gpu->record(p->gpu);
    void *empty = p->gpu->recorded(p->gpu);
    p->gpu->replay(p->gpu, empty);
    p->gpu->clear(p->gpu, y.g, N * sizeof(real));
    p->gpu->replay(p->gpu, recording);
    p->gpu->forget(p->gpu, recording); /* while it may still run */
    p->gpu->forget(p->gpu, empty);
    p->gpu->forget(p->gpu, NULL);
    memset(y.c, 0, N * sizeof(real));
    step(p->cpu, x.c, y.c, C.c, sum.c, N);
    PARITY_SAME(p, y);
    PARITY_SAME(p, x);
}

const parity_case SB_REAL_NAME(parity_queue)[2] = {{"memory", memory}, {"recordings", replays}};
