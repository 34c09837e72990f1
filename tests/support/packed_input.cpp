// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/packed_input.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <cmath>
#include <limits>
#include <numeric>

namespace mnemo::test {

Rows nestedRows(int length, at::Device device)
{
    const std::vector<RunShape> runs{{-1, 0, length, 0},         {-1, 0, length + 3, 0}, {1, 2, length + 3, 1},
                                     {1, length, length + 3, 1}, {2, 4, length + 3, 2},  {4, 5, length + 3, 3},
                                     {4, 5, length + 3, 3}};
    Rows rows(runs, device);
    std::int64_t count = 0;
    for (const RunShape& run : runs)
        count += run.length - run.first;
    std::vector<int> all(runs.size());
    std::iota(all.begin(), all.end(), 0);
    rows.join(all, at::zeros({count, 1}, at::TensorOptions(device).dtype(at::kDouble)));
    return rows;
}

at::Tensor randomTensor(std::vector<std::int64_t> shape, std::uint64_t seed)
{
    return at::randn(shape, at::detail::createCPUGenerator(seed), at::kDouble);
}

ScanInput randomScan(std::int64_t X, std::int64_t E, std::int64_t N, std::uint64_t seed)
{
    return {.c_XE = randomTensor({X, E}, seed),
            .delta_XE = at::softplus(randomTensor({X, E}, seed + 1) * 2),
            .A_EN = -at::exp(randomTensor({E, N}, seed + 2)),
            .B_XN = randomTensor({X, N}, seed + 3),
            .C_XN = randomTensor({X, N}, seed + 4),
            .D_E = randomTensor({E}, seed + 5)};
}

ScanInput withGate(ScanInput input, std::uint64_t seed)
{
    input.delta_XE = randomTensor({input.delta_XE.size(0), input.delta_XE.size(1)}, seed) * 2;
    input.rawSteps = true;
    input.z_XE = randomTensor({input.c_XE.size(0), input.c_XE.size(1)}, seed + 1) * 3;
    return input;
}

ScanInput converted(const ScanInput& in, at::ScalarType dtype, at::Device device)
{
    const auto f = [&](const at::Tensor& x) { return x.to(device, dtype); };
    const at::Tensor z_XE = in.z_XE.defined() ? f(in.z_XE) : at::Tensor();
    return {f(in.c_XE), f(in.delta_XE), f(in.A_EN), f(in.B_XN), f(in.C_XN), f(in.D_E), in.rawSteps, z_XE};
}

double worst(const at::Tensor& a, const at::Tensor& b)
{
    if (a.sizes() != b.sizes())
        return std::numeric_limits<double>::infinity();
    const at::Tensor x = a.to(at::kCPU, at::kDouble), y = b.to(at::kCPU, at::kDouble);
    return (x - y).abs().max().item<double>() / (1 + y.abs().max().item<double>());
}

PackedHeads::PackedHeads(const Rows& rows, std::int64_t heads, std::int64_t width, std::uint64_t seed)
    : qkv_XH3d(randomTensor({rows.size(), heads, 3 * width}, seed))
{
    std::vector<std::int64_t> all, from(std::size_t(rows.size())), seen(std::size_t(rows.size()));
    for (const Segment& s : rows.segments()) {
        for (int i = 0; i < s.count; ++i) {
            from[std::size_t(s.row + i)] = std::int64_t(all.size());
            seen[std::size_t(s.row + i)] = s.first + i + 1;
        }
        for (int token = 0; token < s.first + s.count; ++token)
            all.push_back(rows.rowOf(s.run, token));
    }
    keyRows = indexTensor(all, at::kCPU);
    keysFrom_X = indexTensor(from, at::kCPU);
    keys_X = indexTensor(seen, at::kCPU);
}

PackedHeads PackedHeads::to(at::ScalarType dtype, at::Device device) const
{
    PackedHeads copy = *this;
    copy.qkv_XH3d = qkv_XH3d.to(device, dtype);
    copy.keyRows = keyRows.to(device);
    copy.keysFrom_X = keysFrom_X.to(device);
    copy.keys_X = keys_X.to(device);
    return copy;
}

at::Tensor PackedHeads::expected_XHd() const
{
    const std::vector<at::Tensor> qkv = qkv_XH3d.chunk(3, 2);
    std::vector<at::Tensor> out;
    for (std::int64_t row = 0; row < qkv_XH3d.size(0); ++row) {
        const at::Tensor keys =
            keyRows.narrow(0, keysFrom_X[row].item<std::int64_t>(), keys_X[row].item<std::int64_t>());
        const at::Tensor q_Hd1 = qkv[0][row].unsqueeze(2);
        const at::Tensor k_HTd = qkv[1].index_select(0, keys).transpose(0, 1);
        const at::Tensor v_HTd = qkv[2].index_select(0, keys).transpose(0, 1);
        const at::Tensor share_HT1 = (at::bmm(k_HTd, q_Hd1) / std::sqrt(double(q_Hd1.size(1)))).softmax(1);
        out.push_back((share_HT1 * v_HTd).sum(1));
    }
    return at::stack(out);
}

at::Tensor rotated(const at::Tensor& x_XHd, const at::Tensor& cosine_Tr, const at::Tensor& sine_Tr,
                   const at::Tensor& position_X)
{
    const std::int64_t r = cosine_Tr.size(1);
    const at::Tensor turned = x_XHd.narrow(2, 0, r);
    const at::Tensor half = at::cat({-turned.narrow(2, r / 2, r / 2), turned.narrow(2, 0, r / 2)}, 2);
    const at::Tensor cosine = cosine_Tr.index_select(0, position_X).unsqueeze(1);
    const at::Tensor sine = sine_Tr.index_select(0, position_X).unsqueeze(1);
    return at::cat({turned * cosine + half * sine, x_XHd.narrow(2, r, x_XHd.size(2) - r)}, 2);
}

HeadQuestions someQuestions(std::int64_t rows, std::int64_t vocabulary)
{
    HeadQuestions asked;
    asked.visible = vocabulary - 3;
    for (std::int64_t row = 0; row < rows; ++row) {
        asked.scores.push_back({row, (7 * row) % vocabulary});
        asked.scores.push_back({row, vocabulary - 1 - row});
        if (row % 2)
            asked.tops.push_back({row, int(row) + 2});
        asked.divergences.push_back({0, row});
    }
    return asked;
}

}  // namespace mnemo::test
