#include "cli/cli.h"
#include "cli/options.h"
#include "report/report.h"

const sb_syntax sb_syntax_list = {
    .doc = "Lists what there is: the paper's statements with their forms, the choices a configuration offers (models, "
           "grids, samplers, data, partitions, pruning), and the names of the constants.\v"
           "Examples:\n"
           "  scorebound list\n"
           "  scorebound list --parameters",
    .options = {SB_ROW_FORMAT,
                {"parameters", SB_OPTION_PARAMETERS, NULL, 0,
                 "List every key of a configuration instead, with range, default and meaning", 0},
                {0}},
};

int sb_cli_list(sb_context *ctx, int argc, char **argv)
{
    sb_status st = SB_OK;
    sb_options options;
    SB_TRY(sb_options_parse(ctx, &sb_syntax_list, argc, argv, &options));
    const sb_output out = sb_output_stdout(options.format);
    SB_TRY(options.parameters ? sb_report_parameters(ctx, &out) : sb_report_list(ctx, &out));
done:
    sb_options_free(&options);
    return sb_cli_finish(ctx, st, NULL);
}
