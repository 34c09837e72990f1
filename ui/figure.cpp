// SPDX-License-Identifier: GPL-3.0-or-later
// One result as a page. ui/figure_layout.cpp places its plots, ui/figure_text.cpp says what it says, ui/figure_file.cpp
// writes it.
#include "ui/figure.h"

#include "ui/figure_layout.h"
#include "widgets/page_painter.h"

#include <QPainter>
#include <cmath>

namespace mnemo {
namespace {

struct Page {
    std::vector<Placed> plots;
    QRectF title;
    QRectF caption;
};

void paint(PagePainter& paper, const Page& page, const Drawing& drawing)
{
    QPainter& painter = paper.painter();
    const QPen ink = beginPage(painter, drawing);
    painter.setFont(figureFont(page::titlePixels, true));
    painter.drawText(page.title.adjusted(4, 0, 0, 0), Qt::TextWordWrap, drawing.title);
    for (const Placed& placed : page.plots)
        placed.paint(paper, placed.place);
    paintCaption(painter, ink, page.caption, drawing);
}

}  // namespace

Drawing drawFigure(const Result& result, const FigureOptions& options)
{
    const std::vector<Chart> charts = chosenCharts(result, options);
    Drawing drawing = drawingWith(options, result);
    drawing.title = options.title.isEmpty() ? figureTitle(result) : options.title;
    drawing.caption = options.caption.isEmpty() ? figureCaption(result, options) : options.caption;
    drawing.provenance = figureProvenance(result, options);

    const auto page = std::make_shared<Page>();
    const double inner = innerWidth(options);
    page->title = {page::edge, page::edge, inner,
                   textHeight(drawing.title, figureFont(page::titlePixels, true), inner)};
    FigureLayout layout({page::edge, page->title.bottom() + 6}, inner, options.colourMap, options.dark);
    for (const Chart& chart : charts)
        layout.add(chart);
    page->caption = captionPlace(layout.bottom(), drawing);
    drawing.size = {pageWidth(options), std::ceil(page->caption.bottom() + page::edge)};
    page->plots = layout.take();
    drawing.paint = [page, texts = drawing](PagePainter& paper) { paint(paper, *page, texts); };
    return drawing;
}

}  // namespace mnemo
