// SPDX-License-Identifier: GPL-3.0-or-later
// Pairs of a clean and a corrupted prompt: where they differ, and how a layer carries it.
#include "widgets/chart.h"
#include "widgets/json_value.h"
#include "widgets/number_text.h"
#include "widgets/result_series.h"
#include "widgets/token_chips.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

namespace mnemo {

namespace {

const QColor steelBlue(0x46, 0x82, 0xb4);
const QString shares = QStringLiteral("blues");  // the colours of what is not below 0

QString tr(const char* text)
{
    return QCoreApplication::translate("mnemo::ioi_charts", text);
}

/// Where an array's axis lies in a map.
struct MapAxes {
    std::size_t rows;     ///< downwards
    std::size_t columns;  ///< to the right: what a Cell calls its layer
};

/// A map as it is drawn: columns first, as maps of layers are.
ArrayPtr laidOut(const ArrayPtr& array, MapAxes axes)
{
    if (axes.columns == 0)
        return array;
    Array turned = Array::make(array->name, {array->axes[1], array->axes[0]}, array->unit);
    for (int i = 0; i < array->axes[0].size(); ++i)
        for (int j = 0; j < array->axes[1].size(); ++j) {
            const std::size_t at = std::size_t(j) * std::size_t(array->axes[0].size()) + std::size_t(i);
            turned.values[at] = array->at(i, j);
            turned.states[at] = array->state(i, j);
        }
    return std::make_shared<const Array>(std::move(turned));
}

/// As far from 0 on both sides as any of the values.
ValueRange aroundZero(const std::vector<HeatmapGrid::Panel>& panels)
{
    double most = 0;
    for (const HeatmapGrid::Panel& panel : panels)
        for (std::size_t i = 0; i < panel.array->size(); ++i)
            if (hasValue(panel.array->states[i]))
                most = std::max(most, std::abs(panel.array->values[i]));
    return {most > 0 ? -most : -1, most > 0 ? most : 1};  // nothing at all has a scale, too
}

std::vector<RowLabel> rowsOf(const Axis& axis)
{
    std::vector<RowLabel> rows;
    for (const std::string& label : axis.labels)
        rows.push_back({shownToken(label), {}, false});
    return rows;
}

/// Maps of one form on one scale; empty without any.
class Maps
{
public:
    Maps(const Result& result, MapAxes axes, QString columnLabel) : m_result(result), m_axes(axes)
    {
        m_columnLabel = std::move(columnLabel);
    }

    void add(const std::string& name, const QString& title)
    {
        const ArrayPtr array = wholeArray(m_result, name, 2);
        if (!array)
            return;
        const ArrayPtr map = laidOut(array, m_axes);
        HeatmapGrid::Panel panel{name, title, m_columnLabel, QString::fromStdString(map->unit), map};
        panel.rows = rowsOf(map->axes[1]);
        m_panels.push_back(std::move(panel));
    }

    bool empty() const { return m_panels.empty(); }

    /// @param text of a cell, of the names of its column and row and its value
    MapChart chart(const QString& text, std::optional<ValueRange> range = {},
                   const QString& colours = QStringLiteral("rdbu")) const
    {
        MapChart chart;
        chart.panels = m_panels;
        chart.rows = m_panels.front().rows;
        chart.range = range ? *range : aroundZero(m_panels);
        chart.colourMap = colours;
        std::map<std::string, ArrayPtr> byName;
        for (const HeatmapGrid::Panel& panel : m_panels)
            byName[panel.site] = panel.array;
        chart.cellText = [byName, text](const std::string& name, Cell cell) {
            const auto found = byName.find(name);
            if (found == byName.end() || cell.layer >= found->second->axes[0].size() ||
                cell.pos >= found->second->axes[1].size())
                return QString();
            const Array& map = *found->second;
            return text.arg(
                shownToken(map.axes[0].labels[std::size_t(cell.layer)]),
                shownToken(map.axes[1].labels[std::size_t(cell.pos)]),
                map.has(cell.layer, cell.pos) ? shortNumber(map.at(cell.layer, cell.pos)) : QStringLiteral("–"));
        };
        return chart;
    }

private:
    const Result& m_result;
    MapAxes m_axes;
    QString m_columnLabel;
    std::vector<HeatmapGrid::Panel> m_panels;
};

/// A map of all pairs, and one for each group.
void addGroups(Maps& maps, const Result& result, const std::string& name)
{
    maps.add(name, tr("All pairs"));
    int number = 0;
    for (const Json& group : jsonMember(jsonMember(result.head, "pairs"), "groups"))
        maps.add(name + "." + std::to_string(++number), jsonText(group, "label"));
}

QString pairsNote(const Result& result)
{
    const double others =
        jsonNumber(jsonMember(jsonMember(result.head, "pairs"), "left_out"), "pairs_of_other_positions");
    return others > 0 ? tr("%1 pairs have their names at other tokens and are left out here.").arg(others) : QString();
}

/// Values of an array over its only axis, as bars or a curve, beside what is published of it.
SeriesChart seriesChart(const Result& result, const Array& array, SeriesChart::Form form, const QString& title,
                        const QString& label)
{
    SeriesChart chart{form, title, label, QString::fromStdString(array.unit), {}};
    LayerSeries series;
    series.name = title;
    series.colour = steelBlue;
    for (std::size_t i = 0; i < array.size(); ++i)
        series.values.push_back(hasValue(array.states[i]) ? array.values[i] : std::nan(""));
    for (const std::string& one : array.axes[0].labels)
        chart.layerNames.push_back(QString::fromStdString(one));
    series.reference = publishedCurve(result, array.name, {});
    chart.legend = !series.reference.empty();
    chart.referenceName = chart.legend ? referenceTitle(result) : QString();
    chart.series.push_back(std::move(series));
    return chart;
}

/// What is left of a share of the pairs, with what is published beside it, or the clean run's.
void addShare(std::vector<Chart>& charts, const Result& result, const char* name, const char* quantity,
              SeriesChart::Form form, const QString& title, const QString& label)
{
    const ArrayPtr array = wholeArray(result, std::string(name) + "." + quantity, 1);
    if (!array)
        return;
    SeriesChart chart = seriesChart(result, *array, form, title, label);
    const double clean = jsonNumber(jsonMember(result.head, "clean"), quantity);
    if (chart.referenceName.isEmpty() && std::isfinite(clean)) {
        chart.series.front().reference.assign(array->size(), clean);
        chart.referenceName = tr("clean run");
    }
    chart.range = ValueRange{0, 1};
    chart.legend = true;
    charts.emplace_back(std::move(chart));
}

void addPage(std::vector<ChartPage>& pages, const char* key, const QString& title, std::vector<Chart> charts,
             const QString& note = {})
{
    if (!charts.empty())
        pages.push_back({QString::fromLatin1(key), title, std::move(charts), note});
}

}  // namespace

std::vector<ChartPage> ioiCharts(const Result& result, Metric)
{
    std::vector<ChartPage> pages;
    Maps maps(result, {.rows = 1, .columns = 0}, tr("layer whose input is the corrupted run's"));
    addGroups(maps, result, "resample");
    if (!maps.empty())
        addPage(pages, "resample", tr("Resample ablation"), {maps.chart(tr("layer %1, %2: 1 − nld %3"))},
                pairsNote(result));
    std::vector<Chart> layers, greedy, crossTalk;
    for (const auto& [quantity, title] :
         {std::pair("probability", tr("Probability of the answer among the candidates")),
          std::pair("accuracy", tr("Share of the pairs that are right"))}) {
        addShare(layers, result, "removal", quantity, SeriesChart::Form::Bars, title, tr("layer that is removed"));
        addShare(greedy, result, "greedy", quantity, SeriesChart::Form::Lines, title,
                 tr("layers that are removed, one after the other"));
    }
    if (const ArrayPtr shares = wholeArray(result, "crosstalk.share", 1)) {
        SeriesChart chart = seriesChart(result, *shares, SeriesChart::Form::Bars,
                                        tr("Share of the circuits with this layer"), tr("layer that must mix tokens"));
        chart.range = ValueRange{0, 1};
        crossTalk.emplace_back(std::move(chart));
    }
    addPage(pages, "layers", tr("Layers"), std::move(layers));
    addPage(pages, "greedy", tr("Removed one by one"), std::move(greedy));
    addPage(pages, "crosstalk", tr("Cross-talk"), std::move(crossTalk));
    return pages;
}

Json insideLayer(const Result& ioi, int layer)
{
    if (jsonText(ioi.model, "architecture") != QLatin1String("mamba") || !ioi.parameters.is_object())
        return {};
    Json parameters{{"layer", layer}};
    for (const char* key : {"pairs", "material", "count", "symmetric", "seed", "prefix"})
        if (ioi.parameters.contains(key))
            parameters[key] = ioi.parameters[key];
    return parameters;
}

std::vector<ChartPage> ioiLayerCharts(const Result& result, Metric)
{
    std::vector<ChartPage> pages;
    Maps taps(result, {.rows = 0, .columns = 1}, tr("token that the convolution writes"));
    addGroups(taps, result, "taps");
    if (!taps.empty()) {
        MapChart chart = taps.chart(tr("%1, tap %2: 1 − nld %3"), ValueRange{-1, 1});
        chart.columns = 1;
        addPage(pages, "taps", tr("Convolution"), {std::move(chart)},
                tr("Tap −1 brings what stands one token before; only that term of the convolution is the corrupted "
                   "run's."));
    }
    Maps cosines(result, {.rows = 0, .columns = 1}, tr("state after the token, or the other contribution"));
    for (const auto& [name, title] :
         {std::pair("cosine.write_state", tr("Contribution and state")),
          std::pair("cosine.propagated_state", tr("Propagated, and state")),
          std::pair("cosine.write_write", tr("Two contributions")), std::pair("cosine.state_state", tr("Two states"))})
        cosines.add(name, title);
    if (!cosines.empty())
        addPage(pages, "cosines", tr("Cosines"), {cosines.chart(tr("row %2, column %1: %3"), ValueRange{-1, 1})},
                tr("Rows: what a token writes into the state, or the state after it."));
    if (const ArrayPtr costs = wholeArray(result, "cost", 1))
        addPage(pages, "cost", tr("Layers"),
                {seriesChart(result, *costs, SeriesChart::Form::Bars,
                             tr("Cost of the corrupted run's input at all tokens"), tr("layer"))});
    return pages;
}

std::vector<ChartPage> circuitInsideCharts(const Result& result, Metric)
{
    std::vector<Chart> charts;
    const auto addMap = [&](const char* name, const QString& title, ValueRange range) {
        Maps map(result, {.rows = 1, .columns = 0}, tr("layer"));
        map.add(name, title);
        if (!map.empty())
            charts.emplace_back(map.chart(tr("layer %1, %2: %3"), range, shares));
    };
    const Json& choice = jsonMember(result.head, "choice");
    const QString of = jsonText(choice, "of");
    if (of != QLatin1String("loss"))
        addMap("present", tr("Needed"), {0, 1});
    if (of == QLatin1String("loss")) {
        const double clamp = jsonNumber(choice, "clamp");
        addMap("loss", clamp > 0 ? tr("nld lost without it, cut at %1").arg(clamp) : tr("nld lost without it"),
               {0, clamp > 0 ? clamp : 1});
    } else if (of.isEmpty()) {
        addMap("loss", tr("nld lost without it"), {0, 1});
        addMap("loss", tr("nld lost without it, cut at 0.05"), {0, 0.05});
    }
    std::vector<ChartPage> pages;
    addPage(
        pages, "parts", tr("Parts of layers"), std::move(charts),
        tr("Rows: what the state keeps (ssm), the gate (skip), and the taps of the convolution, 0 the token itself. "
           "From the last layer backwards each is given the corrupted run's values, and stays so where little is "
           "lost."));
    return pages;
}

std::vector<ChartPage> ioiNamesCharts(const Result& result, Metric)
{
    Maps maps(result, {.rows = 0, .columns = 1}, tr("slot that the average came from"));
    maps.add("replace", tr("Replace"));
    maps.add("add", tr("Subtract and add"));
    if (maps.empty())
        return {};
    std::vector<ChartPage> pages;
    MapChart chart = maps.chart(tr("%2 overwritten by averages of %1: %3"), ValueRange{0, 1}, shares);
    addPage(pages, "names", tr("Names overwritten"), {std::move(chart)},
            tr("Rows: the slot that is overwritten. Share of the sentences in which the model then says what the new "
               "names ask for."));
    return pages;
}

}  // namespace mnemo
