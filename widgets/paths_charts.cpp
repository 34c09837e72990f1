// SPDX-License-Identifier: GPL-3.0-or-later
// METHODS.md §3: Figs 5 and 10.
#include "widgets/chart.h"
#include "widgets/result_series.h"

#include <QCoreApplication>

namespace mnemo {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("mnemo::paths_charts", text);
}

SeriesChart barsOf(const Result& result, const std::string& place, const QString& title)
{
    SeriesChart chart{SeriesChart::Form::Bars, title, tr("layer whose h is restored"), tr("IE"), {}};
    const ArrayPtr effects = wholeArray(result, place + ".ie", 2);
    for (int column = 0; effects && column < effects->axes[1].size(); ++column) {
        LayerSeries bars = seriesOf(result, place + ".ie", place + ".se", column);
        const std::string severed = effects->axes[1].labels[std::size_t(column)];
        bars.site = severed == "none" ? "h" : severed == "attn + mlp" ? "o" : severed;
        bars.name = severed == "none" ? tr("nothing severed") : tr("%1 severed").arg(bars.name);
        chart.series.push_back(std::move(bars));
    }
    chart.referenceName = referenceTitle(result);
    return chart;
}

}  // namespace

std::vector<ChartPage> pathsCharts(const Result& result, Metric)
{
    std::vector<SeriesChart> charts;
    for (const auto& [place, title] : {std::pair("subject_last", tr("Restored at the subject's last token")),
                                       std::pair("prompt_last", tr("Restored at the prompt's last token"))})
        if (wholeArray(result, std::string(place) + ".ie", 2))
            charts.push_back(barsOf(result, place, title));
    if (charts.empty())
        return {};
    shareRange(charts);
    return {{QStringLiteral("bars"), tr("Bars"), {charts.begin(), charts.end()}}};
}

}  // namespace mnemo
