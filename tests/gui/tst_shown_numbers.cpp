// SPDX-License-Identifier: GPL-3.0-or-later
// What the window shows are the engine's numbers: in maps, curves and details.
#include "tests/gui/window_fixture.h"

#include "ui/details_dock.h"
#include "widgets/bar_list.h"
#include "widgets/line_plot.h"
#include "widgets/number_text.h"

#include <QComboBox>
#include <QLabel>
#include <QRegularExpression>
#include <QSet>
#include <QSlider>
#include <algorithm>
#include <cmath>

using namespace mnemo;
using namespace mnemo::test;

namespace {

const std::vector<std::string> sites{"h", "a", "s", "g", "o"};
constexpr int layers = 12;

double number(const Json& head, const char* run, const char* key)
{
    return head.at(run).at(key).get<double>();
}

/// The row "p" of the details' table: clean, corrupted, patched.
QStringList shownProbabilities(const QString& html)
{
    static const QRegularExpression row(
        "<td>p&nbsp;.*?right>([^&<]+)&nbsp;.*?right>([^&<]+)&nbsp;.*?right>([^&<]+)</td>");
    return row.match(html).capturedTexts().mid(1);
}

}  // namespace

class TestShownNumbers : public QObject
{
    Q_OBJECT

    WindowFixture m_fixture;
    std::unique_ptr<MainWindow> m_window;
    Trace m_first;  ///< the trace of the first start
    JobId m_patchTicket = 0;
    ResultPtr m_patch;  ///< the engine's answer to the last click

    int tokens() const { return int(m_first.result->head.at("tokens").size()); }
    int subjectLast() const { return m_first.result->head.at("subject").at(1).get<int>() - 1; }
    double clean() const { return m_first.result->head.at("p_clean").get<double>(); }
    double corrupt() const { return m_first.result->head.at("p_corrupt").get<double>(); }

    void listenForPatches()
    {
        connect(&m_window->engine(), &EngineClient::jobSubmitted, this, [this](JobId ticket, const Job& job) {
            if (job.experiment == "patch")
                m_patchTicket = ticket;
        });
        connect(&m_window->engine(), &EngineClient::jobChanged, this, [this](JobId ticket, const Event& event) {
            const auto* end = std::get_if<Finished>(&event);
            if (end && ticket == m_patchTicket)
                m_patch = end->result;
        });
    }

    /// Waits for the answer to a click; what the details say of it must be the answer's.
    void checkDetails(const QString& where)
    {
        QTRY_VERIFY_WITH_TIMEOUT(m_patch, patienceMs);
        const Json& head = m_patch->head;
        QVERIFY2(child<QLabel>(*m_window, "detailsBarsTitle")->text().endsWith(where), qPrintable(where));
        auto* details = child<DetailsDock>(*m_window, "detailsDock");
        QStringList expected;
        for (const char* run : {"clean", "corrupt", "patched"})
            expected << QString::number(number(head, run, "p"), 'g', 3);
        QCOMPARE(shownProbabilities(details->numbers()), expected);
        QCOMPARE(details->bars()->rows(), 10);
        for (const char* top : {"top_clean", "top_corrupt", "top_patched"})
            QCOMPARE(int(head.at(top).size()), 10);
        const Json& best = head.at("top_patched").at(0);
        int row = 0;
        while (details->bars()->tokenId(row) != best.at("id"))
            QVERIFY(++row < 10);
        const QString text = details->bars()->gridCellText(row, 0);
        QVERIFY2(text.endsWith("patched " + probabilityText(best.at("p").get<double>())), qPrintable(text));
    }

    void clickAndCheck(const Trace& trace, const std::string& site, Cell cell, const QString& where)
    {
        m_patch.reset();
        clickCell(*m_window, site, cell);
        checkDetails(where);
        if (QTest::currentTestFailed())
            return;
        const double p = number(m_patch->head, "patched", "p");
        QVERIFY2(std::abs(p - value(trace, site + ".p", cell.layer, cell.pos)) < 1e-4,
                 qPrintable(QStringLiteral("%1: %2").arg(where).arg(p, 0, 'g', 9)));
    }

    void drag(Heatmap* heatmap, Cell first, Cell last)
    {
        const QPoint from = heatmap->cellRect(first).center().toPoint(),
                     to = heatmap->cellRect(last).center().toPoint();
        QTest::mousePress(heatmap, Qt::LeftButton, Qt::ShiftModifier, from);
        QTest::mouseMove(heatmap, to);
        QTest::mouseRelease(heatmap, Qt::LeftButton, Qt::ShiftModifier, to);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_window = m_fixture.open();
        listenForPatches();
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window), patienceMs);
        m_first = *finished(*m_window);
    }

    void cleanupTestCase() { m_window.reset(); }

    void everyMapOfTheFirstTraceIsComplete()
    {
        for (const std::string& site : sites) {
            QVERIFY2(map(*m_window, site) && map(*m_window, site)->array(), site.c_str());
            const Array& shown = *map(*m_window, site)->array();
            const ArrayPtr p = m_first.result->find(site + ".p");
            QVERIFY(p && p->axes.at(0).size() == layers && p->axes.at(1).size() == tokens());
            for (int layer = 0; layer < layers; ++layer)
                for (int pos = 0; pos < tokens(); ++pos) {
                    QVERIFY(p->has(layer, pos) && p->at(layer, pos) >= 0 && p->at(layer, pos) <= 1);
                    const double ie = (p->at(layer, pos) - corrupt()) / (clean() - corrupt());  // ROME, section 2.1
                    QVERIFY(std::abs(shown.at(layer, pos) - ie) < 1e-9);
                }
        }
        QVERIFY(child<QLabel>(*m_window, "traceHeading")
                    ->text()
                    .contains(QStringLiteral("p %1 clean, %2 corrupted")
                                  .arg(probabilityText(clean()), probabilityText(corrupt()))));
    }

    /// After the last layer only the last token is read: restored, it is the clean run; any other changes nothing.
    void theLastLayerObeysTheLaws()
    {
        QVERIFY(clean() - corrupt() > 0.4);
        for (int pos = 0; pos < tokens(); ++pos) {
            const double expected = pos == tokens() - 1 ? clean() : corrupt();
            QVERIFY(std::abs(value(m_first, "h.p", layers - 1, pos) - expected) < 1e-5);
        }
    }

    void aTokensCurvesAreItsColumnOfEveryMap()
    {
        m_window->selection().setToken(subjectLast());
        const LinePlot* curves = child<DetailsDock>(*m_window, "detailsDock")->curves();
        QCOMPARE(curves->gridColumns(), int(sites.size()));
        QCOMPARE(curves->gridRows(), layers);
        QSet<QString> distinct;
        for (int s = 0; s < int(sites.size()); ++s)
            for (int layer = 0; layer < layers; ++layer) {
                const double p = value(m_first, sites[std::size_t(s)] + ".p", layer, subjectLast());
                const QString shown = shortNumber((p - corrupt()) / (clean() - corrupt()));
                QVERIFY2(curves->gridCellText(layer, s).endsWith(": " + shown),
                         qPrintable(curves->gridCellText(layer, s) + " is not " + shown));
                distinct << shown;
            }
        QVERIFY(distinct.size() > 20);
    }

    void aClickedCellIsPatchedToTheValueOfItsMap()
    {
        std::vector<double> seen;
        for (const std::string& site : sites)
            for (const Cell cell : {Cell{3, subjectLast()}, Cell{8, tokens() - 1}}) {
                const Json& widths = m_first.result->head.at("windows");
                const int width = site == "h" ? 1 : widths.at(site).get<int>();
                const int first = std::max(0, cell.layer - width / 2);
                const int last = std::min(layers - 1, cell.layer - width / 2 + width - 1);
                const QString range = first == last ? QString::number(first) : QString("%1-%2").arg(first).arg(last);
                clickAndCheck(m_first, site, cell,
                              QString("layers.%1.%2@%3=clean").arg(range, site.c_str()).arg(cell.pos));
                if (QTest::currentTestFailed())
                    return;
                seen.push_back(number(m_patch->head, "patched", "p"));
            }
        const auto [low, high] = std::ranges::minmax(seen);
        QVERIFY2(high - low > 0.3, "the cells must differ, or this shows nothing");
    }

    /// All states put back are the clean run.
    void aBlockOfEverythingIsTheCleanRun()
    {
        m_patch.reset();
        drag(map(*m_window, "h"), {0, 0}, {layers - 1, tokens() - 1});
        checkDetails(QString("layers.0-%1.h@0-%2=clean").arg(layers - 1).arg(tokens() - 1));
        if (QTest::currentTestFailed())
            return;
        QVERIFY(std::abs(number(m_patch->head, "patched", "p") - clean()) < 1e-5);
        QVERIFY(std::abs(m_patch->head.at("ie").get<double>() - 1) < 1e-4);

        m_patch.reset();  // a smaller block, from the other corner: less than everything
        drag(map(*m_window, "h"), {layers - 1, tokens() - 2}, {9, 0});
        checkDetails(QString("layers.9-%1.h@0-%2=clean").arg(layers - 1).arg(tokens() - 2));
        if (QTest::currentTestFailed())
            return;
        QVERIFY(std::abs(number(m_patch->head, "patched", "p") - clean()) > 0.1);
    }

    void everyMetricIsOfTheSameRun()
    {
        auto* metric = child<QComboBox>(*m_window, "metricCombo");
        metric->setFocus();
        QTest::keyClick(metric, Qt::Key_Home);
        QSet<QString> seen;
        for (int row = 0; row < metric->count(); ++row, QTest::keyClick(metric, Qt::Key_Down)) {
            const std::string name = metric->currentData().toString().toStdString();
            const double shown = map(*m_window, "s")->array()->at(3, subjectLast());
            if (const ArrayPtr own = m_first.result->find("s." + name))
                QCOMPARE(shown, own->at(3, subjectLast()));
            seen << QString::number(shown, 'g', 12);
        }
        QCOMPARE(seen.size(), metric->count());
        metric->setCurrentIndex(metric->findData("ie"));
        QCOMPARE(m_window->traces().current()->id, m_first.id);
    }

    void aWiderWindowIsPatchedAsItWasTraced()
    {
        auto* slider = child<QSlider>(*m_window, "windowSlider");
        slider->setFocus();
        for (int step = 0; step < 5; ++step)
            QTest::keyClick(slider, Qt::Key_Right);
        QVERIFY(m_window->traces().current()->stale);
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && finished(*m_window)->window == "5", patienceMs);
        const Trace wide = *finished(*m_window);
        QVERIFY(difference(*wide.result, *m_first.result).size() > 0);
        clickAndCheck(wide, "o", {4, subjectLast()}, QString("layers.2-6.o@%1=clean").arg(subjectLast()));
        if (QTest::currentTestFailed())
            return;
        for (int step = 0; step < 5; ++step)
            QTest::keyClick(slider, Qt::Key_Left);
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && finished(*m_window)->window == "auto", patienceMs);
        QCOMPARE(difference(*finished(*m_window)->result, *m_first.result), QString());
    }
};

QTEST_MAIN(TestShownNumbers)
#include "tst_shown_numbers.moc"
