// SPDX-License-Identifier: GPL-3.0-or-later
// Cases made of facts by rule.
#include <algorithm>
#include <optional>
#include <set>

#include "core/data/random.h"
#include "core/io/edit_cases.h"

namespace mnemo {
namespace {

constexpr std::size_t mostParaphrases = 3;
constexpr std::size_t mostNeighbours = 10;
constexpr std::size_t mostOthers = 10;
constexpr std::size_t mostGenerations = 3;

std::string filled(std::string sentence, const std::string& subject)
{
    return sentence.replace(sentence.find("{}"), 2, subject);
}

/// Sentences of a list that are not the one that is edited, about the subject.
std::vector<std::string> sentencesOf(const std::vector<std::string>& templates, const std::string& edited,
                                     const std::string& subject, std::size_t most)
{
    std::vector<std::string> sentences;
    for (const std::string& one : templates)
        if (one != edited && sentences.size() < most)
            sentences.push_back(filled(one, subject));
    return sentences;
}

/// Cases of one relation, in an order of its own.
class RelationCases
{
public:
    RelationCases(const Relation& relation, const std::vector<Relation>& all, std::uint64_t seed)
        : m_relation(relation), m_all(all), m_random(seed)
    {
        std::set<std::string_view> seen;
        for (const FactSample& sample : relation.samples)
            if (seen.insert(sample.subject).second)
                m_order.push_back(&sample);
        m_random.shuffle(m_order);
    }

    /// None when there are no more.
    std::optional<EditCase> next()
    {
        while (m_next < m_order.size())
            if (std::optional<EditCase> made = caseOf(*m_order[m_next++]))
                return made;
        return std::nullopt;
    }

private:
    std::optional<EditCase> caseOf(const FactSample& sample)
    {
        const std::vector<FactSample> others = swapCandidates(m_relation, sample.subject);
        if (others.empty())
            return std::nullopt;
        EditCase made;
        made.id = m_relation.name + ": " + sample.subject;
        made.prompt = m_relation.templates.front();
        made.subject = sample.subject;
        made.targetTrue = sample.object;
        made.targetNew = newObject(others);
        const bool heldOut = !m_relation.heldOutTemplates.empty();
        made.paraphrases = sentencesOf(heldOut ? m_relation.heldOutTemplates : m_relation.templates, made.prompt,
                                       sample.subject, mostParaphrases);
        made.neighbours = neighboursOf(sample);
        made.otherRelations = otherRelationsOf(sample.subject);
        made.generations = sentencesOf(m_relation.templates, made.prompt, sample.subject, mostGenerations);
        return made;
    }

    /// Each object as likely as any other, however many subjects have it.
    std::string newObject(const std::vector<FactSample>& others)
    {
        std::set<std::string> objects;
        for (const FactSample& other : others)
            objects.insert(other.object);
        return m_random.pick(std::vector<std::string>(objects.begin(), objects.end()));
    }

    std::vector<std::string> neighboursOf(const FactSample& sample)
    {
        std::vector<std::string> subjects;
        for (const FactSample& other : m_relation.samples)
            if (other.object == sample.object && other.subject != sample.subject)
                subjects.push_back(other.subject);
        m_random.shuffle(subjects);
        subjects.resize(std::min(subjects.size(), mostNeighbours));
        std::vector<std::string> sentences;
        for (const std::string& subject : subjects)
            sentences.push_back(filled(m_relation.templates.front(), subject));
        return sentences;
    }

    std::vector<std::string> otherRelationsOf(const std::string& subject) const
    {
        std::vector<std::string> sentences;
        for (const Relation& other : m_all)
            if (&other != &m_relation && !other.templates.empty() && sentences.size() < mostOthers &&
                !other.objectsOf(subject).empty())
                sentences.push_back(filled(other.templates.front(), subject));
        return sentences;
    }

    const Relation& m_relation;
    const std::vector<Relation>& m_all;
    Random m_random;
    std::vector<const FactSample*> m_order;
    std::size_t m_next = 0;
};

}  // namespace

std::vector<EditCase> makeEditCases(const std::vector<Relation>& relations, std::uint64_t seed, std::size_t most)
{
    std::vector<RelationCases> turns;
    for (const Relation& relation : relations)
        if (!relation.templates.empty())
            turns.emplace_back(relation, relations, seedFor(relation.name, seed));
    std::vector<EditCase> cases;
    for (bool more = true; more && cases.size() < most;) {
        more = false;
        for (RelationCases& turn : turns) {
            std::optional<EditCase> made = cases.size() < most ? turn.next() : std::nullopt;
            if (!made)
                continue;
            cases.push_back(std::move(*made));
            more = true;
        }
    }
    return cases;
}

}  // namespace mnemo
