#include "report/csv.h"

#include <math.h>
#include <string.h>

static void separate(sb_csv *csv)
{
    if (csv->fields++ > 0) fputc(',', csv->stream);
}

void sb_csv_text(sb_csv *csv, const char *text)
{
    separate(csv);
    if (!text) return;
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, csv->stream);
        return;
    }
    fputc('"', csv->stream);
    for (const char *p = text; *p; p++) {
        if (*p == '"') fputc('"', csv->stream);
        fputc(*p, csv->stream);
    }
    fputc('"', csv->stream);
}

void sb_csv_double(sb_csv *csv, double x)
{
    separate(csv);
    if (isfinite(x)) fprintf(csv->stream, "%.17g", x);
}

void sb_csv_integer(sb_csv *csv, long x)
{
    separate(csv);
    fprintf(csv->stream, "%ld", x);
}

void sb_csv_number(sb_csv *csv, sb_number x)
{
    sb_csv_double(csv, x.value);
    sb_csv_double(csv, isnan(x.value) ? NAN : x.lo);
    sb_csv_double(csv, isnan(x.value) ? NAN : x.hi);
    sb_csv_text(csv, isnan(x.value) ? NULL : sb_number_status_name(x.status));
}

void sb_csv_end(sb_csv *csv)
{
    fputc('\n', csv->stream);
    csv->fields = 0;
}

void sb_csv_header(sb_csv *csv, const char *names)
{
    for (const char *p = names; *p; p += strspn(p, " ")) {
        const size_t length = strcspn(p, " ");
        separate(csv);
        fwrite(p, 1, length, csv->stream);
        p += length;
    }
    sb_csv_end(csv);
}
