#include "measure/pictures.h"

#include "base/memory.h"
#include "base/progress.h"
#include "measure/chain_window.h"
#include "measure/classifier_streams.h"
#include "measure/generated_sample.h"
#include "measure/kl_grid.h"
#include "train/masks.h"

#include <math.h>
#include <string.h>

static const double REFINE = 0.5;     /* a picture needs no more */
static const double DEVIATIONS = 3.5; /* of the data to each side */

/* The masks of a run, and room to make them in. */
typedef struct {
    sb_masks masks;
    sb_mask_round round;
    unsigned char *mask, *lane; /* (D), (lanes) */
} mask_maker;

static void maker_free(mask_maker *m)
{
    sb_free(m->mask);
    sb_free(m->lane);
    sb_mask_round_free(&m->round);
    sb_masks_free(&m->masks);
}

/* Where the file of the masks is gone since training, nothing is shown of them: *there is 0. */
static sb_status maker_create(sb_context *ctx, const sb_system *system, mask_maker *m, int *there)
{
    sb_status st = sb_masks_create(ctx, system->config, system->model, &m->masks);
    *there = st == SB_OK && m->masks.D > 0;
    if (st == SB_EUSER) {
        sb_forgive(ctx);
        return SB_OK;
    }
    SB_TRY(st);
    SB_TRY(sb_mask_round_create(ctx, &m->masks, &m->round));
    SB_ALLOC(m->mask, m->masks.D + 1);
    SB_ALLOC(m->lane, m->masks.lanes + 1);
done:
    return st;
}

/* Makes worker n's mask of the next round; how many parameters it keeps. */
static size_t make_mask(mask_maker *m, const sb_training *t, int n)
{
    size_t kept = 0;
    sb_mask_fill(&m->masks, &m->round, 0, t->done, n, t->theta, m->mask, m->lane);
    for (size_t i = 0; i < t->D; i++) kept += m->mask[i] != 0;
    return kept;
}

/* Who keeps least; -1: all keep everything. Rates decide, where the masks follow from rates. */
static int least_worker(mask_maker *m, const sb_training *t)
{
    const int by_count = m->masks.kind == SB_PRUNING_SPLIT || m->masks.kind == SB_PRUNING_FILE;
    double least = 1.0;
    int worker = -1;
    for (int n = 0; n < m->masks.N && m->masks.kind != SB_PRUNING_NONE; n++) {
        const double share = by_count ? (double)make_mask(m, t, n) / (double)t->D : m->masks.keep[n];
        if (share < least) least = share, worker = n;
    }
    return worker;
}

/* theta_R times the mask of the worker that keeps least. theta (D) out. */
static void take_pruned_model(mask_maker *m, const sb_training *t, sb_pruned_model *model, double *theta)
{
    sb_mask_round_prepare(&m->masks, t->theta, &m->round);
    model->worker = least_worker(m, t);
    if (model->worker < 0) return;
    model->kept = (double)make_mask(m, t, model->worker) / (double)t->D;
    for (size_t i = 0; i < t->D; i++) theta[i] = m->mask[i] ? t->theta[i] : 0.0;
}

/* A window in which the data lie, with equal steps in both directions. */
static void lay_grid(const sb_system *system, sb_density_pictures *p)
{
    const sb_mixture pooled = sb_data_pooled(&system->data);
    const sb_window box = sb_window_of_law(&pooled, system->grid.delta, DEVIATIONS);
    const int most = p->d == 1 ? SB_PICTURE_POINTS_1 : SB_PICTURE_POINTS_2;
    double widest = 0.0;
    for (int i = 0; i < p->d; i++) widest = fmax(widest, box.hi[i] - box.lo[i]);
    p->n[1] = 1, p->step[1] = 1.0;
    for (int i = 0; i < p->d; i++) {
        p->step[i] = widest / (most - 1);
        p->n[i] = (int)ceil((box.hi[i] - box.lo[i]) / p->step[i] - 1e-9) + 1;
        p->origin[i] = 0.5 * (box.lo[i] + box.hi[i] - p->step[i] * (p->n[i] - 1));
    }
}

static sb_status density_of_data(sb_context *ctx, const sb_system *system, sb_density_pictures *p)
{
    sb_status st = SB_OK;
    const sb_mixture pooled = sb_data_pooled(&system->data);
    sb_marginal *law = NULL;
    double *work = NULL;
    SB_ALLOC(p->data, (size_t)p->n[0] * (size_t)p->n[1]);
    SB_TRY(sb_marginal_create(ctx, &pooled, system->grid.delta, &law));
    SB_ALLOC(work, sb_marginal_work(law));
    for (int i = 0; i < p->n[0]; i++)
        for (int k = 0; k < p->n[1]; k++) {
            const double y[2] = {p->origin[0] + i * p->step[0], p->origin[1] + k * p->step[1]};
            double log_density;
            sb_marginal_eval(law, 1, y, &log_density, NULL, work);
            p->data[(size_t)i * (size_t)p->n[1] + (size_t)k] = exp(log_density);
        }
done:
    sb_free(work);
    sb_marginal_free(law);
    return st;
}

/* The cell of a grid's axis in which x lies, and how far into it; 0 outside. */
static int cell_of(const sb_grid_density *g, int axis, double x, int *cell, double *share)
{
    const double at = (x - g->origin[axis]) / g->step[axis];
    if (axis >= g->d) {
        *cell = 0, *share = 0.0;
        return 1;
    }
    if (!(at >= 0.0 && at <= g->n[axis] - 1)) return 0;
    *cell = at < g->n[axis] - 1 ? (int)at : g->n[axis] - 2;
    *share = at - *cell;
    return g->n[axis] >= 2;
}

/* Between its points a density is linear along each axis. */
static double interpolate(const sb_grid_density *g, const double y[2])
{
    int cell[2];
    double share[2], sum = 0.0;
    for (int i = 0; i < 2; i++)
        if (!cell_of(g, i, y[i], &cell[i], &share[i])) return 0.0;
    for (int corner = 0; corner < (g->d == 2 ? 4 : 2); corner++) {
        const int up = corner & 1, right = corner >> 1;
        const double weight = (up ? share[0] : 1.0 - share[0]) * (right ? share[1] : 1.0 - share[1]);
        sum += weight * g->density[(size_t)(cell[0] + up) * (size_t)g->n[1] + (size_t)(cell[1] + right)];
    }
    return sum;
}

/* Of what theta generates, on the picture's grid. A score that no grid resolves has no picture. */
static sb_status density_of(sb_context *ctx, const sb_system *system, const double *theta, const sb_density_pictures *p,
                            double **values)
{
    sb_grid_density fine = {0};
    sb_status st = sb_generated_density(ctx, system, theta, REFINE, &fine);
    if (st == SB_ERANGE) {
        sb_forgive(ctx);
        return SB_OK;
    }
    SB_TRY(st);
    SB_ALLOC(*values, (size_t)p->n[0] * (size_t)p->n[1]);
    for (int i = 0; i < p->n[0]; i++)
        for (int k = 0; k < p->n[1]; k++) {
            const double y[2] = {p->origin[0] + i * p->step[0], p->origin[1] + k * p->step[1]};
            (*values)[(size_t)i * (size_t)p->n[1] + (size_t)k] = interpolate(&fine, y);
        }
done:
    sb_grid_density_free(&fine);
    return st;
}

static sb_status take_densities(sb_context *ctx, const sb_system *system, const sb_training *t, const double *pruned,
                                sb_density_pictures *p)
{
    sb_status st = SB_OK;
    p->d = system->data.d;
    lay_grid(system, p);
    SB_TRY(density_of_data(ctx, system, p));
    SB_TRY(density_of(ctx, system, t->theta, p, &p->learned));
    if (pruned) SB_TRY(density_of(ctx, system, pruned, p, &p->pruned));
done:
    return st;
}

/* Adds one round's shares. by (D) is scratch. */
static void count_round(mask_maker *m, int r, const double *theta, int *by, sb_coverage *coverage)
{
    const size_t D = m->masks.D;
    memset(by, 0, D * sizeof *by);
    sb_mask_round_prepare(&m->masks, theta, &m->round);
    for (int n = 0; n < m->masks.N; n++) {
        sb_mask_fill(&m->masks, &m->round, 0, r, n, theta, m->mask, m->lane);
        for (size_t i = 0; i < D; i++) by[i] += m->mask[i] != 0;
    }
    for (size_t i = 0; i < D; i++) coverage->share[by[i]] += 1.0;
    coverage->rounds++;
}

/* Over measured rounds spread evenly over those that were trained: their theta_r are kept. */
static sb_status take_coverage(sb_context *ctx, mask_maker *m, const sb_training *t, sb_coverage *coverage)
{
    sb_status st = SB_OK;
    int *by = NULL, seen = 0;
    SB_ALLOC(by, m->masks.D);
    SB_CALLOC(coverage->share, m->masks.N + 1);
    coverage->N = m->masks.N;
    while (seen < t->snapshots && t->snapshot_round[seen] < t->done) seen++;
    const int looks = seen < SB_PICTURE_ROUNDS ? seen : SB_PICTURE_ROUNDS;
    for (int i = 0; i < looks; i++) {
        const int s = (int)((long)seen * i / looks);
        SB_REQUIRE(!sb_context_stopped(ctx), SB_EINTR, "stopped while measuring");
        count_round(m, t->snapshot_round[s], t->snapshot + (size_t)s * t->D, by, coverage);
    }
    for (int k = 0; k <= m->masks.N && looks > 0; k++) coverage->share[k] /= (double)looks * (double)m->masks.D;
done:
    sb_free(by);
    return st;
}

/* A score that is not finite generates nothing: its row, and those below it, are missing. */
static sb_status take_images(sb_context *ctx, const sb_system *system, const sb_training *t, const double *pruned,
                             sb_image_sheet *sheet)
{
    sb_status st = SB_OK;
    const sb_mixture pooled = sb_data_pooled(&system->data);
    const size_t row = SB_PICTURE_IMAGES * (size_t)system->data.d;
    double *work = NULL;
    sheet->shape = system->data.image;
    sheet->columns = SB_PICTURE_IMAGES;
    SB_ALLOC(sheet->image, 3 * row);
    SB_ALLOC(work, system->data.d);
    sb_mixture_sample(&pooled,
                      sb_stream_at(system->config->seed, SB_DRAW_CLASSIFIER, 0, (uint32_t)system->data.N, SB_CLASSIFIER_SHEET, 0),
                      SB_PICTURE_IMAGES, sheet->image, NULL, work);
    sheet->rows = 1;
    for (int i = 0; i < (pruned ? 2 : 1); i++) {
        st = sb_generated_sample_stage(ctx, system, i == 0 ? t->theta : pruned, SB_PICTURE_IMAGES, 0,
                                       sheet->image + row * (size_t)sheet->rows);
        if (st == SB_ERANGE) {
            sb_forgive(ctx);
            st = SB_OK;
            break;
        }
        SB_TRY(st);
        sheet->rows++;
    }
done:
    sb_free(work);
    return st;
}

sb_status sb_pictures_take(sb_context *ctx, const sb_system *system, const sb_training *training, sb_pictures *pictures)
{
    sb_status st = SB_OK;
    mask_maker maker = {.mask = NULL};
    double *theta = NULL;
    int there;
    *pictures = (sb_pictures){.pruned_model = {.worker = -1, .kept = 1.0}};
    sb_progress_begin(ctx, "pictures", 2.0);
    SB_ALLOC(theta, training->D + 1);
    SB_TRY(maker_create(ctx, system, &maker, &there));
    if (there) take_pruned_model(&maker, training, &pictures->pruned_model, theta);
    if (there) SB_TRY(take_coverage(ctx, &maker, training, &pictures->coverage));
    sb_progress_add(ctx, 1.0);
    const double *pruned = pictures->pruned_model.worker >= 0 ? theta : NULL;
    if (system->data.d <= 2) SB_TRY(take_densities(ctx, system, training, pruned, &pictures->density));
    if (sb_image_dimension(system->data.image) > 0) SB_TRY(take_images(ctx, system, training, pruned, &pictures->sheet));
done:
    sb_progress_end(ctx);
    maker_free(&maker);
    sb_free(theta);
    if (st != SB_OK) sb_pictures_free(pictures);
    return st;
}

void sb_pictures_free(sb_pictures *pictures)
{
    sb_free(pictures->density.data);
    sb_free(pictures->density.learned);
    sb_free(pictures->density.pruned);
    sb_free(pictures->coverage.share);
    sb_free(pictures->sheet.image);
    *pictures = (sb_pictures){.pruned_model = {.worker = -1, .kept = 1.0}};
}
