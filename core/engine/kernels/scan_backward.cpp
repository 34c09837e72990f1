// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kernels/scan_backward.h"

#include "core/engine/kernels/lanes.h"
#include "core/engine/kernels/vector_exp.h"

#include <algorithm>
#include <vector>

namespace mnemo {
namespace {

constexpr std::int64_t lanes = scanLanes;
constexpr std::int64_t ahead = 4;  // rows that are fetched before they are needed

/// One block of channels on its way through the segments; states are [state, lane].
template <typename T>
struct Block {
    std::int64_t channel = 0;
    std::int64_t count = 0;  // of its channels
    std::int64_t states = 0;
    T D[lanes] = {};
    T gradD[lanes] = {};
    T A[scanMaxStates * lanes] = {};
    T gradA[scanMaxStates * lanes] = {};
    std::vector<T> saved, gradSaved;  // [slot, state, lane]

    std::int64_t size() const { return states * lanes; }
};

/// What the tokens of one segment leave for the way back: [token, state, lane].
template <typename T>
struct Trail {
    std::vector<T> before;  // the state before each token, and after the last one
    std::vector<T> decay;
};

/// Sums over the channels of a thread, lane by lane until the end: [token, state, lane].
template <typename T>
struct LaneSums {
    std::vector<T> B, C;
};

/// With zeros behind the channels there are.
template <typename T>
MNEMO_INLINE void readLanes(const T* __restrict from, std::int64_t count, T* __restrict to)
{
    if (count == lanes) {
        std::copy_n(from, lanes, to);
        return;
    }
    std::fill_n(to, lanes, T(0));
    std::copy_n(from, count, to);
}

/// Step sizes and input of one token.
template <typename T>
struct Token {
    T raw[lanes], delta[lanes], u[lanes], write[lanes];
};

template <typename T>
MNEMO_INLINE void readToken(const ScanArgs<T>& args, const Block<T>& block, std::int64_t row, Token<T>& token)
{
    const std::int64_t at = row * args.channels + block.channel;
    readLanes(args.delta_XE + at, block.count, token.raw);
    readLanes(args.u_XE + at, block.count, token.u);
    std::copy_n(token.raw, lanes, token.delta);
    if (args.rawSteps)
        for (std::int64_t e = 0; e < lanes; ++e)
            token.delta[e] = softplus(token.raw[e]);
    for (std::int64_t e = 0; e < lanes; ++e)
        token.write[e] = token.delta[e] * token.u[e];
}

/// Rows lie far apart, and waiting for their numbers takes longer than the arithmetic: also for what is needed of them
/// on the way back.
template <typename T>
MNEMO_INLINE void fetch(const ScanArgs<T>& args, const ScanGradients<T>& gradients, std::int64_t at)
{
    for (std::int64_t lane = 0; lane < lanes; lane += 64 / std::int64_t(sizeof(T))) {  // a cache line
        __builtin_prefetch(args.delta_XE + at + lane);
        __builtin_prefetch(args.u_XE + at + lane);
        __builtin_prefetch(gradients.y_XE + at + lane);
        __builtin_prefetch(gradients.u_XE + at + lane, 1);
        __builtin_prefetch(gradients.delta_XE + at + lane, 1);
        if (!args.z_XE)
            continue;
        __builtin_prefetch(args.z_XE + at + lane);
        __builtin_prefetch(gradients.z_XE + at + lane, 1);
    }
}

/// One state of all lanes moves on.
template <typename T>
MNEMO_INLINE void advance(const Token<T>& token, T B, const T* __restrict A, const T* __restrict before,
                          T* __restrict decay, T* __restrict after)
{
    for (std::int64_t e = 0; e < lanes; ++e) {
        const T kept = exp2OfNegative(token.delta[e] * A[e] * T(log2OfE));
        decay[e] = kept;
        after[e] = kept * before[e] + token.write[e] * B;
    }
}

/// The states of a segment once more, those that others start from into their slots.
template <typename T>
MNEMO_INLINE void forward(const ScanArgs<T>& args, const ScanGradients<T>& gradients, const ScanSegment& segment,
                          Block<T>& block, Trail<T>& trail)
{
    const std::int64_t size = block.size();
    T* const before = trail.before.data();
    if (segment.start < 0)
        std::fill_n(before, size, T(0));
    else
        std::copy_n(block.saved.data() + segment.start * size, size, before);
    std::int64_t next = segment.firstSave;
    for (std::int64_t i = 0; i < segment.count; ++i) {
        const std::int64_t row = segment.row + i;
        if (i + ahead < segment.count)
            fetch(args, gradients, (row + ahead) * args.channels + block.channel);
        Token<T> token;
        readToken(args, block, row, token);
        const T* __restrict B = args.B_XN + row * args.states;
        for (std::int64_t n = 0; n < block.states; ++n) {
            T* const state = before + i * size + n * lanes;
            advance(token, B[n], block.A + n * lanes, state, trail.decay.data() + i * size + n * lanes, state + size);
        }
        if (next < segment.endSave && args.saves[next].row == row)
            std::copy_n(before + (i + 1) * size, size, block.saved.data() + args.saves[next++].slot * size);
    }
}

/// The gradient by y before its gate; that by z on the way.
template <typename T>
MNEMO_INLINE void throughGate(const ScanArgs<T>& args, const ScanGradients<T>& gradients, const Block<T>& block,
                              std::int64_t row, const T* __restrict state, const T* __restrict u, T* __restrict g)
{
    const std::int64_t at = row * args.channels + block.channel;
    readLanes(gradients.y_XE + at, block.count, g);
    if (!args.z_XE)
        return;
    const T* __restrict C = args.C_XN + row * args.states;
    T y[lanes], z[lanes];
    for (std::int64_t e = 0; e < lanes; ++e)
        y[e] = block.D[e] * u[e];
    for (std::int64_t n = 0; n < block.states; ++n)
        for (std::int64_t e = 0; e < lanes; ++e)
            y[e] += C[n] * state[n * lanes + e];
    readLanes(args.z_XE + at, block.count, z);
    for (std::int64_t e = 0; e < lanes; ++e) {
        const T s = sigmoid(z[e]);
        y[e] *= g[e] * (s + z[e] * s * (T(1) - s));
        g[e] *= z[e] * s;
    }
    copyLanes<lanes>(y, block.count, gradients.z_XE + at);
}

/// What one token gathers over its states.
template <typename T>
struct Gathered {
    T g[lanes];
    T alongB[lanes] = {};
    T alongA[lanes] = {};
};

/// One state of all lanes on the way back.
template <typename T>
MNEMO_INLINE void backState(const Token<T>& token, T B, T C, const T* __restrict A, const T* __restrict before,
                            const T* __restrict after, const T* __restrict decay, T* __restrict G, T* __restrict sumB,
                            T* __restrict sumC, T* __restrict gradA, Gathered<T>& __restrict all)
{
    for (std::int64_t e = 0; e < lanes; ++e) {
        const T by = G[e] + all.g[e] * C;
        sumC[e] += all.g[e] * after[e];
        sumB[e] += by * token.write[e];
        all.alongB[e] += by * B;
        const T decayed = by * decay[e], held = decayed * before[e];
        all.alongA[e] += held * A[e];
        gradA[e] += held * token.delta[e];
        G[e] = decayed;
    }
}

/// One token on the way back. @param G [state, lane] by the state after it; left as that by the state before it
template <typename T>
MNEMO_INLINE void backToken(const ScanArgs<T>& args, const ScanGradients<T>& gradients, Block<T>& block,
                            const Trail<T>& trail, LaneSums<T>& sums, std::int64_t row, std::int64_t i, T* __restrict G)
{
    const std::int64_t size = block.size(), at = row * args.channels + block.channel;
    Token<T> token;
    readToken(args, block, row, token);
    Gathered<T> all;
    throughGate(args, gradients, block, row, trail.before.data() + (i + 1) * size, token.u, all.g);
    const T* const B = args.B_XN + row * args.states;
    const T* const C = args.C_XN + row * args.states;
    for (std::int64_t n = 0; n < block.states; ++n) {
        const std::int64_t own = n * lanes, here = i * size + own;
        backState(token, B[n], C[n], block.A + own, trail.before.data() + here, trail.before.data() + here + size,
                  trail.decay.data() + here, G + own, sums.B.data() + here, sums.C.data() + here, block.gradA + own,
                  all);
    }
    T gradU[lanes], gradDelta[lanes];
    for (std::int64_t e = 0; e < lanes; ++e) {
        block.gradD[e] += all.g[e] * token.u[e];
        gradU[e] = all.g[e] * block.D[e] + token.delta[e] * all.alongB[e];
        gradDelta[e] = token.u[e] * all.alongB[e] + all.alongA[e];
    }
    if (args.rawSteps)
        for (std::int64_t e = 0; e < lanes; ++e)
            gradDelta[e] *= sigmoid(token.raw[e]);
    copyLanes<lanes>(gradU, block.count, gradients.u_XE + at);
    copyLanes<lanes>(gradDelta, block.count, gradients.delta_XE + at);
}

template <typename T>
MNEMO_INLINE void backSegment(const ScanArgs<T>& args, const ScanGradients<T>& gradients, const ScanSegment& segment,
                              Block<T>& block, Trail<T>& trail, LaneSums<T>& sums)
{
    const std::int64_t size = block.size();
    forward(args, gradients, segment, block, trail);
    T G[scanMaxStates * lanes] = {};
    std::int64_t save = segment.endSave;
    for (std::int64_t i = segment.count; i-- > 0;) {
        if (save > segment.firstSave && args.saves[save - 1].row == segment.row + i) {
            const T* __restrict later = block.gradSaved.data() + args.saves[--save].slot * size;
            for (std::int64_t j = 0; j < size; ++j)
                G[j] += later[j];
        }
        backToken(args, gradients, block, trail, sums, segment.row + i, i, G);
    }
    if (segment.start >= 0) {
        T* __restrict start = block.gradSaved.data() + segment.start * size;
        for (std::int64_t j = 0; j < size; ++j)
            start[j] += G[j];
    }
}

template <typename T>
MNEMO_INLINE void addLanes(std::vector<T>& sums, std::int64_t count, T* __restrict out)
{
    for (std::int64_t j = 0; j < count; ++j) {
        T* __restrict sum = sums.data() + j * lanes;
        for (std::int64_t half = lanes / 2; half > 0; half /= 2)
            for (std::int64_t e = 0; e < half; ++e)
                sum[e] += sum[e + half];
        out[j] += sum[0];
    }
    std::fill_n(sums.begin(), count * lanes, T(0));
}

template <typename T>
MNEMO_INLINE Block<T> blockOf(const ScanArgs<T>& args, std::int64_t index)
{
    Block<T> block;
    block.channel = index * lanes;
    block.count = std::min(lanes, args.channels - block.channel);
    block.states = args.states;
    std::copy_n(args.D_E + block.channel, block.count, block.D);
    for (std::int64_t n = 0; n < args.states; ++n)
        std::copy_n(args.A_NE + n * args.channels + block.channel, block.count, block.A + n * lanes);
    block.saved.resize(std::size_t(args.slots * block.size()));
    for (std::int64_t row = 0; row < args.given * args.states; ++row)
        std::copy_n(args.saved_SNE + row * args.channels + block.channel, block.count,
                    block.saved.data() + row * lanes);
    block.gradSaved.resize(block.saved.size());
    return block;
}

template <typename T>
MNEMO_INLINE void scanBlocksBackwardAny(const ScanArgs<T>& args, const ScanGradients<T>& gradients, std::int64_t begin,
                                        std::int64_t end)
{
    std::vector<Block<T>> blocks;
    for (std::int64_t index = begin; index < end; ++index)
        blocks.push_back(blockOf(args, index));
    std::int64_t longest = 0;
    for (std::int64_t i = 0; i < args.segmentCount; ++i)
        longest = std::max(longest, args.segments[i].count);
    const auto entries = std::size_t(longest * args.states * lanes);
    Trail<T> trail{std::vector<T>(entries + std::size_t(args.states * lanes)), std::vector<T>(entries)};
    LaneSums<T> sums{std::vector<T>(entries), std::vector<T>(entries)};

    if (args.slots > args.given)
        for (Block<T>& block : blocks)
            for (std::int64_t i = 0; i < args.segmentCount; ++i)
                forward(args, gradients, args.segments[i], block, trail);
    for (std::int64_t i = args.segmentCount; i-- > 0;) {
        const ScanSegment& segment = args.segments[i];
        for (Block<T>& block : blocks)
            backSegment(args, gradients, segment, block, trail, sums);
        addLanes(sums.B, segment.count * args.states, gradients.B_XN + segment.row * args.states);
        addLanes(sums.C, segment.count * args.states, gradients.C_XN + segment.row * args.states);
    }
    for (const Block<T>& block : blocks) {
        std::copy_n(block.gradD, block.count, gradients.D_E + block.channel);
        for (std::int64_t n = 0; n < args.states; ++n)
            std::copy_n(block.gradA + n * lanes, block.count, gradients.A_NE + n * args.channels + block.channel);
    }
}

}  // namespace

MNEMO_VECTOR_CLONES void scanBlocksBackward(const ScanArgs<float>& args, const ScanGradients<float>& gradients,
                                            std::int64_t begin, std::int64_t end)
{
    scanBlocksBackwardAny(args, gradients, begin, end);
}

MNEMO_VECTOR_CLONES void scanBlocksBackward(const ScanArgs<double>& args, const ScanGradients<double>& gradients,
                                            std::int64_t begin, std::int64_t end)
{
    scanBlocksBackwardAny(args, gradients, begin, end);
}

}  // namespace mnemo
