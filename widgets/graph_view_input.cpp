// SPDX-License-Identifier: GPL-3.0-or-later
// Mouse and keys of the graph.
#include "widgets/graph_view.h"
#include "widgets/graph_walk.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QFocusEvent>
#include <QGraphicsItem>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QScrollBar>
#include <QToolTip>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace mnemo {
namespace {

constexpr double zoomStep = 1.25;

/// Keys that mean something here, and not the window's command of the same key.
bool isOurs(const QKeyEvent& event, bool somethingIsChosen)
{
    if (event.modifiers() & (Qt::ControlModifier | Qt::AltModifier))
        return false;
    switch (event.key()) {
        case Qt::Key_Escape:
            return somethingIsChosen;
        case Qt::Key_Delete:
        case Qt::Key_H:
        case Qt::Key_0:
        case Qt::Key_F:
        case Qt::Key_Plus:
        case Qt::Key_Equal:
        case Qt::Key_Minus:
        case Qt::Key_Return:
        case Qt::Key_Enter:
            return true;
        default:
            return false;
    }
}

}  // namespace

bool GraphView::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride &&
        isOurs(*static_cast<QKeyEvent*>(event), m_selected >= 0 || m_current >= 0)) {
        event->accept();
        return true;
    }
    return QGraphicsView::event(event);
}

/// A block, or the uppermost line near the point.
GraphView::Target GraphView::targetAt(QPoint point) const
{
    Target target;
    for (const QGraphicsItem* item : items(point)) {
        if (const QVariant place = item->data(0); place.isValid())
            return {place.toInt(), -1};
        if (const QVariant link = item->data(1); link.isValid() && target.link < 0)
            target.link = link.toInt();
    }
    return target;
}

bool GraphView::viewportEvent(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QGraphicsView::viewportEvent(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const Target target = targetAt(help->pos());
    const QString text = target.place >= 0  ? placeText(target.place)
                         : target.link >= 0 ? linkText(target.link)
                                            : QString();
    QToolTip::showText(help->globalPos(), text, viewport());
    return true;
}

void GraphView::hover(Target target)
{
    if (target.place == m_hoveredPlace && target.link == m_hoveredLink)
        return;
    m_hoveredPlace = target.place;
    m_hoveredLink = target.link;
    viewport()->setCursor(target.place >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    Q_EMIT pointed(target.place >= 0  ? placeText(target.place)
                   : target.link >= 0 ? linkText(target.link)
                   : m_current >= 0   ? placeText(m_current)
                                      : QString());
    highlight();
}

void GraphView::leaveEvent(QEvent* event)
{
    QGraphicsView::leaveEvent(event);
    hover({});
}

void GraphView::mousePressEvent(QMouseEvent* event)
{
    m_pressedAt = event->position().toPoint();
    QGraphicsView::mousePressEvent(event);
}

void GraphView::mouseMoveEvent(QMouseEvent* event)
{
    QGraphicsView::mouseMoveEvent(event);
    if (event->buttons() == Qt::NoButton)
        hover(targetAt(event->position().toPoint()));
    else if (event->buttons() & Qt::LeftButton)
        m_fitted = false;
}

void GraphView::mouseReleaseEvent(QMouseEvent* event)
{
    QGraphicsView::mouseReleaseEvent(event);
    const QPoint point = event->position().toPoint();
    viewport()->setCursor(Qt::ArrowCursor);
    if (event->button() != Qt::LeftButton ||
        (point - m_pressedAt).manhattanLength() >= QApplication::startDragDistance())
        return;
    const int place = targetAt(point).place;
    select(place == m_selected ? -1 : place);
}

void GraphView::mouseDoubleClickEvent(QMouseEvent* event)
{
    const Target target = targetAt(event->position().toPoint());
    if (event->button() == Qt::LeftButton && target.place < 0 && target.link < 0)
        fit();
}

void GraphView::wheelEvent(QWheelEvent* event)
{
    if (!(event->modifiers() & Qt::ControlModifier))
        return QGraphicsView::wheelEvent(event);
    zoom(std::pow(zoomStep, event->angleDelta().y() / 120.0));
    event->accept();
}

void GraphView::contextMenuEvent(QContextMenuEvent* event)
{
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const int place = byKey ? m_current : targetAt(event->pos()).place;
    QMenu menu(this);
    menu.setObjectName("graphMenu");
    if (place >= 0) {  // by name: a newer graph may be set while the menu is open
        const QString name = placeName(place), node = nodeName(place);
        menu.addAction(tr("&Paths of %1").arg(name), this, [this, name] {
            if (const int there = placeNamed(name); there >= 0)
                select(there);
        });
        menu.addAction(tr("&Hide %1").arg(node), this, [this, node] { hide(node); });
    }
    QAction* back =
        menu.addAction(m_hidden > 0 ? tr("&Show hidden nodes (%1)").arg(m_hidden) : tr("&Show hidden nodes"), this,
                       &GraphView::showHiddenRequested);
    back->setEnabled(m_hidden > 0);
    menu.addAction(tr("&Whole graph"), this, &GraphView::fit);
    if (!actions().isEmpty()) {
        menu.addSeparator();
        menu.addActions(actions());
    }
    const QPoint at = byKey && place >= 0 ? mapFromScene(m_layout.box(place).center()) : event->pos();
    menu.exec(viewport()->mapToGlobal(at));
}

/// The block goes with the next graph that is set.
void GraphView::hide(const QString& node)
{
    if (m_selected >= 0 && nodeName(m_selected) == node)
        select(-1);
    Q_EMIT hideRequested(node);
}

/// −1 when it is not there.
int GraphView::placeNamed(const QString& name) const
{
    for (int place = 0; place < int(m_layout.places.size()); ++place)
        if (placeName(place) == name)
            return place;
    return -1;
}

void GraphView::step(int key)
{
    const GraphStep to = key == Qt::Key_Up     ? GraphStep::Feeds
                         : key == Qt::Key_Down ? GraphStep::FedBy
                         : key == Qt::Key_Left ? GraphStep::Left
                                               : GraphStep::Right;
    setCurrent(placeAfter(m_layout, m_current, to));
}

/// By the keyboard it arrives at a block.
void GraphView::focusInEvent(QFocusEvent* event)
{
    QGraphicsView::focusInEvent(event);
    if (event->reason() == Qt::TabFocusReason && m_current < 0 && !m_order.empty())
        setCurrent(m_order.front());
}

void GraphView::keyPressEvent(QKeyEvent* event)
{
    const bool plain = !(event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier));
    switch (plain ? event->key() : Qt::Key_unknown) {
        case Qt::Key_Up:
        case Qt::Key_Down:
        case Qt::Key_Left:
        case Qt::Key_Right:
            return step(event->key());
        case Qt::Key_Home:
        case Qt::Key_End:
            return m_order.empty() ? void()
                                   : setCurrent(event->key() == Qt::Key_Home ? m_order.front() : m_order.back());
        case Qt::Key_Return:
        case Qt::Key_Enter:
        case Qt::Key_Space:
            return select(m_current == m_selected ? -1 : m_current);
        case Qt::Key_Escape:
            if (m_selected < 0 && m_current < 0)
                break;
            select(-1);
            return setCurrent(-1);
        case Qt::Key_Delete:
        case Qt::Key_H:
            return m_current >= 0 ? hide(nodeName(m_current)) : void();
        case Qt::Key_Plus:
        case Qt::Key_Equal:
            return zoom(zoomStep);
        case Qt::Key_Minus:
            return zoom(1 / zoomStep);
        case Qt::Key_0:
        case Qt::Key_F:
            return fit();
        default:
            break;
    }
    event->ignore();  // the window's, and no scrolling by arrows
}

}  // namespace mnemo
