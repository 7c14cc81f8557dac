#include "report/inspect.h"

#include <math.h>
#include <stdio.h>

void sb_inspection_csv(FILE *stream, const sb_inspection *inspection)
{
    const sb_grid *g = inspection->grid;
    sb_csv csv = {stream, 0};
    sb_csv_header(
        &csv,
        "law k t u gamma sigma2 H H_lo H_hi H_status J J_lo J_hi J_status V V_lo V_hi V_status D D_lo D_hi D_status B B_lo B_hi "
        "B_status");
    for (int i = 0; i <= inspection->count; i++) {
        const sb_exact *x = &inspection->law[i].exact;
        char name[32];
        snprintf(name, sizeof name, i < inspection->count ? "worker %d" : "pooled", inspection->law[i].n);
        for (int k = 0; k <= g->K; k++) {
            const sb_number none = {.value = NAN}; /* the last time begins no step */
            sb_csv_text(&csv, name);
            sb_csv_integer(&csv, k);
            sb_csv_double(&csv, g->t[k]);
            sb_csv_double(&csv, g->u[k]);
            sb_csv_double(&csv, k < g->K ? g->gamma[k] : NAN);
            sb_csv_double(&csv, g->sigma2[k]);
            sb_csv_number(&csv, x->H[k]);
            sb_csv_number(&csv, x->J[k]);
            sb_csv_number(&csv, x->V[k]);
            sb_csv_number(&csv, k < g->K ? x->D[k] : none);
            sb_csv_number(&csv, k < g->K ? x->B[k] : none);
            sb_csv_end(&csv);
        }
    }
}
