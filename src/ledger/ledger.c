#include "ledger/ledger.h"

#include "base/memory.h"
#include "ledger/propagate.h"

#include <math.h>
#include <string.h>

/* Two sides of an equality may differ by this much, relative, beyond their intervals (quadrature, rounding). */
static const double EQUALITY_TOLERANCE = 1e-6;

/* One statement in one form, for sb_propagate. */
typedef struct {
    const sb_statement *statement;
    sb_form form;
} side;

static double right_side(const sb_constants *c, const void *user)
{
    const side *which = user;
    sb_terms rhs;
    return sb_statement_evaluate(which->statement, which->form, c, &rhs, NULL) ? NAN : rhs.sum;
}

/* The verdict at the given confidence of every interval. */
static sb_verdict judge_at(const sb_statement *s, sb_form form, const sb_measured *measured, int i,
                           const sb_ledger_instance *instance, double confidence)
{
    const sb_number lhs = sb_number_at(instance->lhs, confidence);
    const sb_number rhs =
        isnan(instance->rhs.value) ? instance->rhs : sb_propagate(right_side, &(side){s, form}, measured, i, confidence);
    return sb_judge(s, form, &instance->terms, lhs.lo, lhs.hi, rhs.lo, rhs.hi, EQUALITY_TOLERANCE,
                    measured->worker[i].kl_prior.value);
}

/* The proofs speak of the exponential integrator; they hold for the DDPM mean, too, with paths of its own, but not for Euler's steps,
 * for which a run knows no sampler_bias. */
static void require_sampler(const sb_statement *s, sb_form form, const sb_measured *measured, sb_terms *rhs)
{
    const int of_samples = s->lhs == SB_LHS_PATH_KL || s->lhs == SB_LHS_KL || s->lhs == SB_LHS_TV;
    if (of_samples && !s->any_sampler[form] && isnan(measured->sampler_bias.value))
        sb_condition_add(rhs, "sampler is exponential or ddpm", 1.0, 0.0, 0);
}

/* Every right side in which eta stands comes from the steps (7), and no other does. */
static void require_plain_steps(const sb_statement *s, sb_form form, const sb_measured *measured, sb_terms *rhs)
{
    if (measured->adam && (s->needs[form] & SB_NEED(eta)))
        sb_condition_add(rhs, "steps are (7) (outside the theorem: Adam)", 1.0, 0.0, 0);
}

/* `strict`: the confidence at which one of the ledger's many comparisons may be called violated, so that a ledger without any true
 * violation shows none with the run's confidence (Bonferroni). An equality holds unless it is violated. */
static sb_ledger_instance instance_from_run(const sb_statement *s, sb_form form, const sb_measured *measured, int i, double strict)
{
    sb_ledger_instance instance = {.worker = s->per_worker ? measured->worker[i].n : -1};
    sb_constants c;
    sb_measured_constants(measured, i, &c);
    instance.lhs = sb_measured_left_side(measured, s->lhs, i);
    const int missing = sb_statement_evaluate(s, form, &c, &instance.terms, NULL);
    require_sampler(s, form, measured, &instance.terms);
    require_plain_steps(s, form, measured, &instance.terms);
    if (missing) instance.rhs = sb_number_unknown();
    else instance.rhs = sb_propagate(right_side, &(side){s, form}, measured, i, measured->confidence);
    instance.verdict = judge_at(s, form, measured, i, &instance, measured->confidence);
    if (instance.verdict == SB_VIOLATED) {
        instance.verdict = judge_at(s, form, measured, i, &instance, strict);
        if (instance.verdict != SB_VIOLATED && s->kind[form] != SB_EQUALITY) instance.verdict = SB_INCONCLUSIVE;
    }
    return instance;
}

/* The instance a reader must see first: a violation before anything else, then the largest ratio. */
static int worse(const sb_ledger_instance *a, const sb_ledger_instance *b)
{
    static const int rank[] = {
        [SB_HOLDS] = 0, [SB_VACUOUS] = 0, [SB_NOT_APPLICABLE] = 0, [SB_UNKNOWN] = 1, [SB_INCONCLUSIVE] = 2, [SB_VIOLATED] = 3};
    if (rank[a->verdict] != rank[b->verdict]) return rank[a->verdict] > rank[b->verdict];
    return a->lhs.value / a->rhs.value > b->lhs.value / b->rhs.value;
}

static sb_status fill_missing(sb_context *ctx, const sb_constants *c, sb_ledger_row *row)
{
    sb_status st = SB_OK;
    sb_terms rhs;
    SB_CALLOC(row->missing, sb_constant_count);
    row->missing_count = sb_statement_evaluate(row->statement, row->form, c, &rhs, row->missing);
done:
    return st;
}

static sb_status row_from_run(sb_context *ctx, const sb_measured *measured, double strict, sb_ledger_row *row)
{
    sb_status st = SB_OK;
    const int count = row->statement->per_worker ? measured->worker_count : 1;
    int worst = 0;
    sb_constants c;
    sb_measured_constants(measured, 0, &c);
    SB_TRY(fill_missing(ctx, &c, row));
    SB_CALLOC(row->instances, count);
    row->instance_count = count;
    for (int i = 0; i < count; i++) {
        row->instances[i] = instance_from_run(row->statement, row->form, measured, i, strict);
        if (i && worse(&row->instances[i], &row->instances[worst])) worst = i;
    }
    row->worst = row->instances[worst];
    row->vacuous_at = sb_statement_useless(row->statement, measured->worker[worst].kl_prior.value);
done:
    return st;
}

static sb_status row_from_constants(sb_context *ctx, const sb_constants *c, sb_ledger_row *row)
{
    sb_status st = SB_OK;
    sb_ledger_instance *instance = &row->worst;
    SB_TRY(fill_missing(ctx, c, row));
    *instance = (sb_ledger_instance){.worker = -1, .lhs = sb_number_unknown(), .rhs = sb_number_unknown()};
    if (!sb_statement_evaluate(row->statement, row->form, c, &instance->terms, NULL))
        instance->rhs = sb_number_assumed(instance->terms.sum);
    instance->verdict = sb_judge(row->statement, row->form, &instance->terms, NAN, NAN, instance->rhs.lo, instance->rhs.hi,
                                 EQUALITY_TOLERANCE, c->kl_prior);
    row->vacuous_at = sb_statement_useless(row->statement, c->kl_prior);
    SB_CALLOC(row->instances, 1);
    row->instances[0] = *instance;
    row->instance_count = 1;
done:
    return st;
}

/* One row for each form that a statement offers, in the order of the table. */
static sb_status rows_alloc(sb_context *ctx, sb_ledger *ledger)
{
    sb_status st = SB_OK;
    *ledger = (sb_ledger){0};
    SB_CALLOC(ledger->row, sb_statement_count * SB_FORM_COUNT);
    for (unsigned i = 0; i < sb_statement_count; i++)
        for (int form = 0; form < SB_FORM_COUNT; form++)
            if (sb_statement_table[i]->needs[form])
                ledger->row[ledger->row_count++] = (sb_ledger_row){.statement = sb_statement_table[i], .form = (sb_form)form};
done:
    return st;
}

sb_status sb_ledger_from_run(sb_context *ctx, const sb_measured *measured, sb_ledger *ledger)
{
    sb_status st = SB_OK;
    int comparisons = 0;
    SB_TRY(rows_alloc(ctx, ledger));
    for (int i = 0; i < ledger->row_count; i++) comparisons += ledger->row[i].statement->per_worker ? measured->worker_count : 1;
    const double strict = 1.0 - (1.0 - measured->confidence) / comparisons;
    for (int i = 0; i < ledger->row_count; i++) SB_TRY(row_from_run(ctx, measured, strict, &ledger->row[i]));
done:
    if (st != SB_OK) sb_ledger_free(ledger);
    return st;
}

sb_status sb_ledger_from_constants(sb_context *ctx, const sb_constants *constants, sb_ledger *ledger)
{
    sb_status st = SB_OK;
    SB_TRY(rows_alloc(ctx, ledger));
    for (int i = 0; i < ledger->row_count; i++) SB_TRY(row_from_constants(ctx, constants, &ledger->row[i]));
done:
    if (st != SB_OK) sb_ledger_free(ledger);
    return st;
}

void sb_ledger_free(sb_ledger *ledger)
{
    for (int i = 0; i < ledger->row_count; i++) {
        sb_free(ledger->row[i].instances);
        sb_free(ledger->row[i].missing);
    }
    sb_free(ledger->row);
    *ledger = (sb_ledger){0};
}

int sb_ledger_violations(const sb_ledger *ledger)
{
    int count = 0;
    for (int i = 0; i < ledger->row_count; i++) count += ledger->row[i].worst.verdict == SB_VIOLATED;
    return count;
}
