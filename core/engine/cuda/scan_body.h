// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X packed rows, E channels, N states per channel, S slots.
#pragma once
#include "core/engine/cuda/lanes.h"
#include "core/engine/cuda/row_body.h"
#include "core/engine/kernels/scan_kernel.h"

namespace mnemo::cuda {

inline constexpr int usualStates = 16;  ///< N of every published Mamba-1

/// Numbers that are read in one go.
template <typename T>
struct alignas(16) Pack {
    T x[16 / sizeof(T)];
};

/// B or C of one row: of usualStates in packs, whose addresses must then be multiples of 16 bytes.
template <int N, typename T>
struct StatesOfRow {
    T x[N];

    MNEMO_BODY StatesOfRow(const T* x_XN, std::int64_t row, std::int64_t)
    {
        constexpr int perPack = sizeof(Pack<T>) / sizeof(T);
        const auto* const packs = reinterpret_cast<const Pack<T>*>(x_XN + row * N);
        for (int pack = 0; pack < N / perPack; ++pack) {
            const Pack<T> some = packs[pack];
            for (int i = 0; i < perPack; ++i)
                x[pack * perPack + i] = some.x[i];
        }
    }
};

template <typename T>
struct StatesOfRow<0, T> {
    const T* x;

    MNEMO_BODY StatesOfRow(const T* x_XN, std::int64_t row, std::int64_t states) : x(x_XN + row * states) {}
};

/// One channel of one segment, token by token. Its step and input are read a token ahead.
/// @param N number of states, which then stay in registers; 0: any number up to scanMaxStates
template <int N, typename T>
MNEMO_BODY void scanChannel(const ScanArgs<T>& args, const ScanSegment& segment, std::int64_t channel)
{
    const std::int64_t E = args.channels, states = N > 0 ? N : args.states;
    T A[N > 0 ? N : scanMaxStates], state[N > 0 ? N : scanMaxStates];
    for (int n = 0; n < states; ++n) {
        A[n] = args.A_NE[n * E + channel];
        state[n] = segment.start < 0 ? T(0) : args.saved_SNE[(segment.start * states + n) * E + channel];
    }
    const T skip = args.D_E[channel];
    std::int64_t save = segment.firstSave;
    const std::int64_t end = segment.row + segment.count;
    T nextDelta = args.delta_XE[segment.row * E + channel], nextU = args.u_XE[segment.row * E + channel];
    for (std::int64_t row = segment.row; row < end; ++row) {
        const T delta = args.rawSteps ? softplus(nextDelta) : nextDelta, u = nextU;
        if (row + 1 < end) {
            nextDelta = args.delta_XE[(row + 1) * E + channel];
            nextU = args.u_XE[(row + 1) * E + channel];
        }
        const StatesOfRow<N, T> B(args.B_XN, row, states), C(args.C_XN, row, states);
        T y = 0;
        for (int n = 0; n < states; ++n) {
            state[n] = std::exp(delta * A[n]) * state[n] + delta * u * B.x[n];
            y += C.x[n] * state[n];
        }
        y += skip * u;
        args.y_XE[row * E + channel] = args.z_XE ? y * silu(args.z_XE[row * E + channel]) : y;
        if (save < segment.endSave && args.saves[save].row == row) {
            for (int n = 0; n < states; ++n)
                args.saved_SNE[(args.saves[save].slot * states + n) * E + channel] = state[n];
            ++save;
        }
    }
}

}  // namespace mnemo::cuda
