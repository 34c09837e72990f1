// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/composed_figure.h"

#include "core/data/error.h"
#include "ui/figure_layout.h"
#include "widgets/json_value.h"
#include "widgets/page_painter.h"

#include <QCoreApplication>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <map>
#include <ranges>

namespace mnemo {
namespace {

constexpr int headingPixels = 11;
constexpr double letterRoom = 22;  // pixels, for "(a)"
constexpr double betweenLines = 12;

using Panels = std::vector<std::vector<Chart>>;

struct Heading {
    QRectF place;
    QString letter;
    QString text;
};

struct Page {
    QRectF title;
    std::vector<Heading> headings;
    std::vector<Placed> plots;
    QRectF caption;
};

ValueRange unionOf(ValueRange a, ValueRange b)
{
    return {std::min(a.low, b.low), std::max(a.high, b.high)};
}

/// What the colours or the axis of a chart mean; nothing where its maps have scales of their own.
QString measureOf(const Chart& chart)
{
    if (const auto* series = std::get_if<SeriesChart>(&chart))
        return QStringLiteral("axis ") + series->valueLabel;
    for (const HeatmapGrid::Panel& panel : std::get<MapChart>(chart).panels)
        if (panel.array && !panel.range)
            return QStringLiteral("colours ") + panel.valueLabel;
    return {};
}

ValueRange rangeOf(const Chart& chart)
{
    if (const auto* maps = std::get_if<MapChart>(&chart))
        return maps->range;
    const auto& series = std::get<SeriesChart>(chart);
    return series.range.value_or(seriesRange(series.series));
}

void setRange(Chart& chart, ValueRange range)
{
    if (auto* maps = std::get_if<MapChart>(&chart))
        maps->range = range;
    else
        std::get<SeriesChart>(chart).range = range;
}

/// One scale for all charts of one measure.
void shareScales(Panels& panels)
{
    std::map<QString, ValueRange> ranges;
    for (const Chart& chart : panels | std::views::join)
        if (const QString measure = measureOf(chart); !measure.isEmpty()) {
            const ValueRange own = rangeOf(chart);
            const auto [known, isNew] = ranges.try_emplace(measure, own);
            known->second = isNew ? own : unionOf(known->second, own);
        }
    for (Chart& chart : panels | std::views::join)
        if (const auto range = ranges.find(measureOf(chart)); range != ranges.end())
            setRange(chart, range->second);
}

QString headingOf(const FigurePanel& panel)
{
    return panel.options.title.isEmpty() ? panelHeading(*panel.result) : panel.options.title;
}

QString captionOf(const ComposedFigure& figure)
{
    QString text;
    for (std::size_t index = 0; index < figure.panels.size(); ++index) {
        const FigurePanel& panel = figure.panels[index];
        QString sentences = figureSentences(*panel.result, panel.options);
        // Panels that say the same are often maps of one trace.
        for (std::size_t before = 0; before < index; ++before)
            if (figureSentences(*figure.panels[before].result, figure.panels[before].options) == sentences) {
                sentences = QCoreApplication::translate("mnemo::figure", "As %1").arg(panelLetter(before));
                break;
            }
        text += QStringLiteral("%1 %2: %3. ").arg(panelLetter(index), headingOf(panel), sentences);
    }
    return text + softwareName(*figure.panels.front().result) + QLatin1Char('.');
}

Json provenanceOf(const ComposedFigure& figure)
{
    Json panels = Json::array();
    for (const FigurePanel& panel : figure.panels)
        panels.push_back(figureProvenance(*panel.result, panel.options));
    return {
        {"schema", "mnemo.figure/1"}, {"panels", panels}, {"columns", figure.columns}, {"one_scale", figure.oneScale}};
}

void check(const ComposedFigure& figure)
{
    if (figure.panels.empty())
        throw Failure(ErrorCode::Usage, "The figure has no panels.", "Tick at least one.");
    if (figure.panels.size() > mostPanels)
        throw Failure(
            ErrorCode::Usage,
            "The figure has " + std::to_string(figure.panels.size()) + " panels, and there are letters for 26.",
            "Tick fewer, or make two figures.");
}

/// Places the panels in lines of equally wide ones.
class Composer
{
public:
    explicit Composer(const ComposedFigure& figure)
        : m_figure(figure), m_columns(std::clamp(figure.columns, 1, int(figure.panels.size())))
    {
        for (const FigurePanel& panel : figure.panels)
            m_charts.push_back(chosenCharts(*panel.result, panel.options));
        if (figure.oneScale)
            shareScales(m_charts);
        m_width = (innerWidth(figure.look) - page::between * (m_columns - 1)) / m_columns;
    }

    /// @return where the last line ends
    double place(double top, Page& page)
    {
        double bottom = top;
        for (std::size_t first = 0; first < m_charts.size(); first += std::size_t(m_columns)) {
            const std::size_t end = std::min(first + std::size_t(m_columns), m_charts.size());
            bottom = placeLine(first, end, first == 0 ? top : bottom + betweenLines, page);
        }
        return bottom;
    }

private:
    double placeLine(std::size_t first, std::size_t end, double top, Page& page) const
    {
        double height = 0;
        for (std::size_t index = first; index < end; ++index) {
            const QString text = headingOf(m_figure.panels[index]);
            const double own = textHeight(text, figureFont(headingPixels), m_width - letterRoom);
            page.headings.push_back({{leftOf(index - first), top, m_width, own}, panelLetter(index), text});
            height = std::max(height, own);
        }
        double bottom = top + height;
        for (std::size_t index = first; index < end; ++index) {
            FigureLayout layout({leftOf(index - first), top + height + 2}, m_width,
                                m_figure.panels[index].options.colourMap, m_figure.look.dark);
            for (const Chart& chart : m_charts[index])
                layout.add(chart);
            bottom = std::max(bottom, layout.bottom());
            std::ranges::move(layout.take(), std::back_inserter(page.plots));
        }
        return bottom;
    }

    double leftOf(std::size_t column) const { return page::edge + double(column) * (m_width + page::between); }

    const ComposedFigure& m_figure;
    Panels m_charts;
    int m_columns;
    double m_width = 0;
};

void paint(PagePainter& paper, const Page& page, const Drawing& drawing)
{
    QPainter& painter = paper.painter();
    const QPen ink = beginPage(painter, drawing);
    painter.setFont(figureFont(page::titlePixels, true));
    painter.drawText(page.title.adjusted(4, 0, 0, 0), Qt::TextWordWrap, drawing.title);
    for (const Placed& placed : page.plots)
        placed.paint(paper, placed.place);
    painter.setPen(ink);
    for (const Heading& heading : page.headings) {
        painter.setFont(figureFont(headingPixels, true));
        painter.drawText(heading.place, Qt::AlignLeft, heading.letter);
        painter.setFont(figureFont(headingPixels));
        painter.drawText(heading.place.adjusted(letterRoom, 0, 0, 0), Qt::TextWordWrap, heading.text);
    }
    paintCaption(painter, ink, page.caption, drawing);
}

}  // namespace

QString panelLetter(std::size_t index)
{
    return QStringLiteral("(%1)").arg(QLatin1Char(char('a' + index)));
}

QString panelHeading(const Result& result)
{
    const QString model = jsonText(result.model, "name");
    return model.isEmpty() ? figureTitle(result) : figureTitle(result) + QStringLiteral(" · ") + model;
}

Drawing drawComposed(const ComposedFigure& figure)
{
    check(figure);
    Drawing drawing = drawingWith(figure.look, *figure.panels.front().result);
    drawing.title = figure.look.title;
    drawing.caption = figure.look.caption.isEmpty() ? captionOf(figure) : figure.look.caption;
    drawing.provenance = provenanceOf(figure);

    const auto page = std::make_shared<Page>();
    double top = page::edge;
    if (!drawing.title.isEmpty()) {
        const double inner = innerWidth(figure.look);
        page->title = {page::edge, top, inner, textHeight(drawing.title, figureFont(page::titlePixels, true), inner)};
        top = page->title.bottom() + 6;
    }
    page->caption = captionPlace(Composer(figure).place(top, *page), drawing);
    drawing.size = {pageWidth(figure.look), std::ceil(page->caption.bottom() + page::edge)};
    drawing.paint = [page, texts = drawing](PagePainter& paper) { paint(paper, *page, texts); };
    return drawing;
}

}  // namespace mnemo
