#include "cli/options.h"

#include "base/random.h"
#include "cli/cli.h"
#include "config/suggest.h"

#include <errno.h>
#include <libgen.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_THREADS = 1024, MAX_COUNT = 1000000000 };

typedef struct {
    sb_context *ctx;
    const sb_syntax *syntax;
    sb_options *options;
} parse;

static int format_find(const char *name, sb_format *format)
{
    static const char *const names[] = {[SB_FORMAT_TABLE] = "table", [SB_FORMAT_JSON] = "json", [SB_FORMAT_CSV] = "csv"};
    for (int i = 0; i < 3; i++)
        if (strcmp(name, names[i]) == 0) {
            *format = (sb_format)i;
            return 1;
        }
    return 0;
}

/* The whole number that an option gives, from least to most; anything else is told, and ends the program. */
static int whole(const char *option, const char *text, int least, int most, const struct argp_state *state)
{
    char *end;
    errno = 0;
    const long n = strtol(text, &end, 10);
    if (errno == 0 && end != text && !*end && n >= least && n <= most) return (int)n;
    argp_error(state, "--%s=%s: error: not a whole number from %d to %d", option, text, least, most);
    return least;
}

static int target_read(const char *text, double *target)
{
    char *end;
    errno = 0;
    *target = strtod(text, &end);
    return errno == 0 && end != text && !*end && isfinite(*target) && *target > 0.0;
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    parse *p = state->input;
    sb_options *options = p->options;
    switch (key) {
    case SB_OPTION_FORMAT:
        if (!format_find(text, &options->format))
            argp_error(state, "--format=%s: error: not a format; choose table, json or csv", text);
        return 0;
    case SB_OPTION_THREADS: options->threads = whole("threads", text, 1, MAX_THREADS, state); return 0;
    case SB_OPTION_COUNT: options->count = whole("count", text, 1, MAX_COUNT, state); return 0;
    case SB_OPTION_REPLICA: options->replica = whole("replica", text, 0, SB_MAX_REPLICAS - 1, state); return 0;
    case SB_OPTION_DEVICE: options->device = text; return 0;
    case SB_OPTION_FEATURES: options->features = text; return 0;
    case SB_OPTION_IMAGES: options->images = text; return 0;
    case SB_OPTION_OUTPUT:
        if (!*text) argp_error(state, "--output: error: a name is missing");
        options->output = text;
        return 0;
    case SB_OPTION_STRICT: options->strict = 1; return 0;
    case SB_OPTION_RESUME: options->resume = text; return 0;
    case SB_OPTION_PLOT: options->plot = 1; return 0;
    case SB_OPTION_PARAMETERS: options->parameters = 1; return 0;
    case SB_OPTION_SET: options->set[options->set_count++] = text; return 0;
    case SB_OPTION_VARY: options->vary[options->vary_count++] = text; return 0;
    case SB_OPTION_PAIRED: options->paired = 1; return 0;
    case SB_OPTION_QUICK: options->quick = 1; return 0;
    case SB_OPTION_CHOICE: options->choice = text; return 0;
    case SB_OPTION_APPLY:
        if (!*text) argp_error(state, "--apply: error: the name of a file is missing");
        options->apply = text;
        return 0;
    case SB_OPTION_TARGET:
        if (!target_read(text, &options->target)) argp_error(state, "--target=%s: error: not a number of nats above 0", text);
        return 0;
    case ARGP_KEY_END:
        if (options->plot && options->format != SB_FORMAT_TABLE)
            argp_error(state, "--plot: error: draws among tables only; leave out --format");
        return 0;
    case ARGP_KEY_ARG:
        if ((options->operand && !p->syntax->several) || !p->syntax->usage)
            argp_error(state, "'%s': error: one argument too many", text);
        options->operand = text;
        options->operands[options->operand_count++] = text;
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

/* A row of options is meant by `name` (length bytes) if it begins with it, as getopt has it. These three are argp's own. */
static int is_option(const sb_syntax *syntax, const char *name, size_t length)
{
    static const char *const always[] = {"help", "usage", "version"};
    for (const struct argp_option *row = syntax->options; row->name; row++)
        if (!(row->flags & OPTION_DOC) && strncmp(row->name, name, length) == 0) return 1;
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        if (strncmp(always[i], name, length) == 0) return 1;
    return 0;
}

/* Of a misspelt option, the one that was meant; overrides of the configuration have suggestions of their own. */
static sb_suggestion nearest_option(const sb_syntax *syntax, const char *name)
{
    sb_suggestion suggestion = sb_suggest(name);
    for (const struct argp_option *row = syntax->options; row->name; row++)
        if (!(row->flags & OPTION_DOC)) sb_suggest_offer(&suggestion, row->name, strlen(row->name));
    return suggestion;
}

/* Takes --key=value of the configuration out of argv, which keeps the rest. A word without a point that is nearly an option is
 * taken for a slip, anything else for a key. */
static sb_status take_overrides(sb_context *ctx, const sb_syntax *syntax, int *argc, char **argv, sb_options *options)
{
    sb_status st = SB_OK;
    int kept = 1, operands_only = 0;
    for (int i = 1; i < *argc; i++) {
        char *argument = argv[i], *equals = strchr(argument, '=');
        const size_t length = equals ? (size_t)(equals - argument) : strlen(argument);
        operands_only |= strcmp(argument, "--") == 0;
        if (operands_only || strncmp(argument, "--", 2) != 0 || length <= 2 || is_option(syntax, argument + 2, length - 2)) {
            argv[kept++] = argument;
            continue;
        }
        char *name = strndup(argument + 2, length - 2);
        SB_REQUIRE(name, SB_ENOMEM, "out of memory for the command line");
        const sb_suggestion near = nearest_option(syntax, name);
        if (!syntax->overrides || (near.best && !strchr(name, '.'))) {
            free(name);
            if (near.best) SB_FAIL(SB_EUSER, "%s: error: unknown option, did you mean '--%.*s'?", argument, near.length, near.best);
            SB_FAIL(SB_EUSER, "%s: error: unknown option; see %s --help", argument, argv[0]);
        }
        if (!equals) {
            free(name);
            SB_FAIL(SB_EUSER, "%s: error: a key of the configuration needs a value, %s=VALUE", argument, argument);
        }
        options->override[options->override_count++] = (sb_override){name, equals + 1};
    }
    argv[kept] = NULL;
    *argc = kept;
done:
    return st;
}

sb_status sb_options_parse(sb_context *ctx, const sb_syntax *syntax, int argc, char **argv, sb_options *options)
{
    sb_status st = SB_OK;
    parse input = {ctx, syntax, options};
    const struct argp argp = {.options = syntax->options, .parser = parse_option, .args_doc = syntax->usage, .doc = syntax->doc};
    *options = (sb_options){.format = SB_FORMAT_TABLE, .target = NAN};
    options->set = calloc((size_t)argc, sizeof *options->set);
    options->vary = calloc((size_t)argc, sizeof *options->vary);
    options->override = calloc((size_t)argc, sizeof *options->override);
    options->operands = calloc((size_t)argc, sizeof *options->operands);
    SB_REQUIRE(options->set && options->vary && options->override && options->operands, SB_ENOMEM,
               "out of memory for the command line");
    SB_TRY(take_overrides(ctx, syntax, &argc, argv, options));
    SB_REQUIRE(argp_parse(&argp, argc, argv, 0, NULL, &input) == 0, SB_ENOMEM, "out of memory for the command line");
    if (options->threads > 0) ctx->threads = options->threads;
done:
    return st;
}

void sb_options_free(sb_options *options)
{
    for (size_t i = 0; i < options->override_count; i++) free((char *)options->override[i].key);
    free(options->override);
    free(options->set);
    free(options->vary);
    free(options->operands);
    *options = (sb_options){0};
}

sb_status sb_cli_drawn(sb_context *ctx, sb_status status, int *drawn)
{
    *drawn = status == SB_OK;
    if (status != SB_EUSER && status != SB_EIO) return status;
    fprintf(stderr, "scorebound: note: %s\n", ctx->error.message);
    sb_forgive(ctx);
    return SB_OK;
}

sb_status sb_cli_check_file(sb_context *ctx, const char *option, const char *path)
{
    sb_status st = SB_OK;
    struct stat info;
    char *copy = strdup(path);
    SB_REQUIRE(copy, SB_ENOMEM, "out of memory for the name of a file");
    SB_REQUIRE(stat(path, &info) != 0 || S_ISREG(info.st_mode), SB_EUSER, "%s=%s: error: this is %s, and stays", option, path,
               S_ISDIR(info.st_mode) ? "a directory" : "no regular file");
    const char *directory = dirname(copy);
    SB_REQUIRE(access(directory, W_OK | X_OK) == 0, SB_EUSER, "%s=%s: error: cannot write in %s: %s", option, path, directory,
               strerror(errno));
done:
    free(copy);
    return st;
}

int sb_cli_finish(sb_context *ctx, sb_status status, const char *advice)
{
    const char *message = ctx->error.message;
    if (status == SB_OK) return SB_EXIT_DONE;
    if (status == SB_EINTR) fprintf(stderr, "scorebound: %s\n", message);
    else fprintf(stderr, "%s%s\n", strstr(message, "error: ") ? "" : "scorebound: error: ", message);
    if (getenv("SCOREBOUND_TRACE")) fprintf(stderr, "scorebound: trace: %s: %s\n", sb_status_name(status), ctx->error.trace);
    if (advice) fprintf(stderr, "%s\n", advice);
    return status == SB_EUSER ? SB_EXIT_USER : SB_EXIT_FAILURE;
}
