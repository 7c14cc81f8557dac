/* exact_rule.h: private to the exact layer: the product of two nested Gauss rules on a cell, and the integrands on its points. */
#ifndef SB_MEASURE_EXACT_RULE_H
#define SB_MEASURE_EXACT_RULE_H

#include "measure/exact_parts.h"

enum { SB_RULE_POINTS = 16 }; /* of which 15 have weight */

/* Points and weights of the finer rule on [-1,1]. */
extern const double sb_rule_node[SB_RULE_POINTS], sb_rule_weight[SB_RULE_POINTS];

/* One Gaussian of the marginal, in one or two dimensions (the second is idle for one). */
typedef struct {
    double mean[2], axis[2][2]; /* axis[i]: unit eigenvector i */
    double precision[2];        /* along the axes */
    double P[3];                /* precision matrix: 00, 01, 11 */
    double constant;            /* log weight - log normalisation */
    double ratio;               /* of the second law's weight, 0 if there is none */
} sb_bell;

/* A box: centre and half-widths. */
typedef struct {
    double centre[2], half[2];
} sb_cell;

/* Integrals over one cell by the 15-point rule in each direction; off[i]: how much they change with the 7-point rule in direction
 * i; size: integral of the absolute value. */
typedef struct {
    double value[SB_OVERLAP_COUNT], size[SB_OVERLAP_COUNT], off[2][SB_OVERLAP_COUNT];
} sb_cell_integral;

/* sb_cell_integrate: the overlap integrands, times the density, of the `count` bells bell[list[0..count)] over a cell of dimension
 * d = 1 or 2.  log_q: scratch (count,SB_RULE_POINTS). */
void sb_cell_integrate(int d, const sb_bell *bell, int count, const int *list, const sb_cell *cell, double *log_q,
                       sb_cell_integral *out);

#endif
