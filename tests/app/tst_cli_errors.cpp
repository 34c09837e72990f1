// SPDX-License-Identifier: GPL-3.0-or-later
// Everything a user can get wrong, with the exit status and the sentence it ends in; and Ctrl+C.

#include "tests/app/cli_run.h"  // before <compare> and <span>, which moc cannot read first

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>
#include <csignal>

using mnemo::Json;

namespace {

void row(const char* name, const QStringList& arguments, int status, const char* code, const QString& says)
{
    QTest::newRow(name) << arguments << status << QString(code) << says;
}

/// A copy of a shipped checkpoint whose files may be spoilt.
class SpoiltModel
{
public:
    explicit SpoiltModel(const QString& name)
    {
        for (const QFileInfo& file : QDir(checkpoint(name)).entryInfoList(QDir::Files)) {
            QFile::copy(file.filePath(), path(file.fileName()));
            QFile::setPermissions(path(file.fileName()), QFile::ReadOwner | QFile::WriteOwner);
        }
    }

    QString folder() const { return m_folder.path(); }
    QString path(const QString& file) const { return m_folder.filePath(file); }

    QByteArray read(const QString& file) const
    {
        QFile in(path(file));
        return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
    }

    void write(const QString& file, const QByteArray& bytes) const
    {
        QFile out(path(file));
        QVERIFY(out.open(QIODevice::WriteOnly));
        QCOMPARE(out.write(bytes), bytes.size());
    }

    void changeConfig(const char* key, const Json& value) const
    {
        Json config = Json::parse(read("config.json").toStdString());
        config[key] = value;
        write("config.json", QByteArray::fromStdString(config.dump()));
    }

private:
    QTemporaryDir m_folder;
};

/// The run must fail with this status and error; the offending value stands in the sentence, an advice in the hint.
void expectError(const CliRun& run, int status, const QString& code, const QString& says)
{
    QVERIFY2(run.status == status, qPrintable(QString("status %1\n").arg(run.status) + run.err));
    QVERIFY2(run.out.isEmpty(), run.out);
    const Json error = run.error();
    QVERIFY2(error.is_object(), run.err);
    QCOMPARE(QString::fromStdString(error["code"].get<std::string>()), code);
    const QString message = QString::fromStdString(error["message"].get<std::string>());
    QVERIFY2(message.contains(says), qPrintable(message));
    const QString hint = QString::fromStdString(error["hint"].get<std::string>());
    QVERIFY2(!hint.isEmpty() && hint[0].isUpper(), qPrintable(hint));
}

}  // namespace

class TestCliErrors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aWrongLineIsExplained_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("says");
        const QString pythia = checkpoint("mnemo-pythia");
        const QStringList predict{"predict", "-m", pythia};
        const QStringList trace{"trace", "-m", pythia, "-p", "{} is located in the city of", "-s", "The Eiffel Tower"};
        const QStringList swapped = trace + QStringList{"--swap", "The Brandenburg Gate"};
        QString longPrompt = "The";
        for (int i = 0; i < 300; ++i)
            longPrompt += " city";

        row("no command", {}, 2, "usage", "command");
        row("unknown command", {"trance"}, 2, "usage", "trance");
        row("unknown flag", predict + QStringList{"-p", "The", "--frobnicate"}, 2, "usage", "frobnicate");
        row("no model", {"predict", "-p", "The"}, 2, "usage", "model");
        row("no prompt", trace.mid(0, 3), 2, "usage", "prompt");
        row("no number", predict + QStringList{"-p", "The", "--top", "many"}, 2, "usage", "many");
        row("out of range", swapped + QStringList{"--samples", "0"}, 2, "usage", "samples");
        row("no choice", swapped + QStringList{"--align", "left"}, 2, "usage", "left");
        row("no memory size", predict + QStringList{"-p", "The", "--memory", "lots"}, 2, "usage", "lots");
        row("empty prompt", predict + QStringList{"-p", ""}, 2, "empty-prompt", "");
        row("prompt too long", predict + QStringList{"-p", longPrompt}, 2, "prompt-too-long", "256");
        row("subject not in prompt",
            {"trace", "-m", pythia, "-p", towerPrompt(), "-s", "Space Needles", "--swap", "The Louvre"}, 2,
            "subject-not-in-prompt", "Space Needles");
        row("neither swap nor noise", trace, 2, "usage", "swap");
        row("swap of another length", trace + QStringList{"--swap", "The Louvre"}, 2, "length-mismatch", "The Louvre");
        row("target outside the vocabulary", swapped + QStringList{"--target-id", "5000"}, 2,
            "target-not-in-vocabulary", "5000");
        row("unknown site", swapped + QStringList{"--site", "ssm"}, 2, "unknown-site", "ssm");
        row("site of the other architecture", swapped + QStringList{"--site", "s"}, 2, "unknown-site", "s");
        row("patch of a layer that is not there",
            QStringList{"patch"} + swapped.mid(1) + QStringList{"--patch", "layers.10.h@last=clean"}, 2, "unknown-site",
            "10");
        row("no such model", {"predict", "-m", "no/such/model", "-p", "The"}, 3, "not-found", "no/such/model");
        row("TF32 on a CPU", predict + QStringList{"-p", "The", "--device", "cpu", "--tf32"}, 2, "usage", "--tf32");
        row("no such device", predict + QStringList{"-p", "The", "--device", "abacus"}, 2, "usage", "abacus");
        row("unknown extension", swapped + QStringList{"-o", "x.docx"}, 2, "usage", ".docx");
        row("folder cannot be written", swapped + QStringList{"-o", "/proc/x.json"}, 1, "write-failed", "/proc");
        row("folder is a file", swapped + QStringList{"-o", pythia + "/config.json/x.csv"}, 1, "write-failed",
            "config.json");
        row("not enough memory", swapped + QStringList{"--memory", "1K"}, 6, "out-of-memory", "");
    }

    void aWrongLineIsExplained()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, status);
        QFETCH(QString, code);
        QFETCH(QString, says);
        expectError(runMnemo(arguments + QStringList{"--json"}), status, code, says);
    }

    void errorsArePlainTextWithoutJson()
    {
        const CliRun run = runMnemo({"predict", "-m", "no/such/model", "-p", "The"});
        QCOMPARE(run.status, 3);
        QVERIFY2(run.err.startsWith("mnemo: ") && run.err.contains("\n  "), run.err);
        QVERIFY(run.out.isEmpty());
    }

    void aSpoiltModelIsNamed_data()
    {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("says");
        QTest::newRow("no weights") << "no weights"
                                    << "not-found"
                                    << "model.safetensors";
        QTest::newRow("no config") << "no config"
                                   << "not-found"
                                   << "config.json";
        QTest::newRow("no tokenizer") << "no tokenizer"
                                      << "not-found"
                                      << "tokenizer";
        QTest::newRow("weights cut short") << "weights cut short"
                                           << "damaged"
                                           << "model.safetensors";
        QTest::newRow("empty weights") << "empty weights"
                                       << "damaged"
                                       << "model.safetensors";
        QTest::newRow("header of noise") << "header of noise"
                                         << "damaged"
                                         << "model.safetensors";
        QTest::newRow("config is no JSON") << "config is no JSON"
                                           << "damaged"
                                           << "config.json";
        QTest::newRow("other width") << "other width"
                                     << "damaged"
                                     << "";
        QTest::newRow("more layers") << "more layers"
                                     << "damaged"
                                     << "";
        QTest::newRow("unknown architecture") << "unknown architecture"
                                              << "unsupported-model"
                                              << "rwkv";
    }

    void aSpoiltModelIsNamed()
    {
        QFETCH(QString, what);
        QFETCH(QString, code);
        QFETCH(QString, says);
        const SpoiltModel model("mnemo-mamba");
        const QByteArray weights = model.read("model.safetensors");
        QVERIFY2(weights.size() > 1'000'000, "the checkpoint must be there");
        if (what == "no weights")
            QVERIFY(QFile::remove(model.path("model.safetensors")));
        if (what == "no config")
            QVERIFY(QFile::remove(model.path("config.json")));
        if (what == "no tokenizer")
            for (const QString& file : QDir(model.folder()).entryList({"tokenizer*"}))
                QVERIFY(QFile::remove(model.path(file)));
        if (what == "weights cut short")
            model.write("model.safetensors", weights.left(weights.size() / 2));
        if (what == "empty weights")
            model.write("model.safetensors", {});
        if (what == "header of noise")
            model.write("model.safetensors", weights.left(8) + QByteArray(int(weights.size()) - 8, '\xEE'));
        if (what == "config is no JSON")
            model.write("config.json", "{\"model_type\": mamba");
        if (what == "other width")
            model.changeConfig("hidden_size", 256);
        if (what == "more layers")
            model.changeConfig("num_hidden_layers", 13);
        if (what == "unknown architecture")
            model.changeConfig("model_type", "rwkv");
        expectError(runMnemo({"predict", "-m", model.folder(), "-p", "The", "--json"}), 3, code, says);
    }

    void figuresWithoutTheWindowProgramSayWhatElseThereIs()
    {
        // A copy of the program alone: nothing beside it, nothing in PATH.
        QTemporaryDir folder;
        const QString alone = folder.filePath("mnemo");
        QVERIFY(QFile::copy(programFile(), alone));
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("PATH", folder.path());
        QProcess process;
        process.setProcessEnvironment(environment);
        process.start(alone,
                      QStringList{"trace", "--json", "-o", folder.filePath("x.svg")} + towerFact("mnemo-pythia"));
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.exitCode(), 3);
        const QByteArray error = process.readAllStandardError();
        for (const char* word : {"mnemoscope", ".json", ".csv", ".npy", ".mnemo"})
            QVERIFY2(error.contains(word), error);
        QVERIFY(!QFile::exists(folder.filePath("x.svg")));
    }

    void interruptedItWritesWhatIsDone()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath("part.json");
        QProcess process;
        // Long enough not to be over before the signal: hundreds of noise samples.
        process.start(programFile(), {"trace", "--json", "-m", checkpoint("mnemo-mamba"), "-p", towerPrompt(), "-s",
                                      "The Eiffel Tower", "--noise", "3", "--samples", "40", "-o", file});
        process.setReadChannel(QProcess::StandardError);
        bool underWay = false;
        while (!underWay && process.waitForReadyRead(60'000)) {
            while (process.canReadLine()) {
                const Json line = Json::parse(process.readLine().toStdString(), nullptr, false);
                if (line.is_object() && line.value("unit", "") == "row-layers")
                    underWay = underWay || line["done"].get<double>() > line["total"].get<double>() / 20;
            }
        }
        QVERIFY2(underWay && process.state() == QProcess::Running, "the trace must be under way");
        QCOMPARE(::kill(pid_t(process.processId()), SIGINT), 0);
        const CliRun run = outcomeOf(process);
        QVERIFY2(run.status == 4, run.told());
        QFile part(file);
        QVERIFY2(part.open(QIODevice::ReadOnly), "what was done must be written");
        const Json json = Json::parse(part.readAll().toStdString());
        QCOMPARE(json["schema"].get<std::string>(), "mnemo.trace/1");
        QVERIFY(json["done"].get<double>() > 0 && json["done"].get<double>() < 1);
    }
};

QTEST_GUILESS_MAIN(TestCliErrors)
#include "tst_cli_errors.moc"
