// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/figure.h"

#include <QFont>
#include <QPalette>
#include <QRectF>
#include <QWidget>
#include <functional>
#include <memory>
#include <vector>

namespace mnemo {

/// How pages look, in pixels of 1/96 inch.
namespace page {
inline constexpr double edge = 6;      // on all sides
inline constexpr double between = 8;   // between two plots
inline constexpr int textPixels = 10;  // 7.5 pt
}  // namespace page

QFont figureFont(int pixels, bool bold = false);
QPalette figurePalette(bool dark);
double innerWidth(const FigureLook& look);  ///< without the edges, in pixels of 1/96 inch

/// A plot with its place on the page.
struct Placed {
    std::unique_ptr<QWidget> plot;
    std::function<void(PagePainter&, QRectF)> paint;
    QRectF place;
};

/// What stands where on a page. Title and caption are the drawing's.
struct FigurePage {
    /// Above a panel.
    struct Heading {
        QRectF place;  ///< of both
        QString letter;
        QString text;
    };

    QRectF title;
    std::vector<Heading> headings;
    std::vector<Placed> plots;
    QRectF caption;
};

/// With the look and the program's name; without texts, size and plots.
Drawing drawingWith(const FigureLook& look, const Result& result);

/// Makes room for the title at the top. @return where that which is below it begins
double placeTitle(FigurePage& page, const Drawing& drawing);

/// Of a panel, as high as its text needs.
FigurePage::Heading headingAt(QPointF corner, double width, const QString& letter, const QString& text);

/// Makes room for the caption, and the drawing ready to be painted. @param bottom where the plots end
void finishDrawing(Drawing& drawing, FigurePage page, double bottom);

}  // namespace mnemo
