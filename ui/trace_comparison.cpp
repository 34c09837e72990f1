// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace_comparison.h"

#include "core/data/depth.h"
#include "ui/edit_refs.h"
#include "widgets/json_value.h"
#include "widgets/number_text.h"
#include "widgets/token_chips.h"
#include "widgets/trace_rows.h"

#include <QObject>
#include <algorithm>
#include <cmath>

namespace mnemo {
namespace {

const QString signedColours = QStringLiteral("rdbu");

const HeatmapGrid::Panel* panelOf(const std::vector<HeatmapGrid::Panel>& panels, const std::string& site)
{
    const auto found = std::ranges::find(panels, site, &HeatmapGrid::Panel::site);
    return found == panels.end() ? nullptr : &*found;
}

std::optional<HeatmapGrid::Panel> copyOf(const HeatmapGrid::Panel* panel)
{
    return panel ? std::optional(*panel) : std::nullopt;
}

/// Below a third of a page there is no room for more words.
QString shortLayersLabel(const Result& trace, const std::string& site)
{
    const std::map<std::string, int> windows = traceWindows(trace);
    const auto window = windows.find(site);
    return window == windows.end() || window->second == 1 ? QObject::tr("layer")
                                                          : QObject::tr("centre of %1 layers").arg(window->second);
}

std::vector<HeatmapGrid::Panel> panelsOf(const Result& trace, Metric metric)
{
    std::vector<HeatmapGrid::Panel> panels = tracePanels(trace, metric);
    for (HeatmapGrid::Panel& panel : panels)
        panel.layerLabel = shortLayersLabel(trace, panel.site);
    return panels;
}

HeatmapGrid::Panel minus(const HeatmapGrid::Panel& a, const HeatmapGrid::Panel& b, const std::vector<TokenPair>& pairs)
{
    HeatmapGrid::Panel panel;
    panel.site = a.site;
    panel.title = a.site == b.site
                      ? siteTitle(a.site)
                      : QStringLiteral("%1 − %2").arg(QString::fromStdString(a.site), QString::fromStdString(b.site));
    panel.layerLabel = QObject::tr("layer of %1").arg(std::max(a.array->axes[0].size(), b.array->axes[0].size()));
    panel.valueLabel = QObject::tr("Δ %1").arg(a.valueLabel);
    panel.array = std::make_shared<const Array>(subtractMaps(*a.array, *b.array, pairs));
    panel.colourMap = signedColours;
    return panel;
}

/// Sites that have a counterpart, then the others: a's and b's in the same lines, as far as there are both.
std::vector<TraceComparison::Line> linesOf(const Result& a, const Result& b, Metric metric,
                                           const std::vector<TokenPair>& tokens)
{
    const auto mine = panelsOf(a, metric), theirs = panelsOf(b, metric);
    std::vector<TraceComparison::Line> lines, alone;
    std::size_t alonesOfB = 0;
    for (const SitePair& sites : matchSites(a, b)) {
        const auto* first = panelOf(mine, sites.a);
        const auto* second = panelOf(theirs, sites.b);
        if (first && second)
            lines.push_back({*first, *second, minus(*first, *second, tokens)});
        else if (first)
            alone.push_back({copyOf(first), std::nullopt, std::nullopt});
        else if (second && alonesOfB < alone.size())
            alone[alonesOfB++][TraceComparison::B] = *second;
        else if (second)
            alone.push_back({std::nullopt, copyOf(second), std::nullopt}), ++alonesOfB;
    }
    lines.insert(lines.end(), alone.begin(), alone.end());
    return lines;
}

QString tokenText(const Result& trace, int pos)
{
    return shownToken(trace.head.at("tokens").at(std::size_t(pos)).value("text", ""));
}

QString roleText(PairRole role)
{
    switch (role) {
        case PairRole::Token:
            break;
        case PairRole::SubjectFirst:
            return QObject::tr("subject first: ");
        case PairRole::SubjectLast:
            return QObject::tr("subject last: ");
        case PairRole::AfterSubject:
            return QObject::tr("after subject: ");
        case PairRole::PromptLast:
            return QObject::tr("prompt last: ");
    }
    return {};
}

std::vector<RowLabel> pairRows(const Result& a, const Result& b, const std::vector<TokenPair>& pairs)
{
    std::vector<RowLabel> rows;
    for (const TokenPair& pair : pairs) {
        const QString mine = tokenText(a, pair.a), other = tokenText(b, pair.b);
        rows.push_back({roleText(pair.role) + mine, mine == other ? QString() : other,
                        pair.role == PairRole::Token && jsonSpan(a.head, "subject").contains(pair.a)});
    }
    return rows;
}

std::vector<HeatmapGrid::Panel> column(const std::vector<TraceComparison::Line>& lines, TraceComparison::Column which)
{
    std::vector<HeatmapGrid::Panel> panels;
    for (const TraceComparison::Line& line : lines)
        if (line[which])
            panels.push_back(*line[which]);
    return panels;
}

/// Of each column; 0 where it has no map.
std::array<int, 3> layersOf(const std::vector<TraceComparison::Line>& lines)
{
    std::array<int, 3> layers{};
    for (const TraceComparison::Line& line : lines)
        for (const auto which : TraceComparison::columns)
            if (line[which])
                layers[which] = line[which]->array->axes[0].size();
    return layers;
}

double largestOf(const std::vector<HeatmapGrid::Panel>& panels)
{
    double largest = 0;
    for (const HeatmapGrid::Panel& panel : panels)
        for (const double value : panel.array->values)
            if (std::isfinite(value))
                largest = std::max(largest, std::abs(value));
    return largest > 0 ? largest : 1;
}

std::array<ValueRange, 3> rangesOf(const std::vector<TraceComparison::Line>& lines, Metric metric, bool oneScale)
{
    auto a = column(lines, TraceComparison::A), b = column(lines, TraceComparison::B);
    const double largest = largestOf(column(lines, TraceComparison::Difference));
    if (!oneScale)
        return {traceRange(a, metric), traceRange(b, metric), {-largest, largest}};
    a.insert(a.end(), b.begin(), b.end());
    const ValueRange both = traceRange(a, metric);
    return {both, both, {-largest, largest}};
}

QString pairedText(const TokenMatch& match)
{
    switch (match.by) {
        case PairedBy::Tokens:
            return QObject::tr("token by token");
        case PairedBy::Spans:
            return QObject::tr("by the text: %1 tokens of %2 and %3 stand for the same part of it")
                .arg(match.pairs.size())
                .arg(match.toB.size())
                .arg(match.toA.size());
        case PairedBy::Places:
            return QObject::tr("token by token, other words");
        case PairedBy::Roles:
            break;
    }
    return QObject::tr("by role: the prompts have %1 and %2 tokens").arg(match.toB.size()).arg(match.toA.size());
}

/// What the answers are, where the two do not score the same one.
QString answersText(const Result& a, const Result& b, const std::array<QString, 3>& names)
{
    const auto answer = [](const Result& trace) {
        return shownToken(jsonText(jsonMember(trace.head, "target"), "text").toStdString());
    };
    const QString mine = answer(a), theirs = answer(b);
    return mine == theirs || mine.isEmpty() || theirs.isEmpty()
               ? QString()
               : QObject::tr("; other answers: %1 (%2) and %3 (%4)").arg(mine, names[0], theirs, names[1]);
}

QString depthsText(const Result& a, const Result& b)
{
    const double mine = jsonNumber(a.model, "layers"), theirs = jsonNumber(b.model, "layers");
    return std::isfinite(mine) && std::isfinite(theirs) && mine != theirs
               ? QObject::tr("; %1 and %2 layers by depth ℓ/L").arg(mine).arg(theirs)
               : QString();
}

/// The pair whose token of that column this is; −1: none.
int pairOf(const std::vector<TokenPair>& pairs, int TokenPair::*side, int pos)
{
    const auto found = std::ranges::find(pairs, pos, side);
    return found == pairs.end() ? -1 : int(found - pairs.begin());
}

int linkedToken(const TokenMatch& match, TraceComparison::Column from, int pos, TraceComparison::Column to)
{
    const auto at = [pos](const std::vector<int>& links) {
        return pos >= 0 && pos < int(links.size()) ? links[std::size_t(pos)] : -1;
    };
    if (from == to)
        return pos;
    if (to == TraceComparison::Difference)
        return pairOf(match.pairs, from == TraceComparison::A ? &TokenPair::a : &TokenPair::b, pos);
    if (from != TraceComparison::Difference)
        return at(from == TraceComparison::A ? match.toB : match.toA);
    if (pos < 0 || pos >= int(match.pairs.size()))
        return -1;
    const TokenPair& pair = match.pairs[std::size_t(pos)];
    return to == TraceComparison::A ? pair.a : pair.b;
}

/// "0.42", or why there is no number.
QString valueText(const Array& map, Cell cell)
{
    if (!map.has(cell.layer, cell.pos))
        return map.state(cell.layer, cell.pos) == CellState::Undefined ? QObject::tr("not defined")
                                                                       : QObject::tr("not computed");
    return shortNumber(map.at(cell.layer, cell.pos));
}

}  // namespace

std::string TraceComparison::linkedSite(Column from, const std::string& site, Column to) const
{
    for (const Line& line : lines)
        if (line[from] && line[from]->site == site)
            return line[to] && (line[Difference] || from == to) ? line[to]->site : std::string();
    return {};
}

Cell TraceComparison::linkedCell(Column from, Cell cell, Column to) const
{
    const int pos = linkedToken(match, from, cell.pos, to);
    if (pos < 0 || layers[from] == 0 || layers[to] == 0)
        return {};
    return {cell.layer < 0 ? -1 : nearestLayer(cell.layer, layers[from], layers[to]), pos};
}

QString TraceComparison::cellText(Column from, const std::string& site, Cell cell) const
{
    QStringList parts;
    for (const Column to : columns) {
        const std::string theirs = linkedSite(from, site, to);
        const Cell there = linkedCell(from, cell, to);
        const auto line =
            std::ranges::find_if(lines, [&](const Line& one) { return one[to] && one[to]->site == theirs; });
        if (theirs.empty() || !there.valid() || line == lines.end() || there.layer >= layers[to] ||
            there.pos >= (*line)[to]->array->axes[1].size())
            continue;
        const HeatmapGrid::Panel& panel = *(*line)[to];
        const QString value = QStringLiteral("%1 %2").arg(panel.valueLabel, valueText(*panel.array, there));
        parts << (to == Difference
                      ? value
                      : QObject::tr("%1 %2 at %3, layer %4 of %5: %6")
                            .arg(names[to], QString::fromStdString(theirs), rows[to][std::size_t(there.pos)].text)
                            .arg(there.layer)
                            .arg(layers[to])
                            .arg(value));
    }
    return parts.join(QStringLiteral("  ·  "));
}

PairNames namesOfPair(const Result& a, const Result& b)
{
    for (const auto& [of, key] : {std::pair(&Result::model, "name"), std::pair(&Result::parameters, "subject")})
        if (const QString mine = jsonText(a.*of, key), other = jsonText(b.*of, key); mine != other)
            return {mine, other};
    if (const EditRefs mine = editsOf(a), other = editsOf(b); mine.size() != other.size())
        return {editsText(int(mine.size())), editsText(int(other.size()))};
    return {QObject::tr("first"), QObject::tr("second")};
}

TraceComparison compareTraces(const Result& a, const Result& b, Metric metric, bool oneScale, const PairNames& names)
{
    TraceComparison comparison;
    const auto [first, second] = names == PairNames() ? namesOfPair(a, b) : names;
    comparison.names = {first, second, QStringLiteral("%1 − %2").arg(first, second)};
    comparison.match = matchTokens(a, b);
    comparison.lines = linesOf(a, b, metric, comparison.match.pairs);
    comparison.layers = layersOf(comparison.lines);
    comparison.ranges = rangesOf(comparison.lines, metric, oneScale);
    comparison.rows = {traceRows(a), traceRows(b), pairRows(a, b, comparison.match.pairs)};
    comparison.sameRows = comparison.match.by == PairedBy::Tokens && comparison.rows[0] == comparison.rows[1];
    if (comparison.sameRows)
        comparison.rows[2] = comparison.rows[0];
    comparison.note = pairedText(comparison.match) + depthsText(a, b) + answersText(a, b, comparison.names);
    return comparison;
}

std::vector<Chart> comparisonCharts(const TraceComparison& comparison, const QString& colourMap)
{
    std::vector<Chart> charts;
    for (const TraceComparison::Line& line : comparison.lines) {
        MapChart chart;
        chart.rows = comparison.rows[0];
        chart.colourMap = colourMap;
        chart.columns = int(TraceComparison::columns.size());
        for (const auto which : TraceComparison::columns) {
            HeatmapGrid::Panel panel = line[which].value_or(HeatmapGrid::Panel());
            panel.range = comparison.ranges[which];
            if (which != TraceComparison::Difference)
                panel.title = QStringLiteral("%1: %2").arg(comparison.names[which], QString::fromStdString(panel.site));
            if (which != TraceComparison::A && !comparison.sameRows)
                panel.rows = comparison.rows[which];
            chart.panels.push_back(std::move(panel));
        }
        charts.push_back(std::move(chart));
    }
    return charts;
}

}  // namespace mnemo
