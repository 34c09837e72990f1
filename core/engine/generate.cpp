// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: B prompts of one length, X = B × tokens packed rows, V vocabulary.
#include "core/engine/generate.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <map>
#include <random>

#include "core/data/error.h"
#include "core/engine/plan_layout.h"
#include "core/engine/rows.h"
#include "core/engine/taps.h"

namespace mnemo {
namespace {

/// Prompts of one length on their way.
class Decoder
{
public:
    Decoder(const LanguageModel& model, const Edits& edits, Reporter& reporter)
        : m_model(model), m_edits(edits), m_reporter(reporter), m_memory(std::size_t(model.info().layers))
    {
    }

    /// Feeds the next tokens, as many for each prompt. @return logits after the last one, [B, V], host, double
    at::Tensor feed(const std::vector<std::vector<int>>& tokens)
    {
        const auto count = int(tokens.front().size());
        std::vector<RunShape> shapes(tokens.size(), RunShape{.parent = -1, .first = m_past, .length = m_past + count});
        std::vector<std::int64_t> ids, lastRows;
        std::vector<int> runs;
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            ids.insert(ids.end(), tokens[i].begin(), tokens[i].end());
            lastRows.push_back(std::int64_t(ids.size()) - 1);
            runs.push_back(int(i));
        }
        const at::Device device = m_model.options().device();
        Rows rows(shapes, device);
        rows.remember(&m_memory);
        rows.join(runs, m_model.embed(indexTensor(ids, device)));
        Taps tap(rows, m_edits, [this] { m_reporter.checkStop(); });
        for (int layer = 0; layer < m_model.info().layers; ++layer) {
            m_reporter.checkStop();
            m_model.block(layer, rows, tap);
        }
        m_past += count;
        return m_model
            .unembed(rows.resid_XD().index_select(0, indexTensor(lastRows, device)), [this] { m_reporter.checkStop(); })
            .to(at::kCPU, at::kDouble);
    }

private:
    const LanguageModel& m_model;
    const Edits& m_edits;
    Reporter& m_reporter;
    std::vector<LayerMemory> m_memory;
    int m_past = 0;
};

int choose(const at::Tensor& logits_V, const GenerateOptions& options, std::mt19937_64& random)
{
    const std::int64_t visible = options.visibleVocabulary > 0
                                     ? std::min<std::int64_t>(options.visibleVocabulary, logits_V.size(0))
                                     : logits_V.size(0);
    const auto [best, ids] = logits_V.narrow(0, 0, visible).topk(std::clamp<std::int64_t>(options.topK, 1, visible));
    const at::Tensor p = best.softmax(0);
    double left = double(random() >> 11) * 0x1p-53;  // uniform in [0, 1), the same on every platform
    for (std::int64_t i = 0; i + 1 < p.size(0); ++i) {
        left -= p.data_ptr<double>()[i];
        if (left < 0)
            return int(ids.data_ptr<std::int64_t>()[i]);
    }
    return int(ids.data_ptr<std::int64_t>()[options.topK > 1 ? p.size(0) - 1 : 0]);
}

void check(const LanguageModel& model, const std::vector<std::vector<int>>& prompts, const GenerateOptions& options)
{
    Plan plan;
    for (const std::vector<int>& prompt : prompts)
        plan.addRun(prompt);
    checkPlan(model, plan);
    const int longest = model.info().contextLength;
    for (const std::vector<int>& prompt : prompts)
        if (longest > 0 && int(prompt.size()) + options.tokens > longest)
            throw Failure(ErrorCode::PromptTooLong,
                          "The prompt's " + std::to_string(prompt.size()) + " tokens and " +
                              std::to_string(options.tokens) + " new ones are more than the " +
                              std::to_string(longest) + " this model reads.",
                          "Ask for fewer tokens, or shorten the prompt.");
}

}  // namespace

std::vector<std::vector<int>> generate(const LanguageModel& model, const Edits& edits,
                                       const std::vector<std::vector<int>>& prompts, const GenerateOptions& options,
                                       Reporter& reporter)
{
    const at::NoGradGuard noGrad;
    check(model, prompts, options);
    std::map<std::size_t, std::vector<std::size_t>> byLength;
    for (std::size_t i = 0; i < prompts.size(); ++i)
        byLength[prompts[i].size()].push_back(i);

    std::vector<std::vector<int>> texts(prompts.size());
    for (const auto& [length, indices] : byLength) {
        Decoder decoder(model, edits, reporter);
        std::vector<std::vector<int>> next;
        std::vector<std::mt19937_64> random;
        for (const std::size_t index : indices) {
            next.push_back(prompts[index]);
            random.emplace_back(options.seed * 0x9E3779B97F4A7C15U + index);
        }
        for (int step = 0; step < options.tokens; ++step) {
            const at::Tensor logits_BV = decoder.feed(next);
            for (std::size_t i = 0; i < indices.size(); ++i) {
                const int token = choose(logits_BV[std::int64_t(i)], options, random[i]);
                next[i] = {token};
                texts[indices[i]].push_back(token);
                if (options.sink)
                    options.sink(indices[i], token);
            }
        }
    }
    return texts;
}

}  // namespace mnemo
