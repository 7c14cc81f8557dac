/* test_pieces.cpp: a layer whose products pass through the queue's room gives the same bits whether the room holds all workers, some,
 * one, or only some lanes of one; where it holds none, the queue says so. */
#include "kernels/cuda/cuda.h"
#include "kernels/tests/tap.h"

#include <string>
#include <vector>

enum { W = 5, IN = 7, OUT = 9, B = 37, LD = 48, D = OUT * IN + OUT + 8 };

struct Case {
    const sb_backend *op;
    sb_crew crew;
    sb_layer layer;
    real *theta, *h, *residual, *out, *z;
};

static real *random_on_device(const sb_backend *op, size_t n)
{
    static uint32_t state = 2385;
    std::vector<real> host(n);
    for (real &x : host) x = (real)((double)(state = state * 1664525u + 1013904223u) * 0x1p-31 - 1);
    real *device = (real *)op->alloc(op, n * sizeof(real));
    op->upload(op, device, host.data(), n * sizeof(real));
    return device;
}

static Case open_case(size_t stride)
{
    char why[256] = "";
    const sb_backend *op = sb_backend_cuda(0, why, sizeof why);
    return {op,
            {W, B, LD, stride},
            {IN, OUT, 3, 3 + OUT * IN, 0.7, 1.3},
            random_on_device(op, W * D),
            random_on_device(op, W * IN * LD),
            random_on_device(op, W * OUT * LD),
            random_on_device(op, W * OUT * LD),
            random_on_device(op, W * OUT * LD)};
}

static void close_case(const Case &c)
{
    for (real *memory : {c.theta, c.h, c.residual, c.out, c.z}) c.op->release(c.op, memory);
    sb_backend_close(c.op);
}

static std::vector<real> fetch(const Case &c, const real *device)
{
    std::vector<real> host(W * OUT * LD);
    c.op->download(c.op, host.data(), device, host.size() * sizeof(real));
    return host;
}

/* z has room for the products: nothing passes through pieces. Then in place of a copy of the residual, with less and less room. */
static void pieces(size_t stride)
{
    const Case c = open_case(stride);
    const sb_backend *op = c.op;
    op->layer_forward(op, &c.crew, &c.layer, c.theta, c.h, 0.9, 0.2, c.residual, c.z, c.out, NULL);
    const std::vector<real> want = fetch(c, c.out);
    const size_t worker = OUT * LD * sizeof(real);
    for (size_t room : {100 * worker, 2 * worker, worker, worker - 1, OUT * 33 * sizeof(real), OUT * 16 * sizeof(real)}) {
        queue_of(op)->room_bytes = room;
        op->copy(op, c.out, c.residual, W * worker);
        op->layer_forward(op, &c.crew, &c.layer, c.theta, c.h, 0.9, 0.2, c.out, NULL, c.out, NULL);
        TAP_CHECK(fetch(c, c.out) == want);
    }
    TAP_CHECK(op->finish(op) == NULL);
    close_case(c);
}

static void own_parameters(void)
{
    pieces(D);
}

static void shared_parameters(void)
{
    pieces(0);
}

static void no_room(void)
{
    const Case c = open_case(D);
    queue_of(c.op)->room_bytes = OUT * 15 * sizeof(real);
    c.op->layer_forward(c.op, &c.crew, &c.layer, c.theta, c.h, 0.9, 0.2, c.out, NULL, c.out, NULL);
    const char *failure = c.op->finish(c.op);
    TAP_CHECK(failure && std::string(failure) == "layer_forward: out of memory");
    close_case(c);
}

int main(void)
{
    static const tap_test tests[] = {
        {"pieces, parameters of one's own", own_parameters},
        {"pieces, shared parameters", shared_parameters},
        {"no room", no_room},
    };
    return tap_main(tests, sizeof tests / sizeof *tests);
}
