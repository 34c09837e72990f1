// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/json.h"
#include "core/data/plan.h"
#include "core/io/tokenizer.h"

#include <vector>

namespace mnemo {

/// What one run says about the answer. Over noise samples: the mean of each quantity.
struct Score {
    double p = 0;
    double logp = 0;
    double rank = 0;
    double logit = 0;
    double logitFoil = 0;
    double kl = 0;  ///< KL(clean run ‖ this run), nats
};

Score mean(const std::vector<Score>& scores);

/// Standard deviation of p over samples (of the sample, n − 1); 0 for one.
double spreadOfP(const std::vector<Score>& scores);

/// One row of logits, [V], as probabilities over all V rows. Keeps a pointer: the row must outlive it.
class Distribution
{
public:
    explicit Distribution(const std::vector<float>& logits);

    TokenScore score(int token) const;  ///< rank counts the tokens strictly above, over all rows

    /// The k most probable of the first `visible` rows, ties by id.
    std::vector<TokenScore> top(int k, int visible) const;

    double logp(std::size_t token) const { return double(m_logits[token]) - m_logSumExp; }
    std::size_t size() const { return m_logits.size(); }

private:
    const std::vector<float>& m_logits;
    double m_logSumExp = 0;
};

/// KL(a ‖ b) in nats.
double divergence(const Distribution& a, const Distribution& b);

/// Score of an answer of one or more teacher-forced tokens: p and log p of all of them; rank, logits and KL at the
/// first.
/// @param rows the logits at the answer's positions, the first where the prompt ends
/// @param clean the clean run's row at the first position
Score scoreAnswer(const std::vector<Distribution>& rows, const std::vector<int>& answer, int foil,
                  const Distribution& clean);

Json toJson(const Score& score);  ///< {"p","logp","rank","logit","logit_foil"}
Json toJson(const Token& token);  ///< {"id","text","begin","end"}
Json topJson(const std::vector<TokenScore>& top, const Tokenizer& tokenizer);  ///< [{"id","text","p","logit"}]
Json tokensJson(const Prompt& prompt);

}  // namespace mnemo
