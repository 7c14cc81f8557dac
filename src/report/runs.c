#include "report/runs.h"

#include "report/fields.h"
#include "report/waterfall.h"

#include <math.h>
#include <string.h>

enum { NAME = 30, CELL = 22 }; /* columns of a terminal */

sb_text sb_run_name(int run)
{
    sb_text text;
    snprintf(text.s, sizeof text.s, "[%d]", run + 1);
    return text;
}

void sb_runs_list(const sb_output *out, int count, const sb_run_view *run)
{
    sb_output_title(out, "RUNS");
    for (int i = 0; i < count; i++) {
        sb_list model = {0}, data = {0};
        sb_text bullet;
        sb_model_words(run[i].config, &model);
        sb_data_words(run[i].config, &data);
        snprintf(bullet.s, sizeof bullet.s, "  %.8s", sb_run_name(i).s);
        sb_output_paragraph(out, 7, bullet.s, "%s%s%.900s: %s; data: %s; pruning: %s.", out->page ? sb_run_name(i).s : "",
                            out->page ? " " : "", run[i].path, model.text, data.text,
                            sb_config_choice_name("pruning.kind", (int)run[i].config->pruning.kind));
    }
}

/* A table with a name in front and a column for each run from `first` on, as many as fit. */
typedef struct {
    const sb_output *out;
    const sb_run_view *run;
    int first, shown;
    sb_table *table;
} columns;

static sb_status open_table(sb_context *ctx, columns *c, const char *name)
{
    sb_column column[SB_MOST_COMPARED + 1] = {{name, 0, 0}};
    sb_text title[SB_MOST_COMPARED];
    for (int i = 0; i < c->shown; i++) {
        title[i] = sb_run_name(c->first + i);
        column[i + 1] = (sb_column){title[i].s, 1, 0};
    }
    return sb_table_create(ctx, c->out, c->shown + 1, column, &c->table);
}

static sb_status close_table(sb_context *ctx, columns *c, const char *title)
{
    sb_status st = SB_OK;
    sb_output_title(c->out, title);
    SB_TRY(sb_table_print(ctx, c->table));
done:
    sb_table_free(c->table);
    c->table = NULL;
    return st;
}

static void begin_row(const columns *c, const char *name)
{
    sb_table_row(c->table);
    sb_table_cell(c->table, name, NULL);
}

static sb_status settings(sb_context *ctx, columns *c)
{
    sb_status st = SB_OK;
    SB_TRY(open_table(ctx, c, "SETTING"));
    for (const sb_field *field = sb_setting_fields; field->name; field++) {
        begin_row(c, field->name);
        for (int i = 0; i < c->shown; i++)
            sb_table_cell(c->table, sb_text_double(sb_field_double(c->run[c->first + i].measured, field), 4).s, NULL);
    }
    SB_TRY(close_table(ctx, c, "SETTINGS"));
done:
    sb_table_free(c->table);
    c->table = NULL;
    return st;
}

static void kl_row(const columns *c, const char *name, sb_best_kl (*of)(const sb_measured_worker *worker))
{
    begin_row(c, name);
    for (int i = 0; i < c->shown; i++) {
        const sb_best_kl best = of(&c->run[c->first + i].measured->pooled);
        sb_text text;
        snprintf(text.s, sizeof text.s, "%s%.90s", best.at_most ? "<= " : "", sb_text_interval(best.kl, 4).s);
        sb_table_cell(c->table, text.s, NULL);
    }
}

static void pooled_row(const columns *c, const char *name, size_t offset)
{
    const sb_field field = {name, offset};
    begin_row(c, name);
    for (int i = 0; i < c->shown; i++)
        sb_table_cell(c->table, sb_text_interval(sb_field_number(&c->run[c->first + i].measured->pooled, &field), 4).s, NULL);
}

static sb_status measurements(sb_context *ctx, columns *c)
{
    sb_status st = SB_OK;
    SB_TRY(open_table(ctx, c, "QUANTITY"));
    kl_row(c, "KL before, pooled data", sb_best_kl_before);
    kl_row(c, "KL after, pooled data", sb_best_kl_after);
    pooled_row(c, "KL of pure noise", offsetof(sb_measured_worker, kl_prior));
    pooled_row(c, "score loss before", offsetof(sb_measured_worker, score_loss_before));
    pooled_row(c, "score loss after", offsetof(sb_measured_worker, score_loss_after));
    for (const sb_field *field = sb_constant_fields; field->name; field++) {
        begin_row(c, field->name);
        for (int i = 0; i < c->shown; i++)
            sb_table_cell(c->table, sb_text_interval(sb_field_number(c->run[c->first + i].measured, field), 4).s, NULL);
    }
    SB_TRY(close_table(ctx, c, "MEASURED"));
done:
    sb_table_free(c->table);
    c->table = NULL;
    return st;
}

/* Ratio and verdict of each run; all ledgers have the same rows. */
static sb_status verdicts(sb_context *ctx, columns *c)
{
    sb_status st = SB_OK;
    const sb_ledger *ledger = c->run[0].ledger;
    SB_TRY(open_table(ctx, c, "STATEMENT"));
    for (int r = 0; r < ledger->row_count; r++) {
        char name[200];
        snprintf(name, sizeof name, "%s %s", sb_text_label(ledger->row[r].statement).s, sb_form_name(ledger->row[r].form));
        begin_row(c, name);
        for (int i = 0; i < c->shown; i++) {
            const sb_ledger_instance *worst = &c->run[c->first + i].ledger->row[r].worst;
            sb_text text;
            snprintf(text.s, sizeof text.s, "%.40s %.40s", sb_text_double(sb_instance_ratio(worst), 3).s,
                     worst->verdict == SB_NOT_APPLICABLE ? "n/a" : sb_verdict_name(worst->verdict));
            sb_table_cell(c->table, text.s, sb_verdict_color(worst->verdict));
        }
    }
    SB_TRY(close_table(ctx, c, "LEDGER"));
    fputc('\n', c->out->stream);
    sb_output_paragraph(c->out, 2, "", "Ratio of the left side to the right one, at the worst worker, and the verdict.");
done:
    sb_table_free(c->table);
    c->table = NULL;
    return st;
}

static int is_at_most(const sb_run_view *run)
{
    return run->waterfall->at_most;
}

static int is_ddpm(const sb_run_view *run)
{
    return run->config->diffusion.sampler == SB_SAMPLER_DDPM;
}

static int is_adam(const sb_run_view *run)
{
    return run->config->train.optimiser == SB_OPTIMISER_ADAM;
}

static int climbs(const sb_run_view *run)
{
    return !run->waterfall->descends && !is_adam(run);
}

static int has_waterfall(const sb_run_view *run)
{
    return run->waterfall && run->waterfall->count > 0;
}

/* What is to be known of some of the waterfalls, each with the runs that it is about. */
static void waterfall_caveats(const columns *c)
{
    static const struct {
        int (*concerns)(const sb_run_view *run); /* a run that has a waterfall */
        const char *words;
    } caveats[] = {
        {is_at_most,
         "only an upper bound of KL is known, which stands in its place: the first step gives away more than is shown, up to all "
         "of its right side."},
        {is_ddpm, "\"chain to path\" gives nothing away: the paths of the ddpm sampler diverge by as much as its chain."},
        {is_adam, "the descent lemma is about the steps (7), and these were Adam's: what follows it bounds nothing."},
        {climbs, "the descent lemma does not apply at the learning rate used (it needs alpha > 0 and 2 eta^2 L^2 S(S-1) < 1): what "
                 "follows it "
                 "bounds nothing."},
    };
    for (size_t k = 0; k < sizeof caveats / sizeof *caveats; k++) {
        sb_list names = {0};
        for (int i = c->first; i < c->first + c->shown; i++)
            if (has_waterfall(&c->run[i]) && caveats[k].concerns(&c->run[i])) sb_list_add(&names, ", ", "%s", sb_run_name(i).s);
        if (names.used) sb_output_paragraph(c->out, 2, "", "%s: %s", names.text, caveats[k].words);
    }
}

/* One row of the waterfalls. The first is KL, which of some runs is only bounded. */
static void waterfall_row(const columns *c, int r, const sb_waterfall_row *row, const sb_waterfall_rows *rows)
{
    char name[80];
    snprintf(name, sizeof name, "%s%.70s", row->kind == SB_ROW_TOTAL ? "" : "  ", r == 0 ? "KL" : row->name);
    begin_row(c, name);
    for (int i = 0; i < c->shown; i++) {
        sb_text cell = {""};
        if (r < rows[i].count)
            snprintf(cell.s, sizeof cell.s, "%s%.90s", r == 0 && is_at_most(&c->run[c->first + i]) ? "<= " : "",
                     sb_text_double(rows[i].row[r].nats.value, 4).s);
        sb_table_cell(c->table, cell.s, NULL);
    }
}

/* Nats by nats; a run that has no waterfall leaves its column empty. */
static sb_status waterfalls(sb_context *ctx, columns *c)
{
    sb_status st = SB_OK;
    sb_waterfall_rows rows[SB_MOST_COMPARED];
    int longest = -1;
    for (int i = 0; i < c->shown; i++) {
        const sb_run_view *run = &c->run[c->first + i];
        rows[i] = has_waterfall(run) ? sb_waterfall_rows_of(run->waterfall) : (sb_waterfall_rows){.count = 0};
        if (longest < 0 || rows[i].count > rows[longest].count) longest = i;
    }
    if (rows[longest].count == 0) return SB_OK;
    SB_TRY(open_table(ctx, c, "STEP"));
    for (int r = 0; r < rows[longest].count; r++) waterfall_row(c, r, &rows[longest].row[r], rows);
    SB_TRY(close_table(ctx, c, "SLACK WATERFALL"));
    fputc('\n', c->out->stream);
    sb_output_paragraph(
        c->out, 2, "",
        "What each inequality gives away, in nats, and between them the right sides; of each run for the worker whose KL "
        "comes closest to the printed bound.");
    waterfall_caveats(c);
done:
    sb_table_free(c->table);
    c->table = NULL;
    return st;
}

sb_status sb_runs_tables(sb_context *ctx, const sb_output *out, int count, const sb_run_view *run)
{
    static sb_status (*const tables[])(sb_context *, columns *) = {settings, measurements, verdicts, waterfalls};
    sb_status st = SB_OK;
    const int fit = out->page ? SB_MOST_COMPARED : (out->width - NAME) / CELL, most = fit > 1 ? fit : 1;
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
        for (int first = 0; first < count; first += most) {
            columns c = {out, run, first, count - first < most ? count - first : most, NULL};
            SB_TRY(tables[t](ctx, &c));
        }
done:
    return st;
}

static json_t *runs_json(int count, const sb_run_view *run, int *failed)
{
    json_t *root = json_object(), *runs = json_array();
    for (int i = 0; i < count; i++) sb_json_append(runs, sb_run_json(&run[i], failed), failed);
    sb_json_put(root, "runs", runs, failed);
    return root;
}

sb_status sb_report_runs(sb_context *ctx, const sb_output *out, int count, const sb_run_view *run, const char *page)
{
    sb_status st = SB_OK;
    int failed = 0;
    json_t *root;
    switch (out->format) {
    case SB_FORMAT_JSON: root = runs_json(count, run, &failed); return sb_json_write(ctx, root, failed, out->stream);
    case SB_FORMAT_CSV: sb_ledgers_csv(out->stream, count, run); return SB_OK;
    default: break;
    }
    sb_runs_list(out, count, run);
    SB_TRY(sb_runs_tables(ctx, out, count, run));
    sb_output_title(out, "PAGE");
    fprintf(out->stream, "  %s\n", page);
done:
    return st;
}
