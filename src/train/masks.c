#include "train/masks.h"

#include "base/memory.h"
#include "base/npy.h"

#include <float.h>
#include <math.h>
#include <string.h>

void sb_keep_rates(const sb_config *config, double *keep)
{
    /* The paper's levels: which share of the workers keeps how much (App. D.1); the remaining workers keep everything. */
    static const struct {
        double share, keep;
    } levels[][2] = {
        [SB_LEVEL_F] = {{0.0, 1.0}, {0.0, 1.0}},
        [SB_LEVEL_L] = {{0.2, 0.75}, {0.0, 1.0}},
        [SB_LEVEL_M] = {{0.2, 0.8}, {0.2, 0.75}},
        [SB_LEVEL_S] = {{0.4, 0.75}, {0.0, 1.0}},
    };
    const int N = config->data.workers, given = config->pruning.keep_count;
    for (int n = 0; n < N; n++) keep[n] = given == 0 ? 1.0 : config->pruning.keep[given == 1 ? 0 : n];
    if (given || config->pruning.kind == SB_PRUNING_NONE) return;
    int last = N;
    for (int part = 0; part < 2; part++) {
        const int count = (int)lround(levels[config->pruning.level][part].share * N);
        for (int i = 0; i < count && last > 0; i++) keep[--last] = levels[config->pruning.level][part].keep;
    }
}

sb_status sb_masks_create(sb_context *ctx, const sb_config *config, const sb_model *model, sb_masks *masks)
{
    sb_status st = SB_OK;
    *masks = (sb_masks){.kind = config->pruning.kind,
                        .N = config->data.workers,
                        .D = sb_model_parameters(model),
                        .lanes = sb_model_lanes(model),
                        .seed = config->seed,
                        .model = model};
    SB_ALLOC(masks->keep, masks->N);
    sb_keep_rates(config, masks->keep);
    if (masks->kind == SB_PRUNING_WIDTH)
        SB_REQUIRE(masks->lanes > 0, SB_EUSER, "pruning.kind: error: width pruning needs a model with neurons, and %s has none",
                   sb_model_title(model));
    if (masks->kind == SB_PRUNING_FILE) {
        size_t rows, columns;
        SB_TRY(sb_npy_read_bytes(ctx, config->pruning.file, &rows, &columns, &masks->file));
        SB_REQUIRE(rows == (size_t)masks->N && columns == masks->D, SB_EUSER,
                   "%s: error: masks of shape %zu x %zu, but there are %d workers and %zu parameters", config->pruning.file, rows,
                   columns, masks->N, masks->D);
        for (size_t i = 0; i < rows * columns; i++)
            SB_REQUIRE(masks->file[i] <= 1, SB_EUSER, "%s: error: mask entry (%zu,%zu) is %d, not 0 or 1", config->pruning.file,
                       i / columns, i % columns, masks->file[i]);
    }
done:
    if (st != SB_OK) sb_masks_free(masks);
    return st;
}

void sb_masks_free(sb_masks *masks)
{
    sb_free(masks->keep);
    sb_free(masks->file);
    *masks = (sb_masks){0};
}

sb_status sb_mask_round_create(sb_context *ctx, const sb_masks *masks, sb_mask_round *round)
{
    sb_status st = SB_OK;
    *round = (sb_mask_round){0};
    if (masks->kind != SB_PRUNING_TOP_K) return SB_OK;
    SB_ALLOC(round->keep, masks->N);
    SB_ALLOC(round->cut, masks->N);
    SB_ALLOC(round->last, masks->N);
    SB_ALLOC(round->scratch, masks->D);
    for (int n = 0; n < masks->N; n++) {
        int i = 0;
        while (i < round->count && round->keep[i] != masks->keep[n]) i++;
        if (i == round->count) round->keep[round->count++] = masks->keep[n];
    }
done:
    if (st != SB_OK) sb_mask_round_free(round);
    return st;
}

void sb_mask_round_free(sb_mask_round *round)
{
    sb_free(round->keep);
    sb_free(round->cut);
    sb_free(round->last);
    sb_free(round->scratch);
    *round = (sb_mask_round){0};
}

/* Quickselect with Hoare's partition: the value at position k (from 0) when a (n) is sorted in falling order. Reorders a. */
static double select_largest(double *a, size_t n, size_t k)
{
    ptrdiff_t lo = 0, hi = (ptrdiff_t)n - 1;
    const ptrdiff_t want = (ptrdiff_t)k;
    while (lo < hi) {
        const double pivot = a[lo + (hi - lo) / 2];
        ptrdiff_t i = lo - 1, j = hi + 1;
        for (;;) {
            do i++;
            while (a[i] > pivot);
            do j--;
            while (a[j] < pivot);
            if (i >= j) break;
            const double t = a[i];
            a[i] = a[j];
            a[j] = t;
        }
        if (want <= j) hi = j;
        else lo = j + 1;
    }
    return a[want];
}

/* ceil(keep D) for the rate that was written: its rounding must not add a coordinate (in double 0.07*100 > 7). */
static size_t kept_count(double keep, size_t D)
{
    return (size_t)ceil(keep * (double)D * (1.0 - DBL_EPSILON));
}

void sb_mask_round_prepare(const sb_masks *masks, const double *theta, sb_mask_round *round)
{
    for (int c = 0; c < round->count; c++) {
        const size_t kept = kept_count(round->keep[c], masks->D);
        if (kept >= masks->D) {
            round->cut[c] = -1.0; /* every magnitude is larger */
            round->last[c] = 0;
            continue;
        }
        for (size_t i = 0; i < masks->D; i++) round->scratch[i] = fabs(theta[i]);
        round->cut[c] = select_largest(round->scratch, masks->D, kept - 1);
        size_t above = 0;
        for (size_t i = 0; i < masks->D; i++) above += fabs(theta[i]) > round->cut[c];
        size_t ties = kept - above; /* at least one */
        for (size_t i = 0; ties > 0; i++)
            if (fabs(theta[i]) == round->cut[c]) {
                round->last[c] = i;
                ties--;
            }
    }
}

sb_place sb_mask_place(const sb_masks *masks, int replica, int r, int n)
{
    const sb_stream stream = sb_stream_at(masks->seed, SB_DRAW_MASK, (uint32_t)replica, (uint32_t)n, (uint32_t)r, 0);
    return (sb_place){stream.seed, stream.subsequence, stream.block};
}

uint64_t sb_mask_threshold(const sb_masks *masks, int n)
{
    return (uint64_t)llround(masks->keep[n] * 0x1p32);
}

void sb_mask_cut(const sb_masks *masks, const sb_mask_round *round, int n, double *cut, uint64_t *last)
{
    int c = 0;
    while (round->keep[c] != masks->keep[n]) c++;
    *cut = round->cut[c];
    *last = round->last[c];
}

int sb_mask_lanes(const sb_masks *masks, int n)
{
    return masks->kind == SB_PRUNING_WIDTH ? (int)lround(masks->keep[n] * masks->lanes) : masks->lanes;
}

/* A uniformly random set of round(keep_n * lanes) lanes by selection sampling. */
static void fill_width(const sb_masks *masks, int replica, int r, int n, unsigned char *mask, unsigned char *lane)
{
    sb_stream stream = sb_stream_at(masks->seed, SB_DRAW_MASK, (uint32_t)replica, (uint32_t)n, (uint32_t)r, 0);
    int needed = sb_mask_lanes(masks, n);
    for (int j = 0; j < masks->lanes; j++) { /* lane j enters with probability needed/left */
        const int left = masks->lanes - j;
        lane[j] = sb_stream_uniform(&stream) * left < needed;
        needed -= lane[j];
    }
    sb_model_width_mask(masks->model, lane, mask);
}

void sb_mask_fill(const sb_masks *masks, const sb_mask_round *round, int replica, int r, int n, const double *theta,
                  unsigned char *mask, unsigned char *lane)
{
    const size_t D = masks->D;
    const sb_backend *cpu = sb_backend_cpu();
    if (masks->kind == SB_PRUNING_FILE) {
        memcpy(mask, masks->file + (size_t)n * D, D);
    } else if (masks->kind == SB_PRUNING_SPLIT) {
        for (size_t i = 0; i < D; i++) mask[i] = i % (size_t)masks->N == (size_t)n;
    } else if (masks->kind == SB_PRUNING_NONE || masks->keep[n] >= 1.0) {
        memset(mask, 1, D);
    } else if (masks->kind == SB_PRUNING_RANDOM) {
        const sb_place place = sb_mask_place(masks, replica, r, n);
        const uint64_t keep = sb_mask_threshold(masks, n);
        cpu->mask_random(cpu, 1, D, &keep, &place, mask);
    } else if (masks->kind == SB_PRUNING_WIDTH) {
        fill_width(masks, replica, r, n, mask, lane);
    } else {
        const int own = 0;
        double cut;
        uint64_t last;
        sb_mask_cut(masks, round, n, &cut, &last);
        cpu->mask_top_k(cpu, 1, D, theta, &own, &cut, &last, mask);
    }
}
