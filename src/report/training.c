#include "report/parts.h"

static sb_status training_json(sb_context *ctx, const sb_output *out, const char *path, const sb_training *training)
{
    int failed = 0;
    json_t *root = json_object(), *replicas = json_array();
    for (int p = 0; p < training->replicas; p++) {
        json_t *object = json_object();
        sb_json_put(object, "w2", sb_json_double(training->w2[p]), &failed);
        sb_json_put(object, "Gamma", json_integer(training->least[p]), &failed);
        sb_json_put(object, "uncovered", sb_json_double(training->uncovered[p]), &failed);
        sb_json_append(replicas, object, &failed);
    }
    sb_json_put(root, "rounds", json_integer(training->rounds), &failed);
    sb_json_put(root, "done", json_integer(training->done), &failed);
    sb_json_put(root, "D", json_integer((json_int_t)training->D), &failed);
    sb_json_put(root, "learning_rate", sb_json_double(training->eta), &failed);
    sb_json_put(root, "replicas", replicas, &failed);
    sb_json_put(root, "run", json_string(path), &failed);
    return sb_json_write(ctx, root, failed, out->stream);
}

static void training_csv(const sb_output *out, const sb_training *training)
{
    sb_csv csv = {out->stream, 0};
    sb_csv_header(&csv, "replica rounds done D learning_rate w2 Gamma uncovered");
    for (int p = 0; p < training->replicas; p++) {
        sb_csv_integer(&csv, p);
        sb_csv_integer(&csv, training->rounds);
        sb_csv_integer(&csv, training->done);
        sb_csv_integer(&csv, (long)training->D);
        sb_csv_double(&csv, training->eta);
        sb_csv_double(&csv, training->w2[p]);
        sb_csv_integer(&csv, training->least[p]);
        sb_csv_double(&csv, training->uncovered[p]);
        sb_csv_end(&csv);
    }
}

static void training_table(const sb_output *out, const char *path, const sb_config *config, const sb_training *training)
{
    sb_list model = {0};
    sb_model_words(config, &model);
    sb_output_title(out, "TRAINED");
    sb_output_paragraph(
        out, 2, "",
        "%d of %d rounds of %d local step%s; %d worker%s; %s with %zu parameters; %d independent run%s; learning rate %s%s%s.",
        training->done, training->rounds, config->train.local_steps, config->train.local_steps == 1 ? "" : "s",
        config->data.workers, config->data.workers == 1 ? "" : "s", model.text, training->D, training->replicas,
        training->replicas == 1 ? "" : "s", sb_text_double(training->eta, 4).s, sb_rate_words(config->train.rule),
        sb_precision_words(config));
    sb_output_title(out, "NEXT");
    fprintf(out->stream, "  scorebound measure %s\n  scorebound report %s\n", path, path);
}

sb_status sb_report_training(sb_context *ctx, const sb_output *out, const char *path, const sb_config *config,
                             const sb_training *training)
{
    switch (out->format) {
    case SB_FORMAT_JSON: return training_json(ctx, out, path, training);
    case SB_FORMAT_CSV: training_csv(out, training); return SB_OK;
    default: training_table(out, path, config, training); return SB_OK;
    }
}
