/* The right sides of all statements in all their forms, every constant given. */
#include "bench/bench.h"

#include "bounds/bounds.h"

#include <math.h>

enum { EVALUATIONS = 1000000 };

typedef struct {
    sb_constants c;
    const sb_statement *statement[32 * SB_FORM_COUNT];
    sb_form form[32 * SB_FORM_COUNT];
    int rows;
    double sum; /* so that nothing is optimised away */
} statement_rows;

/* Constants of a usual run; `share` moves them a little, so that no two evaluations are of the same numbers. */
static sb_constants constants_at(double share)
{
    sb_constants c;
    for (unsigned i = 0; i < sb_constant_count; i++) {
        const sb_constant_info *row = &sb_constant_table[i];
        sb_constant_set(&c, row, row->integer ? 7.0 : fmin(0.1 + 0.01 * share, row->most));
    }
    c.T = 2.0 + share, c.delta = 0.01, c.C1 = -0.01, c.eta = 1e-4;
    return c;
}

static sb_status evaluate(sb_context *ctx, void *user)
{
    sb_status st = SB_OK;
    statement_rows *rows = user;
    sb_terms rhs;
    for (int i = 0; i < EVALUATIONS; i++) {
        const int row = i % rows->rows;
        if (row == 0) rows->c = constants_at((double)i / EVALUATIONS);
        SB_REQUIRE(sb_statement_evaluate(rows->statement[row], rows->form[row], &rows->c, &rhs, NULL) == 0, SB_EINVAL,
                   "a constant is missing");
        rows->sum += rhs.sum;
    }
done:
    return st;
}

sb_status bench_statements(sb_context *ctx, bench_results *results)
{
    sb_status st = SB_OK;
    statement_rows rows = {.rows = 0};
    double seconds;
    for (unsigned i = 0; i < sb_statement_count; i++)
        for (int form = 0; form < SB_FORM_COUNT; form++) {
            if (!sb_statement_table[i]->needs[form]) continue;
            SB_REQUIRE(rows.rows < 32 * SB_FORM_COUNT, SB_EDIM, "there are more statements than the benchmark has room for");
            rows.statement[rows.rows] = sb_statement_table[i];
            rows.form[rows.rows++] = (sb_form)form;
        }
    SB_TRY(bench_cpu(ctx, 5, evaluate, &rows, &seconds));
    bench_below(results, "right sides, 1e6 evaluations", "s", seconds, 2.0);
    bench_note(results, "right sides, one evaluation", "ns", 1e9 * seconds / EVALUATIONS);
    bench_note(results, "right sides, one pass over all rows", "ns", 1e9 * seconds / EVALUATIONS * rows.rows);
done:
    return st;
}
