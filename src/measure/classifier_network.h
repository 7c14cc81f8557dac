/* classifier_network.h: private to the classifier: its layers, on the operations of kernels/backend.h.
 *
 *     a_1 = half(silu(conv_1 x)),  a_2 = half(silu(conv_2 a_1)),  f = silu(W_1 a_2 + b_1),  logits = W_2 f + b_2
 *
 * with 3x3 convolutions to 8 and 16 channels, and half the mean of each 2x2 pixels, where both sides are even (else nothing).
 * theta = conv_1, its bias, conv_2, its bias, W_1 (features,.), b_1, W_2 (classes,features), b_2; each row by row. */
#ifndef SB_MEASURE_CLASSIFIER_NETWORK_H
#define SB_MEASURE_CLASSIFIER_NETWORK_H

#include "base/context.h"
#include "base/random.h"
#include "data/images.h"
#include "kernels/backend.h"

enum { SB_CLASSIFIER_FEATURES = 64, SB_CLASSIFIER_BLOCKS = 2 };

typedef struct {
    sb_conv  conv[SB_CLASSIFIER_BLOCKS];
    int      halves[SB_CLASSIFIER_BLOCKS]; /* nonzero: sides are halved after this convolution */
    sb_layer features, logits;
    size_t   D;
} sb_classifier_network;

sb_classifier_network sb_classifier_network_of(sb_image_shape shape, int classes);
void sb_classifier_network_start(const sb_classifier_network *network, sb_stream stream, double *theta);

/* What one thread needs for B images. Samples lie in the lanes; P pixels before and P' after halving. */
typedef struct {
    sb_crew crew;
    double *x;                           /* (d,ld), to be filled */
    double *act[SB_CLASSIFIER_BLOCKS];   /* (out,P,ld) */
    double *slope[SB_CLASSIFIER_BLOCKS]; /* (out,P,ld) derivative of silu, then of the loss by what enters it */
    double *a[SB_CLASSIFIER_BLOCKS];     /* (out,P',ld); act where nothing is halved */
    double *f, *f_slope;                 /* (features,ld) */
    double *logit, *by_logit;            /* (classes,ld); by_logit is to be filled before backward, 0 in the lanes from B on */
    double *g[2];                        /* scratch, as large as the largest of the above */
} sb_classifier_pass;

/* Free with sb_classifier_pass_free; on failure it is empty. */
sb_status sb_classifier_pass_create(sb_context *ctx, const sb_classifier_network *network, int B, sb_classifier_pass *pass);
void      sb_classifier_pass_free(sb_classifier_pass *pass);

/* forward: f and logit from x.   backward: grad (D) out, derivative of sum by_logit.logit; after forward. */
void sb_classifier_forward(const sb_classifier_network *network, const double *theta, const sb_classifier_pass *pass);
void sb_classifier_backward(const sb_classifier_network *network, const double *theta, const sb_classifier_pass *pass, double *grad);

#endif
