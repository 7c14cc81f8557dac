/* parts.h: the pieces that reports are put together from. For src/report alone. */
#ifndef SB_REPORT_PARTS_H
#define SB_REPORT_PARTS_H

#include "report/csv.h"
#include "base/json.h"
#include "report/report.h"
#include "report/table.h"
#include "report/text.h"

/* sb_instance_ratio: lhs/rhs; NaN where a side is missing or the right side is 0. */
double sb_instance_ratio(const sb_ledger_instance *instance);

/* sb_relation_sign: "<=", "=", or "<~" where the form hides a constant. */
const char *sb_relation_sign(const sb_statement *statement, sb_form form);

/* sb_verdict_color: for sb_table_cell. */
const char *sb_verdict_color(sb_verdict verdict);

/* Conditions that fail, each once; their numbers, from 1, tie tables together. They are borrowed. */
enum { SB_MAX_FAILURES = 64 };
typedef struct {
    int count;
    const sb_condition *condition[SB_MAX_FAILURES];
} sb_failures;

/* sb_failures_add: those of a right side, as far as there is room. sb_failures_of: those of a ledger.
 * sb_failures_marks: adds "[1,3]", the numbers of those that a right side needs, after `before`; nothing where all of its hold. */
void sb_failures_add(sb_failures *failures, const sb_terms *terms);
sb_failures sb_failures_of(const sb_ledger *ledger);
void sb_failures_marks(const sb_failures *failures, const sb_terms *terms, const char *before, sb_list *out);

/* In words: the data of a configuration, "a Gaussian mixture"; its model, "an mlp of depth 2 and width 64"; where the learning rate is
 * from, ", as given"; what was trained in, "; in single precision" or nothing. */
void sb_data_words(const sb_config *config, sb_list *out);
void sb_model_words(const sb_config *config, sb_list *out);
const char *sb_rate_words(sb_rate_rule rule);
const char *sb_precision_words(const sb_config *config);

/* sb_ledger_count: rows with this verdict. sb_ledger_names: adds them, "Lemma 4.6 printed, sharp; Theorem 4.11 printed". */
int sb_ledger_count(const sb_ledger *ledger, sb_verdict verdict);
void sb_ledger_names(const sb_ledger *ledger, sb_verdict verdict, sb_list *out);

/* The best knowledge of KL(q_delta||p): closed form, else grid, else what only bounds it from above. */
typedef struct {
    sb_number kl;
    int at_most;
} sb_best_kl;

sb_best_kl sb_best_kl_before(const sb_measured_worker *worker);
sb_best_kl sb_best_kl_after(const sb_measured_worker *worker);

/* JSON. sb_waterfall_put: keys "waterfall" (the steps, which add up from kl to printed) and "waterfall_of" (worker, kl, printed, and
 * what is needed where there are no steps) into `root`. sb_ledger_json: the array of statements. sb_conditions_json: the array of a
 * right side's conditions. sb_measured_put: keys "constants", "kl", "workers", "pooled" and, if measured, "quality" into `object`. */
void sb_waterfall_put(json_t *root, const sb_waterfall *waterfall, int *failed);
json_t *sb_conditions_json(const sb_terms *terms, int *failed);
json_t *sb_ledger_json(const sb_ledger *ledger, int *failed);
json_t *sb_run_json(const sb_run_view *view, int *failed); /* the whole document of a finished run */
void sb_measured_put(json_t *object, const sb_measured *measured, int *failed);

/* CSV. sb_ledgers_csv: of several runs, each line beginning with its run. */
void sb_ledger_csv(FILE *stream, const sb_ledger *ledger);
void sb_ledgers_csv(FILE *stream, int count, const sb_run_view *run);
void sb_measured_csv(FILE *stream, const sb_measured *measured);

/* Parts of the table format. sb_headline: what happened, in plain sentences (ledger NULL: without verdicts); sb_headline_sentences: without
 * title.
 * sb_ledger_table: one line a statement and form. sb_conditions_table: each distinct condition of a ledger, held or not.
 * sb_waterfall_table_print: one line a step; says why where there are none; sb_waterfall_rows_print: without title. sb_waterfall_draw: the
 * same as a picture of characters.
 * sb_ledger_lacking: which constants are missing for which statements; nothing where none are.
 * sb_assumptions_table: the measured constants. sb_workers_table: one line a measured worker. sb_ladder_table: KL after training by
 * every route taken, and what they leave; where rungs contradict each other it says so. sb_quality_table: how good generated images are;
 * nothing where that was not measured. */
void sb_headline(const sb_output *out, const sb_run_view *view);
void sb_headline_sentences(const sb_output *out, const sb_run_view *view);
sb_status sb_ledger_table(sb_context *ctx, const sb_output *out, const sb_ledger *ledger);
sb_status sb_conditions_table(sb_context *ctx, const sb_output *out, const sb_ledger *ledger);
sb_status sb_waterfall_table_print(sb_context *ctx, const sb_output *out, const sb_waterfall *waterfall, const sb_config *config);
sb_status sb_waterfall_rows_print(sb_context *ctx, const sb_output *out, const sb_waterfall *waterfall, const sb_config *config);
void sb_waterfall_draw(const sb_output *out, const sb_waterfall *waterfall);
void sb_ledger_lacking(const sb_output *out, const sb_ledger *ledger);
sb_status sb_assumptions_table(sb_context *ctx, const sb_output *out, const sb_measured *measured);
sb_status sb_workers_table(sb_context *ctx, const sb_output *out, const sb_measured *measured);
sb_status sb_ladder_table(sb_context *ctx, const sb_output *out, const sb_measured *measured);
sb_status sb_quality_table(sb_context *ctx, const sb_output *out, const sb_measured *measured);

#endif
