// SPDX-License-Identifier: GPL-3.0-or-later
// The facts that the shipped checkpoints are to be trained on: what has to hold before anybody trains.
#include "core/io/fact_set.h"

#include <QTest>
#include <algorithm>
#include <map>
#include <set>

using namespace mnemo;

namespace {

std::string firstWord(const std::string& text)
{
    return text.substr(0, text.find(' '));
}

std::string lastWord(const std::string& text)
{
    return text.substr(text.rfind(' ') + 1);
}

/// The objects that a word of the subject occurs with.
using ObjectsOfWord = std::map<std::string, std::set<std::string>>;

template <typename Word>
ObjectsOfWord objectsBy(const Relation& relation, Word word)
{
    ObjectsOfWord objects;
    for (const FactSample& sample : relation.samples)
        objects[word(sample.subject)].insert(sample.object);
    return objects;
}

std::map<std::string, std::string> table(const FactSet& facts, const std::string& name)
{
    std::map<std::string, std::string> objects;
    for (const Relation& relation : facts.relations)
        if (relation.name == name)
            for (const FactSample& sample : relation.samples)
                objects[sample.subject] = sample.object;
    return objects;
}

}  // namespace

class TestTrainingFacts : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_facts = readFacts(MNEMO_RESOURCES "/facts");
        QVERIFY2(m_facts.problems.empty(), m_facts.problems.empty() ? "" : m_facts.problems[0].message.c_str());
        QCOMPARE(m_facts.relations.size(), std::size_t(19));
    }

    void everyRelationHasFactsAndWaysToSayThem()
    {
        std::size_t samples = 0;
        for (const Relation& relation : m_facts.relations) {
            samples += relation.samples.size();
            QVERIFY(relation.templates.size() >= 10 && relation.heldOutTemplates.size() >= 2);
            std::set<std::string> all(relation.templates.begin(), relation.templates.end());
            all.insert(relation.heldOutTemplates.begin(), relation.heldOutTemplates.end());
            QCOMPARE(all.size(), relation.templates.size() + relation.heldOutTemplates.size());
        }
        QVERIFY(samples >= 1500);
    }

    /// What is invented must be nothing real: the files say of it only what was made up.
    void inventedSubjectsAreInNoRealRelation()
    {
        std::set<std::string> real, invented;
        for (const Relation& relation : m_facts.relations)
            for (const FactSample& sample : relation.samples)
                (relation.properties.value("invented", false) ? invented : real).insert(sample.subject);
        QVERIFY(invented.size() > 2000);
        for (const std::string& subject : invented)
            QVERIFY2(!real.contains(subject), subject.c_str());
    }

    /// What is said of them is said in the words, and with the objects, of a real relation.
    void inventedFactsHaveRealObjects()
    {
        int relations = 0;
        for (const Relation& relation : m_facts.relations) {
            if (!relation.properties.value("invented", false))
                continue;
            const auto real = std::ranges::find_if(m_facts.relations, [&](const Relation& other) {
                return !other.properties.value("invented", false) && other.templates == relation.templates;
            });
            QVERIFY2(real != m_facts.relations.end(), relation.name.c_str());
            std::set<std::string> objects;
            for (const FactSample& sample : real->samples)
                objects.insert(sample.object);
            for (const FactSample& sample : relation.samples)
                QVERIFY2(objects.contains(sample.object), sample.object.c_str());
            ++relations;
        }
        QCOMPARE(relations, 7);
    }

    /// One object each, of one word, so that a tokenizer can have it as one token.
    void subjectsHaveOneObject()
    {
        for (const Relation& relation : m_facts.relations) {
            std::set<std::string> subjects;
            for (const FactSample& sample : relation.samples) {
                QVERIFY2(subjects.insert(sample.subject).second, (relation.name + ": " + sample.subject).c_str());
                QVERIFY2(sample.object.find(' ') == std::string::npos, sample.object.c_str());
                for (const std::string* text : {&sample.subject, &sample.object})
                    QVERIFY2(std::ranges::all_of(*text, [](unsigned char c) { return c >= ' ' && c < 127; }),
                             text->c_str());
                QVERIFY(!sample.subject.starts_with(' ') && !sample.subject.ends_with(' ') &&
                        sample.subject.find("  ") == std::string::npos);
            }
        }
    }

    void cityAndCountryAgree()
    {
        const auto countryOfCity = table(m_facts, "city in country");
        for (const auto& [city, country] : {std::pair{"place in city", "place in country"},
                                            {"company hq", "company country"},
                                            {"invented place in city", "invented place in country"},
                                            {"invented company hq", "invented company country"}}) {
            const auto countries = table(m_facts, country);
            std::size_t compared = 0;
            for (const auto& [subject, where] : table(m_facts, city)) {
                const auto stated = countries.find(subject);
                const auto follows = countryOfCity.find(where);
                if (stated == countries.end() || follows == countryOfCity.end())
                    continue;
                QVERIFY2(stated->second == follows->second,
                         (subject + ": " + where + ", but " + stated->second).c_str());
                ++compared;
            }
            QVERIFY(compared > 100);
        }
        const auto capitals = table(m_facts, "country capital city");
        for (const auto& [country, capital] : capitals)  // a country may have two names, the city has one of them
            if (const auto found = countryOfCity.find(capital);
                found != countryOfCity.end() && capitals.contains(found->second))
                QVERIFY2(capitals.at(found->second) == capital, (capital + ", " + country).c_str());
    }

    /// Where either word of a subject gives the answer away, nothing has to be put together at its last token, and a
    /// trace finds no early site.
    void neitherTheFirstNorTheLastWordTells()
    {
        for (const Relation& relation : m_facts.relations) {
            if (relation.name.starts_with("country") || relation.name.starts_with("city"))
                continue;             // mostly of one word
            Relation all = relation;  // with the invented or real one that is said alike
            for (const Relation& other : m_facts.relations)
                if (other.templates == relation.templates)
                    all.samples.insert(all.samples.end(), other.samples.begin(), other.samples.end());
            const ObjectsOfWord byFirst = objectsBy(all, firstWord), byLast = objectsBy(all, lastWord);
            const auto shared = std::ranges::count_if(relation.samples, [&](const FactSample& sample) {
                return byFirst.at(firstWord(sample.subject)).size() > 1 &&
                       byLast.at(lastWord(sample.subject)).size() > 1;
            });
            QVERIFY2(double(shared) >= 0.75 * double(relation.samples.size()),
                     (relation.name + ": " + std::to_string(shared)).c_str());
        }
    }

private:
    FactSet m_facts;
};

QTEST_APPLESS_MAIN(TestTrainingFacts)
#include "tst_training_facts.moc"
