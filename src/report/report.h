/* report.h: what a user sees of each result, in the format that was asked for. Nothing is computed here. */
#ifndef SB_REPORT_REPORT_H
#define SB_REPORT_REPORT_H

#include "choose/selection.h"
#include "claim/claim.h"
#include "ledger/ledger.h"
#include "ledger/waterfall.h"
#include "measure/measured.h"
#include "report/beside.h"
#include "report/inspection.h"
#include "report/output.h"
#include "sweep/findings.h"

/* A run as far as it has come. */
typedef struct {
    const char *path; /* its directory */
    const sb_config *config;
    const sb_measured *measured;
    const sb_ledger *ledger;
    const sb_waterfall *waterfall; /* NULL: none was made */
    int plot;                      /* nonzero: draw the waterfall among the tables, too */
    const char *page;              /* file of its page, named among the tables; NULL: none */
} sb_run_view;

/* sb_report_training: what train did (train).
 * sb_report_run: everything about a finished run, the ledger first (check, report).
 * sb_report_measured: what was measured, without the ledger (measure); view->ledger is not looked at.
 * sb_report_bounds: the ledger alone (bound RUN).
 * sb_report_calculator: right sides of given constants, with their terms and conditions (bound --set).
 * sb_report_inspection: exact quantities of data and grid (inspect). */
sb_status sb_report_training(sb_context *ctx, const sb_output *out, const char *path, const sb_config *config,
                             const sb_training *training);
sb_status sb_report_run(sb_context *ctx, const sb_output *out, const sb_run_view *view);
sb_status sb_report_measured(sb_context *ctx, const sb_output *out, const sb_run_view *view);
sb_status sb_report_bounds(sb_context *ctx, const sb_output *out, const sb_run_view *view);
sb_status sb_report_calculator(sb_context *ctx, const sb_output *out, const sb_constants *given, const sb_ledger *ledger);
sb_status sb_report_inspection(sb_context *ctx, const sb_output *out, const sb_inspection *inspection);

/* sb_report_runs: up to SB_MOST_COMPARED finished runs side by side (report RUN RUN ...): their settings, what was measured, verdicts,
 * and where each loses its bound; `page` is the file of their page, which the table names. JSON: {"runs": [what sb_report_run prints of
 * each]}; CSV: the ledgers, each line beginning with its run; neither names a page, which may be NULL. */
enum { SB_MOST_COMPARED = 60 };
sb_status sb_report_runs(sb_context *ctx, const sb_output *out, int count, const sb_run_view *run, const char *page);

/* sb_report_sample: which points were written where (sample). */
typedef struct {
    const char *run, *file;
    const sb_config *config;
    const sb_training *training;
    int count, d, K, replica;
    const char *device; /* that computed them */
    double seconds;
    int width, height; /* of the sheet of images that the file is; 0: it holds numbers */
} sb_sample_view;
sb_status sb_report_sample(sb_context *ctx, const sb_output *out, const sb_sample_view *view);

/* One claim with its result; stem: its picture is stem.svg and stem.png, NULL: none was drawn. */
typedef struct {
    const sb_claim *claim;
    sb_claim_result result;
    char *stem;
} sb_claim_view;

/* sb_report_claim: one claim in the table format. sb_report_claims: all of them in JSON or CSV; as a table, one line each.
 * sb_report_claim_list: the claims there are, none of them run.
 * sb_claim_json_file: the text of NAME.json (caller frees with free()). */
sb_status sb_report_claim(sb_context *ctx, const sb_output *out, const sb_claim_view *view);
sb_status sb_report_claims(sb_context *ctx, const sb_output *out, int count, const sb_claim_view *views);
sb_status sb_report_claim_list(sb_context *ctx, const sb_output *out);
sb_status sb_claim_json_file(sb_context *ctx, const sb_claim_view *view, char **text);

/* sb_report_selections: the four choices side by side, their bounds term by term, why one is infeasible, how far training moves (choose). */
sb_status sb_report_selections(sb_context *ctx, const sb_output *out, const sb_situation *situation, const sb_selections *selections);

/* sb_report_sweep: the divergences of every run, then the slopes, then what others report, NULL without (sweep); `path` its directory.
 * sb_sweep_csv_file, sb_sweep_jsonl_file: texts
 * of sweep.csv and sweep.jsonl, one line for each run and column: run, each varied key, name, kind, value, lo, hi, confidence, samples,
 * status, verdict (caller frees with free()); runs that are not finished are left out. */
sb_status sb_report_sweep(sb_context *ctx, const sb_output *out, const char *path, const sb_sweep_findings *findings, const sb_beside *beside);
sb_status sb_sweep_csv_file(sb_context *ctx, const sb_sweep_findings *findings, char **text);
sb_status sb_sweep_jsonl_file(sb_context *ctx, const sb_sweep_findings *findings, char **text);

/* sb_report_list: statements and the choices a configuration offers. sb_report_parameters: every key of a configuration. */
sb_status sb_report_list(sb_context *ctx, const sb_output *out);
sb_status sb_report_parameters(sb_context *ctx, const sb_output *out);

/* sb_ledger_json_file, sb_ledger_csv_file: texts of ledger.json and ledger.csv in a run directory: the same bytes for the same
 * configuration, whatever ran it and where (caller frees with free()). */
sb_status sb_ledger_json_file(sb_context *ctx, const sb_measured *measured, const sb_ledger *ledger, const sb_waterfall *waterfall,
                              char **text);
sb_status sb_ledger_csv_file(sb_context *ctx, const sb_ledger *ledger, char **text);

/* sb_waterfall_files: draws a waterfall that is not empty as STEM.svg and STEM.png. Errors as sb_plot_files. */
sb_status sb_waterfall_files(sb_context *ctx, const sb_waterfall *waterfall, const char *stem);

#endif
