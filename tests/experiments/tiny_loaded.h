// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "tests/experiments/word_model.h"
#include "tests/support/reference_run.h"

#include "core/experiments/experiment.h"

#include <cmath>
#include <vector>

namespace mnemo::test {

/// A random model in double with the city tokenizer: its vocabulary of 48 rows has padding.
struct TinyLoaded {
    TinyModel tiny;
    LoadedModel loaded;

    /// @param architecture "mamba", "gpt_neox", or "sequential", a GPT-NeoX whose MLP reads what the attention adds
    TinyLoaded(const std::string& architecture, std::uint64_t seed, int layers = 3)
        : tiny(architecture == "mamba" ? tinyMambaWeights(seed, layers) : tinyNeoxWeights(seed, layers))
    {
        tiny.config.parallelResidual = architecture != "sequential";
        loaded.model = tiny.build(at::kDouble);
        loaded.tokenizer = cityTokenizer();
        loaded.name = "tiny";
    }
};

inline const Experiment& experimentNamed(const std::vector<Experiment>& experiments, const std::string& key)
{
    for (const Experiment& experiment : experiments)
        if (experiment.schema.key == key)
            return experiment;
    throw Failure(ErrorCode::Internal, "no experiment " + key);
}

/// Runs a built-in experiment with defaults filled in, as main does.
inline Result runNamed(const std::string& key, const Json& given, const LoadedModel& model, Reporter& reporter,
                       std::int64_t memoryBytes = std::int64_t(1) << 30)
{
    const std::vector<Experiment> experiments = builtInExperiments();
    const Experiment& experiment = experimentNamed(experiments, key);
    return experiment.run(experiment.schema.complete(given), {model, {}, memoryBytes}, reporter);
}

inline Result runNamed(const std::string& key, const Json& given, const LoadedModel& model, Edits edits)
{
    const std::vector<Experiment> experiments = builtInExperiments();
    const Experiment& experiment = experimentNamed(experiments, key);
    SilentReporter silent;
    return experiment.run(experiment.schema.complete(given), {model, std::move(edits)}, silent);
}

inline Result runNamed(const std::string& key, const Json& given, const LoadedModel& model)
{
    SilentReporter silent;
    return runNamed(key, given, model, silent);
}

/// log softmax of one row of the reference's logits.
inline std::vector<double> logProbabilities(const ReferenceRun& run, int position)
{
    const at::Tensor row_V = run.logits_TV.select(0, position).contiguous();
    const double* logits = row_V.const_data_ptr<double>();
    std::vector<double> values(logits, logits + row_V.size(0));
    const double highest = *std::max_element(values.begin(), values.end());
    double sum = 0;
    for (const double value : values)
        sum += std::exp(value - highest);
    for (double& value : values)
        value -= highest + std::log(sum);
    return values;
}

inline std::vector<int> idsOf(const Json& tokens)
{
    std::vector<int> ids;
    for (const Json& token : tokens)
        ids.push_back(token.at("id").get<int>());
    return ids;
}

}  // namespace mnemo::test
