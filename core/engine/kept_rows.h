// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: P kept rows, G of them that runs begin behind, J joining rows, D d_model, E d_inner, N d_state, H heads,
// d head width.
#pragma once
#include "core/data/plan.h"

#include <ATen/core/Tensor.h>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

namespace mnemo {

/// A token of a run that is not computed again.
struct KeptToken {
    int run = 0;  ///< of the plan; inside Rows of the batch
    int token = 0;
};

/// A run that is computed again, and where its rows come from when it joins.
struct KeptJoin {
    RunId run = 0;
    RunId from = 0;  ///< the nearest run above it that is not computed again
    int stage = 0;   ///< as RunLayout's
    int first = 0, length = 0;
};

/// What of the runs that are computed once others look at.
struct KeptLayout {
    std::set<RunId> runs;              ///< above those that are computed again
    std::vector<KeptToken> tokens;     ///< the nearest to a run's first token come first
    std::vector<std::int64_t> atMost;  ///< [n − 1]: how many of them are at most n tokens before one
    std::vector<KeptJoin> joins;
    int firstLayer = 0, layers = 0;  ///< that runs which are computed again pass

    std::int64_t within(int distance) const;  ///< how many of the tokens are at most so far away
};

/// Of one layer: inputs of the convolution, states behind tokens, queries, keys and values of kept rows.
struct KeptLayer {
    at::Tensor conv_PE;
    at::Tensor state_GNE;
    at::Tensor qkv_PHd3;
};

/// What the first pass over a RepeatedPlan leaves for the next ones.
class KeptRows
{
public:
    /// @param bytes it may hold
    KeptRows(KeptLayout layout, int layers, std::int64_t bytes);

    const KeptLayout& layout() const { return m_layout; }
    const KeptLayer& layer(int layer) const { return m_layers[std::size_t(layer)]; }
    KeptLayer& layer(int layer) { return m_layers[std::size_t(layer)]; }
    at::Tensor joining_JD(RunId run) const;  ///< residual rows it joins with, or undefined
    at::Tensor& joining_JD(RunId run) { return m_joining[run]; }

    /// @throws Failure OutOfMemory when it is more than may be held
    void put(at::Tensor& place, const at::Tensor& value);

private:
    KeptLayout m_layout;
    std::vector<KeptLayer> m_layers;
    std::map<RunId, at::Tensor> m_joining;
    std::int64_t m_left;
    std::int64_t m_bytes;
};

}  // namespace mnemo
