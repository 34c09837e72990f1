// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X packed rows, E channels, N states per channel. No torch in this folder: plain pointers.
#pragma once
#include <cstdint>

namespace mnemo {

/// Tokens of one run, in order. Segments come in an order in which each start state was saved by an earlier one.
struct ScanSegment {
    std::int64_t row = 0;
    std::int64_t count = 0;
    std::int64_t start = -1;     ///< slot of the state before the first token; −1: zero
    std::int64_t firstSave = 0;  ///< saves[firstSave … endSave − 1] are this segment's, ascending in `row`
    std::int64_t endSave = 0;
};

struct ScanSave {
    std::int64_t row = 0;   ///< state after this row
    std::int64_t slot = 0;  ///< where a later segment finds it
};

template <typename T>
struct ScanArgs {
    const T* u_XE;
    const T* delta_XE;
    bool rawSteps = false;    ///< delta_XE is yet to go through its softplus
    const T* z_XE = nullptr;  ///< y is gated with silu(z); null: it is not
    const T* A_NE;            ///< transposed: channels are the vector lanes
    const T* B_XN;
    const T* C_XN;
    const T* D_E;
    T* y_XE;
    std::int64_t channels;
    std::int64_t states;
    const ScanSegment* segments;
    std::int64_t segmentCount;
    const ScanSave* saves;
    std::int64_t slots;
    std::int64_t given = 0;  ///< of the slots, the first: their states are there before
    T* saved_SNE = nullptr;  ///< the slots' states; on a CPU only where some are given or asked for
};

inline constexpr std::int64_t scanLanes = 16;      ///< channels of one block
inline constexpr std::int64_t scanMaxStates = 64;  ///< N at most

/// S_t = exp(Δ_t A) S_{t−1} + Δ_t B_t u_t,  y_t = C_t S_t + D u_t, or that times silu(z_t), for the channels of blocks
/// begin … end − 1 (16 each). The states of some blocks stay in the first-level cache while all segments pass. Blocks
/// are independent. The exponential is within 5e−7 relative for float where it is not beside nothing, 1e−15 for double.
void scanBlocks(const ScanArgs<float>& args, std::int64_t begin, std::int64_t end);
void scanBlocks(const ScanArgs<double>& args, std::int64_t begin, std::int64_t end);

}  // namespace mnemo
