// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kernels/scan_kernel.h"

#include "core/engine/kernels/vector_exp.h"

#include <algorithm>
#include <span>
#include <vector>

namespace mnemo {
namespace {

/// One token of one block: the state moves on, the output is written.
template <typename T>
MNEMO_INLINE void step(const ScanArgs<T>& args, std::int64_t row, std::int64_t channel, std::int64_t lanes,
                       const T* __restrict A, T* __restrict state)
{
    const std::int64_t at = row * args.channels + channel;
    const T* __restrict B = args.B_XN + row * args.states;
    const T* __restrict C = args.C_XN + row * args.states;
    T delta[scanLanes] = {}, u[scanLanes] = {}, write[scanLanes], y[scanLanes] = {};
    if (lanes == scanLanes) {  // a fixed length, so that the copies are vectors
        std::copy_n(args.delta_XE + at, scanLanes, delta);
        std::copy_n(args.u_XE + at, scanLanes, u);
    } else {
        std::copy_n(args.delta_XE + at, lanes, delta);
        std::copy_n(args.u_XE + at, lanes, u);
    }
    for (std::int64_t e = 0; e < scanLanes; ++e)
        write[e] = delta[e] * u[e];
    for (std::int64_t n = 0; n < args.states; ++n) {
        T* __restrict s = state + n * scanLanes;
        const T* __restrict a = A + n * scanLanes;
        for (std::int64_t e = 0; e < scanLanes; ++e) {
            s[e] = exp2OfNegative(delta[e] * a[e]) * s[e] + write[e] * B[n];
            y[e] += C[n] * s[e];
        }
    }
    for (std::int64_t e = 0; e < lanes; ++e)
        args.y_XE[at + e] = y[e] + args.D_E[channel + e] * u[e];
}

template <typename T>
MNEMO_INLINE void scanBlocksAny(const ScanArgs<T>& args, std::int64_t begin, std::int64_t end)
{
    const std::int64_t size = args.states * scanLanes;
    std::vector<T> saved(std::size_t(args.slots * size));
    T A[scanMaxStates * scanLanes] = {};
    T state[scanMaxStates * scanLanes];
    for (std::int64_t block = begin; block < end; ++block) {
        const std::int64_t channel = block * scanLanes;
        const std::int64_t lanes = std::min(scanLanes, args.channels - channel);
        for (std::int64_t n = 0; n < args.states; ++n)
            for (std::int64_t e = 0; e < lanes; ++e)
                A[n * scanLanes + e] = args.A_NE[n * args.channels + channel + e] * T(log2OfE);
        for (const ScanSegment& segment : std::span(args.segments, std::size_t(args.segmentCount))) {
            if (segment.start < 0)
                std::fill_n(state, size, T(0));
            else
                std::copy_n(saved.data() + segment.start * size, size, state);
            std::int64_t next = segment.firstSave;
            for (std::int64_t row = segment.row; row < segment.row + segment.count; ++row) {
                step(args, row, channel, lanes, A, state);
                if (next < segment.endSave && args.saves[next].row == row)
                    std::copy_n(state, size, saved.data() + args.saves[next++].slot * size);
            }
        }
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
