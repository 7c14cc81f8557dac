/* config.h: everything a run depends on, as plain data. One table (parameters.c) drives the YAML parser, --key=value,
 * the help, the manual and the resolved copy in every run directory; nothing about a key is written anywhere else. */
#ifndef SB_CONFIG_CONFIG_H
#define SB_CONFIG_CONFIG_H

#include "base/context.h"

#include <stddef.h>
#include <stdint.h>

typedef enum { SB_DATA_GAUSSIAN_MIXTURE, SB_DATA_IMAGES, SB_DATA_SHAPES, SB_DATA_GLYPHS } sb_data_kind;
typedef enum { SB_IMAGES_DIGITS, SB_IMAGES_IDX, SB_IMAGES_CIFAR_10, SB_IMAGES_CIFAR_100, SB_IMAGES_SVHN } sb_image_format;
typedef enum { SB_PRESET_NONE, SB_PRESET_RING, SB_PRESET_GRID, SB_PRESET_RANDOM, SB_PRESET_PRODUCT, SB_PRESET_TWO_SCALE } sb_preset;
typedef enum { SB_PARTITION_IID, SB_PARTITION_DIRICHLET, SB_PARTITION_BY_COMPONENT, SB_PARTITION_EXPLICIT } sb_partition_kind;
typedef enum { SB_GRID_KAPPA, SB_GRID_LOG_SNR, SB_GRID_UNIFORM } sb_grid_kind;
typedef enum { SB_SAMPLER_EXPONENTIAL, SB_SAMPLER_DDPM, SB_SAMPLER_EULER } sb_sampler_kind;
typedef enum { SB_MODEL_EXACT, SB_MODEL_AFFINE, SB_MODEL_FOURIER, SB_MODEL_MLP, SB_MODEL_UNET } sb_model_name;
typedef enum { SB_AFFINE_FULL, SB_AFFINE_DIAGONAL } sb_affine_form;
typedef enum { SB_RATE_GIVEN, SB_RATE_LEMMA_4_6, SB_RATE_REMARK_4_12 } sb_rate_rule;
typedef enum { SB_OPTIMISER_SGD, SB_OPTIMISER_ADAM } sb_optimiser;
typedef enum { SB_PRECISION_DOUBLE, SB_PRECISION_FLOAT } sb_precision;
typedef enum { SB_PRUNING_NONE, SB_PRUNING_RANDOM, SB_PRUNING_TOP_K, SB_PRUNING_WIDTH, SB_PRUNING_SPLIT, SB_PRUNING_FILE } sb_pruning_kind;
typedef enum { SB_LEVEL_F, SB_LEVEL_L, SB_LEVEL_M, SB_LEVEL_S } sb_level;
typedef enum { SB_UNCOVERED_KEEP, SB_UNCOVERED_ZERO, SB_UNCOVERED_ABORT } sb_uncovered;
typedef enum {
    SB_KL_CLOSED = 1,
    SB_KL_GRID = 2,
    SB_KL_CHAIN = 4,
    SB_KL_IMPORTANCE = 8,
    SB_KL_KNN = 16,
    SB_KL_DV = 32
} sb_kl_route; /* bits of sb_config.measure.kl */

enum { SB_MAX_COMPONENTS = 1 << 16 };
enum { SB_MIN_DRAWN_SIDE = 4, SB_MAX_DRAWN_SIDE = 256 }; /* of images that are drawn, in pixels */

/* How a component's covariance was given; the arrays of a component in `sb_component`. All components of a loaded config share one
 * block of numbers, which starts at the first mean. Low rank is made by the program, never given component by component. */
typedef enum { SB_COVARIANCE_ISOTROPIC, SB_COVARIANCE_DIAGONAL, SB_COVARIANCE_FULL, SB_COVARIANCE_LOW_RANK } sb_covariance_kind;

typedef struct {
    double weight; /* > 0; all weights sum to 1 within 1e-9, then are renormalised */
    double *mean;  /* (d) */
    sb_covariance_kind kind;
    double *covariance; /* (1) variance, (d) variances, or (d,d) row-major, symmetric positive definite */
} sb_component;

typedef struct {
    uint64_t seed;

    struct {
        sb_data_kind kind;
        int dimension;    /* d >= 1 of a gaussian-mixture; 0 for images, where it follows from their size (sb_data.d) */
        int workers;      /* N >= 1 */
        sb_preset preset; /* none when `components` is given */
        int modes;        /* of the preset: components in all (ring, random, two-scale), per axis (grid, product) */
        double radius;    /* of the preset: ring radius, half-width of grid and product, rms mean of random, spacing of two-scale */
        double deviation; /* of the preset: standard deviation of a component */
        double ratio;     /* of the preset two-scale: deviation of the narrow components over that of the wide */
        int component_count;      /* J, 0 with a preset */
        sb_component *components; /* (J) */
        sb_partition_kind partition;
        double alpha;    /* Dirichlet concentration: worker's weights ~ Dirichlet(alpha*J*p_1, ..., alpha*J*p_J) */
        double *weights; /* (N,J) of partition explicit, of images (N,classes), rows sum to 1; NULL otherwise */
        int columns;     /* of weights, as read */
        int samples;     /* 0: fresh samples for ever; else each worker holds this many points and q_n is their empirical law */
        sb_image_format format;    /* images */
        char *path, *labels;       /* images; NULL where there is none */
        int count;                 /* at most this many images (0: all); of shapes, how many are drawn */
        int side, channels;        /* shapes and glyphs */
        int templates, rank;       /* glyphs: components; directions in which each one varies smoothly */
        double glyph_deviation;    /* glyphs: standard deviation of every pixel by itself */
    } data;

    struct {
        double T, delta; /* 0 < delta < T */
        sb_grid_kind grid;
        int K;        /* number of steps; 0 when kappa was given instead (grid kappa only) */
        double kappa; /* 0 unless given */
        sb_sampler_kind sampler;
    } diffusion;

    struct {
        sb_model_name kind;
        int width, depth;    /* mlp; unet: channels at full resolution, number of resolutions */
        int blocks;          /* unet: residual blocks at each resolution */
        int attention;       /* unet: nonzero with attention at the lowest resolution */
        int features;        /* fourier: number of random features */
        double bandwidth;    /* fourier: length scale of the frequencies */
        sb_affine_form form; /* affine */
        double init_scale;   /* multiplies the standard initialisation of hidden layers */
        double unit;         /* mlp, unet: theta is stored in this unit */
    } model;

    struct {
        int rounds;      /* R >= 0 */
        int local_steps; /* S >= 1 */
        int batch;       /* samples in a minibatch */
        sb_optimiser optimiser; /* of the local steps */
        sb_rate_rule rule;
        double learning_rate; /* eta, when rule is given; 0 otherwise */
        sb_precision precision; /* of the local steps */
    } train;

    struct {
        sb_pruning_kind kind;
        sb_level level; /* the paper's F, L, M, S; used when keep_count is 0 */
        int keep_count; /* 0, 1 (all workers) or N */
        double *keep;   /* (keep_count) in (0,1] */
        char *file;     /* pruning from a file: .npy of uint8 or bool, (N,D); NULL otherwise */
        sb_uncovered uncovered;
    } pruning;

    struct {
        int every;              /* one measured round in each stretch of this many, drawn uniformly */
        int replicas;           /* independent runs from the same theta_0 */
        int workers;            /* at most this many workers are measured one by one (evenly spaced); F itself always covers all */
        double confidence;      /* of all intervals, in (0.5,1) */
        int samples;            /* Monte Carlo samples behind each estimate of a worker's loss or gradient */
        int chain_samples;      /* per worker, for the chain KL */
        int hessian_iterations; /* Lanczos steps for L */
        unsigned kl;            /* or of sb_kl_route */
        int kl_samples;         /* of a law behind each sampled rung: particles in all (importance), points of each side (knn, dv) */
        int particles;          /* M of a point (importance) */
        int quality_samples;    /* generated images of each replica that are judged; 0: none are */
    } measure;

    char *device; /* "cpu" or "cuda" */
} sb_config;

/* --key=value from the command line, e.g. {"train.rounds", "100"}; the value is parsed as YAML. */
typedef struct {
    const char *key, *value;
} sb_override;

/* sb_config_load: reads the YAML file `path` (NULL: the embedded default run), applies the overrides, fills in the defaults of the
 * table for what was not given (those of the table, also where the default run has another value) and checks everything.
 *
 * Later overrides win over earlier ones and over the file. An override also replaces what it makes contradictory: `diffusion.K` a
 * given `diffusion.kappa`, `data.preset` the components, `pruning.level` a keep list, each also the other way round; and a choice
 * of `diffusion.grid`, `pruning.kind` or `data.partition.kind` drops the kappa, file or weights that it has no use for.
 *
 * Errors are SB_EUSER; the message starts with `file:line:column: error: ` (for overrides `--key=value: error: `), shows the
 * offending text and, where a key or choice is near a known one, `did you mean`. On failure *config is empty and may be freed. */
sb_status sb_config_load(sb_context *ctx, const char *path, size_t override_count, const sb_override *overrides, sb_config *config);

/* sb_config_parse: the same from `length` bytes of text; `name` stands for the file in errors. */
sb_status sb_config_parse(sb_context *ctx, const char *name, const char *text, size_t length, size_t override_count,
                          const sb_override *overrides, sb_config *config);

/* sb_config_dump: the resolved configuration as YAML text (caller frees with free()); loading it again gives an equal config. */
sb_status sb_config_dump(sb_context *ctx, const sb_config *config, char **yaml);

/* sb_config_reference: every key with type, range, default and meaning, as Markdown (caller frees with free()). */
sb_status sb_config_reference(sb_context *ctx, char **markdown);

/* sb_config_default_yaml: text of the embedded default configuration, with comments. */
const char *sb_config_default_yaml(void);

/* sb_config_component_count: what a partition deals with: number J of components, given or of the preset, at most SB_MAX_COMPONENTS
 * in a loaded config; of images and shapes the number of classes, 0 where only the file tells. */
int sb_config_component_count(const sb_config *config);

/* sb_config_free: releases everything the config owns and empties it. */
void sb_config_free(sb_config *config);

/* sb_config_choice_name: the spelling of an enumerator as in the config, e.g. ("diffusion.grid", SB_GRID_LOG_SNR) -> "log-snr";
 * NULL if unknown. */
const char *sb_config_choice_name(const char *key, int value);

#endif
