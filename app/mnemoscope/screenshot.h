// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QString>

namespace mnemo {

class MainWindow;

/// For the documents: once the first trace is finished, one of its cells is chosen, the window is saved as a picture,
/// and the program ends: 0, or 1 when no trace came within a minute or the file cannot be written.
void saveScreenshot(MainWindow& window, const QString& file);

}  // namespace mnemo
