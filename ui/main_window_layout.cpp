// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: which docks are there and where: the program's workspaces, and the user's own layouts.
#include "ui/actions.h"
#include "ui/main_window.h"
#include "ui/message_bar.h"
#include "ui/workspaces.h"

#include <QAction>
#include <QInputDialog>
#include <QMenu>
#include <algorithm>

namespace mnemo {
namespace {

constexpr int layoutVersion = 1;  // of the layouts that are kept by name
constexpr const char* layoutsKey = "window/layouts";

}  // namespace

void MainWindow::wireLayouts()
{
    const auto does = [this](QAction* action, auto what) { connect(action, &QAction::triggered, this, what); };
    does(m_actions->resetLayout, [this] { resetLayout(); });
    does(m_actions->saveLayout, [this] { askLayoutName(); });
    for (QAction* action : m_actions->workspaces())
        does(action, [this, action] { applyWorkspace(action->data().toString()); });
}

void MainWindow::applyWorkspace(const QString& name)
{
    const std::vector<Workspace> known = workspaces();
    const auto workspace = std::ranges::find(known, name, &Workspace::name);
    if (workspace == known.end())
        return;
    placeDocks();
    showDocks(*this, *workspace);
    sizeDocks();
    if (name == "edit")
        showEditDock();  // with the fields of its form
}

void MainWindow::askLayoutName()
{
    auto* ask = new QInputDialog(this);
    ask->setAttribute(Qt::WA_DeleteOnClose);
    ask->setWindowTitle(tr("Save this layout"));
    ask->setLabelText(tr("Name of the layout; one with the same name is replaced:"));
    connect(ask, &QInputDialog::textValueSelected, this, [this](const QString& name) {
        if (!name.trimmed().isEmpty())
            keepLayout(name.trimmed());
    });
    ask->open();
}

void MainWindow::keepLayout(const QString& name)
{
    QVariantMap layouts = m_settings.value(layoutsKey).toMap();
    layouts[name] = saveState(layoutVersion);
    m_settings.setValue(layoutsKey, layouts);
    showLayouts();
}

void MainWindow::restoreLayout(const QString& name)
{
    if (!restoreState(m_settings.value(layoutsKey).toMap().value(name).toByteArray(), layoutVersion))
        m_message->show(MessageBar::Kind::Warning, "layout",
                        tr("The layout “%1” was kept by another version and cannot be shown. — Arrange the docks, and "
                           "save it again under this name.")
                            .arg(name));
}

void MainWindow::removeLayout(const QString& name)
{
    QVariantMap layouts = m_settings.value(layoutsKey).toMap();
    layouts.remove(name);
    m_settings.setValue(layoutsKey, layouts);
    showLayouts();
}

/// The user's own, behind the program's, in the menu.
void MainWindow::showLayouts()
{
    QMenu* menu = m_actions->layoutsMenu();
    const QList<QAction*> there = menu->actions();
    for (QAction* action : there.mid(there.indexOf(m_actions->saveLayout) + 1)) {
        menu->removeAction(action);
        action->deleteLater();  // it may be the one that was just triggered
    }
    const QStringList names = m_settings.value(layoutsKey).toMap().keys();
    if (names.isEmpty())
        return;
    menu->addSeparator();
    auto* remove = new QMenu(tr("&Remove"), menu);
    for (const QString& name : names) {
        const QString shown = QString(name).replace(QLatin1Char('&'), QStringLiteral("&&"));
        connect(menu->addAction(shown), &QAction::triggered, this, [this, name] { restoreLayout(name); });
        connect(remove->addAction(shown), &QAction::triggered, this, [this, name] { removeLayout(name); });
    }
    menu->addMenu(remove);
}

}  // namespace mnemo
