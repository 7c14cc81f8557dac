#include "base/file.h"
#include "base/memory.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "config/suggest.h"
#include "report/plot.h"
#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const sb_syntax sb_syntax_claim = {
    .usage = "[NAME...|all]",
    .doc = "Runs the experiments behind what is claimed about the paper: each is a configuration and rules that decide from "
           "what is measured, and comes out confirmed, refuted or undecided, with its figures and a picture. NAME is a "
           "claim's name or number; without one they are listed.\v"
           "Examples:\n"
           "  scorebound claim\n"
           "  scorebound claim pruning-term\n"
           "  scorebound claim all --format json > claims.json\n\n"
           "Writes NAME.json, NAME.svg and NAME.png of each.\n\n"
           "Exit status: 0 done, 1 failed or interrupted, 2 a mistake on the command line, 3 with --strict where a claim is not "
           "confirmed.",
    .options = {SB_ROW_FORMAT,
                SB_ROW_THREADS,
                {"output", SB_OPTION_OUTPUT, "DIR", 0, "Write results to DIR (default: runs/claims)", 0},
                {"strict", SB_OPTION_STRICT, NULL, 0, "Exit with 3 where a claim is not confirmed", 0},
                {"plot", SB_OPTION_PLOT, NULL, 0, "Draw each claim's picture in the terminal, too", 0},
                {0}},
    .several = 1,
};

static sb_status unknown_claim(sb_context *ctx, const char *name)
{
    sb_suggestion near = sb_suggest(name);
    for (int i = 0; i < sb_claim_count; i++) sb_suggest_offer(&near, sb_claim_table[i]->name, strlen(sb_claim_table[i]->name));
    if (near.best)
        return sb_fail(ctx, SB_EUSER, __func__, __LINE__, "'%s': error: no such claim, did you mean '%.*s'?", name, near.length,
                       near.best);
    return sb_fail(ctx, SB_EUSER, __func__, __LINE__, "'%s': error: no such claim; scorebound claim lists them", name);
}

/* The claims that were asked for, each once, in the order of the table: views (sb_claim_count). */
static sb_status choose(sb_context *ctx, const sb_options *options, sb_claim_view *views, int *count)
{
    sb_status st = SB_OK;
    int all = 0;
    *count = 0;
    for (size_t o = 0; o < options->operand_count; o++) {
        if (strcmp(options->operands[o], "all") == 0) all = 1;
        else if (!sb_claim_find(options->operands[o])) SB_TRY(unknown_claim(ctx, options->operands[o]));
    }
    for (int i = 0; i < sb_claim_count; i++) {
        int wanted = all;
        for (size_t o = 0; o < options->operand_count; o++) wanted |= sb_claim_find(options->operands[o]) == sb_claim_table[i];
        if (wanted) views[(*count)++] = (sb_claim_view){.claim = sb_claim_table[i]};
    }
done:
    return st;
}

/* Runs one claim and leaves NAME.json and its picture in `directory`. */
static sb_status prove(sb_context *ctx, const char *directory, sb_claim_view *view)
{
    sb_status st = SB_OK;
    char *stem = NULL, *path = NULL, *text = NULL;
    int drawn;
    SB_TRY(sb_claim_run(ctx, view->claim, &view->result));
    SB_REQUIRE(asprintf(&stem, "%s/%s", directory, view->claim->name) > 0 && asprintf(&path, "%s.json", stem) > 0, SB_ENOMEM,
               "out of memory for the name of a file");
    SB_TRY(sb_cli_drawn(ctx, sb_plot_files(ctx, &view->result.figure, stem), &drawn));
    view->stem = drawn ? strdup(stem) : NULL;
    SB_REQUIRE(!drawn || view->stem, SB_ENOMEM, "out of memory for the name of a file");
    SB_TRY(sb_claim_json_file(ctx, view, &text));
    SB_TRY(sb_file_replace(ctx, path, text, strlen(text)));
done:
    free(stem);
    free(path);
    free(text);
    return st;
}

int sb_cli_claim(sb_context *ctx, int argc, char **argv)
{
    sb_status st = SB_OK;
    sb_options options;
    sb_claim_view *views = NULL;
    int count = 0, unconfirmed = 0;
    SB_TRY(sb_options_parse(ctx, &sb_syntax_claim, argc, argv, &options));
    const sb_output out = sb_output_stdout(options.format);
    const char *directory = options.output ? options.output : "runs/claims";
    SB_CALLOC(views, sb_claim_count);
    SB_TRY(choose(ctx, &options, views, &count));
    if (options.operand_count == 0) SB_TRY(sb_report_claim_list(ctx, &out));
    else SB_TRY(sb_file_directory(ctx, directory));
    for (int i = 0; i < count; i++) {
        SB_TRY(prove(ctx, directory, &views[i]));
        unconfirmed += views[i].result.verdict != SB_CLAIM_CONFIRMED;
        if (options.format == SB_FORMAT_TABLE) SB_TRY(sb_report_claim(ctx, &out, &views[i]));
        if (options.plot) SB_TRY(sb_plot_terminal(ctx, &out, &views[i].result.figure));
        fflush(out.stream);
    }
    if (count > 0) SB_TRY(sb_report_claims(ctx, &out, count, views));
done:;
    const int code = sb_cli_finish(ctx, st, NULL);
    for (int i = 0; views && i < count; i++) {
        sb_claim_result_free(&views[i].result);
        free(views[i].stem);
    }
    sb_free(views);
    sb_options_free(&options);
    return code == SB_EXIT_DONE && options.strict && unconfirmed ? SB_EXIT_VIOLATED : code;
}
