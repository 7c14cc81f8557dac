/* net.c: building a network node by node. */
#include "model/net.h"

#include "base/memory.h"
#include "base/random.h"

#include <assert.h>
#include <math.h>

sb_status sb_net_create(sb_context *ctx, int room, double unit, sb_net *net)
{
    sb_status st = SB_OK;
    *net = (sb_net){.room = room, .unit = unit};
    SB_ALLOC(net->node, room);
done:
    return st;
}

void sb_net_free(sb_net *net)
{
    for (int use = 0; use < SB_NET_USES; use++) sb_net_plan_free(&net->plan[use]);
    sb_free(net->node);
    *net = (sb_net){0};
}

static int add(sb_net *net, sb_node node)
{
    assert(net->count < net->room);
    net->node[net->count] = node;
    return net->count++;
}

/* The next n coordinates of theta. */
static size_t take(sb_net *net, size_t n)
{
    const size_t at = net->D;
    net->D += n;
    return at;
}

static sb_image_shape shape_of(const sb_net *net, int i)
{
    return net->node[i].shape;
}

int sb_net_input(sb_net *net, sb_image_shape shape)
{
    return add(net, (sb_node){.kind = SB_NODE_INPUT, .from = {-1, -1, -1}, .fixed = 1, .shape = shape});
}

int sb_net_time(sb_net *net, int embedding)
{
    return add(net, (sb_node){.kind = SB_NODE_TIME, .from = {-1, -1, -1}, .fixed = 1, .shape = {embedding, 1, 1}});
}

int sb_net_conv(sb_net *net, int x, int out, int kernel, sb_weights weights, int residual, int everywhere)
{
    const sb_image_shape in = shape_of(net, x);
    sb_node node = {.kind = SB_NODE_CONV,
                    .from = {x, residual, everywhere},
                    .shape = {out, in.height, in.width},
                    .deviation = weights.deviation};
    assert(kernel == 1 || kernel == 3);
    assert(residual < 0 || (shape_of(net, residual).channels == out && shape_of(net, residual).height == in.height &&
                            shape_of(net, residual).width == in.width && !net->node[residual].fixed));
    assert(everywhere < 0 || (shape_of(net, everywhere).channels == out && sb_shape_pixels(shape_of(net, everywhere)) == 1 &&
                              !net->node[everywhere].fixed));
    node.conv = (sb_conv){in.channels, out, in.height, in.width, kernel, 0, 0, net->unit * weights.alpha, net->unit * weights.beta};
    node.conv.W = take(net, (size_t)out * (size_t)in.channels * (size_t)(kernel * kernel));
    node.conv.b = take(net, (size_t)out);
    return add(net, node);
}

int sb_net_layer(sb_net *net, int x, int out, sb_weights weights)
{
    const int in = shape_of(net, x).channels;
    sb_node node = {.kind = SB_NODE_LAYER, .from = {x, -1, -1}, .shape = {out, 1, 1}, .deviation = weights.deviation};
    assert(sb_shape_pixels(shape_of(net, x)) == 1);
    node.layer = (sb_layer){in, out, 0, 0, net->unit * weights.alpha, net->unit * weights.beta};
    node.layer.W = take(net, (size_t)out * (size_t)in);
    node.layer.b = take(net, (size_t)out);
    return add(net, node);
}

int sb_net_norm(sb_net *net, int x, int groups, double alpha, double beta)
{
    static const double EPSILON = 1e-5; /* a group of constant pixels stays finite */
    const sb_image_shape shape = shape_of(net, x);
    sb_node node = {.kind = SB_NODE_NORM, .from = {x, -1, -1}, .shape = shape};
    assert(!net->node[x].fixed && shape.channels % groups == 0);
    node.norm = (sb_norm){shape.channels, groups, sb_shape_pixels(shape), 0, 0, net->unit * alpha, net->unit * beta, EPSILON};
    node.norm.gain = take(net, (size_t)shape.channels);
    node.norm.shift = take(net, (size_t)shape.channels);
    return add(net, node);
}

/* A node without parameters. */
static int add_plain(sb_net *net, sb_node_kind kind, int x, int y, int z, sb_image_shape shape)
{
    assert(!net->node[x].fixed && (y < 0 || !net->node[y].fixed) && (z < 0 || !net->node[z].fixed));
    return add(net, (sb_node){.kind = kind, .from = {x, y, z}, .shape = shape});
}

int sb_net_silu(sb_net *net, int x, double rho, double shift)
{
    const int i = add_plain(net, SB_NODE_SILU, x, -1, -1, shape_of(net, x));
    net->node[i].silu.rho = rho;
    net->node[i].silu.shift = shift;
    return i;
}

int sb_net_pool(sb_net *net, int x)
{
    const sb_image_shape s = shape_of(net, x);
    assert(s.height % 2 == 0 && s.width % 2 == 0);
    return add_plain(net, SB_NODE_POOL, x, -1, -1, (sb_image_shape){s.channels, s.height / 2, s.width / 2});
}

int sb_net_spread(sb_net *net, int x)
{
    const sb_image_shape s = shape_of(net, x);
    return add_plain(net, SB_NODE_SPREAD, x, -1, -1, (sb_image_shape){s.channels, s.height * 2, s.width * 2});
}

int sb_net_join(sb_net *net, int x, int y)
{
    const sb_image_shape a = shape_of(net, x), b = shape_of(net, y);
    assert(a.height == b.height && a.width == b.width);
    return add_plain(net, SB_NODE_JOIN, x, y, -1, (sb_image_shape){a.channels + b.channels, a.height, a.width});
}

int sb_net_attention(sb_net *net, int q, int k, int v)
{
    assert(shape_of(net, q).channels == shape_of(net, k).channels &&
           sb_shape_pixels(shape_of(net, q)) == sb_shape_pixels(shape_of(net, k)) &&
           sb_shape_pixels(shape_of(net, q)) == sb_shape_pixels(shape_of(net, v)));
    return add_plain(net, SB_NODE_ATTENTION, q, k, v, shape_of(net, v));
}

sb_status sb_net_finish(sb_context *ctx, sb_net *net)
{
    sb_status st = SB_OK;
    unsigned char *written = NULL;
    SB_CALLOC(written, net->count);
    for (int i = net->count - 1; i >= 0; i--)
        for (int s = 0; s < SB_NODE_SOURCES; s++) {
            const int x = net->node[i].from[s];
            if (x < 0) continue;
            net->node[i].keep[s] = written[x];
            written[x] = 1;
        }
    for (int use = 0; use < SB_NET_USES; use++) SB_TRY(sb_net_plan_create(ctx, net, (sb_net_use)use, &net->plan[use]));
    for (int use = 1; use < SB_NET_USES; use++) /* a workspace for more also serves for less */
        if (net->plan[use].room < net->plan[use - 1].room) net->plan[use].room = net->plan[use - 1].room;
done:
    sb_free(written);
    return st;
}

void sb_net_initialise(const sb_net *net, uint64_t seed, double *theta)
{
    for (size_t i = 0; i < net->D; i++) theta[i] = 0.0;
    for (int i = 0; i < net->count; i++) {
        const sb_node *node = &net->node[i];
        size_t first = 0, n = 0;
        if (node->kind == SB_NODE_CONV) first = node->conv.W, n = node->conv.b - node->conv.W;
        if (node->kind == SB_NODE_LAYER) first = node->layer.W, n = node->layer.b - node->layer.W;
        if (n == 0 || node->deviation == 0.0) continue;
        sb_stream stream = sb_stream_at(seed, SB_DRAW_INIT, 0, 0, 0, (uint32_t)i);
        sb_stream_normals(&stream, n, theta + first);
        for (size_t j = first; j < first + n; j++) theta[j] *= node->deviation / net->unit;
    }
}

double sb_net_products(const sb_net *net)
{
    double sum = 0.0;
    for (int i = 0; i < net->count; i++) {
        const sb_node *node = &net->node[i];
        const double pixels = sb_shape_pixels(node->shape);
        if (node->kind == SB_NODE_CONV) sum += (double)(node->conv.b - node->conv.W) * pixels;
        if (node->kind == SB_NODE_LAYER) sum += (double)(node->layer.b - node->layer.W);
        if (node->kind == SB_NODE_ATTENTION)
            sum += pixels * pixels * (shape_of(net, node->from[0]).channels + shape_of(net, node->from[2]).channels);
    }
    return sum;
}
