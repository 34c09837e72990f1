// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X packed rows (all tokens of all runs of a batch), D d_model, V rows of the vocabulary.
#pragma once
#include "core/data/site.h"

#include <ATen/core/Tensor.h>
#include <string>
#include <vector>

namespace mnemo {

class Rows;
class Taps;

struct ModelInfo {
    std::string architecture;  ///< "mamba", "gpt_neox": config.json's model_type
    int layers = 0;
    int dModel = 0;
    int vocabRows = 0;      ///< rows of the embedding, padding rows included
    int contextLength = 0;  ///< longest prompt, 0 = unbounded (Mamba)
    double parameters = 0;
    std::vector<SiteKind> traceSites;  ///< what a causal trace shows by default: h, a, s, g, o / h, attn, mlp
    int paperLayers = 64;              ///< of the paper's model: --window auto keeps its share of depth
};

struct SiteInfo {
    SiteKind kind;
    int width = 0;      ///< entries per token; 0 when it depends on the prompt (pattern)
    bool tail = false;  ///< behind the mixing: in its block a patch changes nothing but its own row
};

/// Where a matrix stands in a checkpoint: rows of one of its tensors.
struct WeightPlace {
    std::string tensor;  ///< "backbone.layers.3.mixer.in_proj.weight"
    std::int64_t firstRow = 0;
    std::int64_t rows = 0;
};

/// Multiply-adds × 2 of the matrix products of one block, for one row: up to its mixing of tokens, and behind it.
struct BlockFlops {
    double mixing = 0;
    double tail = 0;
};

/// A language model with every state of its forward pass reachable by name. Const after loading, any thread.
/// A model file implements this and adds one line to models/table.cpp.
class LanguageModel
{
public:
    virtual ~LanguageModel() = default;

    virtual const ModelInfo& info() const = 0;
    virtual std::vector<SiteInfo> sites() const = 0;
    /// Editable matrices: "W_o", "W_a", "W_g" (Mamba), "W_down" (GPT-NeoX).
    virtual std::vector<std::string> matrices() const = 0;
    /// Of an editable matrix. Nowhere for models that come from no checkpoint.
    virtual WeightPlace weightPlace(const std::string& /*matrix*/, int /*layer*/) const { return {}; }
    virtual at::TensorOptions options() const = 0;  ///< dtype and device of the residual stream

    virtual at::Tensor embed(const at::Tensor& ids_X) const = 0;  ///< [X, D]
    virtual void block(int layer, Rows& rows, Taps& tap) const = 0;
    /// [X, V], last norm included. @param checkStop called between parts that take their time
    virtual at::Tensor unembed(const at::Tensor& resid_XD, const std::function<void()>& checkStop) const = 0;
    /// Logits [P + 1, V] of parts of one residual row, when the last norm keeps the scale it has at `whole_D`, with
    /// which it is linear; the last row is what its bias gives. They sum to the whole row's logits where the parts sum
    /// to it.
    virtual at::Tensor unembedParts(const at::Tensor& parts_PD, const at::Tensor& whole_D) const = 0;
    virtual BlockFlops flopsPerRow() const = 0;
    /// Mamba: A [E, N], negative: a step Δ keeps exp(Δ A) of the state. Undefined where a block has no state.
    virtual at::Tensor stateMatrix(int /*layer*/) const { return {}; }
};

/// Entries of a site per token; 0 where the model has no such site.
inline int siteWidth(const LanguageModel& model, SiteKind kind)
{
    for (const SiteInfo& site : model.sites())
        if (site.kind == kind)
            return site.width;
    return 0;
}

}  // namespace mnemo
