// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/key_statistics.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <span>

#include "core/data/error.h"
#include "core/data/numbers.h"
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
constexpr std::int64_t tokensTogether = 4096;  // in one plan, for one site
constexpr std::int64_t leastTogether = 512;    // for many
constexpr auto keepEvery = std::chrono::seconds(10);

std::span<const std::byte> bytesOf(const at::Tensor& doubles)
{
    return std::as_bytes(std::span(doubles.const_data_ptr<double>(), std::size_t(doubles.numel())));
}

/// Σ x xᵀ over the first `texts` texts at one site, on its way.
class Sum
{
public:
    Sum(const ExperimentContext& context, const Site& site, const std::vector<std::vector<int>>& texts)
        : m_context(context), m_site(site), m_width(widthOf(*context.model.model, site.kind))
    {
        m_hash = hashOfTexts(context, std::string(siteName(site.kind)) + " " + std::to_string(site.layer), texts);
        m_cached = mayBeKept(context);
        m_sum_II = at::zeros({m_width, m_width}, at::kDouble);
        if (m_cached)
            takeUp(texts.size());
    }

    const Site& site() const { return m_site; }
    std::size_t texts() const { return m_texts; }
    KeyStatistics statistics() const { return {m_sum_II / double(m_tokens), m_tokens, m_hash}; }

    /// @param states of all tokens of the texts from the next one to `end`
    void add(std::span<const ReadoutValue> states, std::size_t end)
    {
        const at::Tensor x_XI = at::empty({std::int64_t(states.size()), m_width}, at::kFloat);
        float* row = x_XI.data_ptr<float>();
        for (const ReadoutValue& value : states)
            row = std::copy(value.state.begin(), value.state.end(), row);
        const at::Tensor exact_XI = x_XI.to(at::kDouble);
        m_sum_II.addmm_(exact_XI.t(), exact_XI);
        m_tokens += exact_XI.size(0);
        m_texts = end;
        m_isKept = false;
    }

    void keep(Reporter& reporter)
    try {
        if (!m_cached || m_isKept)
            return;
        std::error_code ignored;
        std::filesystem::create_directories(file().parent_path(), ignored);
        writeSafetensors(file(), {{"sum", Dtype::F64, {m_width, m_width}, bytesOf(m_sum_II)}},
                         {{"format", "mnemo.statistics"},
                          {"model", m_context.model.hash},
                          {"dtype", m_context.model.dtype},
                          {"site", std::string(siteName(m_site.kind))},
                          {"layer", std::to_string(m_site.layer)},
                          {"tokens", std::to_string(m_tokens)},
                          {"texts", std::to_string(m_texts)},
                          {"sha256", checksum(m_sum_II, m_tokens, m_texts)}});
        m_isKept = true;
    } catch (const Failure& failure) {
        reporter.note("Statistics are not kept for later: " + failure.error().message);
    }

private:
    std::filesystem::path file() const { return cacheDir() / "statistics" / (m_hash + ".safetensors"); }

    static std::string checksum(const at::Tensor& sum_II, std::int64_t tokens, std::size_t texts)
    {
        Sha256 hash;
        hash.add(std::to_string(tokens) + " " + std::to_string(texts) + " ");
        hash.add(bytesOf(sum_II));
        return hash.hex();
    }

    /// Goes on from what is kept, where it is whole.
    void takeUp(std::size_t textsThereAre)
    try {
        const SafetensorsFile kept(file());
        const TensorView* const found = kept.find("sum");
        const TensorMetadata& says = kept.metadata();
        if (!found || found->dtype != Dtype::F64 || found->shape != std::vector<std::int64_t>{m_width, m_width} ||
            !says.contains("tokens") || !says.contains("texts") || !says.contains("sha256"))
            return;
        const std::optional<int> tokens = wholeNumber(says.at("tokens")), texts = wholeNumber(says.at("texts"));
        if (!tokens || !texts || *texts < 0 || std::size_t(*texts) > textsThereAre)
            return;
        const at::Tensor sum_II = at::tensor(toDoubles(*found), at::kDouble).view({m_width, m_width});
        if (checksum(sum_II, *tokens, std::size_t(*texts)) != says.at("sha256"))
            return;
        m_sum_II = sum_II;
        m_tokens = *tokens;
        m_texts = std::size_t(*texts);
        m_isKept = true;
    } catch (const Failure&) {
        // not there, or damaged: from the beginning
    }

    const ExperimentContext& m_context;
    Site m_site;
    std::int64_t m_width;
    std::string m_hash;
    bool m_cached = false, m_isKept = false;
    at::Tensor m_sum_II;
    std::int64_t m_tokens = 0;
    std::size_t m_texts = 0;
};

/// One pass over the texts for the sums that are not complete.
class Pass
{
public:
    Pass(const ExperimentContext& context, const std::vector<std::vector<int>>& texts, std::vector<Sum>& sums)
        : m_context(context), m_texts(texts), m_sums(sums)
    {
    }

    void run(Reporter& reporter)
    try {
        auto kept = std::chrono::steady_clock::now();
        for (std::size_t begin = leastTexts(); begin < m_texts.size(); begin = leastTexts()) {
            add(begin, reporter);
            reporter.progress(std::int64_t(leastTexts()), std::int64_t(m_texts.size()), "texts");
            if (std::chrono::steady_clock::now() - kept > keepEvery) {
                keep(reporter);
                kept = std::chrono::steady_clock::now();
            }
        }
        keep(reporter);
    } catch (const Cancelled&) {
        keep(reporter);
        throw;
    }

private:
    std::size_t leastTexts() const { return std::ranges::min_element(m_sums, {}, &Sum::texts)->texts(); }

    void keep(Reporter& reporter)
    {
        for (Sum& sum : m_sums)
            sum.keep(reporter);
    }

    /// Texts that follow for those sums that have the fewest, up to where another one stands.
    void add(std::size_t begin, Reporter& reporter)
    {
        std::vector<Sum*> behind;
        std::size_t limit = m_texts.size();
        for (Sum& sum : m_sums)
            if (sum.texts() == begin)
                behind.push_back(&sum);
            else
                limit = std::min(limit, sum.texts());
        const std::int64_t most = std::max(leastTogether, tokensTogether / std::int64_t(behind.size()));
        Plan plan;
        std::size_t end = begin;
        std::vector<RunId> runs;
        for (std::int64_t rows = 0; end < limit && rows < most; ++end) {
            runs.push_back(plan.addRun(m_texts[end]));
            rows += std::int64_t(m_texts[end].size());
        }
        for (const Sum* sum : behind)
            for (std::size_t i = 0; i < runs.size(); ++i)
                readStates(plan, runs[i], sum->site(), allPositions(m_texts[begin + i].size()));
        const PlanResult result =
            runPlan(*m_context.model.model, m_context.edits, plan, reporter, runOptions(m_context));
        const std::size_t each = result.values.size() / behind.size();
        for (std::size_t i = 0; i < behind.size(); ++i)
            behind[i]->add(std::span(result.values).subspan(i * each, each), end);
    }

    const ExperimentContext& m_context;
    const std::vector<std::vector<int>>& m_texts;
    std::vector<Sum>& m_sums;
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

std::vector<KeyStatistics> keyStatistics(const ExperimentContext& context, const std::vector<Site>& inputs,
                                         const std::vector<std::string>& texts, std::int64_t tokens, Reporter& reporter)
{
    const std::vector<std::vector<int>> ids = tokenised(context, texts, tokens);
    std::vector<Sum> sums;
    for (const Site& input : inputs)
        sums.emplace_back(context, input, ids);
    if (!sums.empty())
        Pass(context, ids, sums).run(reporter);
    std::vector<KeyStatistics> found;
    for (const Sum& sum : sums)
        found.push_back(sum.statistics());
    return found;
}

std::int64_t statisticsBytes(const LanguageModel& model, SiteKind input)
{
    const std::int64_t width = widthOf(model, input);
    return 2 * width * width * std::int64_t(sizeof(double));
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
