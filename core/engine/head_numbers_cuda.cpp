// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: R rows of logits, V vocabulary, P scores, Q rows whose top K tokens are wanted, L divergences.
#include <ATen/ATen.h>

#include <algorithm>

#include "core/engine/cuda_call.h"
#include "core/engine/head_numbers.h"
#include "core/engine/rows.h"

namespace mnemo {
namespace {

/// Index tables of all questions, in one transfer to the device.
struct Tables {
    at::Tensor row_P, token_P, row_Q, from_L, to_L;

    Tables(const HeadQuestions& asked, at::Device device)
    {
        std::vector<std::int64_t> all;
        const auto column = [&](const auto& questions, auto member) {
            for (const auto& question : questions)
                all.push_back(question.*member);
        };
        column(asked.scores, &HeadQuestions::Score::row);
        column(asked.scores, &HeadQuestions::Score::token);
        column(asked.tops, &HeadQuestions::Top::row);
        column(asked.divergences, &HeadQuestions::Divergence::from);
        column(asked.divergences, &HeadQuestions::Divergence::to);
        const auto P = std::int64_t(asked.scores.size()), Q = std::int64_t(asked.tops.size());
        const auto L = std::int64_t(asked.divergences.size());
        const std::vector<at::Tensor> parts = indexTensor(all, device).split_with_sizes({P, P, Q, L, L});
        row_P = parts[0], token_P = parts[1], row_Q = parts[2], from_L = parts[3], to_L = parts[4];
    }

    /// Adds the K largest tokens of the rows row_Q to the scores that are wanted.
    void addTops(const at::Tensor& logits_RV, std::int64_t visible, std::int64_t K)
    {
        const at::Tensor ids_QK = std::get<1>(logits_RV.index_select(0, row_Q).narrow(1, 0, visible).topk(K));
        row_P = at::cat({row_P, row_Q.unsqueeze(1).expand_as(ids_QK).reshape({-1})});
        token_P = at::cat({token_P, ids_QK.reshape({-1})});
    }
};

/// What came back, taken from the front.
class Numbers
{
public:
    explicit Numbers(const at::Tensor& device) : m_host(device.to(at::kCPU)) {}

    const double* take(std::int64_t count)
    {
        m_taken += count;
        return m_host.data_ptr<double>() + m_taken - count;
    }

private:
    at::Tensor m_host;
    std::int64_t m_taken = 0;
};

template <typename T>
at::Tensor compute(const at::Tensor& logits_RV, const Tables& tables)
{
    const CudaCall<T> cuda{logits_RV};
    const std::int64_t R = logits_RV.size(0), P = tables.row_P.size(0), L = tables.from_L.size(0);
    const at::Tensor numbers = at::empty({R + 2 * P + L}, logits_RV.options().dtype(at::kDouble));
    double* const lse_R = numbers.data_ptr<double>();
    double* const logit_P = lse_R + R;
    const LogitRows<T> rows{logits_RV.data_ptr<T>(), R, logits_RV.size(1)};
    cuda->logSumExp(rows, lse_R);
    cuda->scores(rows, tables.row_P.data_ptr<std::int64_t>(), tables.token_P.data_ptr<std::int64_t>(), logit_P,
                 logit_P + P, P);
    cuda->divergences(rows, lse_R, tables.from_L.data_ptr<std::int64_t>(), tables.to_L.data_ptr<std::int64_t>(),
                      logit_P + 2 * P, L);
    return at::cat({numbers, tables.token_P.to(at::kDouble)});
}

HeadNumbers sorted(const at::Tensor& computed, std::int64_t R, std::int64_t P, std::int64_t K,
                   const HeadQuestions& asked)
{
    Numbers numbers(computed);
    const double* const lse_R = numbers.take(R);
    const double* const logit_P = numbers.take(P);
    const double* const rank_P = numbers.take(P);
    const double* const kl_L = numbers.take(std::int64_t(asked.divergences.size()));
    const double* const token_P = numbers.take(P);
    const auto score = [&](std::size_t i, std::int64_t row) -> TokenScore {
        return {int(token_P[i]), logit_P[i], logit_P[i] - lse_R[row], int(rank_P[i])};
    };
    HeadNumbers answers;
    answers.lse_R.assign(lse_R, lse_R + R);
    answers.divergences.assign(kl_L, kl_L + asked.divergences.size());
    std::size_t next = 0;
    for (const HeadQuestions::Score& wanted : asked.scores)
        answers.scores.push_back(score(next++, wanted.row));
    for (const HeadQuestions::Top& wanted : asked.tops) {
        std::vector<TokenScore>& top = answers.tops.emplace_back();
        for (std::int64_t i = 0; i < K; ++i, ++next)
            if (i < wanted.count)
                top.push_back(score(next, wanted.row));
    }
    return answers;
}

}  // namespace

HeadNumbers headNumbersOnGpu(const at::Tensor& logits_RV, const HeadQuestions& asked)
{
    Tables tables(asked, logits_RV.device());
    std::int64_t K = 0;
    for (const HeadQuestions::Top& wanted : asked.tops)
        K = std::max<std::int64_t>(K, std::min<std::int64_t>(wanted.count, asked.visible));
    if (K > 0)
        tables.addTops(logits_RV, asked.visible, K);
    const at::Tensor computed =
        logits_RV.scalar_type() == at::kFloat ? compute<float>(logits_RV, tables) : compute<double>(logits_RV, tables);
    return sorted(computed, logits_RV.size(0), tables.row_P.size(0), K, asked);
}

}  // namespace mnemo
