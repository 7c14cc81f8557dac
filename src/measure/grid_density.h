/* grid_density.h: a probability density in one or two dimensions as values on a regular grid. */
#ifndef SB_MEASURE_GRID_DENSITY_H
#define SB_MEASURE_GRID_DENSITY_H

#include "base/context.h"

#include <stddef.h>

typedef struct {
    int d;            /* 1 or 2 */
    int n[2];         /* points per axis; n[1] = 1 for d = 1 */
    double origin[2]; /* of point (0,0) */
    double step[2];   /* step[1] = 1 for d = 1 */
    double *density;  /* (n[0],n[1]) row-major, >= 0 */
    double mass;      /* step[0]*step[1]*sum: 1 less what lies outside the grid */
    double variance;  /* of the isotropic Gaussian noise that was added last: the density is smooth on that scale */
} sb_grid_density;

/* sb_grid_density_points: n[0]*n[1].   sb_grid_density_cell: step[0]*step[1].
 * sb_grid_density_point: y (d) out, coordinates of point `index` of the row-major order. */
size_t sb_grid_density_points(const sb_grid_density *density);
double sb_grid_density_cell(const sb_grid_density *density);
void sb_grid_density_point(const sb_grid_density *density, size_t index, double *y);

/* sb_grid_density_free: releases the values and empties the struct. */
void sb_grid_density_free(sb_grid_density *density);

#endif
