#include "config/parameters.h"

#include "base/number.h"
#include "base/random.h"
#include "config/check.h"
#include "config/components.h"
#include "config/weights.h"

#include <limits.h>
#include <math.h>
#include <string.h>

static const sb_choice data_kinds[] = {
    {"gaussian-mixture", SB_DATA_GAUSSIAN_MIXTURE, "Gaussian components, shared by all workers, each with weights of its own"},
    {"images", SB_DATA_IMAGES, "labelled images from files, or the digits that are built in"},
    {"shapes", SB_DATA_SHAPES, "drawings of discs, bars and gratings, labelled so"},
    {"glyphs", SB_DATA_GLYPHS,
     "a Gaussian mixture in the space of images: templates, each varying in a few directions, with exact score"},
    {0},
};
static const sb_choice formats[] = {
    {"digits", SB_IMAGES_DIGITS, "handwritten digits, 8x8, part of the program"},
    {"idx", SB_IMAGES_IDX, "MNIST and Fashion-MNIST: images and labels in two files, gzip allowed"},
    {"cifar-10", SB_IMAGES_CIFAR_10, "a file of records, or the folder that holds the five training files"},
    {"cifar-100", SB_IMAGES_CIFAR_100, "train.bin, with its fine labels"},
    {"svhn", SB_IMAGES_SVHN, "train_32x32.mat"},
    {0},
};
static const sb_choice channels[] = {{"1", 1, "grey"}, {"3", 3, "red, green and blue"}, {0}};
static const sb_choice presets[] = {
    {"ring", SB_PRESET_RING, "on a circle in the first two axes"},
    {"grid", SB_PRESET_GRID, "on a regular grid, equal weights"},
    {"random", SB_PRESET_RANDOM, "normal means, random covariances"},
    {"product", SB_PRESET_PRODUCT, "on a regular grid, weights growing along each axis: a product law"},
    {"two-scale", SB_PRESET_TWO_SCALE, "wide and narrow ones in turn along the first axis"},
    {0},
};
static const sb_choice partitions[] = {
    {"iid", SB_PARTITION_IID, "every worker has the same law; images are shuffled and dealt out evenly"},
    {"dirichlet", SB_PARTITION_DIRICHLET, "each worker's weights, of components or classes, are drawn at random"},
    {"by-component", SB_PARTITION_BY_COMPONENT, "components, or the classes of images, are dealt out in turn"},
    {"explicit", SB_PARTITION_EXPLICIT, "weights are given"},
    {0},
};
static const sb_choice grids[] = {
    {"kappa", SB_GRID_KAPPA, "every step at most kappa min{1, T - t_(k+1)} (the paper's)"},
    {"log-snr", SB_GRID_LOG_SNR, "equal steps of the logarithm of the signal-to-noise ratio"},
    {"uniform", SB_GRID_UNIFORM, "equal steps of time"},
    {0},
};
static const sb_choice samplers[] = {
    {"exponential", SB_SAMPLER_EXPONENTIAL, "exponential integrator (the paper's)"},
    {"ddpm", SB_SAMPLER_DDPM, "mean of the reverse kernel"},
    {"euler", SB_SAMPLER_EULER, "Euler-Maruyama"},
    {0},
};
static const sb_choice models[] = {
    {"exact", SB_MODEL_EXACT, "the true score of the pooled data; nothing is trained"},
    {"affine", SB_MODEL_AFFINE, "affine in y at each time; linear in theta"},
    {"fourier", SB_MODEL_FOURIER, "random Fourier features; linear in theta"},
    {"mlp", SB_MODEL_MLP, "residual network"},
    {"unet", SB_MODEL_UNET, "convolutional residual network that sees images at several resolutions"},
    {0},
};
static const sb_choice forms[] = {
    {"full", SB_AFFINE_FULL, "any matrix"},
    {"diagonal", SB_AFFINE_DIAGONAL, "each coordinate by itself"},
    {0},
};
static const sb_choice rules[] = {
    {"lemma-4.6", SB_RATE_LEMMA_4_6, "the largest rate that the condition of Lemma 4.6 admits"},
    {"remark-4.12", SB_RATE_REMARK_4_12, "the rate of Remark 4.12"},
    {0},
};
static const sb_choice optimisers[] = {
    {"sgd", SB_OPTIMISER_SGD, "the paper's plain steps, equation (7)"},
    {"adam", SB_OPTIMISER_ADAM, "Adam with b1 = 0.9, b2 = 0.999, epsilon = 1e-8 and moments that each worker starts anew in each round; "
                                "outside the theorem"},
    {0},
};
static const sb_choice prunings[] = {
    {"none", SB_PRUNING_NONE, "all coordinates are kept"},
    {"random", SB_PRUNING_RANDOM, "each is kept with the same probability"},
    {"top-k", SB_PRUNING_TOP_K,
     "the largest of theta are kept; an mlp and a unet start with an output layer of zeros, so some worker must keep everything"},
    {"width", SB_PRUNING_WIDTH, "random neurons are kept (models mlp and fourier)"},
    {"split", SB_PRUNING_SPLIT, "coordinate i is kept by worker i mod N alone: everybody trains a fixed share of the parameters"},
    {"file", SB_PRUNING_FILE, "masks from a file"},
    {0},
};
static const sb_choice levels[] = {
    {"F", SB_LEVEL_F, "all workers keep everything"},
    {"L", SB_LEVEL_L, "20% of the workers keep 75%"},
    {"M", SB_LEVEL_M, "20% keep 80% and 20% keep 75%"},
    {"S", SB_LEVEL_S, "40% keep 75%"},
    {0},
};
static const sb_choice uncovered[] = {
    {"keep", SB_UNCOVERED_KEEP, "it stays as it is"},
    {"zero", SB_UNCOVERED_ZERO, "it becomes 0"},
    {"abort", SB_UNCOVERED_ABORT, "the run ends"},
    {0},
};
static const sb_choice routes[] = {
    {"closed", SB_KL_CLOSED, "closed form, for Gaussian data and affine scores"},
    {"grid", SB_KL_GRID, "transition kernels on a grid in space, in dimension 1 or 2"},
    {"chain", SB_KL_CHAIN, "the chain of steps: an upper bound in any dimension"},
    {"importance", SB_KL_IMPORTANCE, "particles run back along the chain: an upper bound, tighter than the chain where the score is good"},
    {"knn", SB_KL_KNN, "nearest neighbours among generated points: an estimate"},
    {"dv", SB_KL_DV, "a critic fitted on one half of the points and judged on the other: a lower bound"},
    {0},
};
static const sb_choice precisions[] = {
    {"double", SB_PRECISION_DOUBLE, "64 bits"},
    {"float", SB_PRECISION_FLOAT, "32 bits for the local steps; the server's parameters and all measurements stay in 64"},
    {0},
};
static const sb_choice devices[] = {{"cpu", 0, "the processor"}, {"cuda", 1, "the first NVIDIA GPU, in a program that was built with CUDA"}, {0}};

enum {
    MIXTURE = SB_WHEN(SB_DATA_GAUSSIAN_MIXTURE),
    DRAWN = SB_WHEN(SB_DATA_SHAPES) | SB_WHEN(SB_DATA_GLYPHS),
    LABELLED = SB_WHEN(SB_DATA_IMAGES) | SB_WHEN(SB_DATA_SHAPES),
    FILES = SB_WHEN(SB_IMAGES_IDX) | SB_WHEN(SB_IMAGES_CIFAR_10) | SB_WHEN(SB_IMAGES_CIFAR_100) | SB_WHEN(SB_IMAGES_SVHN),
    ANY_PRESET = SB_WHEN(SB_PRESET_RING) | SB_WHEN(SB_PRESET_GRID) | SB_WHEN(SB_PRESET_RANDOM) | SB_WHEN(SB_PRESET_PRODUCT) |
                 SB_WHEN(SB_PRESET_TWO_SCALE),
    NETWORK = SB_WHEN(SB_MODEL_MLP) | SB_WHEN(SB_MODEL_UNET),
    BY_RATE = SB_WHEN(SB_PRUNING_RANDOM) | SB_WHEN(SB_PRUNING_TOP_K) | SB_WHEN(SB_PRUNING_WIDTH)
};

#define AT(member) .offset = offsetof(sb_config, member)
#define EXTRA(member) .extra = offsetof(sb_config, member)
#define INTEGER(low, high) .type = &sb_type_integer, .min = (low), .max = (high)
#define REAL(low, high, which) .type = &sb_type_real, .min = (low), .max = (high), .open = (which)
#define CHOICE(table) .type = &sb_type_choice, .choices = (table)
#define ONLY(key, values) .with = (key), .when = (values)

/* Keys of a section stand together, and a key stands below the keys that it depends on. */
/* clang-format off */
const sb_parameter sb_parameters[] = {
    {.key = "seed", .type = &sb_type_seed, AT(seed), .fallback = "1",
     .meaning = "Every random draw is a function of this number and of what it is for."},

    {.key = "data.kind", CHOICE(data_kinds), AT(data.kind), .required = 1,
     .meaning = "What the workers hold."},
    {.key = "data.dimension", INTEGER(1, SB_MAX_DIMENSION), AT(data.dimension), .required = 1, .unless = "data.components",
     .strict = 1, ONLY("data.kind", MIXTURE),
     .meaning = "Dimension d of the data; where the components are written out it may be left to the length of their means. Of "
                "images it is the number of their pixels times channels."},
    {.key = "data.workers", INTEGER(1, SB_MAX_WORKERS - 1), AT(data.workers), .fallback = "1",
     .meaning = "Number N of workers; one worker is the ordinary, undistributed training."},
    {.key = "data.preset", CHOICE(presets), AT(data.preset), .excludes = "data.components", .strict = 1,
     ONLY("data.kind", MIXTURE),
     .meaning = "A ready-made mixture instead of `data.components`."},
    {.key = "data.modes", INTEGER(1, SB_MAX_COMPONENTS), AT(data.modes), .fallback = "8", ONLY("data.preset", ANY_PRESET),
     .meaning = "Number of components of the preset: in all (ring, random, two-scale) or along each axis (grid, product)."},
    {.key = "data.radius", REAL(0, INFINITY, 0), AT(data.radius), .fallback = "1.3", ONLY("data.preset", ANY_PRESET),
     .meaning = "Radius of the ring, half width of grid and product, root mean square of a random mean, distance of "
                "neighbours of two-scale."},
    {.key = "data.deviation", REAL(0, INFINITY, SB_OPEN_MIN), AT(data.deviation), .fallback = "0.3",
     ONLY("data.preset", ANY_PRESET),
     .meaning = "Standard deviation of a component of the preset (of random: typical; of two-scale: of the wide ones)."},
    {.key = "data.ratio", REAL(0, 1, SB_OPEN_MIN), AT(data.ratio), .fallback = "0.1",
     ONLY("data.preset", SB_WHEN(SB_PRESET_TWO_SCALE)),
     .meaning = "Standard deviation of the narrow components over that of the wide ones."},
    {.key = "data.components", .type = &sb_type_components, AT(data.components), .required = 1, .unless = "data.preset",
     .excludes = "data.preset", .check = sb_check_preset, .strict = 1, ONLY("data.kind", MIXTURE),
     .meaning = "The Gaussian components, each `{weight: p, mean: [...], covariance: C}` with C one variance, a list of d "
                "variances, or a symmetric positive definite matrix as a list of rows; the weights sum to 1."},
    {.key = "data.images.format", CHOICE(formats), AT(data.format), .fallback = "digits", .strict = 1,
     ONLY("data.kind", SB_WHEN(SB_DATA_IMAGES)),
     .meaning = "Where images come from."},
    {.key = "data.images.path", .type = &sb_type_text, AT(data.path), .required = 1, .strict = 1,
     ONLY("data.images.format", FILES),
     .meaning = "The file of images (cifar-10: or its folder), relative to the current directory."},
    {.key = "data.images.labels", .type = &sb_type_text, AT(data.labels), .required = 1, .strict = 1,
     ONLY("data.images.format", SB_WHEN(SB_IMAGES_IDX)),
     .meaning = "The file of their labels, relative to the current directory."},
    {.key = "data.images.count", INTEGER(0, SB_MAX_NUMBERS), AT(data.count), .fallback = "0", .strict = 1, .check = sb_check_count,
     ONLY("data.kind", LABELLED),
     .meaning = "At most this many images, the first ones; 0: all. Of shapes, how many are drawn; 0: 1500."},
    {.key = "data.images.side", INTEGER(SB_MIN_DRAWN_SIDE, SB_MAX_DRAWN_SIDE), AT(data.side), .fallback = "8", .strict = 1, ONLY("data.kind", DRAWN),
     .meaning = "Height and width of an image in pixels."},
    {.key = "data.images.channels", CHOICE(channels), AT(data.channels), .fallback = "1", .strict = 1, .check = sb_check_drawn,
     ONLY("data.kind", DRAWN),
     .meaning = "Channels of an image."},
    {.key = "data.glyphs.templates", INTEGER(1, 50), AT(data.templates), .fallback = "10", .strict = 1,
     ONLY("data.kind", SB_WHEN(SB_DATA_GLYPHS)),
     .meaning = "Number of templates, the components of the mixture: the digits in turn, from ten on in other styles. The digit is "
                "the label."},
    {.key = "data.glyphs.rank", INTEGER(0, 128), AT(data.rank), .fallback = "6", .strict = 1,
     .check = sb_check_glyphs, ONLY("data.kind", SB_WHEN(SB_DATA_GLYPHS)),
     .meaning = "Directions in which each template varies smoothly: shifts first, then contrast, turn and others, at last waves."},
    {.key = "data.glyphs.deviation", REAL(0, INFINITY, SB_OPEN_MIN), AT(data.glyph_deviation), .fallback = "0.1", .strict = 1,
     ONLY("data.kind", SB_WHEN(SB_DATA_GLYPHS)),
     .meaning = "Standard deviation of every pixel by itself (black is -1, white 1)."},
    {.key = "data.partition.kind", CHOICE(partitions), AT(data.partition), .fallback = "iid", .check = sb_check_partition,
     .meaning = "How the mixture, or the images by their classes, are shared out among the workers."},
    {.key = "data.partition.alpha", REAL(1e-6, 1e6, 0), AT(data.alpha), .fallback = "0.3",
     ONLY("data.partition.kind", SB_WHEN(SB_PARTITION_DIRICHLET)),
     .meaning = "Concentration: a worker's weights are Dirichlet(alpha J p_1, ..., alpha J p_J); small values make workers "
                "differ. Of images p are the classes' frequencies."},
    {.key = "data.partition.weights", .type = &sb_type_rows, AT(data.weights), .required = 1, .strict = 1,
     ONLY("data.partition.kind", SB_WHEN(SB_PARTITION_EXPLICIT)),
     .meaning = "One row for each worker with one weight for each component, of images for each class; rows sum to 1."},
    {.key = "data.samples", INTEGER(0, INT_MAX), AT(data.samples), .fallback = "0", .check = sb_check_samples,
     .meaning = "Size of each worker's data set, whose empirical law is then q_n; 0 means fresh samples for ever. Images and "
                "shapes are such data sets themselves."},

    {.key = "diffusion.T", REAL(0, 100, SB_OPEN_MIN), AT(diffusion.T), .fallback = "3",
     .meaning = "Horizon T of the forward process."},
    {.key = "diffusion.delta", REAL(1e-12, 100, 0), AT(diffusion.delta), .fallback = "0.01", .check = sb_check_delta,
     .meaning = "Early stop: the sampler ends at time T - delta; smaller than T."},
    {.key = "diffusion.grid", CHOICE(grids), AT(diffusion.grid), .fallback = "log-snr",
     .meaning = "Time grid."},
    {.key = "diffusion.kappa", REAL(0, 100, SB_OPEN_MIN), AT(diffusion.kappa), .excludes = "diffusion.K", .strict = 1,
     ONLY("diffusion.grid", SB_WHEN(SB_GRID_KAPPA)),
     .meaning = "Step bound kappa; the number of steps follows."},
    {.key = "diffusion.K", INTEGER(1, 10000000), AT(diffusion.K), .required = 1, .unless = "diffusion.kappa",
     .excludes = "diffusion.kappa",
     .meaning = "Number K of steps; on the grid kappa the smallest kappa that gets there in K steps is used."},
    {.key = "diffusion.sampler", CHOICE(samplers), AT(diffusion.sampler), .fallback = "exponential",
     .meaning = "One step of the reverse process."},

    {.key = "model.kind", CHOICE(models), AT(model.kind), .fallback = "mlp",
     .meaning = "Score model."},
    {.key = "model.width", INTEGER(1, 65536), AT(model.width), .fallback = "64", ONLY("model.kind", NETWORK),
     .meaning = "Neurons of a hidden layer of an mlp; channels of a U-Net at full resolution, which has twice as many at the lower ones."},
    {.key = "model.depth", INTEGER(1, 1024), AT(model.depth), .fallback = "2", ONLY("model.kind", NETWORK),
     .meaning = "Number of hidden layers of an mlp; number of resolutions of a U-Net, each of half the sides."},
    {.key = "model.blocks", INTEGER(1, 64), AT(model.blocks), .fallback = "1", ONLY("model.kind", SB_WHEN(SB_MODEL_UNET)),
     .meaning = "Residual blocks of a U-Net at each resolution, on the way down and again on the way up."},
    {.key = "model.attention", INTEGER(0, 1), AT(model.attention), .fallback = "0", ONLY("model.kind", SB_WHEN(SB_MODEL_UNET)),
     .meaning = "1: at the lowest resolution every pixel looks at all others, and as many blocks follow as stand before."},
    {.key = "model.features", INTEGER(1, 1 << 20), AT(model.features), .fallback = "256",
     ONLY("model.kind", SB_WHEN(SB_MODEL_FOURIER)),
     .meaning = "Number of random features."},
    {.key = "model.bandwidth", REAL(0, INFINITY, SB_OPEN_MIN), AT(model.bandwidth), .fallback = "1",
     ONLY("model.kind", SB_WHEN(SB_MODEL_FOURIER)),
     .meaning = "Length scale of the random frequencies."},
    {.key = "model.form", CHOICE(forms), AT(model.form), .fallback = "full", ONLY("model.kind", SB_WHEN(SB_MODEL_AFFINE)),
     .meaning = "Matrix of the affine model."},
    {.key = "model.init_scale", REAL(0, 1000, 0), AT(model.init_scale), .fallback = "1",
     ONLY("model.kind", NETWORK),
     .meaning = "Factor on the standard initialisation of the hidden layers."},
    {.key = "model.unit", REAL(1e-6, 1e6, 0), AT(model.unit), .fallback = "1", ONLY("model.kind", NETWORK),
     .meaning = "Unit in which the weights are stored: the same network with theta/unit in the place of theta. Training at "
                "learning_rate/unit^2 then takes the same path."},

    {.key = "train.rounds", INTEGER(0, SB_MAX_ROUNDS), AT(train.rounds), .fallback = "1000",
     .meaning = "Number R of rounds."},
    {.key = "train.local_steps", INTEGER(1, 1 << 20), AT(train.local_steps), .fallback = "5",
     .meaning = "Number S of local steps in a round."},
    {.key = "train.batch", INTEGER(1, 1 << 24), AT(train.batch), .fallback = "64",
     .meaning = "Samples in a minibatch."},
    {.key = "train.optimiser", CHOICE(optimisers), AT(train.optimiser), .fallback = "sgd",
     .meaning = "How a local step follows from the gradient. Of runs with Adam the ledger judges only what does not speak of the steps."},
    {.key = "train.learning_rate", .type = &sb_type_rule, AT(train.learning_rate), EXTRA(train.rule), .choices = rules,
     .max = INFINITY, .open = SB_OPEN_MIN, .fallback = "lemma-4.6", .check = sb_check_rate,
     .meaning = "Learning rate eta, or the rule that sets it from measured constants."},
    {.key = "train.precision", CHOICE(precisions), AT(train.precision), .fallback = "double",
     .meaning = "Precision of the workers' local steps, and of the points of `sample`."},

    {.key = "pruning.kind", CHOICE(prunings), AT(pruning.kind), .fallback = "none", .check = sb_check_pruning,
     .meaning = "How the masks are made."},
    {.key = "pruning.level", CHOICE(levels), AT(pruning.level), .fallback = "L", .excludes = "pruning.keep",
     ONLY("pruning.kind", BY_RATE),
     .meaning = "Level of the paper's experiments."},
    {.key = "pruning.keep", .type = &sb_type_reals, AT(pruning.keep), EXTRA(pruning.keep_count), .max = 1, .open = SB_OPEN_MIN,
     .excludes = "pruning.level", .check = sb_check_keep, ONLY("pruning.kind", BY_RATE),
     .meaning = "Share of coordinates (or neurons) that is kept, instead of a level: one for all workers, or a list with one "
                "for each."},
    {.key = "pruning.file", .type = &sb_type_text, AT(pruning.file), .required = 1, .strict = 1,
     ONLY("pruning.kind", SB_WHEN(SB_PRUNING_FILE)),
     .meaning = "Masks as a .npy array (N,D) of uint8 or bool; the path is relative to the current directory."},
    {.key = "pruning.uncovered", CHOICE(uncovered), AT(pruning.uncovered), .fallback = "keep",
     .meaning = "What happens to a coordinate that no worker keeps in a round."},

    {.key = "measure.every", INTEGER(1, SB_MAX_ROUNDS), AT(measure.every), .fallback = "100",
     .meaning = "One round in each stretch of this many, drawn uniformly, is measured."},
    {.key = "measure.replicas", INTEGER(1, SB_MAX_REPLICAS), AT(measure.replicas), .fallback = "4",
     .meaning = "Independent runs from the same start; they carry the intervals of expectations over training."},
    {.key = "measure.workers", INTEGER(1, SB_MAX_WORKERS), AT(measure.workers), .fallback = "32",
     .meaning = "At most this many workers, evenly spaced, are measured one by one; F itself always covers all."},
    {.key = "measure.samples", INTEGER(SB_LEAST_SAMPLES, INT_MAX), AT(measure.samples), .fallback = "2048",
     .meaning = "Samples behind each estimate of a worker's loss or gradient."},
    {.key = "measure.chain_samples", INTEGER(SB_LEAST_SAMPLES, INT_MAX), AT(measure.chain_samples), .fallback = "20000",
     .meaning = "Samples of a worker behind the chain KL."},
    {.key = "measure.hessian_iterations", INTEGER(2, 10000), AT(measure.hessian_iterations), .fallback = "20",
     .meaning = "Lanczos steps for the largest Hessian eigenvalue L."},
    {.key = "measure.confidence", REAL(0.5, 1, SB_OPEN_MIN | SB_OPEN_MAX), AT(measure.confidence), .fallback = "0.95",
     .meaning = "Confidence of all intervals."},
    {.key = "measure.kl", .type = &sb_type_choices, AT(measure.kl), .choices = routes, .fallback = "[closed, grid, chain]",
     .check = sb_check_kl,
     .meaning = "Routes to KL(q_delta || p_K), each taken where it applies; by default `importance` and `dv` stand in for the grid "
                "above dimension 2."},
    {.key = "measure.kl_samples", INTEGER(256, INT_MAX), AT(measure.kl_samples), .fallback = "16384",
     .meaning = "Samples of a law behind each of the routes `importance` (particles in all), `knn` and `dv` (points of each side), "
                "shared out among the replicas."},
    {.key = "measure.particles", INTEGER(1, 1 << 20), AT(measure.particles), .fallback = "16",
     .meaning = "Particles M for each point of the route `importance`; one particle gives the chain."},
    {.key = "measure.quality_samples", INTEGER(0, INT_MAX), AT(measure.quality_samples), .fallback = "0", .check = sb_check_quality,
     .meaning = "Generated images of each replica that are judged by a classifier trained on the labelled data (Frechet feature "
                "distance, classifier score); 0: none."},

    {.key = "device", .type = &sb_type_name, AT(device), .choices = devices, .fallback = "cpu",
     .meaning = "Where models are trained and evaluated; what belongs to the data alone is computed on the processor."},
};
/* clang-format on */

const size_t sb_parameter_count = sizeof sb_parameters / sizeof *sb_parameters;

const sb_parameter *sb_parameter_find(const char *key, size_t length)
{
    for (size_t i = 0; i < sb_parameter_count; i++)
        if (strlen(sb_parameters[i].key) == length && memcmp(sb_parameters[i].key, key, length) == 0) return &sb_parameters[i];
    return NULL;
}

int sb_parameter_applies(const sb_parameter *parameter, const sb_config *config)
{
    if (!parameter->with) return 1;
    const sb_parameter *on = sb_parameter_find(parameter->with, strlen(parameter->with));
    return (parameter->when & SB_WHEN(*(const unsigned *)((const char *)config + on->offset))) != 0;
}

const char *sb_parameter_choice(const sb_parameter *parameter, const sb_config *config)
{
    return sb_choice_name(parameter->choices, (int)*(const unsigned *)((const char *)config + parameter->offset));
}

const char *sb_config_choice_name(const char *key, int value)
{
    const sb_parameter *parameter = sb_parameter_find(key, strlen(key));
    return parameter ? sb_choice_name(parameter->choices, value) : NULL;
}
