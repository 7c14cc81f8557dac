#include "measure/grid_density.h"

#include "base/memory.h"

size_t sb_grid_density_points(const sb_grid_density *density)
{
    return (size_t)density->n[0] * (size_t)density->n[1];
}

double sb_grid_density_cell(const sb_grid_density *density)
{
    return density->step[0] * density->step[1];
}

void sb_grid_density_point(const sb_grid_density *density, size_t index, double *y)
{
    const size_t columns = (size_t)density->n[1];
    y[0] = density->origin[0] + density->step[0] * (double)(index / columns);
    if (density->d == 2) y[1] = density->origin[1] + density->step[1] * (double)(index % columns);
}

void sb_grid_density_free(sb_grid_density *density)
{
    sb_free(density->density);
    *density = (sb_grid_density){0};
}
