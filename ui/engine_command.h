// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QString>
#include <QStringList>

namespace mnemo {

/// How the engine is started. MNEMO_ENGINE_COMMAND replaces all of it, e.g. "ssh host mnemo serve --stdio".
struct EngineCommand {
    QString program;
    QStringList arguments;

    bool isEmpty() const { return program.isEmpty(); }
    QString text() const { return (QStringList(program) + arguments).join(QLatin1Char(' ')); }
};

/// MNEMO_ENGINE_COMMAND, else `mnemo` beside this program, else in PATH; empty when there is none.
EngineCommand findEngine();

}  // namespace mnemo
