// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X packed rows, E channels, N states per channel, S slots.
#pragma once
#include "core/engine/cuda/lanes.h"
#include "core/engine/kernels/scan_kernel.h"

namespace mnemo::cuda {

/// One channel of one segment, token by token; its states stay in registers.
/// @param Most states there is room for; with Most = args.states every loop has a fixed length
template <int Most, typename T>
MNEMO_BODY void scanChannel(const ScanArgs<T>& args, const ScanSegment& segment, std::int64_t channel,
                            std::int64_t states = Most)
{
    const std::int64_t E = args.channels;
    T A[Most], state[Most];
    for (int n = 0; n < states; ++n) {
        A[n] = args.A_NE[n * E + channel];
        state[n] = segment.start < 0 ? T(0) : args.saved_SNE[(segment.start * states + n) * E + channel];
    }
    const T skip = args.D_E[channel];
    std::int64_t save = segment.firstSave;
    for (std::int64_t row = segment.row; row < segment.row + segment.count; ++row) {
        const T delta = args.delta_XE[row * E + channel], u = args.u_XE[row * E + channel];
        const T* const B = args.B_XN + row * states;
        const T* const C = args.C_XN + row * states;
        T y = 0;
        for (int n = 0; n < states; ++n) {
            state[n] = std::exp(delta * A[n]) * state[n] + delta * u * B[n];
            y += C[n] * state[n];
        }
        args.y_XE[row * E + channel] = y + skip * u;
        if (save < segment.endSave && args.saves[save].row == row) {
            for (int n = 0; n < states; ++n)
                args.saved_SNE[(args.saves[save].slot * states + n) * E + channel] = state[n];
            ++save;
        }
    }
}

}  // namespace mnemo::cuda
