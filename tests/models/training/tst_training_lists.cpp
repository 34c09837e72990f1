// SPDX-License-Identifier: GPL-3.0-or-later
// Facts, IOI sentences and patterns: what training text is made of.
#include "core/data/error.h"
#include "tests/models/training/training_texts.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <set>
#include <sstream>

using namespace mnemo;
using namespace mnemo::test;

namespace {

std::filesystem::path written(const QTemporaryDir& folder, const QString& name, const QByteArray& text)
{
    QFile file(folder.filePath(name));
    if (file.open(QIODevice::WriteOnly))
        file.write(text);
    return file.fileName().toStdString();
}

template <typename Call>
Error errorOf(Call call)
{
    try {
        call();
    } catch (const Failure& failure) {
        return failure.error();
    }
    return {.message = "no failure"};
}

int occurrences(const std::string& text, const std::string& word)
{
    std::istringstream words(text);
    int count = 0;
    for (std::string one; words >> one;)
        count += one == word || one == word + "," ? 1 : 0;
    return count;
}

}  // namespace

class TestTrainingLists : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theTableHasEveryFactOnce()
    {
        std::size_t samples = 0, indexed = 0, invented = 0;
        for (const Relation& relation : m_texts.facts.relations)
            samples += relation.samples.size();
        for (const auto& [subject, indices] : m_texts.facts.factsOf)
            for (const int index : indices) {
                QCOMPARE(m_texts.facts.facts[std::size_t(index)].subject, subject);
                ++indexed;
            }
        for (const TrainingFact& fact : m_texts.facts.facts) {
            const Relation& relation = m_texts.facts.relations[std::size_t(fact.relation)];
            QCOMPARE(fact.invented, relation.name.starts_with("invented"));
            invented += fact.invented;
        }
        QCOMPARE(m_texts.facts.facts.size(), samples);
        QCOMPARE(indexed, samples);
        QCOMPARE(invented, std::size_t(4020));
    }

    void aBadFactFileIsRefused()
    {
        const QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.path().toStdString());
        const auto read = [&] { readFactTable(path); };
        QCOMPARE(errorOf([&] { readFactTable(path / "nowhere"); }).code, ErrorCode::NotFound);
        QCOMPARE(errorOf(read).code, ErrorCode::Damaged);  // empty
        written(folder, "a.json", R"({"name": "r", "samples": [{"subject": "x", "object": "y"}]})");
        QVERIFY(errorOf(read).message.find("has no templates") != std::string::npos);
        written(folder, "a.json", R"({"name": "r", "prompt_templates": ["{} is"], "samples": [{"subject": "x"}]})");
        QVERIFY(errorOf(read).message.find("samples[0] It has no object.") != std::string::npos);
    }

    void promptsHaveTheSubjectInTheHole()
    {
        QCOMPARE(promptOf({}, "The city of {} is in", "Lund"), std::string("The city of Lund is in"));
    }

    void patternsAreFilledFromLeftToRight()
    {
        const Pattern pattern("{a}, {b} and {a}'s {b}.");
        QCOMPARE(pattern.slots(), (std::vector<std::string>{"a", "b", "a", "b"}));
        int calls = 0;
        const Sentence sentence = pattern.filled([&](const std::string& slot) {
            return TextPart{slot + std::to_string(++calls), slot == "b"};
        });
        QCOMPARE(plainText(sentence), std::string("a1, b2 and a3's b4."));
        for (const char* bad : {"The {", "The {a", "The {} is"})
            QCOMPARE(errorOf([&] { Pattern{bad}; }).code, ErrorCode::Damaged);
    }

    void ioiListsAreLargeEnough()
    {
        QVERIFY(m_texts.ioi.names().size() >= 40);
        QVERIFY(m_texts.ioi.templates(false).size() >= 12 && m_texts.ioi.templates(true).size() >= 3);
        std::set<std::string> all;
        for (const bool heldOut : {false, true})
            for (const Pattern& pattern : m_texts.ioi.templates(heldOut))
                QVERIFY2(all.insert(pattern.text()).second && pattern.slots().size() == 5, pattern.text().c_str());
        std::set<std::string> places, objects;
        Random random(1);
        for (int i = 0; i < 2000; ++i) {
            const IoiSentence made = m_texts.ioi.sentence(random, IoiText::Pairs::Trained);
            places.insert(made.place);
            objects.insert(made.object);
        }
        QVERIFY(places.size() >= 16 && objects.size() >= 18);
    }

    void aFifthOfThePairsIsHeldOut()
    {
        const std::vector<std::string>& names = m_texts.ioi.names();
        int pairs = 0, heldOut = 0;
        for (const std::string& a : names)
            for (const std::string& b : names)
                if (a != b) {
                    ++pairs;
                    heldOut += IoiText::isHeldOut(a, b);
                    QCOMPARE(IoiText::isHeldOut(a, b), IoiText::isHeldOut(b, a));
                }
        QVERIFY2(std::abs(double(heldOut) / pairs - 0.2) < 0.03, std::to_string(double(heldOut) / pairs).c_str());
    }

    /// Both names once in the first half, the giver once more, in either order; the answer was named once.
    void ioiSentencesAreWhatTheySay()
    {
        Random random(2);
        int abba = 0;
        for (int i = 0; i < 4000; ++i) {
            const auto pairs = i % 2 == 0 ? IoiText::Pairs::Trained : IoiText::Pairs::HeldOut;
            const bool heldOut = i % 4 >= 2;
            const IoiSentence made = m_texts.ioi.sentence(random, pairs, heldOut);
            QCOMPARE(IoiText::isHeldOut(made.io, made.s), pairs == IoiText::Pairs::HeldOut);
            QCOMPARE(occurrences(made.prompt, made.io), 1);
            QCOMPARE(occurrences(made.prompt, made.s), 2);
            QCOMPARE(occurrences(made.prompt, made.place), 1);
            QCOMPARE(occurrences(made.prompt, made.object), 1);
            QCOMPARE(made.prompt.find(made.io + " and") != std::string::npos, made.abba);
            QVERIFY(made.prompt.find('{') == std::string::npos && !made.prompt.ends_with(' '));
            const auto& templates = m_texts.ioi.templates(heldOut);
            QVERIFY(std::ranges::any_of(templates, [&](const Pattern& one) { return one.text() == made.tmpl; }));
            abba += made.abba;
        }
        QVERIFY(std::abs(abba - 2000) < 150);
    }

    void fillerListsAreLargeEnough()
    {
        const FillerText& filler = m_texts.filler;
        QVERIFY(filler.openers.size() >= 12 && filler.sentences.size() >= 10 && filler.tagLeads.size() >= 5);
        for (const auto& [slot, words] : filler.words)
            QVERIFY2(words.size() >= 20, slot.c_str());
    }

    void badListsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("message");
        QTest::newRow("missing") << QByteArray(R"({})") << "\"names\" is missing";
        QTest::newRow("no list") << QByteArray(R"({"names": 3})") << "is no list";
        QTest::newRow("twice") << QByteArray(R"({"names": ["Ann", "Ann"]})") << "\"Ann\" twice";
        QTest::newRow("two words") << QByteArray(R"({"names": ["Ann Lee"]})") << "\"Ann Lee\", which is not one word";
        QTest::newRow("slot") << QByteArray(R"({"names": ["Ann"], "places": ["x"], "objects": ["y"],)"
                                            R"("templates": ["{one} and"], "held_out_templates": ["{first}"]})")
                              << "unknown slot {one}";
        QTest::newRow("one name") << QByteArray(R"({"names": ["Ann"], "places": ["x"], "objects": ["y"],)"
                                                R"("templates": ["{first}"], "held_out_templates": ["{first} and"]})")
                                  << "too few names";
    }
    void badListsAreRefused()
    {
        QFETCH(QByteArray, json);
        QFETCH(QString, message);
        const QTemporaryDir folder;
        const auto file = written(folder, "ioi.json", json);
        const Error error = errorOf([&] { IoiText{file}; });
        QCOMPARE(error.code, ErrorCode::Damaged);
        QVERIFY2(QString::fromStdString(error.message).contains(message), error.message.c_str());
    }

private:
    TrainingTexts m_texts;
};

QTEST_APPLESS_MAIN(TestTrainingLists)
#include "tst_training_lists.moc"
