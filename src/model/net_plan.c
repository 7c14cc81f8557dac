#include "model/net_plan.h"

#include "base/memory.h"
#include "model/net.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* An array, and the first and last of the moments in which it is needed. Moments count the nodes along all passes. */
typedef struct {
    size_t size; /* 0: it is not there */
    int born, dies;
    int pass; /* the only one that needs it; LASTING: there are several, and any may come again */
    int host; /* the array in whose place it lies, or -1 */
    size_t place;
} span;

enum { FORWARD, BACKWARD, RFORWARD, RBACKWARD, PASSES, LASTING };

typedef struct {
    const sb_net *net;
    sb_net_use use;
    span *span; /* (count,SB_ROLES) */
    int moment, pass;
} planner;

static span *span_of(planner *p, int i, sb_role role)
{
    return &p->span[i * SB_ROLES + (int)role];
}

static size_t size_of(const sb_net *net, int i, sb_role role)
{
    const sb_node *node = &net->node[i];
    const size_t n = (size_t)sb_image_dimension(node->shape), P = (size_t)sb_shape_pixels(node->shape);
    switch (role) {
    case SB_AT_R: return (size_t)node->norm.groups;
    case SB_AT_KEPT:
    case SB_AT_WORK: return node->kind == SB_NODE_ATTENTION ? P * P : n;
    case SB_AT_DP:
    case SB_AT_DX:
    case SB_AT_RP:
    case SB_AT_RDP:
    case SB_AT_RDX: return P * P;
    default: return n;
    }
}

/* Array `role` of node i is needed now. */
static void need(planner *p, int i, sb_role role)
{
    if (i < 0 || (p->net->node[i].fixed && role != SB_AT_X)) return;
    span *s = span_of(p, i, role);
    if (s->size == 0) *s = (span){size_of(p->net, i, role), p->moment, p->moment, p->pass, -1, 0};
    s->dies = p->moment;
    if (s->pass != p->pass && p->use == SB_NET_SECOND_ORDER) s->pass = LASTING;
}

static void need_sources(planner *p, const sb_node *node, sb_role role)
{
    for (int s = 0; s < SB_NODE_SOURCES; s++) need(p, node->from[s], role);
}

static void need_all(planner *p, int i, const sb_role *role, int count)
{
    for (int r = 0; r < count; r++) need(p, i, role[r]);
}

#define NEED(p, i, ...)                                                                                                            \
    need_all((p), (i), (const sb_role[]){__VA_ARGS__}, (int)(sizeof((const sb_role[]){__VA_ARGS__}) / sizeof(sb_role)))

static void forward(planner *p, int i, const sb_node *node)
{
    need(p, i, SB_AT_X);
    need_sources(p, node, SB_AT_X);
    if (node->kind == SB_NODE_NORM) NEED(p, i, SB_AT_KEPT, SB_AT_R);
    if (node->kind == SB_NODE_ATTENTION) NEED(p, i, SB_AT_KEPT, SB_AT_WORK);
    if (node->kind == SB_NODE_SILU && p->use != SB_NET_EVALUATE) need(p, i, SB_AT_KEPT);
}

static void backward(planner *p, int i, const sb_node *node)
{
    need(p, i, SB_AT_G);
    need_sources(p, node, SB_AT_G);
    switch (node->kind) {
    case SB_NODE_CONV:
    case SB_NODE_LAYER: need(p, node->from[0], SB_AT_X); break;
    case SB_NODE_NORM: NEED(p, i, SB_AT_KEPT, SB_AT_R); break;
    case SB_NODE_SILU: need(p, i, SB_AT_KEPT); break;
    case SB_NODE_ATTENTION:
        need_sources(p, node, SB_AT_X);
        NEED(p, i, SB_AT_KEPT, SB_AT_DP, SB_AT_DX);
        break;
    default: break;
    }
}

static void rforward(planner *p, int i, const sb_node *node)
{
    need(p, i, SB_AT_RX);
    need_sources(p, node, SB_AT_RX);
    switch (node->kind) {
    case SB_NODE_CONV:
    case SB_NODE_LAYER: need(p, node->from[0], SB_AT_X); break;
    case SB_NODE_NORM: NEED(p, i, SB_AT_KEPT, SB_AT_R, SB_AT_WORK); break;
    case SB_NODE_SILU: need(p, i, SB_AT_KEPT); break;
    case SB_NODE_ATTENTION:
        need_sources(p, node, SB_AT_X);
        NEED(p, i, SB_AT_KEPT, SB_AT_RP, SB_AT_WORK);
        break;
    default: break;
    }
}

static void rbackward(planner *p, int i, const sb_node *node)
{
    need(p, i, SB_AT_RG);
    need_sources(p, node, SB_AT_RG);
    switch (node->kind) {
    case SB_NODE_CONV:
    case SB_NODE_LAYER:
        NEED(p, node->from[0], SB_AT_X, SB_AT_RX);
        need(p, i, SB_AT_G);
        break;
    case SB_NODE_NORM:
        NEED(p, i, SB_AT_KEPT, SB_AT_R, SB_AT_G);
        need(p, node->from[0], SB_AT_RX);
        break;
    case SB_NODE_SILU:
        NEED(p, node->from[0], SB_AT_X, SB_AT_RX);
        NEED(p, i, SB_AT_KEPT, SB_AT_G, SB_AT_WORK);
        break;
    case SB_NODE_ATTENTION:
        need_sources(p, node, SB_AT_X);
        need_sources(p, node, SB_AT_RX);
        NEED(p, i, SB_AT_KEPT, SB_AT_G, SB_AT_DP, SB_AT_DX, SB_AT_RP, SB_AT_RDP, SB_AT_RDX);
        break;
    default: break;
    }
}

/* The output is read, or its derivative written, between the passes. */
static void at_the_end(planner *p, sb_role role)
{
    p->moment++;
    need(p, p->net->count - 1, role);
}

static void walk(planner *p, int pass, int back, void (*visit)(planner *p, int i, const sb_node *node))
{
    p->pass = pass;
    for (int n = 0; n < p->net->count; n++) {
        const int i = back ? p->net->count - 1 - n : n;
        p->moment++;
        if (pass == FORWARD || !p->net->node[i].fixed) visit(p, i, &p->net->node[i]);
    }
}

static void follow(planner *p)
{
    walk(p, FORWARD, 0, forward);
    at_the_end(p, SB_AT_X);
    if (p->use == SB_NET_EVALUATE) return;
    p->pass = BACKWARD;
    at_the_end(p, SB_AT_G);
    walk(p, BACKWARD, 1, backward);
    if (p->use == SB_NET_FIRST_ORDER) return;
    walk(p, RFORWARD, 0, rforward);
    at_the_end(p, SB_AT_RX);
    p->pass = RBACKWARD;
    at_the_end(p, SB_AT_RG);
    walk(p, RBACKWARD, 1, rbackward);
}

/* Array a goes in place of array b if b is needed for the last time when a is needed for the first. */
static void share(planner *p, int i, sb_role a, int j, sb_role b)
{
    span *guest = span_of(p, i, a), *host = span_of(p, j, b);
    if (guest->size == 0 || guest->size != host->size || guest->born != host->dies) return;
    if (guest->pass == LASTING || host->pass == LASTING) return;
    guest->host = j * SB_ROLES + (int)b;
}

/* What kernels/backend.h and the nodes' passes allow to be in place. */
static void share_places(planner *p)
{
    static const sb_role derivative[] = {SB_AT_G, SB_AT_RG};
    for (int i = 0; i < p->net->count; i++) {
        const sb_node *node = &p->net->node[i];
        const int x = node->from[0], residual = node->from[1];
        if (node->kind == SB_NODE_NORM) share(p, i, SB_AT_KEPT, x, SB_AT_X);
        if (node->kind == SB_NODE_SILU) share(p, i, p->use == SB_NET_EVALUATE ? SB_AT_X : SB_AT_KEPT, x, SB_AT_X);
        if (node->kind == SB_NODE_CONV && residual >= 0 && residual != x) share(p, i, SB_AT_X, residual, SB_AT_X);
        for (int r = 0; r < 2; r++) {
            if (node->kind == SB_NODE_SILU && !node->keep[0]) share(p, x, derivative[r], i, derivative[r]);
            if (node->kind == SB_NODE_CONV && residual >= 0 && !node->keep[1]) share(p, residual, derivative[r], i, derivative[r]);
        }
    }
}

static span *root_of(planner *p, span *s)
{
    while (s->host >= 0) s = &p->span[s->host];
    return s;
}

static int by_size(const void *a, const void *b)
{
    const span *x = *(span *const *)a, *y = *(span *const *)b;
    if (x->size != y->size) return x->size < y->size ? 1 : -1;
    return x->born != y->born ? (x->born < y->born ? -1 : 1) : (x < y ? -1 : x > y);
}

static int together(const span *a, const span *b)
{
    if (a->pass == LASTING || b->pass == LASTING) return 1;
    return a->born <= b->dies && b->born <= a->dies;
}

/* The lowest place that no array of the same time holds, for each in turn, large ones first. Returns the room for all. What is placed
 * already stands at the front of the list, ordered by place: the places below have been tried when a conflict bars the way. */
static size_t settle(span **list, int count)
{
    size_t room = 0;
    for (int a = 0; a < count; a++) {
        span *own = list[a];
        size_t place = 0;
        int behind = a;
        for (int b = 0; b < a; b++) {
            const span *other = list[b];
            if (!together(own, other) || other->place + other->size <= place) continue;
            if (place + own->size <= other->place) break;
            place = other->place + other->size;
        }
        own->place = place;
        while (behind > 0 && list[behind - 1]->place > place) behind--;
        memmove(list + behind + 1, list + behind, (size_t)(a - behind) * sizeof *list);
        list[behind] = own;
        if (place + own->size > room) room = place + own->size;
    }
    return room;
}

sb_status sb_net_plan_create(sb_context *ctx, const sb_net *net, sb_net_use use, sb_net_plan *plan)
{
    sb_status st = SB_OK;
    planner p = {.net = net, .use = use};
    span **list = NULL;
    const int all = net->count * SB_ROLES;
    int count = 0;
    *plan = (sb_net_plan){0};
    SB_CALLOC(p.span, all);
    SB_ALLOC(list, all);
    SB_ALLOC(plan->place, net->count);
    for (int i = 0; i < all; i++) p.span[i].host = -1;
    follow(&p);
    share_places(&p);
    for (int i = 0; i < all; i++) {
        span *s = &p.span[i], *root = root_of(&p, s);
        if (s->size == 0) continue;
        if (s->dies > root->dies) root->dies = s->dies;
        if (s == root) list[count++] = s;
    }
    qsort(list, (size_t)count, sizeof *list, by_size);
    plan->room = settle(list, count);
    for (int i = 0; i < all; i++)
        plan->place[i / SB_ROLES][i % SB_ROLES] = p.span[i].size ? root_of(&p, &p.span[i])->place : SIZE_MAX;
done:
    sb_free(p.span);
    sb_free(list);
    if (st != SB_OK) sb_net_plan_free(plan);
    return st;
}

void sb_net_plan_free(sb_net_plan *plan)
{
    sb_free(plan->place);
    *plan = (sb_net_plan){0};
}
