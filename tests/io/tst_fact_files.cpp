// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/io/io_test.h"

#include "core/io/write_facts.h"

#include <algorithm>

using namespace mnemo;
using namespace io_test;

namespace {

const std::filesystem::path shared = std::filesystem::path(MNEMO_SOURCE_DIR) / "../shared/data";

std::size_t samplesIn(const std::vector<Relation>& relations)
{
    std::size_t count = 0;
    for (const Relation& relation : relations)
        count += relation.samples.size();
    return count;
}

/// One and the same two facts, written in every way.
void addTables()
{
    QTest::newRow("csv") << "a.csv"
                         << QByteArray(
                                "subject,object,template,relation\n"
                                "\"Paris, Texas\",America,\"{} is \"\"in\"\" the country of\",place\r\n"
                                "Turin,Italy,\"{} is \"\"in\"\" the country of\",place\r\n");
    QTest::newRow("semicolons and a byte order mark") << "b.csv"
                                                      << QByteArray(
                                                             "\xEF\xBB\xBFRelation;Prompt;Target;Subject\n"
                                                             "place;{} is \"in\" the country of;America;Paris, Texas\n"
                                                             "\n"
                                                             "place;{} is \"in\" the country of;Italy;Turin");
    QTest::newRow("tsv") << "c.tsv"
                         << QByteArray(
                                "template\tsubject\tobject\trelation\n"
                                "{} is \"in\" the country of\tParis, Texas\tAmerica\tplace\n"
                                "{} is \"in\" the country of\tTurin\tItaly\tplace\n");
    const std::string sentence = "{} is \"in\" the country of";
    const Json one{{"template", sentence}, {"subject", "Paris, Texas"}, {"object", "America"}, {"relation", "place"}};
    const Json two{{"prompt", sentence}, {"subject", "Turin"}, {"target", "Italy"}, {"relation", "place"}};
    QTest::newRow("json lines") << "d.jsonl" << QByteArray::fromStdString(one.dump() + "\n\n" + two.dump());
    const Json known{
        {"template", sentence}, {"subject", "Paris, Texas"}, {"attribute", "America"}, {"relation_id", "place"}};
    const Json rewrite{{"prompt", sentence},
                       {"relation_id", "place"},
                       {"subject", "Turin"},
                       {"target_true", {{"str", "Italy"}}},
                       {"target_new", {{"str", "Peru"}}}};
    QTest::newRow("a list") << "e.json"
                            << QByteArray::fromStdString(Json::array({known, {{"requested_rewrite", rewrite}}}).dump());
}

}  // namespace

class TestFactFiles : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void tables_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("text");
        addTables();
    }
    void tables()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, text);
        std::vector<FactProblem> problems;
        const std::vector<Relation> relations = readFactFile(writeFile(m_folder, name, text.toStdString()), problems);
        QVERIFY2(problems.empty(), problems.empty() ? "" : problems.front().message.c_str());
        QCOMPARE(relations.size(), std::size_t(1));
        QCOMPARE(relations[0].templates, std::vector<std::string>{"{} is \"in\" the country of"});
        QCOMPARE(relations[0].name, std::string("place: {} is \"in\" the country of"));
        QVERIFY(relations[0].samples == (std::vector<FactSample>{{"Paris, Texas", "America"}, {"Turin", "Italy"}}));
    }

    void aRelationIsReadAsBefore()
    {
        std::vector<FactProblem> problems;
        const std::vector<Relation> relations =
            readFactFile(writeFile(m_folder, "r.json",
                                   "{\"name\":\"n\",\"prompt_templates\":[\"{} x\"],"
                                   "\"samples\":[{\"subject\":\"a\",\"object\":\"b\"}]}"),
                         problems);
        QCOMPARE(relations.size(), std::size_t(1));
        QCOMPARE(relations[0].name, std::string("n"));
    }

    /// Every bad row is named, and the good one beside them is read.
    void badRows()
    {
        const std::string bad =
            "{\"subject\":\"a\",\"object\":\"b\"}\n"
            "nonsense\n"
            "[1]\n"
            "{\"subject\":\"a\",\"object\":\"b\",\"template\":\"no place\"}\n"
            "{\"subject\":\"\",\"object\":\"b\",\"template\":\"{} x\"}\n"
            "{\"subject\":\"a\",\"object\":7,\"template\":\"{} x\"}\n"
            "{\"subject\":\"good\",\"object\":\"b\",\"template\":\"{} x\"}\n"
            "{\"subject\":\"\xFF\",\"object\":\"b\",\"template\":\"{} x\"}\n";
        std::vector<FactProblem> problems;
        const std::vector<Relation> relations = readFactFile(writeFile(m_folder, "bad.jsonl", bad), problems);
        QCOMPARE(samplesIn(relations), std::size_t(1));
        QCOMPARE(relations[0].samples[0].subject, std::string("good"));
        QStringList where;
        for (const FactProblem& problem : problems)
            where << QString::fromStdString(problem.where);
        QCOMPARE(where, (QStringList{"line 1", "line 2", "line 3", "line 4", "line 5", "line 6", "line 8"}));
        QVERIFY(problems[3].message.find("no place") != std::string::npos);
    }

    void badFiles_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("message");
        QTest::newRow("empty") << "empty.jsonl" << QByteArray() << "no fact";
        QTest::newRow("empty list") << "empty.json" << QByteArray("[]") << "no fact";
        QTest::newRow("no header") << "n.csv" << QByteArray("a,b,c\n1,2,3\n") << "header";
        QTest::newRow("utf-16") << "u.csv" << QByteArray("\xFF\xFEs\0u\0", 6) << "UTF-16";
        QTest::newRow("another object") << "o.json" << QByteArray("{\"a\":1}") << "no list of samples";
        QTest::newRow("a cut list") << "cut.json" << QByteArray("[{\"subject\":") << "cut.json";
        QTest::newRow("an open quote") << "q.csv" << QByteArray("subject,object,template\n\"a,b,c\n") << "no object";
    }
    void badFiles()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, text);
        QFETCH(QString, message);
        std::vector<FactProblem> problems;
        QCOMPARE(readFactFile(writeFile(m_folder, name, text.toStdString()), problems).size(), std::size_t(0));
        QVERIFY(!problems.empty());
        QVERIFY2(problems.front().message.find(message.toStdString()) != std::string::npos,
                 problems.front().message.c_str());
    }

    void filesThatAreNotThere()
    {
        std::vector<FactProblem> problems;
        VERIFY_REFUSED(readFactFile(m_folder.filePath("none.csv").toStdString(), problems), ErrorCode::NotFound,
                       "none.csv");
    }

    void writtenFactsReadBack()
    {
        const Relation place{
            "place", {"{} is in", "Where is {}?"}, {}, {{"Louvre \"Museum\"", "Paris"}}, Json::object()};
        const Relation sport{"sport", {"{} plays"}, {}, {{"Ann", "chess"}, {"Bob", "tennis"}}, Json::object()};
        std::vector<FactProblem> problems;
        const std::filesystem::path rows = m_folder.filePath("written.jsonl").toStdString();
        writeFacts({place, sport}, rows);
        const std::vector<Relation> read = readFactFile(rows, problems);
        QCOMPARE(read.size(), std::size_t(2));
        QCOMPARE(read[0].templates, std::vector<std::string>{"{} is in"});
        QVERIFY(read[0].samples == place.samples && read[1].samples == sport.samples);
        writeFacts(read, rows);  // names do not grow by being read and written
        QCOMPARE(readFactFile(rows, problems)[1].name, read[1].name);
        const std::filesystem::path one = m_folder.filePath("written.json").toStdString();
        writeFacts({place}, one);
        const std::vector<Relation> again = readFactFile(one, problems);
        QCOMPARE(again.size(), std::size_t(1));
        QVERIFY(again[0].templates == place.templates && again[0].samples == place.samples && again[0].name == "place");
        QVERIFY(problems.empty());
        VERIFY_REFUSED(writeFacts({place, sport}, one), ErrorCode::Usage, "2");
        VERIFY_REFUSED(writeFacts({place}, "facts.txt"), ErrorCode::Usage, "facts.txt");
        VERIFY_REFUSED(writeFacts({{"mute", {}, {}, {{"Ann", "x"}}, {}}}, rows), ErrorCode::Usage, "mute");
    }

    void keptFactsAreOneFileForTheSameFacts()
    {
        qputenv("XDG_CACHE_HOME", m_folder.filePath("cache").toUtf8());
        const Relation place{"place", {"{} is in"}, {}, {{"Louvre", "Paris"}, {"Big Ben", "London"}}, Json::object()};
        Relation fewer = place;
        fewer.samples.pop_back();
        const std::filesystem::path file = keepFacts({place});
        QVERIFY(keepFacts({place}) == file && keepFacts({fewer}) != file);
        std::vector<FactProblem> problems;
        const std::vector<Relation> read = readFactFile(file, problems);
        QVERIFY(read.size() == 1 && read[0].samples == place.samples && read[0].templates == place.templates);
        VERIFY_REFUSED(keepFacts({{"mute", {}, {}, {{"Ann", "x"}}, {}}}), ErrorCode::Usage, "mute");
        writeFile(m_folder, "taken", "no folder");
        qputenv("XDG_CACHE_HOME", m_folder.filePath("taken").toUtf8());
        VERIFY_REFUSED(keepFacts({place}), ErrorCode::WriteFailed, "taken");
        qunsetenv("XDG_CACHE_HOME");
    }

    void factsAreAppendedOnce()
    {
        std::vector<FactProblem> problems;
        const auto file = [this](const char* name) {
            return std::filesystem::path(m_folder.filePath(name).toStdString());
        };
        for (const char* name : {"own.jsonl", "own.json"}) {
            appendFact(file(name), "{} is in", {"Louvre Museum", "Paris"});
            appendFact(file(name), "{} is in", {"Louvre Museum", "Paris"});
            appendFact(file(name), "{} is in", {"Big Ben", "London"});
            const std::vector<Relation> read = readFactFile(file(name), problems);
            QCOMPARE(read.size(), std::size_t(1));
            QCOMPARE(read[0].samples, (std::vector<FactSample>{{"Louvre Museum", "Paris"}, {"Big Ben", "London"}}));
        }
        const auto kept = writeFile(m_folder, "kept.json", R"({"author":"me","samples":[]})");
        appendFact(kept, "{} is in", {"Big Ben", "London"});
        QVERIFY(readFile(kept).find("\"author\": \"me\"") != std::string::npos);
        QVERIFY(problems.empty());
        VERIFY_REFUSED(appendFact(kept, "{} plays", {"Ann", "chess"}), ErrorCode::Usage, "{} is in");
        QVERIFY(readFile(kept).find("Ann") == std::string::npos);
        const auto odd = writeFile(m_folder, "odd.json", R"({"prompt_templates":"{} is in","samples":[]})");
        VERIFY_REFUSED(appendFact(odd, "{} is in", {"Big Ben", "London"}), ErrorCode::Damaged, "odd.json");
        const auto tooLong = file((std::string(300, 'x') + ".json").c_str());
        VERIFY_REFUSED(appendFact(tooLong, "{} is in", {"Big Ben", "London"}), ErrorCode::WriteFailed, "xxx");
        const auto list = writeFile(m_folder, "list.json", "[]");
        VERIFY_REFUSED(appendFact(list, "{} is in", {"Big Ben", "London"}), ErrorCode::Damaged, "list.json");
        QCOMPARE(readFile(list), std::string("[]"));
    }

    void publishedLists()
    {
        if (!std::filesystem::exists(shared / "rome-known-1000"))
            QSKIP("../shared/data is not there");
        std::vector<FactProblem> problems;
        const auto known = readFactFile(shared / "rome-known-1000/known_1000.json", problems);
        QCOMPARE(samplesIn(known) + problems.size(), std::size_t(1209));
        QVERIFY2(problems.size() < 20, qPrintable(QString::number(problems.size())));
        const auto continent = std::ranges::find(known, "P30: {} is located in the continent of", &Relation::name);
        QVERIFY(continent != known.end());
        QCOMPARE(continent->samples[0].subject, std::string("Vinson Massif"));
        problems.clear();
        const auto counterfact = readFactFile(shared / "counterfact-lite/counterfact_first2000_lite.json", problems);
        QCOMPARE(samplesIn(counterfact) + problems.size(), std::size_t(2000));
        QCOMPARE(problems.size(), std::size_t(0));
        QVERIFY2(counterfact.size() < 300, qPrintable(QString::number(counterfact.size())));
    }

private:
    QTemporaryDir m_folder;
};

QTEST_APPLESS_MAIN(TestFactFiles)
#include "tst_fact_files.moc"
