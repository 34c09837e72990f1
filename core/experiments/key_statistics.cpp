// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/key_statistics.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "core/data/error.h"
#include "core/experiments/fact_runs.h"
#include "core/experiments/prompt_params.h"
#include "core/experiments/state_arrays.h"
#include "core/experiments/texts.h"
#include "core/io/paths.h"
#include "core/io/safetensors.h"
#include "core/io/sha256.h"

namespace mnemo {
namespace {

constexpr std::size_t longestText = 2048;
constexpr std::int64_t tokensTogether = 4096;  // in one plan
constexpr auto keepEvery = std::chrono::seconds(10);

std::span<const std::byte> bytesOf(const at::Tensor& doubles)
{
    return std::as_bytes(std::span(doubles.const_data_ptr<double>(), std::size_t(doubles.numel())));
}

/// Σ x xᵀ over the first `texts` texts, on its way.
struct Sum {
    at::Tensor sum_II;
    std::int64_t tokens = 0;
    std::size_t texts = 0;

    std::string checksum() const
    {
        Sha256 hash;
        hash.add(std::to_string(tokens) + " " + std::to_string(texts) + " ");
        hash.add(bytesOf(sum_II));
        return hash.hex();
    }
};

class Statistics
{
public:
    Statistics(const ExperimentContext& context, SiteKind input, int layer, std::vector<std::vector<int>> texts)
        : m_context(context), m_site{input, layer, {}}, m_texts(std::move(texts))
    {
        m_hash = hashOfTexts(context, std::string(siteName(input)) + " " + std::to_string(layer), m_texts);
        m_cached = context.edits.empty() && !context.model.hash.empty();
        m_sum.sum_II = at::zeros({width(), width()}, at::kDouble);
    }

    KeyStatistics find(Reporter& reporter)
    {
        if (m_cached)
            takeUp();
        const bool known = m_sum.texts == m_texts.size();
        try {
            addRest(reporter);
        } catch (const Cancelled&) {
            keep(reporter);
            throw;
        }
        if (!known)
            keep(reporter);
        return {m_sum.sum_II / double(m_sum.tokens), m_sum.tokens, m_hash};
    }

private:
    int width() const { return widthOf(*m_context.model.model, m_site.kind); }
    std::filesystem::path file() const { return cacheDir() / "statistics" / (m_hash + ".safetensors"); }

    void addRest(Reporter& reporter)
    {
        auto kept = std::chrono::steady_clock::now();
        while (m_sum.texts < m_texts.size()) {
            std::size_t end = m_sum.texts;
            for (std::int64_t rows = 0; end < m_texts.size() && rows < tokensTogether; ++end)
                rows += std::int64_t(m_texts[end].size());
            add(m_sum.texts, end, reporter);
            reporter.progress(std::int64_t(m_sum.texts), std::int64_t(m_texts.size()), "texts");
            if (std::chrono::steady_clock::now() - kept > keepEvery) {
                keep(reporter);
                kept = std::chrono::steady_clock::now();
            }
        }
    }

    void add(std::size_t begin, std::size_t end, Reporter& reporter)
    {
        Plan plan;
        for (std::size_t i = begin; i < end; ++i)
            readStates(plan, plan.addRun(m_texts[i]), m_site, allPositions(m_texts[i].size()));
        const PlanResult result =
            runPlan(*m_context.model.model, m_context.edits, plan, reporter, runOptions(m_context));
        const at::Tensor x_XI = at::empty({std::int64_t(result.values.size()), m_sum.sum_II.size(0)}, at::kFloat);
        float* row = x_XI.data_ptr<float>();
        for (const ReadoutValue& value : result.values)
            row = std::copy(value.state.begin(), value.state.end(), row);
        const at::Tensor exact_XI = x_XI.to(at::kDouble);
        m_sum.sum_II.addmm_(exact_XI.t(), exact_XI);
        m_sum.tokens += exact_XI.size(0);
        m_sum.texts = end;
    }

    /// Goes on from what is kept, where it is whole.
    void takeUp()
    try {
        const SafetensorsFile kept(file());
        const TensorView* const found = kept.find("sum");
        const TensorMetadata& says = kept.metadata();
        if (!found || found->dtype != Dtype::F64 || found->shape != std::vector<std::int64_t>{width(), width()} ||
            !says.contains("tokens") || !says.contains("texts") || !says.contains("sha256"))
            return;
        const std::vector<double> entries = toDoubles(*found);
        const std::optional<int> tokens = wholeNumber(says.at("tokens")), texts = wholeNumber(says.at("texts"));
        if (!tokens || !texts || *texts < 0 || std::size_t(*texts) > m_texts.size())
            return;
        const Sum sum{at::tensor(entries, at::kDouble).view({width(), width()}), *tokens, std::size_t(*texts)};
        if (sum.checksum() == says.at("sha256"))
            m_sum = sum;
    } catch (const Failure&) {
        // not there, or damaged: from the beginning
    }

    void keep(Reporter& reporter) const
    try {
        if (!m_cached)
            return;
        std::error_code ignored;
        std::filesystem::create_directories(file().parent_path(), ignored);
        writeSafetensors(file(), {{"sum", Dtype::F64, {width(), width()}, bytesOf(m_sum.sum_II)}},
                         {{"format", "mnemo.statistics"},
                          {"model", m_context.model.hash},
                          {"dtype", m_context.model.dtype},
                          {"site", std::string(siteName(m_site.kind))},
                          {"layer", std::to_string(m_site.layer)},
                          {"tokens", std::to_string(m_sum.tokens)},
                          {"texts", std::to_string(m_sum.texts)},
                          {"sha256", m_sum.checksum()}});
    } catch (const Failure& failure) {
        reporter.note("Statistics are not kept for later: " + failure.error().message);
    }

    const ExperimentContext& m_context;
    Site m_site;
    std::vector<std::vector<int>> m_texts;
    std::string m_hash;
    bool m_cached = false;
    Sum m_sum;
};

/// The first tokens of texts until there are enough.
std::vector<std::vector<int>> tokenised(const ExperimentContext& context, const std::vector<std::string>& texts,
                                        std::int64_t tokens)
{
    std::vector<std::vector<int>> ids;
    std::int64_t left = tokens;
    for (std::size_t i = 0; i < texts.size() && left > 0; ++i) {
        std::vector<int> all = firstTokens(context, texts[i], std::min(longestText, std::size_t(left)));
        left -= std::int64_t(all.size());
        if (!all.empty())
            ids.push_back(std::move(all));
    }
    if (ids.empty())
        throw Failure(ErrorCode::Usage, "There is no text to take statistics from.", "Give a file with text.");
    return ids;
}

}  // namespace

KeyStatistics keyStatistics(const ExperimentContext& context, SiteKind input, int layer,
                            const std::vector<std::string>& texts, std::int64_t tokens, Reporter& reporter)
{
    return Statistics(context, input, layer, tokenised(context, texts, tokens)).find(reporter);
}

at::Tensor inputDirection(const KeyStatistics& statistics, const at::Tensor& key_I, double ridge)
{
    const std::int64_t inputs = statistics.moment_II.size(0);
    at::Tensor moment_II = statistics.moment_II.clone();
    moment_II.diagonal().add_(ridge * moment_II.trace().item<double>() / double(inputs));
    const auto [factor_II, info] = at::linalg_cholesky_ex(moment_II);
    const at::Tensor solved_I =
        info.item<int>() != 0 ? at::Tensor()
                              : at::cholesky_solve(key_I.to(at::kCPU, at::kDouble).unsqueeze(1), factor_II).squeeze(1);
    if (!solved_I.defined() || !std::isfinite(solved_I.norm().item<double>()) || solved_I.norm().item<double>() == 0)
        throw Failure(ErrorCode::CheckFailed,
                      "The statistics of " + std::to_string(statistics.tokens) + " tokens for " +
                          std::to_string(inputs) + " inputs cannot be inverted with the ridge " +
                          std::to_string(ridge) + ".",
                      "Raise the ridge, or take statistics from more text.");
    return solved_I / solved_I.norm();
}

}  // namespace mnemo
