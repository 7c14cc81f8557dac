#include "base/file.h"
#include "base/memory.h"
#include "cli/cli.h"
#include "cli/job.h"

#include <stdlib.h>
#include <string.h>

const sb_syntax sb_syntax_report = {
    .usage = "RUN...",
    .doc =
        "Prints the ledger of a measured run again, in any format, without training or measuring. RUN is its directory, in which "
        "the "
        "slack waterfall is drawn again, too, and report.html is written: one page with all that is known of the run, formulas and "
        "pictures within it.\n\n"
        "Of several runs it prints a comparison, a column for each, and writes a page of it: runs/comparison-HASH.html, with a "
        "hash of "
        "the runs' names and the version. With --format=json or csv only the page that --output names is written.\v"
        "Examples:\n"
        "  scorebound report runs/default-0a1b2c3d --format csv > ledger.csv\n"
        "  scorebound report runs/level-L runs/level-S -o levels.html\n\n"
        "Pictures are drawn by gnuplot; without it the page has all the rest.",
    .options =
        {{"output", SB_OPTION_OUTPUT, "FILE", 0, "Write the page to FILE", 0}, SB_ROW_FORMAT, SB_ROW_STRICT, SB_ROW_PLOT, {0}},
    .several = 1,
};

static sb_status recall(sb_context *ctx, const char *path, sb_job *job)
{
    sb_status st = SB_OK;
    SB_TRY(sb_job_open(ctx, path, 0, job));
    SB_TRY(sb_job_recall(ctx, job));
    SB_TRY(sb_job_bound(ctx, job, 0));
done:
    return st;
}

static sb_run_view view_of(const sb_job *job)
{
    return (sb_run_view){job->dir.path, &job->config, &job->measured, &job->ledger, &job->waterfall, 0, NULL};
}

static sb_status report_one(sb_context *ctx, const sb_options *options, int *violations)
{
    sb_status st = SB_OK;
    sb_job job = {.dir = {.lock = -1}};
    const sb_output out = sb_output_stdout(options->format);
    SB_TRY(recall(ctx, options->operand, &job));
    sb_run_view view = view_of(&job);
    view.plot = options->plot;
    view.page = options->output ? options->output : job.dir.page;
    SB_TRY(sb_report_run(ctx, &out, &view));
    SB_TRY(sb_job_draw(ctx, &job));
    SB_TRY(sb_job_page(ctx, &job, &view));
    *violations = sb_ledger_violations(&job.ledger);
done:
    sb_job_free(&job);
    return st;
}

/* runs/comparison-HASH.html, of the version and the names as they were given (caller frees with free()). */
static sb_status default_page(sb_context *ctx, const sb_options *options, char **path)
{
    sb_status st = SB_OK;
    char digits[SB_HASH_DIGITS + 1], *names = NULL;
    size_t length;
    FILE *stream = open_memstream(&names, &length);
    *path = NULL;
    SB_REQUIRE(stream, SB_ENOMEM, "out of memory for the name of a page");
    for (size_t i = 0; i < options->operand_count; i++) fprintf(stream, "%s\n", options->operands[i]);
    SB_REQUIRE(fclose(stream) == 0, SB_ENOMEM, "out of memory for the name of a page");
    sb_rundir_hash(names, digits);
    if (asprintf(path, "runs/comparison-%s.html", digits) < 0) *path = NULL;
    SB_REQUIRE(*path, SB_ENOMEM, "out of memory for the name of a page");
    SB_TRY(sb_file_directory(ctx, "runs"));
done:
    free(names);
    return st;
}

static sb_status compare(sb_context *ctx, const sb_options *options, int *violations)
{
    sb_status st = SB_OK;
    const int count = (int)options->operand_count;
    const sb_output out = sb_output_stdout(options->format);
    sb_job *job = NULL;
    sb_run_view *view = NULL;
    char *default_path = NULL;
    SB_REQUIRE(options->operand_count <= SB_MOST_COMPARED, SB_EUSER, "error: %zu runs, and up to %d can be compared",
               options->operand_count, SB_MOST_COMPARED);
    SB_REQUIRE(!options->plot, SB_EUSER, "--plot: error: draws the waterfall of one run; leave it out, or name one run");
    SB_CALLOC(job, count);
    SB_CALLOC(view, count);
    for (int i = 0; i < count; i++) job[i].dir.lock = -1;
    for (int i = 0; i < count; i++) {
        SB_TRY(recall(ctx, options->operands[i], &job[i]));
        view[i] = view_of(&job[i]);
        *violations += sb_ledger_violations(&job[i].ledger);
    }
    if (!options->output && out.format == SB_FORMAT_TABLE) SB_TRY(default_page(ctx, options, &default_path));
    const char *page = options->output ? options->output : default_path; /* NULL: a program asked for numbers */
    SB_TRY(sb_report_runs(ctx, &out, count, view, page));
    if (page) SB_TRY(sb_job_pages(ctx, count, job, view, page));
done:
    for (int i = 0; job && i < count; i++) sb_job_free(&job[i]);
    sb_free(job);
    sb_free(view);
    free(default_path);
    return st;
}

int sb_cli_report(sb_context *ctx, int argc, char **argv)
{
    sb_status st = SB_OK;
    sb_options options;
    int violations = 0;
    SB_TRY(sb_options_parse(ctx, &sb_syntax_report, argc, argv, &options));
    SB_REQUIRE(options.operand, SB_EUSER, "%s: error: which run? usage: %s RUN...", argv[0], argv[0]);
    if (options.output) SB_TRY(sb_cli_check_file(ctx, "--output", options.output));
    SB_TRY(options.operand_count > 1 ? compare(ctx, &options, &violations) : report_one(ctx, &options, &violations));
done:;
    const int code = sb_cli_finish(ctx, st, NULL), told = options.strict && violations > 0 && code == SB_EXIT_DONE;
    sb_options_free(&options);
    return told ? SB_EXIT_VIOLATED : code;
}
