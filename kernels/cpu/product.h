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

/* LANES rows of x turned round: column b + q becomes to[q]. */
INLINE void turned(const real *x, size_t ld, vec to[QUAD])
{
#pragma GCC unroll 4
    for (int q = 0; q < QUAD; q++) to[q] = vec_stack(x + q * ld, ld);
    vec_turn(to);
}

/* to (samples,PANEL) = the transpose of n <= PANEL rows of x, 0 in what is left of a vector. Samples in whole QUADs. */
INLINE void transpose(int n, int samples, const real *x, size_t ld, real *to)
{
    for (int v = 0; v < n; v += LANES, x += LANES * ld, to += LANES)
        for (int b = 0; b < samples; b += QUAD) {
            vec column[QUAD];
            if (v + LANES <= n) turned(x + b, ld, column);
#pragma GCC unroll 4
            for (int q = 0; q < QUAD; q++) {
                vec_store(to + (b + q) * PANEL, v + LANES <= n ? column[q] : vec_all(0));
                for (int i = 0; v + LANES > n && i < n - v; i++) to[(b + q) * PANEL + i] = x[i * ld + b + q];
            }
        }
}

/* to (n) = the sums of the first B columns of x (n,ld), n <= PANEL */
INLINE void row_sums(int n, int B, const real *x, size_t ld, real *to)
{
    const int whole = B / QUAD * QUAD;
    const vec one = vec_all(1);
    vec sum[2] = {vec_all(0), vec_all(0)};
    for (int b = 0; n == PANEL && b < whole; b += QUAD)
        for (int v = 0; v < 2; v++) {
            vec column[QUAD];
            turned(x + v * LANES * ld + b, ld, column);
            for (int q = 0; q < QUAD; q++) sum[v] = vec_fma(column[q], one, sum[v]);
        }
    for (int v = 0; v < 2; v++) vec_store(to + v * LANES, sum[v]);
    for (int i = 0; i < n; i++)
        for (int b = n == PANEL ? whole : 0; b < B; b++) to[i] += x[i * ld + b];
}

#endif
