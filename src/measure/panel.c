#include "measure/panel.h"

#include "base/memory.h"

sb_status sb_panel_create(sb_context *ctx, const sb_system *system, sb_panel *panel)
{
    sb_status st = SB_OK;
    const int N = system->data.N;
    const int most = system->config->measure.workers;
    *panel = (sb_panel){.identical = system->data.distinct == 1};
    panel->count = panel->identical ? 1 : N < most ? N : most;
    panel->complete = panel->identical || panel->count == N;
    SB_ALLOC(panel->n, panel->count);
    for (int i = 0; i < panel->count; i++) panel->n[i] = (int)((int64_t)i * N / panel->count);
done:
    return st;
}

void sb_panel_free(sb_panel *panel)
{
    sb_free(panel->n);
    *panel = (sb_panel){0};
}
