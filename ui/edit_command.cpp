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

EditCommand editCommand(const ExperimentSchema& rome, const EditOrigin& edit, const EditStack& stack,
                        const QString& model)
{
    EditCommand command{asCommand(rome, edit.parameters, model)};
    for (const EditRef& under : editsOf(edit.provenance)) {
        const QString file = stack.fileOf(under.hash);
        if (file.isEmpty())
            ++command.unnamed;
        else
            command.line += QStringLiteral(" --edit ") + shellQuoted(given(file, under.alpha));
    }
    return command;
}

}  // namespace mnemo
