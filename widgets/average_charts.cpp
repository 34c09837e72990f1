// SPDX-License-Identifier: GPL-3.0-or-later
// METHODS.md §2.6, §2.7: Figs 2b, 3, 8, 9; the curves are those of Fig. 5.
#include "widgets/chart.h"
#include "widgets/json_value.h"
#include "widgets/number_text.h"
#include "widgets/result_series.h"
#include "widgets/trace_rows.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

namespace mnemo {

namespace {

const std::string differenceName = "difference";

QString tr(const char* text)
{
    return QCoreApplication::translate("mnemo::average_charts", text);
}

std::vector<std::string> sitesOf(const Result& result)
{
    std::vector<std::string> sites;
    for (const ArrayPtr& array : result.arrays)
        if (array->name.ends_with(".ie") && array->name != differenceName + ".ie" && wholeArray(result, array->name, 2))
            sites.push_back(array->name.substr(0, array->name.size() - 3));
    return sites;
}

/// Facts that have tokens of a role: in every layer the same.
int factsWith(const Array& counts, int role)
{
    double most = 0;
    for (const double count : columnOf(counts, role))
        if (std::isfinite(count))
            most = std::max(most, count);
    return int(most);
}

std::vector<RowLabel> rowsOf(const Result& result, const std::string& site)
{
    const ArrayPtr effects = wholeArray(result, site + ".ie", 2), counts = wholeArray(result, site + ".n", 2);
    std::vector<RowLabel> rows;
    for (int role = 0; role < effects->axes[1].size(); ++role) {
        const QString name = QString::fromStdString(effects->axes[1].labels[std::size_t(role)]);
        const bool counted = counts && counts->axes == effects->axes;
        rows.push_back({counted ? tr("%1 (%2)").arg(name).arg(factsWith(*counts, role)) : name,
                        {},
                        name.startsWith(QLatin1String("subject"))});
    }
    return rows;
}

HeatmapGrid::Panel panelOf(const Result& result, const std::string& site, const std::map<std::string, int>& windows)
{
    const auto window = windows.find(site);
    return {site, siteTitle(site), layersLabel(window == windows.end() ? 1 : window->second), tr("IE"),
            wholeArray(result, site + ".ie", 2)};
}

std::optional<HeatmapGrid::Panel> differencePanel(const Result& result)
{
    const ArrayPtr array = wholeArray(result, differenceName + ".ie", 2);
    if (!array)
        return {};
    double largest = 0;
    for (const double value : array->values)
        if (std::isfinite(value))
            largest = std::max(largest, std::abs(value));
    HeatmapGrid::Panel panel{differenceName, tr("o − (s + g)"), tr("layer"), tr("IE"), array};
    panel.range = ValueRange{-largest, largest};
    panel.colourMap = QStringLiteral("vik");
    return panel;
}

/// "subject, last, layer 5: IE 0.42 ± 0.03 (standard error, 40 facts)"
QString cellText(const Result& result, const std::string& site, Cell cell)
{
    const ArrayPtr effects = wholeArray(result, site + ".ie", 2);
    if (!effects || cell.layer >= effects->axes[0].size() || cell.pos >= effects->axes[1].size())
        return {};
    const auto at = [&](const std::string& name) {
        const ArrayPtr array = wholeArray(result, site + name, 2);
        const bool has = array && array->axes == effects->axes && array->has(cell.layer, cell.pos);
        return has ? array->at(cell.layer, cell.pos) : std::nan("");
    };
    QString text = tr("%1, layer %2: ")
                       .arg(QString::fromStdString(effects->axes[1].labels[std::size_t(cell.pos)]),
                            QString::fromStdString(effects->axes[0].labels[std::size_t(cell.layer)]));
    if (!effects->has(cell.layer, cell.pos))
        return text + tr("no fact has such tokens");
    text += tr("IE %1").arg(shortNumber(at(".ie")));
    const double error = at(".se"), facts = at(".n");
    if (std::isfinite(error))
        text += tr(" ± %1 (standard error)").arg(shortNumber(error));
    if (std::isfinite(facts))
        text += tr(", %1 facts").arg(facts);
    return text;
}

/// Somebody else's map at these depths, as far as the reference has all of its curves; else a place that stays free.
HeatmapGrid::Panel panelBeside(const Result& result, const HeatmapGrid::Panel& own)
{
    Array beside = Array::make(own.array->name, own.array->axes, own.array->unit);
    const std::size_t roles = beside.axes[1].labels.size();
    HeatmapGrid::Panel panel{own.site + " beside", {}, tr("layer at the same depth"), own.valueLabel, nullptr};
    for (std::size_t role = 0; role < roles; ++role) {
        const std::vector<double> curve = seriesOf(result, beside.name, {}, int(role)).reference;
        if (curve.size() != beside.axes[0].labels.size())
            return panel;
        for (std::size_t layer = 0; layer < curve.size(); ++layer) {
            beside.values[layer * roles + role] = curve[layer];
            beside.states[layer * roles + role] = std::isnan(curve[layer]) ? CellState::Undefined : CellState::Computed;
        }
    }
    panel.title = tr("%1 · %2").arg(QString::fromStdString(own.site), referenceTitle(result).section(':', 0, 0));
    panel.array = std::make_shared<const Array>(std::move(beside));
    panel.range = own.range;
    panel.colourMap = own.colourMap;
    return panel;
}

/// Each map with the one beside it in a line, where there is any.
void putBeside(const Result& result, MapChart& maps)
{
    std::vector<HeatmapGrid::Panel> panels;
    for (const HeatmapGrid::Panel& own : maps.panels) {
        panels.push_back(own);
        panels.push_back(panelBeside(result, own));
        maps.inPairs = maps.inPairs || panels.back().array;
    }
    if (maps.inPairs)
        maps.panels = std::move(panels);
}

MapChart mapsOf(const Result& result, const std::vector<std::string>& sites)
{
    MapChart maps;
    maps.windows = traceWindows(result);
    for (const std::string& site : sites)
        maps.panels.push_back(panelOf(result, site, maps.windows));
    maps.rows = rowsOf(result, sites.front());
    putBeside(result, maps);
    maps.range = traceRange(maps.panels, Metric::IndirectEffect);
    if (auto difference = differencePanel(result))
        maps.panels.push_back(std::move(*difference));
    Result kept;  // the arrays alone: heads name every fact
    kept.arrays = result.arrays;
    maps.cellText = [kept](const std::string& site, Cell cell) { return cellText(kept, site, cell); };
    return maps;
}

/// One curve per site at the token that takes the fact in and at the one that says it.
std::vector<SeriesChart> curvesOf(const Result& result, const std::vector<std::string>& sites)
{
    std::vector<SeriesChart> charts;
    const std::vector<std::string> roles = wholeArray(result, sites.front() + ".ie", 2)->axes[1].labels;
    for (const char* role : {"subject, last", "prompt, last"}) {
        const auto found = std::find(roles.begin(), roles.end(), role);
        if (found == roles.end())
            continue;
        SeriesChart chart{SeriesChart::Form::Lines, QString::fromLatin1(role), tr("layer"), tr("IE"), {}};
        for (const std::string& site : sites) {
            chart.series.push_back(seriesOf(result, site + ".ie", site + ".se", int(found - roles.begin())));
            chart.series.back().name = QString::fromStdString(site);
            chart.series.back().site = site;
        }
        chart.referenceName = referenceTitle(result);
        chart.columns = chart.referenceName.isEmpty() ? 2 : 1;  // the legend takes its room
        charts.push_back(std::move(chart));
    }
    shareRange(charts);
    return charts;
}

std::vector<SeriesChart> peaksOf(const Result& result, const std::vector<std::string>& sites)
{
    std::vector<SeriesChart> charts;
    for (const std::string& site : sites) {
        const ArrayPtr peaks = wholeArray(result, site + ".peaks", 1);
        if (!peaks)
            continue;
        LayerSeries bars;
        bars.name = tr("facts");
        bars.site = site;
        bars.values = columnOf(*peaks, 0);
        SeriesChart chart{SeriesChart::Form::Bars,
                          tr("peaks of %1").arg(QString::fromStdString(site)),
                          tr("layer"),
                          tr("facts"),
                          {std::move(bars)}};
        chart.columns = 3;
        charts.push_back(std::move(chart));
    }
    shareRange(charts);
    return charts;
}

}  // namespace

std::vector<ChartPage> averageCharts(const Result& result, Metric)
{
    const std::vector<std::string> sites = sitesOf(result);
    if (sites.empty())
        return {};
    std::vector<ChartPage> pages{{QStringLiteral("maps"), tr("By role"), {mapsOf(result, sites)}}};
    const auto add = [&](const QString& key, const QString& title, std::vector<SeriesChart> charts) {
        if (!charts.empty())
            pages.push_back({key, title, {charts.begin(), charts.end()}});
    };
    add(QStringLiteral("curves"), tr("Subject and prompt"), curvesOf(result, sites));
    add(QStringLiteral("peaks"), tr("Peaks"), peaksOf(result, sites));
    return pages;
}

}  // namespace mnemo
