/* Images as data: partition by class, the empirical laws. */
#include "laws.h"

#include "data/image_data.h"

#include <limits.h>

/* A set of `count` images of 2x3 pixels in one channel, of `classes` classes in turn, the pixels random. */
typedef struct {
    sb_images images;
    unsigned char pixel[6 * 1000];
    int label[1000];
} album;

static void album_make(int count, int classes, album *a)
{
    sb_stream stream = sb_stream_at(7, SB_DRAW_TEST, 0, 0, 0, 0);
    a->images = (sb_images){{1, 2, 3}, count, classes, a->pixel, a->label};
    for (int i = 0; i < count; i++) {
        a->label[i] = i % classes;
        for (int k = 0; k < 6; k++) a->pixel[6 * i + k] = (unsigned char)(256 * sb_stream_uniform(&stream));
    }
}

static sb_config sharing(int workers, sb_partition_kind partition, double alpha)
{
    return (sb_config){.seed = 5, .data = {.kind = SB_DATA_IMAGES, .workers = workers, .partition = partition, .alpha = alpha}};
}

/* The worker that has image i, from the weights; each must be somebody's and nobody else's. */
static int owner_of(const sb_data *data, int i)
{
    const int J = data->components.J;
    int owner = -1, owners = 0;
    for (int n = 0; n < data->N; n++)
        if (sb_data_worker(data, n).weight[i] > 0.0) owner = n, owners++;
    CHECK(owners == 1 && i < J);
    return owner;
}

/* Every image is exactly one worker's, all of a worker's weigh the same, the pooled law is the mean of the workers'. */
static void check_laws(const sb_data *data, const sb_images *images)
{
    const int J = images->count, N = data->N;
    int *held = sb_array_alloc((size_t)N, sizeof *held, 1);
    CHECK(data->components.J == J && data->distinct == N && data->d == sb_image_dimension(images->shape));
    for (int i = 0; i < J; i++) held[owner_of(data, i)]++;
    for (int n = 0; n < N; n++) CHECK(held[n] > 0);
    for (int i = 0; i < J; i++) {
        const int n = owner_of(data, i);
        CHECK(sb_data_worker(data, n).weight[i] == 1.0 / held[n]);
        CHECK_CLOSE(sb_data_pooled(data).weight[i], 1.0 / held[n] / N, 1e-15);
        CHECK(data->components.lambda[i] == 0.0 && data->label[i] == images->label[i]);
        for (int k = 0; k < data->d; k++)
            CHECK(data->components.mean[i * data->d + k] == 2.0 * images->pixel[i * data->d + k] / 255.0 - 1.0);
    }
    CHECK_CLOSE(sb_data_pooled(data).cumulative[J - 1], 1.0, 1e-12);
    sb_free(held);
}

/* How many images of each class a worker has: held (N,classes) out. */
static void count_classes(const sb_data *data, int *held)
{
    memset(held, 0, sizeof *held * (size_t)data->N * (size_t)data->classes);
    for (int i = 0; i < data->components.J; i++) held[owner_of(data, i) * data->classes + data->label[i]]++;
}

static void iid(void)
{
    sb_context ctx = test_context();
    static album a;
    sb_data data;
    int held[7 * 4];
    album_make(101, 4, &a);
    sb_config config = sharing(7, SB_PARTITION_IID, 0.0);
    CHECK_OK(&ctx, sb_data_of_images(&ctx, &config, &a.images, &data));
    CHECK(data.image.channels == 1 && data.image.height == 2 && data.image.width == 3 && data.classes == 4);
    check_laws(&data, &a.images);
    count_classes(&data, held);
    int mixed = 0;
    for (int n = 0; n < 7; n++) {
        const int all = held[4 * n] + held[4 * n + 1] + held[4 * n + 2] + held[4 * n + 3];
        CHECK(all == 14 + (n < 3));
        mixed += held[4 * n] > 0 && held[4 * n + 1] > 0 && held[4 * n + 2] > 0 && held[4 * n + 3] > 0;
    }
    CHECK(mixed >= 6); /* shuffled, not dealt in the order of the file, where every fourth is of one class */
    sb_data_free(&data);
    CHECK(data.label == NULL && data.components.mean == NULL);
    config = sharing(1, SB_PARTITION_IID, 0.0);
    CHECK_OK(&ctx, sb_data_of_images(&ctx, &config, &a.images, &data));
    check_laws(&data, &a.images);
    sb_data_free(&data);
    config = sharing(101, SB_PARTITION_IID, 0.0); /* one each */
    CHECK_OK(&ctx, sb_data_of_images(&ctx, &config, &a.images, &data));
    check_laws(&data, &a.images);
    sb_data_free(&data);
}

/* By shards: each class wholly its worker's; with fewer classes than workers these split it evenly. */
static void shards(void)
{
    sb_context ctx = test_context();
    static album a;
    sb_data data;
    int held[7 * 5];
    album_make(203, 5, &a); /* 41, 41, 41, 40, 40 */
    sb_config config = sharing(2, SB_PARTITION_BY_COMPONENT, 0.0);
    CHECK_OK(&ctx, sb_data_of_images(&ctx, &config, &a.images, &data));
    check_laws(&data, &a.images);
    for (int i = 0; i < 203; i++) CHECK(owner_of(&data, i) == a.label[i] % 2);
    sb_data_free(&data);
    config = sharing(7, SB_PARTITION_BY_COMPONENT, 0.0);
    CHECK_OK(&ctx, sb_data_of_images(&ctx, &config, &a.images, &data));
    check_laws(&data, &a.images);
    count_classes(&data, held);
    for (int n = 0; n < 7; n++)
        for (int c = 0; c < 5; c++) {
            const int all = c < 3 ? 41 : 40, want = n % 5 != c ? 0 : c >= 2 ? all : n < 5 ? 21 : 20;
            CHECK(held[5 * n + c] == want); /* of 41 the first of two workers has 21 */
        }
    sb_data_free(&data);
    for (int i = 0; i < 203; i++) a.label[i] += a.label[i] >= 2; /* class 2 is empty: it does not count */
    a.images.classes = 7;
    config = sharing(2, SB_PARTITION_BY_COMPONENT, 0.0);
    CHECK_OK(&ctx, sb_data_of_images(&ctx, &config, &a.images, &data));
    check_laws(&data, &a.images);
    for (int i = 0; i < 203; i++) CHECK(owner_of(&data, i) == (a.label[i] - (a.label[i] > 2)) % 2);
    sb_data_free(&data);
}

/* Each class is divided as the column of the workers' weights says, to less than one image. */
static void check_shares(const sb_data *data, const double *rows)
{
    const int N = data->N, C = data->classes;
    int *held = sb_array_alloc((size_t)(N * C), sizeof *held, 0);
    count_classes(data, held);
    for (int c = 0; c < C; c++) {
        double column = 0.0;
        int all = 0;
        for (int n = 0; n < N; n++) column += rows[n * C + c], all += held[n * C + c];
        for (int n = 0; n < N; n++) CHECK(fabs(held[n * C + c] - all * rows[n * C + c] / column) < 1.0);
    }
    sb_free(held);
}

/* The weights are those that a mixture of as many components would be given. */
static void dirichlet(void)
{
    enum { N = 5, C = 8 };
    sb_context ctx = test_context();
    static album a;
    sb_data data, again, mixture;
    album_make(803, C, &a);
    for (int i = 0; i < 800; i++) a.label[i] = i < 400 ? 0 : i % C; /* one class has most */
    double p[C] = {0};
    for (int i = 0; i < 803; i++) p[a.label[i]] += 1.0 / 803;
    const double alphas[] = {0.05, 0.3, 2.385, 1e6};
    for (size_t k = 0; k < sizeof alphas / sizeof *alphas; k++) {
        sb_config config = sharing(N, SB_PARTITION_DIRICHLET, alphas[k]);
        CHECK_OK(&ctx, sb_data_of_images(&ctx, &config, &a.images, &data));
        CHECK_OK(&ctx, sb_data_of_images(&ctx, &config, &a.images, &again));
        CHECK(memcmp(data.weight, again.weight, sizeof(double) * N * 803) == 0);
        check_laws(&data, &a.images);
        sb_component component[C];
        double zero = 0.0, one = 1.0;
        for (int c = 0; c < C; c++) component[c] = (sb_component){p[c], &zero, SB_COVARIANCE_ISOTROPIC, &one};
        sb_config of_components = config;
        of_components.data.kind = SB_DATA_GAUSSIAN_MIXTURE;
        of_components.data.dimension = 1;
        of_components.data.component_count = C;
        of_components.data.components = component;
        CHECK_OK(&ctx, sb_data_create(&ctx, &of_components, &mixture));
        check_shares(&data, mixture.weight);
        sb_data_free(&again);
        config.seed++;
        CHECK_OK(&ctx, sb_data_of_images(&ctx, &config, &a.images, &again));
        CHECK(memcmp(data.weight, again.weight, sizeof(double) * N * 803) != 0);
        sb_data_free(&data);
        sb_data_free(&again);
        sb_data_free(&mixture);
    }
    sb_config alone = sharing(1, SB_PARTITION_DIRICHLET, 0.05);
    CHECK_OK(&ctx, sb_data_of_images(&ctx, &alone, &a.images, &data));
    check_laws(&data, &a.images);
    sb_data_free(&data);
}

/* At tiny alpha each worker is bent on one class, and some classes on nobody: still every image has its worker. */
static void tiny_alpha(void)
{
    sb_context ctx = test_context();
    static album a;
    sb_data data;
    int held[3 * 10];
    album_make(1000, 10, &a);
    sb_config config = sharing(3, SB_PARTITION_DIRICHLET, 1e-6);
    CHECK_OK(&ctx, sb_data_of_images(&ctx, &config, &a.images, &data));
    check_laws(&data, &a.images);
    count_classes(&data, held);
    for (int c = 0; c < 10; c++) {
        int most = 0;
        for (int n = 0; n < 3; n++) most = held[10 * n + c] > most ? held[10 * n + c] : most;
        CHECK(most >= 33);
    }
    sb_data_free(&data);
}

static void explicitly(void)
{
    sb_context ctx = test_context();
    static album a;
    sb_data data;
    double weights[3 * 4] = {0.1, 0.0, 0.0, 0.9, 0.1, 0.0, 0.9, 0.0, 0.3, 0.7, 0.0, 0.0};
    album_make(402, 4, &a); /* 101, 101, 100, 100 */
    sb_config config = sharing(3, SB_PARTITION_EXPLICIT, 0.0);
    config.data.weights = weights;
    config.data.columns = 4;
    CHECK_OK(&ctx, sb_data_of_images(&ctx, &config, &a.images, &data));
    check_laws(&data, &a.images);
    check_shares(&data, weights);
    int held[12];
    count_classes(&data, held);
    const int want[12] = {20, 0, 0, 100, 20, 0, 100, 0, 61, 101, 0, 0}; /* 20.2, 20.2, 60.6: the largest remainder has one more */
    CHECK(memcmp(held, want, sizeof held) == 0);
    sb_data_free(&data);
    weights[9] = 0.0, weights[8] = 1.0;
    CHECK_FAILS(&ctx, sb_data_of_images(&ctx, &config, &a.images, &data), SB_EUSER, "no worker takes the 101 images of class 1");
    CHECK(data.components.mean == NULL && data.label == NULL && data.N == 0);
    for (int i = 0; i < 402; i++) a.label[i] += a.label[i] == 1; /* nor is there any now */
    CHECK_OK(&ctx, sb_data_of_images(&ctx, &config, &a.images, &data));
    check_laws(&data, &a.images);
    sb_data_free(&data);
    config.data.columns = 5;
    CHECK_FAILS(&ctx, sb_data_of_images(&ctx, &config, &a.images, &data), SB_EUSER,
                "have 5 numbers, but the images have 4 classes");
}

static void one_class(void)
{
    sb_context ctx = test_context();
    static album a;
    const sb_partition_kind kinds[] = {SB_PARTITION_IID, SB_PARTITION_DIRICHLET, SB_PARTITION_BY_COMPONENT};
    album_make(10, 1, &a);
    for (int k = 0; k < 3; k++) {
        const sb_config config = sharing(3, kinds[k], 2.385);
        sb_data data;
        CHECK_OK(&ctx, sb_data_of_images(&ctx, &config, &a.images, &data));
        check_laws(&data, &a.images);
        sb_data_free(&data);
    }
}

static void refusals(void)
{
    sb_context ctx = test_context();
    static album a;
    sb_data data;
    album_make(12, 3, &a);
    sb_config config = sharing(13, SB_PARTITION_IID, 0.0);
    CHECK_FAILS(&ctx, sb_data_of_images(&ctx, &config, &a.images, &data), SB_EUSER,
                "13 workers cannot share 12 images: take fewer");
    config = sharing(11, SB_PARTITION_BY_COMPONENT, 0.0);
    CHECK_OK(&ctx, sb_data_of_images(&ctx, &config, &a.images, &data)); /* 4, 4, 3 workers with a class each */
    check_laws(&data, &a.images);
    sb_data_free(&data);
    for (int i = 0; i < 12; i++) a.label[i] = i == 0 ? 0 : 1 + i % 2; /* of class 0 only one */
    CHECK_FAILS(&ctx, sb_data_of_images(&ctx, &config, &a.images, &data), SB_EUSER,
                "worker 3 of 0 to 10 has none of the 12 images: take fewer workers or more images");
    config = sharing(12, SB_PARTITION_DIRICHLET, 0.01);
    CHECK_FAILS(&ctx, sb_data_of_images(&ctx, &config, &a.images, &data), SB_EUSER, "take a larger 'data.partition.alpha'");
    double weights[6] = {1.0, 0.0, 0.0, 0.01, 0.495, 0.495};
    config = sharing(2, SB_PARTITION_EXPLICIT, 0.0);
    config.data.weights = weights;
    config.data.columns = 3;
    CHECK_OK(&ctx, sb_data_of_images(&ctx, &config, &a.images, &data));
    sb_data_free(&data);
    weights[0] = 1e-4, weights[1] = 0.0, weights[2] = 0.9999; /* hardly anything of class 0, and none of class 2 */
    for (int i = 0; i < 12; i++) a.label[i] = i % 2;
    CHECK_FAILS(&ctx, sb_data_of_images(&ctx, &config, &a.images, &data), SB_EUSER,
                "worker 0 of 0 to 1 has none of the 12 images: give it more weight");
    config = sharing(0, SB_PARTITION_IID, 0.0);
    CHECK_FAILS(&ctx, sb_data_of_images(&ctx, &config, &a.images, &data), SB_EUSER, "data.workers must lie between");
    config = sharing(1, SB_PARTITION_IID, 0.0);
    a.images.count = 0;
    CHECK_FAILS(&ctx, sb_data_of_images(&ctx, &config, &a.images, &data), SB_EUSER, "there are no images");
    a.images.count = INT_MAX;
    CHECK_FAILS(&ctx, sb_data_of_images(&ctx, &config, &a.images, &data), SB_EUSER, "2^28 numbers");
    CHECK(data.components.mean == NULL);
}

/* M2, mean and covariance of a worker's law are sums over its images; the score is that of a kernel density estimate. */
static void moments(void)
{
    enum { J = 60, d = 6 };
    sb_context ctx = test_context();
    static album a;
    sb_data data;
    album_make(J, 3, &a);
    const sb_config config = sharing(4, SB_PARTITION_DIRICHLET, 0.7);
    CHECK_OK(&ctx, sb_data_of_images(&ctx, &config, &a.images, &data));
    for (int n = 0; n < 4; n++) {
        const sb_mixture q = sb_data_worker(&data, n);
        const double u = 0.385, shrink = exp(-u), sigma2 = 1.0 - shrink * shrink;
        double M2 = 0.0, sum[d] = {0}, mean[d], C[d * d], y[d], score[d], want[d] = {0}, density = 0.0, log_density;
        int own = 0;
        for (int i = 0; i < J; i++) {
            if (owner_of(&data, i) != n) continue;
            own++;
            for (int k = 0; k < d; k++) {
                const double x = sb_pixel_value(a.pixel[d * i + k]);
                M2 += x * x;
                sum[k] += x;
            }
        }
        CHECK_CLOSE(sb_mixture_second_moment(&q), M2 / own, 1e-13);
        sb_mixture_moments(&q, mean, C);
        double trace = 0.0, square = 0.0;
        for (int k = 0; k < d; k++) {
            CHECK_NEAR(mean[k], sum[k] / own, 1e-14);
            trace += C[k * (d + 1)];
            square += mean[k] * mean[k];
            y[k] = 0.3 * k - 0.7;
        }
        CHECK_CLOSE(trace, M2 / own - square, 1e-12);
        for (int i = 0; i < J; i++) {
            if (owner_of(&data, i) != n) continue;
            double distance = 0.0;
            for (int k = 0; k < d; k++) distance += pow(y[k] - shrink * sb_pixel_value(a.pixel[d * i + k]), 2);
            const double e = exp(-0.5 * distance / sigma2) / own;
            density += e;
            for (int k = 0; k < d; k++) want[k] += e * (shrink * sb_pixel_value(a.pixel[d * i + k]) - y[k]) / sigma2;
        }
        sb_marginal *m = NULL;
        CHECK_OK(&ctx, sb_marginal_create(&ctx, &q, u, &m));
        double *work = sb_array_alloc(sb_marginal_work(m), sizeof *work, 0);
        sb_marginal_eval(m, 1, y, &log_density, score, work);
        CHECK_CLOSE(log_density, log(density) - 3.0 * log(6.283185307179586 * sigma2), 1e-12);
        for (int k = 0; k < d; k++) CHECK_CLOSE(score[k], want[k] / density, 1e-11);
        sb_free(work);
        sb_marginal_free(m);
    }
    sb_data_free(&data);
}

/* Samples that no classifier could judge are refused with the data. */
static void judged(void)
{
    sb_context ctx = test_context();
    sb_data data;
    sb_config config = sharing(1, SB_PARTITION_IID, 1.0);
    config.measure.quality_samples = 64;
    config.data.count = 9;
    CHECK_FAILS(&ctx, sb_data_create(&ctx, &config, &data), SB_EUSER,
                "measure.quality_samples: error: 9 images are too few to train the classifier on that judges samples; it takes 10");
    CHECK(!data.components.mean && !data.label);
    config.data.count = 10;
    CHECK_OK(&ctx, sb_data_create(&ctx, &config, &data));
    sb_data_free(&data);
    config.measure.quality_samples = 1 << 22;
    CHECK_OK(&ctx, sb_data_create(&ctx, &config, &data));
    sb_data_free(&data);
    config.measure.quality_samples++;
    CHECK_FAILS(&ctx, sb_data_create(&ctx, &config, &data), SB_EUSER,
                "measure.quality_samples: error: 4194305 images in dimension 64 are more than 2^28 numbers");
    config.measure.quality_samples = 64;
    config.data.kind = SB_DATA_GLYPHS;
    config.data.side = 8;
    config.data.channels = 1;
    config.data.templates = 1;
    config.data.rank = 3;
    config.data.glyph_deviation = 0.2385;
    CHECK_FAILS(&ctx, sb_data_create(&ctx, &config, &data), SB_EUSER,
                "measure.quality_samples: error: all images are of one class");
    config.data.templates = 2; /* a law has images without end */
    CHECK_OK(&ctx, sb_data_create(&ctx, &config, &data));
    sb_data_free(&data);
    config.data.samples = 9;
    CHECK_FAILS(&ctx, sb_data_create(&ctx, &config, &data), SB_EUSER, "measure.quality_samples: error: 9 images are too few");
    const double share[] = {0.5, 0.0, 0.5, 0.0};
    CHECK(sb_classes_held(4, share) == 2 && sb_classes_held(0, share) == 0);
}

/* Data of each kind from a configuration: shape, labels, shares of the classes; points drawn from glyphs keep their glyph's label. */
static void by_configuration(void)
{
    sb_context ctx = test_context();
    sb_data data;
    double share[10], sum = 0.0;
    sb_config config = sharing(3, SB_PARTITION_DIRICHLET, 0.7);
    config.data.count = 100;
    CHECK_OK(&ctx, sb_data_create(&ctx, &config, &data));
    CHECK(data.d == 64 && data.components.J == 100 && data.classes == 10 && data.image.height == 8 && data.image.channels == 1);
    int held = 0;
    for (int n = 0; n < 3; n++) held += sb_data_class_shares(&data, n, share);
    CHECK(held == 100 && sb_data_class_shares(&data, -1, share) == 100);
    for (int c = 0; c < 10; c++) sum += share[c];
    CHECK_CLOSE(sum, 1.0, 1e-13);
    sb_data_free(&data);
    config.data.kind = SB_DATA_SHAPES;
    config.data.side = 7;
    config.data.channels = 3;
    CHECK_OK(&ctx, sb_data_create(&ctx, &config, &data));
    CHECK(data.d == 147 && data.components.J == 100 && data.classes == 3 && data.label[5] == 2 && data.image.width == 7);
    sb_data_free(&data);
    config.data.kind = SB_DATA_GLYPHS;
    config.data.side = 8;
    config.data.channels = 1;
    config.data.templates = 12;
    config.data.rank = 3;
    config.data.glyph_deviation = 0.2385;
    CHECK_OK(&ctx, sb_data_create(&ctx, &config, &data));
    CHECK(data.d == 64 && data.components.J == 12 && data.classes == 10 && data.label[11] == 1 && data.image.height == 8);
    CHECK(sb_data_class_shares(&data, 2, share) == 0);
    CHECK_CLOSE(share[1], sb_data_worker(&data, 2).weight[1] + sb_data_worker(&data, 2).weight[11], 1e-14);
    sb_data_free(&data);
    config.data.samples = 40;
    CHECK_OK(&ctx, sb_data_create(&ctx, &config, &data));
    CHECK(data.components.J == 120 && data.population.J == 12 && sb_data_class_shares(&data, 0, share) == 40);
    for (int i = 0; i < 120; i++) { /* a point is nearest to a template of its label, far more often than not */
        double nearest = INFINITY;
        int label = -1;
        for (int j = 0; j < 12; j++) {
            double square = 0.0;
            for (int k = 0; k < 64; k++) square += pow(data.components.mean[64 * i + k] - data.population.mean[64 * j + k], 2);
            if (square < nearest) nearest = square, label = j % 10;
        }
        held += label == data.label[i];
    }
    CHECK(held - 100 > 90);
    sb_data_free(&data);
}

static const sb_test tests[] = {
    {"iid", iid},
    {"class shards", shards},
    {"Dirichlet", dirichlet},
    {"tiny alpha", tiny_alpha},
    {"explicit weights", explicitly},
    {"one class", one_class},
    {"refusals", refusals},
    {"moments and scores of a worker's images", moments},
    {"each kind by its configuration", by_configuration},
    {"quality that cannot be measured", judged},
};

int main(void)
{
    return sb_test_main("image data", tests, sizeof tests / sizeof *tests);
}
