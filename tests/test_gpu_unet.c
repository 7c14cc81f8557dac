/* The U-Net on the emulated GPU: three workers side by side, each with its own parameters and samples, as the CPU has each of them
 * alone. */
#include "emulated.h"
#include "model_fixture.h"

#include "base/memory.h"
#include "kernels/tests/emulator/emulator.h"
#include "model/unet.h"

enum { W = 3, EMBEDDING = 3, BATCH = 5 };

static void open_case(model_fixture *f, int attention)
{
    const sb_unet_shape shape = {
        .image = {2, 4, 6}, .width = 3, .depth = 2, .blocks = 1, .attention = attention, .init_scale = 1.0, .unit = 1.0};
    sb_model *model = NULL;
    fixture_open(f, sb_image_dimension(shape.image), W * BATCH);
    const size_t K = (size_t)f->grid.K;
    sb_unet_design design = {.d = f->d,
                             .embedding = EMBEDDING,
                             .K = f->grid.K,
                             .emb = sb_array_alloc(K * EMBEDDING, sizeof(double), 0),
                             .in = sb_array_alloc(K, sizeof(double), 0),
                             .c = sb_array_alloc(K, sizeof(double), 0),
                             .base = sb_array_alloc(K, sizeof(double), 0)};
    fixture_normals(21, design.emb, K * EMBEDDING);
    for (size_t k = 0; k < K; k++) design.in[k] = 0.7 + 0.15 * k, design.c[k] = 2.385 - 0.2 * k, design.base[k] = -0.385;
    CHECK_OK(&f->ctx, sb_unet_network(&f->ctx, &shape, EMBEDDING, &design.net));
    CHECK_OK(&f->ctx, sb_unet_create(&f->ctx, &design, &f->grid, &model));
    fixture_adopt(f, model);
}

static void *there(const sb_backend *op, const void *here, size_t bytes)
{
    void *memory = op->alloc(op, bytes);
    CHECK(memory != NULL);
    if (here) op->upload(op, memory, here, bytes);
    return memory;
}

static void compare(size_t n, const double *got, const double *want)
{
    double worst = 0.0, largest = 0.0;
    for (size_t i = 0; i < n; i++) {
        worst = fmax(worst, isnan(got[i]) ? INFINITY : fabs(got[i] - want[i]));
        largest = fmax(largest, fabs(want[i]));
    }
    CHECK(largest > 0.0 && worst < 1e-12 * largest);
}

/* Loss, gradient and Hv of the three workers, by the queue at once and by the CPU one by one. */
static void workers_against_cpu(model_fixture *f, const sb_backend *op)
{
    const size_t D = f->D, rows = W * BATCH, size = rows * (size_t)f->d, number = sizeof(double);
    sb_workspace *ws = NULL;
    double *theta = sb_array_alloc(6 * W * D, number, 0), *v = theta + W * D, *grad = v + W * D, *Hv = grad + W * D, loss[W];
    double *own_grad = Hv + W * D, *own_Hv = own_grad + W * D;
    fixture_normals(31, theta, W * D);
    fixture_normals(32, v, W * D);
    for (size_t i = 0; i < W * D; i++) theta[i] *= 0.8;
    CHECK_OK(&f->ctx, sb_workspace_create_on(&f->ctx, f->model, op, W, BATCH, 0, &ws));
    const sb_noised all = {.B = BATCH,
                           .d = f->d,
                           .y = there(op, f->samples.y, size * number),
                           .target = there(op, f->samples.target, size * number),
                           .weight = there(op, f->samples.weight, rows * number),
                           .k = there(op, f->samples.k, rows * sizeof(int))};
    double *theta_there = there(op, theta, W * D * number), *v_there = there(op, v, W * D * number),
           *out = there(op, NULL, W * D * number);
    double *s_work = there(op, NULL, 4 * size * number), *loss_there = there(op, NULL, W * number);
    CHECK_OK(&f->ctx, sb_dsm_loss(&f->ctx, f->model, theta_there, &all, ws, s_work, loss_there, out, NULL));
    op->download(op, grad, out, W * D * number);
    op->download(op, loss, loss_there, sizeof loss);
    CHECK_OK(&f->ctx, sb_dsm_hvp(&f->ctx, f->model, theta_there, v_there, &all, ws, s_work, out));
    op->download(op, Hv, out, W * D * number);
    CHECK(op->finish(op) == NULL);
    for (int w = 0; w < W; w++) {
        const size_t first = (size_t)w * BATCH, at = (size_t)w * D;
        const sb_noised part = {.B = BATCH,
                                .d = f->d,
                                .y = f->samples.y + first * (size_t)f->d,
                                .target = f->samples.target + first * (size_t)f->d,
                                .weight = f->samples.weight + first,
                                .k = f->samples.k + first};
        double own;
        CHECK_OK(&f->ctx, sb_dsm_loss(&f->ctx, f->model, theta + at, &part, f->ws, f->s_work, &own, own_grad + at, NULL));
        CHECK_OK(&f->ctx, sb_dsm_hvp(&f->ctx, f->model, theta + at, v + at, &part, f->ws, f->s_work, own_Hv + at));
        CHECK_CLOSE(loss[w], own, 1e-12);
        compare(D, grad + at, own_grad + at);
        compare(D, Hv + at, own_Hv + at);
    }
    void *const on_device[] = {all.y, all.target, all.weight, all.k, theta_there, v_there, out, s_work, loss_there};
    for (size_t i = 0; i < sizeof on_device / sizeof *on_device; i++) op->release(op, on_device[i]);
    sb_workspace_free(ws);
    sb_free(theta);
}

static void test_workers(void)
{
    char why[256] = "";
    emulated_queue();
    for (int attention = 0; attention < 2; attention++) {
        model_fixture f;
        open_case(&f, attention);
        const sb_backend *op = sb_backend_cuda(0, why, sizeof why);
        CHECK(op != NULL);
        if (op) workers_against_cpu(&f, op);
        sb_backend_close(op);
        CHECK(sb_emulator_allocated() == 0);
        fixture_close(&f);
    }
}

int main(void)
{
    static const sb_test tests[] = {{"three workers side by side", test_workers}};
    return sb_test_main("gpu_unet", tests, sizeof tests / sizeof *tests);
}
