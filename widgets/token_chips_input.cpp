// SPDX-License-Identifier: GPL-3.0-or-later
// Mouse and keys of the chips.
#include "widgets/token_chips.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <algorithm>

namespace mnemo {

void TokenChips::mousePressEvent(QMouseEvent* event)
{
    const int pos = chipAt(event->position().toPoint());
    if (event->button() != Qt::LeftButton || pos < 0)
        return;
    m_pressed = true;
    m_anchor = m_current = pos;
    update();
}

void TokenChips::mouseMoveEvent(QMouseEvent* event)
{
    const QPoint point = event->position().toPoint();
    const int pos = m_pressed ? nearestChip(point) : chipAt(point);
    if (m_pressed)
        m_current = pos;
    else
        setCursor(pos >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    m_hovered = pos;
    update();
}

void TokenChips::mouseReleaseEvent(QMouseEvent* event)
{
    if (!m_pressed || event->button() != Qt::LeftButton)
        return;
    m_pressed = false;
    m_current = nearestChip(event->position().toPoint());
    const TokenSpan span = selection();
    m_anchor = -1;
    announceCurrent(this);
    update();
    if (span.size() > 1)
        Q_EMIT spanSelected(span.first, span.end);
    else
        Q_EMIT tokenClicked(span.first);
}

void TokenChips::leaveEvent(QEvent* event)
{
    QWidget::leaveEvent(event);
    m_hovered = -1;
    update();
}

void TokenChips::keyPressEvent(QKeyEvent* event)
{
    if (event->modifiers() & Qt::AltModifier)  // the window's
        return QWidget::keyPressEvent(event);
    const int last = int(m_tokens.size()) - 1;
    int pos = m_current;
    switch (event->key()) {
        case Qt::Key_Left:
            pos = std::max(pos - 1, 0);
            break;
        case Qt::Key_Right:
            pos = std::min(pos + 1, last);
            break;
        case Qt::Key_Home:
            pos = 0;
            break;
        case Qt::Key_End:
            pos = last;
            break;
        case Qt::Key_Return:
        case Qt::Key_Enter: {
            const TokenSpan span = selection();
            m_anchor = -1;
            if (span.size() > 1)
                Q_EMIT spanSelected(span.first, span.end);
            else if (m_current >= 0)
                Q_EMIT tokenClicked(m_current);
            update();
            return;
        }
        default:
            return QWidget::keyPressEvent(event);
    }
    if (!(event->modifiers() & Qt::ShiftModifier))
        m_anchor = -1;
    else if (m_anchor < 0)
        m_anchor = m_current;
    setCurrent(pos);
    update();
}

}  // namespace mnemo
