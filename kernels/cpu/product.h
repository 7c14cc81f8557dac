/* product.h: products of matrices from register tiles. Every sum is one chain of fma in the order of its index, from 0 on. */
#ifndef SB_KERNELS_CPU_PRODUCT_H
#define SB_KERNELS_CPU_PRODUCT_H

enum { PANEL = 2 * LANES }; /* the columns of a register tile */

/* The left factor: element (r,k) is at[r*row + k*step]. */
typedef struct {
    const real *at;
    size_t row, step;
} factor;

/* sum (rows, vectors*LANES) (+)= a (rows,K) b (K, vectors*LANES); goes_on: from what is in sum */
INLINE void register_tile(int rows, int vectors, int K, factor a, const real *b, size_t ldb, int goes_on, real *sum, size_t lds)
{
    vec s[ROWS][2];
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++) s[r][v] = goes_on ? vec_load(sum + r * lds + v * LANES) : vec_all(0);
    for (int k = 0; k < K; k++, a.at += a.step, b += ldb) {
        vec x[2];
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++) x[v] = vec_load(b + v * LANES);
#pragma GCC unroll 8
        for (int r = 0; r < rows; r++) {
            const vec y = vec_all(a.at[r * a.row]);
#pragma GCC unroll 2
            for (int v = 0; v < vectors; v++) s[r][v] = vec_fma(y, x[v], s[r][v]);
        }
    }
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++) vec_store(sum + r * lds + v * LANES, s[r][v]);
}

/* A row of register tiles: n columns, whole vectors. */
INLINE void tiles(int rows, int n, int K, factor a, const real *b, size_t ldb, int goes_on, real *sum, size_t lds)
{
    int j = 0;
    for (; j + PANEL <= n; j += PANEL) register_tile(rows, 2, K, a, b + j, ldb, goes_on, sum + j, lds);
    if (j < n) register_tile(rows, 1, K, a, b + j, ldb, goes_on, sum + j, lds);
}

/* sum (rows,n) (+)= a (rows,K) b (K,n) for any number of rows */
static void product(int rows, int n, int K, factor a, const real *b, size_t ldb, int goes_on, real *sum, size_t lds)
{
    int r = 0;
    for (; r + ROWS <= rows; r += ROWS, a.at += ROWS * a.row, sum += ROWS * lds) tiles(ROWS, n, K, a, b, ldb, goes_on, sum, lds);
    if (ROWS > 4 && r + 4 <= rows) {
        tiles(4, n, K, a, b, ldb, goes_on, sum, lds);
        r += 4, a.at += 4 * a.row, sum += 4 * lds;
    }
    if (r + 2 <= rows) {
        tiles(2, n, K, a, b, ldb, goes_on, sum, lds);
        r += 2, a.at += 2 * a.row, sum += 2 * lds;
    }
    if (r < rows) tiles(1, n, K, a, b, ldb, goes_on, sum, lds);
}

/* to (samples,PANEL) = the transpose of the first PANEL of `features` rows of `from`, 0 where there are fewer. Samples are done in
 * whole multiples of QUAD. */
INLINE void transpose(int features, int samples, const real *from, size_t ld, real *to)
{
    const int n = features < PANEL ? features : PANEL;
    for (int v = 0; v < PANEL; v += LANES)
        for (int b = 0; b < samples; b += QUAD) {
            vec x[QUAD];
            if (v + LANES <= n) {
                for (int q = 0; q < QUAD; q++) x[q] = vec_stack(from + (v + q) * ld + b, ld);
                vec_turn(x);
                for (int q = 0; q < QUAD; q++) vec_store(to + (b + q) * PANEL + v, x[q]);
            } else {
                for (int q = 0; q < QUAD; q++)
                    for (int i = v; i < v + LANES; i++) to[(b + q) * PANEL + i] = i < n ? from[i * ld + b + q] : 0;
            }
        }
}

#endif
