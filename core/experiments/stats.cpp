// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/ATen.h>

#include "core/experiments/axes.h"
#include "core/experiments/describe.h"
#include "core/experiments/editable.h"
#include "core/experiments/experiments.h"
#include "core/experiments/key_statistics.h"
#include "core/experiments/texts.h"

namespace mnemo {
namespace {

struct StatsParams {
    std::string matrix;
    int layer = 0;
    std::filesystem::path text;
    std::int64_t tokens = 20000;
    bool moment = false;
};

ArrayPtr momentArray(const at::Tensor& moment_II)
{
    const auto inputs = std::size_t(moment_II.size(0));
    const double* const values = moment_II.const_data_ptr<double>();
    return std::make_shared<const Array>(
        computedArray("moment", {numberedAxis("input", inputs), numberedAxis("other input", inputs)}, "state²",
                      {values, values + moment_II.numel()}));
}

Result runStats(const StatsParams& params, const ExperimentContext& context, Reporter& reporter)
{
    const LanguageModel& model = *context.model.model;
    const EditableMatrix matrix = editableMatrix(model, params.matrix);
    checkEditLayer(model, params.layer);
    const KeyStatistics found = keyStatistics(context, {{matrix.input, params.layer, {}}},
                                              readTexts(params.text, textsForStatistics), params.tokens, reporter)
                                    .front();
    const at::Tensor eigenvalues = at::linalg_eigvalsh(found.moment_II);
    const double largest = eigenvalues[-1].item<double>();
    Result result;
    result.title = "Statistics of the inputs of " + params.matrix + " in layer " + std::to_string(params.layer);
    result.head = {{"matrix", params.matrix},
                   {"layer", params.layer},
                   {"site", siteName(matrix.input)},
                   {"hash", found.hash},
                   {"tokens", found.tokens},
                   {"inputs", found.moment_II.size(0)},
                   {"mean_square", found.moment_II.diagonal().mean().item<double>()},
                   {"rank", (eigenvalues > largest * 1e-10).sum().item<std::int64_t>()},
                   {"largest_share", largest / eigenvalues.sum().item<double>()}};
    if (params.moment)
        result.arrays.push_back(momentArray(found.moment_II.contiguous()));
    return result;
}

}  // namespace

Experiment statsExperiment()
{
    return describe<StatsParams>("stats", "Statistics of inputs",
                                 "Which inputs of a matrix are common in a text: ROME's covariance C = Σ x xᵀ / n.")
        .param("matrix", &StatsParams::matrix, "Matrix", "W_o, W_a or W_g of a Mamba block, W_down of GPT-NeoX.",
               {.required = true})
        .param("layer", &StatsParams::layer, "Layer", "Whose matrix it is.",
               {.required = true, .minimum = 0, .maximum = 10000})
        .param("text", &StatsParams::text, "Text", "A text file, one text per line.",
               {.ifUnset = "the program's sentences"})
        .param("text_tokens", &StatsParams::tokens, "Text tokens", "How many tokens of that text.",
               {.minimum = 1, .maximum = 1e12})
        .param("moment", &StatsParams::moment, "Moment", "C itself, [inputs, inputs].")
        .run(runStats);
}

}  // namespace mnemo
