/* npy.h: NumPy's .npy files, as far as the package needs them. */
#ifndef SB_BASE_NPY_H
#define SB_BASE_NPY_H

#include "base/context.h"

#include <stddef.h>

/* sb_npy_read_bytes: a C-ordered two-dimensional array of bool or uint8; bytes (rows,columns) out, sb_free.
 * SB_EUSER with the file's name and what is wrong, and where. */
sb_status sb_npy_read_bytes(sb_context *ctx, const char *path, size_t *rows, size_t *columns, unsigned char **bytes);

/* sb_npy_read_doubles: the same of float32 or float64 in the machine's order of bytes; x (rows,columns) out, sb_free. */
sb_status sb_npy_read_doubles(sb_context *ctx, const char *path, size_t *rows, size_t *columns, double **x);

/* sb_npy_write: `path` holds x (rows,columns) as float64 in C order afterwards, whole or not at all. SB_EIO as sb_file_replace. */
sb_status sb_npy_write(sb_context *ctx, const char *path, size_t rows, size_t columns, const double *x);

#endif
