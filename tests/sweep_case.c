#include "harness.h"
#include "sweep_case.h"

#include <math.h>
#include <string.h>

const char *const SB_CASE_ROUNDS[] = {"10", "100", "1000", "1e4", NULL}, *const SB_CASE_LEVELS[] = {"F", "S", NULL};

void sb_sweep_case_begin(sb_sweep_case *s, const char *against, int paired)
{
    memset(s, 0, sizeof *s);
    s->plan = (sb_sweep_plan){.paired = paired, .axis = s->axis, .against = (char *)against, .show = s->show};
}

void sb_sweep_case_vary(sb_sweep_case *s, const char *key, const char *const *values)
{
    const int a = s->plan.axis_count++;
    s->axis[a] = (sb_sweep_axis){.key = (char *)key, .value = s->value[a]};
    for (; values[s->axis[a].count]; s->axis[a].count++) s->value[a][s->axis[a].count] = (char *)values[s->axis[a].count];
}

void sb_sweep_case_show(sb_sweep_case *s, const char *name)
{
    s->show[s->plan.show_count++] = (char *)name;
}

static sb_measured_worker worker_of(int n, double more)
{
    const sb_number none = sb_number_unknown(), some = sb_number_exact(1.385 * more);
    sb_measured_worker w = {.n = n, .M2 = some, .C1 = sb_number_exact(-0.9 * more), .D_sum = sb_number_exact(0.04 * more)};
    w.B_sum = sb_number_exact(0.01 * more), w.U = sb_number_exact(0.05 * more), w.B_bound = sb_number_exact(0.02 * more);
    w.kl_init = sb_number_exact(0.003 * more), w.kl_init_bound = sb_number_exact(0.004 * more),
    w.kl_prior = sb_number_exact(0.7 * more);
    w.H_delta = w.H_T = some;
    w.F_before = sb_number_exact(2.1 * more), w.F_after = sb_number_exact(1.2 * more);
    w.score_loss_before = sb_number_exact(1.2 * more), w.score_loss_after = sb_number_exact(0.3 * more);
    w.path_kl_before = w.path_kl_after = w.chain_score_before = w.chain_score_after = w.score_loss_after;
    w.chain_before = (sb_number){0.6 * more, 0.55 * more, 0.65 * more, 0.95, 500.0, SB_SAMPLED};
    w.chain_after = (sb_number){0.36 * more, 0.33 * more, 0.39 * more, 0.95, 500.0, SB_SAMPLED};
    w.chain_free_after = w.chain_after;
    w.grid_before = sb_number_certified(0.5 * more, 1e-6);
    w.grid_after = sb_number_certified(0.2 * more, 1e-6);
    w.closed_before = w.closed_after = w.importance_after = w.knn_after = w.dv_after = w.tv_after = none;
    w.residual = sb_number_exact(0.02);
    w.L_score = sb_number_exact(4.0), w.fisher = sb_number_exact(5.0 * more), w.cov_gap = sb_number_exact(0.3);
    w.sigma2 = sb_number_exact(0.1);
    return w;
}

static sb_measured run_of(sb_measured_worker *worker)
{
    const sb_number none = sb_number_unknown();
    sb_measured m = {.N = 10.0, .S = 5.0, .R = 200.0, .D = 40.0, .d = 2.0, .T = 2.385, .K = 40.0, .kappa = 0.11, .delta = 0.02};
    m.eta = 1e-3, m.replicas = 1.0, m.h = 0.11, m.step2 = 0.2, m.confidence = 0.95;
    m.L = sb_number_exact(3.1), m.w2 = sb_number_exact(0.02), m.sigma1 = sb_number_exact(0.6), m.sigma2 = sb_number_exact(0.1);
    m.Gamma = sb_number_exact(6.0), m.uncovered = sb_number_exact(0.0);
    m.F0 = sb_number_exact(2.2), m.FR = sb_number_exact(1.3), m.dtheta = sb_number_exact(0.8);
    m.squared_gradient = (sb_number){0.5, 0.45, 0.55, 0.95, 40.0, SB_SAMPLED};
    m.L_initial = m.L_final = m.L;
    m.mu = m.Fstar = none;
    m.theta2 = sb_number_exact(3.0), m.prune2 = sb_number_exact(0.01), m.G = sb_number_exact(2.0),
    m.sampler_bias = sb_number_exact(1e-4);
    m.worker_count = SB_CASE_WORKERS;
    m.worker = worker;
    worker[0] = worker_of(0, 1.0);
    worker[1] = worker_of(7, 1.2);
    m.pooled = worker_of(-1, 0.9);
    return m;
}

void sb_sweep_case_fill(sb_sweep_case *s)
{
    s->plan.run_count = s->plan.paired ? s->axis[0].count : 1;
    for (int a = 0; a < s->plan.axis_count && !s->plan.paired; a++) s->plan.run_count *= s->axis[a].count;
    for (int i = 0; i < s->plan.run_count; i++) {
        s->run[i] = run_of(s->worker[i]);
        s->measured[i] = &s->run[i];
    }
}

void sb_sweep_case_rounds(sb_sweep_case *s)
{
    sb_sweep_case_begin(s, "train.rounds", 0);
    sb_sweep_case_vary(s, "train.rounds", SB_CASE_ROUNDS);
    sb_sweep_case_fill(s);
    for (int i = 0; i < 4; i++) s->run[i].R = pow(10.0, i + 1);
}

int sb_sweep_case_find(const sb_sweep_case *s, sb_sweep_findings *f)
{
    sb_context context;
    sb_context_init(&context, 1);
    return CHECK_OK(&context, sb_sweep_findings_of(&context, &s->plan, s->measured, f));
}

int sb_sweep_case_column(const sb_sweep_findings *f, const char *name)
{
    int c = 0;
    while (c < f->column_count && strcmp(f->column[c].name, name) != 0) c++;
    CHECK(c < f->column_count);
    return c;
}

const sb_sweep_slope *sb_sweep_case_slope(const sb_sweep_findings *f, const char *name, const char *along, const char *where)
{
    static const sb_sweep_slope none = {.slope = {.value = NAN}, .predicted = NAN};
    const int c = sb_sweep_case_column(f, name);
    for (int i = 0; i < f->slope_count; i++)
        if (f->slope[i].column == c && strcmp(f->slope[i].along, along) == 0 && strcmp(f->slope[i].where, where) == 0)
            return &f->slope[i];
    CU_FAIL("no such slope");
    return &none;
}
