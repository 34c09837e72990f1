// SPDX-License-Identifier: GPL-3.0-or-later
// What the graph says in words: of blocks, of lines, and on them.
#include "core/data/circuit.h"
#include "widgets/graph_view.h"
#include "widgets/number_text.h"

#include <algorithm>

namespace mnemo {
namespace {

constexpr std::size_t mostLabels = 200;  // lines that are labelled all at once
constexpr int mostNamed = 6;             // positions and neighbours that a text names

}  // namespace

QString GraphView::nodeName(int place) const
{
    return QString::fromStdString(m_circuit.nodes[std::size_t(m_layout.places[std::size_t(place)].node)]);
}

QString GraphView::placeName(int place) const
{
    const int position = m_layout.places[std::size_t(place)].position;
    return position < 0 ? nodeName(place)
                        : tr("%1 at %2")
                              .arg(nodeName(place), QString::fromStdString(m_circuit.positions[std::size_t(position)]));
}

QString GraphView::placeText(int place) const
{
    QStringList feeds, fedBy;
    for (auto link = m_layout.links.rbegin(); link != m_layout.links.rend(); ++link) {
        if (link->from == place)
            feeds << nodeName(link->to);
        else if (link->to == place)
            fedBy << nodeName(link->from);
    }
    const auto listed = [](QStringList names) {
        const auto more = names.size() - mostNamed;
        QString text = names.mid(0, mostNamed).join(QStringLiteral(", "));
        return more > 0 ? tr("%1 and %2 more").arg(text).arg(more) : text;
    };
    QStringList parts;
    if (!fedBy.isEmpty())
        parts << tr("fed by %1").arg(listed(fedBy));
    if (!feeds.isEmpty())
        parts << tr("feeds %1").arg(listed(feeds));
    return placeName(place) + QStringLiteral(": ") + parts.join(QStringLiteral("; "));
}

/// "attribution −0.12", with positions each of them.
QString GraphView::measuresText(const std::vector<int>& edges) const
{
    double sum = 0;
    QStringList attributions, exact;
    for (const int index : edges) {
        const CircuitEdge& edge = m_circuit.edges[std::size_t(index)];
        sum += edge.attribution;
        const QString at =
            edge.position < 0 || edges.size() == 1
                ? QString()
                : QString::fromStdString(m_circuit.positions[std::size_t(edge.position)]) + QLatin1Char(' ');
        attributions << at + shortNumber(edge.attribution);
        if (edge.exact)
            exact << at + shortNumber(*edge.exact);
    }
    QString text = tr("attribution %1").arg(shortNumber(sum));
    if (attributions.size() > 1)
        text += QStringLiteral(" (%1)").arg(attributions.join(QStringLiteral(", ")));
    if (!exact.isEmpty())
        text += tr(", exact effect %1").arg(exact.join(QStringLiteral(", ")));
    return text;
}

QString GraphView::linkText(int link) const
{
    const GraphLayout::Link& line = m_layout.links[std::size_t(link)];
    const QString ends = nodeName(line.from) + QStringLiteral(" → ") + nodeName(line.to);
    const CircuitEdge& first = m_circuit.edges[std::size_t(line.edges.front())];
    const QString at = line.edges.size() > 1 || first.position < 0
                           ? QString()
                           : tr(" at %1").arg(QString::fromStdString(m_circuit.positions[std::size_t(first.position)]));
    return ends + at + QStringLiteral(": ") + measuresText(line.edges);
}

/// What stands on a line: its positions, few of them by name. Where positions are columns, nothing.
QString GraphView::labelOf(const GraphLayout::Link& link) const
{
    if (!m_layout.columns.empty() || m_circuit.positions.empty())
        return {};
    if (link.edges.size() == m_circuit.positions.size() && link.edges.size() > 1)
        return tr("all");
    const auto shown = std::min(link.edges.size(), std::size_t(mostNamed));
    QString text = QString::fromStdString(
        positionsText(m_circuit, {link.edges.begin(), link.edges.begin() + std::ptrdiff_t(shown)}));
    return shown < link.edges.size() ? tr("%1 +%2").arg(text).arg(link.edges.size() - shown) : text;
}

/// One per line; none at all where there are too many to be read.
std::vector<QString> GraphView::labelsOf() const
{
    std::vector<QString> labels;
    if (m_layout.links.size() <= mostLabels)
        for (const GraphLayout::Link& link : m_layout.links)
            labels.push_back(labelOf(link));
    return labels;
}

}  // namespace mnemo
