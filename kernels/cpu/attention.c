/* The weights of attention: softmax over j and its derivatives. */
#include "kernels/cpu/cpu.h"
#include "kernels/point/exp.h"

enum { LANES = SB_CPU_LANES };

SB_CPU_CLONES void CPU(softmax)(const sb_backend *op, const sb_crew *c, int I, int J, const real *x, real *p)
{
    const size_t ld = (size_t)c->ld;
    (void)op;
    for (int i = 0; i < I; i++, x += J * ld, p += J * ld)
        for (size_t b = 0; b < ld; b += LANES) {
            real most[LANES], sum[LANES] = {0};
            for (int j = 0; j < J; j++)
#pragma omp simd
                for (int l = 0; l < LANES; l++) most[l] = j == 0 || x[j * ld + b + l] > most[l] ? x[j * ld + b + l] : most[l];
            for (int j = 0; j < J; j++)
#pragma omp simd
                for (int l = 0; l < LANES; l++) {
                    const real e = SB_REAL_NAME(sb_point_exp_falling)(x[j * ld + b + l] - most[l]);
                    p[j * ld + b + l] = e;
                    sum[l] += e;
                }
            for (int j = 0; j < J; j++)
#pragma omp simd
                for (int l = 0; l < LANES; l++) p[j * ld + b + l] /= sum[l];
        }
}

SB_CPU_CLONES void CPU(softmax_back)(const sb_backend *op, const sb_crew *c, int I, int J, const real *p, const real *dp, real *dx)
{
    const size_t ld = (size_t)c->ld;
    (void)op;
    for (int i = 0; i < I; i++, p += J * ld, dp += J * ld, dx += J * ld)
        for (size_t b = 0; b < ld; b += LANES) {
            real sum[LANES] = {0};
            for (int j = 0; j < J; j++)
#pragma omp simd
                for (int l = 0; l < LANES; l++) sum[l] = sb_fma(p[j * ld + b + l], dp[j * ld + b + l], sum[l]);
            for (int j = 0; j < J; j++)
#pragma omp simd
                for (int l = 0; l < LANES; l++) dx[j * ld + b + l] = p[j * ld + b + l] * (dp[j * ld + b + l] - sum[l]);
        }
}

SB_CPU_CLONES void CPU(softmax_rback)(const sb_backend *op, const sb_crew *c, int I, int J, const real *p, const real *dp,
                                      const real *Rp, const real *Rdp, real *Rdx)
{
    const size_t ld = (size_t)c->ld, row = J * ld;
    (void)op;
    for (int i = 0; i < I; i++, p += row, dp += row, Rp += row, Rdp += row, Rdx += row)
        for (size_t b = 0; b < ld; b += LANES) {
            real sum[LANES] = {0}, Rsum[LANES] = {0};
            for (size_t at = b; at < row; at += ld)
#pragma omp simd
                for (int l = 0; l < LANES; l++) {
                    sum[l] = sb_fma(p[at + l], dp[at + l], sum[l]);
                    Rsum[l] = sb_fma(p[at + l], Rdp[at + l], sb_fma(Rp[at + l], dp[at + l], Rsum[l]));
                }
            for (size_t at = b; at < row; at += ld)
#pragma omp simd
                for (int l = 0; l < LANES; l++)
                    Rdx[at + l] = sb_fma(p[at + l], Rdp[at + l] - Rsum[l], Rp[at + l] * (dp[at + l] - sum[l]));
        }
}
