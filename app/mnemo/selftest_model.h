// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: T tokens, D d_model, V vocabulary.
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mnemo {

/// A small random model and its forward pass in plain loops of doubles, straight from METHODS.md §1: no tensor library,
/// no batching, nothing shared with the engine. What the engine computes is compared with it.
class RandomModel
{
public:
    using Row = std::vector<double>;
    using Rows = std::vector<Row>;

    /// The residual state after `layer` at `pos` is replaced by this value.
    struct Override {
        int layer = 0;
        int pos = 0;
        Row value;
    };

    struct Output {
        std::vector<Rows> h;  ///< [layer][T][D]
        Rows logp;            ///< [T][V]
    };

    /// @param architecture "mamba" or "gpt_neox"
    RandomModel(std::string architecture, std::uint64_t seed);

    /// Writes config.json, model.safetensors and a tokenizer of bytes. @throws Failure WriteFailed
    void write(const std::filesystem::path& folder) const;

    Output run(const std::vector<int>& tokens, const std::optional<Override>& patch = {}) const;

    static constexpr int layers = 4;
    static constexpr int vocabulary = 260;
    static constexpr int dModel = 32;
    static constexpr int dInner = 64;
    static constexpr int dState = 16;
    static constexpr int dtRank = 4;
    static constexpr int taps = 4;  ///< of the causal convolution
    static constexpr int heads = 4;

private:
    struct Tensor {
        std::vector<std::int64_t> shape;
        std::vector<float> values;
    };

    void add(const std::string& name, std::vector<std::int64_t> shape, double mean, double spread);
    void makeMamba();
    void makeNeoX();
    std::string config() const;
    const Tensor& weight(int layer, const std::string& name) const;
    Row linear(const Tensor& w, const Row& x, const Tensor* bias = nullptr) const;
    Rows mambaBlock(int layer, const Rows& h) const;
    Rows neoXBlock(int layer, const Rows& h) const;
    Rows attention(int layer, const Rows& n) const;
    Rows logProbabilities(const Rows& h) const;

    std::string m_architecture;
    std::string m_prefix;  // of a layer's tensors
    std::uint64_t m_state;
    std::map<std::string, Tensor> m_tensors;
};

}  // namespace mnemo
