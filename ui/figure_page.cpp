// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figure_page.h"

#include "widgets/colour_map.h"
#include "widgets/page_painter.h"

#include <QFontMetricsF>
#include <QPainter>
#include <cmath>
#include <utility>

namespace mnemo {
namespace {

constexpr int titlePixels = 13;  // about 10 pt
constexpr int headingPixels = 11;
constexpr int captionPixels = 9;   // about 7 pt
constexpr double letterRoom = 22;  // for "(a)"

double pageWidth(const FigureLook& look)
{
    constexpr double mmPerInch = 25.4;
    return look.widthMm / mmPerInch * figureDpi;
}

/// Of a text that is wrapped.
double textHeight(const QString& text, const QFont& font, double width)
{
    return QFontMetricsF(font).boundingRect(QRectF(0, 0, width, 1e5), Qt::TextWordWrap, text).height() + 2;
}

void paintHeading(QPainter& painter, const FigurePage::Heading& heading)
{
    painter.setFont(figureFont(headingPixels, true));
    painter.drawText(heading.place, Qt::AlignLeft, heading.letter);
    painter.setFont(figureFont(headingPixels));
    painter.drawText(heading.place.adjusted(letterRoom, 0, 0, 0), Qt::TextWordWrap, heading.text);
}

void paint(PagePainter& paper, const FigurePage& page, const Drawing& drawing)
{
    QPainter& painter = paper.painter();
    const QPalette palette = figurePalette(drawing.look.dark);
    const QColor ground = palette.color(QPalette::Base), ink = palette.color(QPalette::Text);
    painter.setPen(Qt::NoPen);
    painter.setBrush(ground);
    painter.drawRect(QRectF({0, 0}, drawing.size));
    painter.setPen(ink);
    painter.setFont(figureFont(titlePixels, true));
    painter.drawText(page.title.adjusted(4, 0, 0, 0), Qt::TextWordWrap, drawing.title);
    for (const Placed& placed : page.plots)
        placed.paint(paper, placed.place);
    painter.setPen(ink);
    for (const FigurePage::Heading& heading : page.headings)
        paintHeading(painter, heading);
    painter.setPen(mix(ground, ink, 0.75));
    painter.setFont(figureFont(captionPixels));
    painter.drawText(page.caption, Qt::TextWordWrap, drawing.caption);
}

}  // namespace

QFont figureFont(int pixels, bool bold)
{
    QFont font(QStringLiteral("DejaVu Sans"));
    font.setStyleHint(QFont::SansSerif);
    font.setPixelSize(pixels);
    font.setBold(bold);
    return font;
}

QPalette figurePalette(bool dark)
{
    QPalette palette;
    palette.setColor(QPalette::Base, dark ? QColor(0x18191c) : QColor(Qt::white));
    palette.setColor(QPalette::Text, dark ? QColor(0xe8e8ea) : QColor(0x1a1a1c));
    return palette;
}

double innerWidth(const FigureLook& look)
{
    return pageWidth(look) - 2 * page::edge;
}

Drawing drawingWith(const FigureLook& look, const Result& result)
{
    Drawing drawing;
    drawing.look = look;
    drawing.software = softwareName(result);
    return drawing;
}

double placeTitle(FigurePage& page, const Drawing& drawing)
{
    const double width = innerWidth(drawing.look);
    page.title = {page::edge, page::edge, width, textHeight(drawing.title, figureFont(titlePixels, true), width)};
    return page.title.bottom() + 6;
}

FigurePage::Heading headingAt(QPointF corner, double width, const QString& letter, const QString& text)
{
    const double height = textHeight(text, figureFont(headingPixels), width - letterRoom);
    return {{corner, QSizeF(width, height)}, letter, text};
}

void finishDrawing(Drawing& drawing, FigurePage page, double bottom)
{
    const double width = innerWidth(drawing.look) - 8;
    page.caption = {page::edge + 4, bottom + 8, width, textHeight(drawing.caption, figureFont(captionPixels), width)};
    drawing.size = {pageWidth(drawing.look), std::ceil(page.caption.bottom() + page::edge)};
    drawing.paint = [page = std::make_shared<const FigurePage>(std::move(page)), texts = drawing](PagePainter& paper) {
        paint(paper, *page, texts);
    };
}

}  // namespace mnemo
