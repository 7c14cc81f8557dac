#include "cli/cli.h"

/* The order is that of a run, then of what builds on runs. */
const sb_command sb_commands[] = {
    {"check", "train, measure, evaluate every statement, print the ledger", sb_cli_check, &sb_syntax_check},
    {"train", "train only, into a run directory", sb_cli_train, &sb_syntax_train},
    {"measure", "measure a trained run", sb_cli_measure, &sb_syntax_measure},
    {"bound", "right sides of a measured run, or of constants given by hand", sb_cli_bound, &sb_syntax_bound},
    {"report", "the ledger and the page of a measured run, or several runs side by side", sb_cli_report, &sb_syntax_report},
    {"inspect", "exact quantities of data and time grid, without training", sb_cli_inspect, &sb_syntax_inspect},
    {"choose", "T, K, kappa and eta, in four ways, each with the bound it leads to", sb_cli_choose, &sb_syntax_choose},
    {"sweep", "many runs: how measurements and bounds grow with what is varied", sb_cli_sweep, &sb_syntax_sweep},
    {"claim", "confirm or refute what is claimed about the paper, by experiment", sb_cli_claim, &sb_syntax_claim},
    {"sample", "points that a trained model generates, into a file", sb_cli_sample, &sb_syntax_sample},
    {"list", "statements, choices and keys of a configuration, constants", sb_cli_list, &sb_syntax_list},
};
const int sb_command_count = sizeof sb_commands / sizeof *sb_commands;

const char sb_program_doc[] =
    "How tight are the error bounds of distributed, pruned diffusion models? scorebound trains such a model, "
    "measures every constant and every left side of the theory on it, and says of each statement by how much it "
    "holds, or that it does not.\v"
    "Begin with: scorebound check\n"
    "Help on a command: scorebound COMMAND --help";
