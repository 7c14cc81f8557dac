#include "report/inspect.h"

#include <math.h>

enum { SHOWN = 20 }; /* grid times in the table */

sb_text sb_inspected_name(const sb_inspection *inspection, int i)
{
    sb_text text;
    snprintf(text.s, sizeof text.s,
             i == inspection->count  ? "pooled"
             : inspection->identical ? "each worker"
                                     : "worker %d",
             inspection->law[i].n);
    return text;
}

static void about_the_grid(const sb_output *out, const sb_inspection *inspection)
{
    const sb_grid *g = inspection->grid;
    double shortest = INFINITY, longest = 0.0;
    for (int k = 0; k < g->K; k++) {
        shortest = fmin(shortest, g->gamma[k]);
        longest = fmax(longest, g->gamma[k]);
    }
    sb_output_title(out, "GRID");
    sb_output_paragraph(
        out, 2, "",
        "K = %d steps of the %s grid, remaining time from T = %s down to delta = %s; kappa = %s, steps between %s and %s long.",
        g->K, sb_config_choice_name("diffusion.grid", (int)inspection->config->diffusion.grid), sb_text_double(g->T, 4).s,
        sb_text_double(g->delta, 4).s, sb_text_double(g->kappa, 4).s, sb_text_double(shortest, 4).s, sb_text_double(longest, 4).s);
}

static sb_status laws_table(sb_context *ctx, const sb_output *out, const sb_inspection *inspection)
{
    static const sb_column columns[] = {
        {"LAW", 0, 0},
        {"M2", 1, 0},
        {"H(q_delta)", 1, 0},
        {"C1", 1, 0},
        {"KL(q_T||noise)", 1, 0},
        {"LEMMA 4.10", 1, 0},
        {"KL(q_delta||noise)", 1, 0},
        {"RESIDUAL", 1, 0},
    };
    sb_status st = SB_OK;
    sb_table *table = NULL;
    SB_TRY(sb_table_create(ctx, out, 8, columns, &table));
    for (int i = inspection->identical ? inspection->count : 0; i <= inspection->count; i++) {
        const sb_exact *x = &inspection->law[i].exact;
        sb_table_row(table);
        sb_table_cell(table, sb_inspected_name(inspection, i).s, NULL);
        sb_table_cell(table, sb_text_double(x->M2.value, 4).s, NULL);
        sb_table_cell(table, sb_text_double(x->H_delta.value, 4).s, NULL);
        sb_table_cell(table, sb_text_double(x->C1.value, 4).s, NULL);
        sb_table_cell(table, sb_text_double(x->kl_init.value, 4).s, NULL);
        sb_table_cell(table, sb_text_double(x->kl_init_bound.value, 4).s, NULL);
        sb_table_cell(table, sb_text_double(x->kl_prior.value, 4).s, NULL);
        sb_table_cell(table, sb_text_double(inspection->law[i].residual.value, 4).s, NULL);
    }
    sb_output_title(out, inspection->identical ? "DATA (every worker holds the pooled law)" : "DATA");
    SB_TRY(sb_table_print(ctx, table));
    fputc('\n', out->stream);
    sb_output_paragraph(
        out, 2, "",
        "In nats: H differential entropy; C1 minus the denoising loss that no network can remove (Lemma 4.8); the "
        "divergence at which sampling starts, with its bound by Lemma 4.10; what pure noise is worth as a sample, "
        "without any network; RESIDUAL what a worker keeps of it however long the common model is trained, for its data "
        "differ from the pooled (at most log N).");
done:
    sb_table_free(table);
    return st;
}

static sb_status discretisation_table(sb_context *ctx, const sb_output *out, const sb_inspection *inspection)
{
    static const sb_column columns[] = {
        {"LAW", 0, 0}, {"EXACT", 1, 0}, {"D_sum", 1, 0}, {"B_sum", 1, 0}, {"U", 1, 0}, {"CORRECTED", 1, 0}, {"PRINTED", 1, 0},
    };
    sb_status st = SB_OK;
    sb_table *table = NULL;
    SB_TRY(sb_table_create(ctx, out, 7, columns, &table));
    for (int i = inspection->identical ? inspection->count : 0; i <= inspection->count; i++) {
        const sb_inspected_law *law = &inspection->law[i];
        sb_table_row(table);
        sb_table_cell(table, sb_inspected_name(inspection, i).s, NULL);
        sb_table_cell(table, sb_text_interval(law->exact.discretisation, 4).s, NULL);
        sb_table_cell(table, sb_text_double(law->exact.D_sum.value, 4).s, NULL);
        sb_table_cell(table, sb_text_double(law->exact.B_sum.value, 4).s, NULL);
        sb_table_cell(table, sb_text_double(law->exact.U, 4).s, NULL);
        sb_table_cell(table, sb_text_double(law->corrected.sum, 4).s, NULL);
        sb_table_cell(table, sb_text_double(law->printed.sum, 4).s, NULL);
    }
    sb_output_title(out, "DISCRETISATION (Lemma 4.5)");
    SB_TRY(sb_table_print(ctx, table));
    fputc('\n', out->stream);
    sb_output_paragraph(out, 2, "",
                        "EXACT = D_sum + B_sum is what K steps instead of continuous time cost, in nats. U bounds "
                        "D_sum from the grid alone. CORRECTED and PRINTED are the lemma's right sides; PRINTED takes "
                        "its hidden constant as 1.");
    const sb_terms *corrected = &inspection->law[inspection->count].corrected;
    for (int i = 0; i < corrected->condition_count; i++)
        if (!corrected->condition[i].holds)
            sb_output_paragraph(out, 2, "", "CORRECTED does not apply here: %s fails, with %s.", corrected->condition[i].name,
                                sb_text_double(corrected->condition[i].value, 4).s);
done:
    sb_table_free(table);
    return st;
}

static sb_status times_table(sb_context *ctx, const sb_output *out, const sb_inspection *inspection)
{
    static const sb_column columns[] = {
        {"k", 1, 0}, {"t", 1, 0}, {"u = T-t", 1, 0}, {"STEP", 1, 0}, {"sigma_u^2", 1, 0}, {"H", 1, 0}, {"J", 1, 0}, {"V", 1, 0},
    };
    sb_status st = SB_OK;
    sb_table *table = NULL;
    const sb_grid *g = inspection->grid;
    const sb_exact *x = &inspection->law[inspection->count].exact;
    const int rows = g->K + 1 <= SHOWN ? g->K + 1 : SHOWN;
    SB_TRY(sb_table_create(ctx, out, 8, columns, &table));
    for (int i = 0; i < rows; i++) {
        const int k = rows == 1 ? 0 : (int)((int64_t)i * g->K / (rows - 1));
        sb_table_row(table);
        sb_table_cell(table, sb_text_double(k, 4).s, NULL);
        sb_table_cell(table, sb_text_double(g->t[k], 4).s, NULL);
        sb_table_cell(table, sb_text_double(g->u[k], 4).s, NULL);
        sb_table_cell(table, k < g->K ? sb_text_double(g->gamma[k], 4).s : "", NULL);
        sb_table_cell(table, sb_text_double(g->sigma2[k], 4).s, NULL);
        sb_table_cell(table, sb_text_double(x->H[k].value, 4).s, NULL);
        sb_table_cell(table, sb_text_double(x->J[k].value, 4).s, NULL);
        sb_table_cell(table, sb_text_double(x->V[k].value, 4).s, NULL);
    }
    sb_output_title(out, "TIMES (pooled law)");
    SB_TRY(sb_table_print(ctx, table));
    fputc('\n', out->stream);
    sb_output_paragraph(out, 2, "", "H entropy; J Fisher information E|grad log q_u|^2; V variance of X_0 given X_u.");
    if (rows <= g->K)
        sb_output_paragraph(out, 2, "", "%d of %d times; all of them for every law with --format csv.", rows, g->K + 1);
done:
    sb_table_free(table);
    return st;
}

sb_status sb_inspection_table(sb_context *ctx, const sb_output *out, const sb_inspection *inspection)
{
    sb_status st = SB_OK;
    about_the_grid(out, inspection);
    SB_TRY(sb_inspection_images_table(ctx, out, inspection));
    SB_TRY(laws_table(ctx, out, inspection));
    SB_TRY(discretisation_table(ctx, out, inspection));
    SB_TRY(times_table(ctx, out, inspection));
done:
    return st;
}

sb_status sb_report_inspection(sb_context *ctx, const sb_output *out, const sb_inspection *inspection)
{
    switch (out->format) {
    case SB_FORMAT_JSON: return sb_inspection_json(ctx, out, inspection);
    case SB_FORMAT_CSV: sb_inspection_csv(out->stream, inspection); return SB_OK;
    default: return sb_inspection_table(ctx, out, inspection);
    }
}
