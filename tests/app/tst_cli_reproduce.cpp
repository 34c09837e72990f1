// SPDX-License-Identifier: GPL-3.0-or-later
// `mnemo reproduce` on the shipped checkpoints, beside published numbers that are made up here.
#include "tests/app/cli_run.h"
#include "tests/support/published_ioi.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

using namespace mnemo;

namespace {

Json curve(int layers)
{
    Json values = Json::array();
    for (int layer = 0; layer < layers; ++layer)
        values.push_back(0.7 * layer / layers);
    return values;
}

Json heatmap(double limit, int layers)
{
    Json rows;
    for (const char* row : {"subject_2nd_last", "subject_last", "further_tokens", "last_token"})
        rows[row] = curve(layers);
    return {{"colour_scale_max", limit}, {"rows", rows}};
}

bool write(const QString& path, const Json& json)
{
    QFile file(path);
    const QByteArray text = QByteArray::fromStdString(json.dump());
    return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
}

/// Files of published numbers in the shape of the real ones.
bool writePublished(const QDir& folder)
{
    Json maps;
    for (const char* panel : {"h (single layer)", "o (window 10)", "g (window 10)", "s (window 10)", "o-(s+g)"})
        maps[std::string("mamba-2.8b ") + panel] = heatmap(0.5, 64);
    for (const char* panel : {"h (single layer)", "mlp (window 10)", "attn (window 10)"})
        maps[std::string("pythia-2.8b-deduped ") + panel] = heatmap(0.8, 32);
    Json paths, knockout;
    for (const char* place : {"subject_last", "prompt_last"}) {
        for (const char* name : {"h_restored", "s_blocked", "g_blocked", "o_blocked"})
            paths[std::string("mamba-2.8b ") + place][name] = curve(64);
        for (const char* name : {"h_restored", "attn_blocked", "mlp_blocked"})
            paths[std::string("pythia-2.8b-deduped ") + place][name] = curve(32);
    }
    for (const char* name : {"subject", "subj_last", "non_subject", "prompt_last"})
        knockout[name] = curve(64);
    Json sweep;
    for (const char* name : {"ES", "PS", "NS", "S"})
        sweep[name] = curve(32);
    return write(folder.filePath("aie_heatmaps.json"), maps) && write(folder.filePath("path_blocking.json"), paths) &&
           write(folder.filePath("knockout_mamba-2.8b.json"), knockout) &&
           write(folder.filePath("rome_sweep_pythia-2.8b-deduped.json"), sweep) &&
           write(folder.filePath("results.json"), test::publishedIoi());
}

Json document(const QString& path)
{
    return Json::parse(contents(path).toStdString(), nullptr, false);
}

/// The array of a result's JSON; null when there is none.
Json arrayOf(const Json& result, const char* name)
{
    for (const Json& array : result["arrays"])
        if (array["name"] == name)
            return array;
    return nullptr;
}

bool hasWindow()
{
    return QFile::exists(QStringLiteral(MNEMO_BIN_DIR "/mnemoscope"));
}

QStringList line(const QString& figure, const QString& model, const QString& folder)
{
    return {"reproduce", figure, "-m", checkpoint(model), "-o", folder, "--threads", "2"};
}

}  // namespace

class TestCliReproduce : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QVERIFY(writePublished(QDir(m_published.path()))); }

    void everyFigure_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("curves");
        QTest::addColumn<bool>("twoAverages");
        QTest::newRow("fig2b") << "mnemo-mamba" << 4 << true;
        QTest::newRow("fig3") << "mnemo-mamba" << 12 << true;
        QTest::newRow("fig5") << "mnemo-mamba" << 8 << false;
        QTest::newRow("fig6b") << "mnemo-pythia" << 4 << false;
        QTest::newRow("fig8") << "mnemo-mamba" << 16 << true;
        QTest::newRow("fig9") << "mnemo-pythia" << 12 << true;
        QTest::newRow("fig10") << "mnemo-pythia" << 6 << false;
        QTest::newRow("fig11") << "mnemo-mamba" << 4 << false;
    }
    void everyFigure()
    {
        QFETCH(QString, model);
        QFETCH(int, curves);
        QFETCH(bool, twoAverages);
        const QString figure = QTest::currentDataTag();
        const QTemporaryDir parent;
        const QDir folder(parent.filePath("made/for/it"));
        const CliRun run = runMnemo(line(figure, model, folder.path()) +
                                    QStringList{"--limit", "2", "--published", m_published.path()});
        QVERIFY2(run.status == 0, run.told());
        QVERIFY2(run.out.contains("different model: shape only"), run.out);
        QStringList names{figure, figure + "-comparison"};
        if (twoAverages)
            names << figure + "-eq7";
        for (const QString& name : names)
            for (const char* extension : {".json", ".csv"})
                QVERIFY2(!contents(folder.filePath(name + extension)).isEmpty(), qPrintable(name + extension));
        QCOMPARE(QFile::exists(folder.filePath(figure + "-eq7.json")), twoAverages);
        if (hasWindow()) {
            QVERIFY(contents(folder.filePath(figure + ".svg")).contains("<svg"));
            QVERIFY(contents(folder.filePath(figure + ".png")).startsWith("\x89PNG"));
            QVERIFY(contents(folder.filePath(figure + ".pdf")).startsWith("%PDF"));
        }

        const Json comparison = document(folder.filePath(figure + "-comparison.json"));
        QCOMPARE(comparison["schema"].get<std::string>(), "mnemo.comparison/1");
        QCOMPARE(int(comparison["curves"].size()), curves);
        QCOMPARE(comparison["facts"].get<int>(), 2);
        for (const Json& one : comparison["curves"]) {
            const std::string name = one["array"].get<std::string>() + " " + one["column"].get<std::string>();
            QVERIFY2(one["compared"].get<int>() > 0, name.c_str());
            QCOMPARE(one.contains("eq7"), twoAverages);
        }
        const Json result = document(folder.filePath(figure + ".json"));
        QCOMPARE(int(result["reference"]["curves"].size()), curves);
        QCOMPARE(result["parameters"]["prefix"].get<std::string>(), figure == "fig11" ? "eos-space" : "none");
    }

    /// The numbers are those of the experiment itself, and averages go on from their records.
    void theNumbersAreTheExperiments()
    {
        const QTemporaryDir folder;
        const QStringList reproduce = line("fig2b", "mnemo-mamba", folder.path()) + QStringList{"--seed", "3", "-q"};
        QVERIFY(runMnemo(reproduce + QStringList{"--limit", "2"}).status == 0);
        const CliRun run = runMnemo(reproduce + QStringList{"--limit", "3"});
        QVERIFY2(run.status == 0, run.told());
        QVERIFY2(run.out.contains("h.ie (IE)"), run.out);  // nothing to compare with: the numbers
        QCOMPARE(contents(folder.filePath("fig2b-records.jsonl")).count('\n'), 4);
        QVERIFY(!QFile::exists(folder.filePath("fig2b-comparison.json")));
        const CliRun average = runMnemo(
            {"average", "-m", checkpoint("mnemo-mamba"), "--site", "h", "--limit", "3", "--seed", "3", "--json"});
        QVERIFY2(average.status == 0, average.err);
        QVERIFY(document(folder.filePath("fig2b-eq7.json"))["facts"] == average.json()["facts"]);
        const Json eq7 = document(folder.filePath("fig2b-eq7.json"));
        for (const char* name : {"h.ie", "h.n"}) {
            const Json expected = arrayOf(average.json(), name);
            QVERIFY2(!expected.is_null(), name);
            QVERIFY2(arrayOf(eq7, name) == expected, name);
        }
    }

    void anotherModelsFigureIsKept()
    {
        const QTemporaryDir folder;
        QVERIFY(write(folder.filePath("fig2b.json"), {{"model", {{"name", "other"}, {"hash", "sha256:0"}}}}));
        const auto before = contents(folder.filePath("fig2b.json"));
        const CliRun run =
            runMnemo(line("fig2b", "mnemo-mamba", folder.path()) + QStringList{"--limit", "2", "--json"});
        QCOMPARE(run.status, 2);
        QVERIFY(run.error()["message"].get<std::string>().find("other") != std::string::npos);
        QVERIFY(run.error()["hint"].get<std::string>().find("-o") != std::string::npos);
        QVERIFY(contents(folder.filePath("fig2b.json")) == before);
    }

    void examplesOneByOne()
    {
        const QTemporaryDir folder;
        const CliRun run = runMnemo(line("appG", "mnemo-mamba", folder.path()) +
                                    QStringList{"--limit", "2", "--published", m_published.path(), "--json"});
        QVERIFY2(run.status == 0, run.told());
        const Json document = run.json();
        QCOMPARE(document["schema"].get<std::string>(), "mnemo.reproduce/1");
        QVERIFY(document["comparison"].is_null());
        for (const Json& file : document["files"])
            QVERIFY(QFile::exists(folder.filePath(QString::fromStdString(file.get<std::string>()))));
        QCOMPARE(int(document["files"].size()), hasWindow() ? 12 : 6);
        const Json second = ::document(folder.filePath("appG-2.json"));
        QCOMPARE(second["schema"].get<std::string>(), "mnemo.trace/1");
        QCOMPARE(int(second["maps"].size()), 4);
        QCOMPARE(second["prefix_tokens"].get<int>() > 0, true);
        const CliRun text = runMnemo(line("appG", "mnemo-mamba", folder.path()) +
                                     QStringList{"--limit", "1", "--published", m_published.path()});
        QVERIFY2(text.out.contains("pictures only"), text.out);
    }

    /// Ctrl+C writes what is done; the next run goes on there.
    void stoppedAndTakenUp_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("runs");
        QTest::newRow("fig3") << "mnemo-mamba" << 2;
        QTest::newRow("fig5") << "mnemo-mamba" << 1;
        QTest::newRow("fig10") << "mnemo-pythia" << 1;
        QTest::newRow("fig11") << "mnemo-mamba" << 1;
    }
    void stoppedAndTakenUp()
    {
        QFETCH(QString, model);
        QFETCH(int, runs);
        const QString figure = QTest::currentDataTag();
        const QTemporaryDir folder;
        const QString records = folder.filePath(figure + "-records.jsonl");
        const CliRun stopped = stopMnemo(
            line(figure, model, folder.path()) + QStringList{"--limit", "60", "--json", "--quiet"}, SIGINT, records, 4);
        QVERIFY2(stopped.status == 4, stopped.told());
        QVERIFY2(stopped.err.contains("{\"event\":\"stopped\"}"), stopped.err);
        const Json part = document(folder.filePath(figure + ".json"));
        const double done = part["done"].get<double>();
        QVERIFY(done > 0 && done < 1);
        QVERIFY(part["facts"].size() >= 4);
        QVERIFY(std::abs(stopped.json()["done"].get<double>() - done / runs) < 1e-9);
        const auto kept = contents(records);
        const CliRun again = runMnemo(line(figure, model, folder.path()) + QStringList{"--limit", "4", "--json"});
        QVERIFY2(again.status == 0, again.told());
        QVERIFY(contents(records) == kept);
        QCOMPARE(again.json()["done"].get<double>(), 1.0);
        QCOMPARE(document(folder.filePath(figure + ".json"))["done"].get<double>(), 1.0);
    }

    /// Nothing was done yet: no share of it, and no figure.
    void stoppedBeforeTheFirstFact()
    {
        const QTemporaryDir folder;
        const CliRun run =
            stopMnemo(line("fig11", "mnemo-mamba", folder.path()) + QStringList{"--limit", "60", "--json"}, SIGINT,
                      folder.filePath("fig11-records.jsonl"), 0);
        QVERIFY2(run.status == 4, run.told());
        QCOMPARE(run.json()["done"].get<double>(), 0.0);
        QVERIFY(run.json()["files"].empty());
        QVERIFY(!QFile::exists(folder.filePath("fig11.json")));
    }

    /// The flags that choose facts are those of the experiments.
    void factsAreChosenAsInTheExperiments()
    {
        const QTemporaryDir folder;
        const QStringList choice{"--knows",     "anything",      "--least-effect", "0",
                                 "--relations", "place in city", "--limit",        "2"};
        QVERIFY(runMnemo(line("fig5", "mnemo-mamba", folder.path()) + choice).status == 0);
        const Json parameters = document(folder.filePath("fig5.json"))["parameters"];
        QCOMPARE(parameters["knows"].get<std::string>(), "anything");
        QCOMPARE(parameters["least_effect"].get<double>(), 0.0);
        const CliRun paths = runMnemo(QStringList{"paths", "-m", checkpoint("mnemo-mamba"), "--json"} + choice);
        QVERIFY2(paths.status == 0, paths.told());
        QVERIFY(document(folder.filePath("fig5.json"))["facts"] == paths.json()["facts"]);
        const QString file = folder.filePath("two, in cities.json");
        Json relation{{"name", "cities"}, {"prompt_templates", {"{} is located in the city of"}}};
        for (const auto& [subject, object] :
             {std::pair("The Eiffel Tower", "Paris"), std::pair("The Brandenburg Gate", "Berlin")})
            relation["samples"].push_back({{"subject", subject}, {"object", object}});
        QVERIFY(write(file, relation));
        const CliRun strict = runMnemo(line("appG", "mnemo-mamba", folder.path()) +
                                       QStringList{"--facts", '"' + file + '"', "--least-effect", "1"});
        QCOMPARE(strict.status, 2);
        QVERIFY2(strict.err.contains("hardly change"), strict.err);
        QCOMPARE(runMnemo(line("fig5", "mnemo-mamba", folder.path()) + QStringList{"--knows", "all"}).status, 2);
    }

    /// Cases of edits are for figures of edits.
    void casesOfEdits()
    {
        const QTemporaryDir folder;
        const QString cases = folder.filePath("cases.jsonl");
        QVERIFY(write(cases, {{"id", "tower"},
                              {"prompt", "{} is located in the city of"},
                              {"subject", "The Eiffel Tower"},
                              {"target_true", "Paris"},
                              {"target_new", "Rome"}}));
        const CliRun run = runMnemo(line("fig6b", "mnemo-pythia", folder.path()) + QStringList{"--cases", cases});
        QVERIFY2(run.status == 0, run.told());
        QVERIFY(document(folder.filePath("fig6b.json"))["cases"][0]["id"] == "tower");
        const CliRun other = runMnemo(line("fig10", "mnemo-pythia", folder.path()) + QStringList{"--cases", cases});
        QCOMPARE(other.status, 2);
        QVERIFY2(other.err.contains("not made of cases"), other.err);
    }

    void figuresOfPairs_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QStringList>("pictures");
        QTest::addColumn<QString>("schema");  // of the comparison; empty: there are pictures only
        const QString curves = "mnemo.comparison/1", tables = "mnemo.table-comparison/1";
        const auto add = [](const char* figure, const char* model, const QString& schema,
                            const QStringList& suffixes = {""}) {
            QStringList pictures;
            for (const QString& suffix : suffixes)
                pictures << figure + suffix;
            QTest::newRow(figure) << model << pictures << schema;
        };
        add("i2", "mnemo-mamba", {});
        add("i3", "mnemo-pythia", {});
        add("i4", "mnemo-mamba", curves);
        add("i5", "mnemo-mamba", curves);
        add("i6", "mnemo-mamba", tables);
        add("i7", "mnemo-mamba", {});
        add("i8", "mnemo-mamba", tables);
        add("i11", "mnemo-mamba", tables, {"", "-0.001", "-0.0005", "-0.0001"});
        add("i12", "mnemo-pythia", tables);
        add("i15", "mnemo-mamba", tables);
        add("i19", "mnemo-mamba", {});
    }
    void figuresOfPairs()
    {
        QFETCH(QString, model);
        QFETCH(QStringList, pictures);
        QFETCH(QString, schema);
        const QString figure = QTest::currentDataTag();
        const QTemporaryDir folder;
        QStringList words = line(figure, model, folder.path()) + QStringList{"--published", m_published.path()};
        if (figure != "i8")  // is made of sentences
            words << "--count"
                  << "2";
        const CliRun run = runMnemo(words);
        QVERIFY2(run.status == 0, run.told());
        for (const char* extension : {".json", ".csv", ".mnemo"})
            QVERIFY2(!contents(folder.filePath(figure + extension)).isEmpty(), extension);
        if (hasWindow())
            for (const QString& picture : pictures)
                QVERIFY2(contents(folder.filePath(picture + ".svg")).contains("<svg"), qPrintable(picture));
        QCOMPARE(QFile::exists(folder.filePath(figure + "-comparison.json")), !schema.isEmpty());
        const Json comparison = document(folder.filePath(figure + "-comparison.json"));
        if (schema.isEmpty()) {
            QVERIFY2(run.out.contains("pictures only"), run.out);
            return;
        }
        QCOMPARE(QString::fromStdString(comparison["schema"].get<std::string>()), schema);
        QVERIFY2(run.out.contains("different model: shape only"), run.out);
        const Json result = document(folder.filePath(figure + ".json"));
        if (comparison.contains("curves")) {
            QVERIFY(comparison["curves"][0]["compared"].get<int>() > 0);
            QVERIFY(comparison["pairs"].get<int>() > 0);
            QCOMPARE(int(result["reference"]["curves"].size()), 1);
            return;
        }
        QVERIFY(!comparison["tables"].empty());
        for (const Json& table : comparison["tables"])  // compared, or it says why not
            QCOMPARE(table["compared"].get<int>() > 0, table["why_not"].is_null());
    }

    /// Each view shows what its figure does: others of the same numbers.
    void viewsOfOneResult()
    {
        const QTemporaryDir folder;
        QVERIFY(runMnemo(line("i19", "mnemo-mamba", folder.path()) + QStringList{"--count", "2"}).status == 0);
        const Json graph = document(folder.filePath("i19.json"));
        QVERIFY(graph["parameters"]["positional"] == true);
        QCOMPARE(int(graph["choice"]["hidden"].size()), 1);
        QVERIFY(graph["choice"]["hidden"][0] != "embed");
        QVERIFY(runMnemo(line("i10", "mnemo-mamba", folder.path()) + QStringList{"--count", "2"}).status == 0);
        QVERIFY(document(folder.filePath("i10.json"))["choice"]["matrix"] == "kept");
    }

    void flagsOfTheOtherPaper()
    {
        const QTemporaryDir folder;
        const auto refused = [&](const QString& figure, const QStringList& more, const char* what) {
            const CliRun run = runMnemo(line(figure, "mnemo-mamba", folder.filePath("out")) + more);
            QCOMPARE(run.status, 2);
            QVERIFY2(run.err.contains(what), run.err);
        };
        refused("i4", {"--limit", "3"}, "has no --limit");
        refused("i4", {"--least-effect", "0.1"}, "has no --least-effect");
        refused("i8", {"--count", "3"}, "has no --count");
        refused("fig2b", {"--count", "3"}, "has no --count");
        refused("i4", {"--count", "0"}, "count");
        refused("i4", {"--cases", "cases.jsonl"}, "not made of cases");
        QVERIFY(!QFile::exists(folder.filePath("out")));
    }

    void whatCannotBe()
    {
        const QTemporaryDir folder;
        const auto refused = [&](const QString& figure, const QString& model, const QStringList& more) {
            return runMnemo(line(figure, model, folder.filePath("out")) + more + QStringList{"--json", "--limit", "2"});
        };
        const CliRun unknown = refused("fig4", "mnemo-mamba", {});
        QCOMPARE(unknown.status, 2);
        QVERIFY(unknown.error()["hint"].get<std::string>().find("fig2b, fig3") != std::string::npos);
        const CliRun other = refused("fig9", "mnemo-mamba", {});
        QCOMPARE(other.status, 3);
        QVERIFY(other.error()["hint"].get<std::string>().find("fig2b") != std::string::npos);
        QCOMPARE(refused("fig5", "mnemo-pythia", {}).status, 3);
        QCOMPARE(refused("fig2b", "mnemo-mamba", {"--published", "/nowhere"}).status, 3);
        QVERIFY(!QFile::exists(folder.filePath("out")));  // nothing was made for nothing
        QVERIFY(write(folder.filePath("damaged.json"), {{"mamba-2.8b h (single layer)", 3}}));
        const CliRun damaged = refused("fig2b", "mnemo-mamba", {"--published", folder.filePath("damaged.json")});
        QCOMPARE(damaged.status, 3);
        QVERIFY(damaged.error()["message"].get<std::string>().find("damaged.json") != std::string::npos);
        const QString otherFile = QDir(m_published.path()).filePath("path_blocking.json");
        QCOMPARE(refused("fig2b", "mnemo-mamba", {"--published", otherFile}).status, 3);
        QCOMPARE(refused("fig2b", "mnemo-mamba", {"--facts", "/nowhere.json"}).status, 3);
        const CliRun file =
            runMnemo(line("fig2b", "mnemo-mamba", folder.filePath("damaged.json")) + QStringList{"--json"});
        QCOMPARE(file.status, 1);
        QVERIFY(file.error()["message"].get<std::string>().find("damaged.json") != std::string::npos);
        QCOMPARE(refused("fig2b", "mnemo-mamba", {"--limit", "0"}).status, 2);
    }

    /// The real published numbers, where they lie beside the source tree.
    void besideThePublishedNumbers()
    {
        const QString published = QStringLiteral(MNEMO_SHARED_DATA "/romba-reference-results");
        if (!QFile::exists(published))
            QSKIP("the published numbers are not beside this source tree");
        const QTemporaryDir folder;
        const CliRun run = runMnemo(line("fig5", "mnemo-mamba", folder.path()) +
                                    QStringList{"--limit", "2", "--published", published, "--json"});
        QVERIFY2(run.status == 0, run.told());
        const Json comparison = run.json()["comparison"];
        QCOMPARE(comparison["published"]["layers"].get<int>(), 64);
        QCOMPARE(comparison["curves"][4]["jump"]["published"]["layer"].get<int>(), 47);
    }

private:
    QTemporaryDir m_published;
};

QTEST_GUILESS_MAIN(TestCliReproduce)
#include "tst_cli_reproduce.moc"
