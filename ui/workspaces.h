// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QString>
#include <QStringList>
#include <vector>

class QMainWindow;

namespace mnemo {

/// Which docks a kind of work needs; all others are hidden.
struct Workspace {
    QString name;  ///< "locate": in settings and of its action
    QString title;
    QString purpose;
    QStringList docks;  ///< object names
    QStringList front;  ///< those of them that are raised among their tabs
};

std::vector<Workspace> workspaces();

/// Shows, hides and raises the docks of a window, where they are; each is docked.
void showDocks(QMainWindow& window, const Workspace& workspace);

}  // namespace mnemo
