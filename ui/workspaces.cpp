// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workspaces.h"

#include <QCoreApplication>
#include <QDockWidget>
#include <QMainWindow>

namespace mnemo {
namespace {

struct Names {
    Q_DECLARE_TR_FUNCTIONS(Workspaces)
};

}  // namespace

std::vector<Workspace> workspaces()
{
    return {
        {"locate",
         Names::tr("&Locate"),
         Names::tr("One fact: its maps, the details of a cell and the picture of the block"),
         {"detailsDock", "notesDock", "blockDock", "jobsDock"},
         {"detailsDock", "blockDock"}},
        {"edit",
         Names::tr("&Edit"),
         Names::tr("A fact is edited: the form and the stack beside the maps, paraphrases below"),
         {"editDock", "detailsDock", "paraphraseDock", "jobsDock", "historyDock"},
         {"editDock", "paraphraseDock"}},
        {"compare",
         Names::tr("&Compare"),
         Names::tr("Two models beside each other: the whole width for their maps"),
         {"blockDock"},
         {"blockDock"}},
        {"facts",
         Names::tr("&Many facts"),
         Names::tr("Experiments over facts: their list at the left, the jobs below"),
         {"factsDock", "jobsDock", "logDock"},
         {"factsDock", "jobsDock"}},
        {"present", Names::tr("&Present"), Names::tr("The prompt and the maps alone"), {}, {}},
    };
}

void showDocks(QMainWindow& window, const Workspace& workspace)
{
    for (QDockWidget* dock : window.findChildren<QDockWidget*>()) {
        dock->setFloating(false);
        dock->setVisible(workspace.docks.contains(dock->objectName()));
    }
    for (const QString& name : workspace.front)
        if (auto* dock = window.findChild<QDockWidget*>(name))
            dock->raise();
}

}  // namespace mnemo
