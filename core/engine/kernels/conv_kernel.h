// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X packed rows, E channels, K taps. No torch in this folder: plain pointers, compiled on its own.
#pragma once
#include <cstdint>

namespace mnemo {

inline constexpr int convMaxTaps = 8;  ///< K at most

template <typename T>
struct ConvArgs {
    const T* a_XE;
    const T* weight_KE;
    const T* bias_E;
    T* u_XE;
    const std::int64_t* sourceRows[convMaxTaps];  ///< of each tap [X]: row of its input; X: none; above X: kept
    int taps;
    std::int64_t rows;
    std::int64_t channels;
    bool silu;  ///< of the sum
};

/// Output rows begin … end − 1. Rows are independent, so any thread may take any of them.
void convRows(const ConvArgs<float>& args, std::int64_t begin, std::int64_t end);
void convRows(const ConvArgs<double>& args, std::int64_t begin, std::int64_t end);

/// Where the gradients of a convolution go; all are added to.
template <typename T>
struct ConvGradients {
    const T* u_XE;  ///< by the sum, before its SiLU: what is given
    T* a_XE;
    T* weight_KE;
    T* bias_E;
};

/// The backward of convRows without SiLU, for channels begin … end − 1. Channels are independent.
void convBackward(const ConvArgs<float>& args, const ConvGradients<float>& gradients, std::int64_t begin,
                  std::int64_t end);
void convBackward(const ConvArgs<double>& args, const ConvGradients<double>& gradients, std::int64_t begin,
                  std::int64_t end);

}  // namespace mnemo
