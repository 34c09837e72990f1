// SPDX-License-Identifier: GPL-3.0-or-later
// Two models beside each other: chosen, traced, linked, subtracted, exported, saved.
#include "tests/gui/window_fixture.h"

#include "core/data/depth.h"
#include "core/io/export.h"
#include "core/io/npy.h"
#include "ui/experiment_dialog.h"
#include "ui/figure.h"
#include "ui/jobs_dock.h"
#include "ui/message_bar.h"
#include "ui/result_panel.h"
#include "ui/schema_form.h"
#include "ui/tool_bar.h"
#include "ui/trace_pair_view.h"
#include "ui/trace_tabs.h"
#include "widgets/heatmap_grid.h"
#include "widgets/line_plot.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QTabWidget>
#include <QTreeWidget>
#include <cmath>
#include <csignal>

using namespace mnemo;
using namespace mnemo::test;

namespace {

/// One curve that falls by 0.1 from layer to layer.
ResultPtr knockoutOf(const char* model, int layers)
{
    auto result = std::make_shared<Result>();
    result->kind = "knockout";
    result->title = "Knock-out";
    result->model = {{"name", model}, {"hash", model}};
    result->parameters = result->head = Json::object();
    Axis axis{"layer", {}};
    for (int layer = 0; layer < layers; ++layer)
        axis.labels.push_back(std::to_string(layer));
    Array change = Array::make("change", {axis, {"tokens", {"subject"}}}, "");
    for (int layer = 0; layer < layers; ++layer) {
        change.values[std::size_t(layer)] = layer / -10.0;
        change.states[std::size_t(layer)] = CellState::Computed;
    }
    result->arrays = {std::make_shared<const Array>(std::move(change))};
    return result;
}

}  // namespace

class TestSideBySide : public QObject
{
    Q_OBJECT

    WindowFixture m_fixture;
    std::unique_ptr<MainWindow> m_window;

    TracePairView* view() const
    {
        return m_window->findChild<QTabWidget*>()->currentWidget()->findChild<TracePairView*>();
    }
    Heatmap* mapOf(TraceComparison::Column column, const std::string& site) const
    {
        return view()->grid(column)->map(site);
    }

    const Trace* first() const
    {
        const Trace* current = m_window->traces().current();
        return current ? m_window->traces().firstOf(*current) : nullptr;
    }
    const Trace* second() const { return first() ? m_window->traces().besideOf(first()->id) : nullptr; }

    bool bothFinished() const
    {
        return first() && second() && first()->state == JobState::Finished && second()->state == JobState::Finished;
    }

    void chooseBeside(const QString& name) const
    {
        auto* list = child<QComboBox>(*m_window, "besideCombo");
        if (list->findData(name) < 0)
            return Q_EMIT child<MainToolBar>(*m_window, "mainToolBar")->besideChosen(name);
        list->setCurrentIndex(list->findData(name));
        Q_EMIT list->activated(list->currentIndex());
    }

    void clickOn(Heatmap* map, Cell cell) const
    {
        view()->findChild<QScrollArea*>()->ensureWidgetVisible(map);
        const auto middle = [&] { return map->cellRect(cell).center().toPoint(); };
        QTRY_COMPARE(map->cellAt(middle()), cell);  // laid out
        QTest::mouseClick(map, Qt::LeftButton, {}, middle());
    }

    QString copied() const
    {
        child<QAction>(*m_window, "action_copyCommand")->trigger();
        return QApplication::clipboard()->text();
    }

    QString probe() const { return view()->findChild<QLabel*>("pairProbe")->text(); }

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_CACHE_HOME", m_fixture.path("cache").toUtf8());  // where records are kept
        m_window = m_fixture.open();
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window), patienceMs);
    }

    void init() { QApplication::setActiveWindow(m_window.get()); }

    void cleanupTestCase() { m_window.reset(); }

    void aSecondModelIsTracedBesideTheFirst()
    {
        const int before = first()->id;
        chooseBeside("mnemo-pythia");
        QTRY_VERIFY_WITH_TIMEOUT(bothFinished(), patienceMs);
        QCOMPARE(first()->id, before);  // what was there is not computed again
        QCOMPARE(child<QLabel>(*m_window, "besideMark")->text(), QStringLiteral("✓"));
        QVERIFY(first()->model != second()->model);
        // Sites in lines: the SSM beside attention, and what the blocks write, which GPT-NeoX's own traces leave out.
        QCOMPARE(view()->grid(TraceComparison::A)->sites(), (std::vector<std::string>{"h", "s", "o", "a", "g"}));
        QCOMPARE(view()->grid(TraceComparison::B)->sites(),
                 (std::vector<std::string>{"h", "attn", "o", "mlp", "free 5"}));
        const auto* tabs = m_window->findChild<QTabWidget*>();
        QCOMPARE(tabs->count(), 1);
        QVERIFY2(tabs->tabText(0).endsWith(" · mamba | pythia"), qPrintable(tabs->tabText(0)));
        QVERIFY2(tabs->tabToolTip(0).startsWith(cleanText(first()->form)), qPrintable(tabs->tabToolTip(0)));
    }

    void jobsNameTheirModel()
    {
        QStringList jobs;
        const auto* list = child<JobsDock>(*m_window, "jobsDock")->findChild<QTreeWidget*>();
        for (int row = 0; row < list->topLevelItemCount(); ++row)
            jobs << list->topLevelItem(row)->text(0);
        QVERIFY2(jobs.filter("trace · ").filter(" · mnemo-pythia").size() == 1, qPrintable(jobs.join("\n")));
        QVERIFY2(jobs.contains("load mnemo-pythia"), qPrintable(jobs.join("\n")));
    }

    void theSamePlaceIsTheSameHeightAndDepth()
    {
        for (const auto& [a, b] : {std::pair("h", "h"), std::pair("s", "attn"), std::pair("o", "o")}) {
            const Heatmap *left = mapOf(TraceComparison::A, a), *right = mapOf(TraceComparison::B, b);
            const auto width = [](const Heatmap* map) { return map->cellRect({0, 0}).width() * map->gridColumns(); };
            QTRY_VERIFY(std::abs(width(left) - width(right)) <= left->gridColumns());  // cells are whole pixels
            QTRY_COMPARE(left->mapTo(view(), QPoint()).y(), right->mapTo(view(), QPoint()).y());
            QTRY_COMPARE(left->height(), right->height());
        }
    }

    void oneScaleOrEachItsOwn()
    {
        const auto range = [this](TraceComparison::Column column) { return mapOf(column, "h")->range(); };
        QVERIFY(range(TraceComparison::A) == range(TraceComparison::B));
        QVERIFY(range(TraceComparison::Difference).low == -range(TraceComparison::Difference).high);
        auto* metric = child<QComboBox>(*m_window, "metricCombo");
        metric->setCurrentIndex(metric->findData("kl"));
        QVERIFY(range(TraceComparison::A) == range(TraceComparison::B));
        view()->findChild<QCheckBox*>("oneScale")->setChecked(false);
        QVERIFY(!(range(TraceComparison::A) == range(TraceComparison::B)));
        view()->findChild<QCheckBox*>("oneScale")->setChecked(true);
        metric->setCurrentIndex(metric->findData("ie"));
    }

    void aCellIsMarkedInBothAndBothValuesAreSaid()
    {
        const int layers = mapOf(TraceComparison::A, "s")->gridColumns();
        const int others = mapOf(TraceComparison::B, "attn")->gridColumns();
        const Cell cell{layers / 2, 1};
        const Cell there{nearestLayer(cell.layer, layers, others), 1};
        clickOn(mapOf(TraceComparison::A, "s"), cell);
        QCOMPARE(m_window->selection().site(), QStringLiteral("s"));
        QCOMPARE(mapOf(TraceComparison::B, "attn")->currentCell(), there);
        QCOMPARE(mapOf(TraceComparison::B, "h")->currentCell(), there);
        for (const QString& word :
             {QStringLiteral("mnemo-mamba"), QStringLiteral("mnemo-pythia"), QStringLiteral("Δ IE")})
            QVERIFY2(probe().contains(word), qPrintable(probe()));
        // Under the mouse: a mark in the counterpart alone, and the line follows.
        Heatmap* h = mapOf(TraceComparison::A, "h");
        Q_EMIT h->cellHovered({0, 0});
        QCOMPARE(mapOf(TraceComparison::B, "h")->markedCell(), (Cell{0, 0}));
        QVERIFY(!mapOf(TraceComparison::B, "attn")->markedCell().valid());
        QVERIFY2(probe().contains("h at"), qPrintable(probe()));
        Q_EMIT h->cellHovered({});
        QVERIFY(!mapOf(TraceComparison::B, "h")->markedCell().valid());
        QVERIFY2(probe().contains("attn at"), qPrintable(probe()));
    }

    void aClickInTheSecondAsksTheSecondModel()
    {
        const Cell cell{mapOf(TraceComparison::B, "attn")->gridColumns() - 2, 0};
        clickOn(mapOf(TraceComparison::B, "attn"), cell);
        QCOMPARE(m_window->traces().current()->id, second()->id);
        QCOMPARE(m_window->selection().cell(), cell);
        QVERIFY(child<QLabel>(*m_window, "detailsTitle")->text().contains("attention"));
        QTRY_VERIFY_WITH_TIMEOUT(child<QLabel>(*m_window, "detailsBarsTitle")->text().contains("attn@0=clean"),
                                 patienceMs);
        QVERIFY(message(*m_window).isEmpty());
        clickOn(mapOf(TraceComparison::Difference, "h"), {0, 1});
        QCOMPARE(m_window->traces().current()->id, first()->id);
        QCOMPARE(m_window->selection().site(), QStringLiteral("h"));
    }

    void theDifferenceIsOfCellsAtTheSameDepth()
    {
        const ArrayPtr a = mapOf(TraceComparison::A, "h")->array(), b = mapOf(TraceComparison::B, "h")->array();
        const ArrayPtr difference = mapOf(TraceComparison::Difference, "h")->array();
        const int layers = std::max(a->axes[0].size(), b->axes[0].size());
        QCOMPARE(difference->axes[0].size(), layers);
        for (int layer = 0; layer < layers; ++layer)
            for (int pos = 0; pos < difference->axes[1].size(); ++pos) {
                const double mine = a->at(nearestLayer(layer, layers, a->axes[0].size()), pos);
                const double theirs = b->at(nearestLayer(layer, layers, b->axes[0].size()), pos);
                QCOMPARE(difference->at(layer, pos), mine - theirs);
            }
        QVERIFY(child<QLabel>(*m_window, "differenceNote")->text().contains("token by token"));
        view()->findChild<QCheckBox*>("showDifference")->setChecked(false);
        QVERIFY(!mapOf(TraceComparison::Difference, "h")->isVisible());
        view()->findChild<QCheckBox*>("showDifference")->setChecked(true);
        QVERIFY(mapOf(TraceComparison::Difference, "h")->isVisible());
    }

    void bothFollowThePrompt()
    {
        typeFact(*m_window, "Westminster Abbey is located in the city of", "Westminster Abbey", "Louvre Museum");
        QVERIFY(first()->stale && second()->stale);
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(bothFinished() && second()->form.subject == "Westminster Abbey", patienceMs);
        QCOMPARE(m_window->traces().all().size(), std::size_t(2));
        QVERIFY(!first()->stale && !second()->stale);
    }

    void bothTracesAreCopiedAsCommands()
    {
        const QStringList lines = copied().split('\n');
        QCOMPARE(lines.size(), 2);
        for (const auto& [line, trace] : {std::pair(lines[0], first()), std::pair(lines[1], second())}) {
            const QString found = difference(exportJson(*trace->result), m_fixture.documentOf(line));
            QVERIFY2(found.isEmpty(), qPrintable(line + "\n" + found));
        }
    }

    void theFigureShowsBoth()
    {
        for (const char* name : {"pair.png", "pair.svg", "pair.pdf"}) {
            const QString file = m_fixture.path(name);
            QVERIFY2(m_window->exportTo(file), qPrintable(message(*m_window)));
            const Json said = provenanceInFile(file);
            QVERIFY(said.at("model").at("hash") == first()->model.toStdString());
            QVERIFY(said.at("beside").at("model").at("hash") == second()->model.toStdString());
        }
        QFile svg(m_fixture.path("pair.svg"));
        QVERIFY(svg.open(QIODevice::ReadOnly));
        const QByteArray text = svg.readAll();
        for (const char* title : {"mnemo-mamba: h", "mnemo-pythia: h", "mnemo-pythia: attn", "s − attn"})
            QVERIFY2(text.contains(title), title);
    }

    void thePairIsExportedAsNumbers()
    {
        const auto write = [this](const char* name) {
            const QString file = m_fixture.path(name);
            return m_window->exportTo(file) ? file : QString();
        };
        QVERIFY2(!write("pair.json").isEmpty(), qPrintable(message(*m_window)));
        QFile json(m_fixture.path("pair.json"));
        QVERIFY(json.open(QIODevice::ReadOnly));
        const Json pair = Json::parse(json.readAll().toStdString());
        QCOMPARE(pair.at("schema").get<std::string>(), std::string("mnemo.pair/1"));
        QVERIFY(pair.at("first").at("model").at("hash") == first()->model.toStdString());
        QVERIFY(pair.at("second").at("model").at("hash") == second()->model.toStdString());
        const ArrayPtr shown = mapOf(TraceComparison::Difference, "h")->array();
        QCOMPARE(pair.at("maps").at(0).at("ie").at(0).at(1).get<double>(), shown->at(0, 1));
        QVERIFY2(!write("pair.csv").isEmpty(), qPrintable(message(*m_window)));
        QFile csv(m_fixture.path("pair.csv"));
        QVERIFY(csv.open(QIODevice::ReadOnly) && csv.readAll().contains("\ndifference,s - attn,"));
        const HostTensor numbers = readNpy(write("pair.npy").toStdString());
        QCOMPARE(numbers.shape.size(), std::size_t(4));
        QCOMPARE(numbers.shape.at(1), std::int64_t(pair.at("maps").size()));
        QVERIFY(!m_window->exportTo(m_fixture.path("pair.safetensors")));
        QVERIFY2(message(*m_window).contains("pair.safetensors"), qPrintable(message(*m_window)));
        child<QAction>(*m_window, "action_copyFigure")->trigger();
        QVERIFY(QApplication::clipboard()->text().startsWith("# mnemo.pair/1"));
    }

    void aSessionWithBothOpensWithBoth()
    {
        const QString file = m_fixture.path("both.mnemo");
        QVERIFY(m_window->saveSession(file));
        const auto other = m_fixture.open();
        QVERIFY(other->openSession(file));
        const Trace* opened = other->traces().current();
        QVERIFY(opened && opened->beside == 0);
        const Trace* beside = other->traces().besideOf(opened->id);
        QVERIFY(beside);
        QCOMPARE(opened->model, first()->model);
        QCOMPARE(beside->model, second()->model);
        QVERIFY(difference(*beside->result, *second()->result).isEmpty());
        auto* maps = other->findChild<TracePairView*>();
        QVERIFY(maps && maps->grid(TraceComparison::Difference)->map("h")->array());
        // The second model is chosen again, and what is there is not computed again.
        QTRY_COMPARE_WITH_TIMEOUT(other->engine().besideHash(), second()->model.toStdString(), patienceMs);
        QCOMPARE(child<QComboBox>(*other, "besideCombo")->currentData().toString(), QStringLiteral("mnemo-pythia"));
        QCOMPARE(other->traces().besideOf(opened->id)->id, beside->id);
        QCOMPARE(other->traces().all().size(), std::size_t(2));
    }

    /// A session of other machines: a second model that is not here, and one of the name with other weights.
    void aSecondModelThatIsNotHereIsSaidAndKept()
    {
        const QString file = m_fixture.path("elsewhere.mnemo");
        Session session = readSession(m_fixture.path("both.mnemo").toStdString());
        QVERIFY(session.document["view"]["second_model"]["name"] == "mnemo-pythia");
        const Json absent = {{"name", "absent-2b"}, {"hash", "0123"}};
        session.document["view"]["second_model"] = absent;
        session.document["view"]["zoom"] = 3;
        writeSession(session, file.toStdString());
        const auto other = m_fixture.open();
        QVERIFY(other->openSession(file));
        QTRY_VERIFY_WITH_TIMEOUT(message(*other).contains("absent-2b"), patienceMs);
        QVERIFY(other->engine().besideHash().empty());
        QVERIFY(other->saveSession(file));
        const Session kept = readSession(file.toStdString());
        QVERIFY(kept.document["view"]["second_model"] == absent && kept.document["view"]["zoom"] == 3);
        QCOMPARE(kept.results.size(), session.results.size());

        session.document["view"]["second_model"] = {{"name", "mnemo-pythia"}, {"hash", "0123"}};
        writeSession(session, file.toStdString());
        QVERIFY(other->openSession(file));
        const int before = other->traces().current()->id;
        QTRY_VERIFY_WITH_TIMEOUT(message(*other).contains("other weights"), patienceMs);
        QCOMPARE(other->traces().current()->id, before);
        QVERIFY(other->traces().current()->pinned);
        QVERIFY(difference(*other->traces().besideOf(before)->result, *second()->result).isEmpty());
    }

    void eitherMayFailByItself()
    {
        // In this model's tokens, single letters, the two subjects are not equally long.
        chooseBeside(MNEMO_TEST_FIXTURES "/neox_rotary_pct");
        QTRY_VERIFY_WITH_TIMEOUT(second() && second()->state == JobState::Failed, patienceMs);
        QCOMPARE(first()->state, JobState::Finished);
        QVERIFY(!mapOf(TraceComparison::B, "h") || !mapOf(TraceComparison::B, "h")->isVisible());
        bool said = false;
        for (const QLabel* label : view()->findChildren<QLabel*>())
            said = said || (label->isVisible() && label->text().contains("15 and 12 tokens"));
        QVERIFY(said);
        QVERIFY2(!message(*m_window).contains("tokens"), qPrintable(message(*m_window)));
        QVERIFY(mapOf(TraceComparison::A, "h")->isVisible());
    }

    void otherTokensArePairedByTheText()
    {
        Q_EMIT child<MessageBar>(*m_window, "messageBar")->actionChosen("alignRight");
        QTRY_VERIFY_WITH_TIMEOUT(bothFinished(), patienceMs);
        QVERIFY(view()->comparison().match.by == PairedBy::Spans);
        QVERIFY2(child<QLabel>(*m_window, "differenceNote")->text().contains("by the text"),
                 qPrintable(child<QLabel>(*m_window, "differenceNote")->text()));
        const std::vector<int> links = view()->comparison().match.toB;
        const int last = int(links.size()) - 1;  // "of": one token in both
        clickOn(mapOf(TraceComparison::A, "h"), {0, last});
        const Cell there = mapOf(TraceComparison::B, "h")->currentCell();
        const Cell here = mapOf(TraceComparison::A, "h")->currentCell();
        QVERIFY2(there == (Cell{0, links.back()}), qPrintable(QStringLiteral("%1, %2 beside %3, %4 of %5")
                                                                  .arg(there.layer)
                                                                  .arg(there.pos)
                                                                  .arg(here.layer)
                                                                  .arg(here.pos)
                                                                  .arg(last)));
        QVERIFY(links.back() > last);
        QVERIFY2(m_window->exportTo(m_fixture.path("tokens.svg")), qPrintable(message(*m_window)));
        chooseBeside("mnemo-pythia");
        QTRY_VERIFY_WITH_TIMEOUT(bothFinished() && view()->comparison().match.by == PairedBy::Tokens, patienceMs);
    }

    void aNewEngineIsGivenBothModels()
    {
        const qint64 process = m_window->engine().processId();
        QVERIFY(process > 0 && ::kill(pid_t(process), SIGKILL) == 0);
        QTRY_VERIFY_WITH_TIMEOUT(
            m_window->engine().state() == EngineClient::State::Ready && m_window->engine().processId() != process,
            patienceMs);
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(bothFinished() && !first()->stale, patienceMs);
    }

    void curvesStandBesideThoseOfAnotherModel()
    {
        m_window->results().add(knockoutOf("mnemo-mamba", 6));
        QVERIFY(!m_window->findChild<QComboBox*>("resultBeside")->isVisible());
        m_window->results().add(knockoutOf("mnemo-pythia", 3));
        QWidget* panel = m_window->findChild<QTabWidget*>()->currentWidget();
        auto* list = panel->findChild<QComboBox*>("resultBeside");
        QVERIFY(list->isVisible());
        QCOMPARE(list->count(), 2);
        const auto reference = [panel] { return panel->findChild<LinePlot*>()->series().at(0).reference; };
        QVERIFY(reference().empty());
        list->setCurrentIndex(1);
        QCOMPARE(reference(), (std::vector<double>{0, -0.2, -0.4}));  // every second layer of twice as many
        QVERIFY2(m_window->exportTo(m_fixture.path("curves.svg")), qPrintable(message(*m_window)));
        QFile svg(m_fixture.path("curves.svg"));
        QVERIFY(svg.open(QIODevice::ReadOnly) && svg.readAll().contains("Dashed: mnemo-mamba"));
        QVERIFY2(m_window->exportTo(m_fixture.path("curves.csv")), qPrintable(message(*m_window)));
        QFile csv(m_fixture.path("curves.csv"));
        QVERIFY(csv.open(QIODevice::ReadOnly) && csv.readAll().contains("\ndifference,change,"));
        // A session opens with the same choice, and without one where there is none.
        QVERIFY(m_window->saveSession(m_fixture.path("curves.mnemo")));
        const auto other = m_fixture.open();
        QVERIFY(other->openSession(m_fixture.path("curves.mnemo")));
        const std::vector<ResultEntry>& opened = other->results().all();
        QCOMPARE(opened.size(), std::size_t(2));
        QVERIFY(opened.back().beside == opened.front().id && opened.front().beside == 0);
        const ResultPanel* shown = child<TraceTabs>(*other, "traceTabs")->resultPanel(opened.back().id);
        QCOMPARE(shown->findChild<QComboBox*>("resultBeside")->currentIndex(), 1);
        QCOMPARE(shown->findChild<LinePlot*>()->series().at(0).reference, reference());
        list->setCurrentIndex(0);
        QVERIFY(reference().empty());
        for (const int id : {m_window->results().all().back().id, m_window->results().all().front().id})
            m_window->results().remove(id);
    }

    void anExperimentOverFactsRunsOnBoth()
    {
        child<QAction>(*m_window, "action_average")->trigger();
        auto* form = child<ExperimentDialog>(*m_window, "experimentDialog");
        const QString note = form->findChild<QLabel*>("bothNote")->text();
        QVERIFY2(note.contains("mnemo-mamba") && note.contains("mnemo-pythia"), qPrintable(note));
        form->fields()->setValues({{"limit", 4}, {"sites", {"h", "s"}}, {"relations", {"place in city"}}});
        QTest::mouseClick(form->findChild<QPushButton*>("copyExperiment"), Qt::LeftButton);
        const QString commands = QApplication::clipboard()->text();
        QTest::mouseClick(form->findChild<QPushButton*>("runExperiment"), Qt::LeftButton);
        const std::vector<ResultEntry>& entries = m_window->results().all();
        QCOMPARE(entries.size(), std::size_t(2));
        const ResultEntry &mamba = entries.front(), &pythia = entries.back();
        QVERIFY(mamba.model == first()->model.toStdString() && pythia.model == second()->model.toStdString());
        QVERIFY(mamba.parameters.at("sites") == Json({"h", "s"}));
        QVERIFY(pythia.parameters.at("sites") == Json({"h", "attn"}));
        const auto* tabs = child<TraceTabs>(*m_window, "traceTabs");
        QCOMPARE(tabs->resultInFront(), mamba.id);
        const auto* bar = m_window->findChild<QTabWidget*>();
        const auto titleOf = [&](const ResultEntry& entry) {
            return bar->tabText(bar->indexOf(tabs->resultPanel(entry.id)));
        };
        QCOMPARE(titleOf(mamba), QString(titleOf(pythia)).replace("pythia", "mamba"));
        QVERIFY2(titleOf(mamba).endsWith(" · mamba"), qPrintable(titleOf(mamba)));
        QTRY_VERIFY2_WITH_TIMEOUT(mamba.state == JobState::Finished && pythia.state == JobState::Finished,
                                  (mamba.error.message + pythia.error.message).c_str(), 2 * patienceMs);
        QVERIFY(tabs->resultPanel(mamba.id)->beside() == pythia.result);
        QVERIFY(tabs->resultPanel(pythia.id)->beside() == mamba.result);
        const auto* maps = tabs->resultPanel(mamba.id)->findChild<HeatmapGrid*>();
        QCOMPARE(maps->sites(), (std::vector<std::string>{"h", "h beside", "s", "s beside"}));
        QCOMPARE(maps->columns(), 2);
        const ArrayPtr beside = maps->map("s beside")->array(), theirs = pythia.result->find("attn.ie");
        QCOMPARE(beside->axes[0].size(), mamba.result->find("s.ie")->axes[0].size());
        QCOMPARE(beside->at(0, 3), theirs->at(0, 3));
        QCOMPARE(copied(), commands);
        const QStringList lines = commands.split('\n');
        QCOMPARE(lines.size(), 2);
        for (const auto& [line, entry] : {std::pair(lines[0], &mamba), std::pair(lines[1], &pythia)}) {
            const QString found = difference(exportJson(*entry->result), m_fixture.documentOf(line));
            QVERIFY2(found.isEmpty(), qPrintable(line + "\n" + found));
        }
    }

    void bothAreStoppedAndGoOnTogether()
    {
        child<QAction>(*m_window, "action_average")->trigger();
        auto* form = child<ExperimentDialog>(*m_window, "experimentDialog");
        form->fields()->setValues({{"limit", 120}, {"seed", 3}, {"sites", {"h"}}, {"relations", {"place in city"}}});
        QTest::mouseClick(form->findChild<QPushButton*>("runExperiment"), Qt::LeftButton);
        const std::vector<ResultEntry>& entries = m_window->results().all();
        QCOMPARE(entries.size(), std::size_t(4));
        QTest::keyClick(m_window.get(), Qt::Key_Escape);
        QVERIFY(entries[2].state == JobState::Stopped && entries[3].state == JobState::Stopped);
        child<QAction>(*m_window, "action_resume")->trigger();
        QVERIFY(entries[2].state == JobState::Running && entries[3].state == JobState::Running);
        QTest::keyClick(m_window.get(), Qt::Key_Escape);
        while (!entries.empty())
            m_window->results().remove(entries.back().id);
    }

    void aPinnedPairStaysAndNoneTakesTheSecondAway()
    {
        child<QAction>(*m_window, "action_pin")->trigger();
        QVERIFY(first()->pinned && second()->pinned);
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(bothFinished() && !first()->pinned, patienceMs);
        QCOMPARE(m_window->traces().all().size(), std::size_t(4));
        chooseBeside({});
        QCOMPARE(m_window->traces().all().size(), std::size_t(3));
        QVERIFY(!second());
        QVERIFY(map(*m_window, "s"));
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window), patienceMs);
        QVERIFY(!second());
    }
};

QTEST_MAIN(TestSideBySide)
#include "tst_side_by_side.moc"
