// SPDX-License-Identifier: GPL-3.0-or-later
// Mouse and keys of the heat map.
#include "widgets/heatmap.h"
#include "widgets/heatmap_overlay.h"
#include "widgets/heatmap_plot.h"

#include <QApplication>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <algorithm>

namespace mnemo {

namespace {

CellRange spanned(Cell a, Cell b)
{
    return {std::min(a.layer, b.layer), std::max(a.layer, b.layer) + 1, std::min(a.pos, b.pos),
            std::max(a.pos, b.pos) + 1};
}

}  // namespace

bool Heatmap::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const Cell cell = cellAt(help->pos());
    const QString text = cellText(cell);
    if (text.isEmpty()) {
        QToolTip::hideText();
        event->ignore();
    } else {
        QToolTip::showText(help->globalPos(), text, this, cellRect(cell).toAlignedRect());
    }
    return true;
}

void Heatmap::moveCurrent(Cell cell)
{
    if (!hasCell(cell) || cell == m_current)
        return;
    setCurrentCell(cell);
    Q_EMIT currentCellChanged(cell);
}

void Heatmap::mousePressEvent(QMouseEvent* event)
{
    m_pressedAt = event->position().toPoint();
    m_pressed = event->button() == Qt::LeftButton;
    m_selectFrom = {};
    const Cell cell = cellAt(m_pressedAt);
    if (m_pressed && event->modifiers().testFlag(Qt::ShiftModifier) && cell.valid()) {
        m_selectFrom = cell;
        m_plot->cells()->setSelected(spanned(cell, cell));
        scheduleReplot();
    } else if (m_plot->isZoomed()) {
        QCoreApplication::sendEvent(m_plot, event);  // pans
    }
    event->accept();
}

void Heatmap::mouseMoveEvent(QMouseEvent* event)
{
    const QPoint point = event->position().toPoint();
    const Cell cell = cellAt(point);
    if (m_selectFrom.valid()) {
        if (cell.valid()) {
            m_plot->cells()->setSelected(spanned(m_selectFrom, cell));
            scheduleReplot();
        }
        return;
    }
    if (m_pressed && m_plot->isZoomed())
        QCoreApplication::sendEvent(m_plot, event);
    const bool onLabel = m_plot->labels()->visible() && m_plot->labels()->rowAt(point) >= 0;
    setCursor(onLabel ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (cell != m_hovered) {
        m_hovered = cell;
        Q_EMIT cellHovered(cell);
    }
}

void Heatmap::mouseReleaseEvent(QMouseEvent* event)
{
    const QPoint point = event->position().toPoint();
    if (m_plot->isZoomed())
        QCoreApplication::sendEvent(m_plot, event);
    if (!m_pressed || event->button() != Qt::LeftButton)
        return;
    m_pressed = false;
    const bool still = (point - m_pressedAt).manhattanLength() < QApplication::startDragDistance();
    if (m_selectFrom.valid()) {
        const Cell from = m_selectFrom;
        const Cell to = cellAt(point);
        m_selectFrom = {};
        if (to.valid() && !still)
            Q_EMIT cellsSelected(spanned(from, to));
        m_plot->cells()->setSelected({});
        scheduleReplot();
    } else if (still) {
        const int row = m_plot->labels()->visible() ? m_plot->labels()->rowAt(point) : -1;
        const Cell cell = cellAt(point);
        moveCurrent(cell);
        if (row >= 0)
            Q_EMIT tokenClicked(row);
        else if (cell.valid())
            Q_EMIT cellClicked(cell);
    }
}

void Heatmap::mouseDoubleClickEvent(QMouseEvent* event)
{
    m_pressed = false;  // the release that follows is not another click
    const Cell cell = cellAt(event->position().toPoint());
    if (cell.valid() && event->button() == Qt::LeftButton)
        Q_EMIT cellActivated(cell);
}

void Heatmap::wheelEvent(QWheelEvent* event)
{
    const bool outAtFull = event->angleDelta().y() < 0 && !m_plot->isZoomed();
    if (!m_array || outAtFull) {
        event->ignore();  // an enclosing scroll area may scroll
        return;
    }
    QCoreApplication::sendEvent(m_plot, event);
    event->accept();
}

void Heatmap::leaveEvent(QEvent* event)
{
    QWidget::leaveEvent(event);
    if (!m_hovered.valid())
        return;
    m_hovered = {};
    Q_EMIT cellHovered(m_hovered);
}

void Heatmap::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    m_overlay->setFocusRing(event->reason() != Qt::MouseFocusReason);
    announceCurrent(this);
}

void Heatmap::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    m_overlay->setFocusRing(false);
}

Cell Heatmap::afterKey(int key, Qt::KeyboardModifiers modifiers) const
{
    const int lastLayer = gridColumns() - 1;
    const int lastPos = gridRows() - 1;
    Cell cell = m_current;
    if (modifiers & Qt::AltModifier)  // the window's
        return {};
    switch (key) {
        case Qt::Key_Left:
            --cell.layer;
            break;
        case Qt::Key_Right:
            ++cell.layer;
            break;
        case Qt::Key_Up:
            --cell.pos;
            break;
        case Qt::Key_Down:
            ++cell.pos;
            break;
        case Qt::Key_PageUp:
            cell.layer += 10;
            break;
        case Qt::Key_PageDown:
            cell.layer -= 10;
            break;
        case Qt::Key_Home:
            (modifiers & Qt::ControlModifier ? cell.layer : cell.pos) = 0;
            break;
        case Qt::Key_End:
            (modifiers & Qt::ControlModifier ? cell.layer : cell.pos) =
                modifiers & Qt::ControlModifier ? lastLayer : lastPos;
            break;
        default:
            return {};
    }
    if (!m_current.valid())  // a whole token, or nothing yet
        return {0, std::clamp(m_current.pos, 0, lastPos)};
    return {std::clamp(cell.layer, 0, lastLayer), std::clamp(cell.pos, 0, lastPos)};
}

void Heatmap::keyPressEvent(QKeyEvent* event)
{
    if (!m_array)
        return QWidget::keyPressEvent(event);
    m_overlay->setFocusRing(true);
    const Cell next = afterKey(event->key(), event->modifiers());
    if (next.valid()) {
        moveCurrent(next);
        m_plot->reveal(next);
        return;
    }
    switch (event->key()) {
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (!hasCell(m_current))
                break;
            if (event->modifiers() & Qt::ShiftModifier)
                Q_EMIT cellActivated(m_current);
            else
                Q_EMIT cellClicked(m_current);
            return;
        case Qt::Key_Plus:
        case Qt::Key_Equal:
            return zoom(1.25);
        case Qt::Key_Minus:
            return zoom(0.8);
        case Qt::Key_0:
        case Qt::Key_F:
            if (event->modifiers() == Qt::NoModifier || event->modifiers() == Qt::KeypadModifier)
                return resetZoom();
            break;
        default:
            break;
    }
    QWidget::keyPressEvent(event);
}

}  // namespace mnemo
