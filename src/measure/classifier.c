#include "measure/classifier.h"

#include "base/memory.h"
#include "base/progress.h"
#include "measure/classifier_network.h"
#include "measure/classifier_streams.h"

#include <float.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <omp.h>
#include <string.h>

enum { BATCH = 64, STEPS = 2000, HELD_OUT = 5 };

/* Adam, at a rate that falls to nothing in a straight line. */
static const sb_adam adam = SB_ADAM_USUAL;
static const double RATE = 2e-3;

/* The x with P(Beta(a,b) <= x) = probability, by bisection: gsl_cdf_beta_Pinv does not converge for one pair of numbers in twenty. */
static double beta_quantile(double probability, double a, double b)
{
    double low = 0.0, high = 1.0;
    while (high - low > 1e-15 * high) {
        const double middle = 0.5 * (low + high);
        if (middle == low || middle == high) break;
        if (gsl_cdf_beta_P(middle, a, b) < probability) low = middle;
        else high = middle;
    }
    return high;
}

sb_number sb_number_share(int hits, int n, double confidence)
{
    const double tail = 0.5 * (1.0 - confidence), k = hits;
    sb_number share = {k / n, 0.0, 1.0, confidence, n, SB_SAMPLED};
    if (hits > 0) share.lo = beta_quantile(tail, k, n - k + 1.0);
    if (hits < n) share.hi = beta_quantile(1.0 - tail, k + 1.0, n - k);
    return share;
}

int sb_likeliest(int classes, const double *probability)
{
    int best = 0;
    for (int c = 1; c < classes; c++)
        if (probability[c] > probability[best]) best = c;
    return best;
}

/* Mean and deviation of a coordinate, over all of them. A deviation that rounding of the mean explains is none. */
static void standardise(const sb_labelled *points, sb_classifier *classifier)
{
    const size_t d = (size_t)points->d;
    double mean = 0.0, square = 0.0;
    for (size_t i = 0; i < (size_t)points->count; i++)
        for (size_t j = 0; j < d; j++) mean += points->weight[i] * points->x[i * d + j] / points->d;
    for (size_t i = 0; i < (size_t)points->count; i++)
        for (size_t j = 0; j < d; j++)
            square += points->weight[i] * (points->x[i * d + j] - mean) * (points->x[i * d + j] - mean) / points->d;
    classifier->centre = mean;
    const double rounding = (double)points->count * points->d * DBL_EPSILON * fabs(mean);
    classifier->scale = sqrt(square) > rounding ? 1.0 / sqrt(square) : 1.0;
}

/* Lane b of what the network sees. */
static void enter(const sb_classifier *classifier, const sb_classifier_pass *pass, int b, const double *x)
{
    for (int i = 0; i < classifier->d; i++)
        pass->x[(size_t)i * (size_t)pass->crew.ld + (size_t)b] = classifier->scale * (x[i] - classifier->centre);
}

/* p (classes) of lane b from the logits. */
static void probabilities(const sb_classifier *classifier, const sb_classifier_pass *pass, int b, double *p)
{
    const double *logit = pass->logit + b;
    const size_t ld = (size_t)pass->crew.ld, classes = (size_t)classifier->classes;
    double most = logit[0], sum = 0.0;
    for (size_t c = 1; c < classes; c++) most = fmax(most, logit[c * ld]);
    for (size_t c = 0; c < classes; c++) sum += p[c] = exp(logit[c * ld] - most);
    for (size_t c = 0; c < classes; c++) p[c] /= sum;
}

/* order (count) = 0..count-1 in random order. uniform (count) scratch. */
static void shuffle(sb_stream stream, int count, double *uniform, int *order)
{
    sb_stream_uniforms(&stream, (size_t)count, uniform);
    for (int i = 0; i < count; i++) {
        const int j = (int)(uniform[i] * (i + 1.0));
        order[i] = order[j];
        order[j] = i;
    }
}

/* What descends: points order[held..count-1]. */
typedef struct {
    const sb_labelled *points;
    const sb_classifier *classifier;
    const sb_classifier_network *network;
    const sb_classifier_pass *pass;
    int *order; /* (count) the first `held` are held out */
    int held;
    double *uniform;      /* (count) */
    double *p;            /* (classes) */
    double *grad, *m, *s; /* (D) the gradient, and Adam's moments */
} descent;

/* The gradient of the mean cross entropy of the points at next (BATCH). */
static void gradient(const descent *s, const int *next)
{
    const size_t ld = (size_t)s->pass->crew.ld, classes = (size_t)s->classifier->classes;
    double *by_logit = s->pass->by_logit;
    for (int b = 0; b < BATCH; b++) enter(s->classifier, s->pass, b, s->points->x + (size_t)next[b] * (size_t)s->points->d);
    sb_classifier_forward(s->network, s->classifier->theta, s->pass);
    for (int b = 0; b < BATCH; b++) {
        probabilities(s->classifier, s->pass, b, s->p);
        s->p[s->points->label[next[b]]] -= 1.0;
        for (size_t c = 0; c < classes; c++) by_logit[c * ld + (size_t)b] = s->p[c] / BATCH;
    }
    sb_classifier_backward(s->network, s->classifier->theta, s->pass, s->grad);
}

static sb_status descend(sb_context *ctx, const descent *s, uint64_t seed)
{
    sb_status st = SB_OK;
    const sb_backend *op = sb_backend_cpu();
    const int used = s->points->count - s->held;
    int batch[BATCH], at = used, epoch = 0;
    int *order = s->order + s->held, *own = NULL;
    SB_ALLOC(own, used);
    for (int t = 0; t < STEPS; t++) {
        SB_REQUIRE(!sb_context_stopped(ctx), SB_EINTR, "stopped while training the classifier");
        for (int b = 0; b < BATCH; b++) {
            if (at == used) {
                shuffle(sb_stream_at(seed, SB_DRAW_CLASSIFIER, 0, 0, SB_CLASSIFIER_EPOCHS, (uint32_t)epoch++), used, s->uniform,
                        own);
                at = 0;
            }
            batch[b] = order[own[at++]];
        }
        gradient(s, batch);
        op->adam_masked(op, s->network->D, RATE * (1.0 - (double)t / STEPS), &adam, t + 1, s->grad, NULL, s->m, s->s,
                        s->classifier->theta);
        sb_progress_add(ctx, 1.0);
    }
done:
    sb_free(own);
    return st;
}

/* How many of the points held out it tells apart rightly. */
static sb_status judge(sb_context *ctx, const descent *s, double confidence, sb_number *accuracy)
{
    sb_status st = SB_OK;
    const size_t d = (size_t)s->points->d, held = (size_t)s->held, classes = (size_t)s->classifier->classes;
    double *room = NULL;
    int hits = 0;
    SB_ALLOC(room, held * (d + (size_t)s->classifier->features + classes));
    double *features = room + held * d, *p = features + held * (size_t)s->classifier->features;
    for (size_t i = 0; i < held; i++) memcpy(room + i * d, s->points->x + (size_t)s->order[i] * d, d * sizeof *room);
    SB_TRY(sb_classifier_apply(ctx, s->classifier, s->held, room, features, p));
    for (size_t i = 0; i < held; i++)
        hits += sb_likeliest(s->classifier->classes, p + i * classes) == s->points->label[s->order[i]];
    *accuracy = sb_number_share(hits, s->held, confidence);
done:
    sb_free(room);
    return st;
}

sb_status sb_classifier_train(sb_context *ctx, const sb_labelled *points, uint64_t seed, double confidence,
                              sb_classifier *classifier)
{
    sb_status st = SB_OK;
    const size_t count = (size_t)points->count;
    sb_classifier_pass pass = {.x = NULL};
    descent s = {.points = points, .classifier = classifier, .pass = &pass, .held = points->count / HELD_OUT};
    *classifier =
        (sb_classifier){.shape = points->shape, .d = points->d, .classes = points->classes, .features = SB_CLASSIFIER_FEATURES};
    SB_REQUIRE(points->d > 0 && sb_image_dimension(points->shape) == points->d, SB_EDIM, "a classifier of images needs images");
    const int held = sb_classes_held(points->classes, points->share);
    SB_REQUIRE(points->count >= SB_LEAST_LABELLED && held >= SB_LEAST_CLASSES, SB_EDIM,
               "%d points of %d classes are too few to train a classifier on", points->count, held);
    const sb_classifier_network network = sb_classifier_network_of(points->shape, points->classes);
    s.network = &network;
    SB_ALLOC(classifier->theta, network.D);
    SB_ALLOC(s.order, count);
    SB_ALLOC(s.uniform, count + (size_t)points->classes + 3 * network.D);
    s.p = s.uniform + count;
    s.grad = s.p + points->classes;
    s.m = s.grad + network.D;
    s.s = s.m + network.D;
    SB_TRY(sb_classifier_pass_create(ctx, &network, BATCH, &pass));
    standardise(points, classifier);
    sb_classifier_network_start(&network, sb_stream_at(seed, SB_DRAW_CLASSIFIER, 0, 0, SB_CLASSIFIER_START, 0), classifier->theta);
    shuffle(sb_stream_at(seed, SB_DRAW_CLASSIFIER, 0, 0, SB_CLASSIFIER_SPLIT, 0), points->count, s.uniform, s.order);
    sb_progress_begin(ctx, "classifier", STEPS);
    SB_TRY(descend(ctx, &s, seed));
    sb_progress_end(ctx);
    SB_TRY(judge(ctx, &s, confidence, &classifier->accuracy));
done:
    sb_classifier_pass_free(&pass);
    sb_free(s.order);
    sb_free(s.uniform);
    if (st != SB_OK) sb_classifier_free(classifier);
    return st;
}

void sb_classifier_free(sb_classifier *classifier)
{
    sb_free(classifier->theta);
    *classifier = (sb_classifier){0};
}

/* Points first, first+1, ... up to a whole batch of them. */
static void apply_batch(const sb_classifier *classifier, const sb_classifier_network *network, const sb_classifier_pass *pass,
                        int n, int first, const double *y, double *features, double *probability)
{
    const size_t F = (size_t)classifier->features, ld = (size_t)pass->crew.ld;
    const int now = n - first < BATCH ? n - first : BATCH;
    for (int b = 0; b < now; b++) enter(classifier, pass, b, y + (size_t)(first + b) * (size_t)classifier->d);
    sb_classifier_forward(network, classifier->theta, pass);
    for (int b = 0; b < now; b++) {
        const double *f = pass->f + b;
        for (size_t j = 0; j < F; j++) features[(size_t)(first + b) * F + j] = f[j * ld];
        probabilities(classifier, pass, b, probability + (size_t)(first + b) * (size_t)classifier->classes);
    }
}

sb_status sb_classifier_apply(sb_context *ctx, const sb_classifier *classifier, int n, const double *y, double *features,
                              double *probability)
{
    sb_status st = SB_OK;
    const sb_classifier_network network = sb_classifier_network_of(classifier->shape, classifier->classes);
    const int blocks = (n + BATCH - 1) / BATCH, threads = blocks < ctx->threads ? blocks : ctx->threads;
    sb_classifier_pass *pass = NULL;
    if (blocks == 0) return SB_OK;
    SB_CALLOC(pass, threads);
    for (int t = 0; t < threads; t++) SB_TRY(sb_classifier_pass_create(ctx, &network, BATCH, &pass[t]));
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int i = 0; i < blocks; i++) {
        sb_status mine = SB_OK;
        if (sb_context_stopped(ctx)) mine = sb_fail(ctx, SB_EINTR, __func__, __LINE__, "stopped while judging samples");
        else apply_batch(classifier, &network, &pass[omp_get_thread_num()], n, i * BATCH, y, features, probability);
        if (mine != SB_OK) {
#pragma omp atomic write
            st = mine;
        }
    }
done:
    for (int t = 0; pass && t < threads; t++) sb_classifier_pass_free(&pass[t]);
    sb_free(pass);
    return st;
}
