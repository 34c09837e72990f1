// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/composed_figure.h"

#include "core/data/error.h"
#include "ui/figure_layout.h"
#include "widgets/json_value.h"

#include <QCoreApplication>
#include <algorithm>
#include <map>
#include <ranges>
#include <utility>

namespace mnemo {
namespace {

constexpr double betweenLines = 12;

using Panels = std::vector<std::vector<Chart>>;

ValueRange unionOf(ValueRange a, ValueRange b)
{
    return {std::min(a.low, b.low), std::max(a.high, b.high)};
}

/// What the colours or the axis of a chart mean; nothing where its maps have scales of their own.
QString measureOf(const Chart& chart)
{
    if (const auto* series = std::get_if<SeriesChart>(&chart))
        return QStringLiteral("axis ") + series->valueLabel;
    if (const auto* maps = std::get_if<MapChart>(&chart))
        for (const HeatmapGrid::Panel& panel : maps->panels)
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

/// Panels that say the same are often maps of one trace: that is said once.
QString captionOf(const ComposedFigure& figure)
{
    std::vector<QString> said;
    QString text;
    for (const FigurePanel& panel : figure.panels) {
        const QString sentences = figureSentences(*panel.shown(), panel.options);
        const auto before = std::ranges::find(said, sentences);
        text += QStringLiteral("%1 %2: %3. ")
                    .arg(panelLetter(said.size()), headingOf(panel),
                         before == said.end() ? sentences
                                              : QCoreApplication::translate("mnemo::figure", "As %1")
                                                    .arg(panelLetter(std::size_t(before - said.begin()))));
        said.push_back(sentences);
    }
    return text + softwareName(*figure.panels.front().result) + QLatin1Char('.');
}

Json provenanceOf(const ComposedFigure& figure)
{
    Json panels = Json::array();
    for (const FigurePanel& panel : figure.panels)
        panels.push_back(figureProvenance(*panel.shown(), panel.options));
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
            m_charts.push_back(chosenCharts(*panel.shown(), panel.options));
        if (figure.oneScale)
            shareScales(m_charts);
        m_width = (innerWidth(figure.look) - page::between * (m_columns - 1)) / m_columns;
    }

    /// @return where the last line ends
    double place(double top, FigurePage& page)
    {
        double bottom = top;
        for (std::size_t first = 0; first < m_charts.size(); first += std::size_t(m_columns)) {
            const std::size_t end = std::min(first + std::size_t(m_columns), m_charts.size());
            bottom = placeLine(first, end, first == 0 ? top : bottom + betweenLines, page);
        }
        return bottom;
    }

private:
    double placeLine(std::size_t first, std::size_t end, double top, FigurePage& page) const
    {
        double height = 0;
        for (std::size_t index = first; index < end; ++index) {
            page.headings.push_back(headingAt({leftOf(index - first), top}, m_width, panelLetter(index),
                                              headingOf(m_figure.panels[index])));
            height = std::max(height, page.headings.back().place.height());
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

}  // namespace

ResultPtr FigurePanel::shown() const
{
    if (choice.is_null() || !result->head.is_object())
        return result;
    auto chosen = std::make_shared<Result>(*result);
    chosen->head["choice"] = choice;
    return chosen;
}

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

    FigurePage page;
    const double top = drawing.title.isEmpty() ? page::edge : placeTitle(page, drawing);
    const double bottom = Composer(figure).place(top, page);
    finishDrawing(drawing, std::move(page), bottom);
    return drawing;
}

}  // namespace mnemo
