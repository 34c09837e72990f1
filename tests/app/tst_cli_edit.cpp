// SPDX-License-Identifier: GPL-3.0-or-later
// Facts changed from the command line, on the shipped checkpoints.
#include "core/io/npy.h"
#include "tests/app/cli_run.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace mnemo;

namespace {

QStringList request(const QString& model, const QString& target)
{
    return {"rome",
            "-m",
            checkpoint(model),
            "-p",
            "{} is located in the city of",
            "-s",
            "Buckingham Palace",
            "--target",
            target,
            "--contexts",
            "2",
            "--text-tokens",
            "2000",
            "--threads",
            "2",
            "--json"};
}

QStringList question(const QString& model)
{
    return {"predict",  "-m",   checkpoint(model), "-p",        "Buckingham Palace is located in the city of",
            "--target", "Rome", "--json",          "--threads", "2"};
}

}  // namespace

class TestCliEdit : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void anEditIsMadeKeptAndUsed_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("other");
        QTest::addColumn<QString>("matrix");
        QTest::addColumn<QString>("preset");
        const auto row = [](const char* name, const char* model, const char* other, const char* matrix,
                            const char* preset) { QTest::newRow(name) << model << other << matrix << preset; };
        row("mamba", "mnemo-mamba", "mnemo-pythia", "W_o", "paper");
        row("pythia", "mnemo-pythia", "mnemo-mamba", "W_down", "mnemo-pythia");
    }
    void anEditIsMadeKeptAndUsed()
    {
        QFETCH(QString, model);
        QFETCH(QString, other);
        QFETCH(QString, matrix);
        QFETCH(QString, preset);
        const QStringList line = request(model, "Rome") + QStringList{"--preset", preset};
        const QString file = m_folder.filePath(model + ".safetensors");
        const CliRun made = runMnemo(line + QStringList{"-o", file});
        QVERIFY2(made.status == 0, made.told());
        QVERIFY(QFile::exists(file));

        const CliRun again = runMnemo(line);  // seeded: the same once more
        QVERIFY2(again.status == 0, again.told());
        const Json edit = again.json();
        QCOMPARE(edit["schema"].get<std::string>(), "mnemo.rome/1");
        QCOMPARE(edit["matrix"].get<std::string>(), matrix.toStdString());
        QCOMPARE(edit["templates"].size(), std::size_t(5));
        const double before = edit["before"]["p"].get<double>();
        const double after = edit["after"]["p"].get<double>();
        QVERIFY2(after > before + 0.2, qPrintable(QString::number(after)));

        const CliRun base = runMnemo(question(model));
        const CliRun edited = runMnemo(question(model) + QStringList{"--edit", file});
        QVERIFY2(edited.status == 0, edited.told());
        QVERIFY(std::abs(base.json()["target"]["p"].get<double>() - before) < 1e-6);
        QVERIFY(std::abs(edited.json()["target"]["p"].get<double>() - after) < 1e-4);
        QCOMPARE(edited.json()["provenance"]["edits"].size(), std::size_t(1));
        const CliRun none = runMnemo(question(model) + QStringList{"--edit", file + ":0"});
        QVERIFY(none.json()["top"] == base.json()["top"]);  // α = 0 is the base to the last bit

        const CliRun wrong = runMnemo(question(other) + QStringList{"--edit", file});
        QCOMPARE(wrong.status, 3);
        QVERIFY(wrong.error()["message"].get<std::string>().find("was made for the model") != std::string::npos);
    }

    /// Its two runs are the edited and the base model's, as any other question is answered.
    void anEditIsTraced()
    {
        const QString file = m_folder.filePath("mnemo-mamba.safetensors");
        const auto p = [](const CliRun& run) { return run.json()["target"]["p"].get<double>(); };
        const double base = p(runMnemo(question("mnemo-mamba")));
        const double edited = p(runMnemo(question("mnemo-mamba") + QStringList{"--edit", file}));
        const QStringList line{"trace",
                               "-m",
                               checkpoint("mnemo-mamba"),
                               "-p",
                               "{} is located in the city of",
                               "-s",
                               "Buckingham Palace",
                               "--unedited",
                               "--sites",
                               "h",
                               "--threads",
                               "2",
                               "--json"};
        const CliRun trace = runMnemo(line + QStringList{"--edit", file});
        QVERIFY2(trace.status == 0, trace.told());
        QCOMPARE(trace.json()["target"]["text"].get<std::string>(), " Rome");
        QVERIFY(std::abs(trace.json()["p_clean"].get<double>() - edited) < 1e-5);
        QVERIFY(std::abs(trace.json()["p_corrupt"].get<double>() - base) < 1e-5);
        const CliRun none = runMnemo(line);
        QCOMPARE(none.status, 2);
        QVERIFY(none.error()["message"].get<std::string>().find("No edit is on") != std::string::npos);
    }

    void aStrengthLiesBetween()
    {
        const QString file = m_folder.filePath("mnemo-mamba.safetensors");
        const auto p = [&](const char* strength) {
            return runMnemo(question("mnemo-mamba") + QStringList{"--edit", file + strength})
                .json()["target"]["p"]
                .get<double>();
        };
        QVERIFY(p(":0") < p(":0.5"));
        QVERIFY(p(":0.5") < p(":1"));
    }

    /// A copy for other programs says what the edit beside the weight says.
    void aWholeCheckpoint_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<bool>("asFloat");
        QTest::addColumn<double>("tolerance");
        const auto row = [](const char* name, const char* model, bool asFloat, double tolerance) {
            QTest::newRow(name) << model << asFloat << tolerance;
        };
        row("mamba, f32", "mnemo-mamba", true, 1e-4);
        row("pythia, f32", "mnemo-pythia", true, 1e-4);
        row("mamba, rounded", "mnemo-mamba", false, 0.05);
    }
    void aWholeCheckpoint()
    {
        QFETCH(QString, model);
        QFETCH(bool, asFloat);
        QFETCH(double, tolerance);
        const QString file = m_folder.filePath(model + ".safetensors");
        const QString folder = m_folder.filePath(model + (asFloat ? "-f32" : "-own"));
        QStringList line{"models", "export", checkpoint(model), "--edit", file, "-o", folder, "--json"};
        if (asFloat)
            line << "--f32";
        const CliRun run = runMnemo(line);
        QVERIFY2(run.status == 0, run.told());
        const Json told = run.json()["edits"][0];
        const double edited = told["p_edited"].get<double>();
        QVERIFY(std::abs(told["p_written"].get<double>() - edited) < tolerance);
        const Json beside = runMnemo(question(model) + QStringList{"--edit", file}).json();
        QStringList there = question(model);
        there[2] = folder;
        const Json written = runMnemo(there).json();
        QVERIFY(std::abs(written["target"]["p"].get<double>() - edited) < tolerance);
        for (std::size_t i = 0; asFloat && i < 5; ++i)
            QVERIFY(std::abs(written["top"][i]["logit"].get<double>() - beside["top"][i]["logit"].get<double>()) <
                    1e-4);
        const CliRun once = runMnemo(line);  // never over what is there
        QCOMPARE(once.status, 2);
        QVERIFY(once.error()["message"].get<std::string>().find("is not empty") != std::string::npos);
        QVERIFY(QDir(m_folder.path()).entryList({"*.part-*"}).isEmpty());
    }

    void statisticsAsNpy()
    {
        const QString file = m_folder.filePath("c.npy");
        const QStringList which{"-m", checkpoint("mnemo-mamba"), "--matrix", "W_a", "--layer",
                                "2",  "--text-tokens",           "500"};
        const CliRun written = runMnemo(QStringList{"stats", "export"} + which + QStringList{"-o", file});
        QVERIFY2(written.status == 0, written.told());
        std::vector<std::int64_t> shape;
        const std::vector<double> moment = readNpyDoubles(file.toStdString(), shape);
        QCOMPARE(shape, (std::vector<std::int64_t>{192, 192}));
        const CliRun shown = runMnemo(QStringList{"stats", "show", "--json"} + which);
        QVERIFY2(shown.status == 0, shown.told());
        const Json json = shown.json();
        QCOMPARE(json["tokens"].get<int>(), 500);
        double trace = 0;
        for (std::size_t i = 0; i < 192; ++i) {
            trace += moment[i * 193];
            QCOMPARE(moment[i * 192 + 7], moment[7 * 192 + i]);
        }
        QVERIFY(std::abs(json["mean_square"].get<double>() * 192 / trace - 1) < 1e-12);
        QVERIFY(runMnemo(QStringList{"stats", "show"} + which).out.contains("tokens per input"));
    }

    void promptsBeforeAndAfter()
    {
        const QStringList line{"prompts",
                               "-m",
                               checkpoint("mnemo-mamba"),
                               "--prompts",
                               "Buckingham Palace is located in the city of",
                               "--prompts",
                               "Galata Tower, as everybody knows, is located in the city of",
                               "--old",
                               "London",
                               "--new",
                               "Rome",
                               "--tokens",
                               "3"};
        const QString file = m_folder.filePath("mnemo-mamba.safetensors");
        const CliRun run = runMnemo(line + QStringList{"--edit", file, "--json"});
        QVERIFY2(run.status == 0, run.told());
        const Json rows = run.json()["rows"];
        QCOMPARE(rows.size(), std::size_t(2));
        QCOMPARE(rows[1]["prompt"].get<std::string>(), "Galata Tower, as everybody knows, is located in the city of");
        const Json base = runMnemo(question("mnemo-mamba")).json();
        const Json& first = rows[0];
        QVERIFY(std::abs(first["before"]["p_new"].get<double>() - base["target"]["p"].get<double>()) < 1e-6);
        QCOMPARE(first["before"]["top"]["text"].get<std::string>(), base["top"][0]["text"].get<std::string>());
        QVERIFY(first["after"]["nll_new"].get<double>() < first["after"]["nll_old"].get<double>());
        for (const Json& row : rows)
            for (const char* side : {"before", "after"}) {
                const std::string says = row[side]["top"]["text"].get<std::string>();
                QVERIFY(row[side]["continuation"].get<std::string>().starts_with(says));
            }
        const CliRun text = runMnemo(line);  // without an edit both are the same
        QVERIFY2(text.status == 0, text.told());
        QVERIFY(text.out.contains("p(new)"));
        const Json same = runMnemo(line + QStringList{"--json"}).json()["rows"][0];
        QVERIFY(same["before"] == same["after"]);
    }

    void refusals_data()
    {
        QTest::addColumn<QStringList>("line");
        QTest::addColumn<QString>("words");
        QTest::addColumn<int>("status");
        QTest::newRow("no change") << request("mnemo-mamba", "London") << "already answers" << 2;
        QTest::newRow("empty target") << request("mnemo-mamba", "") << "has no tokens" << 2;
        QTest::newRow("layer") << request("mnemo-mamba", "Rome") + QStringList{"--layer", "99"} << "no layer 99" << 2;
        QTest::newRow("matrix") << request("mnemo-mamba", "Rome") + QStringList{"--matrix", "W_down"}
                                << "no matrix \"W_down\"" << 2;
        QTest::newRow("text") << request("mnemo-mamba", "Rome") + QStringList{"--text", "nowhere.txt"} << "nowhere.txt"
                              << 3;
        QTest::newRow("form") << request("mnemo-mamba", "Rome") + QStringList{"-o", "edit.svg"} << "edit.svg" << 2;
        QTest::newRow("no file") << question("mnemo-mamba") + QStringList{"--edit", "nowhere.safetensors"}
                                 << "nowhere.safetensors" << 3;
        QTest::newRow("no edit") << question("mnemo-mamba") +
                                        QStringList{"--edit", checkpoint("mnemo-mamba") + "/model.safetensors"}
                                 << "something else" << 3;
        QTest::newRow("preset") << request("mnemo-mamba", "Rome") + QStringList{"--preset", "best"} << "\"best\"" << 2;
        const QString file = m_folder.filePath("mnemo-mamba.safetensors");
        QTest::newRow("twice") << question("mnemo-mamba") + QStringList{"--edit", file, "--edit", file + ":0.5"}
                               << "given twice" << 2;
    }
    void refusals()
    {
        QFETCH(QStringList, line);
        QFETCH(QString, words);
        QFETCH(int, status);
        const CliRun run = runMnemo(line);
        QVERIFY2(run.status == status, run.told());
        const Json error = run.error();
        QVERIFY2(QString::fromStdString(error["message"].get<std::string>()).contains(words), run.told());
        QVERIFY(!error["hint"].get<std::string>().empty());
    }

private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestCliEdit)
#include "tst_cli_edit.moc"
