// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X packed rows of the wave, R rows that are read, D d_model, V vocabulary.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <map>

#include "core/engine/kernels/logit_kernel.h"
#include "core/engine/wave.h"

namespace mnemo {
namespace {

constexpr std::int64_t blockFlops = 8'000'000'000;  // of the head between two stop checks: some 40 ms of one core

/// Logits of one block of rows, on the host, and their log-sum-exp.
struct HeadRows {
    std::map<std::int64_t, std::int64_t> indexOf;  ///< row of the wave -> row here
    at::Tensor logits_RV;                          ///< float or double
    std::vector<double> lse_R;

    template <typename T>
    const T* logits_V(std::int64_t index) const
    {
        return logits_RV.data_ptr<T>() + index * logits_RV.size(1);
    }
};

template <typename T>
void sumRows(HeadRows& head)
{
    const std::int64_t vocabulary = head.logits_RV.size(1);
    at::parallel_for(0, head.logits_RV.size(0), 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; ++row)
            head.lse_R[std::size_t(row)] = logSumExp(head.logits_V<T>(row), vocabulary);
    });
}

HeadRows makeRows(const PlanWork& work, const std::vector<std::int64_t>& rows, const at::Tensor& final_XD)
{
    HeadRows head;
    std::vector<std::int64_t> unique;
    for (const std::int64_t row : rows)
        if (head.indexOf.emplace(row, std::int64_t(unique.size())).second)
            unique.push_back(row);
    head.logits_RV =
        work.model.unembed(final_XD.index_select(0, indexTensor(unique, final_XD.device()))).to(at::kCPU).contiguous();
    head.lse_R.resize(unique.size());
    if (head.logits_RV.scalar_type() == at::kFloat)
        sumRows<float>(head);
    else
        sumRows<double>(head);
    work.result.stats.headRows += std::int64_t(unique.size());
    work.result.stats.flops += 2 * std::int64_t(unique.size()) * work.model.info().vocabRows * work.model.info().dModel;
    return head;
}

/// One row, and the row that its KL is measured from: −1 for none.
struct Place {
    std::int64_t index = 0;
    std::int64_t reference = -1;
};

template <typename T>
void answer(const PlanWork& work, const Readout& wanted, const HeadRows& head, const Place& place, ReadoutValue& value)
{
    const int vocabulary = work.model.info().vocabRows;
    const T* logits = head.logits_V<T>(place.index);
    value.logSumExp = head.lse_R[std::size_t(place.index)];
    const auto score = [&](int token) -> TokenScore {
        const T own = logits[token];
        return {token, double(own), double(own) - value.logSumExp, int(countAbove(logits, vocabulary, own))};
    };
    for (const int token : wanted.tokens)
        value.tokens.push_back(score(token));
    if (wanted.topK > 0) {
        const int visible =
            work.options.visibleVocabulary > 0 ? std::min(work.options.visibleVocabulary, vocabulary) : vocabulary;
        const at::Tensor ids =
            std::get<1>(head.logits_RV[place.index].narrow(0, 0, visible).topk(std::min(wanted.topK, visible)));
        for (std::int64_t i = 0; i < ids.size(0); ++i)
            value.top.push_back(score(int(ids.data_ptr<std::int64_t>()[i])));
    }
    if (place.reference >= 0)
        value.kl = divergence(head.logits_V<T>(place.reference), head.lse_R[std::size_t(place.reference)], logits,
                              value.logSumExp, vocabulary);
    if (wanted.allLogits)
        value.logits.assign(logits, logits + vocabulary);
    value.computed = true;
}

}  // namespace

void readHead(const PlanWork& work, const std::vector<int>& readouts,
              const std::function<std::int64_t(RunId, int)>& rowOf, const at::Tensor& final_XD)
{
    const ModelInfo& info = work.model.info();
    const std::int64_t rowBytes = 8 * std::int64_t(info.vocabRows);
    const std::int64_t fitting = std::max<std::int64_t>(1, work.options.memoryBytes / 2 / rowBytes);
    const auto headBlock = std::size_t(std::min(
        fitting, std::clamp<std::int64_t>(blockFlops / (2 * std::int64_t(info.vocabRows) * info.dModel), 32, 1024)));
    for (std::size_t begin = 0; begin < readouts.size(); begin += headBlock) {
        const std::size_t end = std::min(readouts.size(), begin + headBlock);
        work.checkStop();
        std::vector<std::int64_t> rows;
        for (std::size_t i = begin; i < end; ++i) {
            const Readout& wanted = work.plan.readouts[std::size_t(readouts[i])];
            rows.push_back(rowOf(wanted.run, wanted.position));
            if (wanted.klFrom)
                rows.push_back(rowOf(*wanted.klFrom, wanted.klPosition));
        }
        const HeadRows head = makeRows(work, rows, final_XD);
        for (std::size_t i = begin; i < end; ++i) {
            const Readout& wanted = work.plan.readouts[std::size_t(readouts[i])];
            Place place{head.indexOf.at(rowOf(wanted.run, wanted.position))};
            if (wanted.klFrom)
                place.reference = head.indexOf.at(rowOf(*wanted.klFrom, wanted.klPosition));
            ReadoutValue& value = work.result.values[std::size_t(readouts[i])];
            if (head.logits_RV.scalar_type() == at::kFloat)
                answer<float>(work, wanted, head, place, value);
            else
                answer<double>(work, wanted, head, place, value);
        }
        if (work.options.sink)
            work.options.sink(work.result);
    }
}

}  // namespace mnemo
