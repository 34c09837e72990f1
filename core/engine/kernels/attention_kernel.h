// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X packed rows, H heads, d head width, r rotated entries of a head. No torch in this folder: plain pointers.
#pragma once
#include <cstdint>

namespace mnemo {

/// Queries, keys and values lie beside each other in one buffer: head h of row x begins at x · rowStride + h ·
/// headStride.
template <typename T>
struct AttentionArgs {
    const T* q;
    const T* k;
    const T* v;
    T* out_XHd;  ///< without gaps
    std::int64_t rowStride;
    std::int64_t headStride;
    std::int64_t heads;
    std::int64_t width;
    const std::int64_t* keyRows;  ///< of all runs, one after the other: the row that holds each token, from token 0 on
    const std::int64_t* keysFrom_X;  ///< where the keys of this row's run begin in keyRows
    const std::int64_t* keys_X;      ///< how many of them the row sees: its position + 1
};

/// Causal attention, Σ_t softmax_t(q · k_t / √d) v_t, for rows begin … end − 1; every row by itself.
void attendRows(const AttentionArgs<float>& args, std::int64_t begin, std::int64_t end);
void attendRows(const AttentionArgs<double>& args, std::int64_t begin, std::int64_t end);

/// Where the gradients of attention go, laid out as queries, keys and values are: q is written, k and v are added to.
template <typename T>
struct AttentionGradients {
    const T* out_XHd;  ///< by the output: what is given
    T* q;
    T* k;
    T* v;
};

/// The backward of attendRows for all `rows` rows of heads begin … end − 1. Heads are independent; keys of another run
/// collect what all runs that see them give.
void attendBackward(const AttentionArgs<float>& args, const AttentionGradients<float>& gradients, std::int64_t rows,
                    std::int64_t begin, std::int64_t end);
void attendBackward(const AttentionArgs<double>& args, const AttentionGradients<double>& gradients, std::int64_t rows,
                    std::int64_t begin, std::int64_t end);

template <typename T>
struct RotateArgs {
    T* x;  ///< head h of row x begins at x · rowStride + h · headStride
    std::int64_t rowStride;
    std::int64_t headStride;
    std::int64_t heads;
    std::int64_t rotated;  ///< r, even
    const T* cosine_Tr;    ///< of each position
    const T* sine_Tr;
    const std::int64_t* position_X;
};

/// Rotary position embedding in place, rotate-half form (Su et al. 2021, as in GPT-NeoX): entry i < r/2 turns with
/// entry i + r/2. For rows begin … end − 1.
void rotateRows(const RotateArgs<float>& args, std::int64_t begin, std::int64_t end);
void rotateRows(const RotateArgs<double>& args, std::int64_t begin, std::int64_t end);

}  // namespace mnemo
