/* beside.h: what others report of the same settings, read from a JSON file (data/reference/qiao2025_table2.json is one):
 *     {"title": "...", "source": "...", "note": "how far the numbers compare with ours",
 *      "columns": [{"name": "svhn.FID", "title": "SVHN FID"}, ...],
 *      "rows": {"F": [163.36, [2.79, 0.04], ...], ...}}             a number, or [number, deviation]; a row for each setting
 * Other keys are for readers of the file. */
#ifndef SB_REPORT_BESIDE_H
#define SB_REPORT_BESIDE_H

#include "base/context.h"

typedef struct {
    double value, deviation; /* NaN: not given */
} sb_reported;

enum { SB_MOST_REPORTED = 32 /* columns */ };

typedef struct {
    char *title, *source, *note;
    int column_count, row_count;
    char **name, **heading;  /* (column_count) */
    char **row;              /* (row_count) names of the settings */
    sb_reported *number;     /* (row_count,column_count) */
} sb_beside;

/* sb_beside_read: SB_EUSER with the file, and the place or the key, for what is no such file. sb_beside_free(&empty) is harmless.
 * sb_beside_row: the numbers (column_count) of a setting; NULL: none are reported. */
sb_status sb_beside_read(sb_context *ctx, const char *path, sb_beside *beside);
void sb_beside_free(sb_beside *beside);
const sb_reported *sb_beside_row(const sb_beside *beside, const char *setting);

#endif
