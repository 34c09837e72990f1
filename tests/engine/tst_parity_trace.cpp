// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/metric.h"
#include "core/experiments/experiment.h"
#include "core/io/npy.h"
#include "tests/engine/parity_fixture.h"

#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <set>

using namespace mnemo;

namespace {

constexpr double tolerance = 1e-4;  ///< absolute, f32

Experiment traceExperimentByName()
{
    for (Experiment& experiment : builtInExperiments())
        if (experiment.schema.key == "trace")
            return experiment;
    throw std::out_of_range("no experiment named trace");
}

/// What a user would type for one pair of the fixture.
Json traceParameters(const ParityFixture& fixture, const Json& pair, int pairIndex, bool noise, int window,
                     const std::set<std::string>& sites, const QTemporaryDir& folder)
{
    Json params = {{"prompt", pair.at("template")},
                   {"subject", pair.at("subject")},
                   {"target_id", pair.at("target")},
                   {"window", std::to_string(window)},
                   {"sites", sites}};
    if (!noise) {
        params["swap"] = pair.at("swap");
        return params;
    }
    const std::string key = "pair" + std::to_string(pairIndex) + ".epsilon";
    const std::string file = folder.filePath("noise.npy").toStdString();
    writeNpy(file, HostTensor{fixture.shape(key), fixture.values(key)});
    params["noise"] = 3.0;
    params["noise_file"] = file;
    return params;
}

std::vector<float> floats(const Array& array)
{
    return {array.values.begin(), array.values.end()};
}

/// The grids of a pair that one trace gives: sites of this window; h is one layer always.
std::vector<GridCase> casesOf(const Json& pair, bool noise, int window)
{
    std::vector<GridCase> cases = gridCases(pair);
    std::erase_if(cases, [&](const GridCase& grid) {
        return grid.noise != noise || grid.window != (grid.kind == "h" ? 1 : window) || !siteKindFromName(grid.kind);
    });
    return cases;
}

}  // namespace

/// The causal trace as users run it (text in, maps out) against the plain PyTorch reference.
class TestParityTrace : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void trace_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("noise");
        QTest::addColumn<int>("window");
        for (const char* name : parityFixtures)
            for (const bool noise : {false, true})
                for (const int window : {1, 3, 10})
                    QTest::addRow("%s %s window %d", name, noise ? "noise" : "swap", window) << name << noise << window;
    }

    void trace()
    {
        QFETCH(QString, name);
        QFETCH(bool, noise);
        QFETCH(int, window);
        const ParityFixture fixture = loadParityFixture(name.toStdString());
        const Experiment experiment = traceExperimentByName();
        const QTemporaryDir folder;
        Comparison comparison(tolerance);
        std::size_t cells = 0;
        for (int i = 0; i < int(fixture.expected.at("pairs").size()); ++i) {
            const Json& pair = fixture.expected.at("pairs")[std::size_t(i)];
            const std::vector<GridCase> cases = casesOf(pair, noise, window);
            QVERIFY(cases.size() >= 3);
            std::set<std::string> sites;
            for (const GridCase& grid : cases)
                sites.insert(grid.kind);
            SilentReporter reporter;
            const Json params =
                experiment.schema.complete(traceParameters(fixture, pair, i, noise, window, sites, folder));
            Result result = experiment.run(params, ExperimentContext{.model = fixture.loaded, .edits = {}}, reporter);
            result.kind = "trace";

            QVERIFY(std::abs(result.head.at("p_clean").get<double>() - pair.at("p_clean").get<double>()) < tolerance);
            const double pCorrupt = pair.at(noise ? "p_corrupt_noise" : "p_corrupt_swap");
            QVERIFY(std::abs(result.head.at("p_corrupt").get<double>() - pCorrupt) < tolerance);
            if (noise)
                QVERIFY(std::abs(result.head.at("sigma").get<double>() / pair.at("sigma").get<double>() - 1) < 1e-5);
            for (const GridCase& grid : cases) {
                const std::string what = fixture.name + " trace " + grid.key;
                const ArrayPtr p = result.find(grid.kind + ".p");
                QVERIFY2(p, what.c_str());
                QVERIFY2(std::ranges::none_of(p->states, [](CellState s) { return s == CellState::NotComputed; }),
                         what.c_str());
                comparison.add(what + ".p", floats(*p), fixture.values(grid.key + ".p"));
                comparison.add(what + ".ie", floats(traceMetric(result, grid.kind, Metric::IndirectEffect)),
                               fixture.values(grid.key + ".ie"));
                cells += std::size_t(fixture.layers()) * pair.at("clean").size();
            }
        }
        qInfo("%zu cells, max |delta| %.3g", cells, comparison.worst());
        QVERIFY(cells > 0);
        QCOMPARE(comparison.compared(), 2 * cells);
        QVERIFY(comparison.isGood());
    }
};

QTEST_APPLESS_MAIN(TestParityTrace)
#include "tst_parity_trace.moc"
