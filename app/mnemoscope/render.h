// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QStringList>

namespace mnemo {

/// True when the arguments ask for a figure instead of a window.
bool wantsRender(int argc, const char* const* argv);

/// `mnemoscope --render SESSION -o FILE [--width MM] [--dpi N] [--metric NAME] [--site LIST] [--part LIST]
/// [--colours NAME] [--dark] [--pair [--own-scales]]`
/// Needs a QApplication (offscreen will do). SESSION is a *.mnemo file, or a result as JSON.
/// @returns the program's exit code (DESIGN.md §4); messages go to stderr
int render(const QStringList& arguments);

}  // namespace mnemo
