// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QString>

class QAction;
class QWidget;

namespace mnemo {

/// Switches a command or a button off as long as there is a reason, and on when there is none. What is off says why: in
/// its tooltip, behind what it does; a command in the status line and in the palette, too.
/// @param why a sentence; empty: it is possible
void setWhyNot(QAction* action, const QString& why);
void setWhyNot(QWidget* widget, const QString& why);

QString whyNot(const QAction& action);  ///< empty: it is possible, or nobody said why not

}  // namespace mnemo
