/* test_pieces.cpp: what passes through the queue's room gives the same bits whether the room holds it at once or in pieces: a layer's
 * products of all workers, of some, of one, or only some lanes of one, a convolution's tiles, a norm's workers. Where it holds none,
 * the queue says so. */
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

/* run's outcome (n) with room for all, two and one of what takes `unit` bytes, and for none. */
template <class Run> static void images(const sb_backend *op, const char *name, size_t unit, real *out, size_t n, Run run)
{
    std::vector<real> want(n), got(n);
    run();
    op->download(op, want.data(), out, n * sizeof(real));
    for (size_t count : {100, 2, 1}) {
        queue_of(op)->room_bytes = count * unit;
        op->clear(op, out, n * sizeof(real));
        run();
        op->download(op, got.data(), out, n * sizeof(real));
        TAP_CHECK(got == want);
    }
    TAP_CHECK(op->finish(op) == NULL);
    queue_of(op)->room_bytes = unit - 1;
    run();
    const char *failure = op->finish(op);
    TAP_CHECK(failure && failure == std::string(name) + ": out of memory");
}

/* A worker has one tile of 32 rows and 64 columns, in two chunks of terms. */
static void gradient_of_convolution(void)
{
    const int inputs = 3, outputs = 20, pixels = 30, size = outputs * (9 * inputs + 1);
    char why[256] = "";
    const sb_backend *op = sb_backend_cuda(0, why, sizeof why);
    const sb_crew crew = {W, B, LD, size};
    const sb_conv conv = {inputs, outputs, 5, 6, 3, 0, outputs * 9 * inputs, 0.7, 1.3};
    real *dz = random_on_device(op, W * outputs * pixels * LD), *h = random_on_device(op, W * inputs * pixels * LD),
         *grad = random_on_device(op, W * size);
    images(op, "conv_gradient", 2 * 32 * 64 * sizeof(real), grad, W * size,
           [=] { op->conv_gradient(op, &crew, &conv, dz, h, 0, 1, grad); });
    for (real *memory : {dz, h, grad}) op->release(op, memory);
    sb_backend_close(op);
}

static void curvature_of_norm(void)
{
    const int channels = 6, groups = 2, pixels = 5, size = 2 * channels, worker = channels * pixels * LD;
    char why[256] = "";
    const sb_backend *op = sb_backend_cuda(0, why, sizeof why);
    const sb_crew crew = {W, B, LD, size};
    const sb_norm norm = {channels, groups, pixels, 0, channels, 0.7, 1.3, 1e-5};
    real *theta = random_on_device(op, W * size), *v = random_on_device(op, W * size), *r = random_on_device(op, W * groups * LD),
         *Rdx = random_on_device(op, W * worker), *Hv = random_on_device(op, W * size), *in[4];
    for (real *&array : in) array = random_on_device(op, W * worker);
    images(op, "norm_rback", 2 * groups * LD * sizeof(real), Hv, W * size,
           [&] { op->norm_rback(op, &crew, &norm, theta, v, in[0], in[1], in[2], in[3], r, 0, Rdx, 0, Hv); });
    for (real *memory : {theta, v, r, Rdx, Hv, in[0], in[1], in[2], in[3]}) op->release(op, memory);
    sb_backend_close(op);
}

int main(void)
{
    static const tap_test tests[] = {
        {"pieces, parameters of one's own", own_parameters},
        {"pieces, shared parameters", shared_parameters},
        {"no room", no_room},
        {"tiles of a convolution's gradient", gradient_of_convolution},
        {"workers of a norm's curvature", curvature_of_norm},
    };
    return tap_main(tests, sizeof tests / sizeof *tests);
}
