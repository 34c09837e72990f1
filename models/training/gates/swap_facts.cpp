// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/training/gates/swap_facts.h"

#include "core/data/random.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace mnemo {
namespace {

constexpr std::size_t leastChunk = 64;  ///< candidates that are measured together
constexpr int mostTries = 200;          ///< of partners for one fact

/// A fact of the table by its place.
struct FactAt {
    std::size_t relation = 0;
    std::size_t sample = 0;
};

/// Which subjects one of their words gives away: many-word ones whose first or last word no subject with another object
/// has. A model need not put their words together, so that they say nothing about where it does. Invented facts count
/// with the real ones that are said alike.
class TellingWords
{
public:
    TellingWords(const std::vector<Relation>& relations, const Relation& relation)
    {
        for (const Relation& alike : relations)
            if (alike.templates == relation.templates)
                for (const FactSample& sample : alike.samples) {
                    m_byFirst[firstWord(sample.subject)].insert(sample.object);
                    m_byLast[lastWord(sample.subject)].insert(sample.object);
                }
    }

    bool tell(const std::string& subject) const
    {
        return subject.find(' ') != std::string::npos &&
               (m_byFirst.at(firstWord(subject)).size() < 2 || m_byLast.at(lastWord(subject)).size() < 2);
    }

private:
    using Objects = std::map<std::string, std::set<std::string>>;

    static std::string firstWord(const std::string& text) { return text.substr(0, text.find(' ')); }
    static std::string lastWord(const std::string& text) { return text.substr(text.rfind(' ') + 1); }

    Objects m_byFirst, m_byLast;
};

/// All facts but those that a word tells: shuffled within their relation, then one relation after the other in turn.
std::vector<FactAt> inTurn(const std::vector<Relation>& relations, Random& random)
{
    std::vector<std::vector<std::size_t>> shuffled;
    std::size_t most = 0;
    for (const Relation& relation : relations) {
        const TellingWords words(relations, relation);
        std::vector<std::size_t>& order = shuffled.emplace_back();
        for (std::size_t i = 0; i < relation.samples.size(); ++i)
            if (!words.tell(relation.samples[i].subject))
                order.push_back(i);
        random.shuffle(order);
        most = std::max(most, order.size());
    }
    std::vector<FactAt> turns;
    for (std::size_t turn = 0; turn < most; ++turn)
        for (std::size_t relation = 0; relation < shuffled.size(); ++relation)
            if (turn < shuffled[relation].size())
                turns.push_back({relation, shuffled[relation][turn]});
    return turns;
}

/// Candidates in the order of their turns, each with a partner where there is one.
class Candidates
{
public:
    Candidates(const Tokenizer& tokenizer, const std::vector<Relation>& relations, SwapKind kind, std::uint64_t seed)
        : m_tokenizer(tokenizer),
          m_relations(relations),
          m_kind(kind),
          m_random(seed),
          m_turns(inTurn(relations, m_random))
    {
        for (std::size_t relation = 0; relation < relations.size(); ++relation)
            for (std::size_t i = 0; i < relations[relation].samples.size(); ++i)
                m_alike[keyOf({relation, i})].push_back(i);
    }

    /// @param withoutPartner counts those that are passed over
    std::vector<SwapFact> next(std::size_t count, int& withoutPartner)
    {
        std::vector<SwapFact> found;
        for (; m_next < m_turns.size() && found.size() < count; ++m_next)
            if (std::optional<SwapFact> fact = withPartner(m_turns[m_next]))
                found.push_back(std::move(*fact));
            else
                ++withoutPartner;
        return found;
    }

private:
    using Key = std::vector<int>;  ///< relation; number of tokens; last token where it must be shared

    const FactSample& at(FactAt fact) const { return m_relations[fact.relation].samples[fact.sample]; }

    /// Partners have the same key; which tokens a subject has within a sentence can differ a little from this.
    Key keyOf(FactAt fact) const
    {
        const std::vector<Token> tokens = m_tokenizer.encode(" " + at(fact).subject);
        Key key{int(fact.relation), int(tokens.size())};
        if (m_kind == SwapKind::SharedLastToken)
            key.push_back(tokens.back().id);
        return key;
    }

    std::optional<SwapFact> withPartner(FactAt chosen)
    {
        const Relation& relation = m_relations[chosen.relation];
        const std::vector<std::size_t>& alike = m_alike.at(keyOf(chosen));
        if (relation.templates.empty() || alike.size() < 2)
            return std::nullopt;
        const FactSample& fact = at(chosen);
        const std::string text = m_random.pick(relation.templates);
        SwapFact made{fact.subject, {}, text, fillPrompt(text, fact.subject, Prefix::None, m_tokenizer), {}};
        made.target = firstToken(m_tokenizer, fact.object);
        for (int i = 0; i < mostTries; ++i) {
            const FactSample& other = at({chosen.relation, m_random.pick(alike)});
            if (other.subject == fact.subject || firstToken(m_tokenizer, other.object) == made.target)
                continue;
            made.swap = other.subject;
            made.corrupt = fillPrompt(text, other.subject, Prefix::None, m_tokenizer);
            if (fits(made))
                return made;
        }
        return std::nullopt;
    }

    bool fits(const SwapFact& fact) const
    {
        const auto lastOf = [](const FilledPrompt& prompt) {
            return prompt.ids()[std::size_t(prompt.subject.end - 1)];
        };
        return fact.clean.prompt.size() == fact.corrupt.prompt.size() && fact.clean.subject == fact.corrupt.subject &&
               fact.clean.subject.end <= fact.clean.last() &&
               (m_kind == SwapKind::AnySubject || lastOf(fact.clean) == lastOf(fact.corrupt));
    }

    const Tokenizer& m_tokenizer;
    const std::vector<Relation>& m_relations;
    const SwapKind m_kind;
    Random m_random;
    const std::vector<FactAt> m_turns;
    std::size_t m_next = 0;
    std::map<Key, std::vector<std::size_t>> m_alike;
};

void measure(const LoadedModel& model, std::vector<SwapFact>& facts, Reporter& reporter)
{
    Plan plan;
    for (const SwapFact& fact : facts)
        for (const FilledPrompt* prompt : {&fact.clean, &fact.corrupt})
            askTokens(plan, plan.addRun(prompt->ids()), {fact.target});
    const Answers answers(model, plan, reporter);
    for (std::size_t i = 0; i < facts.size(); ++i) {
        facts[i].p = answers.p(int(2 * i));
        facts[i].pCorrupt = answers.p(int(2 * i + 1));
    }
}

}  // namespace

SwapDraw drawSwaps(const LoadedModel& model, const std::vector<Relation>& relations, SwapKind kind, int count,
                   std::uint64_t seed, Reporter& reporter)
{
    Candidates candidates(*model.tokenizer, relations, kind, seed);
    SwapDraw draw;
    const auto wanted = std::size_t(count);
    while (draw.facts.size() < wanted) {
        std::vector<SwapFact> chunk =
            candidates.next(std::max(wanted - draw.facts.size(), leastChunk), draw.withoutPartner);
        if (chunk.empty())
            break;
        measure(model, chunk, reporter);
        for (SwapFact& fact : chunk) {
            if (draw.facts.size() == wanted)
                break;
            if (fact.p - fact.pCorrupt > leastSwapEffect)
                draw.facts.push_back(std::move(fact));
            else
                ++draw.weak;
        }
    }
    return draw;
}

}  // namespace mnemo
