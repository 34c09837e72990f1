// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/cell.h"

#include <QObject>
#include <QString>

namespace mnemo {

/// What the user looks at: one token, or one cell of one site's map. Every view follows it.
class Selection : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    QString site() const { return m_site; }  ///< empty: a whole token
    Cell cell() const { return m_cell; }     ///< layer −1: a whole token; pos −1: nothing
    int token() const { return m_cell.pos; }

    void setToken(int pos) { set({}, {-1, pos}); }
    void setCell(const QString& site, Cell cell) { set(site, cell); }
    void clear() { set({}, {}); }

Q_SIGNALS:
    void changed();  ///< also when the same cell is chosen again: that asks once more

private:
    void set(const QString& site, Cell cell)
    {
        if (site == m_site && cell == m_cell && cell.pos < 0)
            return;
        m_site = site;
        m_cell = cell;
        Q_EMIT changed();
    }

    QString m_site;
    Cell m_cell;
};

}  // namespace mnemo
