/* Partition among workers, finite data, pooled law. */
#include "laws.h"

#include "data/data.h"

static sb_config ring(int workers, int modes, sb_partition_kind partition, double alpha)
{
    return (sb_config){.seed = 3,
                       .data = {.dimension = 2,
                                .workers = workers,
                                .preset = SB_PRESET_RING,
                                .modes = modes,
                                .radius = 1.0,
                                .deviation = 0.2,
                                .partition = partition,
                                .alpha = alpha}};
}

/* Rows and pooled law are probabilities, pooled is the mean row, cumulative the running sums. */
static void check_rows(const sb_data *data)
{
    const int J = data->components.J;
    double *mean = sb_array_alloc((size_t)J, sizeof *mean, 1);
    for (int n = 0; n < data->N; n++) {
        const sb_mixture q = sb_data_worker(data, n);
        double sum = 0.0;
        for (int j = 0; j < J; j++) {
            CHECK(q.weight[j] >= 0.0);
            sum += q.weight[j];
            mean[j] += q.weight[j] / data->N;
            CHECK_NEAR(q.cumulative[j], sum, 1e-15);
        }
        CHECK_CLOSE(sum, 1.0, 1e-12);
    }
    const sb_mixture pooled = sb_data_pooled(data);
    double sum = 0.0;
    for (int j = 0; j < J; j++) {
        CHECK_NEAR(pooled.weight[j], mean[j], 1e-14);
        sum += pooled.weight[j];
        CHECK_NEAR(pooled.cumulative[j], sum, 1e-15);
    }
    sb_free(mean);
}

static void iid(void)
{
    sb_context ctx = test_context();
    sb_config config = ring(7, 5, SB_PARTITION_IID, 0.0);
    sb_data data;
    CHECK_OK(&ctx, sb_data_create(&ctx, &config, &data));
    CHECK(data.distinct == 1 && data.N == 7 && data.d == 2 && data.population.d == 0);
    check_rows(&data);
    CHECK(sb_data_worker(&data, 0).weight == sb_data_worker(&data, 6).weight);
    sb_data_free(&data);
    CHECK(data.weight == NULL);
    sb_data_free(&data);
}

static void dirichlet(void)
{
    sb_context ctx = test_context();
    const double alphas[] = {1e-100, 1e-6, 1e-3, 0.3, 2.385, 1e6};
    for (size_t a = 0; a < sizeof alphas / sizeof *alphas; a++) {
        sb_config config = ring(50, 8, SB_PARTITION_DIRICHLET, alphas[a]);
        sb_data data, again;
        double largest = 0.0, farthest = 0.0;
        CHECK_OK(&ctx, sb_data_create(&ctx, &config, &data));
        CHECK_OK(&ctx, sb_data_create(&ctx, &config, &again));
        CHECK(data.distinct == 50);
        CHECK(memcmp(data.weight, again.weight, 50 * 8 * sizeof(double)) == 0);
        check_rows(&data);
        for (int n = 0; n < 50; n++) {
            double most = 0.0;
            for (int j = 0; j < 8; j++) {
                most = fmax(most, data.weight[8 * n + j]);
                farthest = fmax(farthest, fabs(data.weight[8 * n + j] - 0.125));
            }
            largest += most / 50;
        }
        if (alphas[a] <= 1e-6) CHECK(largest > 0.999); /* tiny alpha: one component each */
        if (alphas[a] == 1e6) CHECK(farthest < 1e-2);
        sb_data_free(&data);
        sb_data_free(&again);
    }
}

/* Mean and variance of Dirichlet weights: alpha J p_j = a_j, sum a_0: mean p_j, variance p_j (1-p_j)/(a_0+1). */
static void dirichlet_moments(void)
{
    enum { N = 4000, J = 4 };
    sb_context ctx = test_context();
    sb_config config = ring(N, J, SB_PARTITION_DIRICHLET, 0.385);
    sb_data data;
    CHECK_OK(&ctx, sb_data_create(&ctx, &config, &data));
    const double variance = 0.25 * 0.75 / (0.385 * J + 1.0);
    for (int j = 0; j < J; j++) {
        double mean = 0.0, square = 0.0;
        for (int n = 0; n < N; n++) mean += data.weight[n * J + j] / N;
        for (int n = 0; n < N; n++) square += (data.weight[n * J + j] - 0.25) * (data.weight[n * J + j] - 0.25) / N;
        CHECK(fabs(mean - 0.25) < 5.0 * sqrt(variance / N));
        CHECK(fabs(square / variance - 1.0) < 0.1);
    }
    sb_data_free(&data);
}

static void by_component(void)
{
    sb_context ctx = test_context();
    sb_config config = ring(3, 8, SB_PARTITION_BY_COMPONENT, 0.0);
    sb_data data;
    CHECK_OK(&ctx, sb_data_create(&ctx, &config, &data));
    check_rows(&data);
    for (int n = 0; n < 3; n++)
        for (int j = 0; j < 8; j++) CHECK_NEAR(data.weight[8 * n + j], j % 3 != n ? 0.0 : n < 2 ? 1.0 / 3 : 0.5, 1e-15);
    sb_data_free(&data);
    config = ring(5, 2, SB_PARTITION_BY_COMPONENT, 0.0);
    CHECK_OK(&ctx, sb_data_create(&ctx, &config, &data));
    check_rows(&data);
    for (int n = 0; n < 5; n++)
        CHECK(sb_mixture_is_gaussian(&(sb_mixture){.components = &data.components, .weight = data.weight + 2 * n}) == n % 2);
    CHECK_CLOSE(data.pooled[0], 0.6, 1e-15);
    sb_data_free(&data);
}

static void given(void)
{
    sb_context ctx = test_context();
    sb_config config = ring(2, 2, SB_PARTITION_EXPLICIT, 0.0);
    double weights[4] = {0.25, 0.75, 1.0, 0.0};
    sb_data data;
    config.data.weights = weights;
    CHECK_OK(&ctx, sb_data_create(&ctx, &config, &data));
    check_rows(&data);
    CHECK(data.weight[1] == 0.75 && data.pooled[0] == 0.625);
    sb_data_free(&data);
    weights[0] = 0.3;
    CHECK_FAILS(&ctx, sb_data_create(&ctx, &config, &data), SB_EUSER, "weights of worker 1 sum to 1.05");
    weights[0] = -0.25;
    CHECK_FAILS(&ctx, sb_data_create(&ctx, &config, &data), SB_EUSER, "no weight");
    config.data.weights = NULL;
    CHECK_FAILS(&ctx, sb_data_create(&ctx, &config, &data), SB_EUSER, "needs the workers' weights");
    CHECK(data.weight == NULL && data.components.mean == NULL);
}

/* Each worker holds its own points, drawn from its own law; the pooled law holds all of them. */
static void finite_data(void)
{
    enum { m = 400, N = 3 };
    sb_context ctx = test_context();
    sb_config config = ring(N, 6, SB_PARTITION_BY_COMPONENT, 0.0);
    sb_data data;
    config.data.samples = m;
    CHECK_OK(&ctx, sb_data_create(&ctx, &config, &data));
    CHECK(data.components.J == N * m && data.distinct == N && data.population.J == 6 && data.population_distinct == N);
    check_rows(&data);
    for (int n = 0; n < N; n++) {
        const sb_mixture q = sb_data_worker(&data, n);
        const sb_mixture law_n = {.components = &data.population, .weight = data.population_weight + 6 * n};
        double mean[2], want[2], C[4];
        sb_mixture_moments(&q, mean, NULL);
        sb_mixture_moments(&law_n, want, C);
        for (int i = 0; i < 2; i++) CHECK(fabs(mean[i] - want[i]) < 5.0 * sqrt(C[3 * i] / m));
        for (int j = 0; j < N * m; j++) {
            CHECK(q.weight[j] == (j / m == n ? 1.0 / m : 0.0));
            CHECK(data.components.lambda[j] == 0.0);
        }
        CHECK_CLOSE(data.pooled[n * m], 1.0 / (N * m), 1e-15);
    }
    sb_data_free(&data);
    config = ring(N, 6, SB_PARTITION_IID, 0.0);
    config.data.samples = 2;
    CHECK_OK(&ctx, sb_data_create(&ctx, &config, &data));
    CHECK(data.distinct == N && data.population_distinct == 1);
    CHECK(memcmp(data.components.mean, data.components.mean + 4, 4 * sizeof(double)) != 0); /* iid, yet not the same points */
    sb_data_free(&data);
}

static void refusals(void)
{
    sb_context ctx = test_context();
    sb_config config = ring(10, 6, SB_PARTITION_IID, 0.0);
    sb_data data;
    config.data.samples = 20000000;
    CHECK_FAILS(&ctx, sb_data_create(&ctx, &config, &data), SB_EUSER, "2^28");
    CHECK(data.components.mean == NULL && data.population.mean == NULL);
    config.data.samples = 1000000; /* the points alone would fit, the rows of weights would not */
    config.data.workers = 100;
    CHECK_FAILS(&ctx, sb_data_create(&ctx, &config, &data), SB_EUSER, "2^28");
    config.data.samples = -1;
    CHECK_FAILS(&ctx, sb_data_create(&ctx, &config, &data), SB_EUSER, "negative");
    config.data.samples = 0;
    config.data.workers = 0;
    CHECK_FAILS(&ctx, sb_data_create(&ctx, &config, &data), SB_EUSER, "workers");
    config = ring(10, 6, SB_PARTITION_DIRICHLET, 0.0);
    CHECK_FAILS(&ctx, sb_data_create(&ctx, &config, &data), SB_EUSER, "alpha");
    config = ring(1000000, 1000, SB_PARTITION_DIRICHLET, 1.0);
    CHECK_FAILS(&ctx, sb_data_create(&ctx, &config, &data), SB_EUSER, "2^28");
    config = ring(2, 6, (sb_partition_kind)9, 1.0);
    CHECK_FAILS(&ctx, sb_data_create(&ctx, &config, &data), SB_EINVAL, "9");
}

static const sb_test tests[] = {
    {"iid", iid},
    {"Dirichlet, down to alpha = 1e-100", dirichlet},
    {"Dirichlet moments", dirichlet_moments},
    {"by component", by_component},
    {"explicit weights", given},
    {"finite data", finite_data},
    {"refusals", refusals},
};

int main(void)
{
    return sb_test_main("data", tests, sizeof tests / sizeof *tests);
}
