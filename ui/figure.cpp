// SPDX-License-Identifier: GPL-3.0-or-later
// One result as a page. ui/figure_layout.cpp places its plots, ui/figure_page.cpp paints it, ui/figure_text.cpp says
// what it says, ui/figure_file.cpp writes it.
#include "ui/figure.h"

#include "ui/figure_layout.h"

#include <utility>

namespace mnemo {

Drawing drawFigure(const Result& result, const FigureOptions& options)
{
    const std::vector<Chart> charts = chosenCharts(result, options);
    Drawing drawing = drawingWith(options, result);
    drawing.title = options.title.isEmpty() ? figureTitle(result) : options.title;
    drawing.caption = options.caption.isEmpty() ? figureCaption(result, options) : options.caption;
    drawing.provenance = figureProvenance(result, options);

    FigurePage page;
    FigureLayout layout({page::edge, placeTitle(page, drawing)}, innerWidth(options), options.colourMap, options.dark);
    for (const Chart& chart : charts)
        layout.add(chart);
    page.plots = layout.take();
    finishDrawing(drawing, std::move(page), layout.bottom());
    return drawing;
}

}  // namespace mnemo
