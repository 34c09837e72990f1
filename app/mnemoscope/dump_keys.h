// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace mnemo {

/// Prints every key of the window and what it does, menu by menu, then what mouse and keys do inside its views: for
/// searching, and for comparing with other programs. Wants a QApplication, and no display. @return exit code
int dumpKeys();

}  // namespace mnemo
