/* real.h: the precision that a file is compiled in. Files of kernels/ and of the model's passes say `real` and are compiled twice:
 * with SB_FLOAT for single precision, without for double. The names below exist in both; in a file compiled with SB_FLOAT they mean
 * the single precision ones. Files that are compiled once (all others) see double. */
#ifndef SB_KERNELS_REAL_H
#define SB_KERNELS_REAL_H

#ifdef SB_FLOAT
typedef float real;
#define SB_REAL_NAME(name) name##_float

#define sb_backend SB_REAL_NAME(sb_backend)
#define sb_source SB_REAL_NAME(sb_source)
#define sb_backend_cpu SB_REAL_NAME(sb_backend_cpu)
#define sb_backend_cuda SB_REAL_NAME(sb_backend_cuda)
#define sb_backend_close SB_REAL_NAME(sb_backend_close)
#else
typedef double real;
#define SB_REAL_NAME(name) name
#endif

#endif
