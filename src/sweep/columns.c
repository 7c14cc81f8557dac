#include "sweep/columns.h"

#include "base/memory.h"
#include "measure/ladder.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST_NAME = 64 };

/* Two numbers that differ by less, relative, differ by rounding. */
static const double ROUNDING = 1e-9;

static const char KL[] = "kl", KL_POOLED[] = "kl_pooled", KL_BEFORE[] = "kl_before";
static const char FRECHET[] = "frechet_feature_distance", SCORE[] = "classifier_score";
enum { DIVERGENCES = 3, QUALITIES = 2 };

/* The columns as they are listed: names one after the other, then the rest of what a column is. */
typedef struct {
    sb_sweep_findings *findings;
    char (*text)[LONGEST_NAME];
} listing;

static sb_sweep_column *list(listing *l, const char *kind, const char *name, const char *suffix)
{
    sb_sweep_findings *f = l->findings;
    char *text = l->text[f->column_count];
    snprintf(text, LONGEST_NAME, "%s%s%s", name, *suffix ? "." : "", suffix);
    f->names[f->column_count] = text;
    f->column[f->column_count] = (sb_sweep_column){.name = text, .kind = kind};
    return &f->column[f->column_count++];
}

static int form_count(void)
{
    int count = 0;
    for (unsigned s = 0; s < sb_statement_count; s++)
        for (int form = 0; form < SB_FORM_COUNT; form++) count += sb_statement_table[s]->needs[form] != 0;
    return count;
}

static void list_all(listing *l)
{
    list(l, "divergence", KL, "");
    list(l, "divergence", KL_POOLED, "");
    list(l, "divergence", KL_BEFORE, "");
    list(l, "quality", FRECHET, "");
    list(l, "quality", SCORE, "");
    for (unsigned i = 0; i < sb_constant_count; i++)
        list(l, "constant", sb_constant_table[i].name, "")->constant = &sb_constant_table[i];
    for (unsigned s = 0; s < sb_statement_count; s++)
        for (int form = 0; form < SB_FORM_COUNT; form++) {
            if (!sb_statement_table[s]->needs[form]) continue;
            sb_sweep_column *column = list(l, "rhs", sb_statement_table[s]->name, sb_form_name((sb_form)form));
            column->statement = sb_statement_table[s];
            column->form = (sb_form)form;
        }
    for (unsigned s = 0; s < sb_statement_count; s++)
        list(l, "lhs", sb_statement_table[s]->name, "lhs")->statement = sb_statement_table[s];
}

/* The first column owns the names and the values of all, the first right side all verdicts. */
sb_status sb_sweep_columns_begin(sb_context *ctx, sb_sweep_findings *findings)
{
    sb_status st = SB_OK;
    const int forms = form_count(), runs = findings->plan->run_count;
    const int count = DIVERGENCES + QUALITIES + (int)sb_constant_count + forms + (int)sb_statement_count;
    listing l = {findings, NULL};
    sb_number *value = NULL;
    sb_verdict *verdict = NULL;
    SB_CALLOC(findings->column, count);
    SB_CALLOC(findings->names, count);
    SB_ALLOC(l.text, count);
    list_all(&l);
    SB_ALLOC(value, (size_t)count * (size_t)runs);
    for (int c = 0; c < count; c++) findings->column[c].value = value + (size_t)c * (size_t)runs;
    for (int i = 0; i < count * runs; i++) value[i] = sb_number_unknown();
    SB_ALLOC(verdict, (size_t)forms * (size_t)runs);
    for (int i = 0; i < forms * runs; i++) verdict[i] = SB_UNKNOWN;
    for (int c = 0; c < count; c++) {
        if (strcmp(findings->column[c].kind, "rhs") != 0) continue;
        findings->column[c].verdict = verdict;
        verdict += runs;
    }
done:
    return st;
}

void sb_sweep_columns_free(sb_sweep_findings *findings)
{
    int first = 0; /* right side */
    while (first < findings->column_count && !findings->column[first].verdict) first++;
    if (first < findings->column_count) sb_free(findings->column[first].verdict);
    if (findings->column_count > 0) {
        sb_free(findings->column[0].value);
        sb_free(findings->names[0]);
    }
    sb_free(findings->column);
    sb_free(findings->names);
    findings->column = NULL;
    findings->names = NULL;
    findings->column_count = 0;
}

/* Index of the measured worker with the largest KL. */
static int worst_worker(const sb_measured *measured)
{
    int worst = 0;
    for (int i = 1; i < measured->worker_count; i++) {
        const double kl = sb_ladder_bracket(&measured->worker[i]).value;
        const double most = sb_ladder_bracket(&measured->worker[worst]).value;
        if (kl > most || (isnan(most) && !isnan(kl))) worst = i;
    }
    return worst;
}

/* The best that was known before training: closed form, else the grid, else the chain, which only bounds KL from above. */
static sb_number kl_before(const sb_measured_worker *pooled)
{
    if (!isnan(pooled->closed_before.value)) return pooled->closed_before;
    if (!isnan(pooled->grid_before.value)) return pooled->grid_before;
    sb_number kl = pooled->chain_before;
    if (!isnan(kl.value)) kl.lo = 0.0;
    return kl;
}

/* Of generated images; unknown where none were judged. */
static sb_number quality(const sb_measured *measured, const char *name)
{
    if (measured->quality.frechet.generated == 0) return sb_number_unknown();
    return strcmp(name, FRECHET) == 0 ? measured->quality.frechet.at_n : measured->quality.score;
}

static sb_number divergence(const sb_measured *measured, int worst, const char *name)
{
    if (strcmp(name, KL_POOLED) == 0) return sb_ladder_bracket(&measured->pooled);
    if (strcmp(name, KL_BEFORE) == 0) return kl_before(&measured->pooled);
    return sb_ladder_bracket(&measured->worker[worst]);
}

/* A statement's row in the ledger: of this form, or with -1 of its first one. */
static const sb_ledger_row *row_of(const sb_ledger *ledger, const sb_statement *statement, int form)
{
    for (int i = 0; i < ledger->row_count; i++)
        if (ledger->row[i].statement == statement && (form < 0 || (int)ledger->row[i].form == form)) return &ledger->row[i];
    return NULL;
}

sb_status sb_sweep_columns_fill(sb_context *ctx, int run, const sb_measured *measured, sb_sweep_findings *findings)
{
    sb_status st = SB_OK;
    sb_ledger ledger = {0};
    const int worst = worst_worker(measured);
    SB_TRY(sb_ledger_from_run(ctx, measured, &ledger));
    for (int c = 0; c < findings->column_count; c++) {
        sb_sweep_column *column = &findings->column[c];
        if (column->constant) {
            column->value[run] = sb_measured_constant_number(measured, worst, column->constant);
        } else if (column->verdict) {
            const sb_ledger_instance *instance = &row_of(&ledger, column->statement, (int)column->form)->worst;
            column->value[run] = instance->rhs;
            column->verdict[run] = instance->verdict;
        } else if (column->statement) {
            column->value[run] = row_of(&ledger, column->statement, -1)->worst.lhs;
        } else if (strcmp(column->kind, "quality") == 0) {
            column->value[run] = quality(measured, column->name);
        } else {
            column->value[run] = divergence(measured, worst, column->name);
        }
    }
done:
    sb_ledger_free(&ledger);
    return st;
}

int sb_sweep_column_find(const sb_sweep_findings *findings, const char *name)
{
    for (int c = 0; c < findings->column_count; c++)
        if (strcmp(findings->column[c].name, name) == 0) return c;
    return -1;
}

/* Least and largest value; the infinities of an empty set where none is known. */
static void range_of(const sb_sweep_findings *findings, int c, double *least, double *most)
{
    *least = INFINITY;
    *most = -INFINITY;
    for (int run = 0; run < findings->plan->run_count; run++) {
        *least = fmin(*least, findings->column[c].value[run].value); /* NaN does not count */
        *most = fmax(*most, findings->column[c].value[run].value);
    }
}

int sb_sweep_column_known(const sb_sweep_findings *findings, int c)
{
    double least, most;
    range_of(findings, c, &least, &most);
    return least <= most;
}

int sb_sweep_column_varies(const sb_sweep_findings *findings, int c)
{
    double least, most;
    range_of(findings, c, &least, &most);
    return most - least > ROUNDING * fmax(fabs(least), fabs(most));
}

/* Every finished run has workers. */
int sb_sweep_finished(const sb_sweep_findings *findings, int run)
{
    return !isnan(findings->column[sb_sweep_column_find(findings, "N")].value[run].value);
}

void sb_sweep_constants(const sb_sweep_findings *findings, int run, sb_constants *c)
{
    sb_constants_clear(c);
    for (int i = 0; i < findings->column_count; i++)
        if (findings->column[i].constant) sb_constant_set(c, findings->column[i].constant, findings->column[i].value[run].value);
}
