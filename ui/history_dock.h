// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QDockWidget>

class QUndoStack;
class QUndoView;

namespace mnemo {

/// Every step of the user's, the one reached by now marked; a click goes back or forward to it.
class HistoryDock : public QDockWidget
{
    Q_OBJECT

public:
    explicit HistoryDock(QUndoStack& steps, QWidget* parent = nullptr);

    QUndoView* view() const { return m_view; }

private:
    QUndoView* m_view;
};

}  // namespace mnemo
