// SPDX-License-Identifier: GPL-3.0-or-later
// METHODS.md §7.7: the graph and the adjacency matrix of a circuit (Figs 10–12 and 17–19 of its paper).
#include "widgets/circuit_charts.h"

#include "core/data/error.h"
#include "widgets/circuit_text.h"
#include "widgets/number_text.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <map>

namespace mnemo {
namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("mnemo::circuit", text);
}

GraphChart graphOf(const Result& result, const ShownCircuit& shown, const CircuitChoice& choice)
{
    return {shown.circuit, choice.merged, QString::fromStdString(result.title), circuitNote(shown, choice),
            shown.hidden};
}

/// What a cell of the matrix shows. Positions are summed.
double valueOf(const ShownCircuit& shown, const MergedEdge& merged, EdgeValues values)
{
    if (values == EdgeValues::Attribution)
        return merged.attribution;
    double sum = 0;
    bool any = false;
    for (const int edge : merged.edges) {
        if (values == EdgeValues::Kept)
            sum += edge < int(shown.kept.edges.size());
        else if (const auto exact = shown.whole.edges[std::size_t(edge)].exact) {
            sum += *exact;
            any = true;
        }
    }
    return any || values == EdgeValues::Kept ? sum : std::nan("");
}

QString valueName(EdgeValues values, bool positional)
{
    switch (values) {
        case EdgeValues::Exact:
            return positional ? tr("exact effect, sum over positions") : tr("exact effect");
        case EdgeValues::Kept:
            return positional ? tr("positions kept") : tr("kept");
        default:
            return positional ? tr("attribution, sum over positions") : tr("attribution");
    }
}

/// Destinations across, sources downwards. Where there is no edge the value is 0.
MapChart matrixOf(const Result& result, const ShownCircuit& shown, const CircuitChoice& choice)
{
    const EdgeValues values = choice.matrix;
    const bool positional = !shown.whole.positions.empty();
    Array array = Array::make("circuit", {{"destination", shown.whole.nodes}, {"source", shown.whole.nodes}},
                              values == EdgeValues::Kept ? "" : result.find("attribution")->unit);
    std::ranges::fill(array.values, 0);
    std::ranges::fill(array.states, CellState::Computed);
    const std::size_t nodes = shown.whole.nodes.size();
    std::map<std::pair<int, int>, QString> texts;
    double reach = 0;
    for (const MergedEdge& merged : mergedEdges(shown.whole)) {
        const std::size_t cell = std::size_t(merged.destination) * nodes + std::size_t(merged.source);
        const double value = valueOf(shown, merged, values);
        array.values[cell] = value;
        if (!std::isfinite(value))
            array.states[cell] = CellState::NotComputed;
        else
            reach = std::max(reach, std::abs(value));
        QString text = QStringLiteral("%1 %2").arg(valueName(values, positional), shortNumber(value));
        if (values == EdgeValues::Exact && !std::isfinite(value))
            text = tr("exact effect not computed");
        texts[{merged.destination, merged.source}] = text;
    }
    MapChart chart;
    const bool kept = values == EdgeValues::Kept;
    if (choice.clamp > 0 && !kept)
        reach = choice.clamp;
    else if (reach == 0)
        reach = 1;
    const ValueRange range{kept ? 0 : -reach, reach};
    const QString title = valueName(values, positional);
    chart.panels.push_back({"circuit", title.left(1).toUpper() + title.mid(1), tr("destination; sources downwards"),
                            title, std::make_shared<const Array>(std::move(array)), range,
                            kept ? QStringLiteral("greys") : QStringLiteral("rdbu")});
    for (const std::string& node : shown.whole.nodes)
        chart.rows.push_back({QString::fromStdString(node), {}, false});
    chart.range = range;
    chart.columns = 1;
    chart.cellText = [texts = std::move(texts), names = shown.whole.nodes](const std::string&, Cell cell) {
        const auto found = texts.find({cell.layer, cell.pos});
        const QString ends = QStringLiteral("%1 → %2: ")
                                 .arg(QString::fromStdString(names[std::size_t(cell.pos)]),
                                      QString::fromStdString(names[std::size_t(cell.layer)]));
        return ends + (found == texts.end() ? tr("no edge") : found->second);
    };
    return chart;
}

/// Faithfulness and its companions by the number of edges.
SeriesChart measuresOf(const Result& result)
{
    struct Curve {
        QString name;
        double (*of)(const CircuitMeasure&);
        QColor colour;
        bool dashed;
    };
    const QColor blue(0x46, 0x82, 0xB4), orange(0xFF, 0x8C, 0x00), green(0x2E, 0x8B, 0x57);
    const std::vector<Curve> curves{
        {tr("faithfulness"), [](const CircuitMeasure& m) { return m.faithfulness; }, blue, false},
        {tr("faithfulness, train"), [](const CircuitMeasure& m) { return m.trainFaithfulness; }, blue, true},
        {tr("accuracy"), [](const CircuitMeasure& m) { return m.accuracy; }, orange, false},
        {tr("accuracy, train"), [](const CircuitMeasure& m) { return m.trainAccuracy; }, orange, true},
        {tr("completeness"), [](const CircuitMeasure& m) { return m.completeness(); }, green, false}};
    const std::vector<CircuitMeasure> measures = circuitMeasures(result);
    SeriesChart chart{SeriesChart::Form::Lines, tr("What circuits of so many edges do"), tr("edges kept"), {}, {}};
    for (const CircuitMeasure& measure : measures)
        chart.layerNames.push_back(QString::number(measure.edges));
    for (const Curve& curve : curves) {
        LayerSeries series;
        series.name = curve.name;
        series.colour = curve.colour;
        series.dashed = curve.dashed;
        for (const CircuitMeasure& measure : measures)
            series.values.push_back(curve.of(measure));
        if (std::ranges::any_of(series.values, [](double value) { return std::isfinite(value); }))
            chart.series.push_back(std::move(series));
    }
    return chart;
}

}  // namespace

std::optional<ShownCircuit> readCircuit(const Result& result, const CircuitChoice& choice)
{
    try {
        ShownCircuit shown = shownCircuit(result, choice);
        return shown.whole.edges.empty() ? std::nullopt : std::optional(std::move(shown));
    } catch (const Failure&) {  // not yet, or damaged
        return {};
    }
}

std::vector<CircuitPage> circuitPages(const Result& result)
{
    std::vector<CircuitPage> pages{CircuitPage::Graph, CircuitPage::Matrix};
    if (!circuitMeasures(result).empty())
        pages.push_back(CircuitPage::Measures);
    return pages;
}

ChartPage circuitPage(CircuitPage page, const Result& result, const ShownCircuit& shown, const CircuitChoice& choice)
{
    switch (page) {
        case CircuitPage::Graph:
            return {QStringLiteral("graph"), circuitPageTitle(page), {graphOf(result, shown, choice)}};
        case CircuitPage::Matrix:
            return {QStringLiteral("matrix"), circuitPageTitle(page), {matrixOf(result, shown, choice)}};
        default:
            return {QStringLiteral("measures"), circuitPageTitle(page), {measuresOf(result)}};
    }
}

QString circuitPageTitle(CircuitPage page)
{
    switch (page) {
        case CircuitPage::Graph:
            return tr("Graph");
        case CircuitPage::Matrix:
            return tr("Adjacency");
        default:
            return tr("By number of edges");
    }
}

std::vector<ChartPage> circuitCharts(const Result& result, Metric)
{
    const CircuitChoice choice = circuitChoiceOf(result);
    const std::optional<ShownCircuit> shown = readCircuit(result, choice);
    std::vector<ChartPage> pages;
    if (shown)
        for (const CircuitPage page : circuitPages(result))
            pages.push_back(circuitPage(page, result, *shown, choice));
    return pages;
}

}  // namespace mnemo
