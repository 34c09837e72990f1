// SPDX-License-Identifier: GPL-3.0-or-later
// How circuits look: the same code on the screen and in figures.
#pragma once
#include "widgets/colour_map.h"
#include "widgets/graph_layout.h"

#include <QFont>
#include <QPainter>
#include <QPalette>
#include <optional>
#include <vector>

namespace mnemo {

/// Colours and fonts of a drawing. Red lines lower the metric when they are patched (attribution < 0), blue ones raise
/// it; strength and width grow with the root of |attribution|, so that weak edges beside strong ones are seen.
struct GraphStyle {
    QColor base = Qt::white;
    QColor ink = Qt::black;
    QColor accent = Qt::blue;
    QFont font;
    ColourMap map = ColourMap::named("rdbu");
    double reach = 1;  ///< |attribution| of the widest line

    static GraphStyle of(const QPalette& palette, const QFont& font, double reach);

    double share(double attribution) const;  ///< 0 … 1
    QColor colour(double attribution) const;
    double width(double attribution) const;
};

enum class Emphasis { Usual, Dimmed, Strong };

/// A line with its head.
void drawLink(QPainter& painter, const GraphStyle& style, const QPainterPath& path, const QRectF& target,
              double attribution, Emphasis emphasis);

/// Where labels of lines have room beside each other and the boxes, those of the strongest lines first; else nothing.
/// @param labels one per line; empty ones want no place
std::vector<std::optional<QPointF>> labelPlaces(const GraphLayout& layout, const std::vector<QString>& labels,
                                                const QFont& font);

/// On a line. @param middle of the text
void drawLabel(QPainter& painter, const GraphStyle& style, QPointF middle, const QString& label);

enum class PlaceMark { None, Current, Selected };

void drawPlace(QPainter& painter, const GraphStyle& style, const QRectF& box, const QString& name, Emphasis emphasis,
               PlaceMark mark = PlaceMark::None);

/// Below a column.
void drawColumn(QPainter& painter, const GraphStyle& style, const GraphLayout::Column& column, double bottom);

}  // namespace mnemo
