// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/chart.h"
#include "widgets/number_text.h"
#include "widgets/result_series.h"
#include "widgets/token_chips.h"

#include <QCoreApplication>
#include <algorithm>

namespace mnemo {

namespace {

constexpr std::size_t mapsOfAPage = 12;

QString tr(const char* text)
{
    return QCoreApplication::translate("mnemo::attention_charts", text);
}

std::vector<ArrayPtr> mapsIn(const Result& result)
{
    std::vector<ArrayPtr> maps;
    for (const ArrayPtr& array : result.arrays)
        if (const ArrayPtr map = wholeArray(result, array->name, 2);
            map && map->axes[0].name == "query" && map->axes[1].name == "key")
            maps.push_back(map);
    return maps;
}

std::vector<RowLabel> rowsOf(const Array& map)
{
    std::vector<RowLabel> rows;
    for (const std::string& token : map.axes[1].labels)
        rows.push_back({shownToken(token), {}, false});
    return rows;
}

/// "·of reads ·Tower: 0.31"
QString cellText(const ArrayPtr& map, Cell cell)
{
    if (cell.layer >= map->axes[0].size() || cell.pos >= map->axes[1].size())
        return {};
    return tr("%1 reads %2: %3")
        .arg(shownToken(map->axes[0].labels[std::size_t(cell.layer)]),
             shownToken(map->axes[1].labels[std::size_t(cell.pos)]),
             map->has(cell.layer, cell.pos) ? shortNumber(map->at(cell.layer, cell.pos)) : QStringLiteral("–"));
}

/// From 0, or symmetric about it where there are negative values.
ValueRange rangeOf(const Array& map)
{
    double least = 0, most = 0;
    for (int query = 0; query < map.axes[0].size(); ++query)
        for (int key = 0; key < map.axes[1].size(); ++key)
            if (map.has(query, key)) {
                least = std::min(least, map.at(query, key));
                most = std::max(most, map.at(query, key));
            }
    const double size = std::max(-least, most);
    return {least < 0 ? -size : 0, size > 0 ? size : 1};  // nothing at all has a scale, too
}

/// "layers.3.attention" → "layer 3"
QString titleOf(const Array& map)
{
    const QStringList parts = QString::fromStdString(map.name).split(QLatin1Char('.'));
    return parts.size() == 3 ? tr("layer %1").arg(parts[1]) : QString::fromStdString(map.name);
}

MapChart chartOf(const std::vector<ArrayPtr>& maps)
{
    MapChart chart;
    chart.rows = rowsOf(*maps.front());
    std::map<std::string, ArrayPtr> byName;
    for (const ArrayPtr& map : maps) {
        const ValueRange range = rangeOf(*map);
        HeatmapGrid::Panel panel{map->name, titleOf(*map), tr("token that reads"), QString::fromStdString(map->unit),
                                 map};
        panel.range = range;
        panel.colourMap = range.low < 0 ? QStringLiteral("vik") : QStringLiteral("purples");
        chart.panels.push_back(std::move(panel));
        byName[map->name] = map;
    }
    chart.cellText = [byName](const std::string& name, Cell cell) {
        const auto found = byName.find(name);
        return found == byName.end() ? QString() : cellText(found->second, cell);
    };
    return chart;
}

}  // namespace

std::vector<ChartPage> attentionCharts(const Result& result, Metric)
{
    const std::vector<ArrayPtr> maps = mapsIn(result);
    std::vector<ChartPage> pages;
    for (std::size_t first = 0; first < maps.size(); first += mapsOfAPage) {
        const std::size_t end = std::min(first + mapsOfAPage, maps.size());
        const QString layers = QStringLiteral("%1–%2").arg(first).arg(end - 1);
        pages.push_back({QStringLiteral("layers-%1").arg(first),
                         tr("Layers %1").arg(layers),
                         {chartOf({maps.begin() + std::ptrdiff_t(first), maps.begin() + std::ptrdiff_t(end)})},
                         leakNote(result)});
    }
    return pages;
}

}  // namespace mnemo
