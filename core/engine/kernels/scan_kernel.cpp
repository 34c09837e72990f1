// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kernels/scan_kernel.h"

#include "core/engine/kernels/lanes.h"
#include "core/engine/kernels/vector_exp.h"

#include <algorithm>
#include <span>
#include <vector>

namespace mnemo {
namespace {

constexpr std::int64_t blocks = 4;  // that go through a row together
constexpr std::int64_t width = blocks * scanLanes;
constexpr std::int64_t ahead = 2;  // rows that are fetched before they are needed

/// Some neighbouring blocks: their decays and their states after the row before, [block, state, lane].
template <typename T>
struct Group {
    std::int64_t channel = 0;
    std::int64_t lanes = 0;  // up to `width`
    T A[scanMaxStates * width];
    T state[scanMaxStates * width];
};

/// Rows lie far apart, and waiting for their numbers takes longer than the arithmetic.
template <typename T>
MNEMO_INLINE void fetch(const ScanArgs<T>& args, std::int64_t at)
{
    for (std::int64_t lane = 0; lane < width; lane += 64 / std::int64_t(sizeof(T))) {  // a cache line
        __builtin_prefetch(args.delta_XE + at + lane);
        __builtin_prefetch(args.u_XE + at + lane);
        __builtin_prefetch(args.y_XE + at + lane, 1);
        if (args.z_XE)
            __builtin_prefetch(args.z_XE + at + lane);
    }
}

/// One token of one block: the state moves on, y is what it gives.
template <typename T>
MNEMO_INLINE void step(const T* __restrict delta, const T* __restrict write, const T* __restrict B,
                       const T* __restrict C, const T* __restrict A, std::int64_t states, T* __restrict state,
                       T* __restrict out)
{
    T y[scanLanes] = {};
    for (std::int64_t n = 0; n < states; ++n) {
        T* __restrict s = state + n * scanLanes;
        const T* __restrict a = A + n * scanLanes;
        for (std::int64_t e = 0; e < scanLanes; ++e) {
            s[e] = exp2OfNegative(delta[e] * a[e]) * s[e] + write[e] * B[n];
            y[e] += C[n] * s[e];
        }
    }
    std::copy_n(y, scanLanes, out);
}

/// One token: what is entry by entry for all blocks at once, so that the long chains of operations overlap.
template <typename T>
MNEMO_INLINE void token(const ScanArgs<T>& args, std::int64_t row, std::int64_t rows, Group<T>& group,
                        const T* __restrict skip)
{
    const std::int64_t at = row * args.channels + group.channel, N = args.states;
    if (row + ahead < rows)
        fetch(args, at + ahead * args.channels);
    T delta[width] = {}, u[width] = {}, write[width], y[width] = {};
    copyLanes<width>(args.delta_XE + at, group.lanes, delta);
    copyLanes<width>(args.u_XE + at, group.lanes, u);
    if (args.rawSteps)
        for (std::int64_t e = 0; e < width; ++e)
            delta[e] = softplus(delta[e]);
    for (std::int64_t e = 0; e < width; ++e)
        write[e] = delta[e] * u[e];
    for (std::int64_t e = 0; e < group.lanes; e += scanLanes)
        step(delta + e, write + e, args.B_XN + row * N, args.C_XN + row * N, group.A + e * N, N, group.state + e * N,
             y + e);
    for (std::int64_t e = 0; e < width; ++e)
        y[e] += skip[e] * u[e];
    if (args.z_XE) {
        T z[width] = {};
        copyLanes<width>(args.z_XE + at, group.lanes, z);
        for (std::int64_t e = 0; e < width; ++e)
            y[e] *= silu(z[e]);
    }
    copyLanes<width>(y, group.lanes, args.y_XE + at);
}

/// Where a group has a state of a lane.
MNEMO_INLINE std::int64_t placeOf(std::int64_t lane, std::int64_t n, std::int64_t states)
{
    return (lane / scanLanes * states + n) * scanLanes + lane % scanLanes;
}

/// Calls `move` for a slot's states of one group: where they lie in the group, and among all slots.
template <typename T, typename Move>
MNEMO_INLINE void eachState(const ScanArgs<T>& args, const Group<T>& group, std::int64_t slot, Move move)
{
    for (std::int64_t n = 0; n < args.states; ++n)
        for (std::int64_t lane = 0; lane < group.lanes; ++lane)
            move(placeOf(lane, n, args.states), (slot * args.states + n) * args.channels + group.channel + lane);
}

template <typename T>
MNEMO_INLINE void scanBlocksAny(const ScanArgs<T>& args, std::int64_t begin, std::int64_t end)
{
    const std::int64_t size = args.states * width;
    std::vector<T> saved(std::size_t(args.slots * size));
    Group<T> group;
    std::int64_t rows = 0;
    for (const ScanSegment& segment : std::span(args.segments, std::size_t(args.segmentCount)))
        rows = std::max(rows, segment.row + segment.count);
    for (std::int64_t first = begin; first < end; first += blocks) {
        group.channel = first * scanLanes;
        group.lanes = std::min(std::min(args.channels, end * scanLanes) - group.channel, width);
        T skip[width] = {};
        std::copy_n(args.D_E + group.channel, group.lanes, skip);
        std::fill_n(group.A, size, T(0));
        for (std::int64_t lane = 0; lane < group.lanes; ++lane)
            for (std::int64_t n = 0; n < args.states; ++n)
                group.A[placeOf(lane, n, args.states)] =
                    args.A_NE[n * args.channels + group.channel + lane] * T(log2OfE);
        for (std::int64_t slot = 0; slot < args.given; ++slot)
            eachState(args, group, slot, [&](std::int64_t here, std::int64_t there) {
                saved[std::size_t(slot * size + here)] = args.saved_SNE[there];
            });
        for (const ScanSegment& segment : std::span(args.segments, std::size_t(args.segmentCount))) {
            if (segment.start < 0)
                std::fill_n(group.state, size, T(0));
            else
                std::copy_n(saved.data() + segment.start * size, size, group.state);
            std::int64_t next = segment.firstSave;
            for (std::int64_t row = segment.row; row < segment.row + segment.count; ++row) {
                token(args, row, rows, group, skip);
                if (next < segment.endSave && args.saves[next].row == row)
                    std::copy_n(group.state, size, saved.data() + args.saves[next++].slot * size);
            }
        }
        for (std::int64_t slot = args.saved_SNE ? args.given : args.slots; slot < args.slots; ++slot)
            eachState(args, group, slot, [&](std::int64_t here, std::int64_t there) {
                args.saved_SNE[there] = saved[std::size_t(slot * size + here)];
            });
    }
}

}  // namespace

MNEMO_VECTOR_CLONES void scanBlocks(const ScanArgs<float>& args, std::int64_t begin, std::int64_t end)
{
    scanBlocksAny(args, begin, end);
}

MNEMO_VECTOR_CLONES void scanBlocks(const ScanArgs<double>& args, std::int64_t begin, std::int64_t end)
{
    scanBlocksAny(args, begin, end);
}

}  // namespace mnemo
