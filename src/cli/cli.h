/* cli.h: the subcommands. Each reads its arguments, has the rooms do the work, and prints; none computes anything. */
#ifndef SB_CLI_CLI_H
#define SB_CLI_CLI_H

#include "base/context.h"
#include "cli/options.h"

/* Exit codes, which scripts depend on. */
enum { SB_EXIT_DONE = 0, SB_EXIT_FAILURE = 1, SB_EXIT_USER = 2, SB_EXIT_VIOLATED = 3 };

/* argv[0] is the name for messages, "scorebound check". Returns an exit code. */
typedef int sb_command_function(sb_context *ctx, int argc, char **argv);

typedef struct {
    const char *name, *summary;
    sb_command_function *run;
    const sb_syntax *syntax;
} sb_command;

/* The table of subcommands, and what the program says of itself; main and the manual loop over it. */
extern const sb_command sb_commands[];
extern const int sb_command_count;
extern const char sb_program_doc[];

sb_command_function sb_cli_check, sb_cli_train, sb_cli_measure, sb_cli_bound, sb_cli_report, sb_cli_inspect, sb_cli_choose, sb_cli_sweep,
    sb_cli_claim, sb_cli_sample, sb_cli_list;
extern const sb_syntax sb_syntax_check, sb_syntax_train, sb_syntax_measure, sb_syntax_bound, sb_syntax_report, sb_syntax_inspect,
    sb_syntax_choose, sb_syntax_sweep, sb_syntax_claim, sb_syntax_sample, sb_syntax_list;

#endif
