#include "ledger/waterfall.h"

#include "ledger/propagate.h"

#include <math.h>
#include <string.h>

/* What step number *user adds to the level before it; the first one starts from nothing. */
static double difference(const sb_constants *c, const void *user)
{
    const unsigned step = *(const unsigned *)user;
    return sb_waterfall_table[step].level(c) - (step > 0 ? sb_waterfall_table[step - 1].level(c) : 0.0);
}

/* A step whose interval is no wider than the rounding of its two levels does not depend on what was sampled. */
static sb_number without_rounding(sb_number nats, double level)
{
    const double rounding = 1e-13 * fmax(fabs(level), fabs(level - nats.value));
    return nats.hi - nats.lo <= rounding ? sb_number_certified(nats.value, 0.5 * (nats.hi - nats.lo)) : nats;
}

static int all_levels_finite(const sb_constants *c)
{
    for (unsigned i = 0; i < sb_waterfall_count; i++)
        if (!isfinite(sb_waterfall_table[i].level(c))) return 0;
    return 1;
}

static int unknown(const sb_constants *c, unsigned j)
{
    return !isfinite(sb_constant_get(c, &sb_constant_table[j]));
}

/* An unknown constant is missing if its absence alone keeps the levels from being known. */
static void list_missing(const sb_constants *c, sb_waterfall *w)
{
    sb_constants filled = *c;
    for (unsigned j = 0; j < sb_constant_count; j++)
        if (unknown(c, j)) sb_constant_set(&filled, &sb_constant_table[j], 1.0);
    const int curable = all_levels_finite(&filled);
    for (unsigned j = 0; j < sb_constant_count && curable && w->missing_count < SB_MAX_WATERFALL_NEEDS; j++) {
        sb_constants but_one = filled;
        sb_constant_set(&but_one, &sb_constant_table[j], NAN);
        if (unknown(c, j) && !all_levels_finite(&but_one)) w->missing[w->missing_count++] = sb_constant_table[j].name;
    }
    if (!isfinite(w->kl.value) && w->missing_count < SB_MAX_WATERFALL_NEEDS) w->missing[w->missing_count++] = "KL";
}

/* The first bar stands on the measured KL, which has an interval of its own. */
static sb_number above_kl(sb_number level, sb_number kl)
{
    return sb_number_add(level, sb_number_scale(kl, -1.0, 0.0));
}

static int descends(const sb_constants *c)
{
    sb_terms rhs;
    if (sb_statement_evaluate(sb_statement_find("lemma_4_7"), SB_FORM_SHARP, c, &rhs, NULL)) return 0;
    for (int i = 0; i < rhs.condition_count; i++)
        if (!rhs.condition[i].holds) return 0;
    return 1;
}

void sb_waterfall_from_run(const sb_measured *measured, int i, sb_waterfall *w)
{
    const sb_measured_worker *worker = &measured->worker[i];
    sb_constants c;
    sb_measured_constants(measured, i, &c);
    *w = (sb_waterfall){.n = worker->n,
                        .kl = sb_measured_left_side(measured, SB_LHS_KL, i),
                        .at_most = isnan(worker->closed_after.value) && isnan(worker->grid_after.value),
                        .prior = worker->kl_prior.value,
                        .total = NAN,
                        .descends = !measured->adam && descends(&c)};
    list_missing(&c, w);
    if (w->missing_count > 0 || !all_levels_finite(&c)) return;
    for (unsigned step = 0; step < sb_waterfall_count; step++) {
        sb_waterfall_bar *bar = &w->bar[step];
        bar->step = &sb_waterfall_table[step];
        bar->level = bar->step->level(&c);
        bar->nats = without_rounding(sb_propagate(difference, &step, measured, i, measured->confidence), bar->level);
        if (step == 0) bar->nats = above_kl(bar->nats, w->kl);
    }
    w->count = (int)sb_waterfall_count;
    w->total = w->bar[w->count - 1].level;
}

int sb_waterfall_worker(const sb_measured *measured)
{
    const sb_statement *theorem = sb_statement_find("theorem_4_11");
    int largest = 0;
    double most = -INFINITY;
    for (int i = 0; i < measured->worker_count; i++) {
        sb_constants c;
        sb_terms rhs;
        sb_measured_constants(measured, i, &c);
        if (sb_statement_evaluate(theorem, SB_FORM_PRINTED, &c, &rhs, NULL)) continue;
        const double ratio = sb_measured_left_side(measured, SB_LHS_KL, i).value / rhs.sum;
        if (ratio > most) {
            most = ratio;
            largest = i;
        }
    }
    return largest;
}
