#include "hand_choice.h"
#include "harness.h"

#include "diffusion/grid.h"
#include "measure/exact.h"

#include <stdio.h>
#include <string.h>

sb_constants hand_choice_constants(void)
{
    sb_constants c;
    sb_constants_clear(&c);
    c.N = 7.0, c.S = 3.0, c.R = 4001.0, c.d = 5.0, c.delta = 0.0371, c.L = 1.731, c.w2 = 0.0117, c.sigma1 = 0.613, c.sigma2 = 0.077;
    c.Gamma = 5.0, c.F0 = 9.47, c.Fn0 = 9.61, c.M2 = 41.9, c.C1 = -2.87, c.dtheta = 0.271, c.mu = 0.293, c.Fstar = 2.93;
    return c;
}

double hand_choice_U(double T, double delta, double K, double d, double M2)
{
    sb_context context;
    sb_grid grid;
    sb_config config = {0};
    sb_context_init(&context, 1);
    config.diffusion.T = T;
    config.diffusion.delta = delta;
    config.diffusion.K = (int)K;
    config.diffusion.grid = SB_GRID_LOG_SNR;
    if (!CHECK_OK(&context, sb_grid_create(&context, &config, &grid))) return NAN;
    const double U = sb_discretisation_U(&grid, (int)d, M2);
    sb_grid_free(&grid);
    return U;
}

double hand_choice_start(double T, double d, double M2)
{
    const double x = exp(-2.0 * T);
    return 0.5 * (x * M2 - d * x - d * log1p(-x));
}

double hand_choice_term(const sb_selection *selection, const char *name)
{
    for (int i = 0; i < selection->promise.term_count; i++)
        if (strcmp(selection->promise.term[i].name, name) == 0) return selection->promise.term[i].value;
    CU_FAIL("no such term");
    return NAN;
}

int hand_choice_says(const char *reason, const char *format, double value)
{
    char text[64];
    snprintf(text, sizeof text, format, value);
    const int found = strstr(reason, text) != NULL;
    if (!found) printf("# %s is not in: %s\n", text, reason);
    return found && strlen(reason) < HAND_CHOICE_LONGEST;
}
