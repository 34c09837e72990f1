// SPDX-License-Identifier: GPL-3.0-or-later
// Mouse and keys of the bars.
#include "widgets/bar_list.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <algorithm>

namespace mnemo {

bool BarList::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int row = rowAt(help->pos());
    if (row < 0)
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), gridCellText(row, 0) + tr("\nid %1").arg(tokenId(row)), this,
                           rowRect(row));
    return true;
}

void BarList::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    updateGeometry();
    update();
}

void BarList::mouseMoveEvent(QMouseEvent* event)
{
    const int row = rowAt(event->position().toPoint());
    setCursor(row >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (row == m_hovered)
        return;
    m_hovered = row;
    update();
}

void BarList::mouseReleaseEvent(QMouseEvent* event)
{
    const int row = rowAt(event->position().toPoint());
    if (row < 0 || event->button() != Qt::LeftButton)
        return;
    m_current = row;
    announceCurrent(this);
    update();
    if (event->modifiers() & Qt::AltModifier)
        Q_EMIT altClicked(tokenId(row));
    else
        Q_EMIT clicked(tokenId(row));
}

void BarList::leaveEvent(QEvent* event)
{
    QWidget::leaveEvent(event);
    m_hovered = -1;
    update();
}

void BarList::keyPressEvent(QKeyEvent* event)
{
    const int last = rows() - 1;
    switch (event->key()) {
        case Qt::Key_Up:
            m_current = std::max(m_current - 1, 0);
            break;
        case Qt::Key_Down:
            m_current = m_current + 1;
            break;
        case Qt::Key_Home:
            m_current = 0;
            break;
        case Qt::Key_End:
            m_current = last;
            break;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (m_current >= 0) {
                if (event->modifiers() & Qt::AltModifier)
                    Q_EMIT altClicked(tokenId(m_current));
                else
                    Q_EMIT clicked(tokenId(m_current));
            }
            return;
        default:
            return QWidget::keyPressEvent(event);
    }
    m_current = std::min(m_current, last);
    announceCurrent(this);
    update();
}

}  // namespace mnemo
