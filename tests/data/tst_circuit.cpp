// SPDX-License-Identifier: GPL-3.0-or-later
// Circuits as plain data: ranking, cutting, paths, what was measured; results that are damaged.
#include <QTest>

#include "core/data/circuit_choice.h"
#include "tests/support/refusal.h"
#include "tests/widgets/sample_circuit.h"

#include <limits>

using namespace mnemo;

namespace {

/// "0>2@1": source, destination and position.
QStringList names(const Circuit& circuit)
{
    QStringList names;
    for (const CircuitEdge& edge : circuit.edges)
        names << (edge.position < 0
                      ? QStringLiteral("%1>%2").arg(edge.source).arg(edge.destination)
                      : QStringLiteral("%1>%2@%3").arg(edge.source).arg(edge.destination).arg(edge.position));
    return names;
}

}  // namespace

class TestCircuit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatLowersTheMetricMostComesFirst()
    {
        const Circuit circuit = circuitOf(test::sampleCircuit());
        QCOMPARE(names(circuit), (QStringList{"0>2", "2>3", "0>1", "1>3", "0>3", "1>2"}));
        QCOMPARE(circuit.nodes, (std::vector<std::string>{"embed", "0", "1", "output"}));
        QVERIFY(circuit.positions.empty());
        QCOMPARE(circuit.output(), 3);
        QCOMPARE(circuit.edges.front().attribution, -0.4);
        QVERIFY(std::abs(*circuit.edges.front().exact + 0.6) < 1e-12);
    }

    void rankingByMagnitudeDoesNotLookAtTheSign()
    {
        Result result = test::sampleCircuit();
        result.parameters["ranking"] = "absolute";
        QCOMPARE(names(circuitOf(result)), (QStringList{"0>2", "2>3", "0>1", "1>2", "1>3", "0>3"}));
        result.parameters = Json::array();  // of a stranger
        QCOMPARE(names(circuitOf(result)).constLast(), QStringLiteral("1>2"));
    }

    void positionsAreEdgesOfTheirOwn()
    {
        const Circuit circuit = circuitOf(test::positionalCircuit());
        QCOMPARE(names(circuit), (QStringList{"0>2@0", "0>2@1", "2>3@2", "0>1@0", "1>3@2"}));
        QCOMPARE(circuit.positions, test::circuitPositions);
        QVERIFY(!circuit.edges.front().exact);
    }

    void equalEdgesStayInTheirOrder()
    {
        Result result = test::circuitResult(test::blockNames(2), {});
        for (const auto& [from, to] : {std::pair(0, 1), std::pair(0, 2), std::pair(1, 3)})
            test::setCell(result, "attribution", from, to, 0, -0.5);
        QCOMPARE(names(circuitOf(result)), (QStringList{"0>1", "0>2", "1>3"}));
    }

    void cellsThatAreNoEdgesAreNone()
    {
        Result result = test::sampleCircuit();
        test::setCell(result, "attribution", 2, 1, 0, -9);  // backwards
        test::setCell(result, "attribution", 1, 1, 0, -9);
        test::setCell(result, "attribution", 0, 1, 0, std::numeric_limits<double>::quiet_NaN());
        QCOMPARE(names(circuitOf(result)), (QStringList{"0>2", "2>3", "1>3", "0>3", "1>2"}));
    }

    void damagedResultsAreRefused()
    {
        Result result = test::sampleCircuit();
        result.kind = "trace";
        VERIFY_REFUSED(circuitOf(result), ErrorCode::Usage, "Sample of circuit");
        result = test::sampleCircuit();
        result.arrays.erase(result.arrays.begin());
        VERIFY_REFUSED(circuitOf(result), ErrorCode::Usage, "no edges");

        const auto damaged = [](auto change) {
            Result damage = test::sampleCircuit();
            Array array = *damage.arrays.front();
            change(array);
            damage.arrays.front() = std::make_shared<const Array>(std::move(array));
            return damage;
        };
        VERIFY_REFUSED(circuitOf(damaged([](Array& a) { a.values.resize(3); })), ErrorCode::Usage, "no edges");
        VERIFY_REFUSED(circuitOf(damaged([](Array& a) { a.states.clear(); })), ErrorCode::Usage, "no edges");
        VERIFY_REFUSED(circuitOf(damaged([](Array& a) { a.axes.resize(1); })), ErrorCode::Usage, "no edges");
        VERIFY_REFUSED(circuitOf(damaged([](Array& a) { a.axes[1].labels[0] = "x"; })), ErrorCode::Usage, "no edges");
        VERIFY_REFUSED(circuitOf(damaged([](Array& a) { a.axes[0].labels.clear(), a.axes[1].labels.clear(); })),
                       ErrorCode::Usage, "no edges");
    }

    void exactEffectsOfAnotherShapeAreLeftOut()
    {
        Result result = test::sampleCircuit();
        Array exact = Array::make("exact", {{"source", {"embed"}}, {"destination", {"embed"}}}, "");
        result.arrays[1] = std::make_shared<const Array>(exact);
        for (const CircuitEdge& edge : circuitOf(result).edges)
            QVERIFY(!edge.exact);
    }

    void nothingIsLeftOfNothing()
    {
        const Result empty = test::circuitResult({}, {});
        const Circuit circuit = circuitOf(empty);
        QVERIFY(circuit.edges.empty());
        QVERIFY(onPaths(circuit).edges.empty());
        QVERIFY(strongest(circuit, 5).edges.empty());
        QVERIFY(mergedEdges(circuit).empty());
    }

    void theStrongestAreTheFirst()
    {
        const Circuit circuit = circuitOf(test::sampleCircuit());
        QCOMPARE(names(strongest(circuit, 2)), (QStringList{"0>2", "2>3"}));
        QVERIFY(strongest(circuit, 0).edges.empty());
        QVERIFY(strongest(circuit, -3).edges.empty());
        QCOMPARE(strongest(circuit, 99).edges, circuit.edges);
        QCOMPARE(strongest(circuit, 2).nodes, circuit.nodes);
    }

    /// 0 is fed and not heard with three edges; with four it is.
    void edgesOffThePathsGo()
    {
        const Circuit circuit = circuitOf(test::sampleCircuit());
        QCOMPARE(names(onPaths(strongest(circuit, 3))), (QStringList{"0>2", "2>3"}));
        QCOMPARE(names(onPaths(strongest(circuit, 4))), (QStringList{"0>2", "2>3", "0>1", "1>3"}));
        QVERIFY(onPaths(strongest(circuit, 1)).edges.empty());
    }

    /// Whatever the order that edges come in: compared with a search from every edge.
    void pathsAreThoseOfASlowSearch()
    {
        const Circuit whole = circuitOf(test::wholeCircuit(9));
        const auto reaches = [](const Circuit& circuit, int from, int to) {
            const auto search = [&](auto&& again, int at) -> bool {
                return at == to || std::ranges::any_of(circuit.edges, [&](const CircuitEdge& edge) {
                           return edge.source == at && again(again, edge.destination);
                       });
            };
            return search(search, from);
        };
        for (const int edges : {3, 8, 12, 20, 30}) {
            const Circuit some = strongest(whole, edges);
            std::vector<CircuitEdge> expected;
            for (const CircuitEdge& edge : some.edges)
                if (reaches(some, 0, edge.source) && reaches(some, edge.destination, some.output()))
                    expected.push_back(edge);
            QCOMPARE(onPaths(some).edges, expected);
        }
    }

    void positionsDoNotMatterForPaths()
    {
        const Circuit circuit = circuitOf(test::positionalCircuit());
        QCOMPARE(onPaths(circuit).edges, circuit.edges);
        QCOMPARE(names(onPaths(strongest(circuit, 4))), (QStringList{"0>2@0", "0>2@1", "2>3@2"}));
    }

    void hiddenNodesTakeTheirEdgesAlong()
    {
        const Circuit circuit = circuitOf(test::sampleCircuit());
        QCOMPARE(names(withoutNodes(circuit, {"1", "nothing"})), (QStringList{"0>1", "1>3", "0>3"}));
        QCOMPARE(usedNodes(withoutNodes(circuit, {"1"})), (std::vector<bool>{true, true, false, true}));
    }

    void edgesOfTwoNodesAreMerged()
    {
        const Circuit circuit = circuitOf(test::positionalCircuit());
        const std::vector<MergedEdge> merged = mergedEdges(circuit);
        QCOMPARE(int(merged.size()), 4);
        QCOMPARE(merged[1].source, 0);
        QCOMPARE(merged[1].destination, 2);
        QCOMPARE(merged[1].edges, (std::vector<int>{0, 1}));
        QVERIFY(std::abs(merged[1].attribution + 0.7) < 1e-12);
        QCOMPARE(positionsText(circuit, merged[1].edges), std::string("n1, n2"));
        QVERIFY(positionsText(circuitOf(test::sampleCircuit()), {0, 1}).empty());
    }

    void measuresAreReadInTheOrderOfTheirEdges()
    {
        Result result = test::circuitResult(test::blockNames(1), {});
        QVERIFY(circuitMeasures(result).empty());
        test::addMeasures(result, {40, 20});
        const std::vector<CircuitMeasure> measures = circuitMeasures(result);
        QCOMPARE(int(measures.size()), 2);
        QCOMPARE(measures[0].edges, 20);
        QVERIFY(std::abs(measures[0].faithfulness - 0.2) < 1e-12);
        QVERIFY(std::abs(measures[0].accuracy - 0.21) < 1e-12);
        QVERIFY(std::abs(measures[0].trainFaithfulness - 0.22) < 1e-12);
        QVERIFY(std::abs(measures[0].trainAccuracy - 0.23) < 1e-12);
        QVERIFY(std::abs(measures[0].completeness() - 0.6) < 1e-12);
    }

    void whatWasNotMeasuredIsNoNumber()
    {
        Result result = test::circuitResult(test::blockNames(1), {});
        test::addMeasures(result, {20, 40});
        Array broken = *result.arrays[1];
        broken.axes[0].labels = {"many", "40"};
        broken.states[1] = CellState::Computed;
        result.arrays[1] = std::make_shared<const Array>(broken);
        result.arrays.erase(result.arrays.begin() + 2);  // accuracy
        const std::vector<CircuitMeasure> measures = circuitMeasures(result);
        QCOMPARE(int(measures.size()), 1);
        QCOMPARE(measures[0].edges, 40);
        QVERIFY(std::isnan(measures[0].accuracy));
    }

    void edgesThatWereFound()
    {
        Result result = test::sampleCircuit();
        QCOMPARE(edgesFound(result), std::optional(4));
        for (const Json& search : {Json(), Json(3), Json{{"edges", "4"}}, Json{{"edges", nullptr}}}) {
            result.head["search"] = search;
            QVERIFY(!edgesFound(result));
        }
        result.head = Json();
        QVERIFY(!edgesFound(result));
    }

    void stepsAreTheMeasuredNumbers()
    {
        Result result = test::sampleCircuit();
        QCOMPARE(circuitSteps(result, 6), (std::vector<int>{2, 4, 6}));
        result.head["search"]["edges"] = 3;
        QCOMPARE(circuitSteps(result, 6), (std::vector<int>{2, 3, 4, 6}));
        QCOMPARE(circuitSteps(result, 5), (std::vector<int>{2, 3, 4}));
        QCOMPARE(circuitSteps(test::positionalCircuit(), 1225),
                 (std::vector<int>{10, 20, 50, 100, 200, 500, 1000, 1225}));
        QCOMPARE(circuitSteps(test::positionalCircuit(), 5), (std::vector<int>{5}));
    }

    void whatIsShownBeginsWithWhatWasFound()
    {
        const ShownCircuit shown = shownCircuit(test::sampleCircuit(), {});
        QCOMPARE(int(shown.whole.edges.size()), 6);
        QCOMPARE(int(shown.kept.edges.size()), 4);
        QVERIFY(shown.found);
        QVERIFY(shown.measure);
        QCOMPARE(shown.measure->edges, 4);
        const Result large = test::wholeCircuit(48);
        QCOMPARE(int(shownCircuit(large, {}).kept.edges.size()), 200);
        QVERIFY(!shownCircuit(large, {}).measure);
        QVERIFY(!shownCircuit(large, {}).found);
    }

    void whatIsShownFollowsTheChoice()
    {
        CircuitChoice choice;
        choice.edges = 3;
        choice.hidden = {"0", "nothing"};
        ShownCircuit shown = shownCircuit(test::sampleCircuit(), choice);
        QCOMPARE(names(shown.circuit), (QStringList{"0>2", "2>3"}));
        QCOMPARE(shown.hidden, 0);  // the paths had left it out
        QVERIFY(!shown.measure);    // nothing was measured at 3
        choice.onPaths = false;
        shown = shownCircuit(test::sampleCircuit(), choice);
        QCOMPARE(names(shown.circuit), (QStringList{"0>2", "2>3"}));
        QCOMPARE(shown.hidden, 1);
        choice.hidden.clear();
        QCOMPARE(names(shownCircuit(test::sampleCircuit(), choice).circuit), (QStringList{"0>2", "2>3", "0>1"}));
    }

    void choicesComeBack()
    {
        CircuitChoice choice;
        Result result = test::sampleCircuit();
        QVERIFY(circuitChoiceOf(result) == choice);
        for (const EdgeValues values : {EdgeValues::Attribution, EdgeValues::Exact, EdgeValues::Kept}) {
            choice = {188, false, false, {"39", "embed"}, values, 0.0005};
            result.head["choice"] = toJson(choice);
            QVERIFY(circuitChoiceOf(result) == choice);
        }
        result.head["choice"] = toJson(CircuitChoice());
        QVERIFY(circuitChoiceOf(result) == CircuitChoice());
        result.head["choice"] = {{"edges", "x"}, {"hidden", 3}, {"matrix", 1}, {"clamp", "y"}, {"merged", 0}};
        QVERIFY(circuitChoiceOf(result) == CircuitChoice());
    }
};

QTEST_APPLESS_MAIN(TestCircuit)
#include "tst_circuit.moc"
