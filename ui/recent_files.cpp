// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/recent_files.h"

#include "ui/why_not.h"

#include <QAction>
#include <QDir>
#include <QFileInfo>
#include <QMenu>

namespace mnemo {
namespace {

constexpr int most = 10;
constexpr auto later = Qt::QueuedConnection;  // the menu is filled anew, which ends the action that was triggered

}  // namespace

void RecentFiles::add(const QString& path)
{
    const QString absolute = QDir::cleanPath(QFileInfo(path).absoluteFilePath());
    m_paths.removeAll(absolute);
    m_paths.prepend(absolute);
    m_paths = m_paths.mid(0, most);
    Q_EMIT changed();
}

void RecentFiles::clear()
{
    m_paths.clear();
    Q_EMIT changed();
}

void RecentFiles::setAll(const QStringList& paths)
{
    m_paths = paths.mid(0, most);
    Q_EMIT changed();
}

void RecentFiles::fill(QMenu* menu)
{
    const auto again = [this, menu] { refill(menu); };
    connect(menu, &QMenu::aboutToShow, this, again);
    connect(this, &RecentFiles::changed, menu, again);
    refill(menu);
}

void RecentFiles::refill(QMenu* menu)
{
    menu->clear();
    menu->setToolTipsVisible(true);
    setWhyNot(menu->menuAction(), m_paths.isEmpty() ? tr("No session or file of facts was opened yet.") : QString());
    for (const QString& path : m_paths) {
        const QFileInfo file(path);
        QAction* action = menu->addAction(file.fileName().replace(QLatin1Char('&'), QStringLiteral("&&")));
        action->setToolTip(QDir::toNativeSeparators(path));
        setWhyNot(action, file.exists() ? QString() : tr("It is not there any more."));
        connect(
            action, &QAction::triggered, this, [this, path] { Q_EMIT chosen(path); }, later);
    }
    if (m_paths.isEmpty())
        return;
    menu->addSeparator();
    connect(menu->addAction(tr("&Clear the list")), &QAction::triggered, this, &RecentFiles::clear, later);
}

}  // namespace mnemo
