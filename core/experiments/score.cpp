// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/score.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace mnemo {

Score mean(const std::vector<Score>& scores)
{
    assert(!scores.empty());
    Score sum;
    for (const Score& score : scores) {
        sum.p += score.p;
        sum.logp += score.logp;
        sum.rank += score.rank;
        sum.logit += score.logit;
        sum.logitFoil += score.logitFoil;
        sum.kl += score.kl;
    }
    const double n = double(scores.size());
    return {sum.p / n, sum.logp / n, sum.rank / n, sum.logit / n, sum.logitFoil / n, sum.kl / n};
}

double spreadOfP(const std::vector<Score>& scores)
{
    if (scores.size() < 2)
        return 0;
    const double centre = mean(scores).p;
    double squares = 0;
    for (const Score& score : scores)
        squares += (score.p - centre) * (score.p - centre);
    return std::sqrt(squares / double(scores.size() - 1));
}

Distribution::Distribution(const std::vector<float>& logits) : m_logits(logits)
{
    assert(!logits.empty());
    const double highest = *std::ranges::max_element(logits);
    double sum = 0;
    for (const float logit : logits)
        sum += std::exp(double(logit) - highest);
    m_logSumExp = highest + std::log(sum);
}

TokenScore Distribution::score(int token) const
{
    const float logit = m_logits[std::size_t(token)];
    const auto above = std::ranges::count_if(m_logits, [logit](float other) { return other > logit; });
    return {token, logit, logp(std::size_t(token)), int(above)};
}

std::vector<TokenScore> Distribution::top(int k, int visible) const
{
    const auto shown = std::min(std::size_t(visible), m_logits.size());
    std::vector<int> ids(shown);
    std::iota(ids.begin(), ids.end(), 0);
    const auto count = std::ptrdiff_t(std::min(std::size_t(k), shown));
    std::partial_sort(ids.begin(), ids.begin() + count, ids.end(), [this](int a, int b) {
        const float x = m_logits[std::size_t(a)];
        const float y = m_logits[std::size_t(b)];
        return x > y || (x == y && a < b);
    });
    std::vector<TokenScore> best;
    for (std::ptrdiff_t i = 0; i < count; ++i)
        best.push_back(score(ids[std::size_t(i)]));
    return best;
}

double divergence(const Distribution& a, const Distribution& b)
{
    assert(a.size() == b.size());
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += std::exp(a.logp(i)) * (a.logp(i) - b.logp(i));
    return sum;
}

Score scoreAnswer(const std::vector<Distribution>& rows, const std::vector<int>& answer, int foil,
                  const Distribution& clean)
{
    const TokenScore first = rows.front().score(answer.front());
    Score score{0, 0, double(first.rank), first.logit, rows.front().score(foil).logit, divergence(clean, rows.front())};
    for (std::size_t i = 0; i < answer.size(); ++i)
        score.logp += rows[i].logp(std::size_t(answer[i]));
    score.p = std::exp(score.logp);
    return score;
}

Json toJson(const Score& score)
{
    return {{"p", score.p},
            {"logp", score.logp},
            {"rank", score.rank},
            {"logit", score.logit},
            {"logit_foil", score.logitFoil}};
}

Json toJson(const Token& token)
{
    return {{"id", token.id}, {"text", token.text}, {"begin", token.begin}, {"end", token.end}};
}

Json topJson(const std::vector<TokenScore>& top, const Tokenizer& tokenizer)
{
    Json list = Json::array();
    for (const TokenScore& score : top)
        list.push_back({{"id", score.token},
                        {"text", tokenizer.token(score.token).text},
                        {"p", std::exp(score.logp)},
                        {"logit", score.logit}});
    return list;
}

Json tokensJson(const Prompt& prompt)
{
    Json list = Json::array();
    for (const Token& token : prompt.tokens)
        list.push_back(toJson(token));
    return list;
}

}  // namespace mnemo
