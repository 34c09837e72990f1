// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/save_dialog.h"

#include <QRegularExpression>

namespace mnemo {
namespace {

/// "jsonl" of "Rows (*.jsonl)"; empty for all files.
QString endingOf(const QString& filter)
{
    static const QRegularExpression pattern(QStringLiteral("\\*\\.(\\w+)"));
    return pattern.match(filter).captured(1);
}

}  // namespace

QString askSaveFile(QWidget* parent, const QString& title, const QString& name, const QString& filter,
                    QFileDialog::Options options)
{
    static QString lastFolder;
    QFileDialog dialog(parent, title, lastFolder, filter);
    dialog.setOptions(options);
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.selectFile(name);
    dialog.setDefaultSuffix(endingOf(dialog.selectedNameFilter()));
    QObject::connect(&dialog, &QFileDialog::filterSelected, &dialog,
                     [&dialog](const QString& chosen) { dialog.setDefaultSuffix(endingOf(chosen)); });
    if (dialog.exec() != QDialog::Accepted)
        return {};
    lastFolder = dialog.directory().path();
    return dialog.selectedFiles().constFirst();
}

}  // namespace mnemo
