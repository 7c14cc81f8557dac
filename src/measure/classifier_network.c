#include "measure/classifier_network.h"

#include "base/memory.h"

#include <math.h>

enum { LAST = SB_CLASSIFIER_LAYERS - 1 };

sb_classifier_network sb_classifier_network_of(int d, int classes)
{
    const int size[SB_CLASSIFIER_LAYERS + 1] = {d, SB_CLASSIFIER_WIDTH, SB_CLASSIFIER_FEATURES, classes};
    sb_classifier_network network = {.D = 0};
    for (int l = 0; l < SB_CLASSIFIER_LAYERS; l++) {
        const size_t in = (size_t)size[l], out = (size_t)size[l + 1];
        network.layer[l] = (sb_layer){size[l], size[l + 1], network.D, network.D + in * out, 1.0, 1.0};
        network.D += (in + 1) * out;
    }
    return network;
}

/* Weights of variance 2/in, which keeps the size of what passes through silu; the last layer knows nothing yet. */
void sb_classifier_network_start(const sb_classifier_network *network, sb_stream stream, double *theta)
{
    for (size_t i = 0; i < network->D; i++) theta[i] = 0.0;
    for (int l = 0; l < LAST; l++) {
        const sb_layer *m = &network->layer[l];
        const size_t count = (size_t)m->in * (size_t)m->out;
        sb_stream_normals(&stream, count, theta + m->W);
        for (size_t i = 0; i < count; i++) theta[m->W + i] *= sqrt(2.0 / m->in);
    }
}

void sb_classifier_pass_free(sb_classifier_pass *pass)
{
    sb_free(pass->x);
    *pass = (sb_classifier_pass){.x = NULL};
}

sb_status sb_classifier_pass_create(sb_context *ctx, const sb_classifier_network *network, int B, sb_classifier_pass *pass)
{
    sb_status st = SB_OK;
    const int ld = sb_lanes(B);
    size_t rows = (size_t)network->layer[0].in + SB_CLASSIFIER_WIDTH;
    *pass = (sb_classifier_pass){.crew = {1, B, ld, network->D}};
    for (int l = 0; l < SB_CLASSIFIER_LAYERS; l++) rows += 2 * (size_t)network->layer[l].out;
    SB_CALLOC(pass->x, rows * (size_t)ld); /* lanes that no sample fills hold zeros */
    double *next = pass->x + (size_t)network->layer[0].in * (size_t)ld;
    for (int l = 0; l < SB_CLASSIFIER_LAYERS; l++) {
        const size_t size = (size_t)network->layer[l].out * (size_t)ld;
        pass->h[l] = next;
        pass->slope[l] = next + size;
        next += 2 * size;
    }
    pass->above = next;
done:
    return st;
}

void sb_classifier_forward(const sb_classifier_network *network, const double *theta, const sb_classifier_pass *pass)
{
    const sb_backend *op = sb_backend_cpu();
    for (int l = 0; l < LAST; l++)
        op->layer_forward(op, &pass->crew, &network->layer[l], theta, l ? pass->h[l - 1] : pass->x, 1.0, 0.0, NULL, NULL, pass->h[l],
                          pass->slope[l]);
    op->layer_apply(op, &pass->crew, &network->layer[LAST], theta, pass->h[LAST - 1], 0, pass->h[LAST]);
}

void sb_classifier_backward(const sb_classifier_network *network, const double *theta, const sb_classifier_pass *pass, double *grad)
{
    const sb_backend *op = sb_backend_cpu();
    for (int l = LAST; l >= 0; l--) {
        const sb_layer *m = &network->layer[l];
        op->layer_gradient(op, &pass->crew, m, pass->slope[l], l ? pass->h[l - 1] : pass->x, 0, 1, grad);
        if (l == 0) break;
        op->layer_back(op, &pass->crew, m, theta, pass->slope[l], NULL, pass->above, pass->slope[l - 1], pass->slope[l - 1]);
    }
}
