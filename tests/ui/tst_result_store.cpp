// SPDX-License-Identifier: GPL-3.0-or-later
// Results that are no traces: what a snapshot replaces, and the facts they are of.
#include "core/data/error.h"
#include "tests/widgets/sample_circuit.h"
#include "ui/result_desk.h"
#include "ui/result_cases.h"
#include "ui/result_facts.h"
#include "ui/result_panel.h"
#include "widgets/chart_view.h"
#include "widgets/circuit_view.h"

#include <QAbstractItemModel>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace mnemo;

namespace {

Json fact(const char* subject, double clean, double corrupt)
{
    return {{"fact",
             {{"relation", "place"}, {"template", "{} is in"}, {"subject", subject}, {"object", "x"}, {"swap", "Y"}}},
            {"p_clean", clean},
            {"p_corrupt", corrupt}};
}

/// `facts` of `wanted` facts.
ResultPtr average(int facts, int wanted)
{
    auto result = std::make_shared<Result>();
    result->kind = "average";
    result->title = "Average over " + std::to_string(facts) + " facts";
    result->parameters = {{"limit", wanted}, {"records", "/home/me/records.jsonl"}};
    result->model = {{"hash", "m"}, {"name", "mnemo-mamba"}};
    result->head = {{"facts", Json::array()}, {"counts", {{"used", facts}, {"unknown", 3}, {"weak", 0}}}};
    for (int i = 0; i < facts; ++i)
        result->head["facts"].push_back(fact(i % 2 ? "Odd" : "Even", 0.9, 0.1 * i));
    result->done = double(facts) / wanted;
    return result;
}

ResultEntry asked(int wanted)
{
    ResultEntry entry;
    entry.experiment = "average";
    entry.title = "Average effect";
    entry.parameters = {{"limit", wanted}, {"records", ""}};
    return entry;
}

}  // namespace

class TestResultStore : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aResumedJobDoesNotTakeAwayWhatIsThere()
    {
        ResultStore store;
        QSignalSpy changes(&store, &ResultStore::changed);
        const int id = store.begin(asked(8));
        QCOMPARE(titleOf(*store.find(id)), QStringLiteral("Average effect"));
        store.setResult(id, average(4, 8));
        store.setState(id, JobState::Stopped, {ErrorCode::EngineLost, "The engine is gone.", "Resume."});
        QCOMPARE(titleOf(*store.find(id)), QStringLiteral("Average over 4 facts"));
        QVERIFY(factsDone(*store.find(id)) == (std::pair{4, 8}));
        store.setTicket(id, 5);
        QVERIFY(store.find(id)->state == JobState::Running && store.find(id)->error.message.empty());
        store.setResult(id, average(1, 8));
        QCOMPARE(store.find(id)->result->done, 0.5);
        store.setResult(id, average(6, 8));
        QCOMPARE(store.find(id)->result->done, 0.75);
        QVERIFY(store.find(id)->result->parameters.at("records") == "");  // the path is nobody's business
        QVERIFY(changes.size() >= 4);
        store.setResult(99, average(1, 8));
        store.remove(id);
        QVERIFY(store.all().empty());
    }

    void recordsAreFoundAgainWhateverTheLimit()
    {
        const Json few{{"limit", 4}, {"seed", 1}, {"records", ""}}, many{{"limit", 9}, {"seed", 1}, {"records", "x"}};
        const auto file = [](const char* model, const char* experiment, const Json& parameters) {
            return recordsFile(model, experiment, parameters);
        };
        QCOMPARE(file("hash", "paths", few), file("hash", "paths", many));
        QVERIFY(file("hash", "paths", few) != file("other", "paths", few));
        QVERIFY(file("hash", "paths", few) != file("hash", "knockout", few));
        QVERIFY(file("hash", "paths", few) != file("hash", "paths", {{"limit", 4}, {"seed", 2}, {"records", ""}}));
    }

    void thePanelSaysHowFarItIs()
    {
        const ViewTable views = builtInViews();
        ResultStore store;
        const int id = store.begin(asked(8));
        ResultPanel panel(views);
        panel.show();
        const auto isShown = [&](const char* name) { return panel.findChild<QPushButton*>(name)->isVisible(); };
        panel.setEntry(*store.find(id));
        QVERIFY(isShown("stopResult") && !isShown("resumeResult") && !isShown("showFacts"));
        store.setResult(id, average(4, 8));
        panel.setEntry(*store.find(id));
        QCOMPARE(panel.badge(), QStringLiteral("4 of 8 facts"));
        QVERIFY(panel.findChild<QLabel*>("resultHeading")->text().contains("3 the model does not know"));
        store.setState(id, JobState::Stopped);
        panel.setEntry(*store.find(id));
        QCOMPARE(panel.badge(), QStringLiteral("stopped at 4 of 8 facts"));
        QVERIFY(!isShown("stopResult") && isShown("resumeResult") && isShown("showFacts"));
        store.setResult(id, average(8, 8));
        store.setState(id, JobState::Finished);
        panel.setEntry(*store.find(id));
        QCOMPARE(panel.badge(), QString());
        QVERIFY(!isShown("resumeResult"));
    }

    /// Into figures, and not into the session.
    void whatIsShownOfACircuitGoesAlong()
    {
        const ViewTable views = builtInViews();
        ResultStore store;
        const int id = store.begin(asked(8));
        ResultPanel panel(views);
        store.setResult(id, std::make_shared<const Result>(test::sampleCircuit()));
        panel.setEntry(*store.find(id));
        auto* view = panel.findChild<CircuitView*>();
        QVERIFY(view);
        QVERIFY(panel.result()->head["choice"]["edges"].is_null());
        CircuitChoice choice = view->chosen();
        choice.edges = 2;
        choice.hidden = {"0"};
        view->setChoice(choice);
        QVERIFY(circuitChoiceOf(*panel.result()) == choice);
        QVERIFY(!panel.ownResult()->head.contains("choice"));
        panel.setEntry(*store.find(id));
        QVERIFY(circuitChoiceOf(*panel.result()) == choice);
        QSignalSpy wanted(&panel, &ResultPanel::graphExportRequested);
        Q_EMIT view->graphExportRequested(true);
        QCOMPARE(wanted.count(), 1);
        QVERIFY(wanted[0].at(0).toBool());
    }

    void aFailedOneSaysWhy()
    {
        const ViewTable views = builtInViews();
        ResultStore store;
        const int id = store.begin(asked(8));
        ResultPanel panel(views);
        panel.show();
        store.setResult(id, average(4, 8));
        store.setState(id, JobState::Failed, {ErrorCode::OutOfMemory, "No <memory> left.", "Wait."});
        panel.setEntry(*store.find(id));
        QCOMPARE(panel.badge(), QStringLiteral("failed at 4 of 8 facts"));
        QVERIFY(panel.findChild<QLabel*>("resultHeading")->text().contains("No &lt;memory&gt; left."));
        QVERIFY(panel.findChild<QPushButton*>("resumeResult")->isVisible());
        store.setState(id, JobState::Failed, {ErrorCode::Usage, "There is no window \"wide\".", "Choose a number."});
        panel.setEntry(*store.find(id));
        QVERIFY(!panel.findChild<QPushButton*>("resumeResult")->isVisible());  // it would be refused again
    }

    void itsFactsAreReadWithItsPrefix()
    {
        const ViewTable views = builtInViews();
        auto result = std::make_shared<Result>(*average(2, 2));
        result->parameters["prefix"] = "eos";
        ResultStore store;
        ResultPanel panel(views);
        panel.setEntry(*store.find(store.add(result)));
        QSignalSpy chosen(&panel, &ResultPanel::factChosen);
        auto* facts = panel.findChild<QTableView*>("resultFacts");
        Q_EMIT facts->activated(facts->model()->index(0, 0));
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen[0][0].value<FactForm>().prefix, QStringLiteral("eos"));
    }

    void thePanelKnowsWhatItsViewIsColouredBy()
    {
        const ViewTable views = builtInViews();
        auto result = std::make_shared<Result>();
        result->kind = "lens";
        result->head = result->parameters = Json::object();
        ResultStore store;
        ResultPanel panel(views);
        panel.setEntry(*store.find(store.add(result)));
        auto* view = panel.findChild<ChartView*>();
        QVERIFY(view && view->metrics()->count() > 1);
        QVERIFY(panel.metric() == view->metric());
        view->metrics()->setCurrentIndex(1);
        QVERIFY(panel.metric() == Metric(view->metrics()->itemData(1).toInt()));
    }

    void whatADamagedSessionSaysIsNotBelieved()
    {
        const ViewTable views = builtInViews();
        const Json odd[] = {{{"facts", 3}, {"counts", {{"unknown", "many"}}}},
                            {{"facts", {{"a", 1}}}, {"counts", {1}}},
                            {{"facts", {nullptr, 7, {{"fact", 1}, {"p_clean", "x"}, {"target", 4}}}}}};
        for (const Json& head : odd) {
            auto result = std::make_shared<Result>(*average(1, 1));
            result->head = head;
            result->model = {{"hash", 1}, {"name", {2}}};
            ResultStore store;
            ResultPanel panel(views);
            panel.setEntry(*store.find(store.add(result)));
            const QAbstractItemModel* rows = panel.findChild<QTableView*>("resultFacts")->model();
            QCOMPARE(rows->rowCount(), head.at("facts").is_array() ? 3 : 0);
            for (int row = 0; row < rows->rowCount(); ++row)
                for (int column = 0; column < rows->columnCount(); ++column)
                    rows->index(row, column).data();
            if (rows->rowCount() > 0)
                Q_EMIT panel.findChild<QTableView*>("resultFacts")->activated(rows->index(2, 0));
            QVERIFY(!panel.findChild<QLabel*>("resultHeading")->text().contains("left out"));
        }
    }

    void peaksAreShownAndSorted()
    {
        Json deep = fact("Deep", 0.9, 0.1), early = fact("Early", 0.9, 0.1);
        deep["peaks"] = {{"h", 12}, {"s", 3}};
        early["peaks"] = {{"h", 5}, {"s", 8}};
        ResultFacts facts;
        facts.setFacts(Json::array({deep, early, fact("Of an old session", 0.9, 0.1)}));
        const QAbstractItemModel* rows = facts.table()->model();
        const auto peak = [&](int row) { return rows->index(row, ResultFactsModel::Peak).data().toString(); };
        QCOMPARE(QStringList({peak(0), peak(1), peak(2)}), QStringList({"h 12, s 3", "h 5, s 8", "·"}));
        facts.table()->sortByColumn(ResultFactsModel::Peak, Qt::AscendingOrder);
        QCOMPARE(QStringList({peak(0), peak(1), peak(2)}), QStringList({"·", "h 5, s 8", "h 12, s 3"}));
        const ViewTable views = builtInViews();
        ResultStore store;
        ResultPanel panel(views);
        panel.setEntry(*store.find(store.add(average(2, 2))));
        QVERIFY(!panel.findChild<QTableView*>("resultFacts")->isColumnHidden(ResultFactsModel::Peak));
        auto paths = std::make_shared<Result>(*average(2, 2));
        paths->kind = "paths";
        panel.setEntry(*store.find(store.add(paths)));
        QVERIFY(panel.findChild<QTableView*>("resultFacts")->isColumnHidden(ResultFactsModel::Peak));
    }

    void theNewestOfItsModelIsFound()
    {
        ResultStore store;
        QVERIFY(!store.newest("average", "m"));
        const ResultPtr first = average(1, 2), second = average(2, 2);
        store.add(first);
        QVERIFY(store.newest("average", "m") == first);
        store.add(second);
        store.begin(asked(3));  // nothing of it is there yet
        QVERIFY(store.newest("average", "m") == second);
        QVERIFY(!store.newest("paths", "m") && !store.newest("average", "another"));
    }

    void casesOfAnEvaluationAreReadAndEdited()
    {
        const auto edit = [](int layer, double efficacy, const Json& neighbours) {
            return Json{{"layer", layer}, {"matrix", "W_o"}, {"p", 0.75}, {"ES", efficacy}, {"NS", neighbours}};
        };
        auto result = std::make_shared<Result>();
        result->kind = "evaluate";
        result->parameters = {{"steps", 9}, {"limit", 2}};
        result->head["cases"] = {
            {{"subject", "Big Ben"},
             {"prompt", "{} is in"},
             {"target_new", "Rome"},
             {"target_true", "London"},
             {"before", {{"ES", 0}, {"NS", 100}}},
             {"edits", {edit(3, 0, 50), {{"layer", 5}, {"matrix", "W_o"}, {"problem", "It diverged."}}}}},
            {{"subject", "The Louvre"},
             {"prompt", "{} stands in"},
             {"target_new", "Oslo"},
             {"target_true", "Paris"},
             {"before", {{"ES", 0}}},
             {"edits", {edit(3, 100, nullptr), edit(5, 100, 20)}}}};
        const std::vector<Axis> axes{{"layer", {"3", "5"}}, {"matrix", {"W_o"}}};
        for (const char* name : {"ES", "S"}) {
            Array scores = Array::make(name, axes, "%");
            scores.values = {70, 40};
            scores.states.assign(2, CellState::Computed);
            result->arrays.push_back(std::make_shared<const Array>(std::move(scores)));
        }
        const ViewTable views = builtInViews();
        ResultStore store;
        ResultPanel panel(views);
        panel.show();
        panel.setEntry(*store.find(store.add(result)));
        auto* show = panel.findChild<QPushButton*>("showFacts");
        QCOMPARE(show->text(), QStringLiteral("Ca&ses (2)"));
        show->click();
        auto* table = panel.findChild<QTableView*>("resultCases");
        QVERIFY(table->isVisible());
        const auto cell = [&](int row, int column) { return table->model()->index(row, column).data().toString(); };
        auto* places = panel.findChild<QComboBox*>("casesPlace");
        QCOMPARE(places->currentText(), QStringLiteral("W_o, layer 3"));  // of the largest S
        QCOMPARE(cell(0, ResultCasesModel::NewObject), QStringLiteral("Rome"));
        QCOMPARE(cell(1, ResultCasesModel::Efficacy), QStringLiteral("100"));
        QCOMPARE(cell(1, ResultCasesModel::Neighbourhood), QStringLiteral("–"));
        places->setCurrentIndex(2);
        QVERIFY(cell(0, ResultCasesModel::Prompt).contains("It diverged."));
        QCOMPARE(cell(0, ResultCasesModel::Efficacy), QStringLiteral("–"));
        places->setCurrentIndex(0);
        QCOMPARE(cell(0, ResultCasesModel::Neighbourhood), QStringLiteral("100"));
        Json asked;
        connect(&panel, &ResultPanel::editChosen, this, [&asked](const Json& chosen) { asked = chosen; });
        Q_EMIT table->activated(table->model()->index(0, 0));
        QVERIFY(asked.is_null());  // there is no edit before any edit
        places->setCurrentIndex(2);
        table->sortByColumn(ResultCasesModel::Efficacy, Qt::DescendingOrder);
        QCOMPARE(cell(0, ResultCasesModel::Subject), QStringLiteral("The Louvre"));
        Q_EMIT table->activated(table->model()->index(0, 0));
        QVERIFY(asked.at("subject") == "The Louvre" && asked.at("prompt") == "{} stands in");
        QVERIFY(asked.at("target") == "Oslo" && asked.at("layer") == 5 && asked.at("steps") == 9);

        auto odd = std::make_shared<Result>(*result);
        odd->head["cases"] = {7, nullptr, {{"edits", 3}, {"before", {1}}}, {{"edits", {1, {{"layer", "x"}}}}}};
        panel.setEntry(*store.find(store.add(odd)));
        QCOMPARE(table->model()->rowCount(), 4);
    }

    void factsAreSortedByTheirEffectAndOpened()
    {
        ResultFacts facts;
        facts.setFacts(Json::array({fact("Small", 0.3, 0.2), fact("Large", 0.9, 0.1), fact("Middle", 0.6, 0.2)}));
        QTableView* table = facts.table();
        table->sortByColumn(ResultFactsModel::Effect, Qt::DescendingOrder);
        const auto subject = [&](int row) {
            return table->model()->index(row, ResultFactsModel::Subject).data().toString();
        };
        QCOMPARE(QStringList({subject(0), subject(1), subject(2)}), QStringList({"Large", "Middle", "Small"}));
        QSignalSpy chosen(&facts, &ResultFacts::factChosen);
        Q_EMIT table->activated(table->model()->index(0, 0));
        QCOMPARE(chosen.size(), 1);
        const auto form = chosen[0][0].value<FactForm>();
        QCOMPARE(form.prompt, QStringLiteral("{} is in"));
        QCOMPARE(form.subject, QStringLiteral("Large"));
        QCOMPARE(form.swap, QStringLiteral("Y"));
        facts.setFacts(Json::array({fact("Small", 0.3, 0.2)}));  // another result
        QCOMPARE(table->model()->rowCount(), 1);
    }
};

QTEST_MAIN(TestResultStore)
#include "tst_result_store.moc"
