// SPDX-License-Identifier: GPL-3.0-or-later
// Where circuits stand when they are drawn, and the ways through them.
#include "tests/widgets/sample_circuit.h"
#include "widgets/graph_layout.h"
#include "widgets/graph_walk.h"

#include <QtTest>
#include <set>

using namespace mnemo;

namespace {

int placeOf(const GraphLayout& layout, int node, int position = -1)
{
    for (int place = 0; place < int(layout.places.size()); ++place)
        if (layout.places[std::size_t(place)].node == node && layout.places[std::size_t(place)].position == position)
            return place;
    return -1;
}

/// "0>2": nodes at the ends of the lines that are marked.
QStringList ends(const GraphLayout& layout, const std::vector<bool>& marked)
{
    QStringList names;
    for (std::size_t i = 0; i < layout.links.size(); ++i)
        if (marked[i])
            names << QStringLiteral("%1>%2")
                         .arg(layout.places[std::size_t(layout.links[i].from)].node)
                         .arg(layout.places[std::size_t(layout.links[i].to)].node);
    names.sort();
    return names;
}

void verifySound(const GraphLayout& layout)
{
    for (int a = 0; a < int(layout.places.size()); ++a)
        for (int b = a + 1; b < int(layout.places.size()); ++b)
            QVERIFY2(!layout.box(a).intersects(layout.box(b)), "boxes overlap");
    for (const GraphLayout::Link& link : layout.links) {
        QVERIFY2(layout.places[std::size_t(link.to)].at.y() < layout.places[std::size_t(link.from)].at.y(),
                 "a line leads upwards");
        const QPainterPath path = layout.path(link);
        QVERIFY(layout.bounds.contains(path.boundingRect().adjusted(-0.1, -0.1, 0.1, 0.1)));  // straight ones are thin
        for (int step = 0; step <= 40; ++step) {
            const QPointF point = path.pointAtPercent(step / 40.0);
            for (int place = 0; place < int(layout.places.size()); ++place)
                QVERIFY2(
                    place == link.from || place == link.to || !layout.box(place).adjusted(2, 9, -2, -9).contains(point),
                    "a line runs through the middle of a box");
        }
    }
}

}  // namespace

class TestGraphLayout : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nothingHasNoPlaces()
    {
        const GraphLayout layout = layOutGraph(Circuit(), true);
        QVERIFY(layout.places.empty() && layout.links.empty() && layout.bounds.isEmpty());
        QCOMPARE(layout.reach(), 0.0);
        QCOMPARE(placeAfter(layout, -1, GraphStep::Feeds), -1);
        QVERIFY(linksThrough(layout, 0).empty());
    }

    void laterNodesStandHigher()
    {
        const Circuit circuit = circuitOf(test::sampleCircuit());
        const GraphLayout layout = layOutGraph(circuit, true);
        QCOMPARE(int(layout.places.size()), 4);
        QCOMPARE(int(layout.links.size()), 6);
        for (int node = 0; node < 3; ++node)
            QVERIFY(layout.places[std::size_t(placeOf(layout, node + 1))].at.y() <
                    layout.places[std::size_t(placeOf(layout, node))].at.y());
        verifySound(layout);
    }

    /// Without 0→1 the two blocks give each other nothing.
    void nodesThatAreNotLinkedShareARow()
    {
        const Circuit circuit = strongest(circuitOf(test::sampleCircuit()), 4);
        const GraphLayout layout = layOutGraph(circuit, true);
        const QPointF zero = layout.places[std::size_t(placeOf(layout, 1))].at,
                      one = layout.places[std::size_t(placeOf(layout, 2))].at;
        QCOMPARE(zero.y(), one.y());
        verifySound(layout);
    }

    void onlyNodesWithEdgesHaveAPlace()
    {
        const GraphLayout layout = layOutGraph(strongest(circuitOf(test::sampleCircuit()), 2), true);
        QCOMPARE(int(layout.places.size()), 3);
        QCOMPARE(placeOf(layout, 1), -1);
    }

    void theStrongestLineIsOnTop()
    {
        const GraphLayout layout = layOutGraph(circuitOf(test::sampleCircuit()), true);
        for (std::size_t i = 1; i < layout.links.size(); ++i)
            QVERIFY(std::abs(layout.links[i - 1].attribution) <= std::abs(layout.links[i].attribution));
        QCOMPARE(layout.reach(), 0.4);
    }

    void mergedEdgesAreOneLine()
    {
        const Circuit circuit = circuitOf(test::positionalCircuit());
        const GraphLayout layout = layOutGraph(circuit, true);
        QCOMPARE(int(layout.links.size()), 4);
        QVERIFY(layout.columns.empty());
        QCOMPARE(layout.links.back().edges, (std::vector<int>{0, 1}));
        QVERIFY(std::abs(layout.reach() - 0.7) < 1e-12);
        verifySound(layout);
    }

    void positionsApartAreColumns()
    {
        const Circuit circuit = circuitOf(test::positionalCircuit());
        const GraphLayout layout = layOutGraph(circuit, false);
        QCOMPARE(int(layout.links.size()), 5);
        QCOMPARE(int(layout.columns.size()), 3);
        QCOMPARE(layout.columns[0].label, QStringLiteral("n1"));
        QVERIFY(layout.columns[0].x < layout.columns[1].x && layout.columns[1].x < layout.columns[2].x);
        for (const GraphLayout::Link& link : layout.links)
            QCOMPARE(layout.places[std::size_t(link.from)].position, layout.places[std::size_t(link.to)].position);
        // A block is at the same height everywhere.
        QCOMPARE(layout.places[std::size_t(placeOf(layout, 2, 0))].at.y(),
                 layout.places[std::size_t(placeOf(layout, 2, 2))].at.y());
        verifySound(layout);
    }

    void columnsWithoutEdgesAreLeftOut()
    {
        const GraphLayout layout = layOutGraph(strongest(circuitOf(test::positionalCircuit()), 2), false);
        QCOMPARE(int(layout.columns.size()), 2);
    }

    void sameCircuitSamePlaces()
    {
        const Circuit circuit = strongest(circuitOf(test::wholeCircuit(20)), 80);
        const GraphLayout first = layOutGraph(circuit, true), second = layOutGraph(circuit, true);
        for (std::size_t i = 0; i < first.places.size(); ++i)
            QCOMPARE(first.places[i].at, second.places[i].at);
        for (std::size_t i = 0; i < first.links.size(); ++i)
            QCOMPARE(first.links[i].bend, second.links[i].bend);
    }

    void largeCircuitsKeepClearOfTheirBoxes()
    {
        const Circuit whole = circuitOf(test::wholeCircuit(48));
        QCOMPARE(int(whole.edges.size()), 1225);
        for (const int edges : {40, 188, 1225}) {
            const GraphLayout layout = layOutGraph(strongest(whole, edges), true);
            QCOMPARE(int(layout.links.size()), edges);
            verifySound(layout);
        }
    }

    void pathsThroughANode()
    {
        const Circuit circuit = strongest(circuitOf(test::sampleCircuit()), 4);
        const GraphLayout layout = layOutGraph(circuit, true);
        QCOMPARE(ends(layout, linksThrough(layout, placeOf(layout, 2))), (QStringList{"0>2", "2>3"}));
        QCOMPARE(ends(layout, linksThrough(layout, placeOf(layout, 0))), (QStringList{"0>1", "0>2", "1>3", "2>3"}));
        QCOMPARE(ends(layout, linksThrough(layout, -1)), QStringList());
        QCOMPARE(ends(layout, linksThrough(layout, 99)), QStringList());
    }

    void pathsOfWholeCircuitsSkipWhatPassesBy()
    {
        const GraphLayout layout = layOutGraph(circuitOf(test::sampleCircuit()), true);
        QCOMPARE(ends(layout, linksThrough(layout, placeOf(layout, 1))), (QStringList{"0>1", "1>2", "1>3", "2>3"}));
    }

    /// 1 hears n1 and n2 and speaks at the end.
    void pathsGoOnAtOtherPositions()
    {
        const GraphLayout layout = layOutGraph(circuitOf(test::positionalCircuit()), false);
        QCOMPARE(ends(layout, linksThrough(layout, placeOf(layout, 0, 1))), (QStringList{"0>2", "2>3"}));
        QCOMPARE(ends(layout, linksThrough(layout, placeOf(layout, 3, 2))),
                 (QStringList{"0>1", "0>2", "0>2", "1>3", "2>3"}));
    }

    void stepsFollowTheStrongestLine()
    {
        const GraphLayout layout = layOutGraph(circuitOf(test::sampleCircuit()), true);
        const auto after = [&](int node, GraphStep step) {
            return layout.places[std::size_t(placeAfter(layout, placeOf(layout, node), step))].node;
        };
        QCOMPARE(after(0, GraphStep::Feeds), 2);
        QCOMPARE(after(2, GraphStep::Feeds), 3);
        QCOMPARE(after(3, GraphStep::Feeds), 3);  // nothing above
        QCOMPARE(after(3, GraphStep::FedBy), 2);
        QCOMPARE(after(0, GraphStep::FedBy), 0);
        QCOMPARE(after(0, GraphStep::Right), 1);
        QCOMPARE(after(1, GraphStep::Left), 0);
        QCOMPARE(after(0, GraphStep::Left), 0);
        QCOMPARE(after(3, GraphStep::Right), 3);
        QCOMPARE(layout.places[std::size_t(placeAfter(layout, -1, GraphStep::Right))].node, 0);
    }

    void everyPlaceIsReadOnce()
    {
        const GraphLayout layout = layOutGraph(strongest(circuitOf(test::wholeCircuit(20)), 60), true);
        const std::vector<int> order = readingOrder(layout);
        QCOMPARE(std::set<int>(order.begin(), order.end()).size(), layout.places.size());
        for (std::size_t i = 1; i < order.size(); ++i)
            QVERIFY(layout.places[std::size_t(order[i])].at.y() <= layout.places[std::size_t(order[i - 1])].at.y());
    }
};

QTEST_MAIN(TestGraphLayout)
#include "tst_graph_layout.moc"
