// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/edit_command.h"

#include "ui/experiment_command.h"
#include "ui/fact_form.h"

namespace mnemo {
namespace {

/// "FILE", "FILE:0.5": a colon in the name is none of a strength as long as one stands behind it.
QString given(const QString& file, double alpha)
{
    const bool plain = alpha == 1 && !file.contains(QLatin1Char(':'));
    return plain ? file : QStringLiteral("%1:%2").arg(file, QString::fromStdString(Json(alpha).dump()));
}

}  // namespace

Command withEdits(const QString& line, const EditRefs& edits, const EditStack& stack)
{
    Command command{line};
    for (const EditRef& edit : edits) {
        const QString file = stack.fileOf(edit.hash);
        if (file.isEmpty())
            ++command.unnamed;
        else
            command.line += QStringLiteral(" --edit ") + shellQuoted(given(file, edit.alpha));
    }
    return command;
}

Command editCommand(const ExperimentSchema& rome, const Result& edit, const EditStack& stack, const QString& model)
{
    return withEdits(asCommand(rome, edit.parameters, model), editsOf(edit), stack);
}

}  // namespace mnemo
