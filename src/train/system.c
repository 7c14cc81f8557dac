#include "train/system.h"

sb_status sb_system_create(sb_context *ctx, const sb_config *config, sb_system *system)
{
    sb_status st = SB_OK;
    *system = (sb_system){.config = config, .backend = sb_backend_cpu()};
    SB_TRY(sb_data_create(ctx, config, &system->data));
    SB_TRY(sb_grid_create(ctx, config, &system->grid));
    SB_TRY(sb_model_create(ctx, config, &system->data, &system->grid, &system->model));
done:
    if (st != SB_OK) sb_system_free(system);
    return st;
}

void sb_system_free(sb_system *system)
{
    sb_model_free(system->model);
    sb_grid_free(&system->grid);
    sb_data_free(&system->data);
    *system = (sb_system){0};
}

int sb_system_is_single(const sb_system *system)
{
    return system->config->train.precision == SB_PRECISION_FLOAT && sb_model_parameters(system->model) > 0;
}
