/* cli.h: the subcommands. Each reads its arguments, has the rooms do the work, and prints; none computes anything. */
#ifndef SB_CLI_CLI_H
#define SB_CLI_CLI_H

#include "base/context.h"

/* Exit codes, which scripts depend on. */
enum { SB_EXIT_DONE = 0, SB_EXIT_FAILURE = 1, SB_EXIT_USER = 2, SB_EXIT_VIOLATED = 3 };

/* argv[0] is the name for messages, "scorebound check". Returns an exit code. */
typedef int sb_command_function(sb_context *ctx, int argc, char **argv);

typedef struct {
    const char *name, *summary;
    sb_command_function *run;
} sb_command;

sb_command_function sb_cli_check, sb_cli_train, sb_cli_measure, sb_cli_bound, sb_cli_report, sb_cli_inspect, sb_cli_choose, sb_cli_sweep,
    sb_cli_claim, sb_cli_sample, sb_cli_list;

#endif
