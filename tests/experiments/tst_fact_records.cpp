// SPDX-License-Identifier: GPL-3.0-or-later
// Experiments over facts go on from their records: the same numbers, whenever the one before them ended.
#include "tests/experiments/tiny_loaded.h"  // before <compare>, which moc cannot read first
#include "tests/support/lines.h"
#include "tests/support/refusal.h"
#include "tests/support/stops_at.h"

#include <ATen/Parallel.h>

#include <QTemporaryDir>
#include <QTest>
#include <fstream>

using namespace mnemo;
using namespace mnemo::test;

namespace {

const std::vector<std::string> relations{"city", "place", "town", "village"};

}  // namespace

class TestFactRecords : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    /// More facts than share a plan.
    void initTestCase()
    {
        at::set_num_threads(2);  // a plan each: how many facts are done when it stops
        std::ofstream(file("texts.txt")) << "The Louvre is in the city of Paris\nthe old Tower\n";
        for (const std::string& name : relations) {
            Json relation{{"name", name}, {"prompt_templates", {"The {} is in the city of"}}};
            for (const char* subject : {"Louvre", "Pyramid", "Eiffel", "Eiffel Tower", "Big Ben", "old Pyramid",
                                        "old Louvre", "old Tower", "near Louvre", "near Pyramid"})
                relation["samples"].push_back({{"subject", subject}, {"object", std::string("Rome ") + subject}});
            std::ofstream(file(name + ".json")) << relation;
        }
    }

    void goesOnWhereItWas_data() { kinds(); }
    void goesOnWhereItWas()
    {
        const TinyLoaded model = tiny();
        const Result whole = run(model, Json::object());
        const Json recorded{{"records", fresh("whole.jsonl")}};
        QVERIFY(sameNumbers(run(model, recorded), whole));
        const std::vector<std::string> lines = linesOf(file("whole.jsonl"));
        const std::size_t facts = whole.head["facts"].size();
        QVERIFY2(facts > 16, qPrintable(QString::number(facts)));
        QCOMPARE(lines.size(), 1 + facts);
        for (const std::size_t kept : {std::size_t(0), std::size_t(3), std::size_t(17)}) {
            write(file("part.jsonl"), {lines.begin(), lines.begin() + std::ptrdiff_t(kept)});
            std::ofstream(file("part.jsonl"), std::ios::app) << lines[kept].substr(0, 17);  // killed while writing
            const Result resumed = run(model, {{"records", file("part.jsonl")}});
            QVERIFY2(sameNumbers(resumed, whole), qPrintable(QString::number(kept)));
            QVERIFY(resumed.head == whole.head);
            QCOMPARE(linesOf(file("part.jsonl")), lines);
        }
    }

    void whatIsRecordedIsNotRunAgain_data() { kinds(); }
    void whatIsRecordedIsNotRunAgain()
    {
        const TinyLoaded model = tiny();
        const Json given{{"records", fresh("marked.jsonl")}};
        StopsAt whole(-1), again(-1), more(-1);
        Json few = given;
        few["limit"] = 5;
        run(model, few, whole);
        std::vector<std::string> lines = linesOf(file("marked.jsonl"));
        Json record = Json::parse(lines[2]);
        record["p_clean"] = 0.75;
        lines[2] = record.dump();
        write(file("marked.jsonl"), lines);
        const Result resumed = run(model, few, again);
        QVERIFY(resumed.head["facts"][1]["p_clean"] == 0.75);
        QVERIFY(again.checks < whole.checks);
        run(model, given, more);  // a larger limit begins with the same facts
        std::vector<std::string> all = linesOf(file("marked.jsonl"));
        QVERIFY(all.size() > lines.size());
        all.resize(lines.size());
        QCOMPARE(all, lines);
    }

    /// Stopped at any moment: the next run ends as if nothing had been.
    void stoppedAndTakenUp_data() { kinds(); }
    void stoppedAndTakenUp()
    {
        const TinyLoaded model = tiny();
        StopsAt never(-1);
        const Result whole = run(model, Json::object(), never);
        for (const int stop : {never.checks / 3, never.checks - 1}) {
            const Json given{{"records", fresh("stopped.jsonl")}};
            StopsAt reporter(stop);
            QVERIFY_EXCEPTION_THROWN(run(model, given, reporter), Cancelled);
            QVERIFY(sameNumbers(run(model, given), whole));
        }
    }

    void otherComputationsAreRefused_data()
    {
        QTest::addColumn<QString>("experiment");
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<QString>("other");
        QTest::addColumn<QString>("key");
        const auto row = [](const char* experiment, const char* architecture, const Json& other, const char* key) {
            QTest::addRow("%s, %s: %s", experiment, architecture, key)
                << QString(experiment) << QString(architecture) << QString::fromStdString(other.dump()) << QString(key);
        };
        row("average", "mamba", {{"window", "1"}}, "windows");
        row("average", "mamba", {{"prefix", "eos"}}, "prefix");
        row("paths", "mamba", {{"prefix", "eos"}}, "prefix");
        row("knockout", "mamba", {{"window", "1"}}, "window");
        row("knockout", "mamba", {{"cut", "writes"}}, "cut");
        row("knockout", "mamba", {{"others", "free"}}, "others");
        row("knockout", "mamba", {{"texts", file("city.json")}}, "texts");
        row("knockout", "gpt_neox", {{"queries", "later"}}, "queries");
    }
    void otherComputationsAreRefused()
    {
        QFETCH(QString, other);
        QFETCH(QString, key);
        QFETCH(QString, experiment);
        const TinyLoaded model = tiny();
        Json given{{"records", fresh("other.jsonl")}, {"limit", 2}};
        run(model, given);
        const std::vector<std::string> before = linesOf(file("other.jsonl"));
        given.update(Json::parse(other.toStdString()));
        VERIFY_REFUSED(run(model, given), ErrorCode::Usage, "\"" + key.toStdString() + "\" differs");
        VERIFY_REFUSED(run(model, given), ErrorCode::Usage, "other.jsonl");
        const std::string another = experiment == "paths" ? "knockout" : "paths";
        VERIFY_REFUSED(runNamed(another, facts({{"records", file("other.jsonl")}}), model.loaded), ErrorCode::Usage,
                       "\"schema\" differs");
        QCOMPARE(linesOf(file("other.jsonl")), before);
    }

    void otherWeightsAreRefused()
    {
        TinyLoaded model("gpt_neox", 1);
        const Json given = facts({{"records", file("weights.jsonl")}, {"limit", 2}});
        runNamed("paths", given, model.loaded);
        model.loaded.dtype = "bf16";
        VERIFY_REFUSED(runNamed("paths", given, model.loaded), ErrorCode::Usage, "\"dtype\" differs");
        model.loaded.hash = "sha256:0";
        VERIFY_REFUSED(runNamed("paths", given, model.loaded), ErrorCode::Usage, "\"model\" differs");
    }

    /// The one fact of a prompt, too; its answer is not among what names a fact.
    void oneFactByHand()
    {
        const TinyLoaded model("gpt_neox", 1);
        Json given{{"prompt", "The {} is in the city of"},
                   {"subject", "Eiffel Tower"},
                   {"swap", "Big Ben"},
                   {"records", file("one.jsonl")}};
        const Result first = runNamed("paths", given, model.loaded);
        QVERIFY(sameNumbers(runNamed("paths", given, model.loaded), first));
        QCOMPARE(linesOf(file("one.jsonl")).size(), std::size_t(2));
        given["target"] = "Giza";
        VERIFY_REFUSED(runNamed("paths", given, model.loaded), ErrorCode::Usage, "\"target\" differs");
    }

    void damageIsNamed_data() { kinds(); }
    void damageIsNamed()
    {
        const TinyLoaded model = tiny();
        const Json given{{"records", fresh("damaged.jsonl")}, {"limit", 3}};
        run(model, given);
        const std::vector<std::string> lines = linesOf(file("damaged.jsonl"));
        const auto refused = [&](const std::function<void(Json&)>& damage) {
            Json record = Json::parse(lines[2]);
            damage(record);
            std::vector<std::string> damaged = lines;
            damaged[2] = record.dump();
            write(file("damaged.jsonl"), damaged);
            VERIFY_REFUSED(run(model, given), ErrorCode::Damaged, "Line 3 of the records " + file("damaged.jsonl"));
        };
        refused([](Json& json) { json.erase("fact"); });
        refused([](Json& json) { json["p_clean"] = "most"; });
        refused([](Json& json) { json["p"].begin().value().erase(0); });
        refused([](Json& json) { json["p"].begin().value()[0] = "high"; });
        refused([](Json& json) { json["p"] = Json::object(); });
        write(file("damaged.jsonl"), {lines[0], lines[1], "nonsense", lines[3]});
        VERIFY_REFUSED(run(model, given), ErrorCode::Damaged, "Line 3 of the records " + file("damaged.jsonl"));
    }

private:
    static void kinds()
    {
        QTest::addColumn<QString>("experiment");
        QTest::addColumn<QString>("architecture");
        for (const char* experiment : {"average", "paths", "knockout"})
            for (const char* architecture : {"mamba", "gpt_neox"})
                QTest::addRow("%s, %s", experiment, architecture) << QString(experiment) << QString(architecture);
        QTest::addRow("knockout, writes") << QString("knockout") << QString("mamba");
    }

    static TinyLoaded tiny()
    {
        QFETCH(QString, architecture);
        return TinyLoaded(architecture.toStdString(), architecture == "mamba" ? 4 : 1);  // for which swaps matter
    }

    std::string file(const std::string& name) const
    {
        return m_folder.filePath(QString::fromStdString(name)).toStdString();
    }

    /// Without what the row before has left.
    std::string fresh(const std::string& name) const
    {
        std::filesystem::remove(file(name));
        return file(name);
    }

    Json facts(const Json& more) const
    {
        Json json{{"knows", "anything"}, {"least_effect", 0.0}};
        for (const std::string& name : relations)
            json["facts"].push_back(file(name + ".json"));
        json.update(more);
        return json;
    }

    /// The row's experiment.
    Result run(const TinyLoaded& model, const Json& more, Reporter& reporter) const
    {
        QFETCH(QString, experiment);
        QFETCH(QString, architecture);
        Json given = facts(Json::object());
        if (experiment != "paths")
            given["window"] = "2";
        if (experiment == "knockout" && architecture == "mamba")
            given["texts"] = file("texts.txt");
        if (QTest::currentDataTag() == QByteArray("knockout, writes"))
            given["cut"] = "writes";
        given.update(more);
        return runNamed(experiment.toStdString(), given, model.loaded, reporter);
    }

    Result run(const TinyLoaded& model, const Json& more) const
    {
        SilentReporter silent;
        return run(model, more, silent);
    }

    QTemporaryDir m_folder;
};

QTEST_APPLESS_MAIN(TestFactRecords)
#include "tst_fact_records.moc"
