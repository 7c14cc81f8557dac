/* scorebound: what holds for all subcommands. */
#include "base/progress.h"
#include "cli/cli.h"
#include "config/suggest.h"
#include "kernels/blas.h"
#include "version.h"

#include <argp.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t stop; /* what ctx.stop points to */

static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

/* The first Ctrl-C asks the run to save itself and stop, a second one ends it. A closed pipe is an error of writing, not the end:
 * the results of a run are on disk before anything is printed. */
static void handle_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART | (int)SA_RESETHAND};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* Two libraries read their settings before main, so that only a new start changes them: OpenBLAS chooses its kernels, sometimes
 * badly, and OpenMP's threads spin while they wait, which starves whoever shares the machine. What the user has set stays. */
static void choose_settings(char **argv)
{
    const char *core = sb_blas_core_wanted();
    const int spins = !getenv("OMP_WAIT_POLICY") && !getenv("GOMP_SPINCOUNT");
    if (core) setenv("OPENBLAS_CORETYPE", core, 1);
    if (spins) setenv("OMP_WAIT_POLICY", "passive", 1);
    if (core || spins) execv("/proc/self/exe", argv); /* without /proc: slower, not wrong */
    sb_blas_single_thread();                          /* parallel work is ours, above BLAS */
}

static char *help_commands(int key, const char *text, void *input)
{
    (void)input;
    if (key != ARGP_KEY_HELP_POST_DOC) return (char *)text;
    char *help = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&help, &length);
    if (!stream) return (char *)text;
    fprintf(stream, "Commands:\n");
    for (int i = 0; i < sb_command_count; i++) fprintf(stream, "  %-10s %s\n", sb_commands[i].name, sb_commands[i].summary);
    fprintf(stream, "\n%s", text);
    fclose(stream);
    return help;
}

/* Stops at the first argument that is no option: the subcommand and its own arguments. */
static error_t find_command(int key, char *argument, struct argp_state *state)
{
    int *at = state->input;
    (void)argument;
    switch (key) {
    case ARGP_KEY_ARG:
        *at = state->next - 1;
        state->next = state->argc;
        return 0;
    case ARGP_KEY_NO_ARGS: argp_state_help(state, stderr, (ARGP_HELP_STD_HELP & ~ARGP_HELP_EXIT_OK) | ARGP_HELP_EXIT_ERR); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

static int unknown_command(const char *name)
{
    sb_suggestion near = sb_suggest(name);
    for (int i = 0; i < sb_command_count; i++) sb_suggest_offer(&near, sb_commands[i].name, strlen(sb_commands[i].name));
    fprintf(stderr, "scorebound: error: unknown command '%s'", name);
    if (near.best) fprintf(stderr, ", did you mean '%.*s'?\n", near.length, near.best);
    else fprintf(stderr, "; scorebound --help lists them\n");
    return SB_EXIT_USER;
}

static int run_command(int argc, char **argv)
{
    for (int i = 0; i < sb_command_count; i++) {
        if (strcmp(argv[0], sb_commands[i].name) != 0) continue;
        char name[64];
        sb_context ctx;
        sb_context_init(&ctx, 0);
        ctx.stop = &stop;
        ctx.progress = sb_progress_create();
        snprintf(name, sizeof name, "scorebound %s", sb_commands[i].name);
        argv[0] = name;
        const int code = sb_commands[i].run(&ctx, argc, argv);
        sb_progress_free(ctx.progress);
        return code;
    }
    return unknown_command(argv[0]);
}

/* What was printed must have arrived. A reader that closed its end has seen what it wanted: no word about that. */
static int flush_output(int code)
{
    errno = 0;
    const int flushed = fflush(stdout) == 0 && !ferror(stdout);
    if (flushed) return code;
    const int reason = errno; /* 0 where the failure was an earlier one */
    struct pollfd reader = {.fd = STDOUT_FILENO};
    const int left = poll(&reader, 1, 0) == 1 && (reader.revents & POLLERR);
    if (!left)
        fprintf(stderr, "scorebound: error: cannot write to standard output%s%s\n", reason ? ": " : "",
                reason ? strerror(reason) : "");
    return code == SB_EXIT_DONE ? SB_EXIT_FAILURE : code;
}

int main(int argc, char **argv)
{
    const struct argp argp = {
        .parser = find_command, .args_doc = "COMMAND [ARGUMENT...]", .doc = sb_program_doc, .help_filter = help_commands};
    char version[64];
    int at = argc;

    choose_settings(argv);
    handle_signals();
    snprintf(version, sizeof version, "scorebound %s", sb_version());
    setenv("ARGP_HELP_FMT", "no-dup-args-note", 0);
    argp_program_version = version;
    argp_err_exit_status = SB_EXIT_USER;
    if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &at) != 0) return SB_EXIT_FAILURE;
    return flush_output(run_command(argc - at, argv + at));
}
