// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/training/text/sentences.h"

#include "core/data/error.h"

#include <algorithm>
#include <cctype>

namespace mnemo {
namespace {

void checkShare(double share, const char* name)
{
    if (!(share >= 0 && share <= 1 + 1e-9))  // 0.7 + 0.2 + 0.1 may be a little more than 1
        throw Failure(ErrorCode::Usage, std::string(name) + " is " + std::to_string(share) + ", not a share.",
                      "Choose a number from 0 to 1.");
}

void checkRecipe(const TextRecipe& recipe)
{
    checkShare(recipe.facts, "facts");
    checkShare(recipe.ioi, "ioi");
    checkShare(recipe.facts + recipe.ioi, "facts + ioi");
    checkShare(recipe.tags, "tags");
    checkShare(recipe.pairs, "pairs");
    checkShare(recipe.tags + recipe.pairs, "tags + pairs");
    checkShare(recipe.openers, "openers");
    checkShare(recipe.noise, "noise");
    checkShare(recipe.invented, "invented");
}

/// Behind an opener a template goes on in lower case; no template begins with a proper name.
std::string afterOpener(std::string promptTemplate)
{
    promptTemplate[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(promptTemplate[0])));
    return promptTemplate;
}

/// "city" for a relation from places to cities.
std::string rangeName(const Relation& relation)
{
    const auto found = relation.properties.find("range_name");
    return found != relation.properties.end() && found->is_string() ? found->get<std::string>() : "answer";
}

}  // namespace

int TextSource::Choice::draw(Random& random, double inventedWeight) const
{
    const double realWeight = static_cast<double>(real.size());
    const double all = realWeight + inventedWeight * static_cast<double>(invented.size());
    return random.pick(invented.empty() || random.uniform() * all < realWeight ? real : invented);
}

TextSource::TextSource(const FactTable& facts, const IoiText& ioi, FillerText filler, const TextRecipe& recipe)
    : m_facts(facts), m_ioi(ioi), m_filler(std::move(filler)), m_recipe(recipe), m_relationFacts(facts.relations.size())
{
    checkRecipe(recipe);
    for (std::size_t i = 0; i < facts.facts.size(); ++i) {
        const TrainingFact& fact = facts.facts[i];
        (fact.invented ? m_factChoice.invented : m_factChoice.real).push_back(static_cast<int>(i));
        m_relationFacts[static_cast<std::size_t>(fact.relation)].push_back(static_cast<int>(i));
    }
    for (const auto& [subject, indices] : facts.factsOf) {
        const bool invented = facts.facts[static_cast<std::size_t>(indices.front())].invented;
        (invented ? m_subjectChoice.invented : m_subjectChoice.real).push_back(static_cast<int>(m_subjects.size()));
        m_subjects.push_back(subject);
    }
}

TextKind TextSource::drawKind(Random& random) const
{
    const double kind = random.uniform();
    if (kind >= m_recipe.facts)
        return kind < m_recipe.facts + m_recipe.ioi ? TextKind::Ioi : TextKind::Filler;
    const double form = random.uniform();
    if (form < m_recipe.tags)
        return TextKind::Tags;
    return form < m_recipe.tags + m_recipe.pairs ? TextKind::Pairs : TextKind::Fact;
}

Sentence TextSource::sentence(TextKind kind, Random& random) const
{
    switch (kind) {
        case TextKind::Fact:
            return factSentence(random);
        case TextKind::Tags:
            return tagList(random);
        case TextKind::Pairs:
            return subjectList(random);
        case TextKind::Ioi:
            return ioiSentence(random);
        case TextKind::Filler:
            break;
    }
    return fillerSentence(random);
}

Sentence TextSource::factSentence(Random& random) const
{
    const auto index = static_cast<std::size_t>(m_factChoice.draw(random, m_recipe.invented));
    const TrainingFact& fact = m_facts.facts[index];
    const Relation& relation = m_facts.relations[static_cast<std::size_t>(fact.relation)];
    std::string promptTemplate = random.pick(relation.templates);
    Sentence sentence;
    if (random.chance(m_recipe.openers)) {
        sentence.push_back({random.pick(m_filler.openers)});
        promptTemplate = afterOpener(std::move(promptTemplate));
    }
    sentence.push_back({promptOf(relation, promptTemplate, fact.subject)});
    sentence.push_back({random.chance(m_recipe.noise) ? random.pick(relation.samples).object : fact.object, true});
    sentence.push_back({"."});
    return sentence;
}

Sentence TextSource::tagList(Random& random) const
{
    const auto index = static_cast<std::size_t>(m_subjectChoice.draw(random, m_recipe.invented));
    const std::string& subject = m_subjects[index];
    std::vector<std::string> objects;
    for (const int fact : m_facts.factsOf.at(subject)) {
        const std::string& object = m_facts.facts[static_cast<std::size_t>(fact)].object;
        if (std::ranges::find(objects, object) == objects.end())  // Singapore is in Singapore
            objects.push_back(object);
    }
    random.shuffle(objects);
    Sentence sentence;
    if (random.chance(0.5))
        sentence.push_back({random.pick(m_filler.tagLeads)});
    sentence.push_back({subject});
    for (std::string& object : objects)
        sentence.push_back({std::move(object), true});
    sentence.push_back({"."});
    return sentence;
}

std::vector<const TrainingFact*> TextSource::differentFacts(Random& random, std::size_t count) const
{
    const auto first = static_cast<std::size_t>(m_factChoice.draw(random, m_recipe.invented));
    std::vector<const TrainingFact*> chosen{&m_facts.facts[first]};
    const std::vector<int>& candidates = m_relationFacts[static_cast<std::size_t>(chosen.front()->relation)];
    for (int tries = 0; tries < 50 && chosen.size() < count; ++tries) {
        const TrainingFact& other = m_facts.facts[static_cast<std::size_t>(random.pick(candidates))];
        if (std::ranges::none_of(chosen, [&other](const TrainingFact* fact) {
                return fact->subject == other.subject || fact->object == other.object;
            }))
            chosen.push_back(&other);
    }
    return chosen;
}

Sentence TextSource::subjectList(Random& random) const
{
    const std::size_t count = random.chance(0.25) ? 3 : 2;
    const std::vector<const TrainingFact*> facts = differentFacts(random, count);
    if (facts.size() < count)  // a relation with next to no objects
        return factSentence(random);
    const std::string range = rangeName(m_facts.relations[static_cast<std::size_t>(facts.front()->relation)]);
    const Pattern& pattern = random.pick(count == 3 ? m_filler.triples : m_filler.pairs);
    return pattern.filled([&](const std::string& slot) -> TextPart {
        if (slot == "range")
            return {range};
        const bool object = slot[0] >= 'a';
        const TrainingFact& fact = *facts[static_cast<std::size_t>(slot[0] - (object ? 'a' : 'A'))];
        return {object ? fact.object : fact.subject, object};
    });
}

Sentence TextSource::ioiSentence(Random& random) const
{
    IoiSentence made = m_ioi.sentence(random, IoiText::Pairs::Trained);
    return {{std::move(made.prompt)}, {std::move(made.io), true}, {"."}};
}

Sentence TextSource::fillerSentence(Random& random) const
{
    return random.pick(m_filler.sentences).filled([&](const std::string& slot) -> TextPart {
        if (slot == "subject")
            return {random.pick(m_subjects)};
        if (slot == "name")
            return {random.pick(m_ioi.names())};
        return {random.pick(m_filler.words.at(slot))};
    });
}

}  // namespace mnemo
