// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X packed rows of the wave, R rows that are read, D d_model, V vocabulary.
#include <ATen/ATen.h>

#include <algorithm>
#include <map>
#include <span>

#include "core/engine/head_numbers.h"
#include "core/engine/rows.h"
#include "core/engine/unembedding.h"
#include "core/engine/wave.h"

namespace mnemo {
namespace {

constexpr std::int64_t gpuBlock = 512;  // rows; a millisecond or two, and 100 MB of logits

using RowOf = std::function<std::int64_t(RunId, int)>;

/// Some readouts, the rows they read and what they ask of them.
class HeadBlock
{
public:
    HeadBlock(const PlanWork& work, std::span<const int> readouts, const RowOf& rowOf);
    void read(const at::Tensor& final_XD) const;

private:
    const Readout& wanted(int readout) const { return m_work.plan.readouts[std::size_t(readout)]; }
    std::int64_t indexOf(std::int64_t row);

    const PlanWork& m_work;
    std::span<const int> m_readouts;
    std::vector<std::int64_t> m_rows;  ///< of the wave, each once
    std::map<std::int64_t, std::int64_t> m_indices;
    std::vector<std::int64_t> m_index;  ///< of each readout, into m_rows
    HeadQuestions m_asked;
};

HeadBlock::HeadBlock(const PlanWork& work, std::span<const int> readouts, const RowOf& rowOf)
    : m_work(work), m_readouts(readouts)
{
    const int vocabulary = work.model.info().vocabRows, visible = work.options.visibleVocabulary;
    m_asked.visible = visible > 0 ? std::min(visible, vocabulary) : vocabulary;
    for (const int readout : readouts) {
        const Readout& ask = wanted(readout);
        const std::int64_t index = indexOf(rowOf(ask.run, ask.position));
        m_index.push_back(index);
        for (const int token : ask.tokens)
            m_asked.scores.push_back({index, token});
        if (ask.topK > 0)
            m_asked.tops.push_back({index, ask.topK});
        if (ask.klFrom)
            m_asked.divergences.push_back({indexOf(rowOf(*ask.klFrom, ask.klPosition)), index});
    }
}

std::int64_t HeadBlock::indexOf(std::int64_t row)
{
    const auto [found, isNew] = m_indices.emplace(row, std::int64_t(m_rows.size()));
    if (isNew)
        m_rows.push_back(row);
    return found->second;
}

/// Computes the logits and hands every readout its share of the numbers, in the order in which they were asked.
void HeadBlock::read(const at::Tensor& final_XD) const
{
    const auto R = std::int64_t(m_rows.size());
    const at::Tensor logits_RV =
        m_work.model.unembed(final_XD.index_select(0, indexTensor(m_rows, final_XD.device())), m_work.checkStop);
    m_work.checkStop();
    m_work.result.stats.headRows += R;
    m_work.result.stats.flops += 2 * R * m_work.model.info().vocabRows * m_work.model.info().dModel;
    HeadNumbers numbers = headNumbers(logits_RV, m_asked);
    auto score = numbers.scores.begin();
    auto top = numbers.tops.begin();
    auto divergence = numbers.divergences.begin();
    for (std::size_t i = 0; i < m_readouts.size(); ++i) {
        const Readout& ask = wanted(m_readouts[i]);
        ReadoutValue& value = m_work.result.values[std::size_t(m_readouts[i])];
        value.logSumExp = numbers.lse_R[std::size_t(m_index[i])];
        value.tokens.assign(score, score + std::ptrdiff_t(ask.tokens.size()));
        score += std::ptrdiff_t(ask.tokens.size());
        if (ask.topK > 0)
            value.top = std::move(*top++);
        if (ask.klFrom)
            value.kl = *divergence++;
        if (ask.allLogits) {
            const at::Tensor row_V = logits_RV[m_index[i]].to(at::kCPU, at::kFloat).contiguous();
            value.logits.assign(row_V.data_ptr<float>(), row_V.data_ptr<float>() + row_V.numel());
        }
        value.computed = true;
    }
}

}  // namespace

void readHead(const PlanWork& work, const std::vector<int>& readouts, const RowOf& rowOf, const at::Tensor& final_XD)
{
    const ModelInfo& info = work.model.info();
    const std::int64_t fitting = work.options.memoryBytes / 2 / (8 * std::int64_t(info.vocabRows));
    const auto size = std::size_t(std::max<std::int64_t>(
        1, std::min(fitting, final_XD.is_cuda() ? gpuBlock : Unembedding::rowsAtOnce(info.dModel))));
    const std::span<const int> all(readouts);
    for (std::size_t begin = 0; begin < all.size(); begin += size) {
        work.checkStop();
        HeadBlock(work, all.subspan(begin, std::min(size, all.size() - begin)), rowOf).read(final_XD);
        if (work.options.sink)
            work.options.sink(work.result);
    }
}

}  // namespace mnemo
