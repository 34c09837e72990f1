// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/history_dock.h"

#include <QUndoStack>
#include <QUndoView>

namespace mnemo {

HistoryDock::HistoryDock(QUndoStack& steps, QWidget* parent)
    : QDockWidget(tr("History"), parent), m_view(new QUndoView(&steps))
{
    setObjectName("historyDock");
    m_view->setObjectName("historyView");
    m_view->setAccessibleName(tr("What was done"));
    m_view->setToolTip(tr("Click: go back, or forward again, to there"));
    m_view->setEmptyLabel(tr("the beginning"));
    setWidget(m_view);
}

}  // namespace mnemo
