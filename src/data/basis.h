/* basis.h: private to the room: orthogonal directions. Matrices are row-major, a direction is a column. */
#ifndef SB_DATA_BASIS_H
#define SB_DATA_BASIS_H

#include <stddef.h>

/* sb_basis_principal: V (d,r) in; its columns out: orthogonal, longest first, and of the same V V' as before (one-sided Jacobi
 * rotations: small columns keep their relative accuracy). square (r) out: their squared lengths. */
void sb_basis_principal(size_t d, size_t r, double *V, double *square);

/* sb_basis_complete: the first `rank` columns of Q (d,r), r <= d, are orthonormal; fills in the others so that all are. */
void sb_basis_complete(size_t d, size_t r, size_t rank, double *Q);

#endif
