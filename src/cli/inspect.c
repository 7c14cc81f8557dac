#include "base/memory.h"
#include "base/progress.h"
#include "cli/cli.h"
#include "cli/job.h"
#include "measure/labelled.h"
#include "measure/panel.h"
#include "report/image_grid.h"
#include "report/report.h"

const sb_syntax sb_syntax_inspect = {
    .usage = "[CONFIG]",
    .doc = "Shows what can be known before any training: the time grid; entropy, Fisher information and posterior "
           "variance of each worker's data along it; what the grid's finite steps and the start from noise cost, "
           "exactly and by the paper's lemmas.\n\n"
           "CONFIG is a YAML file or a run directory; without it the default run is shown.\v"
           "Examples:\n"
           "  scorebound inspect my.yaml\n"
           "  scorebound inspect my.yaml --diffusion.K=200 --format csv > curves.csv\n"
           "  scorebound inspect digits.yaml --images=workers.png",
    .options = {{"images", SB_OPTION_IMAGES, "FILE", 0,
                 "Show the data as a sheet of images, too, a worker in each row, in a file .png", 0},
                SB_ROW_FORMAT,
                SB_ROW_THREADS,
                SB_ROW_OVERRIDE,
                {0}},
    .overrides = 1,
};

/* Lemma 4.5's right sides for one law. */
static void lemma_4_5(const sb_grid *grid, sb_inspected_law *law)
{
    const sb_statement *statement = sb_statement_find("lemma_4_5");
    sb_constants c;
    sb_constants_clear(&c);
    c.d = law->exact.d;
    c.T = grid->T;
    c.K = grid->K;
    c.kappa = grid->kappa;
    c.delta = grid->delta;
    c.M2 = law->exact.M2.value;
    c.D_sum = law->exact.D_sum.value;
    c.B_sum = law->exact.B_sum.value;
    c.U = law->exact.U;
    c.B_bound = law->exact.B_bound;
    sb_statement_evaluate(statement, SB_FORM_PRINTED, &c, &law->printed, NULL);
    sb_statement_evaluate(statement, SB_FORM_CORRECTED, &c, &law->corrected, NULL);
}

/* The same laws, draws and therefore numbers as in a run of the configuration. */
static sb_status inspect(sb_context *ctx, const sb_system *system, const sb_output *out)
{
    sb_status st = SB_OK;
    const sb_config *config = system->config;
    sb_panel panel = {0};
    sb_inspection inspection = {.config = config, .grid = &system->grid};
    const sb_mixture pooled = sb_data_pooled(&system->data);
    const size_t classes = (size_t)system->data.classes;
    double *share = NULL; /* (laws,classes) */
    int known = 0;
    SB_TRY(sb_panel_create(ctx, system, &panel));
    inspection.identical = panel.identical;
    inspection.count = panel.count;
    inspection.image = system->data.image;
    inspection.classes = system->data.classes;
    SB_CALLOC(inspection.law, panel.count + 1);
    if (classes) SB_ALLOC(share, ((size_t)panel.count + 1) * classes);
    sb_progress_begin(ctx, "exact quantities", panel.count + 1.0);
    for (int i = 0; i <= panel.count; i++) {
        const sb_mixture q = i < panel.count ? sb_data_worker(&system->data, panel.n[i]) : pooled;
        sb_inspected_law *law = &inspection.law[i];
        law->n = i < panel.count ? panel.n[i] : -1;
        if (classes) law->images = sb_data_class_shares(&system->data, law->n, share + (size_t)i * classes);
        if (classes) law->share = share + (size_t)i * classes;
        if (i == panel.count && panel.identical) { /* the pooled law is every worker's: a view of the first */
            *law = inspection.law[0];
            law->n = -1;
            break;
        }
        SB_TRY(sb_exact_compute(ctx, &q, &system->grid, config->measure.chain_samples, config->measure.confidence, config->seed, i,
                                &law->exact));
        known = i + 1;
        lemma_4_5(&system->grid, law);
        law->residual = sb_number_exact(0.0);
        if (i < panel.count && !panel.identical)
            SB_TRY(sb_heterogeneity_residual(ctx, &q, &pooled, system->grid.T, system->grid.delta, config->measure.chain_samples,
                                             config->measure.confidence, config->seed, i, &law->residual));
        sb_progress_add(ctx, 1.0);
    }
    sb_progress_end(ctx);
    SB_TRY(sb_report_inspection(ctx, out, &inspection));
done:
    for (int i = 0; i < known; i++) sb_exact_free(&inspection.law[i].exact);
    sb_free(inspection.law);
    sb_free(share);
    sb_panel_free(&panel);
    return st;
}

/* Images of the first workers, a row each. */
static sb_status show_images(sb_context *ctx, const sb_system *system, const char *path)
{
    enum { MOST_ROWS = 20, COLUMNS = 20 };
    sb_status st = SB_OK;
    const sb_data *data = &system->data;
    const int rows = data->N < MOST_ROWS ? data->N : MOST_ROWS;
    double *y = NULL;
    SB_REQUIRE(sb_is_png(path), SB_EUSER, "--images=%s: error: a sheet of images is a file .png", path);
    SB_REQUIRE(sb_image_dimension(data->image) > 0, SB_EUSER, "--images=%s: error: the data are no images", path);
    SB_TRY(sb_cli_check_file(ctx, "--images", path));
    SB_ALLOC(y, (size_t)rows * COLUMNS * (size_t)data->d);
    SB_TRY(sb_data_sheet(ctx, data, system->config->seed, rows, COLUMNS, y));
    SB_TRY(sb_image_grid_write(ctx, path, data->image, COLUMNS, rows * COLUMNS, y, NULL, NULL));
done:
    sb_free(y);
    return st;
}

int sb_cli_inspect(sb_context *ctx, int argc, char **argv)
{
    sb_status st = SB_OK;
    sb_options options;
    sb_config config = {0};
    sb_system system = {0};
    SB_TRY(sb_options_parse(ctx, &sb_syntax_inspect, argc, argv, &options));
    SB_TRY(sb_job_config(ctx, &options, &config));
    SB_TRY(sb_system_create(ctx, &config, &system));
    if (options.images) SB_TRY(show_images(ctx, &system, options.images));
    const sb_output out = sb_output_stdout(options.format);
    SB_TRY(inspect(ctx, &system, &out));
done:
    sb_system_free(&system);
    sb_config_free(&config);
    sb_options_free(&options);
    return sb_cli_finish(ctx, st, NULL);
}
