/* situation_parts.h: what the files of situations share. Private to the room. */
#ifndef SB_CHOOSE_SITUATION_PARTS_H
#define SB_CHOOSE_SITUATION_PARTS_H

#include "choose/situation.h"
#include "diffusion/grid.h"

/* sb_point_check: SB_EDOM unless 0 < delta < T, all finite, and K, R, S are whole numbers >= 1, R and S not more than a configuration
 * admits; SB_ERANGE where K > SB_LONGEST_GRID.
 * sb_point_grid: the grid alone; T, delta, grid and K of `at` are looked at. Free with sb_grid_free. */
sb_status sb_point_check(sb_context *ctx, const sb_situation *situation, const sb_hyperparameters *at);
sb_status sb_point_grid(sb_context *ctx, const sb_hyperparameters *at, sb_grid *grid);

/* sb_point_config: a view of `config` with `at` put in; borrows config's arrays, so it is not to be freed. A NaN eta leaves
 * train.learning_rate as it is. */
sb_config sb_point_config(const sb_config *config, const sb_hyperparameters *at);

/* sb_point_constants: puts into c what `at` and its grid alone determine: T, K, kappa, delta, eta, R, S, h, step2, sampler_bias, and,
 * with d and M2 of c, U and B_bound. */
void sb_point_constants(const sb_hyperparameters *at, const sb_grid *grid, sb_constants *c);

#endif
