#include "base/file.h"
#include "base/memory.h"
#include "cli/cli.h"
#include "cli/fleet.h"
#include "cli/gallery.h"
#include "cli/job.h"
#include "report/plot.h"
#include "report/report.h"
#include "report/sweepdir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const sb_syntax sb_syntax_sweep = {
    .usage = "[CONFIG]",
    .doc =
        "Makes many runs, several at a time, and says how measurements and bounds grow with what is varied: every run as `check` "
        "makes it, all of their numbers in sweep.csv and sweep.jsonl, the fitted exponents with intervals beside those that the "
        "statements predict, and a picture, sweep.svg and sweep.png.\n\n"
        "CONFIG is a YAML file or a run directory; without it a small default run is varied. What is varied stands in the "
        "file's section `sweep` or is given by --vary. Finished runs are kept: the same command again goes on where it was "
        "stopped, and a sweep with more values in the same --output directory makes only the new runs.\v"
        "Examples:\n"
        "  scorebound sweep --vary train.rounds=10,30,100\n"
        "  scorebound sweep my.yaml --vary seed=1,2 --vary pruning.keep=0.5,1\n"
        "  scorebound sweep my.yaml --paired --vary train.rounds=10,2 \\\n"
        "                   --vary train.local_steps=1,5\n"
        "  scorebound sweep my-sweep.yaml --format csv > slopes.csv\n\n"
        "Exit status: 0 done, 1 interrupted or some run failed (the others are kept), 2 a mistake in the configuration or on "
        "the command line.",
    .options = {SB_ROW_FORMAT,
                SB_ROW_THREADS,
                {"output", SB_OPTION_OUTPUT, "DIR", 0,
                 "Write the runs and what they came to below DIR (default: runs/sweep-NAME-HASH)", 0},
                {"vary", SB_OPTION_VARY, "KEY=A,B,...", 0, "Vary a key of the configuration; repeated: every combination", 0},
                {"paired", SB_OPTION_PAIRED, NULL, 0, "The first values together, then the second ones, ..., not every combination",
                 0},
                {"quick", SB_OPTION_QUICK, NULL, 0, "The small version that the file's section `sweep` describes", 0},
                {"plot", SB_OPTION_PLOT, NULL, 0, "Draw the picture in the terminal, too", 0},
                SB_ROW_OVERRIDE,
                {0}},
    .overrides = 1,
};

/* A sweep on its way. */
typedef struct {
    sb_options options;
    char *source; /* file of the configuration; NULL: the default run */
    sb_sweep_plan plan;
    sb_beside beside; /* what others report; empty: nothing */
    sb_fleet fleet;
    sb_sweepdir dir;
    sb_measured *measured; /* (plan.run_count) empty: not finished */
    sb_sweep_findings findings;
    char *advice;
} sweep;

static void sweep_free(sweep *s)
{
    sb_sweep_findings_free(&s->findings);
    for (int i = 0; s->measured && i < s->plan.run_count; i++) sb_measured_free(&s->measured[i]);
    sb_free(s->measured);
    sb_sweepdir_close(&s->dir);
    sb_fleet_free(&s->fleet);
    sb_beside_free(&s->beside);
    sb_sweep_plan_free(&s->plan);
    sb_options_free(&s->options);
    free(s->source);
    free(s->advice);
}

/* What to run. Whatever is wrong with it is found here, before anything is written. */
static sb_status prepare(sb_context *ctx, sweep *s)
{
    sb_status st = SB_OK;
    char *text = NULL, *directory = NULL;
    SB_TRY(sb_job_source(ctx, s->options.operand, &s->source));
    SB_TRY(sb_sweep_plan_read(ctx, s->source, &s->plan));
    for (size_t i = 0; i < s->options.vary_count; i++) SB_TRY(sb_sweep_plan_vary(ctx, &s->plan, s->options.vary[i]));
    SB_TRY(sb_sweep_plan_overrides(ctx, &s->plan, s->options.override_count, s->options.override));
    if (s->plan.beside) SB_TRY(sb_beside_read(ctx, s->plan.beside, &s->beside));
    if (s->options.quick) SB_TRY(sb_sweep_plan_quick(ctx, &s->plan));
    s->plan.paired |= s->options.paired;
    SB_TRY(sb_sweep_plan_check(ctx, &s->plan));
    SB_TRY(sb_sweep_names_check(ctx, &s->plan));
    SB_TRY(sb_fleet_load(ctx, &s->plan, &s->options, s->source, &s->fleet));
    SB_TRY(sb_fleet_text(ctx, &s->fleet, &text));
    if (!s->options.output) SB_TRY(sb_rundir_default(ctx, "sweep-", s->options.operand, text, &directory));
    SB_TRY(sb_fleet_look(ctx, directory ? directory : s->options.output, &s->fleet));
    SB_TRY(sb_sweepdir_create(ctx, directory ? directory : s->options.output, &s->dir));
done:
    free(text);
    free(directory);
    return st;
}

/* The findings of the runs that are finished, in the directory. */
static sb_status find(sb_context *ctx, sweep *s)
{
    sb_status st = SB_OK;
    const sb_measured **of = NULL;
    char *csv = NULL, *jsonl = NULL;
    SB_CALLOC(s->measured, s->plan.run_count);
    SB_CALLOC(of, s->plan.run_count);
    SB_TRY(sb_fleet_collect(ctx, s->dir.path, &s->fleet, s->measured));
    for (int i = 0; i < s->plan.run_count; i++) of[i] = s->fleet.run[i].finished ? &s->measured[i] : NULL;
    SB_TRY(sb_sweep_findings_of(ctx, &s->plan, of, &s->findings));
    SB_TRY(sb_sweep_csv_file(ctx, &s->findings, &csv));
    SB_TRY(sb_sweep_jsonl_file(ctx, &s->findings, &jsonl));
    SB_TRY(sb_file_replace(ctx, s->dir.csv, csv, strlen(csv)));
    SB_TRY(sb_file_replace(ctx, s->dir.jsonl, jsonl, strlen(jsonl)));
done:
    free(csv);
    free(jsonl);
    sb_free(of);
    return st;
}

static sb_status show(sb_context *ctx, const sweep *s)
{
    sb_status st = SB_OK;
    int drawn;
    const sb_output out = sb_output_stdout(s->options.format);
    const sb_beside *beside = s->plan.beside ? &s->beside : NULL;
    SB_TRY(sb_report_sweep(ctx, &out, s->dir.path, &s->findings, beside));
    SB_TRY(sb_cli_drawn(ctx, sb_plot_files(ctx, &s->findings.figure, s->dir.picture), &drawn));
    SB_TRY(sb_gallery_make(ctx, &s->dir, &s->fleet, &s->findings, beside, drawn));
    if (s->options.plot && drawn) SB_TRY(sb_plot_terminal(ctx, &out, &s->findings.figure));
done:
    return st;
}

/* Says on stderr which runs failed and why, and which are in doubt; nonzero if any failed. */
static int complain(const sweep *s)
{
    if (!s->fleet.run) return 0;
    const int failed = sb_fleet_failed(&s->fleet);
    for (int i = 0; i < s->plan.run_count; i++) {
        const sb_fleet_run *run = &s->fleet.run[i];
        const char *kind = run->status == SB_OK ? "note: " : "";
        if (run->message) fprintf(stderr, "scorebound: %s%s\n", kind, run->message);
    }
    if (failed > 0)
        fprintf(stderr, "scorebound: %d of %d runs failed; the same command again tries %s once more\n", failed, s->plan.run_count,
                failed == 1 ? "it" : "them");
    return failed > 0;
}

int sb_cli_sweep(sb_context *ctx, int argc, char **argv)
{
    sb_status st = SB_OK;
    sweep s = {.dir = {.lock = -1}};
    SB_TRY(sb_options_parse(ctx, &sb_syntax_sweep, argc, argv, &s.options));
    SB_TRY(prepare(ctx, &s));
    SB_TRY(sb_fleet_complete(ctx, s.dir.path, &s.fleet));

    const int finished = sb_fleet_finished(&s.fleet);
    if (finished > 0) SB_TRY(find(ctx, &s));
    if (sb_fleet_left(&s.fleet) > 0) {
        if (asprintf(&s.advice, "%s%s%sgo on with the same command", finished > 0 ? "what they came to is in " : "",
                     finished > 0 ? s.dir.csv : "", finished > 0 ? "; " : "") < 0)
            s.advice = NULL; /* advice only: without memory for it there is none */
        SB_FAIL(SB_EINTR, "stopped: %d of %d runs are finished", finished, s.plan.run_count);
    }
    if (finished > 0) SB_TRY(show(ctx, &s));
done:;
    const int failed = complain(&s), code = sb_cli_finish(ctx, st, s.advice);
    sweep_free(&s);
    return code == SB_EXIT_DONE && failed ? SB_EXIT_FAILURE : code;
}
