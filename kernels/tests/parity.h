/* parity.h: every operation of a backend against the CPU's, on random inputs. What is one formula of one element, and everything in
 * integers, must agree to the bit, normals included; sums must agree within what any order of adding them allows (parity_sums).
 *
 * A case holds each array twice: .c for the CPU, .g for the other backend, with the same contents. The CPU takes one worker at a
 * time, so cases call it worker by worker. Compiled in both precisions. */
#ifndef SB_KERNELS_TESTS_PARITY_H
#define SB_KERNELS_TESTS_PARITY_H

#include "kernels/backend.h"

#define parity SB_REAL_NAME(parity)
#define parity_main SB_REAL_NAME(parity_main)

enum { PARITY_MOST_ARRAYS = 64 };

typedef struct {
    const sb_backend *cpu, *gpu;
    uint64_t seed;     /* of the next random number */
    unsigned failures; /* of this case */
    int quiet;         /* failures are counted, not printed */
    unsigned compared, spoilt; /* how many arrays were compared; which one of them is to be falsified first, from 1 */
    uint64_t digest;   /* of all that was compared, as the other backend gave it */
    void *c[PARITY_MOST_ARRAYS], *g[PARITY_MOST_ARRAYS], *host[PARITY_MOST_ARRAYS]; /* to be released */
    unsigned arrays, hosts;
} parity;

typedef struct {
    const char *name;
    void (*run)(parity *p);
} parity_case;
extern const parity_case SB_REAL_NAME(parity_network)[4], SB_REAL_NAME(parity_vectors)[5], SB_REAL_NAME(parity_rows)[4],
    SB_REAL_NAME(parity_samples)[4], SB_REAL_NAME(parity_updates)[7], SB_REAL_NAME(parity_queue)[2], SB_REAL_NAME(parity_conv)[3],
    SB_REAL_NAME(parity_norm)[2], SB_REAL_NAME(parity_pixels)[5];

/* Random numbers: 64 bits; in [low,high). */
uint64_t SB_REAL_NAME(parity_bits)(parity *p);
double   SB_REAL_NAME(parity_between)(parity *p, double low, double high);
#define parity_bits SB_REAL_NAME(parity_bits)
#define parity_between SB_REAL_NAME(parity_between)

typedef struct { real *c, *g; size_t n; } reals;
typedef struct { double *c, *g; size_t n; } doubles;
typedef struct { int *c, *g; size_t n; } ints;
typedef struct { unsigned char *c, *g; size_t n; } bytes;
typedef struct { uint64_t *c, *g; size_t n; } words;
typedef struct { int64_t *c, *g; size_t n; } sums;
typedef struct { uint32_t *c, *g; size_t n; } indices;
typedef struct { sb_place *c, *g; size_t n; } places;

/* FILL: twin = count elements, element i being `value`, an expression of i.   BLANK: count elements of garbage.
 * HOST: room on the host, till the case ends. */
#define PARITY_FILL(p, twin, count, value)                                                                     \
    do {                                                                                                       \
        const size_t n_ = (count);                                                                             \
        __typeof__((twin).c) to_ = SB_REAL_NAME(parity_twin)((p), (void **)&(twin).c, (void **)&(twin).g, n_ * sizeof *to_); \
        for (size_t i = 0; i < n_; i++) to_[i] = (value);                                                      \
        (twin).n = n_;                                                                                         \
        (p)->gpu->upload((p)->gpu, (twin).g, to_, n_ * sizeof *to_);                                           \
    } while (0)
#define PARITY_BLANK(p, twin, count)                                                                           \
    do {                                                                                                       \
        (twin).n = (count);                                                                                    \
        SB_REAL_NAME(parity_blank)((p), (void **)&(twin).c, (void **)&(twin).g, (twin).n * sizeof *(twin).c);  \
    } while (0)
#define PARITY_REALS(p, twin, count) PARITY_FILL(p, twin, count, (real)parity_between((p), -2, 2))
void *SB_REAL_NAME(parity_twin)(parity *p, void **c, void **g, size_t size); /* c: garbage, and returned to be filled */
void  SB_REAL_NAME(parity_blank)(parity *p, void **c, void **g, size_t size); /* both garbage */
void *SB_REAL_NAME(parity_host)(parity *p, size_t size);
#define parity_host SB_REAL_NAME(parity_host)

/* Releases all of a case's arrays; a case may do so between its sizes. */
void SB_REAL_NAME(parity_release)(parity *p);
#define parity_release SB_REAL_NAME(parity_release)

/* Comparisons. SAME: to the bit.   NEAR: within bound[i].   LANES: (rows,ld), lanes 0..B-1 within bound (rows,ld) (NULL: to the bit),
 * the others only finite. */
#define PARITY_SAME(p, twin) SB_REAL_NAME(parity_same)((p), (twin).c, (twin).g, (twin).n, sizeof *(twin).c, __FILE__, __LINE__)
#define PARITY_NEAR(p, twin, bound) \
    SB_REAL_NAME(parity_lanes)((p), (twin).c, (twin).g, 1, (int)(twin).n, (int)(twin).n, (bound), __FILE__, __LINE__)
#define PARITY_LANES(p, twin, B, ld, bound) \
    SB_REAL_NAME(parity_lanes)((p), (twin).c, (twin).g, (ld) ? (twin).n / (size_t)(ld) : 0, (B), (ld), (bound), __FILE__, __LINE__)
#define PARITY_NEAR_DOUBLES(p, twin, bound) \
    SB_REAL_NAME(parity_near_doubles)((p), (twin).c, (twin).g, (twin).n, (bound), __FILE__, __LINE__)
#define PARITY_NUMBER(p, c, g, bound) SB_REAL_NAME(parity_number)((p), (c), (g), (bound), __FILE__, __LINE__)
#define PARITY_CHECK(p, condition) \
    do { \
        if (!(condition)) SB_REAL_NAME(parity_fail)((p), __FILE__, __LINE__, "%s", #condition); \
    } while (0)
void SB_REAL_NAME(parity_same)(parity *p, const void *c, const void *g, size_t n, size_t size, const char *file, int line);
void SB_REAL_NAME(parity_lanes)(parity *p, const real *c, const real *g, size_t rows, int B, int ld, const double *bound,
                                const char *file, int line);
void SB_REAL_NAME(parity_near_doubles)(parity *p, const double *c, const double *g, size_t n, const double *bound, const char *file,
                                       int line);
void SB_REAL_NAME(parity_number)(parity *p, double c, double g, double bound, const char *file, int line);
void SB_REAL_NAME(parity_fail)(parity *p, const char *file, int line, const char *format, ...) __attribute__((format(printf, 4, 5)));

/* How far two sums of `terms` products may be apart, whatever the order in which each was added, if the products' sizes add up to
 * `size`: twice (terms + 4) rounding errors of `real`. sums_double: of double. */
double SB_REAL_NAME(parity_sums)(double terms, double size);
double SB_REAL_NAME(parity_sums_double)(double terms, double size);
#define parity_sums SB_REAL_NAME(parity_sums)
#define parity_sums_double SB_REAL_NAME(parity_sums_double)

/* parity_run: one case from its own seed.   parity_mutants: each of some operations made slightly wrong must be found out. */
void SB_REAL_NAME(parity_run)(parity *p, const parity_case *one);
void SB_REAL_NAME(parity_mutants)(parity *p);

/* parity_main: a whole test program. `open` gives queues of the other backend; all cases are run twice, with `again` (NULL for
 * nothing) called between, and must give the same bits. */
int parity_main(const sb_backend *(*open)(int device, char *why, size_t size), void (*again)(void));

#endif
