#include "measure/quality_json.h"
#include "report/parts.h"

#include <math.h>
#include <stdio.h>

enum { MOST_CLASSES = 20 }; /* more are for JSON and CSV */

static void quantity(sb_table *table, const char *name, sb_number x, const char *meaning)
{
    sb_table_row(table);
    sb_table_cell(table, name, NULL);
    sb_table_cell(table, sb_text_number(x, 4).s, NULL);
    sb_table_cell(table, isnan(x.value) ? "" : sb_number_status_name(x.status), NULL);
    sb_table_cell(table, meaning, NULL);
}

static void distances(sb_table *table, const char *name, const sb_frechet *f, const char *whose)
{
    char text[160];
    snprintf(text, sizeof text, "of %d images to %d %s", f->generated, f->reference, whose);
    quantity(table, name, f->at_n, text);
    if (!isnan(f->limit.value)) quantity(table, "  its limit", f->limit, "the same of infinitely many images");
}

static sb_status quantities(sb_context *ctx, const sb_output *out, const sb_quality *q)
{
    static const sb_column columns[] = {{"QUANTITY", 0, 0}, {"MEASURED", 0, 0}, {"STATUS", 0, 0}, {"MEANING", 0, 1}};
    sb_status st = SB_OK;
    sb_table *table = NULL;
    char text[160];
    SB_TRY(sb_table_create(ctx, out, 4, columns, &table));
    if (q->frechet.generated > 0) {
        distances(table, "Frechet feature distance", &q->frechet, "of the data");
        snprintf(text, sizeof text, "1 to %d, that of the data is %s", sb_classes_held(q->classes, q->data_share),
                 sb_text_double(q->data_score.value, 4).s);
        quantity(table, "classifier score", q->score, text);
        quantity(table, "accuracy", q->accuracy, "of the classifier, on images new to it");
    }
    if (q->given.generated > 0) distances(table, "Frechet distance, given", &q->given, "in the files given");
    SB_TRY(sb_table_print(ctx, table));
done:
    sb_table_free(table);
    return st;
}

static sb_status shares(sb_context *ctx, const sb_output *out, const sb_quality *q)
{
    static const sb_column columns[] = {{"CLASS", 1, 0}, {"GENERATED", 0, 0}, {"DATA", 1, 0}};
    sb_status st = SB_OK;
    sb_table *table = NULL;
    char text[16];
    SB_TRY(sb_table_create(ctx, out, 3, columns, &table));
    for (int c = 0; c < q->classes; c++) {
        snprintf(text, sizeof text, "%d", c);
        sb_table_row(table);
        sb_table_cell(table, text, NULL);
        sb_table_cell(table, sb_text_number(q->share[c], 3).s, NULL);
        sb_table_cell(table, sb_text_double(q->data_share[c], 3).s, NULL);
    }
    fputc('\n', out->stream);
    SB_TRY(sb_table_print(ctx, table));
done:
    sb_table_free(table);
    return st;
}

sb_status sb_quality_table(sb_context *ctx, const sb_output *out, const sb_measured *m)
{
    sb_status st = SB_OK;
    const sb_quality *q = &m->quality;
    if (!sb_quality_is_known(q)) return SB_OK;
    sb_output_title(out, "QUALITY OF SAMPLES");
    SB_TRY(quantities(ctx, out, q));
    if (q->frechet.generated > 0 && q->classes <= MOST_CLASSES) SB_TRY(shares(ctx, out, q));
    fputc('\n', out->stream);
    if (q->frechet.generated > 0)
        sb_output_paragraph(
            out, 2, "",
            "Judged by a classifier that was trained on the data, by the formulas of FID and of the Inception Score. They are "
            "neither: they compare runs on the same data with each other. Images are taken as the classifier sees them; "
            "intervals speak of the generated images alone.");
    else
        sb_output_paragraph(out, 2, "",
                            "The interval speaks of the generated images alone; their limit needs %d of them a feature.",
                            SB_FRECHET_LEAST);
done:
    return st;
}
