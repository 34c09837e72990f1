// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/json.h"

#include <QFile>
#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTest>
#include <csignal>

/// Runs the built `mnemo` as a user would.
struct CliRun {
    int status = -1;  ///< −1: it did not start, crashed or took more than two minutes
    QByteArray out;
    QByteArray err;
    QByteArray end;  ///< "exit status 4", "ended by signal 6", "not over after two minutes"

    QByteArray told() const { return end + "\n" + err; }  ///< for QVERIFY2

    mnemo::Json json() const { return mnemo::Json::parse(out.toStdString()); }

    /// The error of a run with --json: {"code","message","hint"}; null when there is none.
    mnemo::Json error() const
    {
        for (const QByteArray& line : err.split('\n')) {
            const mnemo::Json json = mnemo::Json::parse(line.toStdString(), nullptr, false);
            if (json.is_object() && json.contains("error"))
                return json["error"];
        }
        return nullptr;
    }
};

inline QString programFile()
{
    return QStringLiteral(MNEMO_BIN_DIR "/mnemo");
}

/// Waits for a program that was started.
inline CliRun outcomeOf(QProcess& process)
{
    CliRun run;
    if (process.state() != QProcess::NotRunning && !process.waitForFinished(120'000)) {
        process.kill();
        process.waitForFinished();
        run.end = "not over after two minutes";
    } else if (process.error() == QProcess::FailedToStart) {
        run.end = "not started";
    } else if (process.exitStatus() == QProcess::CrashExit) {
        run.end = "ended by signal " + QByteArray::number(process.exitCode());
    } else {
        run.status = process.exitCode();
        run.end = "exit status " + QByteArray::number(run.status);
    }
    run.out = process.readAllStandardOutput();
    run.err = process.readAllStandardError();
    return run;
}

inline CliRun runMnemo(const QStringList& arguments, const QProcessEnvironment& environment = {})
{
    QProcess process;
    if (!environment.isEmpty())
        process.setProcessEnvironment(environment);
    process.start(programFile(), arguments);
    return outcomeOf(process);
}

/// A file's bytes; none when it cannot be read.
inline QByteArray contents(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Starts it and sends a signal as soon as a file has more than so many lines.
inline CliRun stopMnemo(const QStringList& arguments, int signal, const QString& file, int lines)
{
    QProcess process;
    process.start(programFile(), arguments);
    const auto isThere = [&] {
        QFile records(file);
        return records.open(QIODevice::ReadOnly) && records.readAll().count('\n') > lines;
    };
    if (QTest::qWaitFor([&] { return isThere() || process.state() == QProcess::NotRunning; }, 100'000) && isThere())
        ::kill(pid_t(process.processId()), signal);
    return outcomeOf(process);
}

inline QString checkpoint(const QString& name)
{
    return QStringLiteral(MNEMO_RESOURCES "/checkpoints/") + name;
}

inline QString towerPrompt()
{
    return QStringLiteral("The Eiffel Tower is located in the city of");
}

/// A fact both shipped models know, with a subject of as many tokens to swap in.
inline QStringList towerFact(const QString& model)
{
    return {"-m", checkpoint(model),  "-p",     "{} is located in the city of",
            "-s", "The Eiffel Tower", "--swap", "The Brandenburg Gate"};
}
