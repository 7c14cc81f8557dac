#include "report/parts.h"

static sb_status sample_json(sb_context *ctx, const sb_output *out, const sb_sample_view *view)
{
    int failed = 0;
    json_t *root = json_object(), *shape = json_array();
    sb_json_append(shape, json_integer(view->count), &failed);
    sb_json_append(shape, json_integer(view->d), &failed);
    sb_json_put(root, "file", json_string(view->file), &failed);
    sb_json_put(root, "shape", shape, &failed);
    if (view->width > 0) sb_json_put(root, "pixels", json_pack("[i,i]", view->height, view->width), &failed);
    sb_json_put(root, "replica", json_integer(view->replica), &failed);
    sb_json_put(root, "round", json_integer(view->training->done), &failed);
    sb_json_put(root, "device", json_string(view->device), &failed);
    sb_json_put(root, "seconds", sb_json_double(view->seconds), &failed);
    sb_json_put(root, "run", json_string(view->run), &failed);
    return sb_json_write(ctx, root, failed, out->stream);
}

static void sample_csv(const sb_output *out, const sb_sample_view *view)
{
    sb_csv csv = {out->stream, 0};
    sb_csv_header(&csv, "file rows columns replica round device seconds run");
    sb_csv_text(&csv, view->file);
    sb_csv_integer(&csv, view->count);
    sb_csv_integer(&csv, view->d);
    sb_csv_integer(&csv, view->replica);
    sb_csv_integer(&csv, view->training->done);
    sb_csv_text(&csv, view->device);
    sb_csv_double(&csv, view->seconds);
    sb_csv_text(&csv, view->run);
    sb_csv_end(&csv);
}

static void sample_table(const sb_output *out, const sb_sample_view *view)
{
    sb_list model = {0};
    sb_model_words(view->config, &model);
    sb_output_title(out, "SAMPLED");
    sb_output_paragraph(
        out, 2, "",
        "%d point%s in dimension %d from %s, replica %d after %d of %d rounds, in %d step%s of the %s sampler; %s s on %s.",
        view->count, view->count == 1 ? "" : "s", view->d, model.text, view->replica, view->training->done, view->training->rounds,
        view->K, view->K == 1 ? "" : "s", sb_config_choice_name("diffusion.sampler", (int)view->config->diffusion.sampler),
        sb_text_double(view->seconds, 3).s, view->device);
    sb_output_title(out, "FILE");
    if (view->width > 0) fprintf(out->stream, "  %s: a sheet of %d x %d pixels\n", view->file, view->width, view->height);
    else fprintf(out->stream, "  %s: float64 (%d,%d)\n", view->file, view->count, view->d);
}

sb_status sb_report_sample(sb_context *ctx, const sb_output *out, const sb_sample_view *view)
{
    switch (out->format) {
    case SB_FORMAT_JSON: return sample_json(ctx, out, view);
    case SB_FORMAT_CSV: sample_csv(out, view); return SB_OK;
    default: sample_table(out, view); return SB_OK;
    }
}
