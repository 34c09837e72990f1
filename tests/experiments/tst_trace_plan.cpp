// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/experiments/word_model.h"  // before <compare>, which moc cannot read first

#include "core/experiments/trace_plan.h"

#include <QTest>
#include <set>

using namespace mnemo;
using namespace mnemo::test;

namespace {

constexpr int layers = 4;

FactParams swapParams()
{
    FactParams fact;
    fact.prompt = "The {} is in";  // tokens: The Eiffel Tower is in
    fact.subject = "Eiffel Tower";
    fact.swap = "Big Ben";
    fact.target = "Paris";
    return fact;
}

FactTask taskOf(const FactParams& fact)
{
    const LoadedModel model = shapeModel("mamba", layers);
    return prepareFact(fact, {model, {}}, true);
}

FactBase baseOf(const FactTask& task)
{
    FactBase base;
    base.scored = task.target;
    base.target = task.target.front();
    base.foil = 14;
    return base;
}

TraceLayout layoutOf(const FactTask& task, const std::vector<std::string>& sites, const std::string& window,
                     const std::vector<std::string>& first = {})
{
    const LoadedModel model = shapeModel("mamba", layers);
    return makeLayout(*model.model, sites, window, first, task);
}

struct TracePlan : TraceCells {
    Plan plan;
};

TracePlan buildTracePlan(const FactTask& task, const FactBase& base, const TraceLayout& layout)
{
    TracePlan trace;
    static_cast<TraceCells&>(trace) = addTrace(trace.plan, task, base, layout);
    return trace;
}

}  // namespace

class TestTracePlan : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void windows_data()
    {
        QTest::addColumn<int>("layer");
        QTest::addColumn<int>("window");
        QTest::addColumn<int>("first");
        QTest::addColumn<int>("end");
        QTest::newRow("one") << 7 << 1 << 7 << 8;
        QTest::newRow("ten") << 20 << 10 << 15 << 25;
        QTest::newRow("odd") << 20 << 3 << 19 << 22;
        QTest::newRow("cut below") << 2 << 10 << 0 << 7;
        QTest::newRow("cut above") << 63 << 10 << 58 << 64;
        QTest::newRow("wider than the model") << 0 << 200 << 0 << 64;
    }
    /// ℓ−⌊w/2⌋ … ℓ−⌊w/2⌋+w−1 of 64 layers.
    void windows()
    {
        QFETCH(int, layer);
        QFETCH(int, window);
        QFETCH(int, first);
        QFETCH(int, end);
        const LayerRange range = windowAround(layer, window, 64);
        QCOMPARE(range.first, first);
        QCOMPARE(range.end, end);
    }

    void autoWindows_data()
    {
        QTest::addColumn<int>("paper");
        QTest::addColumn<int>("depth");
        QTest::addColumn<int>("window");
        QTest::newRow("mamba-2.8b") << 64 << 64 << 10;
        QTest::newRow("mamba-130m") << 64 << 24 << 4;
        QTest::newRow("a small mamba") << 64 << 12 << 2;
        QTest::newRow("one layer") << 64 << 1 << 1;
        QTest::newRow("pythia-2.8b") << 32 << 32 << 10;
        QTest::newRow("a small pythia") << 32 << 8 << 3;
    }
    void autoWindows()
    {
        QFETCH(int, paper);
        QFETCH(int, depth);
        QFETCH(int, window);
        ModelInfo info;
        info.paperLayers = paper;
        info.layers = depth;
        QCOMPARE(autoWindow(info), window);
    }

    void defaultSites()
    {
        const FactTask task = taskOf(swapParams());
        using enum SiteKind;
        QCOMPARE(layoutOf(task, {}, "2").sites, (std::vector<SiteKind>{H, A, S, G, O}));
        QCOMPARE(layoutOf(task, {}, "2").windows, (std::vector<int>{1, 2, 2, 2, 2}));
        const LoadedModel pythia = shapeModel("gpt_neox", layers);
        QCOMPARE(defaultTraceSites(*pythia.model), (std::vector<SiteKind>{H, Attn, Mlp}));
    }

    void wrongLayouts()
    {
        const FactTask task = taskOf(swapParams());
        QVERIFY_EXCEPTION_THROWN(layoutOf(task, {"attn"}, "1"), Failure);
        QVERIFY_EXCEPTION_THROWN(layoutOf(task, {"embed"}, "1"), Failure);
        QVERIFY_EXCEPTION_THROWN(layoutOf(task, {"h"}, "0"), Failure);
        QVERIFY_EXCEPTION_THROWN(layoutOf(task, {"h"}, "ten"), Failure);
        QVERIFY_EXCEPTION_THROWN(layoutOf(task, {"h"}, "1", {"5"}), Failure);
    }

    /// Rows are the layers 0…3, columns the five tokens: B base, S source, R run.
    void cellKinds_data()
    {
        QTest::addColumn<QString>("site");
        QTest::addColumn<QString>("window");
        QTest::addColumn<QString>("cells");
        QTest::newRow("h") << "h"
                           << "2"
                           << "BRRRR BRRRR BRRRR BBBBS";
        QTest::newRow("s, one layer") << "s"
                                      << "1"
                                      << "BRRRR BRRRR BRRRR BBBBR";
        QTest::newRow("s, two layers: none is the last layer alone") << "s"
                                                                     << "2"
                                                                     << "BRRRR BRRRR BRRRR BRRRR";
        QTest::newRow("a: later tokens read it in its own layer") << "a"
                                                                  << "1"
                                                                  << "BRRRR BRRRR BRRRR BRRRR";
    }
    void cellKinds()
    {
        QFETCH(QString, site);
        QFETCH(QString, window);
        QFETCH(QString, cells);
        const FactTask task = taskOf(swapParams());
        const TraceLayout layout = layoutOf(task, {site.toStdString()}, window.toStdString());
        QStringList rows;
        for (int layer = 0; layer < layers; ++layer) {
            QString row;
            for (int pos = 0; pos < task.pair.clean.size(); ++pos)
                row += "NRBS"[int(cellKind(task, layout, layout.sites[0], layer, pos))];
            rows << row;
        }
        QCOMPARE(rows.join(' '), cells);
    }

    void theRestOfAnAnswerReadsThePrompt()
    {
        FactParams fact = swapParams();
        fact.target = "the old city";
        fact.targetMode = TargetMode::Sequence;
        const FactTask task = taskOf(fact);
        const TraceLayout layout = layoutOf(task, {"h"}, "1");
        QCOMPARE(cellKind(task, layout, SiteKind::H, layers - 1, task.last()), CellKind::Run);
        const TracePlan trace = buildTracePlan(task, baseOf(task), layout);
        trace.plan.check();
        const Readout& first = trace.plan.readouts[std::size_t(trace.cells[0].readout)];
        const Readout& third = trace.plan.readouts[std::size_t(trace.cells[0].readout) + 2];
        QCOMPARE(first.tokens, (std::vector<int>{10, 14}));
        QCOMPARE(first.position, 4);
        QVERIFY(first.klFrom.has_value());
        QCOMPARE(third.tokens, std::vector<int>{11});
        QCOMPARE(third.position, 6);
    }

    void runsCopyTheCleanStates()
    {
        const FactTask task = taskOf(swapParams());
        const TraceLayout layout = layoutOf(task, {"s"}, "3");
        const TracePlan trace = buildTracePlan(task, baseOf(task), layout);
        trace.plan.check();
        QCOMPARE(trace.cells.size(), std::size_t(16));
        for (const TraceCell& cell : trace.cells) {
            std::set<int> patched;
            RunId run = trace.plan.readouts[std::size_t(cell.readout)].run;
            for (; run != 1; run = trace.plan.runs[std::size_t(run)].parent.value())
                for (const Patch& patch : trace.plan.runs[std::size_t(run)].patches) {
                    QCOMPARE(patch.site.kind, SiteKind::S);
                    QCOMPARE(patch.positions, std::vector<int>{cell.pos});
                    const auto& copy = std::get<CopyFrom>(patch.what);
                    QCOMPARE(copy.run, 0);
                    QCOMPARE(copy.positions, std::vector<int>{cell.pos});
                    QVERIFY(patched.insert(patch.site.layer).second);
                }
            const LayerRange range = windowAround(cell.layer, 3, layers);
            std::set<int> window;
            for (int layer = range.first; layer < range.end; ++layer)
                window.insert(layer);
            QVERIFY(patched == window);
        }
    }

    /// Windows that are cut at the first layer share what they have in common.
    void windowsThatBeginAlikeShareTheirBeginning()
    {
        const FactTask task = taskOf(swapParams());
        const auto runOf = [](const TracePlan& trace, int layer, int pos) {
            for (const TraceCell& cell : trace.cells)
                if (cell.layer == layer && cell.pos == pos)
                    return trace.plan.readouts[std::size_t(cell.readout)].run;
            return -1;
        };
        const TracePlan three = buildTracePlan(task, baseOf(task), layoutOf(task, {"s"}, "3"));
        const int pos = three.cells[0].pos;
        const Run& second = three.plan.runs[std::size_t(runOf(three, 1, pos))];
        QCOMPARE(second.parent.value(), runOf(three, 0, pos));
        QCOMPARE(second.patches.size(), std::size_t(1));
        const TracePlan all = buildTracePlan(task, baseOf(task), layoutOf(task, {"s"}, "99"));
        QCOMPARE(runOf(all, 0, pos), runOf(all, layers - 1, pos));  // one run for the whole row
    }

    void alignedColumnsArePatchedAtTheirPartner()
    {
        FactParams fact = swapParams();
        fact.swap = "old Big Ben";
        fact.align = Align::Right;
        const FactTask task = taskOf(fact);
        const TracePlan trace = buildTracePlan(task, baseOf(task), layoutOf(task, {"h"}, "1"));
        trace.plan.check();
        QVERIFY(!trace.cells.empty());
        for (const TraceCell& cell : trace.cells) {
            const Readout& readout = trace.plan.readouts[std::size_t(cell.readout)];
            const Patch& patch = trace.plan.runs[std::size_t(readout.run)].patches[0];
            QCOMPARE(patch.positions, std::vector<int>{cell.pos + 1});
            QCOMPARE(std::get<CopyFrom>(patch.what).positions, std::vector<int>{cell.pos});
            QCOMPARE(readout.position, 5);
            QCOMPARE(readout.klPosition, 4);
        }
    }

    void unpartneredTokensGetNoRun()
    {
        FactParams fact = swapParams();
        fact.subject = "old Eiffel Tower";
        fact.align = Align::Right;
        const FactTask task = taskOf(fact);
        const TraceLayout layout = layoutOf(task, {"h"}, "1");
        for (int layer = 0; layer < layers; ++layer)
            QCOMPARE(cellKind(task, layout, SiteKind::H, layer, 1), CellKind::None);
        for (const TraceCell& cell : buildTracePlan(task, baseOf(task), layout).cells)
            QVERIFY(cell.pos != 1);
    }

    void corruptDirectionSwapsTheRoles()
    {
        FactParams fact = swapParams();
        fact.direction = Direction::Corrupt;
        const FactTask task = taskOf(fact);
        const TracePlan trace = buildTracePlan(task, baseOf(task), layoutOf(task, {"h"}, "1"));
        const Readout& readout = trace.plan.readouts[std::size_t(trace.cells[0].readout)];
        const Run& run = trace.plan.runs[std::size_t(readout.run)];
        QCOMPARE(run.parent.value_or(-1), 0);
        QCOMPARE(std::get<CopyFrom>(run.patches[0].what).run, 1);
    }

    void everySampleHasItsRun()
    {
        FactParams fact = swapParams();
        fact.swap.clear();
        fact.noise = 3;
        fact.samples = 4;
        const FactTask task = taskOf(fact);
        const TracePlan trace = buildTracePlan(task, baseOf(task), layoutOf(task, {"h"}, "1"));
        trace.plan.check();
        for (const TraceCell& cell : trace.cells)
            for (int sample = 0; sample < 4; ++sample) {
                const Readout& readout = trace.plan.readouts[std::size_t(cell.readout + sample)];
                QCOMPARE(trace.plan.runs[std::size_t(readout.run)].parent.value_or(-1), 1 + sample);
            }
    }

    void whatIsLookedAtComesFirst()
    {
        const FactTask task = taskOf(swapParams());
        const TraceLayout layout = layoutOf(task, {"s", "h"}, "1", {"3"});
        const std::vector<TraceCell> cells = buildTracePlan(task, baseOf(task), layout).cells;
        std::vector<int> columns;
        for (const TraceCell& cell : cells)
            if (cell.site == 0 && (columns.empty() || columns.back() != cell.pos))
                columns.push_back(cell.pos);
        QCOMPARE(std::vector<int>(columns.begin(), columns.begin() + 3), (std::vector<int>{3, 2, 4}));
        QCOMPARE(cells[0].layer, 2);  // the last layer of another token than the last is exact
        QVERIFY(cells.back().site == 1 && cells.front().site == 0);
        std::set<std::tuple<int, int, int>> distinct;
        for (const TraceCell& cell : cells)
            distinct.insert({cell.site, cell.layer, cell.pos});
        QCOMPARE(distinct.size(), cells.size());
    }
};

QTEST_APPLESS_MAIN(TestTracePlan)
#include "tst_trace_plan.moc"
