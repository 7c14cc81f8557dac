/* affine_training.h: the whole of the paper in closed form: workers with Gaussian data on the line train one affine score
 * s_k(y) = theta_{2k} y + theta_{2k+1} on the denoising loss (5), which is quadratic in theta, under pruning; then they sample. */
#ifndef SB_TESTS_AFFINE_TRAINING_H
#define SB_TESTS_AFFINE_TRAINING_H

#include "quadratic.h"
#include "reverse_gaussian.h"

typedef struct {
    quadratic q;
    reverse_law law[QUADRATIC_N];
    reverse_grid grid;
} affine_system;

/* affine_draw: random laws (all the same if `identical`), a grid of at most four steps from T to 0.02, random masks, theta_0; eta
 * is a random share of its limit. */
void affine_draw(sb_stream *stream, int identical, double T, affine_system *system);

/* affine_run: trains without noise, then measures each worker: every constant, and KL(q_delta||p_{t_K}) of its samples. */
typedef struct {
    sb_constants c[QUADRATIC_N];
    double kl[QUADRATIC_N];
} affine_outcome;
void affine_run(const affine_system *system, affine_outcome *out);

#endif
