/* Compiled in both precisions. */
#include "train/minibatch.h"

#include "base/memory.h"
#include "model/loss.h"

enum { BUSY = 8 }; /* a round of so many workers needs no parts */

/* Samples first..first+B-1 of the minibatch. */
typedef struct {
    int first, B;
    sb_workspace *ws;
    real *grad;  /* (D); NULL for the first part, whose gradient is where the sum will be */
    double loss; /* of the host */
} part;

struct sb_minibatch {
    const sb_server *server;
    int threads, parts;
    part *part;      /* (parts) */
    sb_noised whole; /* W times B samples */
    real *s_work;    /* (4,W,B,d) */
};

static int tiles_of(const sb_server *server)
{
    const int B = server->system->config->train.batch, tile = server->op->tile;
    return tile > 0 ? (B + tile - 1) / tile : 1;
}

int sb_minibatch_parts(const sb_server *server)
{
    const int N = server->system->config->data.workers, tiles = tiles_of(server);
    const int wanted = sb_backend_is_host(server->op) && N < BUSY ? BUSY / N : 1;
    return wanted < tiles ? wanted : tiles;
}

void sb_minibatch_free(sb_minibatch *m)
{
    if (!m) return;
    const sb_backend *op = m->server->op;
    for (int i = 0; m->part && i < m->parts; i++) {
        sb_workspace_free(m->part[i].ws);
        op->release(op, m->part[i].grad);
    }
    op->release(op, m->whole.y);
    op->release(op, m->whole.target);
    op->release(op, m->whole.weight);
    op->release(op, m->whole.k);
    op->release(op, m->s_work);
    sb_free(m->part);
    sb_free(m);
}

/* Parts are whole tiles. */
static sb_status take_part(sb_context *ctx, sb_minibatch *m, int W, int i)
{
    sb_status st = SB_OK;
    const sb_server *server = m->server;
    const sb_backend *op = server->op;
    const int B = server->system->config->train.batch, tiles = tiles_of(server);
    const int first = m->parts > 1 ? i * tiles / m->parts * op->tile : 0;
    const int end = i + 1 < m->parts ? (i + 1) * tiles / m->parts * op->tile : B;
    m->part[i].first = first;
    m->part[i].B = end - first;
    if (i > 0) SB_TAKE(op, m->part[i].grad, server->training->D);
    SB_TRY(sb_workspace_create_on(ctx, server->system->model, op, W, end - first, 1, &m->part[i].ws));
done:
    return st;
}

sb_status sb_minibatch_create(sb_context *ctx, const sb_server *server, int W, int threads, sb_minibatch **minibatch)
{
    sb_status st = SB_OK;
    const sb_backend *op = server->op;
    const int B = server->system->config->train.batch, d = server->system->data.d;
    const size_t rows = (size_t)W * (size_t)B;
    sb_minibatch *m = NULL;
    *minibatch = NULL;
    SB_CALLOC(m, 1);
    *m = (sb_minibatch){.server = server, .threads = threads, .parts = sb_minibatch_parts(server), .whole = {.B = B, .d = d}};
    SB_TAKE(op, m->whole.y, rows * (size_t)d);
    SB_TAKE(op, m->whole.target, rows * (size_t)d);
    SB_TAKE(op, m->whole.weight, rows);
    SB_TAKE(op, m->whole.k, rows);
    SB_TAKE(op, m->s_work, 4 * rows * (size_t)d);
    SB_CALLOC(m->part, m->parts);
    for (int i = 0; i < m->parts; i++) SB_TRY(take_part(ctx, m, W, i));
    *minibatch = m;
    m = NULL;
done:
    sb_minibatch_free(m);
    return st;
}

void sb_minibatch_workers(sb_minibatch *m, int W)
{
    for (int i = 0; i < m->parts; i++) sb_workspace_workers(m->part[i].ws, W);
}

size_t sb_minibatch_narrow(sb_minibatch *m, int lanes)
{
    size_t D = 0;
    for (int i = 0; i < m->parts; i++) D = sb_workspace_narrow(m->part[i].ws, lanes);
    return D;
}

/* Loss and gradient of the samples of a part. */
static sb_status gradient_of(sb_context *ctx, const sb_minibatch *m, const part *p, int W, size_t D, const real *theta,
                             const int *law, const sb_place *place, uint64_t skip, double *loss, real *grad)
{
    const sb_backend *op = m->server->op;
    const size_t at = (size_t)p->first * (size_t)m->whole.d;
    const sb_crew crew = {.W = W, .B = p->B, .ld = sb_lanes(p->B), .stride = D};
    const sb_draw how = {.times = SB_TIMES_RANDOM, .first = p->first, .total = m->whole.B};
    sb_noised samples = m->whole;
    samples.B = p->B;
    samples.y += at;
    samples.target += at;
    samples.weight += p->first;
    samples.k += p->first;
    op->draw(op, &crew, &m->server->source, law, place, skip, &how, samples.y, samples.target, samples.weight, samples.k);
    return sb_dsm_loss(ctx, m->server->system->model, theta, &samples, p->ws, m->s_work + 4 * at, loss, grad, NULL);
}

/* The parts by threads, and their sums in the order of the parts. */
static sb_status in_parts(sb_context *ctx, sb_minibatch *m, size_t D, const real *theta, const int *law, const sb_place *place,
                          uint64_t skip, double *loss, real *grad)
{
    sb_status st = SB_OK;
    const sb_backend *op = m->server->op;
#pragma omp parallel for num_threads(m->threads) schedule(dynamic, 1)
    for (int i = 0; i < m->parts; i++) {
        part *p = &m->part[i];
        const sb_status mine = gradient_of(ctx, m, p, 1, D, theta, law, place, skip, &p->loss, i ? p->grad : grad);
        if (mine != SB_OK) {
#pragma omp atomic write
            st = mine;
        }
    }
    SB_TRY(st);
    *loss = m->part[0].loss;
    for (int i = 1; i < m->parts; i++) {
        *loss += m->part[i].loss;
        op->axpy(op, D, 1.0, m->part[i].grad, grad);
    }
done:
    return st;
}

sb_status sb_minibatch_gradient(sb_context *ctx, sb_minibatch *m, int W, size_t D, const real *theta, const int *law,
                                const sb_place *place, uint64_t skip, double *loss, real *grad)
{
    if (m->parts > 1) return in_parts(ctx, m, D, theta, law, place, skip, loss, grad);
    return gradient_of(ctx, m, &m->part[0], W, D, theta, law, place, skip, loss, grad);
}
