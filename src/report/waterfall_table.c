#include "report/parts.h"
#include "report/waterfall.h"

#include <math.h>
#include <string.h>

enum { WIDE = 100 }; /* below this the table drops the intervals */

static sb_text signed_amount(const sb_waterfall_row *row)
{
    sb_text text;
    snprintf(text.s, sizeof text.s, "%s%.40s", row->nats.value > 0.0 ? "+" : "", sb_text_double(row->nats.value, 3).s);
    return text;
}

static const char *color_of(const sb_waterfall_row *row)
{
    if (row->kind == SB_ROW_TOTAL) return "blue";
    if (row->to < row->from) return "green";
    return row->kind == SB_ROW_PROOF ? "red" : "brown";
}

static void row_cells(sb_table *table, const sb_waterfall_row *row, int wide)
{
    const int total = row->kind == SB_ROW_TOTAL;
    const sb_text interval = sb_text_interval(row->nats, 3);
    sb_text name;
    snprintf(name.s, sizeof name.s, "%s%.60s", total ? "" : "  ", row->name);
    sb_table_row(table);
    sb_table_cell(table, name.s, NULL);
    sb_table_cell(table, total ? "" : signed_amount(row).s, color_of(row));
    if (wide) sb_table_cell(table, interval.s[0] == '[' ? interval.s : "", NULL);
    sb_table_cell(table, sb_text_double(row->to, 4).s, NULL);
    sb_table_cell(table, row->meaning, NULL);
}

static void say_why_there_is_none(const sb_output *out, const sb_waterfall *w)
{
    sb_list missing = {0};
    for (int i = 0; i < w->missing_count; i++) sb_list_add(&missing, ", ", "%s", w->missing[i]);
    if (missing.used) sb_output_paragraph(out, 2, "", "None: this run has no finite value of %s.", missing.text);
    else
        sb_output_paragraph(out, 2, "",
                            "None: a right side on the way is not finite, as where no worker keeps a parameter (Gamma\t=\t0).");
}

static void say_how_to_read_it(const sb_output *out, const sb_waterfall *w, const sb_config *config)
{
    sb_output_paragraph(out, 2, "",
                        "For worker %d, whose KL comes closest to the printed bound: what each inequality gives away, in nats, and "
                        "the right side after it. Pure noise, no network at all, has %s: what lies above is vacuous.",
                        w->n, sb_text_double(w->prior, 4).s);
    if (w->at_most)
        sb_output_paragraph(
            out, 2, "",
            "Of KL itself only an upper bound is known, which stands in its place: the first step gives away more than is "
            "shown, up to all of its right side.");
    if (config->diffusion.sampler == SB_SAMPLER_DDPM)
        sb_output_paragraph(out, 2, "",
                            "\"chain to path\" gives nothing away: the paths of the ddpm sampler diverge by as much as its chain.");
    if (config->train.optimiser == SB_OPTIMISER_ADAM)
        sb_output_paragraph(out, 2, "",
                            "The descent lemma is about the steps (7), and these were Adam's: what follows it bounds nothing.");
    else if (!w->descends)
        sb_output_paragraph(out, 2, "",
                            "The descent lemma does not apply at this learning rate (it needs alpha > 0 and 2 eta^2 L^2 "
                            "S(S-1) < 1): what follows it bounds nothing.");
}

sb_status sb_waterfall_rows_print(sb_context *ctx, const sb_output *out, const sb_waterfall *w, const sb_config *config)
{
    static const sb_column wide_columns[] = {
        {"STEP", 0, 0}, {"NATS", 1, 0}, {"INTERVAL", 1, 0}, {"RIGHT SIDE", 1, 0}, {"WHAT IT DOES", 0, 1}};
    static const sb_column narrow_columns[] = {{"STEP", 0, 0}, {"NATS", 1, 0}, {"RIGHT SIDE", 1, 0}, {"WHAT IT DOES", 0, 1}};
    sb_status st = SB_OK;
    sb_table *table = NULL;
    const sb_waterfall_rows rows = sb_waterfall_rows_of(w);
    const int wide = out->width >= WIDE;
    if (w->count == 0) {
        say_why_there_is_none(out, w);
        return st;
    }
    SB_TRY(sb_table_create(ctx, out, wide ? 5 : 4, wide ? wide_columns : narrow_columns, &table));
    for (int i = 0; i < rows.count; i++) row_cells(table, &rows.row[i], wide);
    SB_TRY(sb_table_print(ctx, table));
    fputc('\n', out->stream);
    say_how_to_read_it(out, w, config);
done:
    sb_table_free(table);
    return st;
}

sb_status sb_waterfall_table_print(sb_context *ctx, const sb_output *out, const sb_waterfall *w, const sb_config *config)
{
    sb_output_title(out, "SLACK WATERFALL");
    return sb_waterfall_rows_print(ctx, out, w, config);
}
