#include "report/parts.h"

#include <stdlib.h>

static json_t *measured_json(const sb_run_view *view, int *failed)
{
    json_t *root = json_object();
    sb_measured_put(root, view->measured, failed);
    sb_json_put(root, "run", json_string(view->path), failed);
    return root;
}

static json_t *ledger_and_constants(const sb_measured *measured, const sb_ledger *ledger, const sb_waterfall *waterfall,
                                    int *failed)
{
    json_t *root = json_object();
    sb_json_put(root, "statements", sb_ledger_json(ledger, failed), failed);
    sb_measured_put(root, measured, failed);
    if (waterfall) sb_waterfall_put(root, waterfall, failed);
    return root;
}

static sb_status waterfall_section(sb_context *ctx, const sb_output *out, const sb_run_view *view)
{
    sb_status st = SB_OK;
    if (!view->waterfall) return st;
    SB_TRY(sb_waterfall_table_print(ctx, out, view->waterfall, view->config));
    if (view->plot) sb_waterfall_draw(out, view->waterfall);
done:
    return st;
}

static void where_it_is(const sb_output *out, const sb_run_view *view)
{
    sb_output_title(out, "RUN");
    fprintf(out->stream, "  %s\n", view->path);
    if (view->page) fprintf(out->stream, "  %s\n", view->page);
}

static sb_status run_table(sb_context *ctx, const sb_output *out, const sb_run_view *view)
{
    sb_status st = SB_OK;
    sb_headline(out, view);
    SB_TRY(sb_ledger_table(ctx, out, view->ledger));
    SB_TRY(sb_conditions_table(ctx, out, view->ledger));
    sb_ledger_lacking(out, view->ledger);
    SB_TRY(waterfall_section(ctx, out, view));
    SB_TRY(sb_assumptions_table(ctx, out, view->measured));
    SB_TRY(sb_workers_table(ctx, out, view->measured));
    SB_TRY(sb_ladder_table(ctx, out, view->measured));
    SB_TRY(sb_quality_table(ctx, out, view->measured));
    where_it_is(out, view);
done:
    return st;
}

json_t *sb_run_json(const sb_run_view *view, int *failed)
{
    json_t *root = ledger_and_constants(view->measured, view->ledger, view->waterfall, failed);
    sb_json_put(root, "run", json_string(view->path), failed);
    return root;
}

sb_status sb_report_run(sb_context *ctx, const sb_output *out, const sb_run_view *view)
{
    int failed = 0;
    json_t *root;
    switch (out->format) {
    case SB_FORMAT_JSON: root = sb_run_json(view, &failed); return sb_json_write(ctx, root, failed, out->stream);
    case SB_FORMAT_CSV: sb_ledger_csv(out->stream, view->ledger); return SB_OK;
    default: return run_table(ctx, out, view);
    }
}

static sb_status measured_table(sb_context *ctx, const sb_output *out, const sb_run_view *view)
{
    sb_status st = SB_OK;
    const sb_run_view measure = {.path = view->path, .config = view->config, .measured = view->measured};
    sb_headline(out, &measure);
    SB_TRY(sb_assumptions_table(ctx, out, view->measured));
    SB_TRY(sb_workers_table(ctx, out, view->measured));
    SB_TRY(sb_ladder_table(ctx, out, view->measured));
    SB_TRY(sb_quality_table(ctx, out, view->measured));
    where_it_is(out, view);
done:
    return st;
}

sb_status sb_report_measured(sb_context *ctx, const sb_output *out, const sb_run_view *view)
{
    int failed = 0;
    json_t *root;
    switch (out->format) {
    case SB_FORMAT_JSON: root = measured_json(view, &failed); return sb_json_write(ctx, root, failed, out->stream);
    case SB_FORMAT_CSV: sb_measured_csv(out->stream, view->measured); return SB_OK;
    default: return measured_table(ctx, out, view);
    }
}

static sb_status bounds_table(sb_context *ctx, const sb_output *out, const sb_run_view *view)
{
    sb_status st = SB_OK;
    SB_TRY(sb_ledger_table(ctx, out, view->ledger));
    SB_TRY(sb_conditions_table(ctx, out, view->ledger));
    sb_ledger_lacking(out, view->ledger);
    SB_TRY(waterfall_section(ctx, out, view));
    where_it_is(out, view);
done:
    return st;
}

sb_status sb_report_bounds(sb_context *ctx, const sb_output *out, const sb_run_view *view)
{
    int failed = 0;
    json_t *root;
    switch (out->format) {
    case SB_FORMAT_JSON:
        root = json_object();
        sb_json_put(root, "statements", sb_ledger_json(view->ledger, &failed), &failed);
        if (view->waterfall) sb_waterfall_put(root, view->waterfall, &failed);
        sb_json_put(root, "run", json_string(view->path), &failed);
        return sb_json_write(ctx, root, failed, out->stream);
    case SB_FORMAT_CSV: sb_ledger_csv(out->stream, view->ledger); return SB_OK;
    default: return bounds_table(ctx, out, view);
    }
}

sb_status sb_ledger_json_file(sb_context *ctx, const sb_measured *measured, const sb_ledger *ledger, const sb_waterfall *waterfall,
                              char **text)
{
    sb_status st = SB_OK;
    int failed = 0;
    size_t length;
    FILE *stream = open_memstream(text, &length);
    SB_REQUIRE(stream, SB_ENOMEM, "out of memory for the ledger");
    SB_TRY(sb_json_write(ctx, ledger_and_constants(measured, ledger, waterfall, &failed), failed, stream));
done:
    if (stream && fclose(stream) != 0 && st == SB_OK)
        st = sb_fail(ctx, SB_ENOMEM, __func__, __LINE__, "out of memory for the ledger");
    if (stream && st != SB_OK) {
        free(*text);
        *text = NULL;
    }
    return st;
}

sb_status sb_ledger_csv_file(sb_context *ctx, const sb_ledger *ledger, char **text)
{
    sb_status st = SB_OK;
    size_t length;
    FILE *stream = open_memstream(text, &length);
    SB_REQUIRE(stream, SB_ENOMEM, "out of memory for the ledger");
    sb_ledger_csv(stream, ledger);
    SB_REQUIRE(fclose(stream) == 0, SB_ENOMEM, "out of memory for the ledger");
done:
    return st;
}
