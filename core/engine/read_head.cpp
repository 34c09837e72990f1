// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X packed rows of the wave, R rows that are read, D d_model, V vocabulary.
#include <ATen/ATen.h>

#include <algorithm>
#include <map>

#include "core/engine/wave.h"

namespace mnemo {
namespace {

constexpr std::size_t headBlock = 64;  // readouts whose logits are there at once: 13 MB for 50 000 tokens

/// Log-probabilities of one block of rows: on the host for ranks, in double for sums.
struct HeadRows {
    std::map<std::int64_t, std::int64_t> indexOf;  ///< row of the wave -> row here
    at::Tensor logits_RV;                          ///< host, double
    at::Tensor lse_R;                              ///< host, double

    at::Tensor logp_V(std::int64_t row) const { return logits_RV[indexOf.at(row)] - lse_R[indexOf.at(row)]; }
};

HeadRows makeRows(const PlanWork& work, const std::vector<std::int64_t>& rows, const at::Tensor& final_XD)
{
    HeadRows head;
    std::vector<std::int64_t> unique;
    for (const std::int64_t row : rows)
        if (head.indexOf.emplace(row, std::int64_t(unique.size())).second)
            unique.push_back(row);
    const at::Tensor logits_RV = work.model.unembed(final_XD.index_select(0, indexTensor(unique, final_XD.device())));
    const at::Tensor double_RV = logits_RV.to(at::kDouble);
    head.lse_R = double_RV.logsumexp(1).to(at::kCPU);
    head.logits_RV = double_RV.to(at::kCPU).contiguous();
    work.result.stats.headRows += std::int64_t(unique.size());
    work.result.stats.flops += 2 * std::int64_t(unique.size()) * work.model.info().vocabRows * work.model.info().dModel;
    return head;
}

TokenScore score(const double* logits, int vocabulary, double lse, int token)
{
    const double own = logits[token];
    return {token, own, own - lse,
            int(std::count_if(logits, logits + vocabulary, [own](double x) { return x > own; }))};
}

void answer(const PlanWork& work, const Readout& wanted, const HeadRows& head, std::int64_t row, std::int64_t klRow,
            ReadoutValue& value)
{
    const int vocabulary = work.model.info().vocabRows;
    const std::int64_t index = head.indexOf.at(row);
    const double* logits = head.logits_RV.data_ptr<double>() + index * vocabulary;
    value.logSumExp = head.lse_R.data_ptr<double>()[index];
    for (const int token : wanted.tokens)
        value.tokens.push_back(score(logits, vocabulary, value.logSumExp, token));
    if (wanted.topK > 0) {
        const int visible =
            work.options.visibleVocabulary > 0 ? std::min(work.options.visibleVocabulary, vocabulary) : vocabulary;
        const auto [best, ids] = head.logits_RV[index].narrow(0, 0, visible).topk(std::min(wanted.topK, visible));
        for (std::int64_t i = 0; i < ids.size(0); ++i)
            value.top.push_back(score(logits, vocabulary, value.logSumExp, int(ids.data_ptr<std::int64_t>()[i])));
    }
    if (klRow >= 0) {
        const at::Tensor reference = head.logp_V(klRow);
        value.kl = (reference.exp() * (reference - head.logp_V(row))).sum().item<double>();
    }
    if (wanted.allLogits)
        value.logits.assign(logits, logits + vocabulary);
    value.computed = true;
}

}  // namespace

void readHead(const PlanWork& work, const std::vector<int>& readouts,
              const std::function<std::int64_t(RunId, int)>& rowOf, const at::Tensor& final_XD)
{
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
            answer(work, wanted, head, rowOf(wanted.run, wanted.position),
                   wanted.klFrom ? rowOf(*wanted.klFrom, wanted.klPosition) : -1,
                   work.result.values[std::size_t(readouts[i])]);
        }
        if (work.options.sink)
            work.options.sink(work.result);
    }
}

}  // namespace mnemo
