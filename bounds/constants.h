/* constants.h: the one list of constants that a right side may need. The struct, the enumeration and the table are made from it.
 * A row: name as on the command line (--set), smallest and largest admissible value, nonzero for a whole number, meaning. THEORY 0 has
 * the symbols. */
#ifndef SB_BOUNDS_CONSTANTS_H
#define SB_BOUNDS_CONSTANTS_H

/* clang-format off */
#define SB_CONSTANTS(ROW)                                                                                                            \
    ROW(N, 1.0, INFINITY, 1, "number of workers")                                                                                    \
    ROW(S, 1.0, INFINITY, 1, "local steps per round")                                                                                \
    ROW(R, 0.0, INFINITY, 1, "rounds")                                                                                               \
    ROW(D, 0.0, INFINITY, 1, "number of parameters")                                                                                 \
    ROW(d, 1.0, INFINITY, 1, "dimension of the data")                                                                                \
    ROW(T, 0.0, INFINITY, 0, "horizon of the forward process")                                                                       \
    ROW(K, 1.0, INFINITY, 1, "steps of the time grid")                                                                               \
    ROW(kappa, 0.0, INFINITY, 0, "gamma_k <= kappa*min{1, T-t_{k+1}} for every step")                                                \
    ROW(delta, 0.0, INFINITY, 0, "early stop: the grid ends at T-delta")                                                             \
    ROW(eta, 0.0, INFINITY, 0, "learning rate")                                                                                      \
    ROW(L, 0.0, INFINITY, 0, "Lipschitz constant of the gradients of F_n (Assumption 4.1)")                                          \
    ROW(w2, 0.0, INFINITY, 0, "w^2: largest |theta_r - theta_r*m|^2, what pruning takes away (Assumption 4.2)")                      \
    ROW(sigma1, 0.0, INFINITY, 0, "sigma_1: noise of a minibatch gradient, not squared (Assumption 4.3)")                            \
    ROW(sigma2, 0.0, INFINITY, 0, "sigma_2: largest |grad F_n - grad F|, not squared (Assumption 4.3)")                              \
    ROW(Gamma, 0.0, INFINITY, 1, "Gamma*: fewest workers that keep one parameter in one round")                                      \
    ROW(F0, 0.0, INFINITY, 0, "F(theta_0): average loss before training")                                                            \
    ROW(FR, 0.0, INFINITY, 0, "F(theta_R): average loss after training")                                                             \
    ROW(Fn0, 0.0, INFINITY, 0, "F_n(theta_0): one worker's loss before training")                                                    \
    ROW(dtheta, 0.0, INFINITY, 0, "|theta_R - theta_0|")                                                                             \
    ROW(M2, 0.0, INFINITY, 0, "E|X_0|^2: second moment of one worker's data (Assumption 4.4)")                                       \
    ROW(C1, -INFINITY, 0.0, 0, "C_1 of Lemma 4.8: minus the irreducible denoising loss, <= 0")                                       \
    ROW(mu, 0.0, INFINITY, 0, "|grad F|^2 >= 2 mu (F - Fstar): the Polyak-Lojasiewicz constant")                                     \
    ROW(Fstar, 0.0, INFINITY, 0, "smallest value of F")                                                                              \
    /* exact quantities of data, grid and trained score; known in a run, seldom by hand */                                           \
    ROW(FnR, 0.0, INFINITY, 0, "F_n(theta_R): one worker's loss after training")                                                     \
    ROW(D_sum, 0.0, INFINITY, 0, "sum_k D_k: discretisation error, fluctuation of the score (Lemma 4.5)")                            \
    ROW(B_sum, 0.0, INFINITY, 0, "sum_k B_k: discretisation error, decay of the score (Lemma 4.5)")                                  \
    ROW(U, 0.0, INFINITY, 0, "bound of D_sum from grid, dimension and M2 alone")                                                     \
    ROW(B_bound, 0.0, INFINITY, 0, "bound of B_sum from grid and dimension alone") /* sum beta(g_k) d/sigma_k^2 */                   \
    ROW(score_loss, 0.0, INFINITY, 0, "sum_k gamma_k E|s_k - S_k|^2: loss against the true score") /* L_n(theta_R) */                \
    ROW(path_kl, 0.0, INFINITY, 0, "KL(Q||P^{q_T}): divergence of the paths") /* int E|A1-A3|^2 */                                   \
    /* sum_k 2 tanh(g_k/2) E|s_k - b_k S_k|^2, or its sibling for another sampler */                                                 \
    ROW(chain_score, 0.0, INFINITY, 0, "score error of the chain identity, weighted as the sampler does")                            \
    ROW(kl_init, 0.0, INFINITY, 0, "KL(q_T||N(0,I)): what starting from pure noise costs")                                           \
    ROW(kl_prior, 0.0, INFINITY, 0, "KL(q_delta||N(0,I)): what using no network at all costs")                                       \
    ROW(squared_gradient, -INFINITY, INFINITY, 0, "(1/R) sum_r E|grad F(theta_r)|^2: what Lemma 4.6 bounds") /* for the waterfall */ \
    /* what only the bounds of others see */                                                                                         \
    ROW(L_score, 0.0, INFINITY, 0, "Lipschitz constant of the true scores grad log q_u (bounds of others)")                          \
    ROW(fisher, 0.0, INFINITY, 0, "E|grad log q_delta + X|^2: Fisher information relative to N(0,I) (bounds of others)")             \
    ROW(cov_gap, 0.0, INFINITY, 0, "largest |eigenvalue of Cov(X_0) - 1| (bounds of others)")                                        \
    ROW(theta2, 0.0, INFINITY, 0, "(1/R) sum_r E|theta_r|^2 (bounds of others)")                                                     \
    ROW(prune2, 0.0, INFINITY, 0, "largest |theta_r - theta_r*m|^2/|theta_r|^2: relative pruning (bounds of others)")                \
    ROW(G, 0.0, INFINITY, 0, "largest sqrt(E|grad f_n|^2), not squared (bounds of others)")                                          \
    ROW(h, 0.0, INFINITY, 0, "longest step of the time grid (bounds of others)")                                                     \
    ROW(step2, 0.0, INFINITY, 0, "sum of gamma_k^2 (bounds of others)")                                                              \
    /* sum_k w_k (1 - b_k)^2: the sampler is least wrong at s = b_k S, not at s = S */                                               \
    ROW(sampler_bias, 0.0, INFINITY, 0,                                                                                              \
        "how far from the true score the sampler would like the model, squared; 0 for ddpm (bounds of others)")
/* clang-format on */

#endif
