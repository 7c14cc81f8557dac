#include "measure/sampler_map.h"

#include "base/memory.h"

sb_status sb_sampler_map_create(sb_context *ctx, const sb_system *system, const double *theta, int B_max, sb_sampler_map *map)
{
    sb_status st = SB_OK;
    *map = (sb_sampler_map){.system = system};
    SB_TRY(sb_scores_create(ctx, system, B_max, &map->scores));
    sb_scores_theta(&map->scores, theta);
    SB_ALLOC(map->k, B_max);
done:
    if (st != SB_OK) sb_sampler_map_free(map);
    return st;
}

void sb_sampler_map_free(sb_sampler_map *map)
{
    sb_scores_free(&map->scores);
    sb_free(map->k);
    *map = (sb_sampler_map){0};
}

sb_sampler_step sb_sampler_map_step(const sb_system *system, int k)
{
    return sb_sampler_coefficients(system->config->diffusion.sampler, system->grid.gamma[k]);
}

sb_status sb_sampler_map_eval(sb_context *ctx, sb_sampler_map *map, int k, int B, const double *y, double *image)
{
    sb_status st = SB_OK;
    const sb_sampler_step step = sb_sampler_map_step(map->system, k);
    for (int b = 0; b < B; b++) map->k[b] = k;
    SB_TRY(sb_scores_at(ctx, &map->scores, B, y, map->k, image));
    for (size_t i = 0; i < (size_t)B * (size_t)map->system->data.d; i++) image[i] = step.a * y[i] + step.b * image[i];
done:
    return st;
}
