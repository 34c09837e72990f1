// SPDX-License-Identifier: GPL-3.0-or-later
// What the training text says, how often, and what it never says.
#include "core/data/error.h"
#include "tests/models/training/training_texts.h"

#include <QTest>
#include <algorithm>
#include <map>
#include <set>
#include <utility>

using namespace mnemo;
using namespace mnemo::test;

namespace {

constexpr int many = 20000;

std::string textOf(const TextSource& source, std::uint64_t seed)
{
    Random random(seed);
    std::string text;
    for (int i = 0; i < 500; ++i)
        text += plainText(source.next(random)) + "\n";
    return text;
}

std::set<std::string> wordsOf(const std::string& text)
{
    std::set<std::string> words;
    std::string word;
    for (const char c : text + " ")
        if (std::isalpha(static_cast<unsigned char>(c)) != 0)
            word += c;
        else
            words.insert(std::exchange(word, {}));
    return words;
}

/// The prompt of a plain fact sentence, as its template writes it.
std::string promptIn(const Sentence& sentence, const std::vector<std::string>& openers)
{
    const bool opened = std::ranges::find(openers, sentence.front().text) != openers.end();
    std::string prompt = sentence[opened ? 1 : 0].text;
    if (opened)
        prompt[0] = char(std::toupper(static_cast<unsigned char>(prompt[0])));
    return prompt;
}

}  // namespace

class TestTrainingSentences : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    /// Every prompt that the facts can make. None is ambiguous, and none both trained and held out.
    void initTestCase()
    {
        for (const TrainingFact& fact : m_texts.facts.facts) {
            const Relation& relation = m_texts.facts.relations[std::size_t(fact.relation)];
            for (const auto* templates : {&relation.templates, &relation.heldOutTemplates})
                for (const std::string& text : *templates) {
                    const Said said{&fact, &text, templates == &relation.heldOutTemplates};
                    const auto [at, added] = m_prompts.emplace(promptOf(relation, text, fact.subject), said);
                    QVERIFY2(added || (at->second.fact->object == fact.object && at->second.heldOut == said.heldOut),
                             at->first.c_str());
                }
        }
    }

    void theSeedDecides()
    {
        const TextSource source = m_texts.source();
        QCOMPARE(textOf(source, 1), textOf(m_texts.source(), 1));
        QVERIFY(textOf(source, 1) != textOf(source, 2));
    }

    void kindsHaveTheirShares()
    {
        const TextSource source = m_texts.source();
        Random random(1);
        std::map<TextKind, double> share;
        for (int i = 0; i < many; ++i)
            share[source.drawKind(random)] += 1.0 / many;
        const std::map<TextKind, double> recipe{{TextKind::Fact, 0.6 * 0.43},
                                                {TextKind::Tags, 0.6 * 0.45},
                                                {TextKind::Pairs, 0.6 * 0.12},
                                                {TextKind::Ioi, 0.25},
                                                {TextKind::Filler, 0.15}};
        for (const auto& [kind, expected] : recipe)
            QVERIFY(std::abs(share[kind] - expected) < 0.015);
    }

    /// Trained templates all appear, with and without opener; the facts are true but for the noise.
    void factSentencesSayTheFacts()
    {
        const TextSource source = m_texts.source();
        Random random(2);
        std::set<const std::string*> templates;
        int opened = 0, wrong = 0, invented = 0;
        for (int i = 0; i < many; ++i) {
            const Sentence sentence = source.sentence(TextKind::Fact, random);
            const auto known = m_prompts.find(promptIn(sentence, m_texts.filler.openers));
            QVERIFY2(known != m_prompts.end() && !known->second.heldOut, plainText(sentence).c_str());
            templates.insert(known->second.promptTemplate);
            opened += sentence.size() == 4;
            wrong += objectsIn(sentence).at(0) != known->second.fact->object;
            invented += known->second.fact->invented;
        }
        std::size_t trained = 0;
        for (const Relation& relation : m_texts.facts.relations)
            trained += relation.templates.size();
        QVERIFY2(templates.size() == trained, std::to_string(templates.size()).c_str());
        QVERIFY(std::abs(opened - many / 2) < 300);
        QVERIFY2(wrong > many * 0.035 && wrong < many * 0.06, std::to_string(wrong).c_str());
        QVERIFY(std::abs(invented - many * 0.6 * 4020 / (5626 + 0.6 * 4020)) < 200);
    }

    void anOpenerIsFollowedByLowerCase()
    {
        const TextSource source = m_texts.source({.openers = 1});
        Random random(3);
        for (int i = 0; i < 2000; ++i) {
            const Sentence sentence = source.sentence(TextKind::Fact, random);
            QCOMPARE(sentence.size(), std::size_t(4));
            const Said& said = m_prompts.at(promptIn(sentence, m_texts.filler.openers));
            const bool subjectFirst = said.promptTemplate->starts_with("{}");
            QCOMPARE(sentence[1].text.starts_with(said.fact->subject), subjectFirst);
            QVERIFY(subjectFirst || std::islower(static_cast<unsigned char>(sentence[1].text[0])));
        }
    }

    /// Not in any kind of sentence, with any subject of the relation.
    void heldOutTemplatesNeverAppear()
    {
        const TextSource source = m_texts.source();
        Random random(4);
        int prompts = 0;
        for (int i = 0; i < many; ++i) {
            const Sentence sentence = source.next(random);
            for (const TextPart& part : sentence) {
                std::string prompt = part.text;
                prompt[0] = char(std::toupper(static_cast<unsigned char>(prompt[0])));
                const auto known = m_prompts.find(prompt);
                QVERIFY2(known == m_prompts.end() || !known->second.heldOut, prompt.c_str());
                prompts += known != m_prompts.end();
            }
        }
        QVERIFY2(prompts > many / 5, "nothing was looked at");
    }

    void tagListsHaveTheSubjectsOwnObjects()
    {
        const TextSource source = m_texts.source({.noise = 0});
        Random random(5);
        std::set<std::string> subjects, leads;
        std::set<std::vector<std::string>> orders;
        for (int i = 0; i < many; ++i) {
            const Sentence sentence = source.sentence(TextKind::Tags, random);
            const bool lead = !sentence[1].object;
            const std::string& subject = sentence[lead ? 1 : 0].text;
            const std::vector<std::string> objects = objectsIn(sentence);
            std::set<std::string> own;
            for (const int index : m_texts.facts.factsOf.at(subject))
                own.insert(m_texts.facts.facts[std::size_t(index)].object);
            QCOMPARE(std::set<std::string>(objects.begin(), objects.end()), own);
            QCOMPARE(objects.size(), own.size());
            subjects.insert(subject);
            leads.insert(lead ? sentence[0].text : "");
            if (subject == "France")
                orders.insert(objects);
        }
        QVERIFY(subjects.size() > 4000 && leads.size() == m_texts.filler.tagLeads.size() + 1);
        QVERIFY2(orders.size() > 1, "the order has to change");
    }

    void subjectListsNameTheObjectsInOrder()
    {
        const TextSource source = m_texts.source();
        Random random(6);
        std::map<std::size_t, int> sizes;
        for (int i = 0; i < many / 4; ++i) {
            const Sentence sentence = source.sentence(TextKind::Pairs, random);
            std::vector<std::string> subjects;
            const std::vector<std::string> objects = objectsIn(sentence);
            for (const TextPart& part : sentence)
                if (!part.object && m_texts.facts.factsOf.contains(part.text))
                    subjects.push_back(part.text);
            QCOMPARE(subjects.size(), objects.size());
            QCOMPARE(std::set<std::string>(objects.begin(), objects.end()).size(), objects.size());
            QVERIFY2(relationOf(subjects, objects), plainText(sentence).c_str());
            ++sizes[objects.size()];
        }
        QVERIFY(sizes.size() == 2 && sizes[2] > 3 * sizes[3] / 2 && sizes[3] > 500);
    }

    void heldOutPairsOfNamesNeverAppear()
    {
        const TextSource source = m_texts.source();
        Random random(7);
        for (int i = 0; i < many; ++i) {
            const TextKind kind = i % 2 == 0 ? TextKind::Ioi : TextKind::Filler;
            const Sentence sentence = source.sentence(kind, random);
            std::set<std::string> words;
            for (const TextPart& part : sentence)
                if (!m_texts.facts.factsOf.contains(part.text))  // "Paul Simon" is no pair
                    words.merge(wordsOf(part.text));
            std::vector<std::string> named;
            std::ranges::copy_if(m_texts.ioi.names(), std::back_inserter(named),
                                 [&](const std::string& name) { return words.contains(name); });
            QVERIFY(kind == TextKind::Ioi ? named.size() == 2 : named.size() <= 1);
            QVERIFY(kind != TextKind::Ioi || !IoiText::isHeldOut(named[0], named[1]));
        }
    }

    void impossibleSharesAreRefused()
    {
        for (const TextRecipe& recipe : {TextRecipe{.facts = 0.9}, TextRecipe{.tags = 0.9}, TextRecipe{.noise = -1}})
            QVERIFY_EXCEPTION_THROWN(m_texts.source(recipe), Failure);
    }

private:
    /// Some relation says of every subject its object.
    bool relationOf(const std::vector<std::string>& subjects, const std::vector<std::string>& objects) const
    {
        return std::ranges::any_of(m_texts.facts.relations, [&](const Relation& relation) {
            for (std::size_t i = 0; i < subjects.size(); ++i)
                if (relation.objectsOf(subjects[i]) != std::vector{objects[i]})
                    return false;
            return true;
        });
    }

    struct Said {
        const TrainingFact* fact;
        const std::string* promptTemplate;
        bool heldOut;
    };

    TrainingTexts m_texts;
    std::map<std::string, Said> m_prompts;
};

QTEST_APPLESS_MAIN(TestTrainingSentences)
#include "tst_training_sentences.moc"
