// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph_paint.h"

#include <QFontMetricsF>
#include <QPen>
#include <algorithm>
#include <cmath>

namespace mnemo {
namespace {

constexpr double thinnest = 0.8, widest = 5;
constexpr double faintest = 0.28;  // of the colour map's half: what is weak must still stand out from the ground
constexpr double headLength = 7;

/// Of a path that is one curve. Not pointAtPercent(), which measures lengths: thousands of lines are drawn at once.
QPointF pointAt(const QPainterPath& path, double t)
{
    const double back = 1 - t;
    return back * back * back * QPointF(path.elementAt(0)) + 3 * t * back * back * QPointF(path.elementAt(1)) +
           3 * t * t * back * QPointF(path.elementAt(2)) + t * t * t * QPointF(path.elementAt(3));
}

/// Where on its way the line enters the box of its target.
double entry(const QPainterPath& path, const QRectF& target)
{
    double outside = 0, inside = 1;
    for (int round = 0; round < 12; ++round) {
        const double middle = (outside + inside) / 2;
        (target.contains(pointAt(path, middle)) ? inside : outside) = middle;
    }
    return outside;
}

void drawHead(QPainter& painter, const QPainterPath& path, const QRectF& target, double width)
{
    const double end = entry(path, target), length = headLength + width;
    const QPointF tip = pointAt(path, end), back = pointAt(path, end * 0.97) - tip;
    const double reach = std::hypot(back.x(), back.y());
    if (reach <= 0)
        return;
    const QPointF along = back / reach * length, across(-along.y() * 0.4, along.x() * 0.4);
    painter.drawPolygon(QPolygonF{{tip, tip + along + across, tip + along - across}});
}

/// A little smaller than the names of blocks.
QFont labelFont(QFont font)
{
    if (font.pixelSize() > 0)
        font.setPixelSize(std::max(6, font.pixelSize() - 2));
    else
        font.setPointSizeF(font.pointSizeF() * 0.85);
    return font;
}

QRectF labelRect(const QFontMetricsF& metrics, QPointF middle, const QString& label)
{
    QRectF place = metrics.boundingRect(label).adjusted(-2, 0, 2, 0);
    place.moveCenter(middle);
    return place;
}

}  // namespace

GraphStyle GraphStyle::of(const QPalette& palette, const QFont& font, double reach)
{
    GraphStyle style;
    style.base = palette.color(QPalette::Base);
    style.ink = palette.color(QPalette::Text);
    style.accent = palette.color(QPalette::Highlight);
    style.font = font;
    style.map = ColourMap::named("rdbu").onBackground(style.base);
    style.reach = reach;
    return style;
}

double GraphStyle::share(double attribution) const
{
    return reach > 0 ? std::min(1.0, std::sqrt(std::abs(attribution) / reach)) : 0;
}

QColor GraphStyle::colour(double attribution) const
{
    const double strength = 0.5 * (faintest + (1 - faintest) * 0.85 * share(attribution));
    return map.at(attribution < 0 ? 0.5 - strength : 0.5 + strength);
}

double GraphStyle::width(double attribution) const
{
    return thinnest + (widest - thinnest) * share(attribution);
}

void drawLink(QPainter& painter, const GraphStyle& style, const QPainterPath& path, const QRectF& target,
              double attribution, Emphasis emphasis)
{
    QColor colour = style.colour(attribution);
    double width = style.width(attribution);
    if (emphasis == Emphasis::Dimmed)
        colour = mix(style.base, colour, 0.12);
    else if (emphasis == Emphasis::Strong)
        width += 1;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(colour, width, Qt::SolidLine, Qt::FlatCap));
    painter.drawPath(path);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    drawHead(painter, path, target, width);
}

std::vector<std::optional<QPointF>> labelPlaces(const GraphLayout& layout, const std::vector<QString>& labels,
                                                const QFont& font)
{
    const QFontMetricsF metrics(labelFont(font));
    std::vector<QRectF> taken;
    for (int place = 0; place < int(layout.places.size()); ++place)
        taken.push_back(layout.box(place));
    std::vector<std::optional<QPointF>> places(labels.size());
    for (std::size_t link = labels.size(); link-- > 0;) {
        if (labels[link].isEmpty())
            continue;
        const QPainterPath path = layout.path(layout.links[link]);
        const double beside = labelRect(metrics, {}, labels[link]).width() / 2 + widest;
        for (const double side : {beside, -beside, 0.0})  // on the line itself it would hide the head
            for (const double t : {0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74}) {
                const QRectF room = labelRect(metrics, pointAt(path, t) + QPointF(side, 0), labels[link]);
                if (places[link] ||
                    std::ranges::any_of(taken, [&](const QRectF& other) { return other.intersects(room); }))
                    continue;
                taken.push_back(room);
                places[link] = room.center();
            }
    }
    return places;
}

void drawLabel(QPainter& painter, const GraphStyle& style, QPointF middle, const QString& label)
{
    const QFont small = labelFont(style.font);
    const QRectF place = labelRect(QFontMetricsF(small), middle, label);
    painter.setFont(small);
    painter.setPen(Qt::NoPen);
    painter.setBrush(style.base);
    painter.drawRect(place);
    painter.setPen(style.ink);
    painter.drawText(place, Qt::AlignCenter, label);
}

void drawPlace(QPainter& painter, const GraphStyle& style, const QRectF& box, const QString& name, Emphasis emphasis,
               PlaceMark mark)
{
    const bool dimmed = emphasis == Emphasis::Dimmed;
    const QColor line = mark == PlaceMark::None ? mix(style.base, style.ink, dimmed ? 0.2 : 0.6) : style.accent;
    painter.setPen(
        QPen(line, mark == PlaceMark::None ? 1 : 2.2, mark == PlaceMark::Current ? Qt::DashLine : Qt::SolidLine));
    painter.setBrush(mark == PlaceMark::Selected ? mix(style.base, style.accent, 0.25)
                                                 : mix(style.base, style.ink, dimmed ? 0.02 : 0.07));
    painter.drawRoundedRect(box, 5, 5);
    painter.setFont(style.font);
    painter.setPen(mix(style.base, style.ink, dimmed ? 0.4 : 1));
    const QString shown = QFontMetricsF(style.font).elidedText(name, Qt::ElideRight, box.width() - 4);
    painter.drawText(box, Qt::AlignCenter, shown);
}

void drawColumn(QPainter& painter, const GraphStyle& style, const GraphLayout::Column& column, double bottom)
{
    painter.setFont(style.font);
    painter.setPen(mix(style.base, style.ink, 0.8));
    painter.drawText(QRectF(column.x - 100, bottom - 24, 200, 20), Qt::AlignCenter, column.label);
}

}  // namespace mnemo
