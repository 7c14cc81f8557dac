#include "measure/classifier_network.h"

#include "base/memory.h"

#include <math.h>

sb_classifier_network sb_classifier_network_of(sb_image_shape shape, int classes)
{
    static const int channels[SB_CLASSIFIER_BLOCKS] = {8, 16};
    sb_classifier_network network = {.D = 0};
    int in = shape.channels, height = shape.height, width = shape.width;
    for (int l = 0; l < SB_CLASSIFIER_BLOCKS; l++) {
        const size_t weights = 9 * (size_t)in * (size_t)channels[l];
        network.conv[l] = (sb_conv){in, channels[l], height, width, 3, network.D, network.D + weights, 1.0, 1.0};
        network.D += weights + (size_t)channels[l];
        network.halves[l] = height % 2 == 0 && width % 2 == 0;
        if (network.halves[l]) height /= 2, width /= 2;
        in = channels[l];
    }
    in *= height * width;
    const size_t first = (size_t)in * SB_CLASSIFIER_FEATURES, last = SB_CLASSIFIER_FEATURES * (size_t)classes;
    network.features = (sb_layer){in, SB_CLASSIFIER_FEATURES, network.D, network.D + first, 1.0, 1.0};
    network.D += first + SB_CLASSIFIER_FEATURES;
    network.logits = (sb_layer){SB_CLASSIFIER_FEATURES, classes, network.D, network.D + last, 1.0, 1.0};
    network.D += last + (size_t)classes;
    return network;
}

/* Weights of variance 2/inputs, which keeps the size of what passes through silu; biases and the last layer are 0. */
void sb_classifier_network_start(const sb_classifier_network *network, sb_stream stream, double *theta)
{
    for (size_t i = 0; i < network->D; i++) theta[i] = 0.0;
    for (int l = 0; l <= SB_CLASSIFIER_BLOCKS; l++) {
        const int dense = l == SB_CLASSIFIER_BLOCKS;
        const size_t from = dense ? network->features.W : network->conv[l].W, to = dense ? network->features.b : network->conv[l].b;
        const double inputs = dense ? network->features.in : 9.0 * network->conv[l].in;
        sb_stream_normals(&stream, to - from, theta + from);
        for (size_t i = from; i < to; i++) theta[i] *= sqrt(2.0 / inputs);
    }
}

/* Numbers of one sample before and after halving. */
static size_t size_of(const sb_conv *m)
{
    return (size_t)m->out * (size_t)m->height * (size_t)m->width;
}

static size_t halved_size(const sb_classifier_network *network, int l)
{
    return size_of(&network->conv[l]) / (network->halves[l] ? 4 : 1);
}

void sb_classifier_pass_free(sb_classifier_pass *pass)
{
    sb_free(pass->x);
    *pass = (sb_classifier_pass){.x = NULL};
}

sb_status sb_classifier_pass_create(sb_context *ctx, const sb_classifier_network *network, int B, sb_classifier_pass *pass)
{
    sb_status st = SB_OK;
    const sb_conv *first = &network->conv[0];
    const size_t ld = (size_t)sb_lanes(B), d = (size_t)first->in * (size_t)first->height * (size_t)first->width;
    const size_t F = (size_t)network->features.out, classes = (size_t)network->logits.out;
    size_t rows = d + 2 * F + 2 * classes, most = F; /* what backward keeps: of a block, or of the features */
    *pass = (sb_classifier_pass){.crew = {1, B, (int)ld, network->D}};
    for (int l = 0; l < SB_CLASSIFIER_BLOCKS; l++) {
        const size_t size = size_of(&network->conv[l]);
        rows += 2 * size + (network->halves[l] ? halved_size(network, l) : 0);
        most = size > most ? size : most;
    }
    SB_CALLOC(pass->x, (rows + 2 * most) * ld); /* lanes that no sample fills hold zeros */
    double *next = pass->x + d * ld;
    for (int l = 0; l < SB_CLASSIFIER_BLOCKS; l++) {
        const size_t size = size_of(&network->conv[l]) * ld;
        pass->act[l] = pass->a[l] = next;
        pass->slope[l] = next + size;
        next += 2 * size;
        if (!network->halves[l]) continue;
        pass->a[l] = next;
        next += halved_size(network, l) * ld;
    }
    pass->f = next;
    pass->f_slope = pass->f + F * ld;
    pass->logit = pass->f_slope + F * ld;
    pass->by_logit = pass->logit + classes * ld;
    pass->g[0] = pass->by_logit + classes * ld;
    pass->g[1] = pass->g[0] + most * ld;
done:
    return st;
}

void sb_classifier_forward(const sb_classifier_network *network, const double *theta, const sb_classifier_pass *pass)
{
    const sb_backend *op = sb_backend_cpu();
    const sb_crew *crew = &pass->crew;
    const double *in = pass->x;
    for (int l = 0; l < SB_CLASSIFIER_BLOCKS; l++) {
        const sb_conv *m = &network->conv[l];
        op->conv_apply(op, crew, m, theta, in, 0, pass->act[l]);
        op->silu(op, size_of(m) * (size_t)crew->ld, 1.0, 0.0, pass->act[l], pass->act[l], pass->slope[l]);
        if (network->halves[l]) op->pool(op, crew, m->out, m->height, m->width, 0.25, pass->act[l], 0, pass->a[l]);
        in = pass->a[l];
    }
    op->layer_forward(op, crew, &network->features, theta, in, 1.0, 0.0, NULL, NULL, pass->f, pass->f_slope);
    op->layer_apply(op, crew, &network->logits, theta, pass->f, 0, pass->logit);
}

void sb_classifier_backward(const sb_classifier_network *network, const double *theta, const sb_classifier_pass *pass, double *grad)
{
    const sb_backend *op = sb_backend_cpu();
    const sb_crew *crew = &pass->crew;
    double *g = pass->g[0], *wide = pass->g[1];
    op->layer_gradient(op, crew, &network->logits, pass->by_logit, pass->f, 0, 1, grad);
    op->layer_back(op, crew, &network->logits, theta, pass->by_logit, NULL, g, pass->f_slope, pass->f_slope);
    op->layer_gradient(op, crew, &network->features, pass->f_slope, pass->a[SB_CLASSIFIER_BLOCKS - 1], 0, 1, grad);
    op->layer_back(op, crew, &network->features, theta, pass->f_slope, NULL, g, NULL, NULL);
    for (int l = SB_CLASSIFIER_BLOCKS - 1; l >= 0; l--) {
        const sb_conv *m = &network->conv[l];
        if (network->halves[l]) op->spread(op, crew, m->out, m->height, m->width, 0.25, g, 0, wide);
        op->multiply(op, size_of(m) * (size_t)crew->ld, pass->slope[l], network->halves[l] ? wide : g, pass->slope[l]);
        op->conv_gradient(op, crew, m, pass->slope[l], l ? pass->a[l - 1] : pass->x, 0, 1, grad);
        if (l) op->conv_back(op, crew, m, theta, pass->slope[l], 0, g);
    }
}
