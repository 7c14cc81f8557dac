/* The blocks of kernels/point/ against Random123's and cuRAND's, one by one and many at once. */
#include "harness.h"

#include "curand_words.h"
#include "kernels/point/words.h"

#include <Random123/philox.h>
#include <string.h>

static void random123_words(uint64_t seed, uint64_t subsequence, uint64_t block, uint32_t word[4])
{
    const philox4x32_ctr_t counter = {
        {(uint32_t)block, (uint32_t)(block >> 32), (uint32_t)subsequence, (uint32_t)(subsequence >> 32)}};
    const philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
    const philox4x32_ctr_t out = philox4x32_R(10, counter, key);
    for (int i = 0; i < 4; i++) word[i] = out.v[i];
}

/* Places whose halves are small, large and about to carry. */
typedef struct {
    uint64_t seed, subsequence, block;
} place;
static const place places[] = {
    {0, 0, 0},
    {1, 2, 3},
    {UINT64_MAX, UINT64_MAX, UINT64_MAX - 200},
    {UINT64_C(0x9e3779b97f4a7c15), UINT64_C(5) << 56 | 77, (UINT64_C(2385) << 40) - 50},
    {UINT64_C(1) << 32, UINT64_C(0xffffffff00000000), (UINT64_C(1) << 32) - 9},
};
enum { PLACES = sizeof places / sizeof *places };

static void test_random123(void)
{
    int wrong = 0;
    for (int p = 0; p < PLACES; p++)
        for (uint64_t i = 0; i < 20000; i++) {
            uint32_t word[4], want[4];
            sb_point_philox(places[p].seed, places[p].subsequence, places[p].block + i, word);
            random123_words(places[p].seed, places[p].subsequence, places[p].block + i, want);
            wrong += memcmp(word, want, sizeof word) != 0;
        }
    CHECK(wrong == 0);
}

static void test_curand(void)
{
    int wrong = 0;
    for (int p = 0; p < PLACES; p++)
        for (uint64_t i = 0; i < 150; i++) { /* not over the end of the blocks: there cuRAND carries into the subsequence */
            uint32_t word[4], want[4];
            sb_point_philox(places[p].seed, places[p].subsequence, places[p].block + i, word);
            if (!curand_words(places[p].seed, places[p].subsequence, places[p].block + i, want)) {
                sb_test_skip("built without CUDA, so without cuRAND's header");
                return;
            }
            wrong += memcmp(word, want, sizeof word) != 0;
        }
    CHECK(wrong == 0);
}

typedef size_t (*some_words)(uint64_t seed, uint64_t subsequence, uint64_t block, size_t blocks, uint32_t *word);

/* All counts up to several vectors, at an address that is no vector's; nothing is written behind. */
static void check_words(some_words fill)
{
    uint32_t word[4 * 50 + 2];
    int wrong = 0;
    for (int p = 0; p < PLACES; p++)
        for (size_t n = 0; n < 50; n++) {
            memset(word, 0x5a, sizeof word);
            const size_t written = fill(places[p].seed, places[p].subsequence, places[p].block, n, word + 1);
            for (size_t i = 0; i < written; i++) {
                uint32_t want[4];
                sb_point_philox(places[p].seed, places[p].subsequence, places[p].block + i, want);
                wrong += memcmp(word + 1 + 4 * i, want, sizeof want) != 0;
            }
            wrong += written > n || word[0] != 0x5a5a5a5a || word[1 + 4 * written] != 0x5a5a5a5a;
        }
    CHECK(wrong == 0);
}

static size_t all_words(uint64_t seed, uint64_t subsequence, uint64_t block, size_t blocks, uint32_t *word)
{
    sb_point_words(seed, subsequence, block, blocks, word);
    return blocks;
}

static void test_words(void)
{
    check_words(all_words);
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) /* each level that this machine has */
    check_words(sb_point_words_v1);
    if (__builtin_cpu_supports("avx2")) check_words(sb_point_words_v3);
    if (__builtin_cpu_supports("avx512f")) check_words(sb_point_words_v4);
#endif
}

int main(void)
{
    static const sb_test tests[] = {
        {"blocks of Random123", test_random123},
        {"blocks of cuRAND", test_curand},
        {"many blocks at once, on each level of the instruction set", test_words},
    };
    return sb_test_main("philox", tests, sizeof tests / sizeof *tests);
}
