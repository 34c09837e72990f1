// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QObject>
#include <QStringList>

class QMenu;

namespace mnemo {

/// Sessions, files of facts and model folders that were opened before, the newest first; ten of them. Fills a menu.
class RecentFiles : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    void add(const QString& path);  ///< made absolute
    void clear();
    const QStringList& all() const { return m_paths; }
    void setAll(const QStringList& paths);

    /// Keeps the menu true whenever it is about to be shown: what is gone from the disk is grey.
    void fill(QMenu* menu);

Q_SIGNALS:
    void chosen(const QString& path);
    void changed();

private:
    void refill(QMenu* menu);

    QStringList m_paths;
};

}  // namespace mnemo
