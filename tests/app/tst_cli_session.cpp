// SPDX-License-Identifier: GPL-3.0-or-later
// Session files from the command line: told, checked, compared, and made again from their recipes.
#include "tests/app/cli_run.h"  // before <compare> and <span>, which moc cannot read first

#include "core/io/session.h"
#include "core/io/session_edits.h"
#include "core/io/session_pairs.h"

#include <QTemporaryDir>
#include <cmath>

using namespace mnemo;

namespace {

Json parsed(const QByteArray& text)
{
    return Json::parse(text.toStdString());
}

/// Runs a command that must succeed and gives what it wrote.
QByteArray output(const QStringList& arguments)
{
    const CliRun run = runMnemo(arguments + QStringList{"--threads", "2"});
    if (run.status != 0)
        qWarning("%s", run.told().constData());
    return run.status == 0 ? run.out : QByteArray();
}

}  // namespace

class TestCliSession : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// One session of both models: a trace, the same beside it, an edit, and a prediction with it.
    void initTestCase()
    {
        const QString delta = path("rome.safetensors");
        run({"trace", "-o", path("first.mnemo"), "--site", "h"}, towerFact("mnemo-mamba"));
        run({"trace", "-o", path("second.mnemo"), "--site", "h"}, towerFact("mnemo-pythia"));
        const QStringList edit{"rome",
                               "-m",
                               checkpoint("mnemo-mamba"),
                               "-p",
                               "{} is located in the city of",
                               "-s",
                               "The Eiffel Tower",
                               "--target",
                               "Rome",
                               "--contexts",
                               "2",
                               "--text-tokens",
                               "2000",
                               "--steps",
                               "3"};
        run(edit, {"-o", path("rome.mnemo")});
        run(edit, {"-o", delta});
        run({"predict", "-m", checkpoint("mnemo-mamba"), "-p", towerPrompt(), "--edit", delta + ":0.5"},
            {"-o", path("edited.mnemo")});
        Session all;
        for (const char* name : {"first", "second", "edited", "rome"})
            all.results.push_back(readSession(path(QString(name) + ".mnemo").toStdString()).results.at(0));
        setRunPairs(all, {{0, 1}});
        setSessionEdits(all, {{3, true, 0.5}});
        all.metadata["title"] = "The tower";
        all.document["notes"] = {{{"text", "Layer 5 is where it is"}, {"run", 0}}};
        writeSession(all, path("all.mnemo").toStdString());
    }

    void infoTellsWhatThereIs()
    {
        const Json info = parsed(output({"session", "info", path("all.mnemo"), "--json"}));
        QVERIFY(info["schema"] == "mnemo.session.info/1");
        QVERIFY(info["title"] == "The tower");
        QCOMPARE(info["models"].size(), std::size_t(2));
        QCOMPARE(info["runs"].size(), std::size_t(4));
        QVERIFY(info["runs"][1]["kind"] == "trace" && info["runs"][1]["model"] == 1);
        QVERIFY(info["runs"][0]["state"] == "complete" && info["runs"][0]["bytes"].get<int>() > 1000);
        QCOMPARE(info["runs"][2]["edits"].size(), std::size_t(1));
        QVERIFY(info["edits"][0]["target"] == "Rome" && info["edits"][0]["alpha"] == 0.5);
        QVERIFY(info["facts"][0]["subject"] == "The Eiffel Tower" && info["facts"][0]["runs"] == Json({0, 1, 3}));
        const QByteArray text = output({"session", "info", path("all.mnemo")});
        for (const char* word : {"The tower", "mnemo-pythia", "The Eiffel Tower → Rome", "Layer 5 is where it is"})
            QVERIFY2(text.contains(word), text);
        const CliRun none = runMnemo({"session", "info", path("none.mnemo"), "--json"});
        QCOMPARE(none.status, 3);
        QVERIFY(none.error()["code"] == "not-found");
    }

    void validateNamesWhatIsWrong()
    {
        const Json good = parsed(output({"session", "validate", path("all.mnemo"), path("first.mnemo"), "--json"}));
        QVERIFY(good["valid"] == true);
        QVERIFY2(good["files"][0]["remarks"].empty(), good.dump().c_str());
        QByteArray bytes = contents(path("all.mnemo"));
        bytes.back() = char(bytes.back() ^ 1);  // one bit of one number
        write(path("flipped.mnemo"), bytes);
        Session wrong = readSession(path("all.mnemo").toStdString());
        wrong.document["notes"][0]["run"] = 4;
        wrong.document["edits"][0]["hash"] = "other";
        writeSession(wrong, path("wrong.mnemo").toStdString());
        const CliRun bad =
            runMnemo({"session", "validate", path("all.mnemo"), path("flipped.mnemo"), path("wrong.mnemo")});
        QCOMPARE(bad.status, 5);
        for (const char* words : {"all.mnemo: valid", "numbers do not have the checksum", "notes names the run 4",
                                  "Edit 0 is called other"})
            QVERIFY2(bad.out.contains(words), bad.out);
        QCOMPARE(runMnemo({"session", "validate", path("wrong.mnemo"), path("none.mnemo")}).status, 3);
    }

    void diffNamesWhatDiffers()
    {
        const CliRun same = runMnemo({"session", "diff", path("all.mnemo"), path("all.mnemo")});
        QCOMPARE(same.status, 0);
        QVERIFY2(same.out.contains("are the same: 4"), same.out);
        Session other = readSession(path("all.mnemo").toStdString());
        Result changed = *other.results[0];
        Array array = *changed.arrays[0];
        array.values[3] += 0.25;
        changed.arrays[0] = std::make_shared<const Array>(array);
        other.results[0] = std::make_shared<const Result>(changed);
        other.results.pop_back();
        other.document.erase("edits");
        writeSession(other, path("other.mnemo").toStdString());
        const QStringList line{"session", "diff", path("all.mnemo"), path("other.mnemo")};
        const CliRun run = runMnemo(line + QStringList{"--json"});
        QCOMPARE(run.status, 5);
        const Json found = run.json();
        QCOMPARE(found["runs"]["same"].get<int>(), 2);
        QVERIFY(found["runs"]["only_first"][0]["kind"] == "rome" && found["runs"]["only_second"].empty());
        const Json& differs = found["runs"]["differ"][0]["arrays"][0];
        QVERIFY(differs["cells"] == 1 && std::abs(differs["largest"].get<double>() - 0.25) < 1e-9);
        QCOMPARE(found["edits"]["only_first"].size(), std::size_t(1));
        const CliRun text = runMnemo(line + QStringList{"--tolerance", "0.3"});
        QCOMPARE(text.status, 5);  // the edit is still in one only
        QVERIFY2(text.out.contains("only in the first: 3 rome") && !text.out.contains("numbers that differ"), text.out);
        QCOMPARE(runMnemo({"session", "diff", path("all.mnemo"), path("none.mnemo")}).status, 3);
    }

    /// Exported, run again and exported again it is the same text; the numbers are the same, too.
    void aRecipeMakesTheSessionAgain()
    {
        output({"session", "export", path("all.mnemo"), "-o", path("recipe.json")});
        const QByteArray text = contents(path("recipe.json"));
        QCOMPARE(output({"session", "export", path("all.mnemo")}), text);
        const Json recipe = parsed(text);
        QVERIFY(recipe["schema"] == "mnemo.recipe/1" && recipe["runs"].size() == 4);
        QVERIFY(recipe["runs"][2]["edits"][0]["run"] == 3);  // made by a run of the recipe
        QVERIFY(recipe["runs"][2]["edits"][0]["alpha"] == 0.5);
        QVERIFY(!text.contains("p_clean") && !text.contains("seconds"));
        const CliRun run =
            runMnemo({"session", "run", path("recipe.json"), "-o", path("again.mnemo"), "--threads", "2"});
        QVERIFY2(run.status == 0, run.told());
        const CliRun same = runMnemo({"session", "diff", path("all.mnemo"), path("again.mnemo"), "--json"});
        const Json found = same.json();
        QVERIFY2(found["runs"]["same"] == 4, found["runs"].dump().c_str());
        QVERIFY2(found["edits"]["differ"].empty() && found["edits"]["only_first"].empty(), same.out);
        QCOMPARE(found["notes"]["only_first"].size(), std::size_t(1));  // notes are no inputs
        QCOMPARE(output({"session", "export", path("again.mnemo")}), text);
        QCOMPARE(runPairs(readSession(path("again.mnemo").toStdString())).size(), std::size_t(1));
    }

    void aFullDiskIsSaid()
    {
        QProcess process;
        process.setStandardOutputFile("/dev/full");
        process.start(programFile(), {"session", "export", path("first.mnemo")});
        const CliRun run = outcomeOf(process);
        QVERIFY2(run.status == 1 && run.err.contains("standard output"), run.told());
        const CliRun file = runMnemo({"session", "export", path("first.mnemo"), "-o", path("none/recipe.json")});
        QVERIFY2(file.status == 1 && file.err.contains("none"), file.told());
    }

    /// Another model is taken where the line says so, and it is said that it is another.
    void anotherModelIsSaid()
    {
        const CliRun run = runMnemo({"session", "run", path("first.mnemo"), "-o", path("pythia.mnemo"), "-m",
                                     "mnemo-mamba=" + checkpoint("mnemo-pythia"), "--threads", "2"});
        QVERIFY2(run.status == 0, run.told());
        QVERIFY2(run.err.contains("the numbers will be others"), run.err);
        const Session made = readSession(path("pythia.mnemo").toStdString());
        QVERIFY(made.results.at(0)->model["name"] == "mnemo-pythia");
    }

    /// A handler's frame would be written over the heap: oneDNN's products move the stack pointer into their buffers.
    void noSignalIsHandledOnAThreadThatCalculates()
    {
        QProcess process;
        const QString records = path("handled.jsonl");
        process.start(programFile(), {"average", "-m", "mnemo-mamba", "--limit", "2000", "--records", records, "--sites",
                                      "h", "--threads", "2", "-o", path("handled.json")});
        QVERIFY(QTest::qWaitFor([&] { return contents(records).count('\n') > 1; }, 100'000));
        const QString tasks = QStringLiteral("/proc/%1/task").arg(process.processId());
        int threads = 0;
        for (const QString& task : QDir(tasks).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            const QByteArray status = contents(tasks + "/" + task + "/status");
            const qsizetype at = status.indexOf("SigCgt:");
            QVERIFY(at >= 0);
            constexpr quint64 interrupt = 1U << (SIGINT - 1), terminate = 1U << (SIGTERM - 1);
            const quint64 caught = status.mid(at + 7).trimmed().left(16).toULongLong(nullptr, 16);
            QVERIFY2((caught & (interrupt | terminate)) == 0, status.mid(at, 24));
            ++threads;
        }
        QVERIFY(threads >= 2);
        ::kill(pid_t(process.processId()), SIGINT);
        QCOMPARE(outcomeOf(process).status, 4);
    }

    /// Ctrl+C: the runs that are done are kept, and as much of the one that was not as there is.
    void stoppedItKeepsWhatIsDone()
    {
        const QString records = path("records.jsonl");
        const Json average{{"experiment", "average"},
                           {"model", 0},
                           {"parameters", {{"limit", 2000}, {"records", records.toStdString()}, {"sites", {"h"}}}}};
        const Json predict{{"experiment", "predict"}, {"model", 0}, {"parameters", {{"prompt", "It is"}}}};
        const Json recipe{{"schema", "mnemo.recipe/1"},
                          {"models", {{{"name", "mnemo-mamba"}}}},
                          {"runs", {predict, average, predict}}};
        write(path("long.json"), QByteArray::fromStdString(recipe.dump()));
        const CliRun run = stopMnemo(
            {"session", "run", path("long.json"), "-o", path("stopped.mnemo"), "--threads", "2"}, SIGINT, records, 2);
        QVERIFY2(run.status == 4, run.told());
        QVERIFY2(run.err.contains("what is done was written"), run.err);
        const Session session = readSession(path("stopped.mnemo").toStdString());
        QVERIFY(session.results.size() >= 1 && session.results[0]->kind == "predict");
        QVERIFY(session.results.size() == 1 || session.results[1]->done < 1);
    }

    void whatCannotBeMadeAgainIsRefused()
    {
        // An edit from elsewhere: the recipe has no vectors.
        const QStringList line{"session", "run", path("edited.mnemo"), "-o", path("new.mnemo"), "--threads", "2"};
        const CliRun without = runMnemo(line);
        QCOMPARE(without.status, 3);
        QVERIFY2(without.err.contains("which no run of the recipe makes") && without.err.contains("--edit"),
                 without.err);
        const CliRun with = runMnemo(line + QStringList{"--edit", path("rome.safetensors")});
        QVERIFY2(with.status == 0, with.told());
        QCOMPARE(runMnemo({"session", "diff", path("edited.mnemo"), path("new.mnemo")}).status, 0);

        Json recipe = parsed(output({"session", "export", path("all.mnemo")}));
        const auto refused = [&](const Json& changed, int status, const char* words) {
            write(path("changed.json"), QByteArray::fromStdString(changed.dump()));
            const CliRun run = runMnemo({"session", "run", path("changed.json"), "-o", path("x.mnemo")});
            QVERIFY2(run.status == status && run.err.contains(words), run.told());
            QVERIFY(!QFile::exists(path("x.mnemo")));
        };
        Json changed = recipe;
        changed["runs"][0]["experiment"] = "astrology";
        refused(changed, 2, "Run 0 of the recipe (astrology)");
        changed = recipe;
        changed["runs"][0]["parameters"]["promt"] = "x";
        refused(changed, 2, "promt");
        changed = recipe;
        changed["runs"][0]["model"] = 2;
        refused(changed, 3, "model of run 0");
        changed = recipe;
        changed["models"][0]["name"] = "no-such-model";
        refused(changed, 3, "no-such-model");
        changed = recipe;
        changed["runs"][3]["edits"] = {{{"run", 3}}};
        refused(changed, 3, "wait for each other");
        changed["schema"] = "mnemo.recipe/2";
        refused(changed, 3, "mnemo.recipe/1");
        QCOMPARE(runMnemo({"session", "run", path("recipe.json"), "-o", path("x.json")}).status, 2);
    }

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }

    static void write(const QString& path, const QByteArray& bytes)
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
    }

    static void run(const QStringList& line, const QStringList& more)
    {
        const CliRun run = runMnemo(line + more + QStringList{"--threads", "2"});
        QVERIFY2(run.status == 0, run.told());
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestCliSession)
#include "tst_cli_session.moc"
