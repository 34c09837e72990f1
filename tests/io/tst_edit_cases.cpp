// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/io/io_test.h"

#include "core/io/edit_cases.h"

#include <algorithm>
#include <set>

using namespace mnemo;
using namespace io_test;

namespace {

const std::filesystem::path lite =
    std::filesystem::path(MNEMO_SHARED_DATA) / "counterfact-lite/counterfact_first2000_lite.json";

/// A full record of CounterFact.
Json record(int id)
{
    const Json rewrite{{"prompt", "{} is in the city of"},
                       {"relation_id", "P131"},
                       {"target_new", {{"str", "Rome"}, {"id", "Q220"}}},
                       {"target_true", {{"str", "Paris"}, {"id", "Q90"}}},
                       {"subject", "The Louvre"}};
    return {{"case_id", id},
            {"pararel_idx", 7},
            {"requested_rewrite", rewrite},
            {"paraphrase_prompts", {"Tourists in The Louvre are in", "One finds The Louvre in"}},
            {"neighborhood_prompts", {"The Eiffel Tower is in the city of"}},
            {"attribute_prompts", {"The Colosseum is in the city of", "The Louvre was built by"}},
            {"generation_prompts", {"The Louvre is"}}};
}

/// The keys of one's own.
Json ownCase()
{
    return {
        {"id", "mine"},         {"prompt", "{} is in the city of"}, {"subject", "The Louvre"},
        {"target_new", "Rome"}, {"target_true", "Paris"},           {"other_relations", {"The Louvre was built by"}}};
}

Relation places()
{
    return {"place in city",
            {"{} is in the city of", "The city of {} is"},
            {"One finds {} in the city of"},
            {{"Louvre", "Paris"}, {"Colosseum", "Rome"}, {"Orsay", "Paris"}, {"Big Ben", "London"}},
            Json::object()};
}

Relation countries()
{
    return {"place in country", {"{} is in the country of"}, {}, {{"Louvre", "France"}, {"Big Ben", "England"}}, {}};
}

}  // namespace

class TestEditCases : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void recordsOfCounterFact()
    {
        for (const auto& [name, text] :
             {std::pair("full.json", Json::array({record(4), record(5)}).dump()),
              std::pair("full.jsonl", record(4).dump() + "\n\n" + record(5).dump() + "\n")}) {
            std::vector<FactProblem> problems;
            const std::vector<EditCase> cases = readEditCases(writeFile(m_folder, name, text), problems);
            QVERIFY(problems.empty());
            QCOMPARE(cases.size(), std::size_t(2));
            const EditCase& first = cases.front();
            QCOMPARE(first.id, std::string("4"));
            QCOMPARE(first.prompt, std::string("{} is in the city of"));
            QCOMPARE(first.subject, std::string("The Louvre"));
            QCOMPARE(first.targetNew, std::string("Rome"));
            QCOMPARE(first.targetTrue, std::string("Paris"));
            QCOMPARE(first.paraphrases.size(), std::size_t(2));
            QCOMPARE(first.neighbours, std::vector<std::string>{"The Eiffel Tower is in the city of"});
            QCOMPARE(first.otherRelations, std::vector<std::string>{"The Louvre was built by"});
            QCOMPARE(first.generations, std::vector<std::string>{"The Louvre is"});
        }
    }

    void onesOwnKeys()
    {
        std::vector<FactProblem> problems;
        const std::vector<EditCase> cases =
            readEditCases(writeFile(m_folder, "own.jsonl", "\xEF\xBB\xBF" + ownCase().dump()), problems);
        QVERIFY(problems.empty());
        QCOMPARE(cases.size(), std::size_t(1));
        QCOMPARE(cases[0].id, std::string("mine"));
        QCOMPARE(cases[0].targetNew, std::string("Rome"));
        QCOMPARE(cases[0].otherRelations, std::vector<std::string>{"The Louvre was built by"});
        QVERIFY(cases[0].paraphrases.empty());
    }

    void hashesNameWhatIsAsked()
    {
        EditCase one{"a", "{} is", "x", "new", "true", {"p"}, {"n"}, {}, {}};
        EditCase other = one;
        QCOMPARE(one.hash(), other.hash());
        other.neighbours.clear();
        other.paraphrases = {"p", "n"};
        QVERIFY(one.hash() != other.hash());
    }

    /// Every bad row is named, and the good one beside them is read.
    void badRows()
    {
        std::string text;
        const auto bad = [&](const std::function<void(Json&)>& change) {
            Json row = record(1);
            change(row);
            text += row.dump() + "\n";
        };
        bad([](Json& row) { row["requested_rewrite"].erase("subject"); });
        bad([](Json& row) { row["requested_rewrite"]["target_new"] = Json{{"id", "Q220"}}; });
        bad([](Json& row) { row["requested_rewrite"]["target_true"]["str"] = 7; });
        bad([](Json& row) { row["requested_rewrite"] = "Rome"; });
        bad([](Json& row) { row["requested_rewrite"]["prompt"] = "It is in"; });
        bad([](Json& row) { row["requested_rewrite"]["target_new"]["str"] = "Paris"; });
        bad([](Json& row) { row["neighborhood_prompts"] = "one"; });
        bad([](Json& row) { row["paraphrase_prompts"] = {"one", 2}; });
        text += "nonsense\n[1]\n" + record(1).dump() + "\n" + record(1).dump() + "\n{\"case_id\":\"\xE9\"}\n";
        std::vector<FactProblem> problems;
        const std::vector<EditCase> cases = readEditCases(writeFile(m_folder, "bad.jsonl", text), problems);
        QCOMPARE(cases.size(), std::size_t(1));
        const QStringList words{
            "no subject",       "no target_new",      "no target_true", "requested_rewrite", "It is in", "Paris",
            "neighborhood_pro", "paraphrase_prompts", "JSON",           "no object",         "id, 1",    "UTF-8"};
        QCOMPARE(problems.size(), std::size_t(words.size()));
        for (std::size_t i = 0; i < problems.size(); ++i) {
            QVERIFY2(problems[i].message.find(words[int(i)].toStdString()) != std::string::npos,
                     problems[i].message.c_str());
            QCOMPARE(problems[i].where, "line " + std::to_string(i < 10 ? i + 1 : i + 2));
        }
    }

    void badFiles_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("message");
        QTest::newRow("empty") << "empty.jsonl" << QByteArray() << "no case";
        QTest::newRow("an empty list") << "empty.json" << QByteArray("[]") << "no case";
        QTest::newRow("utf-16") << "u.json" << QByteArray("\xFF\xFE[\0", 4) << "UTF-16";
        QTest::newRow("an object") << "o.json" << QByteArray("{\"a\":1}") << "no list of cases";
        QTest::newRow("a cut list") << "cut.json" << QByteArray("[{\"case_id\":") << "cut.json";
        QTest::newRow("latin-1") << "l.json" << QByteArray("[{\"subject\":\"Orl\xE9\x61ns\"}]") << "l.json";
    }
    void badFiles()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, text);
        QFETCH(QString, message);
        std::vector<FactProblem> problems;
        QVERIFY(readEditCases(writeFile(m_folder, name, text.toStdString()), problems).empty());
        QVERIFY(!problems.empty());
        QVERIFY2(problems.front().message.find(message.toStdString()) != std::string::npos,
                 problems.front().message.c_str());
        VERIFY_REFUSED(readEditCases("none.json", problems), ErrorCode::NotFound, "none.json");
    }

    void madeOfFacts()
    {
        const std::vector<Relation> relations{places(), countries()};
        const std::vector<EditCase> cases = makeEditCases(relations, 1, 100);
        QCOMPARE(cases.size(), std::size_t(6));
        std::set<std::string> ids;
        for (const EditCase& one : cases) {
            ids.insert(one.id);
            QVERIFY(one.targetNew != one.targetTrue);
            QVERIFY(one.generations.size() <= 3);
        }
        QCOMPARE(ids.size(), cases.size());
        const auto louvre = std::ranges::find(cases, "place in city: Louvre", &EditCase::id);
        QVERIFY(louvre != cases.end());
        QCOMPARE(louvre->prompt, std::string("{} is in the city of"));
        QCOMPARE(louvre->targetTrue, std::string("Paris"));
        QVERIFY(louvre->targetNew == "Rome" || louvre->targetNew == "London");
        QCOMPARE(louvre->paraphrases, std::vector<std::string>{"One finds Louvre in the city of"});
        QCOMPARE(louvre->neighbours, std::vector<std::string>{"Orsay is in the city of"});
        QCOMPARE(louvre->otherRelations, std::vector<std::string>{"Louvre is in the country of"});
        QCOMPARE(louvre->generations, std::vector<std::string>{"The city of Louvre is"});
        // In turns; without held-out sentences, others of the relation.
        QVERIFY(cases[0].id.starts_with("place in city") && cases[1].id.starts_with("place in country"));
        Relation plain = places();
        plain.heldOutTemplates.clear();
        QCOMPARE(makeEditCases({plain}, 1, 1)[0].paraphrases.size(), std::size_t(1));
    }

    void theSeedDecides()
    {
        const std::vector<Relation> relations{places(), countries()};
        const auto ids = [&](std::uint64_t seed, std::size_t most) {
            std::vector<std::string> hashes;
            for (const EditCase& one : makeEditCases(relations, seed, most))
                hashes.push_back(one.hash());
            return hashes;
        };
        std::vector<std::string> some = ids(1, 6);
        QCOMPARE(ids(1, 6), some);
        QVERIFY(ids(2, 6) != some);
        some.resize(3);
        QCOMPARE(ids(1, 3), some);
        // One object alone leaves nothing to change to.
        QVERIFY(makeEditCases({{"one", {"{} is"}, {}, {{"a", "b"}, {"c", "b"}}, {}}}, 1, 9).empty());
    }

    void referenceTexts()
    {
        std::vector<FactProblem> problems;
        const std::vector<ReferenceText> texts =
            readReferenceTexts(writeFile(m_folder, "texts.jsonl",
                                         "{\"object\":\"Rome\",\"text\":\"An old city.\"}\n"
                                         "{\"subject\":\"Louvre\",\"text\":\"A museum.\"}\n"
                                         "{\"text\":\"About nothing.\"}\n"
                                         "{\"object\":\"Rome\",\"subject\":\"Louvre\",\"text\":\"About both.\"}\n"),
                               problems);
        QCOMPARE(texts.size(), std::size_t(2));
        QCOMPARE(texts[0].object, std::string("Rome"));
        QCOMPARE(texts[1].subject, std::string("Louvre"));
        QCOMPARE(problems.size(), std::size_t(2));
        QCOMPARE(problems[0].where, std::string("line 3"));
    }

    void theReducedCounterFact()
    {
        if (!std::filesystem::exists(lite))
            QSKIP("../shared/data is not there");
        std::vector<FactProblem> problems;
        const std::vector<EditCase> cases = readEditCases(lite, problems);
        QCOMPARE(cases.size() + problems.size(), std::size_t(2000));
        QVERIFY2(problems.size() < 20, problems.empty() ? "" : problems.front().message.c_str());
        QCOMPARE(cases[0].subject, std::string("Danielle Darrieux"));
        QCOMPARE(cases[0].neighbours, std::vector<std::string>{"Michel Rocard is a native speaker of"});
    }

private:
    QTemporaryDir m_folder;
};

QTEST_APPLESS_MAIN(TestEditCases)
#include "tst_edit_cases.moc"
