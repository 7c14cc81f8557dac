/* random.h: counter-based random numbers (Philox4x32-10). Every draw is a function of its place, so masks, data and noise
 * do not depend on threads, ranks or devices.
 *
 * A stream is named by (seed, purpose, replica, worker, round, step) and yields blocks of four uint32. In cuRAND's terms it is
 * curand_init(seed, subsequence, offset): subsequence = purpose<<56 | replica<<44 | worker<<24 | round, offset = 4*(step<<40 | i)
 * for block i. The word mapping is key = (lo, hi) of seed, counter = (lo, hi of block, lo, hi of subsequence). */
#ifndef SB_BASE_RANDOM_H
#define SB_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
    SB_DRAW_INIT = 1,    /* initial parameters theta_0 */
    SB_DRAW_PARTITION,   /* weights of the workers */
    SB_DRAW_PRESET,      /* components of a random preset */
    SB_DRAW_SAMPLES,     /* a worker's finite data set */
    SB_DRAW_MASK,        /* masks m_{r,n} */
    SB_DRAW_TRAIN,       /* minibatches xi_{n,s} of training */
    SB_DRAW_SCHEDULE,    /* which rounds are measured */
    SB_DRAW_LOSS,        /* samples for F_n */
    SB_DRAW_GRADIENT,    /* samples for grad F_n */
    SB_DRAW_MINIBATCH,   /* independent minibatches for sigma1 */
    SB_DRAW_HESSIAN,     /* samples and start vectors for L */
    SB_DRAW_CHAIN,       /* samples for the chain KL */
    SB_DRAW_EXACT,       /* Monte Carlo of entropies and Fisher informations */
    SB_DRAW_GENERATE,    /* the sampler's own noise */
    SB_DRAW_FEATURES,    /* frequencies and phases of random features (not trained) */
    SB_DRAW_PARTICLES,   /* particles of the importance-weighted KL */
    SB_DRAW_SURROGATE,   /* samples of a fitted law, and of the data beside generated ones (knn, dv) */
    SB_DRAW_CLAIM,       /* a claim's own experiments */
    SB_DRAW_TEST,        /* for tests only. A new purpose goes behind it, so that all others keep their draws */
    SB_DRAW_CHOICE,      /* samples for F(theta_0) where hyperparameters are chosen: the same for every grid */
    SB_DRAW_SHAPES,      /* synthetic images */
    SB_DRAW_IMAGES,      /* which worker has which images */
    SB_DRAW_CLASSIFIER   /* the classifier that judges samples: its points, start and batches; which data a sheet of images shows */
} sb_purpose;

enum { SB_MAX_REPLICAS = 1 << 12, SB_MAX_WORKERS = 1 << 20, SB_MAX_ROUNDS = 1 << 24, SB_MAX_STEPS = 1 << 22 };

typedef struct {
    uint64_t seed;
    uint64_t subsequence;
    uint64_t block;         /* the next block to be read */
} sb_stream;

/* sb_stream_at: the stream of one place. Arguments must be below the SB_MAX_* limits. */
sb_stream sb_stream_at(uint64_t seed, sb_purpose purpose, uint32_t replica, uint32_t worker, uint32_t round, uint32_t step);

/* sb_stream_skip: the same stream, `blocks` blocks further. */
sb_stream sb_stream_skip(sb_stream stream, uint64_t blocks);

/* sb_stream_words: the next block of four uint32. */
void sb_stream_words(sb_stream *stream, uint32_t words[4]);

/* Each of the following starts at a fresh block.
 * sb_stream_uniform: one double in (0,1), 52 bits, never 0 or 1. Uses one block.
 * sb_stream_uniforms: n doubles in (0,1), two to a block.
 * sb_stream_normals: n standard normals by Box-Muller, two to a block; |z| < 8.7. */
double sb_stream_uniform(sb_stream *stream);
void   sb_stream_uniforms(sb_stream *stream, size_t n, double *out);
void   sb_stream_normals(sb_stream *stream, size_t n, double *out);

/* sb_stream_gamma: one Gamma(shape, 1) variate, shape > 0 (Marsaglia and Tsang 2000; for shape < 1 its logarithm is formed
 * first, so that tiny shapes do not underflow). Writes log of the variate. */
double sb_stream_log_gamma_variate(sb_stream *stream, double shape);

#endif
