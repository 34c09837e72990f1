// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine_command.h"

#include <QCoreApplication>
#include <QProcess>
#include <QStandardPaths>

namespace mnemo {

EngineCommand findEngine()
{
    const QString given = qEnvironmentVariable("MNEMO_ENGINE_COMMAND");
    if (QStringList words = QProcess::splitCommand(given); !words.isEmpty()) {
        const QString program = words.takeFirst();
        return {program, words};
    }
    QString program = QStandardPaths::findExecutable("mnemo", {QCoreApplication::applicationDirPath()});
    if (program.isEmpty())
        program = QStandardPaths::findExecutable("mnemo");
    return program.isEmpty() ? EngineCommand{} : EngineCommand{program, {"serve", "--stdio"}};
}

}  // namespace mnemo
