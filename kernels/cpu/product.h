/* product.h: products of matrices from register tiles. Every sum is one chain of fma in the order of its index, from 0 on. */
#ifndef SB_KERNELS_CPU_PRODUCT_H
#define SB_KERNELS_CPU_PRODUCT_H

enum { PANEL = 2 * LANES }; /* the columns of a register tile */

/* The left factor: element (r,k) is at[r*row + k*step]. */
typedef struct {
    const real *at;
    size_t row, step;
} factor;

/* What becomes of the sums: they begin with those held so far or with 0, and end being held, or as to = alpha*sum + keep*to. */
typedef struct {
    real *held;
    size_t row;
    int begun;
    real *to; /* NULL: held */
    size_t to_row;
    real alpha;
    int keep;
} result;

/* rows x (vectors*LANES) sums over k of a (rows,K) b (K,ldb), whose columns start at j. */
INLINE void register_tile(int rows, int vectors, int K, factor a, const real *b, size_t ldb, result c, int j)
{
    vec s[ROWS][2];
    b += j, c.held += j;
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++) s[r][v] = c.begun ? vec_load(c.held + r * c.row + v * LANES) : vec_all(0);
#pragma GCC unroll 4
    for (int k = 0; k < K; k++, a.at += a.step, b += ldb) {
        vec x[2];
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++) x[v] = vec_load(b + v * LANES);
#pragma GCC unroll 16
        for (int r = 0; r < rows; r++) {
            const vec y = vec_all(a.at[r * a.row]);
#pragma GCC unroll 2
            for (int v = 0; v < vectors; v++) s[r][v] = vec_fma(y, x[v], s[r][v]);
        }
    }
    const vec alpha = vec_all(c.alpha), nothing = vec_all(-(real)0); /* adding -0 leaves every number as it was, also -0 */
#pragma GCC unroll 16
    for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++) {
            real *to = c.to ? c.to + r * c.to_row + j + v * LANES : c.held + r * c.row + v * LANES;
            vec_store(to, c.to ? vec_fma(alpha, s[r][v], c.keep ? vec_load(to) : nothing) : s[r][v]);
        }
}

/* A row of register tiles: n columns, whole vectors. */
INLINE void tiles(int rows, int n, int K, factor a, const real *b, size_t ldb, result c)
{
    int j = 0;
    for (; j + PANEL <= n; j += PANEL) register_tile(rows, 2, K, a, b, ldb, c, j);
    if (j < n) register_tile(rows, 1, K, a, b, ldb, c, j);
}

/* The same for any number of rows: by ROWS, then by halves of what may remain. */
static void product(int rows, int n, int K, factor a, const real *b, size_t ldb, result c)
{
    for (int done; rows > 0; rows -= done) {
        done = rows >= ROWS ? ROWS : rows >= 4 ? 4 : rows >= 2 ? 2 : 1;
        if (done == ROWS) tiles(ROWS, n, K, a, b, ldb, c);
        else if (done == 4) tiles(4, n, K, a, b, ldb, c);
        else if (done == 2) tiles(2, n, K, a, b, ldb, c);
        else tiles(1, n, K, a, b, ldb, c);
        a.at += done * a.row, c.held += done * c.row;
        if (c.to) c.to += done * c.to_row;
    }
}

/* to (samples,PANEL) = the transpose of n <= PANEL rows of `from`, 0 in columns n.. . Samples in whole QUADs. */
INLINE void transpose(int n, int samples, const real *from, size_t ld, real *to)
{
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
