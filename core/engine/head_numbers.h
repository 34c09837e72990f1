// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: R rows of logits, V vocabulary, P questions.
#pragma once
#include "core/data/plan.h"

#include <ATen/core/Tensor.h>
#include <cstdint>
#include <vector>

namespace mnemo {

/// What is asked of a block of logits, each question by the index of its row.
struct HeadQuestions {
    struct Score {
        std::int64_t row;
        std::int64_t token;
    };
    struct Top {
        std::int64_t row;
        int count;  ///< of the most probable tokens
    };
    struct Divergence {
        std::int64_t from;
        std::int64_t to;
    };
    std::vector<Score> scores;
    std::vector<Top> tops;
    std::vector<Divergence> divergences;
    std::int64_t visible = 0;  ///< tokens that may be among the most probable: the first so many
};

/// The answers, in the order of the questions.
struct HeadNumbers {
    std::vector<double> lse_R;
    std::vector<TokenScore> scores;
    std::vector<std::vector<TokenScore>> tops;  ///< by falling probability
    std::vector<double> divergences;            ///< KL(from ‖ to) in nats
};

/// Of logits on any device, float or double. What leaves a GPU are the numbers alone, in one transfer.
HeadNumbers headNumbers(const at::Tensor& logits_RV, const HeadQuestions& asked);

/// The same by the CUDA kernels. @param logits_RV on a GPU, contiguous
HeadNumbers headNumbersOnGpu(const at::Tensor& logits_RV, const HeadQuestions& asked);

}  // namespace mnemo
