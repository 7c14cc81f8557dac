#include "base/random.h"

#include "kernels/point/clones.h"
#include "kernels/point/normal.h"
#include "kernels/point/words.h"

#include <Random123/philox.h>
#include <math.h>

sb_stream sb_stream_at(uint64_t seed, sb_purpose purpose, uint32_t replica, uint32_t worker, uint32_t round, uint32_t step)
{
    return (sb_stream){
        .seed = seed,
        .subsequence = (uint64_t)purpose << 56 | (uint64_t)replica << 44 | (uint64_t)worker << 24 | round,
        .block = (uint64_t)step << 40,
    };
}

sb_stream sb_stream_skip(sb_stream stream, uint64_t blocks)
{
    stream.block += blocks;
    return stream;
}

void sb_stream_words(sb_stream *stream, uint32_t words[4])
{
    const philox4x32_ctr_t counter = {{(uint32_t)stream->block, (uint32_t)(stream->block >> 32), (uint32_t)stream->subsequence,
                                       (uint32_t)(stream->subsequence >> 32)}};
    const philox4x32_key_t key = {{(uint32_t)stream->seed, (uint32_t)(stream->seed >> 32)}};
    const philox4x32_ctr_t out = philox4x32_R(10, counter, key);
    for (int i = 0; i < 4; i++) words[i] = out.v[i];
    stream->block++;
}

double sb_stream_uniform(sb_stream *stream)
{
    uint32_t w[4];
    sb_stream_words(stream, w);
    return sb_point_uniform(w[0], w[1]);
}

void sb_stream_uniforms(sb_stream *stream, size_t n, double *out)
{
    for (size_t i = 0; i < n; i += 2) {
        uint32_t w[4];
        sb_stream_words(stream, w);
        out[i] = sb_point_uniform(w[0], w[1]);
        if (i + 1 < n) out[i + 1] = sb_point_uniform(w[2], w[3]);
    }
}

/* z (2*blocks), two normals of each block's words (blocks,4) */
SB_CPU_CLONES static void transform(size_t blocks, const uint32_t *restrict words, double *restrict z)
{
    for (size_t i = 0; i < blocks; i++) sb_point_normals(words + 4 * i, z + 2 * i);
}

void sb_stream_normals(sb_stream *stream, size_t n, double *out)
{
    enum { BLOCKS = 64 };
    uint32_t words[4 * BLOCKS];
    double z[2];
    for (size_t i = 0; i < n; i += 2 * BLOCKS) {
        const size_t left = n - i < 2 * BLOCKS ? n - i : 2 * BLOCKS;
        sb_point_words(stream->seed, stream->subsequence, stream->block, (left + 1) / 2, words);
        stream->block += (left + 1) / 2;
        transform(left / 2, words, out + i);
        if (left % 2 == 0) continue;
        transform(1, words + 2 * (left - 1), z);
        out[i + left - 1] = z[0];
    }
}

double sb_stream_log_gamma_variate(sb_stream *stream, double shape)
{
    const double boost = shape < 1.0 ? log(sb_stream_uniform(stream)) / shape : 0.0;
    const double a = shape < 1.0 ? shape + 1.0 : shape, m = a - 1.0 / 3.0, c = 1.0 / sqrt(9.0 * m);
    for (;;) {
        double x;
        sb_stream_normals(stream, 1, &x);
        const double v = 1.0 + c * x, u = sb_stream_uniform(stream);
        if (v <= 0.0) continue;
        const double v3 = v * v * v;
        if (log(u) < 0.5 * x * x + m * (1.0 - v3 + log(v3))) return log(m * v3) + boost;
    }
}
