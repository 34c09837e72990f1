// SPDX-License-Identifier: GPL-3.0-or-later
// Every result finds a view, and a plot of one's own is one class and one line.
#include "tests/widgets/sample_trace.h"
#include "widgets/bar_list.h"
#include "widgets/heatmap_grid.h"
#include "widgets/line_plot.h"
#include "widgets/result_table.h"
#include "widgets/trace_view.h"
#include "widgets/view_table.h"

#include <QLabel>
#include <QSignalSpy>
#include <QTableWidget>
#include <QtTest>

using namespace mnemo;

/// The new plot of this test: says how many arrays a result has.
class CountView : public ResultView
{
    Q_OBJECT

public:
    explicit CountView(QWidget* parent) : ResultView(parent), m_label(new QLabel(this)) {}

    void setResult(ResultPtr result) override { m_label->setText(QString::number(result ? result->arrays.size() : 0)); }
    QString text() const { return m_label->text(); }

private:
    QLabel* m_label;
};

class TestViewTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aTraceIsShownAsMaps()
    {
        const auto trace = std::make_shared<const Result>(test::sampleTrace());
        const ViewTable table = builtInViews();
        const ViewEntry* entry = viewFor(table, *trace);
        QVERIFY(entry);
        QCOMPARE(entry->key, QStringLiteral("trace"));
        const std::unique_ptr<ResultView> view(entry->make(nullptr));
        view->setResult(trace);
        auto* maps = qobject_cast<TraceView*>(view.get());
        QVERIFY(maps);
        QCOMPARE(maps->grid()->sites(), (std::vector<std::string>{"h", "s"}));
        QCOMPARE(maps->grid()->map("h")->array()->name, std::string("h.ie"));
        view->setMetric(Metric::Probability);
        QCOMPARE(maps->grid()->map("h")->array()->name, std::string("h.p"));
        view->setResult(nullptr);
        QVERIFY(maps->grid()->sites().empty());
    }

    void aPredictionIsShownAsBars()
    {
        Result predict;
        predict.kind = "predict";
        predict.head = {{"top", {{{"id", 7}, {"text", " Seattle"}, {"p", 0.5}}}}, {"target", {{"id", 7}}}};
        const ViewTable table = builtInViews();
        const ViewEntry* entry = viewFor(table, predict);
        QCOMPARE(entry->key, QStringLiteral("bars"));
        const std::unique_ptr<ResultView> view(entry->make(nullptr));
        view->setResult(std::make_shared<const Result>(predict));
        QCOMPARE(qobject_cast<BarsView*>(view.get())->bars()->tokenId(0), 7);
    }

    void curvesOverLayersAreLines()
    {
        Result curves;
        Array array = Array::make("s.aie", {{"layer", test::layerLabels(3)}}, "IE");
        array.values = {0.1, 0.2, 0.3};
        curves.arrays.push_back(std::make_shared<const Array>(array));
        const ViewTable table = builtInViews();
        QCOMPARE(viewFor(table, curves)->key, QStringLiteral("lines"));
        const std::unique_ptr<ResultView> view(viewFor(table, curves)->make(nullptr));
        view->setResult(std::make_shared<const Result>(curves));
        QCOMPARE(qobject_cast<LinesView*>(view.get())->plot()->layers(), 3);
    }

    void anythingElseIsATable()
    {
        Result states;
        states.kind = "states";
        states.head = Json::object();
        states.arrays.push_back(std::make_shared<const Array>(test::sampleArray("x")));
        const ViewTable table = builtInViews();
        const std::unique_ptr<ResultView> view(viewFor(table, states)->make(nullptr));
        view->setResult(std::make_shared<const Result>(states));
        const QTableWidget* shown = qobject_cast<ResultTable*>(view.get())->table();
        QCOMPARE(shown->rowCount(), test::sampleLayers);
        QCOMPARE(shown->columnCount(), 6);
        QCOMPARE(shown->item(3, 2)->text(), QStringLiteral("0.33"));
        QCOMPARE(shown->item(0, 5)->text(), QString());
    }

    void anOwnPlotTakesOneEntry()
    {
        ViewTable table = builtInViews();
        table.insert(table.begin(), {QStringLiteral("count"), QStringLiteral("Count"),
                                     [](const Result& result) { return result.kind == "count"; },
                                     [](QWidget* parent) -> ResultView* { return new CountView(parent); }});
        Result counted;
        counted.kind = "count";
        counted.arrays.resize(3, std::make_shared<const Array>(test::sampleArray("x")));
        const ViewEntry* entry = viewFor(table, counted);
        QCOMPARE(entry->key, QStringLiteral("count"));
        const std::unique_ptr<ResultView> view(entry->make(nullptr));
        view->setResult(std::make_shared<const Result>(counted));
        QCOMPARE(qobject_cast<CountView*>(view.get())->text(), QStringLiteral("3"));
        QCOMPARE(viewFor(table, test::sampleTrace())->key, QStringLiteral("trace"));  // the others are as before
    }
};

QTEST_MAIN(TestViewTable)
#include "tst_view_table.moc"
