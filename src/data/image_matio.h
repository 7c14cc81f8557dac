/* image_matio.h: libmatio, loaded when the first MAT-file is read: it brings HDF5 with it and three dozen libraries more, which every start
 * of the program would wait for. */
#ifndef SB_DATA_IMAGE_MATIO_H
#define SB_DATA_IMAGE_MATIO_H

#include "base/context.h"

#include <matio.h>

typedef struct {
    void *library;
    __typeof__(Mat_Open)              *open;
    __typeof__(Mat_Close)             *close;
    __typeof__(Mat_SizeOfClass)       *size_of_class;
    __typeof__(Mat_VarRead)           *read;
    __typeof__(Mat_VarReadInfo)       *read_info;
    __typeof__(Mat_VarReadDataLinear) *read_linear;
    __typeof__(Mat_VarFree)           *free;
} sb_matio;

/* sb_matio_load: SB_EIO where there is no libmatio. sb_matio_unload(&empty) is harmless. */
sb_status sb_matio_load(sb_context *ctx, sb_matio *matio);
void      sb_matio_unload(sb_matio *matio);

#endif
