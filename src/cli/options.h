/* options.h: what the arguments of a subcommand say. One parser serves all of them; each offers its own rows of options. */
#ifndef SB_CLI_OPTIONS_H
#define SB_CLI_OPTIONS_H

#include "base/context.h"
#include "config/config.h"
#include "report/output.h"

#include <argp.h>

typedef struct {
    const char *operand; /* CONFIG or RUN; NULL: none given */
    size_t operand_count;
    const char **operands; /* (operand_count) all of them, where the subcommand takes several */
    sb_format format;
    int threads; /* 0: as many as there are */
    int strict, parameters, plot;
    int paired, quick;
    const char *output, *resume; /* directories (of sample: a file); NULL: not given */
    const char *apply;           /* file of --apply; NULL: not given */
    const char *choice;          /* of --choice; NULL: not given */
    double target;               /* of --target, > 0; NaN: not given */
    int count;                   /* of --count, >= 1; 0: not given */
    int replica;                 /* of --replica, >= 0 */
    const char *device;          /* of --device; NULL: not given */
    const char *features;        /* of --features, two files with a comma between; NULL: not given */
    const char *images;          /* file of --images; NULL: not given */
    size_t set_count;
    const char **set; /* (set_count) texts of --set */
    size_t vary_count;
    const char **vary; /* (vary_count) texts of --vary */
    size_t override_count;
    sb_override *override; /* (override_count) --key=value */
} sb_options;

/* Keys of the options that a subcommand may offer, with the rows that describe them. */
enum {
    SB_OPTION_FORMAT = 'f',
    SB_OPTION_THREADS = 'j',
    SB_OPTION_COUNT = 'n',
    SB_OPTION_OUTPUT = 'o',
    SB_OPTION_SET = 's',
    SB_OPTION_VARY = 'v',
    SB_OPTION_STRICT = 256,
    SB_OPTION_RESUME,
    SB_OPTION_PARAMETERS,
    SB_OPTION_PLOT,
    SB_OPTION_TARGET,
    SB_OPTION_APPLY,
    SB_OPTION_CHOICE,
    SB_OPTION_PAIRED,
    SB_OPTION_REPLICA,
    SB_OPTION_DEVICE,
    SB_OPTION_QUICK,
    SB_OPTION_FEATURES,
    SB_OPTION_IMAGES
};
#define SB_ROW_FORMAT                                                                                                              \
    {                                                                                                                              \
        "format", SB_OPTION_FORMAT, "FORMAT", 0, "Print a table for people (the default), or json or csv for programs", 0          \
    }
#define SB_ROW_THREADS                                                                                                             \
    {                                                                                                                              \
        "threads", SB_OPTION_THREADS, "N", 0, "Use N threads (default: one for each processor); results do not depend on it", 0    \
    }
#define SB_ROW_OUTPUT                                                                                                              \
    {                                                                                                                              \
        "output", SB_OPTION_OUTPUT, "DIR", 0, "Write the run to DIR (default: runs/NAME-HASH)", 0                                  \
    }
#define SB_ROW_STRICT                                                                                                              \
    {                                                                                                                              \
        "strict", SB_OPTION_STRICT, NULL, 0, "Exit with 3 where a statement is violated", 0                                        \
    }
#define SB_ROW_PLOT                                                                                                                \
    {                                                                                                                              \
        "plot", SB_OPTION_PLOT, NULL, 0, "Draw the slack waterfall in the terminal, too", 0                                        \
    }
#define SB_ROW_OVERRIDE                                                                                                            \
    {                                                                                                                              \
        "--KEY=VALUE", 0, NULL, OPTION_DOC | OPTION_NO_USAGE,                                                                      \
            "Any key of the configuration, e.g. --train.rounds=100; all of them: scorebound list --parameters", 0                  \
    }

typedef struct {
    const char *usage;              /* of the operand: "[CONFIG]" */
    const char *doc;                /* what the subcommand does; after \v what stands below the options */
    struct argp_option options[10]; /* ends with an empty row */
    int overrides;                  /* nonzero: --key=value of the configuration is understood */
    int several;                    /* nonzero: takes any number of operands */
} sb_syntax;

/* sb_options_parse: reads argv. Mistakes in options are told and end the program with 2, --help and --version end it with 0.
 * Also sets ctx->threads. SB_EUSER and SB_ENOMEM return. */
sb_status sb_options_parse(sb_context *ctx, const sb_syntax *syntax, int argc, char **argv, sb_options *options);
void sb_options_free(sb_options *options);

/* sb_cli_drawn: what drawing came to, given its status. A figure is no part of the result, so that a computer without gnuplot, or
 * where gnuplot fails, has all results: that is told on stderr, *drawn is 0, and all is well. Any other failure is one. */
sb_status sb_cli_drawn(sb_context *ctx, sb_status status, int *drawn);

/* sb_cli_check_file: what is to be written may take minutes to find, so whether `path` can be a file is told before. `option` is where
 * the user named it. SB_EUSER. */
sb_status sb_cli_check_file(sb_context *ctx, const char *option, const char *path);

/* sb_cli_finish: tells on stderr what went wrong, then `advice` (NULL: none) on a line of its own; returns the exit code. */
int sb_cli_finish(sb_context *ctx, sb_status status, const char *advice);

#endif
