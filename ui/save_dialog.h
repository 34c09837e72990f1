// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QFileDialog>

namespace mnemo {

/// Asks where to save. A name without an ending gets the first one of the chosen filter before Qt asks whether that
/// file is to be replaced.
/// @param name proposed, with or without a folder; without one the folder is that of the file saved last
/// @return empty when nothing was chosen
QString askSaveFile(QWidget* parent, const QString& title, const QString& name, const QString& filter,
                    QFileDialog::Options options = {});

}  // namespace mnemo
