/* weave: runs a lesson and writes it, with all that it prints and draws, as a Jupyter notebook and as an HTML page. */
#include "weave/notebook.h"
#include "weave/page.h"
#include "weave/run.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
    weave_build build;
    const char *lesson, *notebook, *page, *style;
    int no_run;
} request;

static const struct argp_option options[] = {
    {"compiler", 'c', "COMMAND", 0, "compiler and flags, for the shell", 0},
    {"libraries", 'l', "TEXT", 0, "what follows the source on its command line: lesson.c and the library", 0},
    {"html", 'p', "FILE", 0, "writes the page, too; needs pandoc and --style", 0},
    {"style", 's', "FILE", 0, "the page's style sheet", 0},
    {"no-run", 'n', 0, 0, "the lesson is not run: a notebook without outputs, to be executed live", 0},
    {"limit", 't', "SECONDS", 0, "a lesson that runs longer is stopped (600)", 0},
    {0}};

static error_t parse(int key, char *text, struct argp_state *state)
{
    request *r = state->input;
    char *end;
    switch (key) {
    case 'c': r->build.compiler = text; break;
    case 'l': r->build.libraries = text; break;
    case 'p': r->page = text; break;
    case 's': r->style = text; break;
    case 'n': r->no_run = 1; break;
    case 't':
        r->build.limit = (unsigned)strtoul(text, &end, 10);
        if (*end || end == text || *text == '-' || r->build.limit == 0) argp_error(state, "--limit=%s: no number of seconds", text);
        break;
    case ARGP_KEY_ARG:
        if (!r->lesson) r->lesson = text;
        else if (!r->notebook) r->notebook = text;
        else argp_usage(state);
        break;
    case ARGP_KEY_END:
        if (!r->notebook) argp_usage(state);
        if (r->page && !r->style) argp_error(state, "--html needs --style");
        if (!r->no_run && (!r->build.compiler || !r->build.libraries))
            argp_error(state, "give --compiler and --libraries, or --no-run");
        break;
    default: return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static sb_status weave(sb_context *ctx, const request *r)
{
    sb_status st = SB_OK;
    weave_lesson lesson = {0};
    weave_outputs outputs = {0};
    SB_TRY(weave_lesson_read(ctx, r->lesson, &lesson));
    if (!r->no_run) SB_TRY(weave_run(ctx, &lesson, &r->build, &outputs));
    SB_TRY(weave_notebook_write(ctx, &lesson, r->no_run ? NULL : &outputs, r->notebook));
    if (r->page) SB_TRY(weave_page_write(ctx, &lesson, r->notebook, r->style, r->page));
done:
    weave_outputs_free(&outputs);
    weave_lesson_free(&lesson);
    return st;
}

int main(int argc, char **argv)
{
    static const struct argp argp = {options,
                                     parse,
                                     "LESSON.c NOTEBOOK.ipynb",
                                     "Compiles and runs a lesson and writes it with its outputs as a Jupyter notebook."
                                     "\vExit status: 0, 1 where the lesson fails, 2 where something given is wrong.",
                                     0,
                                     0,
                                     0};
    request r = {.build.limit = 600};
    sb_context ctx;
    sb_context_init(&ctx, 1);
    argp_err_exit_status = 2;
    argp_parse(&argp, argc, argv, 0, NULL, &r);
    if (weave(&ctx, &r) == SB_OK) return 0;
    fprintf(stderr, "weave: %s\n", ctx.error.message);
    return ctx.error.status == SB_EUSER ? 2 : 1;
}
