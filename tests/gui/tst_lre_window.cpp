// SPDX-License-Identifier: GPL-3.0-or-later
// Linear decoding in the real window with the real engine: choose, run, look, one fact, make it say, export.
#include "tests/gui/window_fixture.h"

#include "core/data/lre_summary.h"
#include "ui/experiment_dialog.h"
#include "ui/facts_dock.h"
#include "ui/lre_controls.h"
#include "ui/result_panel.h"
#include "ui/result_samples.h"
#include "ui/rows_table.h"
#include "ui/schema_form.h"
#include "ui/trace_tabs.h"
#include "widgets/axis_slider.h"
#include "widgets/bar_list.h"
#include "widgets/chart_panel.h"
#include "widgets/chart_view.h"
#include "widgets/layer_plot.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QImage>
#include <QPushButton>
#include <QSlider>
#include <QTabBar>

using namespace mnemo;
using namespace mnemo::test;

class TestLreWindow : public QObject
{
    Q_OBJECT

    WindowFixture m_fixture;
    std::unique_ptr<MainWindow> m_window;

    TraceTabs* tabs() const { return child<TraceTabs>(*m_window, "traceTabs"); }
    ResultPanel* front() const { return tabs()->resultPanel(tabs()->resultInFront()); }

    const ResultEntry* last() const
    {
        return m_window->results().all().empty() ? nullptr : &m_window->results().all().back();
    }

    ExperimentDialog* openForm() const
    {
        child<QAction>(*m_window, "action_lre")->trigger();
        return child<ExperimentDialog>(*m_window, "experimentDialog");
    }

    void press(const QWidget* in, const char* name) const
    {
        QTest::mouseClick(in->findChild<QPushButton*>(QLatin1String(name)), Qt::LeftButton);
    }

    static Json small(const char* relation)
    {
        return {{"relations", {relation}}, {"trials", 1},          {"limit", 12},
                {"layers", {"emb", "4"}},  {"betas", "0, 1, 2.5"}, {"ranks", "4, 64"}};
    }

    const LayerPlot* plot() const { return front()->findChild<ChartView*>()->panel()->plots().front(); }

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_CACHE_HOME", m_fixture.path("cache").toUtf8());
        m_window = m_fixture.open();
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window), patienceMs);
    }

    void init() { QApplication::setActiveWindow(m_window.get()); }

    void cleanupTestCase() { m_window.reset(); }

    void aRelationThatCannotBeMeasuredIsSaid()
    {
        ExperimentDialog* form = openForm();
        Json asked = small("country capital city");
        asked["ranks"] = "4, 4000";
        form->fields()->setValues(asked);
        press(form, "runExperiment");
        QTRY_VERIFY_WITH_TIMEOUT(message(*m_window).contains("4000"), patienceMs);
        m_window->results().remove(last()->id);
    }

    /// Trials that are done stay.
    void itIsStopped()
    {
        ExperimentDialog* form = openForm();
        Json asked = small("country capital city");
        asked["trials"] = 200;
        form->fields()->setValues(asked);
        press(form, "runExperiment");
        QTRY_VERIFY_WITH_TIMEOUT(last() && last()->result, patienceMs);
        press(front(), "stopResult");
        QTRY_VERIFY_WITH_TIMEOUT(last()->state == JobState::Stopped, patienceMs);
        QVERIFY(last()->result->done > 0 && last()->result->done < 1);
        QVERIFY(summarizeLre(*last()->result)[0].bestLayer());
        QVERIFY(front()->findChild<QPushButton*>("resumeResult")->isVisible());
        m_window->results().remove(last()->id);
    }

    void aRelationIsChosenAndRun()
    {
        ExperimentDialog* form = openForm();
        form->fields()->setValues(small("country capital city"));
        press(form, "copyExperiment");
        QVERIFY2(QApplication::clipboard()->text().startsWith("mnemo lre -m 'mnemo-mamba' --relations "),
                 qPrintable(QApplication::clipboard()->text()));
        press(form, "runExperiment");
        QTRY_VERIFY2_WITH_TIMEOUT(last() && last()->state == JobState::Finished, last()->error.message.c_str(),
                                  patienceMs);
        QVERIFY(last()->result->kind == "lre");
        QCOMPARE(plot()->series()[0].values.size(), std::size_t(1));
        const std::vector<LreRelation> summary = summarizeLre(*last()->result);
        QCOMPARE(plot()->series()[0].values[0], summary[0].bestLayer()->faithfulness.mean);
        QCOMPARE(plot()->series()[0].reference[0], summary[0].baseline);
    }

    void theSlidersShowOtherNumbersAtOnce()
    {
        auto* beta = front()->findChild<AxisSlider*>("betaOfAll");
        QVERIFY(beta->isVisible() && !beta->index());
        const std::size_t jobs = m_window->results().all().size();
        beta->slider()->setFocus();
        QTest::keyClick(beta->slider(), Qt::Key_Right);  // β = 0: the map says one thing of all
        QCOMPARE(*beta->index(), 0);
        const LreRelation at0 = summarizeLre(*last()->result, {.beta = 0}).front();
        QCOMPARE(plot()->series()[0].values[0], at0.bestLayer()->faithfulness.mean);
        QTest::keyClick(beta->slider(), Qt::Key_End);
        const LreRelation at2 = summarizeLre(*last()->result, {.beta = 2}).front();
        QCOMPARE(plot()->series()[0].values[0], at2.bestLayer()->faithfulness.mean);
        QVERIFY(front()->result()->head.at("choice").at("beta") == 2);
        QVERIFY(!last()->result->head.contains("choice"));  // what is kept is as it was measured

        auto* pages = front()->findChild<ChartView*>()->pages();
        QCOMPARE(pages->count(), 3);
        pages->setCurrentIndex(2);
        QCOMPARE(plot()->series().size(), std::size_t(2));
        child<QComboBox>(*front(), "recallTop")->setCurrentIndex(2);
        const LreRelation at3 = summarizeLre(*last()->result, {.beta = 2, .top = 3}).front();
        QCOMPARE(plot()->series()[0].values[1], at3.layers[1].faithfulness.mean);
        QCOMPARE(m_window->results().all().size(), jobs);
        child<QComboBox>(*front(), "recallTop")->setCurrentIndex(0);
        QTest::keyClick(beta->slider(), Qt::Key_Home);
        QVERIFY(!beta->index());
        pages->setCurrentIndex(0);
    }

    void figuresAndNumbersAreExported()
    {
        const QString png = m_fixture.path("lre.png"), svg = m_fixture.path("lre.svg"), csv = m_fixture.path("lre.csv");
        for (const QString& file : {png, svg, csv})
            QVERIFY2(m_window->exportTo(file), qPrintable(message(*m_window)));
        QVERIFY(QImage(png).width() > 400);
        QFile text(svg);
        QVERIFY(text.open(QIODevice::ReadOnly) && text.readAll().contains("<svg"));
        QFile numbers(csv);
        QVERIFY(numbers.open(QIODevice::ReadOnly) && numbers.readAll().contains("country capital city"));
    }

    void oneFactGoesThroughItsMap()
    {
        press(front(), "showFacts");
        auto* samples = front()->findChild<ResultSamples*>();
        const int all = samples->table()->model()->rowCount();
        QCOMPARE(all, last()->result->head.at("relations")[0].at("trials")[0].at("known").get<int>());
        int wrong = 0;
        for (const Json& sample : last()->result->head.at("relations")[0].at("trials")[0].at("samples"))
            wrong += sample.at("right") == false ? 1 : 0;
        samples->onlyWrong()->setChecked(true);
        QCOMPARE(samples->table()->model()->rowCount(), wrong);
        samples->onlyWrong()->setChecked(false);
        const QString subject = samples->table()->model()->index(0, ResultSamplesModel::Subject).data().toString();
        Q_EMIT samples->table()->activated(samples->table()->model()->index(0, 0));
        QTRY_VERIFY2_WITH_TIMEOUT(last()->result && last()->result->kind == "lre-fact", last()->error.message.c_str(),
                                  patienceMs);
        QCOMPARE(QString::fromStdString(last()->result->head.at("subject").get<std::string>()), subject);
        QVERIFY(last()->result->provenance.at("jacobians_computed") == 0);  // the same map, from what was kept
        QTRY_VERIFY(front()->findChild<BarList*>("lreModel"));
        QVERIFY(front()->findChild<BarList*>("lreModel")->rows() > 0);
        auto* map = front()->findChild<BarList*>("lreMap");
        auto* beta = front()->findChild<AxisSlider*>("lreBeta");
        for (int index = 0; index < 3; ++index) {
            beta->slider()->setValue(index);
            QCOMPARE(map->tokenId(0), last()->result->head.at("lre")[std::size_t(index)][0].at("id").get<int>());
        }
    }

    void itIsMadeToSaySomethingElse()
    {
        auto* objects = child<QComboBox>(*front(), "lreObject");
        QVERIFY(objects->count() > 10);
        QCOMPARE(objects->findText(QString::fromStdString(last()->result->head.at("object").get<std::string>())), -1);
        objects->setCurrentIndex(3);
        const QString wanted = objects->currentText();
        const int before = last()->id;
        press(front(), "lreSay");
        QTRY_VERIFY2_WITH_TIMEOUT(last()->id != before && last()->state == JobState::Finished,
                                  last()->error.message.c_str(), patienceMs);
        QCOMPARE(QString::fromStdString(last()->result->head.at("say").at("object").get<std::string>()), wanted);
        auto* moved = front()->findChild<BarList*>("lreMoved");
        auto* rank = front()->findChild<AxisSlider*>("lreRank");
        QVERIFY(rank->isVisible());
        for (int index = 0; index < 2; ++index) {
            rank->slider()->setValue(index);
            QCOMPARE(moved->tokenId(0), last()->result->head.at("edited")[std::size_t(index)][0].at("id").get<int>());
        }
    }

    /// The relations data set, a folder of files.
    void relationsOfAFolderAreBrowsed()
    {
        const QString folder = QStringLiteral(MNEMO_SHARED_DATA "/relations/factual");
        if (!QFile::exists(folder))
            QSKIP("the relations data set is not beside this source tree");
        auto* dock = child<FactsDock>(*m_window, "factsDock");
        m_window->openFacts(folder);
        QTRY_VERIFY_WITH_TIMEOUT(dock->file() && dock->file()->path == folder, patienceMs);
        QCOMPARE(dock->file()->relations.size(), std::size_t(26));
        child<QComboBox>(*m_window, "factRelation")->setCurrentText("landmark on continent");
        Q_EMIT dock->experimentRequested("lre");
        auto* form = child<ExperimentDialog>(*m_window, "experimentDialog");
        QVERIFY(form->parameters().at("relations") == Json::array({"landmark on continent"}));
        QVERIFY(form->parameters().at("facts") == Json::array({folder.toStdString()}));
        form->close();
        child<QComboBox>(*m_window, "factSource")->setCurrentIndex(0);
    }

    void aRelationOfTheListFillsTheForm()
    {
        child<QAction>(*m_window, "action_findFact")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(child<QComboBox>(*m_window, "factRelation")->count() > 2, patienceMs);
        child<QComboBox>(*m_window, "factRelation")->setCurrentText("company hq");
        Q_EMIT child<FactsDock>(*m_window, "factsDock")->experimentRequested("lre");
        auto* form = child<ExperimentDialog>(*m_window, "experimentDialog");
        QVERIFY(form->parameters().at("relations") == Json::array({"company hq"}));
        form->close();
    }
};

QTEST_MAIN(TestLreWindow)
#include "tst_lre_window.moc"
