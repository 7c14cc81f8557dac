/* csv.h: comma-separated values, quoted as in RFC 4180, lines ending in a newline; nothing stands where a value is not finite. */
#ifndef SB_REPORT_CSV_H
#define SB_REPORT_CSV_H

#include "base/number.h"

#include <stdio.h>

/* One line as it grows: sb_csv_* separate fields by themselves; sb_csv_end closes the line. */
typedef struct {
    FILE *stream;
    int fields; /* written on this line */
} sb_csv;

void sb_csv_text(sb_csv *csv, const char *text); /* NULL: empty */
void sb_csv_double(sb_csv *csv, double x);       /* 17 significant digits */
void sb_csv_integer(sb_csv *csv, long x);
void sb_csv_number(sb_csv *csv, sb_number x); /* four fields: value, lo, hi, status (all empty for NaN) */
void sb_csv_end(sb_csv *csv);

/* sb_csv_header: a whole line from names separated by blanks. */
void sb_csv_header(sb_csv *csv, const char *names);

#endif
