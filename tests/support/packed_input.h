// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X packed rows, E channels, N states, H heads, d head width, R rows of logits, V vocabulary.
#pragma once
#include "core/engine/head_numbers.h"
#include "core/engine/kernels/attention_kernel.h"
#include "core/engine/rows.h"
#include "core/engine/selective_scan.h"

#include <cstdint>
#include <vector>

namespace mnemo::test {

/// Two sequences, and runs that leave the second at several tokens: out of it, out of another run, and out of that.
Rows nestedRows(int length, at::Device device = at::kCPU);

/// Random numbers of a normal distribution, double, on the host.
at::Tensor randomTensor(std::vector<std::int64_t> shape, std::uint64_t seed);

ScanInput randomScan(std::int64_t X, std::int64_t E, std::int64_t N, std::uint64_t seed);
/// The same with steps before their softplus, and a gate.
ScanInput withGate(ScanInput input, std::uint64_t seed);
ScanInput converted(const ScanInput& input, at::ScalarType dtype, at::Device device = at::kCPU);

/// Largest |a − b| beside the size of b; infinite where shapes differ.
double worst(const at::Tensor& a, const at::Tensor& b);

/// Queries, keys and values of packed rows, side by side as GPT-NeoX has them, and which keys each row sees.
struct PackedHeads {
    at::Tensor qkv_XH3d;
    at::Tensor keyRows, keysFrom_X, keys_X;  ///< as AttentionArgs'

    PackedHeads(const Rows& rows, std::int64_t heads, std::int64_t width, std::uint64_t seed);
    PackedHeads to(at::ScalarType dtype, at::Device device = at::kCPU) const;

    template <typename T>
    AttentionArgs<T> args(at::Tensor& out_XHd) const
    {
        const std::int64_t width = qkv_XH3d.size(2) / 3;
        const T* const q = qkv_XH3d.data_ptr<T>();
        return {.q = q,
                .k = q + width,
                .v = q + 2 * width,
                .out_XHd = out_XHd.data_ptr<T>(),
                .rowStride = qkv_XH3d.stride(0),
                .headStride = qkv_XH3d.stride(1),
                .heads = qkv_XH3d.size(1),
                .width = width,
                .keyRows = keyRows.data_ptr<std::int64_t>(),
                .keysFrom_X = keysFrom_X.data_ptr<std::int64_t>(),
                .keys_X = keys_X.data_ptr<std::int64_t>()};
    }

    at::Tensor expected_XHd() const;  ///< in at:: operations, row by row
};

/// Rotated in at:: operations. @param x_XHd its first r entries of each head turn; @param cosine_Tr, sine_Tr
at::Tensor rotated(const at::Tensor& x_XHd, const at::Tensor& cosine_Tr, const at::Tensor& sine_Tr,
                   const at::Tensor& position_X);

/// Every kind of question about some rows of logits.
HeadQuestions someQuestions(std::int64_t rows, std::int64_t vocabulary);

}  // namespace mnemo::test
