/* Compiled in both precisions. */
#include "train/server.h"

#include "base/memory.h"

#include <math.h>
#include <string.h>

static size_t all(const sb_server *server)
{
    return (size_t)server->training->replicas * server->training->D;
}

sb_status sb_server_create(sb_context *ctx, const sb_system *system, const sb_masks *masks, const sb_comm *comm,
                           sb_training *training, sb_server **server)
{
    sb_status st = SB_OK;
    sb_server *s = NULL;
    *server = NULL;
    SB_CALLOC(s, 1);
    *s = (sb_server){.system = system, .masks = masks, .comm = comm, .training = training};
    s->quantum = ldexp(SB_CHANGE_LIMIT, (int)ceil(log2((double)system->config->data.workers)) - 62);
    SB_TRY(sb_device_open(ctx, system, &s->op));
    SB_TRY(sb_source_create(ctx, s->op, &system->data, &system->grid, &s->source));
    SB_TAKE(s->op, s->sum, all(s));
    SB_TAKE(s->op, s->count, all(s));
    if (sb_backend_is_host(s->op)) s->theta = training->theta;
    else SB_TAKE(s->op, s->theta, all(s));
    SB_ALLOC(s->lock, training->replicas);
    for (; s->locks < training->replicas; s->locks++) omp_init_lock(&s->lock[s->locks]);
    *server = s;
    s = NULL;
done:
    sb_server_free(s);
    return st;
}

void sb_server_free(sb_server *server)
{
    if (!server) return;
    const sb_backend *op = server->op;
    if (op) {
        sb_source_free(op, &server->source);
        op->release(op, server->sum);
        op->release(op, server->count);
        if (!sb_backend_is_host(op)) op->release(op, server->theta);
        sb_backend_close(op);
    }
    for (int p = 0; p < server->locks; p++) omp_destroy_lock(&server->lock[p]);
    sb_free(server->lock);
    sb_free(server);
}

sb_status sb_server_begin(sb_context *ctx, sb_server *server)
{
    sb_status st = SB_OK;
    const sb_backend *op = server->op;
    op->clear(op, server->sum, all(server) * sizeof *server->sum);
    op->clear(op, server->count, all(server) * sizeof *server->count);
    if (!sb_backend_is_host(op)) op->upload(op, server->theta, server->training->theta, all(server) * sizeof *server->theta);
    SB_SETTLE(op);
done:
    return st;
}

/* Ranks have their sums added up on the host. */
static sb_status add_ranks(sb_context *ctx, sb_server *server, int64_t *sum, int32_t *count)
{
    sb_status st = SB_OK;
    const sb_comm *comm = server->comm;
    const sb_backend *op = server->op;
    const size_t D = server->training->D;
    int64_t *host_sum = sum;
    int32_t *host_count = count;
    if (comm->size == 1) return SB_OK;
    if (!sb_backend_is_host(op)) {
        host_sum = NULL;
        host_count = NULL;
        SB_ALLOC(host_sum, D);
        SB_ALLOC(host_count, D);
        op->download(op, host_sum, sum, D * sizeof *sum);
        op->download(op, host_count, count, D * sizeof *count);
    }
    SB_TRY(comm->sum_int64(ctx, comm, host_sum, D));
    SB_TRY(comm->sum_int32(ctx, comm, host_count, D));
    if (!sb_backend_is_host(op)) {
        op->upload(op, sum, host_sum, D * sizeof *sum);
        op->upload(op, count, host_count, D * sizeof *count);
        SB_SETTLE(op);
    }
done:
    if (!sb_backend_is_host(op)) {
        sb_free(host_sum);
        sb_free(host_count);
    }
    return st;
}

sb_status sb_server_average(sb_context *ctx, sb_server *server, int p, size_t *uncovered, int32_t *least)
{
    sb_status st = SB_OK;
    const sb_backend *op = server->op;
    const size_t D = server->training->D, row = (size_t)p * D;
    const int zero = server->system->config->pruning.uncovered == SB_UNCOVERED_ZERO;
    *least = server->system->config->data.workers;
    SB_TRY(add_ranks(ctx, server, server->sum + row, server->count + row));
    *uncovered =
        op->aggregate(op, D, server->quantum, server->sum + row, server->count + row, zero, server->theta + row, D ? least : NULL);
    if (!sb_backend_is_host(op)) op->download(op, server->training->theta + row, server->theta + row, D * sizeof *server->theta);
    SB_SETTLE(op);
done:
    return st;
}
