/* classifier_network.h: private to the classifier: its layers, on the operations of kernels/backend.h.
 *
 *     h_1 = silu(W_1 x + b_1),  f = silu(W_2 h_1 + b_2),  logits = W_3 f + b_3
 *
 *     theta = W_1 (SB_CLASSIFIER_WIDTH,d), b_1, W_2 (F,SB_CLASSIFIER_WIDTH), b_2, W_3 (classes,F), b_3; matrices row by row. */
#ifndef SB_MEASURE_CLASSIFIER_NETWORK_H
#define SB_MEASURE_CLASSIFIER_NETWORK_H

#include "base/context.h"
#include "base/random.h"
#include "kernels/backend.h"

enum { SB_CLASSIFIER_WIDTH = 128, SB_CLASSIFIER_FEATURES = 64, SB_CLASSIFIER_LAYERS = 3 };

typedef struct {
    sb_layer layer[SB_CLASSIFIER_LAYERS];
    size_t   D;
} sb_classifier_network;

sb_classifier_network sb_classifier_network_of(int d, int classes);
void sb_classifier_network_start(const sb_classifier_network *network, sb_stream stream, double *theta);

/* What one thread needs for B points. Samples lie in the lanes. */
typedef struct {
    sb_crew crew;
    double *x;                         /* (d,ld), to be filled */
    double *h[SB_CLASSIFIER_LAYERS];     /* (out,ld) of each layer; the last is the logits */
    double *slope[SB_CLASSIFIER_LAYERS]; /* (out,ld) derivative of silu, then of the loss by what enters it; of the last layer by the logits */
    double *above;                     /* (SB_CLASSIFIER_WIDTH,ld) */
} sb_classifier_pass;

/* Free with sb_classifier_pass_free; on failure it is empty. */
sb_status sb_classifier_pass_create(sb_context *ctx, const sb_classifier_network *network, int B, sb_classifier_pass *pass);
void      sb_classifier_pass_free(sb_classifier_pass *pass);

/* forward: h from x.   backward: grad (D) out from slope of the last layer, which is 0 in the lanes from B on; after forward. */
void sb_classifier_forward(const sb_classifier_network *network, const double *theta, const sb_classifier_pass *pass);
void sb_classifier_backward(const sb_classifier_network *network, const double *theta, const sb_classifier_pass *pass, double *grad);

#endif
