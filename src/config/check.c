#include "config/check.h"

#include "config/parameters.h"
#include "config/settings.h"

#include <math.h>

int sb_components_fit(size_t J, size_t d, sb_covariance_kind kind)
{
    const double covariance = kind == SB_COVARIANCE_FULL ? (double)d * (double)d : kind == SB_COVARIANCE_DIAGONAL ? (double)d : 1.0;
    return 8.0 * (double)J * ((double)d + covariance) <= (double)SB_MAX_GIBIBYTES * 1024.0 * 1024.0 * 1024.0;
}

/* 0 where only the file tells. */
static int class_count(const sb_config *config)
{
    enum { SHAPES = 3 };
    if (config->data.kind == SB_DATA_SHAPES) return SHAPES;
    if (config->data.kind == SB_DATA_GLYPHS) return config->data.templates;
    return config->data.format == SB_IMAGES_IDX ? 0 : config->data.format == SB_IMAGES_CIFAR_100 ? 100 : 10;
}

int sb_config_component_count(const sb_config *config)
{
    if (config->data.kind != SB_DATA_GAUSSIAN_MIXTURE) return class_count(config);
    const int axes = config->data.preset == SB_PRESET_GRID || config->data.preset == SB_PRESET_PRODUCT ? config->data.dimension : 1;
    if (config->data.preset == SB_PRESET_NONE) return config->data.component_count;
    const double J = pow(config->data.modes, axes);
    return J <= SB_MAX_COMPONENTS ? (int)J : 0;
}

sb_status sb_check_preset(sb_context *ctx, const sb_settings *settings, sb_config *config)
{
    enum { FULL_UP_TO = 64 }; /* dimension of the full covariances that the preset random draws */
    sb_status st = SB_OK;
    const int J = sb_config_component_count(config), d = config->data.dimension;
    if (config->data.preset == SB_PRESET_NONE) goto done;
    const sb_config_place place = sb_settings_latest(settings, "data.modes", "data.dimension");
    if (J == 0)
        SB_FAIL_AT(place, "%d modes on each of %d axes are more than %d components", config->data.modes, d, SB_MAX_COMPONENTS);
    const sb_covariance_kind kind = config->data.preset != SB_PRESET_RANDOM ? SB_COVARIANCE_ISOTROPIC
                                    : d <= FULL_UP_TO                       ? SB_COVARIANCE_FULL
                                                                            : SB_COVARIANCE_DIAGONAL;
    if (!sb_components_fit((size_t)J, (size_t)d, kind))
        SB_FAIL_AT(place, "%d components in dimension %d take more than %d GiB", J, d, SB_MAX_GIBIBYTES);
done:
    return st;
}

/* Shapes have no `all`. */
sb_status sb_check_count(sb_context *ctx, const sb_settings *settings, sb_config *config)
{
    enum { SHAPES_DRAWN = 1500 };
    (void)ctx;
    (void)settings;
    if (config->data.kind == SB_DATA_SHAPES && config->data.count == 0) config->data.count = SHAPES_DRAWN;
    return SB_OK;
}

static double drawn_dimension(const sb_config *config)
{
    return (double)config->data.channels * config->data.side * config->data.side;
}

sb_status sb_check_drawn(sb_context *ctx, const sb_settings *settings, sb_config *config)
{
    sb_status st = SB_OK;
    const double d = drawn_dimension(config);
    const sb_config_place place = sb_settings_latest(settings, "data.images.side", "data.images.channels");
    if (config->data.kind != SB_DATA_SHAPES && config->data.kind != SB_DATA_GLYPHS) goto done;
    if (d > SB_MAX_DIMENSION)
        SB_FAIL_AT(place, "images of %d x %d pixels in %d channel%s are points of dimension %.0f; at most %d is possible",
                   config->data.side, config->data.side, config->data.channels, config->data.channels == 1 ? "" : "s", d,
                   SB_MAX_DIMENSION);
    if (config->data.kind == SB_DATA_SHAPES && config->data.count * d > SB_MAX_NUMBERS)
        SB_FAIL_AT(sb_settings_latest(settings, "data.images.count", "data.images.side"),
                   "%d images in dimension %.0f are more than 2^28 numbers", config->data.count, d);
done:
    return st;
}

sb_status sb_check_glyphs(sb_context *ctx, const sb_settings *settings, sb_config *config)
{
    sb_status st = SB_OK;
    const double d = drawn_dimension(config), J = config->data.templates, rank = config->data.rank;
    if (config->data.kind != SB_DATA_GLYPHS) goto done;
    if (rank >= d)
        SB_FAIL_AT(sb_settings_latest(settings, "data.images.side", "data.glyphs.rank"),
                   "'data.glyphs.rank' must be smaller than the dimension of the images, but %.0f >= %.0f", rank, d);
    if (J * d * (rank + 1.0) > SB_MAX_NUMBERS)
        SB_FAIL_AT(sb_settings_latest(settings, "data.images.side", "data.glyphs.templates"),
                   "%.0f templates of dimension %.0f with %.0f directions each are more than 2^28 numbers", J, d, rank);
done:
    return st;
}

sb_status sb_check_partition(sb_context *ctx, const sb_settings *settings, sb_config *config)
{
    sb_status st = SB_OK;
    const double N = config->data.workers, J = sb_config_component_count(config);
    if (config->data.partition != SB_PARTITION_IID && N * J > SB_MAX_NUMBERS)
        SB_FAIL_AT(sb_settings_latest(settings, "data.workers", "data.partition.kind"),
                   "%.0f workers with a weight for each of %.0f components are more than 2^28 numbers", N, J);
done:
    return st;
}

sb_status sb_check_samples(sb_context *ctx, const sb_settings *settings, sb_config *config)
{
    sb_status st = SB_OK;
    const double N = config->data.workers, m = config->data.samples;
    const int glyphs = config->data.kind == SB_DATA_GLYPHS, mixture = config->data.kind == SB_DATA_GAUSSIAN_MIXTURE;
    const double d = glyphs ? drawn_dimension(config) : config->data.dimension;
    if (m > 0.0 && !mixture && !glyphs)
        SB_FAIL_AT(sb_settings_latest(settings, "data.kind", "data.samples"),
                   "'data.samples' is for laws to draw from; %s are data already: take fewer with 'data.images.count'",
                   sb_config_choice_name("data.kind", (int)config->data.kind));
    if (N * m * fmax(N, d) > SB_MAX_NUMBERS)
        SB_FAIL_AT(sb_settings_latest(settings, "data.workers", "data.samples"),
                   "%.0f workers with %.0f samples each in dimension %.0f are more than 2^28 numbers", N, m, d);
done:
    return st;
}

sb_status sb_check_delta(sb_context *ctx, const sb_settings *settings, sb_config *config)
{
    sb_status st = SB_OK;
    if (!(config->diffusion.delta < config->diffusion.T))
        SB_FAIL_AT(sb_settings_latest(settings, "diffusion.T", "diffusion.delta"),
                   "'diffusion.delta' must be smaller than 'diffusion.T', but %.10g >= %.10g", config->diffusion.delta,
                   config->diffusion.T);
done:
    return st;
}

/* The rules are conditions on the steps (7). */
sb_status sb_check_rate(sb_context *ctx, const sb_settings *settings, sb_config *config)
{
    sb_status st = SB_OK;
    const sb_rate_rule rule = config->train.rule;
    if (config->train.optimiser == SB_OPTIMISER_ADAM && rule != SB_RATE_GIVEN)
        SB_FAIL_AT(sb_settings_latest(settings, "train.optimiser", "train.learning_rate"),
                   "Adam needs 'train.learning_rate' as a number: the rule %s is for plain steps",
                   rule == SB_RATE_LEMMA_4_6 ? "lemma-4.6" : "remark-4.12");
done:
    return st;
}

sb_status sb_check_pruning(sb_context *ctx, const sb_settings *settings, sb_config *config)
{
    sb_status st = SB_OK;
    const sb_model_name model = config->model.kind;
    if (config->pruning.kind == SB_PRUNING_WIDTH && model != SB_MODEL_MLP && model != SB_MODEL_FOURIER)
        SB_FAIL_AT(sb_settings_latest(settings, "model.kind", "pruning.kind"),
                   "pruning by width needs the model mlp or fourier, not %s", sb_config_choice_name("model.kind", (int)model));
done:
    return st;
}

sb_status sb_check_keep(sb_context *ctx, const sb_settings *settings, sb_config *config)
{
    sb_status st = SB_OK;
    const int count = config->pruning.keep_count;
    if (count > 1 && count != config->data.workers)
        SB_FAIL_AT(sb_settings_latest(settings, "data.workers", "pruning.keep"),
                   "'pruning.keep' has %d numbers for %d workers; give one number, or one for each worker", count,
                   config->data.workers);
done:
    return st;
}

/* The route over a grid in space exists for one and two dimensions: above, the default leaves it out. */
sb_status sb_check_kl(sb_context *ctx, const sb_settings *settings, sb_config *config)
{
    sb_status st = SB_OK;
    const int images = config->data.kind != SB_DATA_GAUSSIAN_MIXTURE;
    if ((!images && config->data.dimension <= 2) || !(config->measure.kl & SB_KL_GRID)) goto done;
    if (sb_settings_given(settings, "measure.kl") && images)
        SB_FAIL_AT(sb_settings_latest(settings, "data.kind", "measure.kl"),
                   "the KL route 'grid' needs dimension 1 or 2, and images have more; leave it out of 'measure.kl'");
    if (sb_settings_given(settings, "measure.kl"))
        SB_FAIL_AT(sb_settings_latest(settings, "data.dimension", "measure.kl"),
                   "the KL route 'grid' needs dimension 1 or 2, not %d; leave it out of 'measure.kl'", config->data.dimension);
    config->measure.kl = (config->measure.kl & ~(unsigned)SB_KL_GRID) | SB_KL_IMPORTANCE | SB_KL_DV;
done:
    return st;
}

sb_status sb_check_quality(sb_context *ctx, const sb_settings *settings, sb_config *config)
{
    enum { LEAST = 64 }; /* for an interval */
    sb_status st = SB_OK;
    const int n = config->measure.quality_samples;
    if (n > 0 && n < LEAST)
        SB_FAIL_AT(sb_settings_latest(settings, "measure.quality_samples", "measure.quality_samples"),
                   "%d images are too few to judge; it takes %d, or 0 for none", n, LEAST);
    if (n > 0 && config->data.kind == SB_DATA_GAUSSIAN_MIXTURE)
        SB_FAIL_AT(sb_settings_latest(settings, "data.kind", "measure.quality_samples"),
                   "'measure.quality_samples' judges images, which data of kind gaussian-mixture are not");
    if (config->data.kind != SB_DATA_IMAGES && n * drawn_dimension(config) > SB_MAX_NUMBERS)
        SB_FAIL_AT(sb_settings_latest(settings, "data.images.side", "measure.quality_samples"),
                   "%d images in dimension %.0f are more than 2^28 numbers", n, drawn_dimension(config));
done:
    return st;
}
