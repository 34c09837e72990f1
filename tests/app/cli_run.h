// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/json.h"

#include <QProcess>
#include <QString>
#include <QStringList>

/// Runs the built `mnemo` as a user would.
struct CliRun {
    int status = -1;  ///< −1: it did not start, crashed or took more than two minutes
    QByteArray out;
    QByteArray err;

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

inline CliRun runMnemo(const QStringList& arguments, const QProcessEnvironment& environment = {})
{
    QProcess process;
    if (!environment.isEmpty())
        process.setProcessEnvironment(environment);
    process.start(programFile(), arguments);
    CliRun run;
    if (!process.waitForFinished(120'000)) {
        process.kill();
        process.waitForFinished();
        return run;
    }
    run.status = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
    run.out = process.readAllStandardOutput();
    run.err = process.readAllStandardError();
    return run;
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
