// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/graph_layout.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace mnemo {
namespace {

constexpr QSizeF boxSize(58, 22);
constexpr double rowHeight = 44;      // from middle to middle
constexpr double nodeWidth = 78;      // the same of neighbours in a row
constexpr double clearance = 6;       // between a line and a box it passes
constexpr double bendStep = 14;       // of control points that are tried
constexpr double widestBend = 1400;   // enough to pass fifty rows
constexpr int sweeps = 6;             // of sorting rows by their neighbours
constexpr std::size_t rowLength = 9;  // most nodes side by side
constexpr double columnGap = 26;
constexpr double margin = 10;

/// Row of every node; −1 for those without edges. A node opens a row when it hears one of the row that is being
/// filled, and so do the first and the last node of the circuit: they stand alone.
std::vector<int> rowsOf(const Circuit& circuit, const std::vector<MergedEdge>& edges, std::size_t most)
{
    const std::vector<bool> used = usedNodes(circuit);
    std::vector<std::set<int>> heard(circuit.nodes.size());
    for (const MergedEdge& edge : edges)
        heard[std::size_t(edge.destination)].insert(edge.source);
    std::vector<int> rows(circuit.nodes.size(), -1), filling;
    int row = -1;
    for (int node = 0; node < int(rows.size()); ++node) {
        if (!used[std::size_t(node)])
            continue;
        const bool alone = filling.size() >= most || node == circuit.output() || filling == std::vector{0};
        const bool hears =
            std::ranges::any_of(filling, [&](int one) { return heard[std::size_t(node)].contains(one); });
        if (row < 0 || alone || hears) {
            ++row;
            filling.clear();
        }
        filling.push_back(node);
        rows[std::size_t(node)] = row;
    }
    return rows;
}

/// The part of a drawing that belongs together: all of it, or one position's column, around x = 0.
class Block
{
public:
    Block(GraphLayout& layout, const std::vector<int>& rows) : m_layout(layout), m_rows(rows) {}

    void add(int place)
    {
        const int row = m_rows[std::size_t(m_layout.places[std::size_t(place)].node)];
        m_places[row].push_back(place);
    }

    void arrange(std::vector<GraphLayout::Link*> links)
    {
        m_links = std::move(links);
        spread();
        for (int sweep = 0; sweep < sweeps; ++sweep)
            sort(sweep % 2 == 0);
        for (GraphLayout::Link* link : m_links)
            bend(*link);
    }

    /// Left and right end of boxes and lines.
    std::pair<double, double> extent() const
    {
        double left = 0, right = 0;
        for (const auto& [row, places] : m_places)
            for (const int place : places) {
                left = std::min(left, m_layout.box(place).left());
                right = std::max(right, m_layout.box(place).right());
            }
        for (const GraphLayout::Link* link : m_links) {
            const QRectF line = m_layout.path(*link).boundingRect();
            left = std::min(left, line.left());
            right = std::max(right, line.right());
        }
        return {left, right};
    }

private:
    QPointF& at(int place) { return m_layout.places[std::size_t(place)].at; }
    int row(int place) const { return m_rows[std::size_t(m_layout.places[std::size_t(place)].node)]; }

    void spread()
    {
        for (auto& [row, places] : m_places)
            for (std::size_t i = 0; i < places.size(); ++i)
                at(places[i]) = {(double(i) - double(places.size() - 1) / 2) * nodeWidth, -row * rowHeight};
    }

    /// Each row by the middle of what its nodes are linked with, below them or above.
    void sort(bool byLower)
    {
        std::map<int, std::pair<double, int>> sums;
        for (const GraphLayout::Link* link : m_links) {
            const int mine = byLower ? link->to : link->from, other = byLower ? link->from : link->to;
            sums[mine].first += at(other).x();
            ++sums[mine].second;
        }
        const auto middle = [&](int place) {
            const auto found = sums.find(place);
            return found == sums.end() ? at(place).x() : found->second.first / found->second.second;
        };
        for (auto& [row, places] : m_places)
            std::ranges::stable_sort(places, {}, middle);
        spread();
    }

    /// Whether a line with that bend runs clear of the boxes between its ends. Its control points stand at thirds of
    /// its height, so that it passes each row at its share of the way.
    bool isFree(const GraphLayout::Link& link, double bend)
    {
        const int first = row(link.from), last = row(link.to);
        const double from = at(link.from).x(), to = at(link.to).x();
        for (auto between = m_places.upper_bound(first); between != m_places.end() && between->first < last;
             ++between) {
            const double t = double(between->first - first) / (last - first), back = 1 - t;
            const double x = from * back * back * back + 3 * (from + bend) * t * back * back +
                             3 * (to + bend) * t * t * back + to * t * t * t;
            for (const int place : between->second)
                if (std::abs(at(place).x() - x) < boxSize.width() / 2 + clearance)
                    return false;
        }
        return true;
    }

    /// The smallest one that is free. From the middle lines go to either side by turns.
    void bend(GraphLayout::Link& link)
    {
        const double side = at(link.from).x() + at(link.to).x();
        const bool right =
            side != 0
                ? side > 0
                : (m_layout.places[std::size_t(link.from)].node + m_layout.places[std::size_t(link.to)].node) % 2 == 0;
        for (double bend = 0; bend < widestBend; bend += bendStep)
            for (const double sign : {right ? 1.0 : -1.0, right ? -1.0 : 1.0})
                if (isFree(link, sign * bend)) {
                    link.bend = sign * bend;
                    return;
                }
    }

    GraphLayout& m_layout;
    const std::vector<int>& m_rows;
    std::map<int, std::vector<int>> m_places;  ///< by row, from left to right
    std::vector<GraphLayout::Link*> m_links;
};

int placeFor(GraphLayout& layout, std::map<std::pair<int, int>, int>& known, int node, int position)
{
    const auto [entry, isNew] = known.try_emplace({position, node}, int(layout.places.size()));
    if (isNew)
        layout.places.push_back({node, position, {}});
    return entry->second;
}

void addLinks(GraphLayout& layout, const Circuit& circuit, const std::vector<MergedEdge>& edges, bool merged)
{
    std::map<std::pair<int, int>, int> known;
    const auto add = [&](int source, int destination, int position, std::vector<int> of, double attribution) {
        const int from = placeFor(layout, known, source, position), to = placeFor(layout, known, destination, position);
        layout.links.push_back({from, to, std::move(of), attribution, 0});
    };
    for (const MergedEdge& edge : edges) {
        if (merged) {
            add(edge.source, edge.destination, -1, edge.edges, edge.attribution);
            continue;
        }
        for (const int one : edge.edges) {
            const CircuitEdge& single = circuit.edges[std::size_t(one)];
            add(edge.source, edge.destination, single.position, {one}, single.attribution);
        }
    }
    std::ranges::stable_sort(layout.links, {},
                             [](const GraphLayout::Link& link) { return std::abs(link.attribution); });
}

/// The columns side by side, in the order of their positions.
void arrangeColumns(GraphLayout& layout, const Circuit& circuit, const std::vector<int>& rows)
{
    std::map<int, std::vector<int>> columns;
    for (int place = 0; place < int(layout.places.size()); ++place)
        columns[layout.places[std::size_t(place)].position].push_back(place);
    double next = 0;
    for (const auto& [position, places] : columns) {
        Block block(layout, rows);
        for (const int place : places)
            block.add(place);
        std::vector<GraphLayout::Link*> links;
        for (GraphLayout::Link& link : layout.links)
            if (layout.places[std::size_t(link.from)].position == position)
                links.push_back(&link);
        block.arrange(std::move(links));
        const auto [left, right] = block.extent();
        for (const int place : places)
            layout.places[std::size_t(place)].at.rx() += next - left;
        if (position >= 0)
            layout.columns.push_back({QString::fromStdString(circuit.positions[std::size_t(position)]), next - left});
        next += right - left + columnGap;
    }
}

QRectF boundsOf(const GraphLayout& layout)
{
    QRectF bounds;
    for (int place = 0; place < int(layout.places.size()); ++place)
        bounds |= layout.box(place);
    for (const GraphLayout::Link& link : layout.links)
        bounds |= layout.path(link).boundingRect();
    if (!layout.columns.empty())
        bounds.setBottom(bounds.bottom() + boxSize.height());  // for their labels
    return bounds.adjusted(-margin, -margin, margin, margin);
}

}  // namespace

QRectF GraphLayout::box(int place) const
{
    const QPointF middle = places[std::size_t(place)].at;
    return {middle - QPointF(boxSize.width(), boxSize.height()) / 2, boxSize};
}

QPainterPath GraphLayout::path(const Link& link) const
{
    const QPointF from = places[std::size_t(link.from)].at, to = places[std::size_t(link.to)].at;
    const QPointF third(0, (to.y() - from.y()) / 3), aside(link.bend, 0);
    QPainterPath path(from);
    path.cubicTo(from + third + aside, to - third + aside, to);
    return path;
}

double GraphLayout::reach() const
{
    return links.empty() ? 0 : std::abs(links.back().attribution);
}

GraphLayout layOutGraph(const Circuit& circuit, bool merged)
{
    GraphLayout layout;
    if (circuit.edges.empty())
        return layout;
    const bool together = merged || circuit.positions.empty();
    const std::vector<MergedEdge> edges = mergedEdges(circuit);
    addLinks(layout, circuit, edges, together);
    // Apart, a row is one block at all positions: side by side they could be taken for one another.
    arrangeColumns(layout, circuit, rowsOf(circuit, edges, together ? rowLength : 1));
    layout.bounds = boundsOf(layout);
    return layout;
}

}  // namespace mnemo
