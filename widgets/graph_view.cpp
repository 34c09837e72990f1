// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph_view.h"

#include "widgets/graph_walk.h"
#include "widgets/page_painter.h"

#include <QEvent>
#include <QGraphicsItem>
#include <QGraphicsScene>
#include <algorithm>
#include <cmath>
#include <functional>

namespace mnemo {
namespace {

constexpr std::size_t mostSmooth = 4000;  // lines that are drawn smoothly on the screen
constexpr double largestFit = 1.4;        // of what is small
constexpr double touch = 6;               // pixels beside a line that still mean it
constexpr double headGap = 6;
constexpr double tallest = 1.5;  // of figures: height of the graph over the page's width

enum ItemData { PlaceIndex = 0, LinkIndex = 1 };

using MakePath = std::function<QPainterPath()>;

/// Drawn by a function of the view, which knows what is dimmed. Where it can be hit is worked out when the mouse is
/// near.
class Item : public QGraphicsItem
{
public:
    Item(QRectF bounds, MakePath shape, std::function<void(QPainter&)> draw)
        : m_bounds(bounds), m_shape(std::move(shape)), m_draw(std::move(draw))
    {
    }

    QRectF boundingRect() const override { return m_bounds; }
    QPainterPath shape() const override { return m_shape ? m_shape() : QPainterPath(); }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) override { m_draw(*painter); }

private:
    QRectF m_bounds;
    MakePath m_shape;
    std::function<void(QPainter&)> m_draw;
};

QPainterPath widened(const QPainterPath& path, double width)
{
    QPainterPathStroker stroker;
    stroker.setWidth(width + touch);
    stroker.setCurveThreshold(1);
    return stroker.createStroke(path);
}

QPainterPath pathOf(const QRectF& box)
{
    QPainterPath path;
    path.addRect(box);
    return path;
}

}  // namespace

GraphView::GraphView(QWidget* parent) : QGraphicsView(parent), m_scene(std::make_unique<QGraphicsScene>())
{
    installAccessibleGrid();
    setScene(m_scene.get());
    setObjectName("graphView");
    setAccessibleName(tr("Circuit"));
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    setDragMode(QGraphicsView::ScrollHandDrag);
    setTransformationAnchor(QGraphicsView::AnchorUnderMouse);
    setViewportUpdateMode(QGraphicsView::FullViewportUpdate);  // one block dims all others
    viewport()->setMouseTracking(true);
    viewport()->setCursor(Qt::ArrowCursor);
    restyle();
}

GraphView::~GraphView()
{
    setScene(nullptr);
}

void GraphView::setGraph(const Circuit& circuit, bool merged)
{
    const auto keep = [this](int place) {
        return place < 0
                   ? std::pair(-1, -1)
                   : std::pair(m_layout.places[std::size_t(place)].node, m_layout.places[std::size_t(place)].position);
    };
    const auto current = keep(m_current), selected = keep(m_selected);
    m_circuit = circuit;
    m_merged = merged;
    m_layout = layOutGraph(circuit, merged);
    m_order = readingOrder(m_layout);
    const auto find = [this](std::pair<int, int> what) {
        const auto found = std::ranges::find_if(m_layout.places, [&](const GraphLayout::Place& place) {
            return std::pair(place.node, place.position) == what;
        });
        return found == m_layout.places.end() ? -1 : int(found - m_layout.places.begin());
    };
    m_current = find(current);
    m_selected = find(selected);
    m_hoveredPlace = m_hoveredLink = -1;
    restyle();
    rebuild();
    highlight();
    if (m_fitted)
        fit();
}

void GraphView::setTitle(const QString& title)
{
    m_title = title;
    setAccessibleName(title);
}

void GraphView::setNote(const QString& note)
{
    m_note = note;
}

void GraphView::setHidden(int nodes)
{
    m_hidden = nodes;
}

void GraphView::setEmptyText(const QString& text)
{
    m_emptyText = text;
    viewport()->update();
}

void GraphView::rebuild()
{
    m_scene->clear();
    const auto add = [this](Item* item, ItemData key, int index) {
        item->setData(key, index);
        m_scene->addItem(item);
    };
    setRenderHint(QPainter::Antialiasing, m_layout.links.size() <= mostSmooth);
    for (int index = 0; index < int(m_layout.links.size()); ++index) {
        const GraphLayout::Link& link = m_layout.links[std::size_t(index)];
        const QPainterPath path = m_layout.path(link);
        const QRectF target = m_layout.box(link.to);
        add(new Item(
                path.boundingRect().adjusted(-40, -12, 40, 12),
                [path, width = m_style.width(link.attribution)] { return widened(path, width); },
                [=, this, attribution = link.attribution](QPainter& painter) {
                    drawLink(painter, m_style, path, target, attribution, emphasis(index));
                }),
            LinkIndex, index);
    }
    addLabels();
    for (int place = 0; place < int(m_layout.places.size()); ++place) {
        const QRectF box = m_layout.box(place);
        add(new Item(
                box.adjusted(-2, -2, 2, 2), [box] { return pathOf(box); },
                [=, this, name = nodeName(place)](QPainter& painter) {
                    const PlaceMark mark = place == m_selected                ? PlaceMark::Selected
                                           : place == m_current && hasFocus() ? PlaceMark::Current
                                                                              : PlaceMark::None;
                    const bool dimmed = !m_onPath.empty() && !m_onPath[std::size_t(place)];
                    drawPlace(painter, m_style, box, name, dimmed ? Emphasis::Dimmed : Emphasis::Usual, mark);
                }),
            PlaceIndex, place);
    }
    for (const GraphLayout::Column& column : m_layout.columns)
        m_scene->addItem(new Item(
            QRectF(column.x - 100, m_layout.bounds.bottom() - 24, 200, 24), nullptr,
            [this, column](QPainter& painter) { drawColumn(painter, m_style, column, m_layout.bounds.bottom()); }));
    m_scene->setSceneRect(m_layout.bounds);
}

/// What has no room is shown with the line's paths alone.
void GraphView::addLabels()
{
    const std::vector<QString> labels = labelsOf();
    const auto places = labelPlaces(m_layout, labels, font());
    for (std::size_t link = 0; link < labels.size(); ++link) {
        if (labels[link].isEmpty())
            continue;
        const QPointF at = places[link].value_or(m_layout.path(m_layout.links[link]).boundingRect().center());
        const bool always = places[link].has_value();
        m_scene->addItem(new Item(QRectF(at, QSizeF()).adjusted(-120, -12, 120, 12), nullptr,
                                  [=, this, text = labels[link]](QPainter& painter) {
                                      const Emphasis shown = emphasis(int(link));
                                      if (shown == Emphasis::Strong || (always && shown == Emphasis::Usual))
                                          drawLabel(painter, m_style, at, text);
                                  }));
    }
}

void GraphView::restyle()
{
    m_style = GraphStyle::of(palette(), font(), m_layout.reach());
    setBackgroundBrush(m_style.base);
    viewport()->update();
}

Emphasis GraphView::emphasis(int link) const
{
    if (link == m_hoveredLink)
        return Emphasis::Strong;
    if (m_marked.empty())
        return Emphasis::Usual;
    return m_marked[std::size_t(link)] ? Emphasis::Strong : Emphasis::Dimmed;
}

/// The paths of the chosen block, else of the one under the mouse.
void GraphView::highlight()
{
    const int place = m_selected >= 0 ? m_selected : m_hoveredPlace;
    m_marked.clear();
    m_onPath.clear();
    if (place >= 0) {
        m_marked = linksThrough(m_layout, place);
        m_onPath.assign(m_layout.places.size(), false);
        m_onPath[std::size_t(place)] = true;
        for (std::size_t link = 0; link < m_marked.size(); ++link)
            if (m_marked[link])
                for (const int end : {m_layout.links[link].from, m_layout.links[link].to})
                    m_onPath[std::size_t(end)] = true;
    }
    viewport()->update();
}

void GraphView::setCurrent(int place)
{
    if (place == m_current || place >= int(m_layout.places.size()))
        return;
    m_current = place;
    if (place >= 0)
        ensureVisible(m_layout.box(place), 20, 20);
    announceCurrent(this);
    Q_EMIT pointed(place < 0 ? QString() : placeText(place));
    viewport()->update();
}

void GraphView::select(int place)
{
    if (place >= int(m_layout.places.size()))
        return;
    m_selected = place;
    if (place >= 0)
        setCurrent(place);
    highlight();
}

void GraphView::fit()
{
    m_fitted = true;
    resetTransform();
    if (m_layout.bounds.isEmpty() || viewport()->width() < 2)
        return;
    const double scale = std::min(
        {viewport()->width() / m_layout.bounds.width(), viewport()->height() / m_layout.bounds.height(), largestFit});
    setTransform(QTransform::fromScale(scale, scale));
    centerOn(m_layout.bounds.center());
}

void GraphView::zoom(double factor)
{
    const double now = transform().m11(), then = std::clamp(now * factor, 0.05, 8.0);
    m_fitted = false;
    scale(then / now, then / now);
}

void GraphView::changeEvent(QEvent* event)
{
    QGraphicsView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        restyle();
}

void GraphView::resizeEvent(QResizeEvent* event)
{
    QGraphicsView::resizeEvent(event);
    if (m_fitted)
        fit();
}

void GraphView::drawForeground(QPainter* painter, const QRectF&)
{
    if (!m_layout.places.empty() || m_emptyText.isEmpty())
        return;
    painter->save();
    painter->resetTransform();
    painter->setPen(mix(m_style.base, m_style.ink, 0.7));
    painter->setFont(font());
    painter->drawText(QRectF(viewport()->rect()).adjusted(20, 20, -20, -20), Qt::AlignCenter | Qt::TextWordWrap,
                      m_emptyText);
    painter->restore();
}

QString GraphView::gridCellText(int row, int) const
{
    return placeText(m_order[std::size_t(row)]);
}

QRect GraphView::gridCellRect(int row, int) const
{
    return mapFromScene(m_layout.box(m_order[std::size_t(row)])).boundingRect().translated(viewport()->pos());
}

std::pair<int, int> GraphView::gridCurrent() const
{
    const auto found = std::ranges::find(m_order, m_current);
    return found == m_order.end() ? std::pair(-1, -1) : std::pair(int(found - m_order.begin()), 0);
}

double GraphView::headHeight(double width) const
{
    const QRectF room(0, 0, width, 1e5);
    QFont bold = font();
    bold.setBold(true);
    const double title =
        m_title.isEmpty() ? 0 : QFontMetricsF(bold).boundingRect(room, Qt::TextWordWrap, m_title).height();
    const double note =
        m_note.isEmpty() ? 0 : QFontMetricsF(font()).boundingRect(room, Qt::TextWordWrap, m_note).height();
    return title + note + headGap;
}

double GraphView::figureHeight(double width) const
{
    if (m_layout.bounds.isEmpty())
        return headHeight(width) + 60;
    const double scale = std::min({1.0, width / m_layout.bounds.width(), tallest * width / m_layout.bounds.height()});
    return std::ceil(headHeight(width) + m_layout.bounds.height() * scale);
}

void GraphView::paint(PagePainter& page, QRectF rect) const
{
    QPainter& painter = page.painter();
    painter.save();
    const GraphStyle style = GraphStyle::of(palette(), font(), m_layout.reach());
    QFont bold = font();
    bold.setBold(true);
    QRectF used;
    painter.setPen(style.ink);
    painter.setFont(bold);
    if (!m_title.isEmpty())
        painter.drawText(rect.adjusted(4, 0, 0, 0), Qt::TextWordWrap, m_title, &used);
    painter.setFont(font());
    painter.setPen(mix(style.base, style.ink, 0.8));
    painter.drawText(rect.adjusted(4, used.height(), 0, 0), Qt::TextWordWrap,
                     m_layout.bounds.isEmpty() ? m_note + QLatin1Char('\n') + m_emptyText : m_note);
    const QRectF room = rect.adjusted(0, headHeight(rect.width()), 0, 0);
    const QRectF all = m_layout.bounds;
    if (!all.isEmpty() && room.height() > 0) {
        const double scale = std::min({1.0, room.width() / all.width(), room.height() / all.height()});
        painter.translate(room.center().x(), room.top());
        painter.scale(scale, scale);
        painter.translate(-all.center().x(), -all.top());
        for (const GraphLayout::Link& link : m_layout.links)
            drawLink(painter, style, m_layout.path(link), m_layout.box(link.to), link.attribution, Emphasis::Usual);
        const std::vector<QString> labels = labelsOf();
        const auto places = labelPlaces(m_layout, labels, font());
        for (std::size_t link = 0; link < labels.size(); ++link)
            if (places[link])
                drawLabel(painter, style, *places[link], labels[link]);
        for (int place = 0; place < int(m_layout.places.size()); ++place)
            drawPlace(painter, style, m_layout.box(place), nodeName(place), Emphasis::Usual);
        for (const GraphLayout::Column& column : m_layout.columns)
            drawColumn(painter, style, column, all.bottom());
    }
    painter.restore();
}

}  // namespace mnemo
