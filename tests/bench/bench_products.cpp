// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/bench_products.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "core/engine/matrix.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <map>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace mnemo::bench {
namespace {

using Shape = std::pair<std::int64_t, std::int64_t>;  // outputs, inputs

struct BlockShapes {
    std::vector<Shape> mixing, tail;
};

BlockShapes shapesOf(const ModelConfig& c)
{
    const std::int64_t D = c.hiddenSize, E = c.innerSize, M = c.intermediateSize, R = c.timeStepRank;
    if (c.modelType == "mamba")
        return {{{E, D}, {R + 2 * c.stateSize, E}, {E, R}}, {{E, D}, {D, E}}};
    return {{{3 * D, D}}, {{D, D}, {M, D}, {D, M}}};
}

double flopsPerRow(const std::vector<Shape>& shapes)
{
    return std::accumulate(shapes.begin(), shapes.end(), 0.0, [](double sum, const Shape& shape) {
        return sum + 2.0 * double(shape.first) * double(shape.second);
    });
}

/// Random matrices, more of each shape than caches hold, so that weights come from memory as in a real pass.
class Products
{
public:
    explicit Products(at::ScalarType dtype) : m_dtype(dtype) {}

    void multiply(const Shape& shape, std::int64_t rows)
    {
        if (rows == 0)
            return;
        std::array<Matrix, copies>& matrices = m_matrices[shape];
        if (!m_next.contains(shape))
            for (Matrix& matrix : matrices)
                matrix = Matrix(at::randn({shape.first, shape.second}), m_dtype, at::kCPU);
        const at::Tensor x = input(shape.second, rows);
        const auto begin = std::chrono::steady_clock::now();
        matrices[m_next[shape]++ % copies].product(x);
        m_seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    }

    double takeSeconds() { return std::exchange(m_seconds, 0.0); }

private:
    static constexpr std::size_t copies = 4;

    at::Tensor input(std::int64_t width, std::int64_t rows)
    {
        at::Tensor& x = m_inputs[width];
        if (!x.defined() || x.size(0) < rows)
            x = at::randn({rows, width});
        return x.narrow(0, 0, rows);
    }

    at::ScalarType m_dtype;
    std::map<Shape, std::array<Matrix, copies>> m_matrices;
    std::map<Shape, std::size_t> m_next;
    std::map<std::int64_t, at::Tensor> m_inputs;
    double m_seconds = 0;
};

void multiplyBatch(Products& products, const ModelConfig& config, const PlanStats& batch)
{
    const BlockShapes shapes = shapesOf(config);
    const auto& rows = batch.rowsPerLayer;
    const double tail =
        double(batch.tailRows) / double(std::max<std::int64_t>(1, std::reduce(rows.begin(), rows.end())));
    for (const std::int64_t count : rows) {
        for (const Shape& shape : shapes.mixing)
            products.multiply(shape, count);
        for (const Shape& shape : shapes.tail)
            products.multiply(shape, std::llround(double(count) * tail));
    }
    products.multiply({config.vocabSize, config.hiddenSize}, batch.headRows);
}

}  // namespace

double peakRate(const ModelInfo& info, at::ScalarType dtype)
{
    const at::NoGradGuard noGrad;
    const std::int64_t inputs = info.dModel, outputs = 4 * inputs, rows = 1872;
    const Matrix matrix(at::randn({outputs, inputs}), dtype, at::kCPU);
    const at::Tensor x = at::randn({rows, inputs});
    double best = 0;
    for (int round = 0; round < 12; ++round) {
        const auto begin = std::chrono::steady_clock::now();
        matrix.product(x);
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
        best = std::max(best, 2.0 * double(rows * inputs * outputs) / seconds.count() / 1e9);
    }
    return best;
}

double productsAlone(const ModelConfig& config, const LanguageModel& model, const std::vector<PlanStats>& batches,
                     at::ScalarType dtype, int passes)
{
    const at::NoGradGuard noGrad;
    const BlockShapes shapes = shapesOf(config);
    const BlockFlops flops = model.flopsPerRow();
    if (flopsPerRow(shapes.mixing) != flops.mixing || flopsPerRow(shapes.tail) != flops.tail)
        throw std::runtime_error("the matrices of " + config.modelType + " are others than this program's");
    Products products(dtype);
    for (int pass = 0; pass < passes; ++pass) {
        products.takeSeconds();
        for (const PlanStats& batch : batches)
            multiplyBatch(products, config, batch);
    }
    return products.takeSeconds();
}

}  // namespace mnemo::bench
