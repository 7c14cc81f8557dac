/* lane_products.h: products of the matrices of each sample over the vectors of one level. Samples are the lanes, so a tile of TALL x TALL
 * sums takes 2 TALL loads for TALL^2 fma. */
#ifndef SB_KERNELS_CPU_LANE_PRODUCTS_H
#define SB_KERNELS_CPU_LANE_PRODUCTS_H

enum { TALL = ROWS == 8 ? 4 : 3 };

/* A factor of the lanes: element (r,k) is at[r*row + k*step]. */
typedef struct {
    const real *at;
    size_t row, step;
} operand;

INLINE void lane_tile(int rows, int columns, int K, operand a, operand b, real alpha, int keep, real *out, size_t of_row, size_t of_column)
{
    vec s[TALL][TALL];
#pragma GCC unroll 4
    for (int i = 0; i < rows; i++)
#pragma GCC unroll 4
        for (int j = 0; j < columns; j++) s[i][j] = vec_all(0);
    for (int k = 0; k < K; k++, a.at += a.step, b.at += b.step) {
        vec x[TALL];
#pragma GCC unroll 4
        for (int j = 0; j < columns; j++) x[j] = vec_load(b.at + j * b.row);
#pragma GCC unroll 4
        for (int i = 0; i < rows; i++) {
            const vec y = vec_load(a.at + i * a.row);
#pragma GCC unroll 4
            for (int j = 0; j < columns; j++) s[i][j] = vec_fma(y, x[j], s[i][j]);
        }
    }
    const vec factor = vec_all(alpha), nothing = vec_all(-(real)0); /* adding -0 leaves every number as it was, also -0 */
#pragma GCC unroll 4
    for (int i = 0; i < rows; i++)
#pragma GCC unroll 4
        for (int j = 0; j < columns; j++) {
            real *to = out + i * of_row + j * of_column;
            vec_store(to, vec_fma(factor, s[i][j], keep ? vec_load(to) : nothing));
        }
}

static void lane_products(const sb_crew *c, int I, int J, int K, int trans_a, int trans_b, double alpha, const real *a, const real *b,
                          int keep, real *out)
{
    const size_t ld = (size_t)c->ld;
    const operand left = {a, trans_a ? ld : (size_t)K * ld, trans_a ? (size_t)I * ld : ld};
    const operand right = {b, trans_b ? (size_t)K * ld : ld, trans_b ? ld : (size_t)J * ld};
    for (size_t l = 0; l < ld; l += LANES)
        for (int i = 0, rows; i < I; i += rows) {
            rows = I - i >= TALL ? TALL : 1;
            for (int j = 0, columns; j < J; j += columns) {
                const operand x = {left.at + i * left.row + l, left.row, left.step};
                const operand y = {right.at + j * right.row + l, right.row, right.step};
                real *to = out + ((size_t)i * J + j) * ld + l;
                columns = J - j >= TALL ? TALL : 1;
                if (rows == TALL && columns == TALL) lane_tile(TALL, TALL, K, x, y, (real)alpha, keep, to, J * ld, ld);
                else if (rows == TALL) lane_tile(TALL, 1, K, x, y, (real)alpha, keep, to, J * ld, ld);
                else if (columns == TALL) lane_tile(1, TALL, K, x, y, (real)alpha, keep, to, J * ld, ld);
                else lane_tile(1, 1, K, x, y, (real)alpha, keep, to, J * ld, ld);
            }
        }
}

#endif
