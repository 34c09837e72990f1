// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/head_numbers.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>

#include "core/engine/cuda_call.h"
#include "core/engine/kernels/logit_kernel.h"

namespace mnemo {
namespace {

constexpr std::int64_t threadWork = 50000;  // logits below which a second thread costs more than it gives

template <typename T>
class HostLogits
{
public:
    explicit HostLogits(const at::Tensor& logits_RV) : m_logits_RV(logits_RV), m_lse_R(std::size_t(logits_RV.size(0)))
    {
        inParallel(m_lse_R, [&](std::size_t index) { return logSumExp(row(std::int64_t(index)), vocabulary()); });
    }

    HeadNumbers answer(const HeadQuestions& asked) const
    {
        HeadNumbers numbers;
        numbers.lse_R = m_lse_R;
        numbers.scores.resize(asked.scores.size());
        inParallel(numbers.scores,
                   [&](std::size_t i) { return score(asked.scores[i].row, int(asked.scores[i].token)); });
        numbers.tops.resize(asked.tops.size());
        inParallel(numbers.tops, [&](std::size_t i) { return top(asked.tops[i], asked.visible); });
        numbers.divergences.resize(asked.divergences.size());
        inParallel(numbers.divergences, [&](std::size_t i) {
            const auto [from, to] = asked.divergences[i];
            return divergence(row(from), lse(from), row(to), lse(to), vocabulary());
        });
        return numbers;
    }

private:
    template <typename Value, typename Function>
    void inParallel(std::vector<Value>& values, const Function& function) const
    {
        at::parallel_for(0, std::int64_t(values.size()), 1 + threadWork / vocabulary(),
                         [&](std::int64_t begin, std::int64_t end) {
                             for (auto i = std::size_t(begin); i < std::size_t(end); ++i)
                                 values[i] = function(i);
                         });
    }

    std::int64_t vocabulary() const { return m_logits_RV.size(1); }
    const T* row(std::int64_t index) const { return m_logits_RV.data_ptr<T>() + index * vocabulary(); }
    double lse(std::int64_t index) const { return m_lse_R[std::size_t(index)]; }

    TokenScore score(std::int64_t index, int token) const
    {
        const T own = row(index)[token];
        return {token, double(own), double(own) - lse(index), int(countAbove(row(index), vocabulary(), own))};
    }

    std::vector<TokenScore> top(const HeadQuestions::Top& asked, std::int64_t visible) const
    {
        const at::Tensor ids = std::get<1>(
            m_logits_RV[asked.row].narrow(0, 0, visible).topk(std::min<std::int64_t>(asked.count, visible)));
        std::vector<TokenScore> scores;
        for (std::int64_t i = 0; i < ids.size(0); ++i)
            scores.push_back(score(asked.row, int(ids.data_ptr<std::int64_t>()[i])));
        return scores;
    }

    const at::Tensor m_logits_RV;
    std::vector<double> m_lse_R;
};

}  // namespace

HeadNumbers headNumbers(const at::Tensor& logits_RV, const HeadQuestions& asked)
{
    if (logits_RV.is_cuda() && hasKernel(logits_RV))
        return headNumbersOnGpu(logits_RV.contiguous(), asked);
    const at::Tensor host_RV = logits_RV.to(at::kCPU).contiguous();
    return host_RV.scalar_type() == at::kFloat ? HostLogits<float>(host_RV).answer(asked)
                                               : HostLogits<double>(host_RV).answer(asked);
}

}  // namespace mnemo
