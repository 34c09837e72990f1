// SPDX-License-Identifier: GPL-3.0-or-later
// Facts and experiments over them, in the real window with the real engine: browse, run, stop, resume, export.
#include "tests/gui/window_fixture.h"

#include "core/io/export.h"
#include "core/io/fact_set.h"
#include "core/io/session.h"
#include "ui/experiment_dialog.h"
#include "ui/facts_dock.h"
#include "ui/result_facts.h"
#include "ui/result_panel.h"
#include "ui/schema_form.h"
#include "ui/trace_tabs.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QImage>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSpinBox>
#include <QTableView>
#include <algorithm>
#include <csignal>
#include <set>

using namespace mnemo;
using namespace mnemo::test;

class TestFactsWindow : public QObject
{
    Q_OBJECT

    WindowFixture m_fixture;
    std::unique_ptr<MainWindow> m_window;

    FactsDock* dock() const { return child<FactsDock>(*m_window, "factsDock"); }
    TraceTabs* tabs() const { return child<TraceTabs>(*m_window, "traceTabs"); }
    ResultPanel* front() const { return tabs()->resultPanel(tabs()->resultInFront()); }

    const ResultEntry* last() const
    {
        return m_window->results().all().empty() ? nullptr : &m_window->results().all().back();
    }

    ExperimentDialog* openForm(const char* experiment) const
    {
        child<QAction>(*m_window, (std::string("action_") + experiment).c_str())->trigger();
        return child<ExperimentDialog>(*m_window, "experimentDialog");
    }

    void press(const QWidget* in, const char* name) const
    {
        QTest::mouseClick(in->findChild<QPushButton*>(QLatin1String(name)), Qt::LeftButton);
    }

    /// Places in cities, traced at h alone: small enough for a test.
    void runAverage(int facts) const
    {
        ExperimentDialog* form = openForm("average");
        form->fields()->setValues({{"limit", facts}, {"sites", {"h"}}, {"relations", {"place in city"}}});
        press(form, "runExperiment");
    }

    QDir records() const { return QDir(m_fixture.path("cache/mnemoscope/records")); }

    /// Without a line that was being written.
    static QByteArray wholeLines(const QString& path)
    {
        QFile file(path);
        const QByteArray bytes = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        return bytes.left(bytes.lastIndexOf('\n') + 1);
    }

    static int factsOf(const ResultEntry& entry)
    {
        return entry.result ? int(entry.result->head.at("facts").size()) : 0;
    }

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_CACHE_HOME", m_fixture.path("cache").toUtf8());  // where records are kept
        m_window = m_fixture.open();
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window), patienceMs);
    }

    void init() { QApplication::setActiveWindow(m_window.get()); }

    void cleanupTestCase() { m_window.reset(); }

    void factsAreFoundAskedAndTraced()
    {
        child<QAction>(*m_window, "action_findFact")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(dock()->file(), patienceMs);
        const QAbstractItemModel* rows = dock()->table()->model();
        QVERIFY(rows->rowCount() > 1000);
        child<QComboBox>(*m_window, "factRelation")->setCurrentText("place in city");
        QTest::keyClicks(child<QLineEdit>(*m_window, "factSearch"), "louvre museum");
        QCOMPARE(rows->rowCount(), 1);
        QTRY_VERIFY_WITH_TIMEOUT(!rows->index(0, FactTableModel::Known).data().toString().isEmpty(), patienceMs);
        const QString says = rows->index(0, FactTableModel::Known).data().toString();
        QVERIFY2(says.contains("Paris"), qPrintable(says));
        QVERIFY(!dock()->findChild<QComboBox*>("factTemplate")->itemText(1).isEmpty());
        Q_EMIT dock()->table()->activated(rows->index(0, 0));
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && finished(*m_window)->form.subject == "Louvre Museum",
                                 patienceMs);
        QVERIFY(!finished(*m_window)->form.swap.isEmpty());
        child<QLineEdit>(*m_window, "factSearch")->clear();
    }

    void filesOfOnesOwnAreReadAndUsed()
    {
        QFile file(m_fixture.path("mine.csv"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(
            "subject,object,template\nLouvre Museum,Paris,{} is in the city of\nBig Ben,,{} is in the city of\n");
        file.close();
        m_window->openFacts(file.fileName());
        QTRY_VERIFY_WITH_TIMEOUT(dock()->file() && dock()->file()->path == file.fileName(), patienceMs);
        QVERIFY2(message(*m_window).contains("1 row"), qPrintable(message(*m_window)));
        QVERIFY(dock()->findChild<QPlainTextEdit*>("factProblems")->toPlainText().contains("object"));
        Q_EMIT dock()->experimentRequested("knockout");
        auto* form = child<ExperimentDialog>(*m_window, "experimentDialog");
        QVERIFY(form->findChild<QRadioButton*>("overFacts")->isChecked());
        QVERIFY(form->parameters().at("facts") == Json::array({file.fileName().toStdString()}));
        press(form, "copyExperiment");
        QVERIFY(QApplication::clipboard()->text().startsWith("mnemo knockout -m 'mnemo-mamba' --facts '"));
        form->close();

        QFile empty(m_fixture.path("empty.csv"));
        QVERIFY(empty.open(QIODevice::WriteOnly));
        m_window->openFacts(empty.fileName());
        QTRY_VERIFY_WITH_TIMEOUT(message(*m_window).contains("empty.csv"), patienceMs);
        QVERIFY(dock()->file()->path == file.fileName());  // what was shown stays
        child<QComboBox>(*m_window, "factSource")->setCurrentIndex(0);
    }

    /// Neither fewer nor more than the list shows; whatever the relation has may be swapped in.
    void theFactsThatAreShownAreUsed()
    {
        child<QComboBox>(*m_window, "factRelation")->setCurrentText("place in city");
        QVERIFY(!openForm("average")->findChild<QRadioButton*>("overOffered")->isVisible());
        auto* search = child<QLineEdit>(*m_window, "factSearch");
        search->setText("tower");
        const QAbstractItemModel* rows = dock()->table()->model();
        std::set<std::string> shown;
        for (int row = 0; row < rows->rowCount(); ++row)
            shown.insert(rows->index(row, FactTableModel::Subject).data().toString().toStdString());
        QVERIFY(shown.size() > 2 && shown.size() < 30);
        Q_EMIT dock()->experimentRequested("average");
        auto* form = child<ExperimentDialog>(*m_window, "experimentDialog");
        auto* offered = form->findChild<QRadioButton*>("overOffered");
        QVERIFY(offered->isVisible() && offered->isChecked());
        QCOMPARE(offered->text(), QStringLiteral("Over the %1 facts shown").arg(shown.size()));
        QVERIFY(!form->fields()->field("relations")->isVisible());
        search->clear();  // the form keeps what was shown
        form->fields()->setValues({{"sites", {"h"}}});
        press(form, "copyExperiment");
        const QString line = QApplication::clipboard()->text();
        press(form, "runExperiment");
        QTRY_VERIFY2_WITH_TIMEOUT(last()->state == JobState::Finished, last()->error.message.c_str(), patienceMs);
        std::size_t counted = 0;
        for (const Json& count : last()->result->head.at("counts"))
            counted += count.get<std::size_t>();
        QCOMPARE(counted, shown.size());
        QVERIFY(factsOf(*last()) > 2);
        bool fromOthers = false;
        for (const Json& fact : last()->result->head.at("facts")) {
            QVERIFY(shown.contains(fact.at("fact").at("subject").get<std::string>()));
            fromOthers = fromOthers || !shown.contains(fact.at("fact").at("swap").get<std::string>());
        }
        QVERIFY(fromOthers);
        QVERIFY(last()->parameters.at("only") != "" && last()->parameters.at("limit") == shown.size());
        const QString found = difference(exportJson(*last()->result), m_fixture.documentOf(line));
        QVERIFY2(found.isEmpty(), qPrintable(line + "\n" + found));

        form = openForm("average");  // the next one is about what is shown then
        QVERIFY(!form->findChild<QRadioButton*>("overOffered")->isVisible());
        QVERIFY(form->parameters().value("only", Json("")) == "");
        form->close();
        m_window->results().remove(last()->id);
        for (const QString& name : records().entryList({"*.jsonl"}))
            QVERIFY(records().remove(name));
    }

    void anAverageIsRunAndItsFactsAreThere()
    {
        runAverage(6);
        QVERIFY(last() && last()->state == JobState::Running);
        QTRY_VERIFY_WITH_TIMEOUT(last()->state == JobState::Finished, patienceMs);
        QVERIFY(last()->result->find("h.ie") && factsOf(*last()) == 6);
        press(front(), "showFacts");
        auto* facts = front()->findChild<QTableView*>("resultFacts");
        QVERIFY(facts->isVisible());
        QCOMPARE(facts->model()->rowCount(), 6);
        const QString subject = facts->model()->index(2, ResultFactsModel::Subject).data().toString();
        Q_EMIT facts->activated(facts->model()->index(2, 0));
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && finished(*m_window)->form.subject == subject, patienceMs);
        QCOMPARE(finished(*m_window)->form.swap, facts->model()->index(2, ResultFactsModel::Swap).data().toString());
    }

    void recordsThatCannotBeUsedAreLeftBehind()
    {
        QCOMPARE(records().entryList({"*.jsonl"}).size(), 1);
        for (const char* bytes : {"no JSON\n", "{\"schema\":\"another\"}\n"}) {
            QFile file(records().filePath(records().entryList({"*.jsonl"}).front()));
            QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate) && file.write(bytes) > 0);
            file.close();
            runAverage(6);
            QTRY_VERIFY2_WITH_TIMEOUT(last()->state == JobState::Finished, last()->error.message.c_str(), patienceMs);
            QCOMPARE(factsOf(*last()), 6);
            QVERIFY2(!message(*m_window).contains("records"), qPrintable(message(*m_window)));
        }
    }

    void aStoppedAverageKeepsItsFactsAndGoesOn()
    {
        runAverage(250);
        const int id = last()->id;
        QTRY_VERIFY_WITH_TIMEOUT(factsOf(*last()) > 0, patienceMs);
        QTest::keyClick(m_window.get(), Qt::Key_Escape);
        QVERIFY(last()->state == JobState::Stopped && last()->result->done < 1);
        const int kept = factsOf(*last());
        const Json first = last()->result->head.at("facts").at(0);
        QVERIFY2(front()->badge().contains("stopped at"), qPrintable(front()->badge()));
        QCOMPARE(records().entryList({"*.jsonl"}).size(), 1);  // with those of 6
        press(front(), "resumeResult");
        QVERIFY(m_window->results().find(id)->state == JobState::Running);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->results().find(id)->state == JobState::Finished, 4 * patienceMs);
        QVERIFY(factsOf(*last()) > kept && last()->result->done == 1);
        QVERIFY(last()->result->head.at("facts").at(0) == first);
        QVERIFY(last()->result->parameters.at("records") == "");
    }

    void pathsAndKnockOutsGoOnFromTheirRecords_data()
    {
        QTest::addColumn<QString>("experiment");
        QTest::newRow("paths") << "paths";
        QTest::newRow("knockout") << "knockout";
    }
    /// Run, cancel, run again: what is in the records stays as it is and is not computed again.
    void pathsAndKnockOutsGoOnFromTheirRecords()
    {
        QFETCH(QString, experiment);
        const QByteArray key = experiment.toUtf8();
        const auto runIt = [&] {
            ExperimentDialog* form = openForm(key.constData());
            form->setOverFacts(true);
            form->fields()->setValues({{"limit", 200}, {"relations", {"place in city"}}});
            press(form, "runExperiment");
        };
        const QStringList before = records().entryList({"*.jsonl"});
        runIt();
        QTRY_VERIFY_WITH_TIMEOUT(factsOf(*last()) > 0, 2 * patienceMs);
        QTest::keyClick(m_window.get(), Qt::Key_Escape);
        QVERIFY(last()->state == JobState::Stopped && last()->result->done < 1);
        const int kept = factsOf(*last());
        const QStringList now = records().entryList({"*.jsonl"});
        QCOMPARE(now.size(), before.size() + 1);
        const auto found = std::ranges::find_if(now, [&](const QString& name) { return !before.contains(name); });
        const QString file = records().filePath(*found);
        const QByteArray start = wholeLines(file);
        QVERIFY(start.count('\n') > kept);  // the opening, and a line per fact

        runIt();
        QTRY_VERIFY2_WITH_TIMEOUT(last()->state == JobState::Finished, last()->error.message.c_str(), 4 * patienceMs);
        const QByteArray end = wholeLines(file);
        QVERIFY(end.startsWith(start) && end.size() > start.size());
        QCOMPARE(records().entryList({"*.jsonl"}).size(), now.size());
        QVERIFY(factsOf(*last()) > kept && last()->result->done == 1);
        std::set<std::string> asked;
        for (const QByteArray& line : end.trimmed().split('\n').mid(1))
            QVERIFY2(asked.insert(Json::parse(line.toStdString()).at("fact").dump()).second, line.constData());
        for (const QString ending : {".json", ".csv", ".png"})
            QVERIFY2(m_window->exportTo(m_fixture.path(experiment + ending)), qPrintable(message(*m_window)));
        QFile json(m_fixture.path(experiment + ".json"));
        QVERIFY(json.open(QIODevice::ReadOnly));
        const Json written = Json::parse(json.readAll().toStdString());
        QCOMPARE(int(written.at("facts").size()), factsOf(*last()));
        QCOMPARE(written.at("schema").get<std::string>(), "mnemo." + experiment.toStdString() + "/1");
    }

    void theTabInFrontIsExported()
    {
        for (const ResultEntry& entry : std::vector<ResultEntry>(m_window->results().all()))
            if (entry.experiment != "average")
                m_window->results().remove(entry.id);
        for (const char* name : {"average.json", "average.csv", "average.png", "average.svg"})
            QVERIFY2(m_window->exportTo(m_fixture.path(name)), qPrintable(message(*m_window)));
        QFile json(m_fixture.path("average.json"));
        QVERIFY(json.open(QIODevice::ReadOnly));
        QCOMPARE(QString::fromStdString(Json::parse(json.readAll().toStdString()).at("schema").get<std::string>()),
                 QStringLiteral("mnemo.average/1"));
        QVERIFY(QImage(m_fixture.path("average.png")).width() > 300);
    }

    void theSessionHoldsTheAverage()
    {
        const QString file = m_fixture.path("average.mnemo");
        QVERIFY2(m_window->saveSession(file), qPrintable(message(*m_window)));
        const int before = int(m_window->results().all().size());
        QVERIFY2(m_window->openSession(file), qPrintable(message(*m_window)));
        QCOMPARE(int(m_window->results().all().size()), 2 * before);
        QVERIFY(last()->state == JobState::Finished && last()->result->kind == "average");
        QVERIFY(last()->result->find("h.ie"));
    }

    void experimentsOfThePromptTakeThePrompt()
    {
        typeFact(*m_window, "Louvre Museum is located in the city of", "Louvre Museum", "Westminster Abbey");
        for (const char* key : {"lens", "dla", "knockout", "attention"}) {
            ExperimentDialog* form = openForm(key);
            form->setOverFacts(false);
            press(form, "runExperiment");
            QCOMPARE(last()->experiment, std::string(key));
            QTRY_VERIFY2_WITH_TIMEOUT(last()->state == JobState::Finished, last()->error.message.c_str(),
                                      2 * patienceMs);
            QVERIFY(titleOf(*last()).contains("Louvre Museum"));
            QVERIFY(!last()->result->arrays.empty());
        }
    }

    void changingAResultBringsItsPromptBack()
    {
        typeFact(*m_window, "Big Ben is located in the city of", "Big Ben", "Louvre Museum");
        auto* prefix = child<QComboBox>(*m_window, "prefixCombo");
        const int before = prefix->currentIndex();
        prefix->setCurrentIndex(prefix->findData("eos"));
        press(front(), "changeResult");
        auto* form = child<ExperimentDialog>(*m_window, "experimentDialog");
        const QString prompt = child<QLineEdit>(*m_window, "promptEdit")->text();
        QVERIFY2(prompt.contains("Louvre Museum"), qPrintable(prompt));
        QVERIFY(form->parameters().at("prompt") == last()->parameters.at("prompt"));
        QVERIFY(form->parameters().at("prefix") == "none");
        QCOMPARE(prefix->currentIndex(), before);
        form->close();
    }

    void aRefusedRunKeepsItsForm()
    {
        ExperimentDialog* form = openForm("average");
        Q_EMIT form->runRequested({{"limit", 3}, {"sites", 7}});
        QVERIFY(form->isVisible());
        QVERIFY2(!message(*m_window).isEmpty(), "nothing was said");
        form->close();
        form = openForm("average");
        QVERIFY(form->parameters().at("limit") == 3);
        form->close();
    }

    void figuresOfThePaperAreOneMenuEntryEach()
    {
        const auto choose = [this](const char* name) {
            for (QAction* action : m_window->findChildren<QAction*>())
                if (action->data() == QVariant(name))
                    return action->trigger();
            QFAIL(name);
        };
        choose("fig8");
        auto* form = child<ExperimentDialog>(*m_window, "experimentDialog");
        QCOMPARE(form->parameters().at("averaging").get<std::string>(), std::string("as-published"));
        QVERIFY(form->parameters().at("sites") == Json({"o", "s", "g"}));
        form->close();
        choose("fig9");
        QVERIFY2(message(*m_window).contains("Fig. 9 is of gpt_neox"), qPrintable(message(*m_window)));
    }

    void aWrongParameterIsSaidAtItsField()
    {
        ExperimentDialog* form = openForm("average");
        form->fields()->setValues({{"window", "wide"}, {"limit", 2}});
        press(form, "runExperiment");
        QTRY_VERIFY_WITH_TIMEOUT(last()->state == JobState::Failed, patienceMs);
        QVERIFY2(message(*m_window).contains("wide"), qPrintable(message(*m_window)));
        press(front(), "changeResult");
        form = child<ExperimentDialog>(*m_window, "experimentDialog");
        QVERIFY(form->parameters().at("window") == "wide" && form->parameters().at("limit") == 2);
        QVERIFY2(form->fields()->problem("window").contains("wide"), qPrintable(form->fields()->problem({})));
        form->close();
    }

    void anAverageSurvivesTheEnginesDeath()
    {
        ExperimentDialog* form = openForm("average");
        form->fields()->setValues(
            {{"limit", 250}, {"seed", 5}, {"sites", {"h"}}, {"window", "auto"}, {"relations", Json::array()}});
        press(form, "runExperiment");
        const int id = last()->id;
        QTRY_VERIFY_WITH_TIMEOUT(factsOf(*last()) > 0, 2 * patienceMs);
        const int kept = factsOf(*last());
        const qint64 process = m_window->engine().processId();
        QVERIFY(process > 0 && ::kill(pid_t(process), SIGKILL) == 0);
        QTRY_VERIFY_WITH_TIMEOUT(last()->state == JobState::Stopped, patienceMs);
        QVERIFY(last()->id == id && factsOf(*last()) >= kept);
        QVERIFY(front()->findChild<QPushButton*>("resumeResult")->isVisible());
        child<QAction>(*m_window, "action_resume")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(factsOf(*last()) > kept, 4 * patienceMs);
        QTest::keyClick(m_window.get(), Qt::Key_Escape);
        QVERIFY(last()->state == JobState::Stopped);
    }

    void factsAreSaved()
    {
        typeFact(*m_window, "Louvre Museum is located in the city of", "Louvre Museum", "Brandenburg Gate");
        const QString own = m_fixture.path("own.jsonl");
        QVERIFY2(m_window->saveFact(own, "Paris"), qPrintable(message(*m_window)));
        QVERIFY(!m_window->saveFact(own, " "));
        child<QComboBox>(*m_window, "factRelation")->setCurrentText("place in city");
        const int shown = dock()->table()->model()->rowCount();
        QVERIFY2(m_window->saveFacts(m_fixture.path("places.json")), qPrintable(message(*m_window)));
        std::vector<FactProblem> problems;
        const auto one = readFactFile(own.toStdString(), problems);
        QVERIFY(one.size() == 1 && one[0].samples == (std::vector<FactSample>{{"Louvre Museum", "Paris"}}));
        QCOMPARE(one[0].templates[0], std::string("{} is located in the city of"));
        QCOMPARE(int(readFactFile(m_fixture.path("places.json").toStdString(), problems)[0].samples.size()), shown);
        QVERIFY(problems.empty());
    }
};

QTEST_MAIN(TestFactsWindow)
#include "tst_facts_window.moc"
